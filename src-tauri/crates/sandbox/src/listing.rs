use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::switches::PriceShape;

/// A listing or draft exactly as the marketplace stored it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The site's id.
    pub id: u64,
    /// Member to whom it belongs.
    pub owner_id: u64,
    /// That member's name.
    pub owner_login: String,
    /// As typed.
    pub title: String,
    /// As typed.
    pub description: String,
    /// In minor units.
    pub price_cents: i64,
    /// ISO 4217.
    pub currency: String,
    /// Leaf category; none only in a draft.
    pub catalog_id: Option<u64>,
    /// The category's titles from root to leaf in French, joined by ` > `.
    pub category: String,
    /// None for no brand or a brand of the seller's own wording.
    pub brand_id: Option<u64>,
    /// Name of the brand; empty for none.
    pub brand: String,
    /// The chosen size.
    pub size_id: Option<u64>,
    /// Its label in French; empty for none.
    pub size: String,
    /// The chosen condition.
    pub condition_id: Option<u64>,
    /// Its label in French; empty for none.
    pub condition: String,
    /// In the order sent.
    pub color_ids: Vec<u64>,
    /// Their labels in French.
    pub colors: Vec<String>,
    /// In the order sent.
    pub material_ids: Vec<u64>,
    /// Their labels in French.
    pub materials: Vec<String>,
    /// 1 small, 2 medium, 3 large.
    pub package_size_id: Option<u64>,
    /// Ticked as unisex.
    pub is_unisex: bool,
    /// In cm.
    pub measurement_length: Option<f64>,
    /// In cm.
    pub measurement_width: Option<f64>,
    /// For books.
    pub isbn: Option<String>,
    /// Every attribute as it was sent, by code.
    pub attributes: BTreeMap<String, Vec<u64>>,
    /// In the order shown.
    pub photos: Vec<ListingPhoto>,
    /// Not published yet.
    pub is_draft: bool,
    /// Hidden until the site has reviewed it.
    pub under_review: bool,
    /// Deleted by its owner; kept here so that counts stay true.
    pub is_deleted: bool,
    /// Hidden by its owner.
    pub is_hidden: bool,
    /// Marked as reserved by its owner.
    pub is_reserved: bool,
    /// Marked as sold by its owner.
    pub is_closed: bool,
    /// The photo session it was made with.
    pub temp_uuid: Option<String>,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A photo of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingPhoto {
    /// The site's id.
    pub id: u64,
    /// SHA-256 of the very bytes that were uploaded, in lower-case hexadecimal.
    pub sha256: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// As the upload named it.
    pub filename: String,
}

impl Listing {
    /// Path of its page, with the slug.
    pub fn path(&self) -> String {
        format!("/items/{}-{}", self.id, slug::slugify(&self.title))
    }

    pub(crate) fn price(&self, shape: PriceShape) -> Value {
        let text = decimal(self.price_cents);
        match shape {
            PriceShape::Object => json!({"amount": text, "currency_code": self.currency}),
            // Exact enough for a price: at most 3,000,000 cents.
            #[allow(clippy::cast_precision_loss)]
            PriceShape::Number => json!(self.price_cents as f64 / 100.0),
            PriceShape::String => json!(text),
        }
    }
}

/// `1850` as `18.5`, `1800` as `18.0`: the site's decimal strings.
pub(crate) fn decimal(cents: i64) -> String {
    let (whole, rest) = (cents / 100, (cents % 100).abs());
    if rest % 10 == 0 {
        format!("{whole}.{}", rest / 10)
    } else {
        format!("{whole}.{rest:02}")
    }
}
