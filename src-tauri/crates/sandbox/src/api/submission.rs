//! The body of a create or update call (vinted-facts A7), what the site refuses in it, and the listing it becomes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::listing::{Listing, ListingPhoto};
use crate::state::{Account, State, now};
use crate::switches::{FieldError, Language};

/// vinted-facts B: 1 € to 30,000 €, confidence M-H.
pub(super) const PRICE_CENTS_MIN: i64 = 100;
pub(super) const PRICE_CENTS_MAX: i64 = 3_000_000;
/// vinted-facts B, confidence M.
const TITLE_CHARS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// vinted-facts B, confidence H.
const PHOTOS_MAX: usize = 20;

/// The wrapper differs between listings (`item`) and drafts (`draft`).
#[derive(Deserialize)]
pub(super) struct Submission {
    #[serde(alias = "draft")]
    pub(super) item: Fields,
}

#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    pub(super) id: Option<u64>,
    currency: String,
    temp_uuid: Option<String>,
    title: String,
    description: String,
    brand_id: Option<u64>,
    brand: Option<String>,
    catalog_id: Option<u64>,
    isbn: Option<String>,
    is_unisex: Value,
    price: Value,
    package_size_id: Option<u64>,
    color_ids: Vec<u64>,
    /// Named `photos` when a draft is completed (vinted-facts A6).
    #[serde(alias = "photos")]
    assigned_photos: Vec<AssignedPhoto>,
    measurement_length: Value,
    measurement_width: Value,
    item_attributes: Vec<Attribute>,
    /// Older clients send these two flat (vinted-facts A7: sources disagree).
    size_id: Option<u64>,
    status_id: Option<u64>,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            id: None,
            currency: "EUR".into(),
            temp_uuid: None,
            title: String::new(),
            description: String::new(),
            brand_id: None,
            brand: None,
            catalog_id: None,
            isbn: None,
            is_unisex: Value::Null,
            price: Value::Null,
            package_size_id: None,
            color_ids: Vec::new(),
            assigned_photos: Vec::new(),
            measurement_length: Value::Null,
            measurement_width: Value::Null,
            item_attributes: Vec::new(),
            size_id: None,
            status_id: None,
        }
    }
}

#[derive(Deserialize)]
struct AssignedPhoto {
    id: u64,
}

#[derive(Deserialize)]
struct Attribute {
    code: String,
    #[serde(default)]
    ids: Vec<u64>,
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    }
}

impl Fields {
    /// A number on the web, a decimal string in the site's own apps; anything else is 0.
    fn price_cents(&self) -> i64 {
        // Prices are small; the cast saturates.
        #[allow(clippy::cast_possible_truncation)]
        let cents = (number(&self.price).unwrap_or(0.0) * 100.0).round() as i64;
        cents
    }

    fn attribute(&self, code: &str) -> &[u64] {
        self.item_attributes
            .iter()
            .find(|attribute| attribute.code == code)
            .map_or(&[], |attribute| &attribute.ids)
    }

    fn size(&self) -> Option<u64> {
        self.attribute("size").first().copied().or(self.size_id)
    }

    fn condition(&self) -> Option<u64> {
        self.attribute("condition")
            .first()
            .copied()
            .or(self.status_id)
    }

    /// Everything the site refuses in a listing that is to be published.
    pub(super) fn errors(
        &self,
        catalogue: &Catalogue,
        state: &State,
        account: &Account,
    ) -> Vec<FieldError> {
        let language = state.switches.language;
        let mut errors = Vec::new();
        let mut error = |field: &str, key: &str| {
            errors.push(FieldError {
                field: field.to_owned(),
                value: catalogue.label(language, &format!("error.{key}")),
            });
        };
        if self.title.trim().is_empty() {
            error("title", "title_missing");
        } else if self.title.chars().count() > TITLE_CHARS_MAX {
            error("title", "title_long");
        }
        if self.description.trim().is_empty() {
            error("description", "description_missing");
        } else if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            error("description", "description_long");
        }
        let leaf = self.catalog_id.and_then(|id| catalogue.leaf(id));
        if leaf.is_none() {
            error("category", "category_missing");
        }
        let known = |id: u64| {
            state
                .photos
                .get(&id)
                .is_some_and(|p| p.owner_id == account.id)
        };
        let photos_missing = self.assigned_photos.is_empty();
        if photos_missing {
            error("photos", "photos_missing");
        } else if self.assigned_photos.len() > PHOTOS_MAX
            || self.assigned_photos.iter().any(|photo| !known(photo.id))
        {
            error("photos", "photo_refused");
        }
        let price = self.price_cents();
        // A missing category or photo shows up as a wrong price too (vinted-facts A3, confidence H).
        if price < PRICE_CENTS_MIN || leaf.is_none() || photos_missing {
            error("price", "price_low");
        } else if price > PRICE_CENTS_MAX {
            error("price", "price_high");
        }
        if let Some(leaf) = leaf {
            match (&leaf.sizes, self.size()) {
                (Some(_), None) => error("size", "size_missing"),
                (Some(set), Some(id)) if catalogue.size(set, id).is_none() => {
                    error("size", "size_wrong");
                }
                _ => {}
            }
            match self.condition() {
                None => error("condition", "condition_missing"),
                Some(id) if !catalogue.conditions.iter().any(|c| c.id == id) => {
                    error("condition", "condition_missing");
                }
                Some(_) => {}
            }
            if !self.package_size_id.is_some_and(|id| (1..=3).contains(&id)) {
                error("package_size", "package_size_missing");
            }
        }
        if self
            .brand_id
            .is_some_and(|id| catalogue.brand(id).is_none())
        {
            error("brand", "brand_wrong");
        }
        let unknown_colour = |id: &u64| !catalogue.colours.iter().any(|colour| colour.id == *id);
        if self.color_ids.len() > 2 || self.color_ids.iter().any(unknown_colour) {
            error("color", "color_many");
        }
        if self.attribute("material").len() > 3 {
            error("material", "material_many");
        }
        errors
    }

    /// The listing as it is stored, new under `id` or in place of `before`.
    pub(super) fn into_listing(
        self,
        id: u64,
        before: Option<&Listing>,
        catalogue: &Catalogue,
        state: &State,
        account: &Account,
    ) -> Listing {
        let french = Language::Fr;
        let size_set = self
            .catalog_id
            .and_then(|id| catalogue.leaf(id))
            .and_then(|leaf| leaf.sizes.clone());
        let size = self
            .size()
            .zip(size_set)
            .and_then(|(id, set)| catalogue.size(&set, id))
            .map(|option| option.title(french).to_owned());
        let condition = self
            .condition()
            .and_then(|id| catalogue.conditions.iter().find(|c| c.id == id))
            .map(|condition| condition.titles.get(french).to_owned());
        let material_ids = self.attribute("material").to_vec();
        let brand = self
            .brand_id
            .and_then(|id| catalogue.brand(id))
            .map(|brand| brand.title.clone())
            .or_else(|| self.brand.clone())
            .unwrap_or_default();
        let photos: Vec<ListingPhoto> = self
            .assigned_photos
            .iter()
            .filter_map(|photo| state.photos.get(&photo.id))
            .map(|photo| photo.file.clone())
            .collect();
        let at = now();
        Listing {
            id,
            owner_id: account.id,
            owner_login: account.login.clone(),
            price_cents: self.price_cents(),
            category: self
                .catalog_id
                .map(|id| catalogue.path_title(id, french))
                .unwrap_or_default(),
            size_id: self.size(),
            size: size.unwrap_or_default(),
            condition_id: self.condition(),
            condition: condition.unwrap_or_default(),
            colors: self
                .color_ids
                .iter()
                .filter_map(|id| catalogue.colours.iter().find(|colour| colour.id == *id))
                .map(|colour| colour.titles.get(french).to_owned())
                .collect(),
            materials: material_ids
                .iter()
                .filter_map(|id| catalogue.materials.iter().find(|m| m.id == *id))
                .map(|material| material.titles.get(french).to_owned())
                .collect(),
            material_ids,
            brand,
            is_unisex: matches!(&self.is_unisex, Value::Bool(true))
                || self.is_unisex.as_u64() == Some(1),
            measurement_length: number(&self.measurement_length),
            measurement_width: number(&self.measurement_width),
            attributes: self
                .item_attributes
                .iter()
                .map(|attribute| (attribute.code.clone(), attribute.ids.clone()))
                .collect::<BTreeMap<_, _>>(),
            photos,
            is_draft: before.is_some_and(|b| b.is_draft),
            under_review: before.is_some_and(|b| b.under_review),
            is_deleted: false,
            is_hidden: before.is_some_and(|b| b.is_hidden),
            is_reserved: before.is_some_and(|b| b.is_reserved),
            is_closed: before.is_some_and(|b| b.is_closed),
            created_at: before.map_or(at, |b| b.created_at),
            updated_at: at,
            currency: self.currency,
            temp_uuid: self.temp_uuid,
            title: self.title,
            description: self.description,
            brand_id: self.brand_id,
            catalog_id: self.catalog_id,
            isbn: self.isbn.filter(|isbn| !isbn.is_empty()),
            package_size_id: self.package_size_id,
            color_ids: self.color_ids,
        }
    }
}
