//! What a person or a test asks of the marketplace itself: switches, counts, a session. No authentication: it listens
//! on loopback, and other sites' pages are refused by the guard in `server.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::listing::Listing;
use crate::pages;
use crate::session::{DEMO_LOGIN, cookie_header, is_login, set_cookies};
use crate::state::{Counts, Market, State as MarketState};
use crate::switches::Switches;

pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route("/", get(pages::control))
        .route(
            "/switches",
            get(show_switches)
                .post(change_switches)
                .delete(clear_switches),
        )
        .route("/created", get(created))
        .route("/reset", post(reset))
        .route("/session", post(session))
        .route("/fired", post(fired))
        .route("/challenge/solved", post(challenge_solved))
        .fallback(|| async { ApiError::not_found() })
}

/// Everything the marketplace received, as `GET /practice/created` answers it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Received {
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// Faults that took effect, by name.
    pub(crate) fired: BTreeMap<String, u64>,
    /// Published listings, oldest first; deleted ones too.
    pub(crate) listings: Vec<Listing>,
    /// Drafts saved on the site, oldest first.
    pub(crate) drafts: Vec<Listing>,
}

impl MarketState {
    pub(crate) fn received(&self) -> Received {
        let (drafts, listings) = self
            .listings
            .values()
            .cloned()
            .partition(|listing| listing.is_draft);
        Received {
            counts: self.counts,
            fired: self.fired.clone(),
            listings,
            drafts,
        }
    }
}

/// Puts the members of `change` over the switches: what is named is set, `null` switches off, the rest stays.
pub(crate) fn merged(switches: &Switches, change: Value) -> Result<Switches, String> {
    let Value::Object(change) = change else {
        return Err("a JSON object is expected".into());
    };
    let mut all = serde_json::to_value(switches).map_err(|error| error.to_string())?;
    let defaults = serde_json::to_value(Switches::default()).map_err(|error| error.to_string())?;
    for (name, value) in change {
        if value.is_null() {
            all[&name] = defaults[&name].clone();
        } else {
            all[&name] = value;
        }
    }
    let switches: Switches = serde_json::from_value(all).map_err(|error| error.to_string())?;
    if switches.access_token_ttl_s == 0 {
        return Err("access_token_ttl_s: at least 1, or every page load would refresh".into());
    }
    if switches.delay_ms > 60_000 {
        return Err("delay_ms: at most 60000".into());
    }
    Ok(switches)
}

fn switches_answer(state: &MarketState) -> Response {
    axum::Json(json!({ "switches": state.switches, "fired": state.fired })).into_response()
}

async fn show_switches(State(market): State<Arc<Market>>) -> Response {
    switches_answer(&market.lock())
}

async fn change_switches(State(market): State<Arc<Market>>, body: Bytes) -> Response {
    let mut state = market.lock();
    let change = serde_json::from_slice(&body).map_err(|error| error.to_string());
    match change.and_then(|change| merged(&state.switches, change)) {
        Ok(switches) => {
            state.set_switches(switches);
            switches_answer(&state)
        }
        Err(reason) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            axum::Json(json!({ "error": reason })),
        )
            .into_response(),
    }
}

async fn clear_switches(State(market): State<Arc<Market>>) -> Response {
    let mut state = market.lock();
    state.set_switches(Switches::default());
    switches_answer(&state)
}

async fn created(State(market): State<Arc<Market>>) -> Response {
    axum::Json(market.lock().received()).into_response()
}

async fn reset(State(market): State<Arc<Market>>) -> Response {
    market.lock().reset();
    match market.save().await {
        Ok(()) => axum::Json(market.lock().received()).into_response(),
        Err(error) => ApiError::storage(&error).into_response(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SessionRequest {
    login: Option<String>,
}

/// A session without typing: as a `Cookie` header in the body, and as cookies for the browser that asks.
async fn session(State(market): State<Arc<Market>>, body: Bytes) -> Response {
    let request: SessionRequest = if body.is_empty() {
        SessionRequest::default()
    } else {
        match serde_json::from_slice(&body) {
            Ok(request) => request,
            Err(error) => return ApiError::malformed(error.to_string()).into_response(),
        }
    };
    let login = request.login.unwrap_or_else(|| DEMO_LOGIN.to_owned());
    if !is_login(&login) {
        return ApiError::malformed("login: letters, digits and ._-@+, 40 at most").into_response();
    }
    let (account, session) = {
        let mut state = market.lock();
        let account = state.account(&login);
        let session = state.sign_in(&account);
        (account, session)
    };
    if let Err(error) = market.save().await {
        return ApiError::storage(&error).into_response();
    }
    let mut headers = HeaderMap::new();
    for cookie in set_cookies(&session) {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let body = json!({
        "cookie": cookie_header(&session),
        "login": account.login,
        "user_id": account.id,
    });
    (headers, axum::Json(body)).into_response()
}

/// Faults that only the page's script can see happening.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PageFault {
    SwallowedClick,
    Rerender,
    PriceMountDelayMs,
    Narrow,
}

#[derive(Deserialize)]
struct FiredReport {
    fault: PageFault,
}

async fn fired(State(market): State<Arc<Market>>, body: Bytes) -> Response {
    match serde_json::from_slice::<FiredReport>(&body) {
        Ok(report) => {
            market.lock().fire(match report.fault {
                PageFault::SwallowedClick => "swallowed_click",
                PageFault::Rerender => "rerender",
                PageFault::PriceMountDelayMs => "price_mount_delay_ms",
                PageFault::Narrow => "narrow",
            });
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => ApiError::malformed(error.to_string()).into_response(),
    }
}

/// The person passed the check or verified the account: it does not come back until it is switched on again.
async fn challenge_solved(State(market): State<Arc<Market>>) -> StatusCode {
    let mut state = market.lock();
    state.switches.challenge = None;
    state.switches.verification_wall = None;
    state.fire("challenge_solved");
    StatusCode::NO_CONTENT
}
