//! The publish log of a process that may die before and after each call.

use std::sync::Arc;

use app::ports::{
    Attempt, AttemptFacts, Confirmation, Evidence, IntentRefused, PublishLog, RecordError, Recorded,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, AttemptId, ConfirmationId, DraftId, attempt::AttemptEvent, listing::Listing,
};
use store::Database;
use uuid::Uuid;

use crate::{
    fuse::Fuse,
    market::{Break, Market},
};

/// The publish log of a process that may die before and after each call.
pub(crate) struct Mortal {
    pub(crate) db: Database,
    pub(crate) fuse: Arc<Fuse>,
    pub(crate) market: Arc<Market>,
    pub(crate) broken: Break,
}

macro_rules! dies_around {
    ($self:ident, $call:expr) => {{
        $self.fuse.point().await;
        let done = $call.await;
        $self.fuse.point().await;
        done
    }};
}

#[async_trait]
impl PublishLog for Mortal {
    async fn confirm(&self, confirmation: &Confirmation) -> Recorded<()> {
        self.market.state().confirmed = Some(confirmation.id.0);
        dies_around!(self, self.db.confirm(confirmation))
    }

    async fn confirmation(&self, id: ConfirmationId) -> Recorded<Confirmation> {
        self.db.confirmation(id).await
    }

    async fn begin(&self, attempt: &Attempt, revision: u32) -> Result<(), IntentRefused> {
        if self.broken == Break::IntentNotWritten {
            return Ok(());
        }
        let mut attempt = attempt.clone();
        if self.broken == Break::NoBaseline {
            attempt.baseline.clear();
        }
        dies_around!(self, self.db.begin(&attempt, revision))
    }

    async fn advance(
        &self,
        id: AttemptId,
        event: AttemptEvent,
        facts: &AttemptFacts,
    ) -> Recorded<Attempt> {
        let event = match (self.broken, event) {
            (Break::PressNotWritten | Break::IntentNotWritten, AttemptEvent::Press) => {
                return self.db.attempt(id).await.or(Err(RecordError::NotFound));
            }
            (Break::LostIsRefused, AttemptEvent::Lost) => AttemptEvent::NotPublished,
            (_, event) => event,
        };
        dies_around!(self, self.db.advance(id, event, facts))
    }

    async fn note_result(&self, id: AttemptId, result: &str, listing: &Listing) -> Recorded<()> {
        dies_around!(self, self.db.note_result(id, result, listing))
    }

    async fn note_evidence(&self, id: AttemptId, evidence: &Evidence) -> Recorded<()> {
        dies_around!(self, self.db.note_evidence(id, evidence))
    }

    async fn attempt(&self, id: AttemptId) -> Recorded<Attempt> {
        self.db.attempt(id).await
    }

    async fn by_key(&self, account: AccountId, key: &str) -> Recorded<Option<Attempt>> {
        self.db.by_key(account, key).await
    }

    async fn by_confirmation(&self, id: ConfirmationId) -> Recorded<Option<Attempt>> {
        if self.broken == Break::TokenForgotten {
            return Ok(None);
        }
        self.db.by_confirmation(id).await
    }

    async fn latest_of_draft(&self, id: DraftId) -> Recorded<Option<Attempt>> {
        self.db.latest_of_draft(id).await
    }

    async fn drafts_with_unknown_outcome(&self) -> Recorded<Vec<DraftId>> {
        self.db.drafts_with_unknown_outcome().await
    }

    async fn open_of_other_processes(&self, boot_id: Uuid) -> Recorded<Vec<Attempt>> {
        self.db.open_of_other_processes(boot_id).await
    }

    async fn unsettled(&self) -> Recorded<Vec<Attempt>> {
        if self.broken == Break::RivalsForgotten {
            return Ok(Vec::new());
        }
        self.db.unsettled().await
    }

    async fn not_read_back(&self, since: DateTime<Utc>) -> Recorded<Vec<Attempt>> {
        self.db.not_read_back(since).await
    }
}
