//! Listings: drafts, and what they became.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
};
use contract::{Code, DraftChange, DraftPageRequest, DraftView, JobView, QueueRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::jobs::{MAX_PAGE_SIZE, PAGE_SIZE};
use crate::{
    answer::{Answer, Enveloped, Meta, Refusal},
    body::{Asked, Body, MaybeBody},
    state::Api,
};

/// Drafts of a bare list at once.
const MAX_BARE: u32 = 1_000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(listings, make))
        .routes(routes!(change, remove))
        .routes(routes!(publish))
        .routes(routes!(drafts))
}

/// A listing, or a draft of one.
#[derive(Serialize, ToSchema)]
pub(crate) struct Listing {
    /// The draft's id.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Minor units.
    pub(crate) price_cents: Option<u32>,
    /// ISO 4217.
    pub(crate) currency: String,
    pub(crate) category: Option<String>,
    /// `draft|live|archived`
    pub(crate) status: &'static str,
    /// `/media/<sha256>.thumb.jpg`
    pub(crate) thumb_url: Option<String>,
    /// Always null: the app does not follow what becomes of a listing after its read-back.
    pub(crate) last_synced_at: Option<String>,
    pub(crate) meta: ListingMeta,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ListingMeta {
    pub(crate) brand: Option<String>,
    pub(crate) size: String,
    pub(crate) condition: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) photos: usize,
    /// All gates hold.
    pub(crate) publish_ready: bool,
    /// Codes of the gates that fail.
    pub(crate) missing_fields: Vec<String>,
    /// On the site, once published.
    pub(crate) listing_url: Option<String>,
    /// A job that publishes waits for it.
    pub(crate) queued: bool,
    /// Grows with each saved change; `PATCH` takes it to refuse a stale one.
    pub(crate) revision: u32,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

/// `draft|live|archived`
pub(crate) fn status(draft: &DraftView) -> &'static str {
    match draft.status.as_str() {
        "published" => "live",
        "archived" => "archived",
        _ => "draft",
    }
}

impl From<DraftView> for Listing {
    fn from(draft: DraftView) -> Self {
        Self {
            status: status(&draft),
            thumb_url: draft.photos.first().map(|p| p.thumb_url.clone()),
            last_synced_at: None,
            meta: ListingMeta {
                brand: draft.brand,
                size: draft.size,
                condition: draft.condition,
                color: draft.color,
                photos: draft.photos.len(),
                publish_ready: draft.flags.publish_ready,
                missing_fields: draft.missing_fields,
                listing_url: draft.listing_url,
                queued: draft.status == "queued",
                revision: draft.revision,
                created_at: draft.created_at,
                updated_at: draft.updated_at,
            },
            id: draft.id,
            title: draft.title,
            price_cents: draft.price_target_cents,
            currency: draft.currency,
            category: draft.category,
        }
    }
}

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct ListingsAsked {
    /// `draft|live|archived`; empty: all.
    status: String,
    /// A category, with all below it.
    category: String,
    /// In major units (euros).
    min_price: Option<f64>,
    /// In major units (euros).
    max_price: Option<f64>,
    /// Words in title, description, brand and category.
    search: String,
    /// From 1.
    page: u32,
    /// At most 100 (1000 outside `/api`).
    page_size: u32,
}

impl ListingsAsked {
    fn request(self, page_size: u32) -> Answer<DraftPageRequest> {
        let status = match self.status.as_str() {
            "" | "all" => None,
            "draft" | "archived" => Some(self.status),
            "live" => Some("published".to_owned()),
            _ => return Err(Refusal::field("status", "One of draft, live, archived.")),
        };
        Ok(DraftPageRequest {
            status,
            category: Some(self.category.trim().to_owned()).filter(|c| !c.is_empty()),
            min_cents: self.min_price.map(|p| cents("min_price", p)).transpose()?,
            max_cents: self.max_price.map(|p| cents("max_price", p)).transpose()?,
            search: self.search,
            page: self.page,
            page_size,
        })
    }
}

/// Major units as minor ones.
pub(super) fn cents(field: &str, price: f64) -> Answer<u32> {
    let cents = (price * 100.0).round();
    if !(0.0..=f64::from(u32::MAX)).contains(&cents) {
        return Err(Refusal::field(field, "A price in euros, such as 12.50."));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and within bounds"
    )]
    let whole = cents as u32;
    Ok(whole)
}

/// Listings and drafts, newest first.
#[utoipa::path(
    get, path = "/api/listings", tag = "listings", params(ListingsAsked),
    responses((status = 200, body = Enveloped<Vec<Listing>>))
)]
async fn listings(
    State(api): State<Api>,
    Asked(asked): Asked<ListingsAsked>,
) -> Answer<Enveloped<Vec<Listing>>> {
    let page_size = match asked.page_size {
        0 => PAGE_SIZE,
        size => size.min(MAX_PAGE_SIZE),
    };
    let page = api.app.draft_page(&asked.request(page_size)?).await?;
    let meta = Meta::of(page.page, page.page_size, page.total);
    let rows = page.drafts.into_iter().map(Listing::from).collect();
    Ok(Enveloped::list(rows, meta))
}

/// The same rows as a bare array of drafts; `X-Total-Count` says how many there are in all.
#[utoipa::path(
    get, path = "/listings", tag = "listings", params(ListingsAsked),
    responses((status = 200, body = Vec<DraftView>))
)]
async fn drafts(State(api): State<Api>, Asked(asked): Asked<ListingsAsked>) -> Answer<Response> {
    let page_size = match asked.page_size {
        0 => MAX_BARE,
        size => size.min(MAX_BARE),
    };
    let page = api.app.draft_page(&asked.request(page_size)?).await?;
    let total = [(
        HeaderName::from_static("x-total-count"),
        page.total.to_string(),
    )];
    Ok((total, Json(page.drafts)).into_response())
}

/// Any of the draft's fields; one that is null is emptied.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body")]
#[schema(example = json!({
    "title": "Sweat à capuche gris Levi's taille M – Très bon état",
    "price_cents": 1550,
    "category": "Hommes > Vêtements > Sweats à capuche",
    "brand": "Levi's",
    "size": "M",
    "condition": "very_good",
    "color": "Gris"
}))]
struct ListingFields {
    title: Option<String>,
    description: Option<String>,
    /// The price that is published, minor units; the same as `price_target_cents`.
    price_cents: Option<u32>,
    price_min_cents: Option<u32>,
    price_target_cents: Option<u32>,
    price_max_cents: Option<u32>,
    /// ISO 4217.
    currency: Option<String>,
    brand: Option<String>,
    size: Option<String>,
    /// `new_with_tags|new_without_tags|very_good|good|satisfactory`, or the site's label.
    condition: Option<String>,
    /// Titles from root to leaf joined by ` > `, or the site's catalogue id.
    category: Option<String>,
    /// At most 2 names, separated by commas.
    color: Option<String>,
    /// At most 3 names, separated by commas.
    material: Option<String>,
    /// `small|medium|large`
    package_size: Option<String>,
    /// Ids of photos that were uploaded before. In a `PATCH`: alone, all of them in their order.
    photos: Option<Vec<String>>,
    /// In a `PATCH`: refused where the listing was saved elsewhere since this revision.
    revision: Option<u32>,
}

/// Makes a draft.
#[utoipa::path(
    post, path = "/api/listings", tag = "listings", request_body = ListingFields,
    responses((status = 201, body = Enveloped<Listing>, example = json!({
        "data": {
            "id": "0199e1a0-0000-7000-8000-000000000000",
            "title": "Sweat à capuche gris Levi's taille M – Très bon état",
            "price_cents": 1550, "currency": "EUR", "category": "Hommes > Vêtements > Sweats à capuche",
            "status": "draft", "thumb_url": null, "last_synced_at": null,
            "meta": {
                "brand": "Levi's", "size": "M", "condition": "very_good", "color": "Gris", "photos": 0,
                "publish_ready": false, "missing_fields": ["missing_photos"], "listing_url": null,
                "queued": false, "revision": 1,
                "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z"
            }
        },
        "error": null, "meta": { "page": null, "page_size": null, "total": null }
    })))
)]
async fn make(
    State(api): State<Api>,
    Body(mut fields): Body<Map<String, Value>>,
) -> Answer<Response> {
    let photos = photos(&mut fields)?.unwrap_or_default();
    let draft = api.app.make_draft(&changes(fields), &photos).await?;
    let listing = Enveloped::one(Listing::from(draft));
    Ok((StatusCode::CREATED, listing).into_response())
}

/// Changes a draft: all fields or none.
#[utoipa::path(
    patch, path = "/api/listings/{id}", tag = "listings", params(("id" = String, Path)),
    request_body = ListingFields, responses((status = 200, body = Enveloped<Listing>))
)]
async fn change(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(mut fields): Body<Map<String, Value>>,
) -> Answer<Enveloped<Listing>> {
    let revision = match fields.remove("revision") {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            value
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .ok_or_else(|| Refusal::field("revision", "The number that the listing has."))?,
        ),
    };
    let draft = match photos(&mut fields)? {
        None => {
            let changes = changes(fields);
            api.app.change_draft(&id, revision, &changes).await?
        }
        Some(photos) if fields.is_empty() => api.app.arrange_photos(&id, &photos).await?,
        Some(_) => {
            return Err(Refusal::field(
                "photos",
                "Change the photos in a request of their own. Nothing was changed.",
            ));
        }
    };
    Ok(Enveloped::one(Listing::from(draft)))
}

/// Takes the ids of photos out of the fields.
fn photos(fields: &mut Map<String, Value>) -> Answer<Option<Vec<String>>> {
    match fields.remove("photos") {
        None => Ok(None),
        Some(value) => serde_json::from_value(value)
            .map(Some)
            .map_err(|_| Refusal::field("photos", "A list of photo ids.")),
    }
}

fn changes(fields: Map<String, Value>) -> Vec<DraftChange> {
    fields
        .into_iter()
        .map(|(key, value)| DraftChange { key, value })
        .collect()
}

/// What was removed.
#[derive(Serialize, ToSchema)]
struct Removed {
    id: String,
    deleted: bool,
}

/// Takes a draft out of all lists. What is on the site stays there.
#[utoipa::path(
    delete, path = "/api/listings/{id}", tag = "listings", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<Removed>))
)]
async fn remove(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<Removed>> {
    api.app.remove_draft(&id).await?;
    Ok(Enveloped::one(Removed { id, deleted: true }))
}

/// How a job publishes.
#[derive(Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct PublishJob {
    /// `false` is the person's confirmation of the content as it is now: the job publishes. Else it is a dry run.
    dry_run: bool,
    /// Not before (RFC 3339); null: as soon as the budgets allow.
    at: Option<String>,
    /// The account's name.
    account: Option<String>,
}

impl Default for PublishJob {
    fn default() -> Self {
        Self {
            dry_run: true,
            at: None,
            account: None,
        }
    }
}

/// Makes an automated job of a ready draft. Without `{"dry_run":false}` it only fills the form.
#[utoipa::path(
    post, path = "/api/listings/{id}/publish", tag = "listings", params(("id" = String, Path)),
    request_body(content = PublishJob, example = json!({ "dry_run": true })),
    responses((status = 201, body = Enveloped<JobView>))
)]
async fn publish(
    State(api): State<Api>,
    Path(id): Path<String>,
    MaybeBody(asked): MaybeBody<PublishJob>,
) -> Answer<Response> {
    let at = asked
        .at
        .unwrap_or_else(|| contract::time(chrono::Utc::now()));
    let request = QueueRequest {
        draft_ids: vec![id],
        live: !asked.dry_run,
        at: Some(at),
        between: None,
        account: asked.account,
    };
    let mut added = api.app.queue_add(&request).await?;
    let job = added.jobs.pop().ok_or_else(|| {
        contract::Failure::new(Code::Internal, "No job was made.").with(json!({}))
    })?;
    Ok((StatusCode::CREATED, Enveloped::one(job)).into_response())
}

#[cfg(test)]
mod tests {
    use super::cents;

    #[test]
    fn euros_become_whole_cents() {
        for (price, expected) in [(12.5, 1250), (0.0, 0), (19.99, 1999), (0.1 + 0.2, 30)] {
            assert_eq!(cents("price", price).unwrap(), expected, "{price}");
        }
        for wrong in [-0.01, f64::NAN, f64::INFINITY, 1e12] {
            assert!(cents("price", wrong).is_err(), "{wrong}");
        }
    }
}
