//! Pictures: processed photos, thumbnails, filled forms.

use axum::{
    body::Body,
    extract::{OriginalUri, Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tokio_util::io::ReaderStream;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Refusal},
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(media))
        .routes(routes!(preview))
}

/// A processed photo (`<sha256>.jpg`) or its thumbnail (`<sha256>.thumb.jpg`). The bytes under a name never change.
#[utoipa::path(
    get, path = "/media/{name}", tag = "photos", params(("name" = String, Path, description = "`<sha256>.jpg`")),
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"))
)]
async fn media(
    State(api): State<Api>,
    Path(_): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    picture(
        &api,
        uri.path(),
        "image/jpeg",
        "private, max-age=31536000, immutable",
    )
    .await
}

/// The picture of a filled form.
#[utoipa::path(
    get, path = "/previews/{name}", tag = "publish", params(("name" = String, Path, description = "`<id>.png`")),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"))
)]
async fn preview(
    State(api): State<Api>,
    Path(_): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Answer<Response> {
    picture(&api, uri.path(), "image/png", "private, no-store").await
}

async fn picture(
    api: &Api,
    address: &str,
    kind: &'static str,
    kept: &'static str,
) -> Answer<Response> {
    let none =
        || Refusal::not_found("There is no such picture. The draft names those that it has.");
    let path = api.app.picture_file(address).ok_or_else(none)?;
    let file = fs_err::tokio::File::open(path).await.map_err(|_| none())?;
    let length = file.metadata().await.map_err(|_| none())?.len();
    let mut response = Body::from_stream(ReaderStream::new(file)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}
