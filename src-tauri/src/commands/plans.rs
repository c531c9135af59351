//! Looking at photos: runs over many, and the fields of one draft.

use contract::{
    AnalyzedDrafts, DraftView, PhotoPlanView, PileEdit, PlanDrafts, PlanSummary, Provider,
};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

/// Begins a run over stored photos; told by `plan` events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_plan(
    desk: State<'_, Desk>,
    photo_ids: Vec<String>,
) -> Answer<PhotoPlanView> {
    page_commands::start_plan(&desk.engine().await, photo_ids).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn photo_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    page_commands::photo_plan(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn photo_plans(desk: State<'_, Desk>) -> Answer<Vec<PlanSummary>> {
    page_commands::photo_plans(&desk.engine().await).await
}

/// Stops a run after the photo that it is at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    page_commands::cancel_plan(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    page_commands::resume_plan(&desk.engine().await, id).await
}

/// Merges, splits and moves; the drafts of an import follow.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_piles(
    desk: State<'_, Desk>,
    id: String,
    edits: Vec<PileEdit>,
) -> Answer<PhotoPlanView> {
    page_commands::edit_piles(&desk.engine().await, id, edits).await
}

/// Takes back the latest change of a run's piles, or does it again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_piles(
    desk: State<'_, Desk>,
    id: String,
    redo: bool,
) -> Answer<PhotoPlanView> {
    page_commands::undo_piles(&desk.engine().await, id, redo).await
}

/// Makes the drafts of a run whose photos were looked at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn make_plan_drafts(
    desk: State<'_, Desk>,
    id: String,
    minimal: bool,
    skip_validation: bool,
) -> Answer<PlanDrafts> {
    page_commands::make_plan_drafts(&desk.engine().await, id, minimal, skip_validation).await
}

/// Fills a draft's open fields from its photos; stopped as `analysis`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn analyze_draft(
    desk: State<'_, Desk>,
    id: String,
    provider: Provider,
) -> Answer<AnalyzedDrafts> {
    page_commands::analyze_draft(&desk.engine().await, id, provider).await
}

/// Takes the best suggestions of these fields as the person's word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accept_suggestions(
    desk: State<'_, Desk>,
    id: String,
    fields: Vec<String>,
) -> Answer<DraftView> {
    page_commands::accept_suggestions(&desk.engine().await, id, fields).await
}
