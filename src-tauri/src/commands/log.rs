//! The app's own log, and the report of a problem.

use app::check_report;
use contract::{Code, Failure, LogPage, LogQuery, ProblemReport};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use super::Answer;
use crate::{desk::Desk, messages, tell};

/// Lines of the log that fit, oldest first; `after` asks for what was written since.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_log(desk: State<'_, Desk>, query: LogQuery) -> Answer<LogPage> {
    page_commands::own_log(&desk.engine().await, query).await
}

/// What helps to find a fault, without secrets; nothing is sent or saved.
#[tauri::command]
#[specta::specta]
pub(crate) async fn problem_report(desk: State<'_, Desk>) -> Answer<ProblemReport> {
    page_commands::problem_report(&desk.engine().await).await
}

/// Saves the report that the person has read, where they choose; false where they chose no place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_problem_report(
    handle: AppHandle,
    desk: State<'_, Desk>,
    name: String,
    text: String,
) -> Answer<bool> {
    check_report(&text)?;
    let language = tell::language(&desk.app().await).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "save_report"))
        .set_file_name(name)
        .save_file(move |path| drop(tell.send(path)));
    let chosen = told.await.ok().flatten().and_then(|p| p.into_path().ok());
    let Some(path) = chosen else { return Ok(false) };
    fs_err::tokio::write(&path, text).await.map_err(|error| {
        tracing::warn!(%error, "the report was not saved");
        Failure::new(
            Code::StorageUnavailable,
            format!("The report could not be saved: {error}. Choose another place."),
        )
    })?;
    Ok(true)
}
