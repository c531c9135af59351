//! A member's listings, newest first, in pages.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Call, ok};
use crate::catalogue::Catalogue;
use crate::faults::Door;
use crate::listing::Listing;
use crate::session::Visitor;
use crate::state::{Market, State as MarketState};
use crate::switches::{Language, Stage};

const PER_PAGE_DEFAULT: usize = 20;
const PER_PAGE_MAX: usize = 100;

#[derive(Deserialize)]
pub(super) struct Page {
    page: Option<usize>,
    per_page: Option<usize>,
    /// `active`, `draft` or `drafts` (sources disagree).
    cond: Option<String>,
}

pub(super) async fn list(
    State(market): State<Arc<Market>>,
    Path(user): Path<u64>,
    Query(query): Query<Page>,
    call: Call,
) -> Answer {
    market
        .gate(Stage::Readback, Door::Api, &call.headers)
        .await?;
    let state = market.lock();
    let own = match state.visitor(&call.headers) {
        Visitor::Member(account) => account.id == user,
        Visitor::Stale | Visitor::Stranger => {
            return Err(super::refuse(super::ApiError::session_gone()));
        }
    };
    let rows: Vec<&Listing> = shown(&state, user, own)
        .into_iter()
        .filter(|listing| match query.cond.as_deref() {
            Some("active") => !listing.is_draft && !listing.is_closed,
            Some("draft" | "drafts") => listing.is_draft,
            _ => true,
        })
        .collect();
    let per_page = query
        .per_page
        .unwrap_or(PER_PAGE_DEFAULT)
        .clamp(1, PER_PAGE_MAX);
    let page = query.page.unwrap_or(1).max(1);
    let language = state.switches.language;
    let items: Vec<Value> = rows
        .iter()
        .skip((page - 1).saturating_mul(per_page))
        .take(per_page)
        .map(|listing| row(&market.catalogue, listing, language))
        .collect();
    ok(json!({
        "items": items,
        "pagination": {
            "current_page": page,
            "total_pages": rows.len().div_ceil(per_page),
            "total_entries": rows.len(),
            "per_page": per_page,
        },
    }))
}

/// What a visitor sees of a member's listings; newest first.
pub(crate) fn shown(state: &MarketState, user: u64, own: bool) -> Vec<&Listing> {
    let mut rows: Vec<&Listing> = state
        .listings
        .values()
        .filter(|l| l.owner_id == user && !l.is_deleted)
        .filter(|l| own || !(l.is_draft || l.is_hidden || l.under_review))
        .collect();
    rows.sort_by_key(|l| std::cmp::Reverse((l.created_at, l.id)));
    rows
}

/// One row; also what the member page shows on a card.
pub(crate) fn row(catalogue: &Catalogue, listing: &Listing, language: Language) -> Value {
    let size = listing
        .size_id
        .zip(
            listing
                .catalog_id
                .and_then(|id| catalogue.leaf(id))
                .and_then(|l| l.sizes.as_ref()),
        )
        .and_then(|(id, set)| catalogue.size(set, id))
        .map_or("", |option| option.title(language));
    let condition = listing
        .condition_id
        .and_then(|id| catalogue.conditions.iter().find(|c| c.id == id))
        .map_or("", |condition| condition.titles.get(language));
    json!({
        "id": listing.id,
        "title": listing.title,
        "path": if listing.is_draft {
            format!("/items/{}/edit", listing.id)
        } else {
            listing.path()
        },
        "price": {
            "amount": crate::listing::decimal(listing.price_cents),
            "currency_code": listing.currency,
        },
        "size": size,
        "brand": listing.brand,
        "status": condition,
        "is_draft": listing.is_draft,
        "is_closed": listing.is_closed,
        "item_closing_action": if listing.is_closed { json!("sold") } else { Value::Null },
        "is_reserved": listing.is_reserved,
        "is_hidden": listing.is_hidden || listing.under_review,
        "view_count": 0,
        "favourite_count": 0,
        "user_id": listing.owner_id,
        "created_at_ts": listing.created_at.to_rfc3339(),
        "photos": listing.photos.iter().map(|photo| json!({
            "id": photo.id,
            "url": format!("/photos/{}", photo.id),
            "width": photo.width,
            "height": photo.height,
            "is_main": Some(photo.id) == listing.photos.first().map(|p| p.id),
        })).collect::<Vec<_>>(),
        "currency": listing.currency,
    })
}
