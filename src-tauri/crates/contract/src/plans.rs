//! Runs over many photos: piles, and the drafts made of them.

use serde::{Deserialize, Serialize};

use crate::{DraftView, Failure, RejectedFile};

/// A run over 1 to 500 photos.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PhotoPlanView {
    /// UUIDv7.
    pub id: String,
    /// `looking|ready|filling|done|stopped|failed`.
    pub state: String,
    /// Photos and files of the whole run.
    pub total: u32,
    /// Photos that were looked at.
    pub done: u32,
    /// How far it is, 0 to 100.
    pub percent: u32,
    /// Its drafts are there already and follow the piles.
    pub follows: bool,
    /// A change of the piles by the person can be taken back.
    pub can_undo: bool,
    /// One that was taken back can be done again.
    pub can_redo: bool,
    /// The piles.
    pub piles: Vec<PileView>,
    /// Files that became no photos.
    pub refused: Vec<RejectedFile>,
    /// Why it failed, or what was left out: such as a model file that is missing.
    pub problem: Option<Failure>,
    /// RFC 3339.
    pub created_at: String,
}

/// A run over photos in a list: without its piles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PlanSummary {
    /// UUIDv7.
    pub id: String,
    /// As in [`PhotoPlanView`].
    pub state: String,
    /// Photos and files of the whole run.
    pub total: u32,
    /// Photos that were looked at.
    pub done: u32,
    /// How far it is, 0 to 100.
    pub percent: u32,
    /// Its drafts are there already and follow the piles.
    pub follows: bool,
    /// How many piles it has.
    pub piles: u32,
    /// Why it failed, or what was left out.
    pub problem: Option<Failure>,
    /// RFC 3339.
    pub created_at: String,
}

/// Photos that are, or will be, one draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PileView {
    /// Names it within its plan.
    pub number: u32,
    /// In the order of the draft.
    pub photos: Vec<PilePhotoView>,
    /// `taken_within|no_times|single|by_person|same_garment`.
    pub reason: String,
    /// The longest pause between two neighbours in seconds, where times are known.
    pub seconds: Option<u32>,
    /// How alike its photos of the garment look, 0 to 1.
    pub look: Option<f64>,
    /// How alike their colours are, 0 to 1.
    pub colours: Option<f64>,
    /// Photos of labels among them.
    pub labels: u32,
    /// Copies of another photo among them.
    pub copies: u32,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// The person put it together: no run changes it.
    pub by_person: bool,
    /// None of its photos shows a garment or a label, as far as can be told.
    pub no_garment: bool,
    /// The draft made of it.
    pub draft_id: Option<String>,
}

/// A photo of a pile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PilePhotoView {
    /// UUIDv7.
    pub id: String,
    /// Its file's name.
    pub filename: String,
    /// `/media/<sha256>.thumb.jpg`.
    pub thumb_url: String,
    /// It might as well belong to the pile before or after.
    pub unsure: bool,
}

/// What a person does with piles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PileEdit {
    /// All photos of these piles into the first.
    Merge {
        /// Two or more.
        piles: Vec<u32>,
    },
    /// These photos leave their pile for one of their own.
    Split {
        /// The pile.
        pile: u32,
        /// Some of its photos, not all.
        photos: Vec<String>,
    },
    /// These photos, from whichever piles, into one.
    Move {
        /// Photos.
        photos: Vec<String>,
        /// The pile.
        pile: u32,
    },
}

/// What became of a plan's piles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlanDrafts {
    /// Drafts of the plan, in the order of its piles.
    pub draft_ids: Vec<String>,
    /// Piles of which none was made: nothing in them is a garment.
    pub failed: u32,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlanProgress {
    /// The plan.
    pub plan_id: String,
    /// As in [`PhotoPlanView`].
    pub state: String,
    /// Photos and files of the whole run.
    pub total: u32,
    /// Photos that were looked at.
    pub done: u32,
    /// How far it is, 0 to 100.
    pub percent: u32,
}

/// Who looks at the photos of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The analyser that ships with the program; nothing leaves the machine.
    #[default]
    Offline,
    /// A model of the person's own.
    Openai,
}

/// Drafts whose photos were looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct AnalyzedDrafts {
    /// As they are now, in the order asked for.
    pub drafts: Vec<DraftView>,
    /// What the person should know of one of them.
    pub notes: Vec<AnalysisNote>,
}

/// What the person should know of an analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct AnalysisNote {
    /// The draft.
    pub draft_id: String,
    /// `no_garment`: none of its photos shows one; `unreadable`: photos of it could not be looked at.
    pub kind: String,
    /// An English sentence.
    pub message: String,
}
