//! A draft: a listing in the making. Every value is the person's or says that it is unknown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::DraftId,
    money::Currency,
    photo::Photo,
    values::{Condition, PackageSize, fold},
};

/// At most this many colours (vinted-facts A2: a third evicts the oldest without a word, H).
pub const MAX_COLORS: usize = 2;
/// At most this many materials (vinted-facts A2, H).
pub const MAX_MATERIALS: usize = 3;
/// Photos that the site takes per listing (vinted-facts A2, H). A draft may hold more.
pub const MAX_SITE_PHOTOS: usize = 20;

/// Where a draft stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftStatus {
    /// Being edited.
    #[default]
    Draft,
    /// A job that publishes waits for it. Shown, never stored: the jobs know.
    Queued,
    /// A listing exists.
    Published,
    /// Put away.
    Archived,
}

impl DraftStatus {
    /// The stable code of the contract.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Queued => "queued",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Draft, Self::Queued, Self::Published, Self::Archived]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// The brand as the person gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// The exact name.
    Named(String),
    /// "Sans marque": the person's word that there is none.
    None,
}

impl Brand {
    /// The site's words for "no brand", French first.
    pub const NONE_LABELS: [&'static str; 4] = ["Sans marque", "No brand", "Unbranded", "none"];

    /// Reads what a person typed, kept as typed; blank text is no answer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return None;
        }
        let folded = fold(text);
        if Self::NONE_LABELS.iter().any(|l| fold(l) == folded) {
            return Some(Self::None);
        }
        Some(Self::Named(text.to_owned()))
    }

    /// How it is shown and sent: the name, or `Sans marque`.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::None => Self::NONE_LABELS[0],
        }
    }
}

/// The size as the person gave it. Unknown is a value of its own: never empty, never invented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Nobody said.
    #[default]
    Unknown,
    /// The label, such as `L` or `42`.
    Label(String),
}

impl Size {
    /// How an unknown size is stored and sent.
    pub const UNKNOWN: &'static str = "unknown";

    /// Reads what a person typed, kept as typed; blank or `unknown` is unknown.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match fold(text).as_str() {
            "" | Self::UNKNOWN | "inconnue" | "inconnu" => Self::Unknown,
            _ => Self::Label(text.to_owned()),
        }
    }

    /// The label, or `unknown`.
    #[must_use]
    pub fn as_text(&self) -> &str {
        match self {
            Self::Unknown => Self::UNKNOWN,
            Self::Label(label) => label,
        }
    }
}

/// A listing in the making.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Identifier.
    pub id: DraftId,
    /// Title as typed.
    pub title: String,
    /// Description as typed; lines end with `\n`.
    pub description: String,
    /// Lowest price that the seller takes, minor units.
    pub price_min_cents: Option<u32>,
    /// The price that is published, minor units.
    pub price_target_cents: Option<u32>,
    /// The price that the seller hopes for, minor units.
    pub price_max_cents: Option<u32>,
    /// Currency of the three prices.
    pub currency: Currency,
    /// Brand, where said.
    pub brand: Option<Brand>,
    /// Size.
    pub size: Size,
    /// Condition, where said.
    pub condition: Option<Condition>,
    /// Titles from root to leaf joined by ` > `, or the site's catalogue id, as typed.
    pub category: Option<String>,
    /// At most [`MAX_COLORS`] of the site's colour names.
    pub colors: Vec<String>,
    /// At most [`MAX_MATERIALS`] of the site's material names.
    pub materials: Vec<String>,
    /// Parcel size, where said.
    pub package_size: Option<PackageSize>,
    /// Photos in order; the first is the cover.
    pub photos: Vec<Photo>,
    /// Where it stands.
    pub status: DraftStatus,
    /// How sure the grouping and analysis were, 0 to 1; none where a person made it.
    pub confidence: Option<f64>,
    /// Grows by one with each saved change; tells two editors apart.
    pub revision: u32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Draft {
    /// An empty draft.
    #[must_use]
    pub fn new(id: DraftId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            title: String::new(),
            description: String::new(),
            price_min_cents: None,
            price_target_cents: None,
            price_max_cents: None,
            currency: Currency::default(),
            brand: None,
            size: Size::Unknown,
            condition: None,
            category: None,
            colors: Vec::new(),
            materials: Vec::new(),
            package_size: None,
            photos: Vec::new(),
            status: DraftStatus::Draft,
            confidence: None,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The photos that go to the site: the first [`MAX_SITE_PHOTOS`].
    #[must_use]
    pub fn site_photos(&self) -> &[Photo] {
        &self.photos[..self.photos.len().min(MAX_SITE_PHOTOS)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brand_and_size_keep_unknown_apart_from_none() {
        assert_eq!(Brand::parse("  "), None, "an empty brand is no answer");
        assert_eq!(
            Brand::parse("sans marque"),
            Some(Brand::None),
            "no brand is an answer"
        );
        assert_eq!(
            Size::parse(""),
            Size::Unknown,
            "an empty size is unknown, not null"
        );
        assert_eq!(
            Size::parse(Size::UNKNOWN).as_text(),
            "unknown",
            "unknown survives a round trip"
        );
        assert_eq!(
            Size::parse("L"),
            Size::Label("L".into()),
            "a label is kept as typed"
        );
    }
}
