//! An outcome that nobody could prove: what is known of it, and the person's word.

use axum::extract::{Path, State};
use contract::{Resolution, UnknownView};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::two_steps::Published;
use crate::{
    answer::{Answer, Enveloped},
    body::Body,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(evidence))
        .routes(routes!(look))
        .routes(routes!(resolve))
}

/// What was sent beside the own items that are new since, as they were last seen. 409 where nothing is unknown.
#[utoipa::path(
    get, path = "/api/listings/{id}/unknown", tag = "publish", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UnknownView>))
)]
async fn evidence(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Answer<Enveloped<UnknownView>> {
    Ok(Enveloped::one(api.app.publish_evidence(&id, None).await?))
}

/// The same after reading the own items anew, which may settle it. Nothing is ever clicked.
#[utoipa::path(
    post, path = "/api/listings/{id}/unknown/look", tag = "publish", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UnknownView>))
)]
async fn look(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<UnknownView>> {
    let view = api
        .on_the_site(|app, cancel| async move { app.publish_evidence(&id, Some(cancel)).await })
        .await?;
    Ok(Enveloped::one(view))
}

/// Settles it by the person's word. Nothing is published.
#[utoipa::path(
    post, path = "/api/listings/{id}/unknown/resolve", tag = "publish", params(("id" = String, Path)),
    request_body(content = Resolution, example = json!({ "outcome": "not_published" })),
    responses((status = 200, body = Enveloped<Published>))
)]
async fn resolve(
    State(api): State<Api>,
    Path(id): Path<String>,
    Body(word): Body<Resolution>,
) -> Answer<Enveloped<Published>> {
    let view = api.app.resolve_publish(&id, &word).await?;
    Ok(Enveloped::one(Published::from(view)))
}
