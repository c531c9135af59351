//! Lists of drafts: light rows, pages, counts; and changes of many at once.

use serde::{Deserialize, Serialize};

use crate::{Code, DraftChange};

/// Where a draft stands on the bench.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type,
)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// The outcome of the last publish attempt is not known: the person must settle it.
    Unknown,
    /// A gate fails.
    Open,
    /// All gates hold.
    Ready,
    /// A job that publishes waits for it.
    Queued,
    /// A listing exists.
    Published,
    /// Put away.
    Archived,
}

/// In which order. All but the first: over all states together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DraftSort {
    /// By state; newest import first, and within it as its piles stand.
    #[default]
    Import,
    /// Last changed first.
    Changed,
    /// Dearest first, those without a price last.
    PriceDown,
    /// Cheapest first, those without a price last.
    PriceUp,
    /// By title, case and accents aside.
    Title,
}

/// Which drafts, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct DraftRowsQuery {
    /// Beginnings of words sought in title, description, brand and category; every one must be there.
    pub search: String,
    /// In one of these states; empty: in any but `archived`.
    pub states: Vec<DraftState>,
    /// With one of these gates failing; empty: whatever fails.
    pub missing: Vec<String>,
    /// Of this brand, `Sans marque` included; null: of any.
    pub brand: Option<String>,
    /// Queued or published on the account with this name; null: on any or none.
    pub account: Option<String>,
    /// In which order.
    pub sort: DraftSort,
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct DraftRowsRequest {
    /// Which.
    pub query: DraftRowsQuery,
    /// Skip this many.
    pub offset: u32,
    /// At most this many, at most 200; 0 means 100.
    pub limit: u32,
}

/// What a list shows of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftRow {
    /// UUIDv7.
    pub id: String,
    /// Title.
    pub title: String,
    /// Exact name or `Sans marque`; null where nobody said.
    pub brand: Option<String>,
    /// Label, or `unknown`.
    pub size: String,
    /// `new_with_tags|new_without_tags|very_good|good|satisfactory`.
    pub condition: Option<String>,
    /// Published price, minor units.
    pub price_target_cents: Option<u32>,
    /// ISO 4217.
    pub currency: String,
    /// Where it stands.
    pub state: DraftState,
    /// Codes of the gates that fail.
    pub missing_fields: Vec<String>,
    /// Thumbnail of the cover: `/media/<sha256>.thumb.jpg`.
    pub thumb_url: Option<String>,
    /// Number of photos.
    pub photos: u32,
    /// Grows with each saved change.
    pub revision: u32,
    /// RFC 3339.
    pub updated_at: String,
}

/// A part of a list, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftRowsPage {
    /// The rows.
    pub rows: Vec<DraftRow>,
    /// How many there are in all.
    pub total: u32,
}

/// How many drafts fit a search, brand and account, whatever their state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftCounts {
    /// One entry for each state with the same gates failing.
    pub kinds: Vec<DraftKind>,
    /// Brands of these drafts, most frequent first, at most 200.
    pub brands: Vec<BrandCount>,
    /// Words that were probably meant, where nothing was found for those sought.
    pub instead: Option<String>,
}

/// Drafts in one state with the same gates failing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftKind {
    /// Where they stand.
    pub state: DraftState,
    /// Codes of the gates that fail.
    pub missing: Vec<String>,
    /// How many.
    pub count: u32,
    /// Sum of their target prices, minor units of whatever currency each has; the largest number where it is more.
    pub cents: u32,
}

/// How many drafts have a brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BrandCount {
    /// Its name, or `Sans marque`.
    pub brand: String,
    /// How many.
    pub count: u32,
}

/// Where a draft stands in the order of the bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftPlace {
    /// From 1; 0: it is not on the bench.
    pub place: u32,
    /// Drafts on the bench.
    pub total: u32,
    /// The draft before it.
    pub previous: Option<String>,
    /// The draft after it.
    pub next: Option<String>,
}

/// One change for many drafts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct BulkChange {
    /// Which, at most 10,000.
    pub ids: Vec<String>,
    /// Values that all of them get, as in a change of one draft.
    pub changes: Vec<DraftChange>,
    /// Raises or lowers all three prices by so many per cent, -90 to 400, rounded as sellers write prices.
    pub price_percent: Option<i32>,
}

/// What a change of many drafts did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BulkAnswer {
    /// Takes it back; null where nothing was changed.
    pub undo: Option<String>,
    /// How many were changed.
    pub changed: u32,
    /// How many had these values already.
    pub same: u32,
    /// Those that were left as they are, and why.
    pub left: Vec<BulkLeft>,
}

/// A draft that a change of many left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BulkLeft {
    /// The draft.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why.
    pub code: Code,
}

/// One state that a draft held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct DraftVersion {
    /// Revision of the draft when it held this; names the version.
    pub revision: u32,
    /// `made|edit|photos|filled|bulk|undone|restored`.
    pub cause: String,
    /// When the first step of it was saved (RFC 3339).
    pub began_at: String,
    /// When the last step of it was saved (RFC 3339).
    pub saved_at: String,
    /// What it changed against the version before; empty for the oldest that is kept.
    pub differences: Vec<VersionDifference>,
    /// Thumbnail of its cover.
    pub thumb_url: Option<String>,
    /// The draft holds this now.
    pub present: bool,
}

/// One field that differs between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct VersionDifference {
    /// The draft's field name, such as `title` or `price_target_cents`; `photos` for which there are and their order.
    pub field: String,
    /// What stood before, as text: amounts in minor units, photos as their number; null: nothing.
    pub before: Option<String>,
    /// What stands after.
    pub after: Option<String>,
}
