//! Drafts on the site: a draft's id is its later item's id (vinted-facts A1, confidence H).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::{Answer, ApiError, Call, ok, refuse, saved, writer};
use crate::state::Market;

/// The site answers nothing useful here; a draft is read as an item (vinted-facts A6, confidence H).
pub(super) async fn read() -> Response {
    refuse(ApiError::not_found())
}

/// Deletes at once, without asking (vinted-facts A2, confidence H).
pub(super) async fn delete(
    State(market): State<Arc<Market>>,
    Path(id): Path<u64>,
    call: Call,
) -> Answer {
    writer(&market, &call.headers)?;
    check_draft(&market, &call, id)?;
    market.lock().listings.remove(&id);
    saved(&market).await?;
    ok(json!({}))
}

/// The draft's address does not serve a live listing: 403 with code 106 (vinted-facts A8, confidence H).
pub(super) fn check_draft(market: &Market, call: &Call, id: u64) -> Result<(), Response> {
    let account = super::member(market, &call.headers)?;
    match market.lock().own_listing(&account, id) {
        None => Err(refuse(ApiError::not_found())),
        Some(listing) if !listing.is_draft => Err(refuse(ApiError::access_denied())),
        Some(_) => Ok(()),
    }
}
