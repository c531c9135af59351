//! The JSON calls under `/api/v2` that the site's own pages make (vinted-facts A6, confidence H unless a function says
//! otherwise).

mod account;
mod choices;
mod drafts;
mod items;
mod photos;
mod submission;
mod suggestions;
pub(crate) mod wardrobe;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use self::items::Wish;
use crate::connection::Scissors;
use crate::session::Visitor;
use crate::state::{Account, Market};
use crate::switches::FieldError;

pub(crate) use account::{log_in, log_out, refresh};

/// A photo larger than this is refused; the site's own limit is unknown (about 10 MB; vinted-facts B, confidence L).
const PHOTO_BYTES_MAX: usize = 16 * 1024 * 1024;
const BODY_BYTES_MAX: usize = 1024 * 1024;

pub(crate) fn routes() -> Router<Arc<Market>> {
    // The one way of all calls that write a listing; with an id in the address or without.
    let writes = |wish: Wish| {
        move |State(market): State<Arc<Market>>,
              ConnectInfo(scissors): ConnectInfo<Scissors>,
              id: Option<Path<u64>>,
              call: Call,
              body: Bytes| async move {
            let id = id.map(|Path(id)| id);
            items::submit(&market, &scissors, &call, &body, wish, id)
                .await
                .unwrap_or_else(|refusal| refusal)
        }
    };
    let photos = Router::new()
        .route("/photos", post(photos::upload))
        .layer(DefaultBodyLimit::max(PHOTO_BYTES_MAX));
    Router::new()
        .route("/users/current", get(account::current))
        .route("/item_upload/catalogs", get(choices::catalogs))
        .route("/item_upload/catalogs/search", get(choices::search))
        .route("/item_upload/attributes", post(choices::attributes))
        .route("/item_upload/brands", get(choices::brands))
        .route("/item_upload/colors", get(choices::colors))
        .route("/item_upload/size_groups", get(choices::size_groups))
        .route("/package_sizes", get(choices::package_sizes_by_query))
        .route("/items/configuration", get(suggestions::configuration))
        .route("/item_price_suggestions", post(suggestions::price))
        .route(
            "/item_upload/suggestions/categories",
            post(suggestions::categories),
        )
        .route(
            "/item_upload/suggestions/attributes",
            post(suggestions::attributes),
        )
        .route(
            "/offline_verification/eligibility",
            post(suggestions::eligibility),
        )
        .route("/item_upload/items", post(writes(Wish::Publish)))
        .route(
            "/item_upload/items/{id}",
            get(items::read).put(writes(Wish::Update)),
        )
        .route("/item_upload/drafts", post(writes(Wish::SaveDraft)))
        .route(
            "/item_upload/drafts/{id}",
            get(drafts::read)
                .put(writes(Wish::SaveDraft))
                .delete(drafts::delete),
        )
        .route(
            "/item_upload/drafts/{id}/completion",
            post(writes(Wish::PublishDraft)),
        )
        .route("/items/{id}/delete", post(items::delete))
        .route("/items/{id}", axum::routing::delete(items::delete))
        .route("/items/{id}/mark", post(items::mark))
        .route("/wardrobe/{user}/items", get(wardrobe::list))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .merge(photos)
        .fallback(|| async { ApiError::not_found() })
}

/// Outside `/api/v2`: on the site another host answers this one (vinted-facts A6, confidence M).
pub(crate) fn shipping_routes() -> Router<Arc<Market>> {
    Router::new().route(
        "/external/catalogs/{id}/package_sizes",
        get(choices::package_sizes),
    )
}

/// An answer in the site's error envelope (vinted-facts A8, confidence H).
pub(crate) struct ApiError {
    status: StatusCode,
    code: i64,
    message_code: &'static str,
    message: String,
    errors: Vec<FieldError>,
    pub(crate) retry_after_s: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: i64,
        message_code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message_code,
            message: message.into(),
            errors: Vec::new(),
            retry_after_s: None,
        }
    }

    pub(crate) fn session_gone() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            100,
            "invalid_authentication_token",
            "Invalid authentication token",
        )
    }

    pub(crate) fn access_denied() -> Self {
        Self::new(StatusCode::FORBIDDEN, 106, "access_denied", "Access denied")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 104, "not_found", "Content not found")
    }

    pub(crate) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            101,
            "server_error",
            "Sorry, something went wrong",
        )
    }

    pub(crate) fn storage(error: &io::Error) -> Self {
        tracing::error!(%error, "the state file cannot be written");
        Self::broken()
    }

    pub(crate) fn validation(errors: Vec<FieldError>) -> Self {
        let message = errors
            .iter()
            .map(|e| e.value.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, 99, "validation_error", message)
        }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 98, "bad_request", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "message_code": self.message_code,
            "errors": self.errors,
        });
        let mut answer = (self.status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            answer
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// A handler's answer: JSON, an error envelope, or what a fault put in its place.
type Answer = Result<axum::Json<Value>, Response>;

fn ok(mut body: Value) -> Answer {
    body["code"] = json!(0);
    Ok(axum::Json(body))
}

fn refuse(error: ApiError) -> Response {
    error.into_response()
}

/// The signed-in member, or 401.
fn member(market: &Market, headers: &HeaderMap) -> Result<Account, Response> {
    match market.lock().visitor(headers) {
        Visitor::Member(account) => Ok(account),
        Visitor::Stale | Visitor::Stranger => Err(refuse(ApiError::session_gone())),
    }
}

/// The signed-in member of a writing call, which must carry the page's CSRF token, else 403 with code 106.
fn writer(market: &Market, headers: &HeaderMap) -> Result<Account, Response> {
    let account = member(market, headers)?;
    check_csrf(market, headers)?;
    Ok(account)
}

fn check_csrf(market: &Market, headers: &HeaderMap) -> Result<(), Response> {
    let sent = headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok());
    if sent == Some(market.lock().csrf_token.as_str()) {
        Ok(())
    } else {
        Err(refuse(ApiError::access_denied()))
    }
}

async fn saved(market: &Arc<Market>) -> Result<(), Response> {
    market
        .save()
        .await
        .map_err(|error| refuse(ApiError::storage(&error)))
}

/// What a handler needs of the request besides its body.
pub(crate) struct Call {
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _state: &S,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self {
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
        })
    }
}

/// A JSON body, whatever its content type; what cannot be read is 400.
fn read_json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Response> {
    serde_json::from_slice(body).map_err(|e| refuse(ApiError::malformed(e.to_string())))
}
