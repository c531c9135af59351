//! Values that somebody other than the person proposes for a draft, each with where it comes from.
//!
//! What the person typed is never overwritten. A field is filled only where it is open, or where what
//! stands in it was filled before and nobody touched it since.

mod fill;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use fill::{Filled, Kept, MAX_PER_FIELD, Means, Memory, fill};

use crate::{
    draft::{Brand, Draft, MAX_COLORS, MAX_MATERIALS, Size},
    form::Field,
    ids::PhotoId,
    price::PriceReason,
    size_guide::SizeSystem,
    text::FibreShare,
    values::{Condition, PackageSize},
    vocabulary,
};

/// Longest title and short value, in characters.
const MAX_SHORT: usize = 300;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 5_000;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// Read on a label.
    Label {
        /// The photo.
        photo: PhotoId,
        /// Corners clockwise from the top left of what is written, as parts of the upright photo.
        region: Option<[[f32; 2]; 4]>,
        /// What was read, as it stands there.
        text: Option<String>,
    },
    /// What the garment looks like, by the shipped model.
    Look {
        /// The photo that decided; none where several did.
        photo: Option<PhotoId>,
    },
    /// Counted in a photo's pixels.
    Measured {
        /// The photo; none where several count.
        photo: Option<PhotoId>,
    },
    /// A model of the person's own.
    Model {
        /// Its address.
        address: String,
        /// Its name.
        model: String,
        /// The photo on which it read the value, where it says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        photo: Option<PhotoId>,
        /// What it read there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A usual value. It is proposed, never filled in: only the person can confirm it.
    Default,
    /// Composed from the other values, by a template.
    Template,
    /// From the price rules or own sales.
    Prices {
        /// How it came about.
        reason: PriceReason,
    },
}

/// A value of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum SuggestedValue {
    /// Title.
    Title {
        /// It.
        title: String,
    },
    /// Description.
    Description {
        /// It.
        description: String,
    },
    /// Category.
    Category {
        /// Path from root to leaf.
        category: String,
    },
    /// Brand. "No brand" is the person's word only.
    Brand {
        /// Name.
        brand: String,
    },
    /// Size.
    Size {
        /// Label.
        label: String,
        /// The system that it was read in.
        system: Option<SizeSystem>,
    },
    /// Condition.
    Condition {
        /// It.
        condition: Condition,
    },
    /// Colours.
    Color {
        /// The site's names.
        colors: Vec<String>,
    },
    /// Materials.
    Material {
        /// The site's names.
        materials: Vec<String>,
        /// The fibres with their shares, as the label has them.
        composition: Vec<FibreShare>,
    },
    /// The three prices.
    Price {
        /// Lowest, minor units of the draft's currency.
        min: u32,
        /// Published.
        target: u32,
        /// Highest.
        max: u32,
    },
    /// Parcel size.
    PackageSize {
        /// It.
        package_size: PackageSize,
    },
}

/// A value with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The value.
    pub value: SuggestedValue,
    /// Where it comes from.
    pub source: Source,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// When it was made.
    pub at: DateTime<Utc>,
}

impl SuggestedValue {
    /// The field it is for.
    #[must_use]
    pub fn field(&self) -> Field {
        match self {
            Self::Title { .. } => Field::Title,
            Self::Description { .. } => Field::Description,
            Self::Category { .. } => Field::Category,
            Self::Brand { .. } => Field::Brand,
            Self::Size { .. } => Field::Size,
            Self::Condition { .. } => Field::Condition,
            Self::Color { .. } => Field::Color,
            Self::Material { .. } => Field::Material,
            Self::Price { .. } => Field::Price,
            Self::PackageSize { .. } => Field::PackageSize,
        }
    }

    /// It has the shape of a value of its field: bounded plain text on one line, names of the site's
    /// vocabularies, prices in order that the site takes. Anything else is dropped, whoever says it.
    #[must_use]
    pub fn is_sane(&self, draft: &Draft) -> bool {
        let line = |text: &str, most: usize| {
            !text.trim().is_empty()
                && text.chars().count() <= most
                && !text.chars().any(char::is_control)
        };
        match self {
            Self::Title { title } => line(title, MAX_SHORT),
            Self::Description { description } => {
                !description.trim().is_empty()
                    && description.chars().count() <= MAX_DESCRIPTION
                    && !description.chars().any(|c| c.is_control() && c != '\n')
            }
            Self::Category { category } => line(category, MAX_SHORT),
            Self::Brand { brand } => {
                line(brand, MAX_SHORT) && matches!(Brand::parse(brand), Some(Brand::Named(_)))
            }
            Self::Size { label, .. } => {
                line(label, MAX_SHORT) && Size::parse(label) != Size::Unknown
            }
            Self::Condition { .. } | Self::PackageSize { .. } => true,
            Self::Color { colors } => {
                (1..=MAX_COLORS).contains(&colors.len())
                    && colors.iter().all(|c| vocabulary::colour(c).is_some())
            }
            Self::Material {
                materials,
                composition,
            } => {
                (1..=MAX_MATERIALS).contains(&materials.len())
                    && materials.iter().all(|m| vocabulary::material(m).is_some())
                    && composition.len() <= 20
                    && composition.iter().all(|part| {
                        line(&part.fibre, MAX_SHORT) && part.percent.is_none_or(|p| p <= 100)
                    })
            }
            Self::Price { min, target, max } => {
                let (low, high) = draft.currency.price_bounds();
                [low, *min, *target, *max, high].is_sorted()
            }
        }
    }

    /// Writes it into the draft.
    pub fn put(&self, draft: &mut Draft) {
        match self {
            Self::Title { title } => draft.title.clone_from(title),
            Self::Description { description } => draft.description.clone_from(description),
            Self::Category { category } => draft.category = Some(category.clone()),
            Self::Brand { brand } => draft.brand = Brand::parse(brand),
            Self::Size { label, .. } => draft.size = Size::parse(label),
            Self::Condition { condition } => draft.condition = Some(*condition),
            Self::Color { colors } => draft.colors.clone_from(colors),
            Self::Material { materials, .. } => draft.materials.clone_from(materials),
            Self::Price { min, target, max } => {
                draft.price_min_cents = Some(*min);
                draft.price_target_cents = Some(*target);
                draft.price_max_cents = Some(*max);
            }
            Self::PackageSize { package_size } => draft.package_size = Some(*package_size),
        }
    }

    /// The draft says the very same in that field.
    #[must_use]
    pub fn stands_in(&self, draft: &Draft) -> bool {
        let mut with = draft.clone();
        self.put(&mut with);
        with == *draft
    }
}

/// Nobody has said anything in the field.
#[must_use]
pub fn is_open(draft: &Draft, field: Field) -> bool {
    match field {
        Field::Photos => false,
        Field::Title => draft.title.trim().is_empty(),
        Field::Description => draft.description.trim().is_empty(),
        Field::Category => draft
            .category
            .as_deref()
            .unwrap_or_default()
            .trim()
            .is_empty(),
        Field::Brand => draft.brand.is_none(),
        Field::Size => draft.size == Size::Unknown,
        Field::Condition => draft.condition.is_none(),
        Field::Color => draft.colors.is_empty(),
        Field::Material => draft.materials.is_empty(),
        Field::Price => [
            draft.price_min_cents,
            draft.price_target_cents,
            draft.price_max_cents,
        ]
        .iter()
        .all(Option::is_none),
        Field::PackageSize => draft.package_size.is_none(),
    }
}

#[cfg(test)]
mod tests;
