//! How an account fares on the site.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::AccountId;

use super::Recorded;

/// Refusals that are kept for each account; older ones are dropped.
pub const MAX_REFUSALS: usize = 20;

/// What the site last said of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionState {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It took it.
    Accepted,
    /// It did not take it any more.
    Expired,
}

impl SessionState {
    /// The stored and published spelling.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
        }
    }

    /// Reads the stored spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Unknown, Self::Accepted, Self::Expired]
            .into_iter()
            .find(|state| state.code() == text)
    }
}

/// The site refused something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// When.
    pub at: DateTime<Utc>,
    /// A code of the contract.
    pub code: String,
    /// A sentence; never a secret.
    pub detail: String,
}

/// Something that the site does not let the account do for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// A code of the contract.
    pub code: String,
    /// When it was seen.
    pub seen_at: DateTime<Utc>,
    /// Until when; none where only the person can end it.
    pub until: Option<DateTime<Utc>>,
}

/// How an account fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountHealth {
    /// Its session.
    pub session: SessionState,
    /// How often in a row the site asked to wait.
    pub waits_in_a_row: u32,
    /// What it is kept from, once seen; ends with the next thing that the site lets it do.
    pub restriction: Option<Restriction>,
    /// The last ones, newest first, at most [`MAX_REFUSALS`].
    pub refusals: Vec<Refusal>,
}

/// Health of accounts.
#[async_trait]
pub trait Health: Send + Sync {
    /// One account's; an account of which nothing is known is unknown and well.
    async fn health(&self, account: AccountId) -> Recorded<AccountHealth>;

    /// Adds a refusal and drops the oldest beyond [`MAX_REFUSALS`].
    async fn note_refusal(&self, account: AccountId, refusal: &Refusal) -> Recorded<()>;

    /// Replaces everything but the refusals.
    async fn set_health(&self, account: AccountId, health: &AccountHealth) -> Recorded<()>;
}
