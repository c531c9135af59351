//! Who is signed in; log-in, log-out and the refresh of tokens.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, ApiError, Call, check_csrf, member, ok, read_json, saved};
use crate::session::{PASSWORD, clear_cookies, is_login, set_cookies};
use crate::state::Market;

pub(super) async fn current(State(market): State<Arc<Market>>, call: Call) -> Answer {
    let account = member(&market, &call.headers)?;
    ok(json!({ "user": {
        "id": account.id,
        "login": account.login,
        "real_name": null,
        "email": format!("{}@example.test", slug::slugify(&account.login)),
        "currency": "EUR",
        "country_code": "FR",
        "locale": market.language().code(),
        "item_count": market.lock().listings.values()
            .filter(|l| l.owner_id == account.id && !l.is_draft && !l.is_deleted).count(),
        "is_account_banned": false,
        "account_ban_date": null,
        "profile_url": format!("/member/{}", account.id),
    }}))
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

fn with_cookies(answer: impl IntoResponse, cookies: Vec<HeaderValue>) -> Response {
    let mut answer = answer.into_response();
    for cookie in cookies {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// The log-in form's call. The site's own address for it is not among the facts.
pub(crate) async fn log_in(State(market): State<Arc<Market>>, call: Call, body: Bytes) -> Response {
    let attempt = async {
        check_csrf(&market, &call.headers)?;
        let credentials: Credentials = read_json(&body)?;
        let login = credentials.username.trim();
        if !is_login(login) || credentials.password != PASSWORD {
            return Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                2,
                "invalid_credentials",
                market.catalogue.label(market.language(), "login.refused"),
            )
            .into_response());
        }
        let session = {
            let mut state = market.lock();
            let account = state.account(login);
            state.counts.logins += 1;
            state.sign_in(&account)
        };
        saved(&market).await?;
        Ok::<_, Response>(with_cookies(
            axum::Json(json!({"code": 0})),
            set_cookies(&session),
        ))
    };
    attempt.await.unwrap_or_else(|refusal| refusal)
}

pub(crate) async fn log_out(State(market): State<Arc<Market>>, call: Call) -> Response {
    if let Err(refusal) = check_csrf(&market, &call.headers) {
        return refusal;
    }
    market.lock().revoke(&call.headers);
    if let Err(refusal) = saved(&market).await {
        return refusal;
    }
    with_cookies(axum::Json(json!({"code": 0})), clear_cookies())
}

#[derive(Deserialize)]
pub(crate) struct Back {
    ref_url: Option<String>,
}

/// Exchanges the refresh token: a page load is sent back where it came from, a script gets JSON.
pub(crate) async fn refresh(
    State(market): State<Arc<Market>>,
    Query(back): Query<Back>,
    method: Method,
    call: Call,
) -> Response {
    let rotated = market.lock().rotate(&call.headers);
    if let Err(refusal) = saved(&market).await {
        return refusal;
    }
    let cookies = rotated.as_ref().map_or_else(clear_cookies, set_cookies);
    if method == Method::GET {
        // Only paths of this site: the address comes from outside.
        let path = back
            .ref_url
            .filter(|u| u.starts_with('/') && !u.starts_with("//"));
        return with_cookies(Redirect::to(path.as_deref().unwrap_or("/")), cookies);
    }
    match rotated {
        Some(_) => with_cookies(axum::Json(json!({"code": 0})), cookies),
        None => with_cookies(ApiError::session_gone(), cookies),
    }
}
