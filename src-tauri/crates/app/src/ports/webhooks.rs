//! Messages to the addresses that the person named.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{AttemptId, DraftId};
use uuid::Uuid;

use super::Recorded;

/// A message for one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier; the receiver tells a second try by it.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// `published|needs_manual|failed`
    pub event: String,
    /// The attempt or the job's run that it tells of.
    pub source: String,
    /// JSON.
    pub body: String,
    /// Tries so far.
    pub attempts: u32,
    /// When it is sent next.
    pub next_at: DateTime<Utc>,
}

/// An attempt that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedAttempt {
    /// Which.
    pub id: AttemptId,
    /// Of this draft.
    pub draft_id: DraftId,
    /// `settled|refused|needs_manual|unknown`
    pub state: String,
    /// A code, where it did not settle.
    pub reason: Option<String>,
    /// The site's id of the listing.
    pub listing_id: Option<String>,
    /// Its address.
    pub listing_url: Option<String>,
    /// When it ended.
    pub at: DateTime<Utc>,
}

/// Addresses and messages. Whatever returns `Ok` is on the disk.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Makes these the addresses: new ones count from now on, others are forgotten with their messages. Gives each with
    /// its beginning.
    async fn set_targets(
        &self,
        urls: &[String],
        now: DateTime<Utc>,
    ) -> Recorded<Vec<(String, DateTime<Utc>)>>;

    /// Attempts that ended since a time, oldest first.
    async fn ended_attempts(&self, since: DateTime<Utc>) -> Recorded<Vec<EndedAttempt>>;

    /// Keeps a message unless one of the same cause is there for the address.
    async fn add_delivery(&self, delivery: &Delivery) -> Recorded<()>;

    /// Takes messages to be sent by now, oldest first, at most `limit`: no other process gets them before `until`.
    async fn take_due_deliveries(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Recorded<Vec<Delivery>>;

    /// Notes a try; none: there is no next one. Forgets what is older than `kept`.
    async fn note_delivery(
        &self,
        id: Uuid,
        next_at: Option<DateTime<Utc>>,
        kept: DateTime<Utc>,
    ) -> Recorded<()>;
}

/// Sends messages over the network.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Posts a body with headers, follows no redirect, and gives the status.
    ///
    /// # Errors
    /// Why there was no answer.
    async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
        patience: Duration,
    ) -> Result<u16, String>;
}
