//! Looking at photos: runs over many, and the fields of one draft.

use app::ports::DraftStyle;
use contract::{AnalyzedDrafts, DraftView, PhotoPlanView, PileEdit, PlanDrafts, Provider};
use tauri::State;

use super::Answer;
use crate::desk::{Desk, Stoppable};

/// Begins a run over stored photos; told by `plan` events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_plan(
    desk: State<'_, Desk>,
    photo_ids: Vec<String>,
) -> Answer<PhotoPlanView> {
    desk.app().await.start_plan(&photo_ids).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn photo_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    desk.app().await.photo_plan(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn photo_plans(desk: State<'_, Desk>) -> Answer<Vec<PhotoPlanView>> {
    desk.app().await.photo_plans().await
}

/// Stops a run after the photo that it is at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    desk.app().await.cancel_plan(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_plan(desk: State<'_, Desk>, id: String) -> Answer<PhotoPlanView> {
    desk.app().await.resume_plan(&id).await
}

/// Merges, splits and moves; the drafts of an import follow.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_piles(
    desk: State<'_, Desk>,
    id: String,
    edits: Vec<PileEdit>,
) -> Answer<PhotoPlanView> {
    desk.app().await.edit_piles(&id, &edits).await
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
    let style = DraftStyle {
        minimal,
        skip_validation,
    };
    desk.app().await.make_plan_drafts(&id, style).await
}

/// Fills a draft's open fields from its photos; stopped as `analysis`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn analyze_draft(
    desk: State<'_, Desk>,
    id: String,
    provider: Provider,
) -> Answer<AnalyzedDrafts> {
    let stop = desk.stoppable(Stoppable::Analysis).await;
    desk.app().await.analyze_drafts(&[id], provider, stop).await
}

/// Takes the best suggestions of these fields as the person's word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accept_suggestions(
    desk: State<'_, Desk>,
    id: String,
    fields: Vec<String>,
) -> Answer<DraftView> {
    desk.app().await.accept_suggestions(&id, &fields).await
}
