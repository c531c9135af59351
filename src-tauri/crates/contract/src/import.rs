//! Importing photos.

use serde::{Deserialize, Serialize};

use crate::{Code, DraftView};

/// How imported photos become drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// By gaps in capture time, then by what the photos show.
    #[default]
    Auto,
    /// All in one draft.
    One,
    /// A draft a photo.
    None,
}

/// What an import gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ImportResult {
    /// The drafts made, in the order of their photos.
    pub drafts: Vec<DraftView>,
    /// The files refused; the others went on.
    pub rejected: Vec<RejectedFile>,
    /// Counts.
    pub photos: ImportCounts,
    /// The person stopped it; what was done until then stays.
    pub stopped: bool,
    /// Why each draft got the photos it has, in the order of `drafts`.
    #[serde(default)]
    pub groups: Vec<PhotoGroupView>,
    /// The runs that look at its photos, where they are looked at: they go on after the import.
    #[serde(default)]
    pub plans: Vec<String>,
    /// Why its photos were not looked at, or not all, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub not_looked: Option<String>,
}

/// Why photos stand together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct PhotoGroupView {
    /// The draft made of them.
    pub draft_id: String,
    /// `taken_within|no_times|single|by_person|same_garment`; the last one where the photos were looked at.
    pub reason: String,
    /// The longest pause between two neighbours in seconds, where times are known.
    pub seconds: Option<u32>,
    /// 0 to 1.
    pub confidence: f64,
    /// How alike its photos of the garment look, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub look: Option<f64>,
    /// Photos of labels among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub labels: Option<u32>,
    /// Copies of another photo among them: the same shot twice or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub copies: Option<u32>,
    /// Photos that might as well belong to the group before or after: their border is unsure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub unsure: Option<Vec<String>>,
}

/// A file that became no photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RejectedFile {
    /// The path as given or found.
    pub path: String,
    /// Why.
    pub code: Code,
    /// Why, as an English sentence.
    pub message: String,
}

/// Counts of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ImportCounts {
    /// Files looked at.
    pub total: u32,
    /// New photos stored.
    pub stored: u32,
    /// Photos that were there already.
    pub duplicates: u32,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ImportProgress {
    /// Tells two imports apart.
    pub import_id: String,
    /// Files found so far.
    pub total: u32,
    /// Files done, refused ones and those of an earlier start included.
    pub done: u32,
    /// Seconds that the rest will take at the pace until now. None: too early to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub seconds_left: Option<u32>,
    /// A thumbnail that is there already; its photo is not done yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub thumb: Option<FreshThumb>,
    /// The photo that was finished just now.
    pub photo: Option<ImportedPhoto>,
    /// The file that was refused just now.
    pub rejected: Option<RejectedFile>,
    /// The phone that sends, where the photos come from phones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub sender: Option<String>,
}

/// A picture to look at while its photo is being worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FreshThumb {
    /// The file's path, as it is in [`RejectedFile`] should it be refused after all.
    pub path: String,
    /// Its name, as it will be in [`ImportedPhoto`].
    pub filename: String,
    /// `/media/fresh/<id>.jpg`: there for a short while.
    pub thumb_url: String,
}

/// An import that a crash or a person ended before all its files were done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct UnfinishedImport {
    /// UUID; names it to go on with it or to leave it.
    pub id: String,
    /// Files and folders as they were given.
    pub paths: Vec<String>,
    /// How photos become drafts.
    pub grouping: Grouping,
    /// Files done.
    pub done: u32,
    /// Files found when it last began.
    pub total: u32,
    /// A person or a full disk ended it, not a crash.
    pub stopped: bool,
    /// Its photos came from phones: what came is there, the rest is sent from the phone.
    pub from_phones: bool,
    /// When it first began.
    pub started_at: String,
}

/// A photo as soon as it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ImportedPhoto {
    /// UUIDv7.
    pub id: String,
    /// Its file's name.
    pub filename: String,
    /// `/media/<sha256>.thumb.jpg`.
    pub thumb_url: String,
    /// It was there already.
    pub duplicate: bool,
}
