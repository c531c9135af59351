//! Drafts.

use contract::{
    BulkAnswer, BulkChange, CategoryView, DraftChange, DraftCheck, DraftCounts, DraftFilter,
    DraftList, DraftPlace, DraftRowsPage, DraftRowsQuery, DraftRowsRequest, DraftVersion,
    DraftView, ProposalView, SuggestionView,
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

/// A part of a list of drafts: light rows, however many drafts there are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_rows(
    desk: State<'_, Desk>,
    request: DraftRowsRequest,
) -> Answer<DraftRowsPage> {
    desk.app().await.draft_rows(&request).await
}

/// The ids of a whole list in its order, to select a stretch or all of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_ids(desk: State<'_, Desk>, query: DraftRowsQuery) -> Answer<Vec<String>> {
    desk.app().await.draft_ids(&query).await
}

/// How many drafts there are for each filter.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_counts(
    desk: State<'_, Desk>,
    query: DraftRowsQuery,
) -> Answer<DraftCounts> {
    desk.app().await.draft_counts(&query).await
}

/// Where a draft stands on the bench, and its neighbours there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_place(desk: State<'_, Desk>, id: String) -> Answer<DraftPlace> {
    desk.app().await.draft_place(&id).await
}

/// One change for many drafts; the answer names those that were left, and why.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_many(desk: State<'_, Desk>, change: BulkChange) -> Answer<BulkAnswer> {
    desk.app().await.change_many(&change).await
}

/// Puts back what stood before a change of many drafts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_many(desk: State<'_, Desk>, undo: String) -> Answer<BulkAnswer> {
    desk.app().await.undo_many(&undo).await
}

/// What is kept of a draft's past, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_versions(desk: State<'_, Desk>, id: String) -> Answer<Vec<DraftVersion>> {
    desk.app().await.draft_versions(&id).await
}

/// Gives a draft the content that it had in an earlier version.
#[tauri::command]
#[specta::specta]
pub(crate) async fn revert_draft(
    desk: State<'_, Desk>,
    id: String,
    revision: u32,
) -> Answer<DraftView> {
    desk.app().await.revert_draft(&id, revision).await
}

/// Brands that fit what was typed, the best first; a slip of the keys is forgiven.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_brands(desk: State<'_, Desk>, typed: String) -> Answer<Vec<String>> {
    Ok(desk.app().await.find_brands(&typed))
}

/// Categories that fit what was typed in a language, the best first; a slip of the keys is forgiven.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_categories(
    desk: State<'_, Desk>,
    typed: String,
    language: String,
) -> Answer<Vec<CategoryView>> {
    Ok(desk.app().await.find_categories(&typed, &language))
}
