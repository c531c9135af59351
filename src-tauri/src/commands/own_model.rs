//! A vision model of the person's own.

use contract::{ModelAnalysisView, ModelTestView, OwnModelView};
use tauri::State;

use super::Answer;
use crate::desk::{Desk, Stoppable};

#[tauri::command]
#[specta::specta]
pub(crate) async fn own_model(desk: State<'_, Desk>) -> Answer<OwnModelView> {
    desk.app().await.own_model().await
}

/// Keeps the key in the vault, or forgets it; it never comes back to the page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_model_key(
    desk: State<'_, Desk>,
    key: Option<String>,
) -> Answer<OwnModelView> {
    let app = desk.app().await;
    app.set_model_key(key.map(Into::into)).await?;
    app.own_model().await
}

/// The person allows photos to go to the address that they were shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_to_model(
    desk: State<'_, Desk>,
    address: String,
) -> Answer<OwnModelView> {
    desk.app().await.consent_to_model(&address).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw_model_consent(desk: State<'_, Desk>) -> Answer<OwnModelView> {
    desk.app().await.withdraw_model_consent().await
}

/// One tiny question without photos.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_model(desk: State<'_, Desk>) -> Answer<ModelTestView> {
    let stop = desk.stoppable(Stoppable::Model).await;
    desk.app().await.test_model(&stop).await
}

/// Fills drafts from what the model says of their photos; each one is told as changed as soon as it is filled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn analyze_with_model(
    desk: State<'_, Desk>,
    ids: Vec<String>,
) -> Answer<ModelAnalysisView> {
    let stop = desk.stoppable(Stoppable::Model).await;
    let app = desk.app().await;
    app.analyze_with_model(&ids, &stop, &|_| {}).await
}
