//! The page of one listing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::{Page, inline_json, not_found, refresh_first, viewer};
use crate::api::{Call, wardrobe};
use crate::faults::Door;
use crate::listing::{Listing, decimal};
use crate::state::Market;
use crate::switches::Stage;

/// The number in front of `-` in `{id}-{slug}`.
pub(super) fn item_id(text: &str) -> Option<u64> {
    text.split('-').next()?.parse().ok()
}

pub(super) async fn item(
    State(market): State<Arc<Market>>,
    Path(id): Path<String>,
    call: Call,
) -> Response {
    if let Err(redirect) = refresh_first(&market, &call) {
        return redirect;
    }
    let viewer = viewer(&market, &call).map(|account| account.id);
    let found = item_id(&id)
        .and_then(|id| market.lock().listings.get(&id).cloned())
        .filter(|l| {
            let own = viewer == Some(l.owner_id);
            !l.is_deleted && !l.is_draft && !l.under_review && (own || !l.is_hidden)
        });
    if let Some(path) = found.as_ref().map(Listing::path)
        && call.uri.path() != path
    {
        return Redirect::to(&path).into_response();
    }
    let passed = match market
        .gate(Stage::AfterSubmit, Door::Page, &call.headers)
        .await
    {
        Ok(passed) => passed,
        Err(instead) => return instead,
    };
    let Some(listing) = found else {
        return not_found(&market, &call);
    };
    let language = market.language();
    let mut page = Page::new(&market, &call, "item", listing.title.clone());
    page.passed = passed;
    page.head = format!(
        "<script type=\"application/ld+json\">{}</script>",
        inline_json(&json_ld(&listing, &call.headers))
    );
    let mut row = wardrobe::row(&market.catalogue, &listing, language);
    let catalogue = &market.catalogue;
    row["description"] = json!(listing.description);
    row["owner"] = json!({"id": listing.owner_id, "login": listing.owner_login});
    row["own"] = json!(viewer == Some(listing.owner_id));
    row["category"] = json!(listing.catalog_id.map(|id| {
        catalogue
            .path(id)
            .iter()
            .map(|n| n.titles.get(language))
            .collect::<Vec<_>>()
    }));
    row["colors"] = json!(
        listing
            .color_ids
            .iter()
            .filter_map(|id| catalogue.colours.iter().find(|colour| colour.id == *id))
            .map(|colour| colour.titles.get(language))
            .collect::<Vec<_>>()
    );
    row["materials"] = json!(
        listing
            .material_ids
            .iter()
            .filter_map(|id| catalogue.materials.iter().find(|m| m.id == *id))
            .map(|material| material.titles.get(language))
            .collect::<Vec<_>>()
    );
    row["package_size_id"] = json!(listing.package_size_id);
    row["is_unisex"] = json!(listing.is_unisex);
    row["isbn"] = json!(listing.isbn);
    row["measurements"] = json!([listing.measurement_length, listing.measurement_width]);
    page.data = json!({ "item": row });
    page.send()
}

/// Public facts of an item as the site's pages carry them (vinted-facts A6, public item, H).
fn json_ld(listing: &Listing, headers: &HeaderMap) -> Value {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listing.title,
        "description": listing.description,
        "brand": {"@type": "Brand", "name": listing.brand},
        "image": listing.photos.first().map(|p| format!("http://{host}/photos/{}", p.id)),
        "url": format!("http://{host}{}", listing.path()),
        "offers": {
            "@type": "Offer",
            "price": decimal(listing.price_cents),
            "priceCurrency": listing.currency,
            "availability": if listing.is_closed {
                "https://schema.org/SoldOut"
            } else {
                "https://schema.org/InStock"
            },
        },
    })
}
