//! Drafts.

use contract::{
    DraftChange, DraftCheck, DraftFilter, DraftList, DraftView, ProposalView, SuggestionView,
};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn list_drafts(desk: State<'_, Desk>, filter: DraftFilter) -> Answer<DraftList> {
    desk.app().await.list_drafts(&filter).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn show_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftView> {
    desk.app().await.show_draft(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn change_draft(
    desk: State<'_, Desk>,
    id: String,
    revision: Option<u32>,
    changes: Vec<DraftChange>,
) -> Answer<DraftView> {
    desk.app().await.change_draft(&id, revision, &changes).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn check_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftCheck> {
    desk.app().await.check_draft(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_suggestions(
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Vec<SuggestionView>> {
    desk.app().await.draft_suggestions(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_proposals(
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Vec<ProposalView>> {
    desk.app().await.draft_proposals(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_draft(desk: State<'_, Desk>, id: String) -> Answer<()> {
    desk.app().await.remove_draft(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftView> {
    desk.app().await.restore_draft(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_draft_photos(
    desk: State<'_, Desk>,
    id: String,
    photo_ids: Vec<String>,
) -> Answer<DraftView> {
    desk.app().await.arrange_photos(&id, &photo_ids).await
}
