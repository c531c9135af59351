//! The queue.

use contract::{
    JobAction, JobList, JobQuery, JobView, JobsPage, LogChunk, PlanView, QueueAdded, QueueRequest,
    QueueState,
};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_add(desk: State<'_, Desk>, request: QueueRequest) -> Answer<QueueAdded> {
    desk.app().await.queue_add(&request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_plan(desk: State<'_, Desk>, request: QueueRequest) -> Answer<PlanView> {
    desk.app().await.plan_queue(&request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_page(desk: State<'_, Desk>, query: JobQuery) -> Answer<JobsPage> {
    desk.app().await.queue_page(&query).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_state(desk: State<'_, Desk>) -> Answer<QueueState> {
    desk.app().await.queue_state().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_pause_account(
    desk: State<'_, Desk>,
    account: String,
    paused: bool,
) -> Answer<()> {
    desk.app().await.queue_pause_account(&account, paused).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_list(desk: State<'_, Desk>) -> Answer<JobList> {
    desk.app().await.queue_list().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_act(
    desk: State<'_, Desk>,
    job_id: String,
    action: JobAction,
) -> Answer<JobView> {
    desk.app().await.queue_act(&job_id, action).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_logs(
    desk: State<'_, Desk>,
    job_id: String,
    offset: u32,
) -> Answer<LogChunk> {
    desk.app().await.queue_logs(&job_id, offset).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_pause_all(desk: State<'_, Desk>, paused: bool) -> Answer<()> {
    desk.app().await.queue_pause_all(paused).await
}

/// Moves a planned job to another time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_move(
    desk: State<'_, Desk>,
    job_id: String,
    at: String,
) -> Answer<JobView> {
    desk.app().await.queue_move(&job_id, &at).await
}
