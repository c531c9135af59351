//! A vision model of the person's own.

use contract::{ModelAnalysisView, ModelTestView, OwnModelView};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn own_model(desk: State<'_, Desk>) -> Answer<OwnModelView> {
    page_commands::own_model(&desk.engine().await).await
}

/// Keeps the key in the vault for the address that was shown beside it, or forgets it; it never comes back to the page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_model_key(
    desk: State<'_, Desk>,
    address: String,
    key: Option<String>,
) -> Answer<OwnModelView> {
    page_commands::set_model_key(&desk.engine().await, address, key).await
}

/// The person allows photos to go to the address that they were shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_to_model(
    desk: State<'_, Desk>,
    address: String,
) -> Answer<OwnModelView> {
    page_commands::consent_to_model(&desk.engine().await, address).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw_model_consent(desk: State<'_, Desk>) -> Answer<OwnModelView> {
    page_commands::withdraw_model_consent(&desk.engine().await).await
}

/// One tiny question without photos.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_model(desk: State<'_, Desk>) -> Answer<ModelTestView> {
    page_commands::test_model(&desk.engine().await).await
}

/// Fills drafts from what the model says of their photos; each one is told as changed as soon as it is filled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn analyze_with_model(
    desk: State<'_, Desk>,
    ids: Vec<String>,
) -> Answer<ModelAnalysisView> {
    page_commands::analyze_with_model(&desk.engine().await, ids).await
}
