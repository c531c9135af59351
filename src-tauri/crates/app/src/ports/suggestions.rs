//! What is proposed for a draft, and what the person said themselves.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    Draft, DraftId,
    form::Field,
    suggestion::{Kept, Memory},
};

use super::Recorded;

/// Suggestions beside their drafts.
#[async_trait]
pub trait Suggestions: Send + Sync {
    /// What is known of a draft's fields; nothing for a draft that nobody analysed.
    async fn of_draft(&self, id: DraftId) -> Recorded<Memory>;

    /// Replaces a draft as [`super::Drafts::update`] does, and notes in the same step that the person said
    /// something in these fields.
    ///
    /// # Errors
    /// [`super::RecordError::Stale`] where the stored revision is another.
    async fn person_changed(
        &self,
        draft: &Draft,
        fields: &[Field],
        at: DateTime<Utc>,
    ) -> Recorded<()>;

    /// Notes that the person said something in these fields that changed nothing.
    async fn person_said(&self, id: DraftId, fields: &[Field], at: DateTime<Utc>) -> Recorded<()>;

    /// Replaces a draft's suggestions, and in the same step the draft where `draft` is given.
    ///
    /// # Errors
    /// [`super::RecordError::Stale`] where the stored revision is another: somebody typed meanwhile.
    async fn filled(&self, id: DraftId, draft: Option<&Draft>, kept: &[Kept]) -> Recorded<()>;
}
