//! Light rows of drafts, for lists of thousands.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::{DraftSort, DraftState};
use domain::{AccountId, Draft, DraftId};

use super::Recorded;

/// Which drafts, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftRowQuery {
    /// Beginnings of words in title, description, brand and category; empty: all.
    pub search: String,
    /// In one of these states; empty: in any but archived.
    pub states: Vec<DraftState>,
    /// With one of these gates failing, by code; empty: whatever fails.
    pub missing: Vec<String>,
    /// Of this brand, as stored.
    pub brand: Option<String>,
    /// With a listing on this account, or among these drafts (its jobs are the queue's to know).
    pub account: Option<(AccountId, Vec<DraftId>)>,
    /// Drafts that a job which publishes waits for.
    pub queued: Vec<DraftId>,
    /// Drafts of which it is not known whether they were published.
    pub unknown: Vec<DraftId>,
    /// In which order.
    pub sort: DraftSort,
}

/// A draft as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// The draft.
    pub id: DraftId,
    /// Title.
    pub title: String,
    /// As stored.
    pub brand: Option<String>,
    /// As stored.
    pub size: String,
    /// As stored.
    pub condition: Option<String>,
    /// Minor units.
    pub price_target_cents: Option<u32>,
    /// ISO 4217.
    pub currency: String,
    /// As stored; a queued one is still `draft`.
    pub status: String,
    /// Codes of the gates that fail.
    pub missing: Vec<String>,
    /// The cover.
    pub cover_sha256: Option<String>,
    /// Number of photos.
    pub photos: u32,
    /// Grows by one with each saved change.
    pub revision: u32,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Drafts in one state with the same gates failing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowKind {
    /// Where they stand.
    pub state: DraftState,
    /// Codes of the gates that fail.
    pub missing: Vec<String>,
    /// How many.
    pub count: u32,
    /// Sum of their target prices.
    pub cents: u64,
}

/// Rows of drafts.
#[async_trait]
pub trait DraftRows: Send + Sync {
    /// The drafts that the query asks for, in its order.
    async fn order(&self, query: &DraftRowQuery) -> Recorded<Vec<DraftId>>;

    /// Rows of these drafts, in no order; removed ones are left out.
    async fn rows(&self, ids: &[DraftId]) -> Recorded<Vec<StoredRow>>;

    /// How many there are of each kind; the query's states and failing gates are left aside.
    async fn kinds(&self, query: &DraftRowQuery) -> Recorded<Vec<RowKind>>;

    /// Brands of the drafts that [`DraftRows::kinds`] counts, most frequent first, with their numbers. The query's brand
    /// is left aside too.
    async fn brands(&self, query: &DraftRowQuery, most: u32) -> Recorded<Vec<(String, u32)>>;

    /// Words of the index that begin as `beginning` does, with how many drafts have each; at most `most`.
    async fn terms(&self, beginning: &str, most: u32) -> Recorded<Vec<(String, u32)>>;

    /// These drafts whole, in no order; removed ones are left out.
    async fn whole(&self, ids: &[DraftId]) -> Recorded<Vec<Draft>>;

    /// Drafts that other rules than `rules` judged last, at most `most`.
    async fn judged_by_others(&self, rules: &str, most: u32) -> Recorded<Vec<Draft>>;

    /// Keeps what the present rules say of drafts that were not changed since they were read.
    async fn judged(&self, drafts: &[Draft]) -> Recorded<()>;
}
