//! The page in a browser tab: its files, its way in, its commands, the files that it sends, and what it is told.
//!
//! Not in the OpenAPI document: page and program are of one build, and the commands' types are in the page's own
//! `bindings.ts`. Other programs have the paths of the contract.

use std::time::Instant;

use axum::{
    Json, Router,
    extract::{OriginalUri, Path, Request, State, ws::WebSocketUpgrade},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contract::{Code, Event, Failure};
use page_commands::event_after;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::time::interval;

use super::{auth, queue_socket, two_steps};
use crate::{
    answer::{Answer, Refusal},
    body::{Asked, Body},
    doors::{LINK, LOGIN, unknown},
    incoming, measure,
    page::Page,
    state::Api,
};

pub(super) fn routes(api: &Api) -> Router {
    Router::new()
        .route("/", get(file_of_page))
        .route("/assets/{name}", get(file_of_page))
        .route("/media/fresh/{name}", get(fresh_thumb))
        .route("/window/enter", post(enter))
        .route("/auth/page-link", post(new_link))
        .route("/window/call/{command}", post(call))
        .route("/window/files", get(file_limit).post(take_file))
        .route("/window/events", get(events))
        .with_state(api.clone())
}

fn page(api: &Api) -> Answer<&Page> {
    api.page
        .as_ref()
        .ok_or_else(|| Refusal::not_found("The page is not served here."))
}

async fn file_of_page(State(api): State<Api>, OriginalUri(uri): OriginalUri) -> Answer<Response> {
    let file = page(&api)?.file(uri.path());
    std::future::ready(file)
        .await
        .ok_or_else(|| Refusal::not_found("The page has no such file."))
}

/// The thumbnail of a photo that is still being worked on.
async fn fresh_thumb(State(api): State<Api>, OriginalUri(uri): OriginalUri) -> Answer<Response> {
    let bytes = std::future::ready(api.app.fresh_thumb(uri.path())).await;
    let bytes = bytes.ok_or_else(|| Refusal::not_found("There is no such picture."))?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))];
    Ok((kind, bytes).into_response())
}

/// How a tab comes in: by the secret of a link, once. The page never has the API's token: what it is typed into may
/// be another program's by then, at the address of a server that went.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enter {
    link: SecretString,
}

#[derive(Serialize)]
struct Entered {
    /// What the tab sends with every call from now on.
    key: String,
    /// RFC 3339.
    expires_at: String,
}

/// Gives a tab a key of its own, and a cookie that opens pictures.
async fn enter(State(api): State<Api>, Body(asked): Body<Enter>) -> Answer<Response> {
    page(&api)?;
    if !api.keys.takes_link(asked.link.expose_secret()) {
        return Err(unknown());
    }
    let entered = Entered {
        key: api.keys.enter(),
        expires_at: auth::in_seconds(LOGIN.as_secs()),
    };
    std::future::ready(auth::with_cookie(api.keys.view(), Json(entered))).await
}

/// A further link, for whoever has the API's token.
async fn new_link(State(api): State<Api>) -> Answer<Json<Value>> {
    page(&api)?;
    let url = std::future::ready(api.page_link()).await;
    Ok(Json(json!({ "url": url, "seconds": LINK.as_secs() })))
}

/// Calls a command of the page. `{"data":…}` is its answer, `{"error":…}` its refusal; any other status than 200 means
/// that it was not called at all.
async fn call(
    State(api): State<Api>,
    Path(command): Path<String>,
    Body(given): Body<Map<String, Value>>,
) -> Answer<Json<Value>> {
    let engine = page(&api)?.engine(&api.app);
    let live = page_commands::publishes(&command, &given);
    let counted = live.then(|| api.gates.publish()).transpose()?;
    let begun = Instant::now();
    // It goes on to its own end, whether or not the tab waits for it.
    let work = api
        .work
        .spawn(async move { page_commands::answer(&engine, &command, given).await });
    let answer = work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a command ended before its time");
        Err(Failure::new(
            Code::Internal,
            "Something unforeseen happened. The log has it.",
        ))
    });
    if let Some(counted) = counted {
        let outcome = match &answer {
            Ok(view) if view["needs_manual"] == true => "needs_manual",
            Ok(_) => "published",
            Err(failure) => failure.code.as_str(),
        };
        measure::published(outcome, begun.elapsed());
        if answer.as_ref().is_err_and(two_steps::is_for_token_or_key) {
            counted.take_back();
        }
    }
    Ok(Json(match answer {
        Ok(data) => json!({ "data": data }),
        Err(error) => json!({ "error": error }),
    }))
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Takes one file for a command that is called next; the answer is how to name it there.
async fn take_file(
    State(api): State<Api>,
    Asked(asked): Asked<Named>,
    request: Request,
) -> Answer<Json<Value>> {
    let page = page(&api)?;
    let max = largest(&api).await?;
    let turn = api.uploads.acquire().await;
    let has_room = |bytes| match page.sent.has_room(bytes) {
        true => Ok(()),
        false => Err(no_room().into()),
    };
    let (folder, file) = incoming::file(&api, request, max, has_room).await?;
    let kept = page.sent.keep(&asked.name, &file).await;
    drop((folder, turn));
    match kept {
        Ok(Some(path)) => Ok(Json(json!({ "path": path }))),
        Ok(None) => Err(no_room().into()),
        Err(error) => Err(incoming::disk(&error)),
    }
}

fn no_room() -> Failure {
    Failure::new(
        Code::TooManyFiles,
        "Too many files wait here already. Import what is there first.",
    )
}

/// Bytes of one file at most: a photo, or a table.
async fn largest(api: &Api) -> Answer<u64> {
    Ok(api.app.max_photo_bytes().await?.max(app::MAX_TABLE as u64))
}

/// What a file may have, for a page that would send it in vain.
async fn file_limit(State(api): State<Api>) -> Answer<Json<Value>> {
    page(&api)?;
    Ok(Json(json!({ "max_bytes": largest(&api).await? })))
}

/// A WebSocket that tells what the window is told.
async fn events(
    State(api): State<Api>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer<Response> {
    page(&api)?;
    std::future::ready(queue_socket::opened(upgrade, move |socket| {
        tell(api, socket)
    }))
    .await
}

async fn tell(api: Api, mut socket: axum::extract::ws::WebSocket) {
    let mut events = api.app.events();
    let mut pings = interval(queue_socket::PING);
    loop {
        let sent = tokio::select! {
            () = api.stopping.cancelled() => return queue_socket::say_goodbye(&mut socket).await,
            _ = pings.tick() => queue_socket::ping(&mut socket).await,
            event = events.recv() => match event_after(event) {
                Some(event) => tell_event(&mut socket, &event).await,
                None => false,
            },
            message = socket.recv() => queue_socket::is_there(message),
        };
        if !sent {
            return;
        }
    }
}

async fn tell_event(socket: &mut axum::extract::ws::WebSocket, event: &Event) -> bool {
    match serde_json::to_string(event) {
        Ok(text) => queue_socket::send_text(socket, text).await,
        Err(error) => {
            tracing::error!(%error, "an event could not be told");
            false
        }
    }
}
