//! The two steps.

use app::PrepareRequest;
use contract::{ChallengeView, PrepareView, PublishView, Resolution, UnknownView};
use tauri::State;

use super::Answer;
use crate::desk::{Desk, Stoppable};

#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare(desk: State<'_, Desk>, draft_id: String) -> Answer<PrepareView> {
    let stop = desk.stoppable(Stoppable::Form).await;
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

/// The filled form comes to the front; the person presses the site's own button there. `stop` ends the waiting.
#[tauri::command]
#[specta::specta]
pub(crate) async fn publish_by_hand(desk: State<'_, Desk>, token: String) -> Answer<PublishView> {
    let stop = desk.stoppable(Stoppable::ByHand).await;
    desk.app().await.publish_by_hand(&token, None, stop).await
}

/// What is known of an unknown outcome; `look` reads the own items anew first, which may settle it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn publish_evidence(
    desk: State<'_, Desk>,
    draft_id: String,
    look: bool,
) -> Answer<UnknownView> {
    let look = match look {
        true => Some(desk.stoppable(Stoppable::Evidence).await),
        false => None,
    };
    desk.app().await.publish_evidence(&draft_id, look).await
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

/// Shows the page at which the site asks for the person, waits until they answered, and goes on from a fresh check of
/// the form.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_challenge(desk: State<'_, Desk>) -> Answer<ChallengeView> {
    let stop = desk.stoppable(Stoppable::Challenge).await;
    desk.app().await.answer_challenge(stop).await
}
