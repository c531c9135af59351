//! Photos in, a draft out.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{DraftView, PhotoView};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Refusal},
    incoming::{Allowed, form},
    state::Api,
};

/// Files of one request.
const MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(upload_alias))
        .routes(routes!(photo))
}

/// A form with photos.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct IngestForm {
    /// 1 to 20 photos.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
    /// The draft's title.
    title: Option<String>,
}

/// The draft that was made.
#[derive(Serialize, ToSchema)]
struct Ingested {
    /// UUIDv7.
    id: String,
    title: String,
    description: String,
    /// `draft`
    status: String,
    /// Major units; null: nobody looked at the photos yet.
    price_suggested: Option<f64>,
    photos: Vec<IngestedPhoto>,
}

#[derive(Serialize, ToSchema)]
struct IngestedPhoto {
    media: Media,
    order_index: u32,
}

#[derive(Serialize, ToSchema)]
struct Media {
    /// UUIDv7.
    id: String,
    /// `/media/<sha256>.jpg`
    url: String,
    width: u32,
    height: u32,
    mime: String,
}

impl From<DraftView> for Ingested {
    fn from(draft: DraftView) -> Self {
        Self {
            id: draft.id,
            title: draft.title,
            description: draft.description,
            status: draft.status,
            price_suggested: draft
                .price_target_cents
                .map(|cents| f64::from(cents) / 100.0),
            photos: draft.photos.into_iter().map(IngestedPhoto::from).collect(),
        }
    }
}

impl From<PhotoView> for IngestedPhoto {
    fn from(photo: PhotoView) -> Self {
        Self {
            order_index: photo.order_index,
            media: Media {
                id: photo.id,
                url: photo.url,
                width: photo.width,
                height: photo.height,
                mime: photo.mime,
            },
        }
    }
}

/// Makes a draft of 1 to 20 photos. All of them or nothing: 413 for too many or too large files, 415 for what is no
/// photo by its content, 400 without files.
#[utoipa::path(
    post, path = "/api/v1/ingest/upload", tag = "photos",
    request_body(content = IngestForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Ingested))
)]
async fn upload(State(api): State<Api>, request: Request) -> Answer<Response> {
    ingested(&api, request).await
}

/// The same under its shorter name.
#[utoipa::path(
    post, path = "/ingest/upload", tag = "photos",
    request_body(content = IngestForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Ingested))
)]
async fn upload_alias(State(api): State<Api>, request: Request) -> Answer<Response> {
    ingested(&api, request).await
}

async fn ingested(api: &Api, request: Request) -> Answer<Response> {
    let allowed = Allowed {
        fields: &["files", "files[]"],
        files: MOST,
        bytes: None,
        lasting: false,
    };
    let form = form(api, request, allowed).await?;
    if form.files.is_empty() {
        return Err(no_files());
    }
    let draft = api.app.ingest(&form.files, form.text("title")).await?;
    Ok((StatusCode::CREATED, Json(Ingested::from(draft))).into_response())
}

fn no_files() -> Refusal {
    Refusal::field("files", "Send at least one photo.").with_status(StatusCode::BAD_REQUEST)
}

/// A form with one photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form")]
struct PhotoForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Serialize, ToSchema)]
struct Uploaded {
    ok: bool,
    photo: UploadedPhoto,
}

#[derive(Serialize, ToSchema)]
struct UploadedPhoto {
    /// What `photos` of a prepare request names.
    temp_id: String,
    /// `/media/<sha256>.jpg`
    url: String,
}

/// Stores one photo for a later prepare request.
#[utoipa::path(
    post, path = "/vinted/photos/upload", tag = "publish",
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Uploaded))
)]
async fn photo(State(api): State<Api>, request: Request) -> Answer<Json<Uploaded>> {
    let allowed = Allowed {
        fields: &["file"],
        files: 1,
        bytes: None,
        lasting: false,
    };
    let form = form(&api, request, allowed).await?;
    let Some(file) = form.files.first() else {
        return Err(Refusal::field("file", "Send one photo.").with_status(StatusCode::BAD_REQUEST));
    };
    let photo = api.app.ingest_photo(file).await?;
    Ok(Json(Uploaded {
        ok: true,
        photo: UploadedPhoto {
            temp_id: photo.id,
            url: photo.url,
        },
    }))
}
