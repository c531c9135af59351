//! The site's form: what is sent, and what is reported back field by field.

use serde::{Deserialize, Serialize};

use crate::{
    draft::{Brand, Draft, Size},
    money::Currency,
    values::{Condition, PackageSize},
};

/// The range of prices that the site itself suggests for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedPrice {
    /// Lowest, minor units.
    pub min_cents: u32,
    /// Highest, minor units; the lowest again where the site shows one figure.
    pub max_cents: u32,
    /// Of both.
    pub currency: Currency,
}

/// A field of the form, in the form's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Photos.
    Photos,
    /// Title.
    Title,
    /// Description.
    Description,
    /// Category, a leaf of the tree.
    Category,
    /// Brand.
    Brand,
    /// Size.
    Size,
    /// Condition.
    Condition,
    /// Colours.
    Color,
    /// Materials.
    Material,
    /// Price.
    Price,
    /// Parcel size.
    PackageSize,
}

impl Field {
    /// All, in the form's order.
    pub const ALL: [Self; 11] = [
        Self::Photos,
        Self::Title,
        Self::Description,
        Self::Category,
        Self::Brand,
        Self::Size,
        Self::Condition,
        Self::Color,
        Self::Material,
        Self::Price,
        Self::PackageSize,
    ];

    /// The contract's name of the field.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Title => "title",
            Self::Description => "description",
            Self::Category => "category",
            Self::Brand => "brand",
            Self::Size => "size",
            Self::Condition => "condition",
            Self::Color => "color",
            Self::Material => "material",
            Self::Price => "price",
            Self::PackageSize => "package_size",
        }
    }

    /// Reads a contract name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }
}

/// What became of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldState {
    /// The form shows the value that was sent.
    Filled,
    /// The form does not have the field, or there is nothing to send.
    Absent,
    /// The field could not be filled or shows something else.
    Failed,
}

/// The report of one field, read from the form after filling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldReport {
    /// Which.
    pub field: Field,
    /// What became of it.
    pub state: FieldState,
    /// What the form shows now.
    pub value: Option<String>,
    /// Why it failed or is absent, as a code.
    pub reason: Option<String>,
    /// The hook that found it.
    pub hook: Option<String>,
}

/// Everything that a form is filled with.
#[derive(Clone, Debug, PartialEq)]
pub struct FormContent {
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Path of titles joined by ` > `, a hint, or the site's id.
    pub category: String,
    /// Brand; none leaves the field alone.
    pub brand: Option<Brand>,
    /// Size; unknown leaves the field alone, and is an error where the leaf has sizes.
    pub size: Size,
    /// Condition.
    pub condition: Condition,
    /// Colours.
    pub colors: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Price in minor units.
    pub price_cents: u32,
    /// Its currency.
    pub currency: Currency,
    /// Parcel size; none keeps the site's recommendation.
    pub package_size: Option<PackageSize>,
    /// Photo files in order, at most [`crate::draft::MAX_SITE_PHOTOS`].
    pub photos: Vec<std::path::PathBuf>,
}

/// A value without which the site takes no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissingForSite(pub Field);

/// The content of a draft for the form, or what the site itself would miss.
///
/// Photos come as paths from the photo store; `photo_paths` follows [`Draft::site_photos`].
///
/// # Errors
/// Every field that the site requires and the draft lacks, in the form's order.
pub fn content_of(
    draft: &Draft,
    photo_paths: Vec<std::path::PathBuf>,
    photos_required: bool,
) -> Result<FormContent, Vec<MissingForSite>> {
    let mut missing = Vec::new();
    if photos_required && photo_paths.is_empty() {
        missing.push(MissingForSite(Field::Photos));
    }
    if draft.title.trim().is_empty() {
        missing.push(MissingForSite(Field::Title));
    }
    let category = draft.category.clone().filter(|c| !c.trim().is_empty());
    if category.is_none() {
        missing.push(MissingForSite(Field::Category));
    }
    if draft.condition.is_none() {
        missing.push(MissingForSite(Field::Condition));
    }
    if draft.price_target_cents.is_none() {
        missing.push(MissingForSite(Field::Price));
    }
    match (category, draft.condition, draft.price_target_cents) {
        (Some(category), Some(condition), Some(price_cents)) if missing.is_empty() => {
            Ok(FormContent {
                title: draft.title.trim().to_owned(),
                description: draft.description.clone(),
                category,
                brand: draft
                    .brand
                    .as_ref()
                    .and_then(|b| Brand::parse(b.as_text().trim())),
                size: Size::parse(draft.size.as_text().trim()),
                condition,
                colors: draft.colors.clone(),
                materials: draft.materials.clone(),
                price_cents,
                currency: draft.currency,
                package_size: draft.package_size,
                photos: photo_paths,
            })
        }
        _ => Err(missing),
    }
}
