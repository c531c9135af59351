//! `photo://`: the pictures that views name, and nothing else of the disk.

use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Request, Response, StatusCode, header},
};

use crate::desk::Desk;

/// Answers a request for a picture.
pub(crate) fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let path = request.uri().path().to_owned();
        let bytes = match app.try_state::<Desk>() {
            Some(desk) => picture(&desk.app().await, &path).await,
            None => None,
        };
        let mime = if path.ends_with(".png") {
            "image/png"
        } else {
            "image/jpeg"
        };
        responder.respond(response(bytes, mime));
    });
}

async fn picture(app: &app::App, address: &str) -> Option<Vec<u8>> {
    if let Some(thumb) = app.fresh_thumb(address) {
        return Some(thumb);
    }
    fs_err::tokio::read(app.picture_file(address)?)
        .await
        .inspect_err(|error| tracing::warn!(%error, "a picture could not be read"))
        .ok()
}

fn response(bytes: Option<Vec<u8>>, mime: &str) -> Response<Vec<u8>> {
    let (status, body) = match bytes {
        Some(bytes) => (StatusCode::OK, bytes),
        None => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Ok(value) = header::HeaderValue::from_str(mime) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    if status == StatusCode::OK {
        // A picture's address is its content's hash: it never changes.
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("max-age=31536000, immutable"),
        );
    }
    response
}
