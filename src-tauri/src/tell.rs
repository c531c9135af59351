//! The core's events to the page, the tray and the system's notifications.

use app::App;
use contract::{Event, JobView};
use tauri::{AppHandle, Emitter, Runtime};
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;

use crate::{messages, notify, tray};

/// The event under which the page hears everything.
pub(crate) const EVENT: &str = "studio-event";
/// The event that sends the page somewhere, such as `/queue`.
pub(crate) const NAVIGATE: &str = "studio-navigate";

/// Passes events on until `cancel`.
pub(crate) async fn window<R: Runtime>(
    handle: AppHandle<R>,
    mut events: Receiver<Event>,
    app: App,
    cancel: CancellationToken,
) {
    loop {
        let event = tokio::select! {
            () = cancel.cancelled() => return,
            event = events.recv() => event,
        };
        let Some(event) = page_commands::event_after(event) else {
            return;
        };
        if let Err(error) = handle.emit(EVENT, &event) {
            tracing::warn!(%error, "an event did not reach the page");
        }
        match &event {
            Event::JobUpdate { job } => {
                tray::refresh(&handle, &app).await;
                notify(&handle, &app, job).await;
            }
            Event::QueueChanged | Event::SessionChanged { .. } => {
                tray::refresh(&handle, &app).await;
            }
            _ => {}
        }
    }
}

/// Published, needs you, failed for good, unknown: what a person wants to know while the window is closed.
async fn notify<R: Runtime>(handle: &AppHandle<R>, app: &App, job: &JobView) {
    let key = match job.status.as_str() {
        "success" if job.live => "published_title",
        "needs_manual" => "needs_you_title",
        "failed" => "failed_title",
        "unknown" => "unknown_title",
        _ => return,
    };
    let settings = app
        .settings(None)
        .await
        .map(|s| s.settings)
        .unwrap_or_default();
    if settings
        .get("notifications")
        .and_then(serde_json::Value::as_bool)
        == Some(false)
    {
        return;
    }
    let language = language(app).await;
    notify::show(
        handle,
        &messages::text(&language, key),
        &job.title,
        Some("/queue"),
    );
}

/// The language that the person chose, else the system's.
pub(crate) async fn language(app: &App) -> String {
    app.settings(Some("language"))
        .await
        .ok()
        .and_then(|s| {
            s.settings
                .get("language")
                .and_then(|v| v.as_str().map(str::to_owned))
        })
        .unwrap_or_else(|| messages::system_language().to_owned())
}
