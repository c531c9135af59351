//! Runs over many photos, until their drafts are made.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::{Code, RejectedFile};
use domain::{Draft, DraftId, PhotoId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PileWhy, Recorded};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Its photos are stored and looked at.
    Looking,
    /// Its piles are there; drafts are made when the person asks.
    Ready,
    /// Its drafts are made and being filled.
    Filling,
    /// Everything is done.
    Done,
    /// The person stopped it; it can be gone on with.
    Stopped,
    /// It cannot go on.
    Failed,
}

impl PlanState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Looking,
        Self::Ready,
        Self::Filling,
        Self::Done,
        Self::Stopped,
        Self::Failed,
    ];

    /// As it is stored and told.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Ready => "ready",
            Self::Filling => "filling",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Reads a stored state.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Somebody works on it, or has to go on with it.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Looking | Self::Filling)
    }
}

/// Photos that will be one draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanPile {
    /// Names it within its plan; never used twice.
    pub number: u32,
    /// In the order of the draft.
    pub photos: Vec<PhotoId>,
    /// The person put it together: no run changes it.
    pub by_person: bool,
    /// Why.
    pub why: PileWhy,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Photos that might as well lie in the pile before or after.
    pub unsure: Vec<PhotoId>,
    /// None of its photos shows a garment or a label.
    pub no_garment: bool,
    /// The draft made of it.
    pub draft: Option<DraftId>,
    /// That draft's revision when the plan last wrote it: another one means that somebody worked on it since.
    pub written: u32,
}

/// A file that came in and is no photo yet. It lies in the data folder until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFile {
    /// What its sender calls it.
    pub name: String,
    /// Where its bytes lie.
    pub path: String,
}

/// How drafts are made of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftStyle {
    /// Short facts only.
    pub minimal: bool,
    /// Drafts are made even where the gates fail.
    pub skip_validation: bool,
}

/// What one change by the person made of piles; other piles are not in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PileStep {
    /// The piles that it changed or took away, as they were.
    pub before: Vec<PlanPile>,
    /// The piles that it changed or made, as they are since.
    pub after: Vec<PlanPile>,
}

/// What of a plan is no column of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanBody {
    /// Photos in the order of the roll.
    pub photos: Vec<PhotoId>,
    /// Each photo is in one, or in none where the person took it out of a draft.
    pub piles: Vec<PlanPile>,
    /// The next pile's number.
    pub next_pile: u32,
    /// Files that are no photos yet.
    pub files: Vec<PlanFile>,
    /// Its photos came as files: to store them is a part of the work.
    pub uploaded: bool,
    /// Files that became none.
    pub refused: Vec<RejectedFile>,
    /// Photos of the whole run, files that are still to come included.
    pub total: u32,
    /// Photos that were really looked at; none: nobody counted them (rows of earlier versions).
    #[serde(default)]
    pub looked: Option<u32>,
    /// What the person did with the piles, the latest last; to be taken back.
    #[serde(default)]
    pub steps: Vec<PileStep>,
    /// What they took back, the latest last; to be done again.
    #[serde(default)]
    pub undone: Vec<PileStep>,
    /// Piles may be made anew by looking; not where the person said how photos are grouped.
    pub regroup: bool,
    /// Drafts are there from the start and follow the piles.
    pub follows: bool,
    /// How its drafts are made.
    pub style: DraftStyle,
    /// Drafts that were not made because their gates fail.
    pub withheld: u32,
    /// Why it failed, as a code and a sentence.
    pub failure: Option<(Code, String)>,
}

/// A run over 1 to 500 photos.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoPlan {
    /// Identifier.
    pub id: Uuid,
    /// The import that it belongs to, where it does.
    pub import: Option<Uuid>,
    /// Where it stands.
    pub state: PlanState,
    /// The process that works on it; a dead one's plan may be taken over.
    pub boot_id: Uuid,
    /// Grows by one with each saved change.
    pub revision: u32,
    /// The rest.
    pub body: PlanBody,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// What happens to drafts in the same step as to their plan.
#[derive(Clone, Debug, Default)]
pub struct DraftChanges {
    /// New ones.
    pub new: Vec<Draft>,
    /// Changed ones, their revision one more than the stored one.
    pub changed: Vec<Draft>,
    /// Taken out of all lists, as the plan last wrote them: with their revision.
    pub gone: Vec<(DraftId, u32)>,
    /// Taken out before, and back in all lists with these photos; their revision stays.
    pub back: Vec<Draft>,
    /// The person wanted it so: what is taken out does not come back when something is typed in it.
    pub by_person: bool,
}

/// Plans. Whatever returns `Ok` is on the disk.
#[async_trait]
pub trait PhotoPlans: Send + Sync {
    /// Stores new plans, all or none.
    async fn begin(&self, plans: &[PhotoPlan]) -> Recorded<()>;

    /// The plans of an import, the oldest first.
    async fn plans_of(&self, import: Uuid) -> Recorded<Vec<PhotoPlan>>;

    /// One plan.
    async fn plan(&self, id: Uuid) -> Recorded<PhotoPlan>;

    /// All plans that are kept, newest first.
    async fn plans(&self) -> Recorded<Vec<PhotoPlan>>;

    /// The plans that somebody works on, or has to go on with; the oldest first.
    async fn plans_under_way(&self) -> Recorded<Vec<PhotoPlan>>;

    /// Replaces the plan whose stored revision is `plan.revision - 1`, and changes drafts, in one step.
    ///
    /// # Errors
    /// [`super::RecordError::Stale`] where plan or drafts were changed since; nothing is written then.
    async fn save_plan(&self, plan: &PhotoPlan, drafts: &DraftChanges) -> Recorded<()>;

    /// Changes drafts as [`PhotoPlans::save_plan`] does, without a plan.
    ///
    /// # Errors
    /// [`super::RecordError::Stale`] where one of them was changed since; nothing is written then.
    async fn change_drafts(&self, drafts: &DraftChanges) -> Recorded<()>;

    /// A draft that a plan took out of all lists, and whether the person wanted it so.
    ///
    /// # Errors
    /// [`super::RecordError::NotFound`] for all others.
    async fn taken_out(&self, draft: DraftId) -> Recorded<(Draft, bool)>;

    /// The drafts in all lists that hold one of these photos.
    async fn holders(&self, photos: &[PhotoId]) -> Recorded<Vec<Draft>>;

    /// Forgets plans that came to their end before `before`. Their photos and drafts stay.
    async fn forget_plans(&self, before: DateTime<Utc>) -> Recorded<()>;
}
