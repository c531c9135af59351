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
    page_commands::list_drafts(&desk.engine().await, filter).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn show_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftView> {
    page_commands::show_draft(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn change_draft(
    desk: State<'_, Desk>,
    id: String,
    revision: Option<u32>,
    changes: Vec<DraftChange>,
) -> Answer<DraftView> {
    page_commands::change_draft(&desk.engine().await, id, revision, changes).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn check_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftCheck> {
    page_commands::check_draft(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_suggestions(
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Vec<SuggestionView>> {
    page_commands::draft_suggestions(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_proposals(
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Vec<ProposalView>> {
    page_commands::draft_proposals(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_draft(desk: State<'_, Desk>, id: String) -> Answer<()> {
    page_commands::remove_draft(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_draft(desk: State<'_, Desk>, id: String) -> Answer<DraftView> {
    page_commands::restore_draft(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_draft_photos(
    desk: State<'_, Desk>,
    id: String,
    photo_ids: Vec<String>,
) -> Answer<DraftView> {
    page_commands::set_draft_photos(&desk.engine().await, id, photo_ids).await
}

/// A part of a list of drafts: light rows, however many drafts there are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_rows(
    desk: State<'_, Desk>,
    request: DraftRowsRequest,
) -> Answer<DraftRowsPage> {
    page_commands::draft_rows(&desk.engine().await, request).await
}

/// The ids of a whole list in its order, to select a stretch or all of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_ids(desk: State<'_, Desk>, query: DraftRowsQuery) -> Answer<Vec<String>> {
    page_commands::draft_ids(&desk.engine().await, query).await
}

/// How many drafts there are for each filter.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_counts(
    desk: State<'_, Desk>,
    query: DraftRowsQuery,
) -> Answer<DraftCounts> {
    page_commands::draft_counts(&desk.engine().await, query).await
}

/// Where a draft stands on the bench, and its neighbours there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_place(desk: State<'_, Desk>, id: String) -> Answer<DraftPlace> {
    page_commands::draft_place(&desk.engine().await, id).await
}

/// One change for many drafts; the answer names those that were left, and why.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_many(desk: State<'_, Desk>, change: BulkChange) -> Answer<BulkAnswer> {
    page_commands::change_many(&desk.engine().await, change).await
}

/// Puts back what stood before a change of many drafts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_many(desk: State<'_, Desk>, undo: String) -> Answer<BulkAnswer> {
    page_commands::undo_many(&desk.engine().await, undo).await
}

/// What is kept of a draft's past, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_versions(desk: State<'_, Desk>, id: String) -> Answer<Vec<DraftVersion>> {
    page_commands::draft_versions(&desk.engine().await, id).await
}

/// Gives a draft the content that it had in an earlier version; refused where it has another revision than the one
/// that was seen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn revert_draft(
    desk: State<'_, Desk>,
    id: String,
    revision: u32,
    seen: u32,
) -> Answer<DraftView> {
    page_commands::revert_draft(&desk.engine().await, id, revision, seen).await
}

/// Brands that fit what was typed, the best first; a slip of the keys is forgiven.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_brands(desk: State<'_, Desk>, typed: String) -> Answer<Vec<String>> {
    page_commands::find_brands(&desk.engine().await, typed).await
}

/// Categories that fit what was typed in a language, the best first; a slip of the keys is forgiven.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_categories(
    desk: State<'_, Desk>,
    typed: String,
    language: String,
) -> Answer<Vec<CategoryView>> {
    page_commands::find_categories(&desk.engine().await, typed, language).await
}
