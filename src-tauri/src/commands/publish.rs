//! The two steps.

use app::PrepareRequest;
use contract::{PrepareView, PublishView, Resolution};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare(desk: State<'_, Desk>, draft_id: String) -> Answer<PrepareView> {
    let stop = desk.stoppable().await;
    let request = PrepareRequest {
        draft_id,
        ..PrepareRequest::default()
    };
    desk.app().await.prepare(request, stop).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn publish(
    desk: State<'_, Desk>,
    token: String,
    live: bool,
) -> Answer<PublishView> {
    desk.app().await.publish(&token, live, None).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resolve_publish(
    desk: State<'_, Desk>,
    draft_id: String,
    resolution: Resolution,
) -> Answer<PublishView> {
    desk.app()
        .await
        .resolve_publish(&draft_id, &resolution)
        .await
}

/// Brings the page at which the site asks for the person to the front; false where no browser is open for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_browser(desk: State<'_, Desk>) -> Answer<bool> {
    Ok(desk.app().await.show_held_page().await)
}
