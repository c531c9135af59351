//! What drafts were before, and changes of many at once.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Draft, DraftId, form::Field};

use super::Recorded;

/// What made a draft differ from its version before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was made so.
    Made,
    /// The person typed or chose.
    Edit,
    /// Photos came, went or changed places.
    Photos,
    /// An analysis filled open fields.
    Filled,
    /// A change of many drafts at once.
    Bulk,
    /// Such a change was taken back.
    Undone,
    /// An earlier version was brought back.
    Restored,
}

impl Cause {
    const ALL: [Self; 7] = [
        Self::Made,
        Self::Edit,
        Self::Photos,
        Self::Filled,
        Self::Bulk,
        Self::Undone,
        Self::Restored,
    ];

    /// The contract's word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Edit => "edit",
            Self::Photos => "photos",
            Self::Filled => "filled",
            Self::Bulk => "bulk",
            Self::Undone => "undone",
            Self::Restored => "restored",
        }
    }

    /// Reads a word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }

    /// Steps of this kind that follow each other shortly are one version: nobody wants each save of an editor back.
    #[must_use]
    pub fn joins(self) -> bool {
        matches!(self, Self::Edit | Self::Photos)
    }
}

/// One state that a draft held.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The draft as it was; its status and the time it was made are those of now. Photos that are not stored any more
    /// are missing.
    pub draft: Draft,
    /// What made it so.
    pub cause: Cause,
    /// When the first step of it was saved.
    pub began_at: DateTime<Utc>,
    /// When the last step of it was saved.
    pub saved_at: DateTime<Utc>,
}

/// What a change of many drafts means for the fields in which the person said something: no analysis fills those.
#[derive(Clone, Copy, Debug)]
pub enum Said<'a> {
    /// They said something in these.
    In(&'a [Field]),
    /// They take back that they said something in these of each draft.
    TakenBack(&'a HashMap<DraftId, Vec<Field>>),
}

/// What became of a change of many drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManyChanged {
    /// Changed or removed meanwhile: they are left as they are.
    pub left: Vec<DraftId>,
    /// Of each draft, the fields in which the person said something for the first time.
    pub newly_said: HashMap<DraftId, Vec<Field>>,
}

/// Versions of drafts. Each is written in the same transaction as the change that makes it.
#[async_trait]
pub trait DraftVersions: Send + Sync {
    /// What is kept of a draft, newest first; empty where it was never changed.
    async fn versions(&self, id: DraftId) -> Recorded<Vec<Version>>;

    /// Replaces drafts whose stored revision is one less than given, and notes in the same transaction what the person
    /// said of them.
    async fn change_many(
        &self,
        drafts: &[Draft],
        said: Said<'_>,
        cause: Cause,
        at: DateTime<Utc>,
    ) -> Recorded<ManyChanged>;
}
