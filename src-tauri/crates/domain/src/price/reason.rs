//! Why a price is suggested.

use serde::{Deserialize, Serialize};

use crate::{
    catalogue::noun,
    language::Language,
    money::{Currency, major_units},
    values::Condition,
};

/// How a suggestion came about: facts for the sentence that a person reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PriceReason {
    /// The base table, times the factor of the brand's class.
    Table {
        /// Key of the garment noun.
        garment: String,
        /// The children's share of the base is in `base_cents`.
        child: bool,
        /// Condition.
        condition: Condition,
        /// The base, minor units.
        base_cents: u32,
        /// Of the base.
        currency: Currency,
        /// Brand as it stands in the draft.
        brand: Option<String>,
        /// Key of the brand's class.
        class: String,
        /// Lowest factor of the class.
        min_percent: u32,
        /// Highest.
        max_percent: u32,
    },
    /// The median of the person's own sales of the like.
    OwnSales {
        /// How many.
        count: usize,
        /// They were of the same brand; else of the same class of brands.
        same_brand: bool,
        /// Key of the garment noun.
        garment: String,
        /// The condition to which they were brought.
        condition: Condition,
        /// Brand as it stands in the draft.
        brand: Option<String>,
        /// Their median, minor units, before rounding.
        median_cents: u32,
        /// Of the median.
        currency: Currency,
    },
}

impl PriceReason {
    /// The sentence in English, for the command line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let name = |key: &str| {
            noun(key).map_or_else(|| key.to_owned(), |n| n.name(Language::En).to_owned())
        };
        match self {
            Self::Table {
                garment,
                child,
                condition,
                base_cents,
                currency,
                brand,
                class,
                min_percent,
                max_percent,
            } => {
                let child = if *child { "a child's " } else { "" };
                let brand = brand.as_deref().unwrap_or("an unknown brand");
                format!(
                    "{child}{} in condition {:?} starts from {} {}; {brand} (class {class}) counts {} to {} times that.",
                    name(garment),
                    condition.label_en(),
                    major_units(*base_cents, '.'),
                    currency.code(),
                    major_units(*min_percent, '.'),
                    major_units(*max_percent, '.'),
                )
            }
            Self::OwnSales {
                count,
                same_brand,
                garment,
                condition,
                brand,
                median_cents,
                currency,
            } => {
                let of = match (same_brand, brand) {
                    (true, Some(brand)) => format!("of {brand}"),
                    _ => "of like brands".to_owned(),
                };
                format!(
                    "Your {count} sales of {} {of} come to a median of {} {} in condition {:?}.",
                    name(garment),
                    major_units(*median_cents, '.'),
                    currency.code(),
                    condition.label_en(),
                )
            }
        }
    }
}
