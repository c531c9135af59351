//! Everything out and in again: files chosen in dialogs that Rust opens.

use std::path::PathBuf;

use contract::{ExportResult, RestoreResult, Stoppable, TableReport, TableRequest};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use super::Answer;
use crate::{desk::Desk, messages, tell};

/// What the chooser offers as a table; the content decides later, not the name.
const TABLES: [&str; 4] = ["csv", "CSV", "txt", "TXT"];

/// Writes all drafts, photos and listings into a file that the person names; null where they name none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_backup(
    handle: AppHandle,
    desk: State<'_, Desk>,
) -> Answer<Option<ExportResult>> {
    let app = desk.app().await;
    let language = tell::language(&app).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_backup_target"))
        .set_file_name("vintedbot-studio.zip")
        .add_filter("ZIP", &["zip"])
        .save_file(move |file| drop(tell.send(file)));
    let Some(target) = chosen(told).await else {
        return Ok(None);
    };
    let stop = desk.engine().await.stops.of(Stoppable::Backup);
    app.export_drafts(&target, stop).await.map(Some)
}

/// Puts back what a file of [`export_backup`] holds and is not here; null where the person chose none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(
    handle: AppHandle,
    desk: State<'_, Desk>,
) -> Answer<Option<RestoreResult>> {
    let app = desk.app().await;
    let language = tell::language(&app).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_backup"))
        .add_filter("ZIP", &["zip", "ZIP"])
        .pick_file(move |file| drop(tell.send(file)));
    let Some(file) = chosen(told).await else {
        return Ok(None);
    };
    let stop = desk.engine().await.stops.of(Stoppable::Backup);
    app.restore_drafts(&file, stop).await.map(Some)
}

/// A table's file, chosen by the person; null where they chose none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_table(handle: AppHandle, desk: State<'_, Desk>) -> Answer<Option<String>> {
    let language = tell::language(&desk.app().await).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_table"))
        .add_filter("CSV", &TABLES)
        .pick_file(move |file| drop(tell.send(file)));
    let file = chosen(told).await;
    Ok(file.map(|path| path.to_string_lossy().into_owned()))
}

/// Makes drafts of a table's rows, or says what it would make.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_table(
    desk: State<'_, Desk>,
    path: String,
    request: TableRequest,
) -> Answer<TableReport> {
    page_commands::import_table(&desk.engine().await, path, request).await
}

async fn chosen(told: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    told.await.ok().flatten()?.into_path().ok()
}
