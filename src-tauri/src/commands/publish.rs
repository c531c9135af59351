//! The two steps.

use contract::{ChallengeView, PrepareView, PublishView, Resolution, UnknownView};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare(
    desk: State<'_, Desk>,
    draft_id: String,
    account: Option<String>,
) -> Answer<PrepareView> {
    page_commands::prepare(&desk.engine().await, draft_id, account).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn publish(
    desk: State<'_, Desk>,
    token: String,
    live: bool,
) -> Answer<PublishView> {
    page_commands::publish(&desk.engine().await, token, live).await
}

/// The filled form comes to the front; the person presses the site's own button there. `stop` ends the waiting.
#[tauri::command]
#[specta::specta]
pub(crate) async fn publish_by_hand(desk: State<'_, Desk>, token: String) -> Answer<PublishView> {
    page_commands::publish_by_hand(&desk.engine().await, token).await
}

/// What is known of an unknown outcome; `look` reads the own items anew first, which may settle it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn publish_evidence(
    desk: State<'_, Desk>,
    draft_id: String,
    look: bool,
) -> Answer<UnknownView> {
    page_commands::publish_evidence(&desk.engine().await, draft_id, look).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resolve_publish(
    desk: State<'_, Desk>,
    draft_id: String,
    resolution: Resolution,
) -> Answer<PublishView> {
    page_commands::resolve_publish(&desk.engine().await, draft_id, resolution).await
}

/// Brings the page at which the site asks for the person to the front; false where no browser is open for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_browser(desk: State<'_, Desk>) -> Answer<bool> {
    page_commands::show_browser(&desk.engine().await).await
}

/// Shows the page at which the site asks for the person, waits until they answered, and goes on from a fresh check of
/// the form.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_challenge(
    desk: State<'_, Desk>,
    draft_id: String,
) -> Answer<ChallengeView> {
    page_commands::answer_challenge(&desk.engine().await, draft_id).await
}
