//! Uploads in parts.

use axum::extract::{Path, Request, State};
use contract::{UploadBegun, UploadRequest, UploadView};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Enveloped},
    body::{Asked, Body, bytes},
    state::Api,
};

/// A part is 1 MiB; a longer body is none.
const MAX_PART: usize = 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(init))
        .routes(routes!(part))
        .routes(routes!(complete))
        .routes(routes!(upload))
}

/// Begins an upload. `part_size` is the length of every part but the last.
#[utoipa::path(
    post, path = "/api/upload/init", tag = "photos", request_body = UploadRequest,
    responses((status = 200, body = Enveloped<UploadBegun>, example = json!({
        "data": { "upload_id": "0199e1a0-0000-7000-8000-000000000000", "part_size": 1_048_576 },
        "error": null, "meta": { "page": null, "page_size": null, "total": null }
    })))
)]
async fn init(
    State(api): State<Api>,
    Body(request): Body<UploadRequest>,
) -> Answer<Enveloped<UploadBegun>> {
    Ok(Enveloped::one(api.app.begin_upload(&request).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// From 0.
    index: u64,
}

/// Takes a part: in any order, and again.
#[utoipa::path(
    post, path = "/api/upload/{id}/part", tag = "photos", params(("id" = String, Path), Part),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Enveloped<UploadView>))
)]
async fn part(
    State(api): State<Api>,
    Path(id): Path<String>,
    Asked(asked): Asked<Part>,
    request: Request,
) -> Answer<Enveloped<UploadView>> {
    let bytes = bytes(request, MAX_PART).await?;
    let view = api.app.put_upload_part(&id, asked.index, &bytes).await?;
    Ok(Enveloped::one(view))
}

/// Makes a photo of the parts. Refused with `details.missing` where parts are missing. Asked again, it says what became
/// of it.
#[utoipa::path(
    post, path = "/api/upload/{id}/complete", tag = "photos", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UploadView>))
)]
async fn complete(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<UploadView>> {
    Ok(Enveloped::one(api.app.complete_upload(&id).await?))
}

/// Where an upload stands.
#[utoipa::path(
    get, path = "/api/uploads/{id}", tag = "photos", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<UploadView>, example = json!({
        "data": {
            "id": "0199e1a0-0000-7000-8000-000000000000", "filename": "IMG_1.HEIC", "size": 2_400_000,
            "mime": "image/heic", "storage_url": null, "status": "pending",
            "created_at": "2026-11-20T08:00:00Z", "photo_id": null, "reason": null, "missing_parts": [0, 1, 2]
        },
        "error": null, "meta": { "page": null, "page_size": null, "total": null }
    })))
)]
async fn upload(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<UploadView>> {
    Ok(Enveloped::one(api.app.upload(&id).await?))
}
