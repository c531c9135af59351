//! What a request passes before a handler sees it, in this order: Host, Origin, CORS, limits, token.

pub(crate) mod host;
mod keys;
mod limits;
mod login_page;
pub(crate) mod origin;

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use contract::{Code, Failure};
use tower_http::cors::{AllowOrigin, AllowPrivateNetwork, CorsLayer};
use tracing::Instrument;

use crate::{
    answer::{self, Answer, Refusal},
    page::is_of_page,
    state::Api,
};

pub(crate) use keys::{Keys, LINK, LOGIN, TICKET};
pub(crate) use limits::{Gates, check, of_client, too_often};
pub(crate) use origin::list as origins;

/// Answered without a token: they say nothing about the seller.
const PUBLIC: [&str; 4] = ["/health", "/ready", "/version", "/auth/login"];
/// Where a tab that shows the page comes in.
pub(crate) const ENTER: &str = "/window/enter";
/// What a ticket opens: streams that a browser cannot send a header for.
const STREAMS: [&str; 3] = ["/ws", "/ws/queue", "/window/events"];

/// Both ends of a request's connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) peer: SocketAddr,
    pub(crate) local: SocketAddr,
}

/// The page that asks is of another origin, one that the person allowed.
#[derive(Clone, Copy)]
struct AllowedOrigin;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts the doors before the routes.
pub(crate) fn before(routes: Router, api: &Api) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(|_, parts| {
            parts.extensions.get::<AllowedOrigin>().is_some()
        }))
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            REQUEST_ID,
        ])
        .expose_headers([
            header::RETRY_AFTER,
            HeaderName::from_static("idempotent-replayed"),
            REQUEST_ID,
        ])
        .allow_private_network(AllowPrivateNetwork::predicate(|_, parts| {
            parts.extensions.get::<AllowedOrigin>().is_some()
        }))
        .max_age(std::time::Duration::from_secs(600));
    routes
        .layer(from_fn_with_state(api.clone(), inner))
        .layer(cors)
        .layer(from_fn_with_state(api.clone(), outer))
        .layer(from_fn(answer::shape))
        .layer(from_fn(named))
}

/// Names the request, measures it and logs it. The query is left out: it may hold a ticket.
pub(crate) async fn named(mut request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|id| is_request_id(id))
        .cloned();
    let id = given.unwrap_or_else(|| {
        let id = uuid::Uuid::new_v4().to_string();
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    });
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let span = tracing::info_span!(
        "http",
        request_id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    let begun = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    crate::measure::answered(response.status(), begun.elapsed());
    span.in_scope(|| {
        tracing::debug!(
            status = response.status().as_u16(),
            ms = begun.elapsed().as_millis(),
            "answered"
        );
    });
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    response
}

fn is_request_id(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=128).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Host, then Origin and Sec-Fetch-Site: by now nothing of the request was believed.
async fn outer(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let ends = request.extensions().get::<Ends>().copied();
    let host = match host::known(&request, ends.map_or(api.local, |e| e.local), None) {
        Ok(host) => host,
        Err(refusal) => return refusal.into_response(),
    };
    match origin::known(&request, "http", &host) {
        origin::Asking::Own => {}
        origin::Asking::Foreign(origin) => {
            let allowed = match is_of_page(request.uri().path()) {
                true => Vec::new(),
                false => api.allowed_origins().await,
            };
            if !origin.is_some_and(|origin| origin::is_allowed(&origin, &allowed)) {
                return origin::refused().into_response();
            }
            request.extensions_mut().insert(AllowedOrigin);
        }
    }
    next.run(request).await
}

/// Limits, then the token.
async fn inner(State(api): State<Api>, request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<Ends>()
        .map_or(api.local, |e| e.peer);
    let writes = !request.method().is_safe();
    let counted = api.gates.pass(peer.ip(), request.uri().path(), writes);
    if let Err(refusal) = counted {
        return refusal.into_response();
    }
    let path = request.uri().path();
    if PUBLIC.contains(&path) || (api.page.is_some() && is_way_in(path)) {
        return next.run(request).await;
    }
    match may_pass(&api, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) if wants_page(&request) => login_page::instead_of(&refusal),
        Err(refusal) => refusal.into_response(),
    }
}

/// The page before anybody is in says nothing about the seller.
fn is_way_in(path: &str) -> bool {
    path == "/" || path == ENTER || path.starts_with("/assets/")
}

/// What a tab's key opens: what the page asks, and a ticket for its events.
fn is_for_tabs(path: &str) -> bool {
    path == "/auth/ticket" || is_of_page(path)
}

/// What a tab's cookie opens.
fn is_picture(path: &str) -> bool {
    path.starts_with("/media/") || path.starts_with("/previews/")
}

/// A person who opens the documentation in a browser is asked for the token.
fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    let asks_for_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/html"));
    request.method() == Method::GET
        && (path == "/docs" || path.starts_with("/docs/"))
        && asks_for_html
}

fn may_pass(api: &Api, request: &Request) -> Answer<()> {
    let mut given = request.headers().get_all(header::AUTHORIZATION).iter();
    if let Some(header) = given.next() {
        // A token that is wrong is wrong, whatever else came with it.
        let token = header.to_str().ok().and_then(bearer);
        return match token {
            Some(token)
                if given.next().is_none()
                    && (api.keys.is_token(token)
                        || is_for_tabs(request.uri().path()) && api.keys.is_tab(token)) =>
            {
                Ok(())
            }
            _ => Err(unknown()),
        };
    }
    // What a browser sends by itself opens reading only.
    if request.method().is_safe() && api.keys.has_session(request.headers()) {
        return Ok(());
    }
    let path = request.uri().path();
    if request.method().is_safe() && is_picture(path) && api.keys.may_view(request.headers()) {
        return Ok(());
    }
    let is_stream = STREAMS.contains(&path)
        || (path.starts_with("/api/jobs/") && path.ends_with("/logs/stream"));
    if is_stream && request.method() == Method::GET && api.keys.takes_ticket(request.uri().query())
    {
        return Ok(());
    }
    Err(unknown())
}

pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Without the token.
pub(crate) fn unknown() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        Failure::new(
            Code::TokenInvalid,
            "Send the token that `studio serve` shows: Authorization: Bearer TOKEN.",
        ),
    )
}
