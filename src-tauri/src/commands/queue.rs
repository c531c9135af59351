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
    page_commands::queue_add(&desk.engine().await, request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_plan(desk: State<'_, Desk>, request: QueueRequest) -> Answer<PlanView> {
    page_commands::queue_plan(&desk.engine().await, request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_page(desk: State<'_, Desk>, query: JobQuery) -> Answer<JobsPage> {
    page_commands::queue_page(&desk.engine().await, query).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_state(desk: State<'_, Desk>) -> Answer<QueueState> {
    page_commands::queue_state(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_pause_account(
    desk: State<'_, Desk>,
    account: String,
    paused: bool,
) -> Answer<()> {
    page_commands::queue_pause_account(&desk.engine().await, account, paused).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_list(desk: State<'_, Desk>) -> Answer<JobList> {
    page_commands::queue_list(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_act(
    desk: State<'_, Desk>,
    job_id: String,
    action: JobAction,
) -> Answer<JobView> {
    page_commands::queue_act(&desk.engine().await, job_id, action).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_logs(
    desk: State<'_, Desk>,
    job_id: String,
    offset: u32,
) -> Answer<LogChunk> {
    page_commands::queue_logs(&desk.engine().await, job_id, offset).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_pause_all(desk: State<'_, Desk>, paused: bool) -> Answer<()> {
    page_commands::queue_pause_all(&desk.engine().await, paused).await
}

/// Moves a planned job to another time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn queue_move(
    desk: State<'_, Desk>,
    job_id: String,
    at: String,
) -> Answer<JobView> {
    page_commands::queue_move(&desk.engine().await, job_id, at).await
}
