//! The queue as it changes, over a WebSocket.

use std::time::Duration;

use axum::{
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    response::Response,
};
use contract::{Event, JobView};
use serde::Serialize;
use tokio::{sync::broadcast::error::RecvError, time::interval};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Answer, answer::Refusal, state::Api};

pub(super) const PING: Duration = Duration::from_secs(15);
/// How long a client may take for one message.
const SEND: Duration = Duration::from_secs(10);
/// What a client may send: nothing here reads it.
const MAX_MESSAGE: usize = 4 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(socket))
        .routes(routes!(socket_alias))
}

/// A message of the socket.
#[derive(Serialize, ToSchema)]
struct JobUpdate<'a> {
    /// `job_update`
    r#type: &'static str,
    job: &'a JobView,
}

/// A WebSocket: `{"type":"job_update","job":Job}` when a job changed, whichever process changed it. Changes that follow
/// each other at once may come as one: the job as it is then.
#[utoipa::path(get, path = "/ws/queue", tag = "jobs", responses((status = 101, description = "A WebSocket")))]
async fn socket(
    State(api): State<Api>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer<Response> {
    std::future::ready(opened(upgrade, move |socket| tell(api, socket))).await
}

/// The same under its shorter name.
#[utoipa::path(get, path = "/ws", tag = "jobs", responses((status = 101, description = "A WebSocket")))]
async fn socket_alias(
    State(api): State<Api>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Answer<Response> {
    std::future::ready(opened(upgrade, move |socket| tell(api, socket))).await
}

/// A socket that `told` speaks to.
pub(super) fn opened<F, Told>(
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
    told: F,
) -> Answer<Response>
where
    F: FnOnce(WebSocket) -> Told + Send + 'static,
    Told: Future<Output = ()> + Send + 'static,
{
    let upgrade = upgrade.map_err(|_| {
        Refusal::field("upgrade", "This path is a WebSocket.")
            .with_status(axum::http::StatusCode::UPGRADE_REQUIRED)
    })?;
    Ok(upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(told))
}

async fn tell(api: Api, mut socket: WebSocket) {
    let mut events = api.app.events();
    // What a client misses that is too slow is told from here on.
    let mut known = match api.app.queue_change().await {
        Ok(change) => change,
        Err(failure) => {
            tracing::warn!(%failure, "the queue cannot be told");
            return;
        }
    };
    let mut pings = interval(PING);
    loop {
        let sent = tokio::select! {
            () = api.stopping.cancelled() => return say_goodbye(&mut socket).await,
            _ = pings.tick() => ping(&mut socket).await,
            event = events.recv() => match event {
                Ok(Event::JobUpdate { job }) => tell_job(&mut socket, &job).await,
                Ok(_) => true,
                Err(RecvError::Lagged(_)) => tell_missed(&api, &mut socket, &mut known).await,
                Err(RecvError::Closed) => false,
            },
            message = socket.recv() => is_there(message),
        };
        if !sent {
            return;
        }
    }
}

async fn tell_job(socket: &mut WebSocket, job: &JobView) -> bool {
    let update = JobUpdate {
        r#type: "job_update",
        job,
    };
    match serde_json::to_string(&update) {
        Ok(text) => send_text(socket, text).await,
        Err(error) => {
            tracing::error!(%error, "a job could not be told");
            false
        }
    }
}

/// Some changes were missed: every job that changed since is told as it is now.
async fn tell_missed(api: &Api, socket: &mut WebSocket, known: &mut u64) -> bool {
    loop {
        let (jobs, next) = match api.app.queue_changes(*known).await {
            Ok(changes) => changes,
            Err(failure) => {
                tracing::warn!(%failure, "the queue could not be told");
                return false;
            }
        };
        if jobs.is_empty() {
            return true;
        }
        for job in &jobs {
            if !tell_job(socket, job).await {
                return false;
            }
        }
        *known = next;
    }
}

/// The server stops.
pub(super) async fn say_goodbye(socket: &mut WebSocket) {
    let bye = CloseFrame {
        code: close_code::AWAY,
        reason: "the server stops".into(),
    };
    send(socket, Message::Close(Some(bye))).await;
}

/// Keeps the connection known to whatever lies between.
pub(super) async fn ping(socket: &mut WebSocket) -> bool {
    send(socket, Message::Ping(bytes::Bytes::new())).await
}

/// Tells one text.
pub(super) async fn send_text(socket: &mut WebSocket, text: String) -> bool {
    send(socket, Message::Text(text.into())).await
}

/// Whatever a client sends says no more than that it is there.
pub(super) fn is_there(message: Option<Result<Message, axum::Error>>) -> bool {
    matches!(message, Some(Ok(m)) if !matches!(m, Message::Close(_)))
}

/// False: the client is gone, or too slow.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(
        tokio::time::timeout(SEND, socket.send(message)).await,
        Ok(Ok(()))
    )
}
