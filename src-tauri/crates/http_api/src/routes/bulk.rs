//! Analysis of many photos at once: upload, watch, make drafts.

use app::ports::DraftStyle;
use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{PhotoPlanView, RejectedFile};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::bulk_piles;
use crate::{
    answer::{Answer, ErrorAnswer, Refusal},
    body::{Asked, Body},
    incoming::{Allowed, form},
    state::Api,
};

/// Photos of one analysis.
const MOST: usize = app::MOST_PHOTOS;
/// Photos that people take of an item, to estimate from before any was looked at.
const PHOTOS_OF_ITEM: u32 = 5;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(analyze))
        .routes(routes!(job))
        .routes(routes!(cancel))
        .routes(routes!(resume))
        .routes(routes!(generate))
        .merge(bulk_piles::routes())
}

/// A form with photos.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct BulkForm {
    /// 1 to 500 photos.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Grouped {
    /// Photos of one garment become one draft; otherwise each photo does.
    #[serde(default = "yes")]
    auto_grouping: bool,
}

fn yes() -> bool {
    true
}

#[derive(Serialize, ToSchema)]
struct Begun {
    job_id: String,
    /// What `/bulk/generate` names.
    plan_id: String,
    /// Estimated from the number of photos until they were looked at.
    estimated_items: u32,
    /// `processing`
    status: String,
}

#[derive(Serialize, ToSchema)]
struct BulkJob {
    job_id: String,
    /// `processing|completed|failed`
    status: String,
    /// `looking|ready|filling|done|stopped|failed`: `stopped` can be gone on with, and so can `failed`.
    state: String,
    /// 0 to 100; to store a photo is half of its way, to look at it the other.
    progress: u32,
    total_photos: u32,
    /// Photos that were looked at; those that cannot be read are not among them.
    processed_photos: u32,
    estimated_items: u32,
    /// Files that are no photos; the others go on.
    refused: Vec<RefusedFile>,
    /// Why it failed, or what was left out, such as a model file that is missing here.
    #[schema(value_type = Object)]
    error: Option<contract::Failure>,
}

/// A file that became no photo.
#[derive(Serialize, ToSchema)]
struct RefusedFile {
    name: String,
    /// Such as `not_an_image`.
    code: String,
    message: String,
}

impl From<RejectedFile> for RefusedFile {
    fn from(file: RejectedFile) -> Self {
        Self {
            name: file.path,
            code: file.code.as_str().to_owned(),
            message: file.message,
        }
    }
}

fn estimated(plan: &PhotoPlanView) -> u32 {
    match plan.piles.len() {
        0 => plan.total.div_ceil(PHOTOS_OF_ITEM),
        piles => u32::try_from(piles).unwrap_or(u32::MAX),
    }
}

/// Analyses 1 to 500 photos: they are stored, looked at and put into piles, one for each garment. The answer comes once
/// all files are here; the work goes on, also after a restart. What is no photo is named by the job. 413 for too many or
/// too large files.
#[utoipa::path(
    post, path = "/bulk/photos/analyze", tag = "bulk", params(Grouped),
    request_body(content = BulkForm, content_type = "multipart/form-data"),
    responses((status = 202, body = Begun))
)]
async fn analyze(
    State(api): State<Api>,
    Asked(grouped): Asked<Grouped>,
    request: Request,
) -> Answer<Response> {
    let allowed = Allowed {
        fields: &["files", "files[]"],
        files: MOST,
        bytes: None,
        lasting: true,
    };
    let form = form(&api, request, allowed).await?;
    if form.files.is_empty() {
        return Err(Refusal::field("files", "Send at least one photo.")
            .with_status(StatusCode::BAD_REQUEST));
    }
    // From here on the files are the plan's, also where the client goes before the answer.
    let files = form.keep();
    let plan = api
        .app
        .start_plan_of_files(&files, grouped.auto_grouping)
        .await?;
    let begun = Begun {
        estimated_items: estimated(&plan),
        job_id: plan.id.clone(),
        plan_id: plan.id,
        status: "processing".to_owned(),
    };
    Ok((StatusCode::ACCEPTED, Json(begun)).into_response())
}

/// How far an analysis is.
#[utoipa::path(
    get, path = "/bulk/jobs/{id}", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = BulkJob), (status = 404, body = ErrorAnswer))
)]
async fn job(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<BulkJob>> {
    Ok(Json(bulk_job(api.app.photo_plan(&id).await?)))
}

/// Stops an analysis after the photo that it is at. What was seen is kept: `resume` goes on. An analysis that is over
/// stays as it is.
#[utoipa::path(
    post, path = "/bulk/jobs/{id}/cancel", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = BulkJob), (status = 404, body = ErrorAnswer))
)]
async fn cancel(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<BulkJob>> {
    Ok(Json(bulk_job(api.app.cancel_plan(&id).await?)))
}

/// Goes on with an analysis that was stopped, that failed or that a crash cut short.
#[utoipa::path(
    post, path = "/bulk/jobs/{id}/resume", tag = "bulk", params(("id" = String, Path)),
    responses((status = 200, body = BulkJob), (status = 404, body = ErrorAnswer), (status = 409, body = ErrorAnswer))
)]
async fn resume(State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<BulkJob>> {
    Ok(Json(bulk_job(api.app.resume_plan(&id).await?)))
}

fn bulk_job(plan: PhotoPlanView) -> BulkJob {
    let status = match plan.state.as_str() {
        "looking" => "processing",
        "stopped" | "failed" => "failed",
        _ => "completed",
    };
    BulkJob {
        status: status.to_owned(),
        state: plan.state.clone(),
        progress: plan.percent,
        total_photos: plan.total,
        processed_photos: plan.done,
        estimated_items: estimated(&plan),
        job_id: plan.id,
        refused: plan.refused.into_iter().map(RefusedFile::from).collect(),
        error: plan.problem,
    }
}

#[derive(Deserialize, ToSchema)]
struct Generate {
    plan_id: String,
    /// `minimal|standard`; `minimal`: descriptions of short facts only.
    style: Option<String>,
    /// Drafts are made even of piles in which no garment is seen; they are not `publish_ready`.
    skip_validation: Option<bool>,
}

#[derive(Serialize, ToSchema)]
struct Generated {
    ok: bool,
    drafts_created: u32,
    /// Piles in which no garment or label is seen.
    drafts_failed: u32,
    draft_ids: Vec<String>,
}

/// Makes a draft of each pile, filled from what the photos show. Asked again, it answers with the same drafts. 409 while
/// photos are still looked at.
#[utoipa::path(
    post, path = "/bulk/generate", tag = "bulk",
    request_body(content = Generate, example = json!({ "plan_id": "0199e1a0-0000-7000-8000-000000000000", "style": "standard" })),
    responses((status = 200, body = Generated, example = json!({
        "ok": true, "drafts_created": 0, "drafts_failed": 1, "draft_ids": []
    })), (status = 409, body = ErrorAnswer))
)]
async fn generate(State(api): State<Api>, Body(asked): Body<Generate>) -> Answer<Json<Generated>> {
    let minimal = match asked.style.as_deref() {
        None | Some("standard") => false,
        Some("minimal") => true,
        Some(_) => return Err(Refusal::field("style", "One of minimal, standard.")),
    };
    let style = DraftStyle {
        minimal,
        skip_validation: asked.skip_validation.unwrap_or_default(),
    };
    let made = api.app.make_plan_drafts(&asked.plan_id, style).await?;
    Ok(Json(Generated {
        ok: true,
        drafts_created: u32::try_from(made.draft_ids.len()).unwrap_or(u32::MAX),
        drafts_failed: made.failed,
        draft_ids: made.draft_ids,
    }))
}
