//! Analysis of many photos at once. The paths of the contract are there; what stands behind them is not built yet, and
//! they say so.

use axum::Json;
use axum::extract::{Path, State};
use contract::{Code, Failure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, ErrorAnswer, Refusal},
    body::Body,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(analyze))
        .routes(routes!(job))
        .routes(routes!(generate))
}

/// Nothing is ever answered with it yet.
#[derive(Serialize, ToSchema)]
struct BulkJob {
    job_id: String,
    /// `processing|completed|failed`
    status: String,
}

fn not_built() -> Refusal {
    Failure::new(
        Code::NotAvailable,
        "Analysing many photos at once is not built yet. Nothing was stored; import the photos instead.",
    )
    .into()
}

/// Analyses 1 to 500 photos: not built yet, refused with `not_available`.
#[utoipa::path(
    post, path = "/bulk/photos/analyze", tag = "bulk", responses((status = 409, body = ErrorAnswer))
)]
async fn analyze(State(_): State<Api>) -> Answer<Json<BulkJob>> {
    std::future::ready(Err(not_built())).await
}

/// How far an analysis is: there is none yet.
#[utoipa::path(
    get, path = "/bulk/jobs/{id}", tag = "bulk", params(("id" = String, Path)),
    responses((status = 404, body = ErrorAnswer))
)]
async fn job(State(_): State<Api>, Path(_): Path<String>) -> Answer<Json<BulkJob>> {
    std::future::ready(Err(Refusal::not_found("There is no such analysis."))).await
}

#[derive(Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "checked for its shape only, until plans are built"
)]
struct Generate {
    plan_id: String,
    /// `minimal|standard`
    style: Option<String>,
    skip_validation: Option<bool>,
}

/// Makes drafts of a plan: not built yet, refused with `not_available`.
#[utoipa::path(
    post, path = "/bulk/generate", tag = "bulk",
    request_body(content = Generate, example = json!({ "plan_id": "0199e1a0-0000-7000-8000-000000000000", "style": "standard" })),
    responses((status = 409, body = ErrorAnswer))
)]
async fn generate(State(_): State<Api>, Body(_): Body<Generate>) -> Answer<Json<BulkJob>> {
    std::future::ready(Err(not_built())).await
}
