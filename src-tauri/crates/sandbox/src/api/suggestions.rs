//! What the site proposes or asks on its own: price range, category by photo, authenticity.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Value, json};

use super::choices::leaf_row;
use super::submission::{PRICE_CENTS_MAX, PRICE_CENTS_MIN};
use super::{Answer, Call, member, ok, read_json, writer};
use crate::faults::Door;
use crate::listing::decimal;
use crate::state::Market;
use crate::switches::{Stage, take};

pub(super) async fn configuration(State(market): State<Arc<Market>>, call: Call) -> Answer {
    member(&market, &call.headers)?;
    ok(json!({ "configuration": {
        "minimum_price": decimal(PRICE_CENTS_MIN),
        "maximum_price": decimal(PRICE_CENTS_MAX),
        "currency": "EUR",
        "max_photos": 20,
    }}))
}

/// Typical prices in euros; invented, and only there so that the form has something to show.
pub(super) async fn price(State(market): State<Arc<Market>>, call: Call, body: Bytes) -> Answer {
    writer(&market, &call.headers)?;
    let body: Value = read_json(&body)?;
    let luxury = body["brand_id"]
        .as_u64()
        .and_then(|id| market.catalogue.brand(id))
        .is_some_and(|brand| brand.luxury);
    let condition = body["status_id"].as_u64().unwrap_or(3);
    let midpoint = match condition {
        6 => 2_400,
        1 => 2_000,
        2 => 1_500,
        3 => 1_100,
        _ => 600,
    } * if luxury { 12 } else { 1 };
    let money = |cents: i64| json!({"amount": decimal(cents), "currency_code": "EUR"});
    ok(json!({ "price_suggestion": {
        "minimum": money(midpoint * 6 / 10),
        "maximum": money(midpoint * 14 / 10),
        "price": money(midpoint),
        "midpoint": money(midpoint),
    }}))
}

/// Two leaves, whatever the photos show: the practice marketplace has no eyes.
pub(super) async fn categories(State(market): State<Arc<Market>>, call: Call) -> Answer {
    writer(&market, &call.headers)?;
    let language = market.language();
    let rows: Vec<Value> = [221, 267]
        .iter()
        .map(|id| leaf_row(&market.catalogue, *id, language))
        .collect();
    ok(json!({ "catalogs": rows }))
}

/// What goes with a title; nothing, here. The site's form asks for attributes of the photos and texts at this address
/// (vinted-facts A6, confidence M-H); when exactly is not known.
pub(super) async fn attributes(State(market): State<Arc<Market>>, call: Call) -> Answer {
    market.gate(Stage::Title, Door::Api, &call.headers).await?;
    writer(&market, &call.headers)?;
    ok(json!({ "attributes": [] }))
}

/// Whether the form interrupts the seller: about proof of authenticity after a brand was chosen, or about photos
/// before a brand of high value is published.
pub(super) async fn eligibility(
    State(market): State<Arc<Market>>,
    call: Call,
    body: Bytes,
) -> Answer {
    writer(&market, &call.headers)?;
    let body: Value = read_json(&body)?;
    let brand = body["brand_id"]
        .as_u64()
        .and_then(|id| market.catalogue.brand(id));
    let high_value = brand.is_some_and(|brand| brand.high_value);
    let photos = body["photo_count"].as_u64();
    let mut state = market.lock();
    let state = &mut *state;
    let asks = |every: bool| every || high_value;
    let authenticity = photos.is_none()
        && state
            .switches
            .authenticity_modal
            .is_some_and(|modal| asks(modal.every_brand))
        && take(&mut state.switches.authenticity_modal).is_some();
    if authenticity {
        state.fire("authenticity_modal");
    }
    let more_photos = high_value
        && photos.is_some_and(|count| count < 3)
        && take(&mut state.switches.premium_photos).is_some();
    if more_photos {
        state.fire("premium_photos");
    }
    ok(json!({
        "eligible": high_value,
        "show_authenticity_modal": authenticity,
        "show_photo_tips_modal": more_photos,
        "minimum_photos": 3,
    }))
}
