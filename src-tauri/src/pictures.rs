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
        let file = match app.try_state::<Desk>() {
            Some(desk) => desk.app().await.picture_file(&path),
            None => None,
        };
        let bytes = match file {
            Some(file) => fs_err::tokio::read(file)
                .await
                .inspect_err(|error| tracing::warn!(%error, "a picture could not be read"))
                .ok(),
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
