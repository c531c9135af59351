//! Drafts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, JsonValue};

/// A draft as every shell shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = Draft)]
pub struct DraftView {
    /// UUIDv7.
    pub id: String,
    /// Title.
    pub title: String,
    /// Description; lines end with `\n`.
    pub description: String,
    /// Lowest price, minor units.
    pub price_min_cents: Option<u32>,
    /// Published price, minor units.
    pub price_target_cents: Option<u32>,
    /// Hoped-for price, minor units.
    pub price_max_cents: Option<u32>,
    /// ISO 4217.
    pub currency: String,
    /// Exact name or `Sans marque`; null where nobody said.
    pub brand: Option<String>,
    /// Label, or `unknown`; never null.
    pub size: String,
    /// `new_with_tags|new_without_tags|very_good|good|satisfactory`.
    pub condition: Option<String>,
    /// Titles from root to leaf joined by ` > `.
    pub category: Option<String>,
    /// Names separated by commas.
    pub color: Option<String>,
    /// Names separated by commas.
    pub material: Option<String>,
    /// `small|medium|large`.
    pub package_size: Option<String>,
    /// In order; the first is the cover.
    pub photos: Vec<PhotoView>,
    /// What the gates say.
    pub flags: DraftFlags,
    /// Codes of the gates that fail; empty when ready.
    pub missing_fields: Vec<String>,
    /// Codes of things worth knowing that stop nothing.
    pub warnings: Vec<String>,
    /// 0 to 1; null where a person made it.
    pub confidence: Option<f64>,
    /// `draft|queued|published|archived`.
    pub status: String,
    /// Where its listing is, once published.
    pub listing_url: Option<String>,
    /// The listing exists and the site does not show it to others yet: it is reviewing it.
    #[serde(default)]
    pub listing_pending: bool,
    /// The outcome of the last publish attempt is not known: the person must settle it.
    pub unknown_outcome: bool,
    /// Grows with each saved change.
    pub revision: u32,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// Flags of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
pub struct DraftFlags {
    /// All gates hold.
    pub publish_ready: bool,
}

/// A photo of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = Photo)]
pub struct PhotoView {
    /// UUIDv7.
    pub id: String,
    /// SHA-256 (hex) of the JPEG bytes that go to the site.
    pub sha256: String,
    /// The name under which it was imported.
    pub filename: String,
    /// Where a shell finds the picture: `/media/<sha256>.jpg`.
    pub url: String,
    /// Where a shell finds the thumbnail: `/media/<sha256>.thumb.jpg`.
    pub thumb_url: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Always `image/jpeg`.
    pub mime: String,
    /// Place in the draft, from 0.
    pub order_index: u32,
    /// Changes (turns, crops) that can be taken back.
    pub edits: u32,
}

/// A photo after a turn, a crop, or one of them taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct EditedPhotoView {
    /// UUIDv7; stays the same.
    pub id: String,
    /// SHA-256 (hex) of the JPEG bytes that go to the site now.
    pub sha256: String,
    /// Where a shell finds the picture: `/media/<sha256>.jpg`.
    pub url: String,
    /// Where a shell finds the thumbnail: `/media/<sha256>.thumb.jpg`.
    pub thumb_url: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Changes that can be taken back.
    pub edits: u32,
}

/// A part of a photo, in pixels of the photo as it is shown, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PhotoPart {
    /// Pixels left of it.
    pub left: u32,
    /// Pixels above it.
    pub top: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// One changed value of a draft: shapes only are checked, null empties it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct DraftChange {
    /// The draft's field name, such as `title` or `price_target_cents`.
    pub key: String,
    /// Text, number or null.
    #[specta(type = JsonValue)]
    pub value: Value,
}

/// Which drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct DraftFilter {
    /// Only those whose gates all hold.
    pub ready: bool,
    /// Words sought in title, description, brand and category.
    pub search: String,
}

/// A list of drafts, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct DraftList {
    /// The drafts.
    pub drafts: Vec<DraftView>,
}

/// The gates of one draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct DraftCheck {
    /// All gates hold.
    pub publish_ready: bool,
    /// The site takes a listing with these values, so `prepare` fills its form, whatever style gates say.
    pub preparable: bool,
    /// Codes of the gates that fail.
    pub missing_fields: Vec<String>,
    /// Codes of things worth knowing.
    pub warnings: Vec<String>,
    /// Every gate, failing ones first, with a repair where one is certain.
    #[serde(default)]
    pub gates: Vec<GateView>,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct GateView {
    /// Stable code.
    pub code: Code,
    /// It holds.
    pub ok: bool,
    /// It stops nothing even where it fails.
    pub warning: bool,
    /// The field it looks at.
    pub field: String,
    /// Facts for the sentence, such as `{"count":83,"max":70}` or `{"words":["magnifique"]}`.
    #[specta(type = JsonValue)]
    pub facts: Value,
    /// A certain repair, as changes to apply; empty where there is none.
    pub repair: Vec<DraftChange>,
}

/// The closed lists of the form, for pickers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Vocabulary {
    /// The site's colours.
    pub colors: Vec<TermView>,
    /// The site's materials.
    pub materials: Vec<TermView>,
    /// Conditions, best first.
    pub conditions: Vec<TermView>,
    /// Parcel sizes, smallest first.
    pub package_sizes: Vec<TermView>,
    /// Leaves of the catalogue.
    pub categories: Vec<CategoryView>,
    /// Brands to suggest while typing; any other name may be typed.
    pub brands: Vec<String>,
}

/// A term with its labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct TermView {
    /// What a draft stores.
    pub value: String,
    /// French label.
    pub fr: String,
    /// English label.
    pub en: String,
    /// CSS colour, for colours.
    pub hex: Option<String>,
}

/// A leaf of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct CategoryView {
    /// What a draft stores: French titles from root to leaf joined by ` > `.
    pub path: String,
    /// The same in English, where known.
    pub path_en: Option<String>,
    /// It has sizes.
    pub sized: bool,
}
