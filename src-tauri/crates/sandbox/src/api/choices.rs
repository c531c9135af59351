//! What the form offers: categories, a leaf's attributes, brands, sizes, colours, parcels.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, ApiError, Call, member, ok, read_json, refuse, writer};
use crate::catalogue::{Catalogue, Leaf};
use crate::faults::Door;
use crate::state::Market;
use crate::switches::{Language, Stage};

/// Without a keyword the site lists about this many popular brands.
const POPULAR_BRANDS: usize = 50;

pub(super) async fn catalogs(State(market): State<Arc<Market>>, call: Call) -> Answer {
    member(&market, &call.headers)?;
    ok(json!({ "catalogs": market.catalogue.tree(None, market.language()) }))
}

#[derive(Deserialize)]
pub(super) struct Keyword {
    #[serde(default)]
    keyword: String,
}

pub(super) async fn search(
    State(market): State<Arc<Market>>,
    Query(query): Query<Keyword>,
    call: Call,
) -> Answer {
    member(&market, &call.headers)?;
    let language = market.language();
    let hits: Vec<Value> = market
        .catalogue
        .search(&query.keyword, language)
        .iter()
        .map(|node| leaf_row(&market.catalogue, node.id, language))
        .collect();
    ok(json!({ "catalogs": hits }))
}

/// A leaf with its breadcrumb, as search results and suggestions carry it.
pub(super) fn leaf_row(catalogue: &Catalogue, id: u64, language: Language) -> Value {
    let path = catalogue.path(id);
    let titles: Vec<_> = path.iter().map(|node| node.titles.get(language)).collect();
    json!({
        "id": id,
        "title": titles.last(),
        "path": titles,
        "parent_ids": path.iter().map(|node| node.id).collect::<Vec<_>>(),
    })
}

/// Which category the body asks about. Sources disagree on its shape, so both are taken (vinted-facts A6, M).
fn asked_category(body: &Value) -> Option<u64> {
    if let Some(id) = body["category_id"].as_u64() {
        return Some(id);
    }
    let attributes = body["attributes"].as_array()?;
    let category = attributes
        .iter()
        .find(|attribute| attribute["code"] == "category")?;
    category["value"]
        .get(0)
        .or_else(|| category["ids"].get(0))?
        .as_u64()
}

pub(super) async fn attributes(
    State(market): State<Arc<Market>>,
    call: Call,
    body: Bytes,
) -> Answer {
    market
        .gate(Stage::Category, Door::Api, &call.headers)
        .await?;
    writer(&market, &call.headers)?;
    let body: Value = read_json(&body)?;
    let language = market.language();
    let leaf = asked_category(&body)
        .and_then(|id| market.catalogue.leaf(id))
        .ok_or_else(|| refuse(ApiError::not_found()))?;
    ok(json!({ "attributes": leaf_attributes(&market.catalogue, leaf, language) }))
}

fn leaf_attributes(catalogue: &Catalogue, leaf: &Leaf, language: Language) -> Vec<Value> {
    let label = |key: &str| catalogue.label(language, key);
    let mut attributes = Vec::new();
    if leaf.brand {
        attributes.push(json!({"code": "brand", "id": 1, "configuration": null}));
    }
    if let Some(set) = &leaf.sizes {
        attributes.push(json!({
            "code": "size", "id": 8001,
            "configuration": {
                "title": label("form.size"), "required": true, "selection_type": "single",
                "selection_limit": 1,
                "display_type": leaf.size_display.as_deref().unwrap_or("grid"),
                "options": size_groups_of(catalogue, set, language),
            },
        }));
    }
    attributes.push(json!({
        "code": "condition", "id": 431,
        "configuration": {
            "title": label("form.condition"), "required": true, "selection_type": "single",
            "selection_limit": 1, "display_type": "list",
            "options": catalogue.conditions.iter().map(|condition| json!({
                "id": condition.id,
                "title": condition.titles.get(language),
                "description": condition.hints.get(language),
            })).collect::<Vec<_>>(),
        },
    }));
    if leaf.color {
        attributes.push(json!({"code": "color", "id": 2, "configuration": null}));
    }
    if leaf.material {
        attributes.push(json!({
            "code": "material", "id": 8,
            "configuration": {
                "title": label("form.material"), "required": false, "selection_type": "multi",
                "selection_limit": 3, "display_type": "list",
                "options": catalogue.materials.iter().map(|material| json!({
                    "id": material.id, "title": material.titles.get(language),
                })).collect::<Vec<_>>(),
            },
        }));
    }
    for extra in catalogue
        .extras
        .iter()
        .filter(|extra| leaf.extra.contains(&extra.code))
    {
        attributes.push(json!({
            "code": extra.code, "id": 9000,
            "configuration": {
                "title": extra.titles.get(language), "required": false,
                "selection_type": "single", "selection_limit": 1, "display_type": "list",
                "options": extra.options.iter().map(|option| json!({
                    "id": option.id, "title": option.titles.get(language),
                })).collect::<Vec<_>>(),
            },
        }));
    }
    for (there, code) in [
        (leaf.unisex, "unisex"),
        (leaf.measurements, "measurements"),
        (leaf.isbn, "isbn"),
    ] {
        if there {
            attributes.push(json!({"code": code, "id": 3, "configuration": null}));
        }
    }
    attributes
}

fn size_groups_of(catalogue: &Catalogue, set: &str, language: Language) -> Vec<Value> {
    catalogue
        .size_groups(set)
        .map(|group| {
            json!({
                "id": group.id,
                "title": group.titles.get(language),
                "options": group.options.iter().map(|option| json!({
                    "id": option.id, "title": option.title(language),
                })).collect::<Vec<_>>(),
            })
        })
        .collect()
}

#[derive(Deserialize)]
pub(super) struct BrandQuery {
    #[serde(default)]
    keyword: String,
}

pub(super) async fn brands(
    State(market): State<Arc<Market>>,
    Query(query): Query<BrandQuery>,
    call: Call,
) -> Answer {
    let keyword = query.keyword.trim().to_lowercase();
    if !keyword.is_empty() {
        market.gate(Stage::Brand, Door::Api, &call.headers).await?;
    }
    member(&market, &call.headers)?;
    let delay = market.lock().switches.brand_delay_ms;
    if !keyword.is_empty() {
        market.pause(Duration::from_millis(delay)).await;
    }
    // Accents, apostrophes and spaces do not matter: "levis" finds "Levi's".
    let fold = |text: &str| slug::slugify(text).replace('-', "");
    let folded = fold(&keyword);
    let mut hits: Vec<_> = market
        .catalogue
        .brands
        .iter()
        .filter(|brand| {
            brand.title.to_lowercase().contains(&keyword)
                || (!folded.is_empty() && fold(&brand.title).contains(&folded))
        })
        .collect();
    if !keyword.is_empty() {
        // Longer names first: the brand that was meant is seldom the first row, as on the site.
        hits.sort_by_key(|brand| std::cmp::Reverse(brand.title.chars().count()));
    }
    let rows: Vec<Value> = hits
        .iter()
        .take(POPULAR_BRANDS)
        .map(|brand| {
            json!({
                "id": brand.id,
                "title": brand.title,
                "slug": slug::slugify(&brand.title),
                "requires_authenticity_check": brand.high_value,
                "is_luxury": brand.luxury,
                "is_hvf": brand.high_value,
                "has_children": false,
            })
        })
        .collect();
    ok(json!({ "brands": rows }))
}

pub(super) async fn colors(State(market): State<Arc<Market>>, call: Call) -> Answer {
    member(&market, &call.headers)?;
    let language = market.language();
    let rows: Vec<Value> = (1..)
        .zip(&market.catalogue.colours)
        .map(|(order, colour)| {
            json!({
                "id": colour.id, "title": colour.titles.get(language), "hex": colour.hex,
                "order": order, "code": colour.code,
            })
        })
        .collect();
    ok(json!({ "colors": rows }))
}

/// The branch's default groups come even for categories without sizes: no proof that a size is required.
pub(super) async fn size_groups(State(market): State<Arc<Market>>, call: Call) -> Answer {
    member(&market, &call.headers)?;
    let language = market.language();
    let query = call.uri.query().unwrap_or_default();
    let id = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| {
            matches!(key, "catalog_ids[]" | "catalog_ids%5B%5D" | "catalog_ids")
                .then(|| value.parse().ok())?
        });
    let set = id
        .and_then(|id| market.catalogue.leaf(id))
        .and_then(|leaf| leaf.sizes.as_deref())
        .unwrap_or("women_clothes");
    let groups: Vec<Value> = size_groups_of(&market.catalogue, set, language)
        .into_iter()
        .map(|mut group| {
            group["sizes"] = group["options"].take();
            group
        })
        .collect();
    ok(json!({ "size_groups": groups }))
}

#[derive(Deserialize)]
pub(super) struct ParcelQuery {
    catalog_id: u64,
}

pub(super) async fn package_sizes_by_query(
    State(market): State<Arc<Market>>,
    Query(query): Query<ParcelQuery>,
    call: Call,
) -> Answer {
    parcels(&market, query.catalog_id, &call)
}

pub(super) async fn package_sizes(
    State(market): State<Arc<Market>>,
    Path(id): Path<u64>,
    call: Call,
) -> Answer {
    parcels(&market, id, &call)
}

fn parcels(market: &Market, catalog_id: u64, call: &Call) -> Answer {
    member(market, &call.headers)?;
    let leaf = market
        .catalogue
        .leaf(catalog_id)
        .ok_or_else(|| refuse(ApiError::not_found()))?;
    let language = market.language();
    let label = |key: &str| market.catalogue.label(language, key);
    let rows: Vec<Value> = [(1, "small"), (2, "medium"), (3, "large")]
        .iter()
        .map(|(id, code)| {
            json!({
                "id": id,
                "code": code.to_uppercase(),
                "title": label(&format!("form.parcel.{code}")),
                "description": label(&format!("form.parcel.{code}.hint")),
                "recommended": *id == leaf.parcel,
            })
        })
        .collect();
    ok(json!({ "package_sizes": rows, "default_package_size_id": leaf.parcel }))
}
