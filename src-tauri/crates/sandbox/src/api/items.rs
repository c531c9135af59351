//! Listings: create, read for editing, update, delete; and the faults of a publish call.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::drafts::check_draft;
use super::submission::Submission;
use super::{Answer, ApiError, Call, member, ok, read_json, refuse, saved, writer};
use crate::connection::Scissors;
use crate::faults::Door;
use crate::listing::Listing;
use crate::state::{Account, Market, State as MarketState};
use crate::switches::{Landing, Stage, take};

/// Tells the page where the seller stands after publishing. The site has no such header; what makes its pages differ
/// is unknown (vinted-facts A4).
pub(super) const LANDING_HEADER: &str = "x-practice-landing";

/// What a writing call wants with the listing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Publish,
    /// With the body that was sent, not with what was saved before.
    PublishDraft,
    SaveDraft,
    Update,
}

impl Wish {
    fn publishes(self) -> bool {
        matches!(self, Self::Publish | Self::PublishDraft)
    }

    fn is_of_a_draft(self) -> bool {
        matches!(self, Self::PublishDraft | Self::SaveDraft)
    }
}

/// The way of every writing call: the gate, the faults before, the checks, the storing, the faults after.
pub(super) async fn submit(
    market: &Arc<Market>,
    scissors: &Scissors,
    call: &Call,
    body: &[u8],
    wish: Wish,
    id: Option<u64>,
) -> Result<Response, Response> {
    if wish.is_of_a_draft()
        && let Some(id) = id
    {
        check_draft(market, call, id)?;
    }
    if wish.publishes() {
        market.lock().counts.publish_calls += 1;
        saved(market).await?;
    }
    market.gate(Stage::Submit, Door::Api, &call.headers).await?;
    let account = writer(market, &call.headers)?;
    let submission: Submission = read_json(body)?;
    let stored = store(&mut market.lock(), market, &account, submission, wish, id)?;
    saved(market).await?;
    market.hang(Stage::Submit, true).await;
    after_storing(market, scissors, wish, &stored)
}

fn store(
    state: &mut MarketState,
    market: &Market,
    account: &Account,
    submission: Submission,
    wish: Wish,
    id: Option<u64>,
) -> Result<Listing, Response> {
    if let Some(refused) = take(&mut state.switches.refused) {
        state.fire("refused");
        return Err(refuse(ApiError::validation(refused.errors)));
    }
    if take(&mut state.switches.server_error_before).is_some() {
        state.fire("server_error_before");
        return Err(refuse(ApiError::broken()));
    }
    let before = match id {
        None => None,
        Some(id) => {
            let own = state.own_listing(account, id).ok_or_else(|| {
                let others = state.listings.get(&id).is_some_and(|l| !l.is_deleted);
                refuse(if others {
                    ApiError::access_denied()
                } else {
                    ApiError::not_found()
                })
            })?;
            Some(own.clone())
        }
    };
    if wish != Wish::SaveDraft {
        let errors = submission.item.errors(&market.catalogue, state, account);
        if !errors.is_empty() {
            return Err(refuse(ApiError::validation(errors)));
        }
    }
    let id = before
        .as_ref()
        .map_or_else(|| state.new_id(), |listing| listing.id);
    let mut listing =
        submission
            .item
            .into_listing(id, before.as_ref(), &market.catalogue, state, account);
    match wish {
        Wish::SaveDraft => {
            listing.is_draft = true;
            if before.is_none() {
                state.counts.drafts_created += 1;
            }
        }
        Wish::Publish | Wish::PublishDraft => {
            listing.is_draft = false;
            state.counts.created += 1;
            if take(&mut state.switches.under_review).is_some() {
                state.fire("under_review");
                listing.under_review = true;
            }
        }
        Wish::Update => {}
    }
    if take(&mut state.switches.price_stored_as_zero).is_some() {
        state.fire("price_stored_as_zero");
        listing.price_cents = 0;
    }
    state.add_listing(listing.clone());
    Ok(listing)
}

fn after_storing(
    market: &Market,
    scissors: &Scissors,
    wish: Wish,
    stored: &Listing,
) -> Result<Response, Response> {
    let mut state = market.lock();
    let state = &mut *state;
    if take(&mut state.switches.server_error_after).is_some() {
        state.fire("server_error_after");
        return Err(refuse(ApiError::broken()));
    }
    if take(&mut state.switches.answer_lost).is_some() {
        state.fire("answer_lost");
        scissors.cut(state.switches.keep_alive);
    }
    let mut landing = Landing::Item;
    if stored.under_review {
        landing = Landing::Profile;
    } else if wish.publishes()
        && let Some(after) = take(&mut state.switches.after_publish)
    {
        state.fire("after_publish");
        landing = after.landing;
    }
    let actions: &[&str] = match landing {
        Landing::Modal => &["show_upload_another_item_tip"],
        _ if stored.under_review => &["show_item_verification_modal"],
        _ => &[],
    };
    let body = if wish == Wish::SaveDraft {
        json!({"draft": {"id": stored.id}, "code": 0})
    } else {
        json!({"item": {"id": stored.id}, "after_upload_actions": actions, "code": 0})
    };
    let mut answer = axum::Json(body).into_response();
    let landing = match landing {
        Landing::Item => "item",
        Landing::Profile => "profile",
        Landing::Modal => "modal",
    };
    answer
        .headers_mut()
        .insert(LANDING_HEADER, HeaderValue::from_static(landing));
    Ok(answer)
}

/// The only call that gives a whole own listing; drafts too. 404 when sold, reserved or gone (vinted-facts A6).
pub(super) async fn read(
    State(market): State<Arc<Market>>,
    Path(id): Path<u64>,
    call: Call,
) -> Answer {
    market
        .gate(Stage::Readback, Door::Api, &call.headers)
        .await?;
    let account = member(&market, &call.headers)?;
    let state = market.lock();
    let listing = state
        .own_listing(&account, id)
        .filter(|listing| !listing.is_closed && !listing.is_reserved)
        .ok_or_else(|| refuse(ApiError::not_found()))?;
    ok(json!({ "item": edit_view(&market, &state, listing) }))
}

/// Shape: vinted-facts, read-back shapes (confidence L).
pub(crate) fn edit_view(market: &Market, state: &MarketState, listing: &Listing) -> Value {
    let language = state.switches.language;
    json!({
        "id": listing.id,
        "title": listing.title,
        "description": listing.description,
        "price": listing.price(state.switches.price_shape),
        "currency": listing.currency,
        "brand": listing.brand,
        "brand_id": listing.brand_id,
        "catalog_id": listing.catalog_id,
        "catalog_title": listing.catalog_id
            .map(|id| market.catalogue.path_title(id, language)),
        "package_size_id": listing.package_size_id,
        "color_ids": listing.color_ids,
        "is_unisex": listing.is_unisex,
        "isbn": listing.isbn,
        "measurement_length": listing.measurement_length,
        "measurement_width": listing.measurement_width,
        "item_attributes": listing.attributes.iter()
            .map(|(code, ids)| json!({"code": code, "ids": ids})).collect::<Vec<_>>(),
        "photos": listing.photos.iter().map(|photo| json!({
            "id": photo.id,
            "url": format!("/photos/{}", photo.id),
            "width": photo.width,
            "height": photo.height,
            "orientation": 0,
        })).collect::<Vec<_>>(),
        "is_draft": listing.is_draft,
        "is_hidden": listing.is_hidden || listing.under_review,
        "temp_uuid": listing.temp_uuid,
    })
}

pub(super) async fn delete(
    State(market): State<Arc<Market>>,
    Path(id): Path<u64>,
    call: Call,
) -> Answer {
    let account = writer(&market, &call.headers)?;
    {
        let mut state = market.lock();
        let listing = state
            .own_listing_mut(&account, id)
            .filter(|listing| !listing.is_draft)
            .ok_or_else(|| refuse(ApiError::not_found()))?;
        listing.is_deleted = true;
    }
    saved(&market).await?;
    ok(json!({}))
}

#[derive(serde::Deserialize)]
struct Mark {
    state: MarkState,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum MarkState {
    Sold,
    Reserved,
    Hidden,
    Active,
}

/// The owner panel's sold, reserved and hidden. The site's own addresses for them are not among the facts.
pub(super) async fn mark(
    State(market): State<Arc<Market>>,
    Path(id): Path<u64>,
    call: Call,
    body: Bytes,
) -> Answer {
    let account = writer(&market, &call.headers)?;
    let mark: Mark = read_json(&body)?;
    {
        let mut state = market.lock();
        let listing = state
            .own_listing_mut(&account, id)
            .ok_or_else(|| refuse(ApiError::not_found()))?;
        match mark.state {
            MarkState::Sold => listing.is_closed = true,
            MarkState::Reserved => listing.is_reserved = !listing.is_reserved,
            MarkState::Hidden => listing.is_hidden = !listing.is_hidden,
            MarkState::Active => {
                listing.is_closed = false;
                listing.is_reserved = false;
                listing.is_hidden = false;
            }
        }
    }
    saved(&market).await?;
    ok(json!({}))
}
