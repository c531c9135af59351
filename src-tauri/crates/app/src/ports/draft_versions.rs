//! What drafts were before, and changes of many at once.

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

/// Versions of drafts. Each is written in the same transaction as the change that makes it.
#[async_trait]
pub trait DraftVersions: Send + Sync {
    /// What is kept of a draft, newest first; empty where it was never changed.
    async fn versions(&self, id: DraftId) -> Recorded<Vec<Version>>;

    /// Replaces drafts whose stored revision is one less than given, and notes in the same transaction that the person
    /// said something in these fields. Returns those that were changed or removed meanwhile: they are left.
    async fn change_many(
        &self,
        drafts: &[Draft],
        said: &[Field],
        cause: Cause,
        at: DateTime<Utc>,
    ) -> Recorded<Vec<DraftId>>;
}
