//! For what cannot send a header: a session of the browser, a ticket for a stream.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::Answer,
    body::Body,
    doors::{LOGIN, TICKET, unknown},
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(ticket))
}

#[derive(Deserialize, ToSchema)]
struct Login {
    /// The API's token.
    #[schema(value_type = String, example = "the token that studio serve shows")]
    token: SecretString,
}

#[derive(Serialize, ToSchema)]
struct LoggedIn {
    ok: bool,
    /// RFC 3339.
    expires_at: String,
}

/// Sets a cookie for 12 hours that opens reading: pictures, streams, this documentation.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", security(()), request_body = Login,
    responses((status = 200, body = LoggedIn))
)]
async fn login(State(api): State<Api>, Body(login): Body<Login>) -> Answer<Response> {
    if !api.keys.is_token(login.token.expose_secret()) {
        return Err(unknown());
    }
    let body = LoggedIn {
        ok: true,
        expires_at: in_seconds(LOGIN.as_secs()),
    };
    std::future::ready(with_cookie(api.keys.log_in(), Json(body))).await
}

/// The answer with a cookie of 12 hours.
pub(super) fn with_cookie(
    (name, value): (&str, String),
    answer: impl IntoResponse,
) -> Answer<Response> {
    let cookie = format!(
        "{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}",
        LOGIN.as_secs()
    );
    let mut response = answer.into_response();
    let value = HeaderValue::from_str(&cookie).map_err(|_| unknown())?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}

#[derive(Serialize, ToSchema)]
struct Ticket {
    /// Goes into the stream's address: `?ticket=`.
    ticket: String,
    /// RFC 3339.
    expires_at: String,
}

/// A ticket for one stream (`/ws/queue`, a job's `logs/stream`), for 60 seconds.
#[utoipa::path(post, path = "/auth/ticket", tag = "auth", responses((status = 200, body = Ticket)))]
async fn ticket(State(api): State<Api>) -> Json<Ticket> {
    let ticket = Ticket {
        ticket: api.keys.ticket(),
        expires_at: in_seconds(TICKET.as_secs()),
    };
    std::future::ready(Json(ticket)).await
}

pub(super) fn in_seconds(seconds: u64) -> String {
    let life = TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0));
    contract::time(Utc::now() + life)
}
