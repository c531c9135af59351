//! Pages and counts of what is stored, for lists that are longer than anybody looks at.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{Draft, DraftStatus};

use super::Recorded;

/// Which drafts, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftPageQuery {
    /// Only in this state.
    pub status: Option<DraftStatus>,
    /// Only in this category, or below it.
    pub category: Option<String>,
    /// Only with a target price of at least this, minor units.
    pub min_cents: Option<u32>,
    /// Only with a target price of at most this, minor units.
    pub max_cents: Option<u32>,
    /// Words sought in title, description, brand and category; empty: all.
    pub search: String,
    /// At most this many, newest first.
    pub limit: u32,
    /// Skip this many.
    pub offset: u32,
}

/// How much there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredCounts {
    /// Drafts by stored status, removed ones left out.
    pub drafts: BTreeMap<String, u64>,
    /// Photos.
    pub photos: u64,
    /// Listings.
    pub listings: u64,
    /// Attempts to publish by state.
    pub attempts: BTreeMap<String, u64>,
}

/// Pages and counts.
#[async_trait]
pub trait Overview: Send + Sync {
    /// A page of drafts, newest first, and how many there are on all pages.
    async fn draft_page(&self, query: &DraftPageQuery) -> Recorded<(Vec<Draft>, u64)>;

    /// How much there is of everything.
    async fn counts(&self) -> Recorded<StoredCounts>;
}
