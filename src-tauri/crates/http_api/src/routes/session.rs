//! The seller's own session on the site.

use axum::{Json, extract::State};
use chrono::Utc;
use contract::{Code, SessionView};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Refusal},
    body::Body,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(set))
        .routes(routes!(check))
}

/// Cookies of the seller's own browser.
#[derive(Deserialize, ToSchema)]
struct SessionGiven {
    /// A raw `Cookie` header, a Netscape cookie file, or a browser's JSON export.
    #[schema(value_type = Option<String>)]
    cookie: Option<SecretString>,
    /// The same under its other name.
    #[schema(value_type = Option<String>)]
    cookie_value: Option<SecretString>,
    /// Of that browser; kept to compare, never imitated.
    #[serde(default)]
    user_agent: String,
    /// Not used: the site says what it takes.
    #[expect(dead_code, reason = "sent by front ends; the site decides")]
    expires_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct SessionKept {
    ok: bool,
    /// It is kept, sealed.
    persisted: bool,
    /// The site takes it.
    valid: bool,
    /// The account's id.
    session_id: Option<String>,
    username: Option<String>,
    /// RFC 3339.
    created_at: String,
    /// What is worth knowing; never a secret.
    note: Option<String>,
}

/// Keeps the session sealed and asks the site who that is. It is kept also where the site does not answer.
#[utoipa::path(
    post, path = "/vinted/auth/session", tag = "session", request_body = SessionGiven,
    responses((status = 200, body = SessionKept))
)]
async fn set(State(api): State<Api>, Body(given): Body<SessionGiven>) -> Answer<Json<SessionKept>> {
    let Some(cookie) = given.cookie.or(given.cookie_value) else {
        return Err(Refusal::field(
            "cookie",
            "Send the cookies of your browser.",
        ));
    };
    let user_agent = given.user_agent;
    let view = api
        .on_the_site(|app, cancel| async move {
            app.set_session(None, &cookie, &user_agent, cancel).await
        })
        .await?;
    Ok(Json(SessionKept {
        ok: true,
        persisted: true,
        valid: view.authenticated,
        session_id: api.app.usual_account().await?,
        note: note(&view),
        username: view.username,
        created_at: contract::time(Utc::now()),
    }))
}

fn note(view: &SessionView) -> Option<String> {
    let mut notes = Vec::new();
    if let Some(reason) = view.reason {
        notes.push(format!(
            "The site could not be asked, or did not take it ({}).",
            reason.as_str()
        ));
    }
    if view.warnings.iter().any(|w| w == "user_agent_differs") {
        notes.push(
            "The session comes from another kind or version of browser than the one that is driven (user_agent_differs)."
                .to_owned(),
        );
    }
    (!notes.is_empty()).then(|| notes.join(" "))
}

#[derive(Serialize, ToSchema)]
struct Checked {
    authenticated: bool,
    username: Option<String>,
    user_id: Option<String>,
}

/// Asks the site who is logged in.
#[utoipa::path(get, path = "/vinted/auth/check", tag = "session", responses((
    status = 200, body = Checked, example = json!({ "authenticated": false, "username": null, "user_id": null })
)))]
async fn check(State(api): State<Api>) -> Answer<Json<Checked>> {
    let checked = api
        .on_the_site(|app, cancel| async move { app.check_session(None, cancel).await })
        .await;
    match checked {
        Ok(view) => Ok(Json(Checked {
            authenticated: view.authenticated,
            username: view.username,
            user_id: view.user_id,
        })),
        Err(refusal) if refusal.code() == Code::SessionMissing => Ok(Json(Checked {
            authenticated: false,
            username: None,
            user_id: None,
        })),
        Err(refusal) => Err(refusal),
    }
}
