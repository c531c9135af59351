//! Photos: chosen in dialogs that Rust opens, so that the page never holds a right to the disk.

use contract::{DraftView, EditedPhotoView, Grouping, ImportResult, PhotoPart, UnfinishedImport};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use super::Answer;
use crate::{desk::Desk, messages, tell};

/// What the chooser offers; the content decides later, not the name.
const EXTENSIONS: [&str; 16] = [
    "jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "gif", "tif", "tiff", "JPG", "JPEG",
    "HEIC", "PNG", "WEBP", "HEIF",
];

#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_photos(handle: AppHandle, desk: State<'_, Desk>) -> Answer<Vec<String>> {
    let language = tell::language(&desk.app().await).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_photos"))
        .add_filter(messages::text(&language, "photos"), &EXTENSIONS)
        .pick_files(move |files| drop(tell.send(files.unwrap_or_default())));
    Ok(texts(told.await.unwrap_or_default()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_folder(handle: AppHandle, desk: State<'_, Desk>) -> Answer<Vec<String>> {
    let language = tell::language(&desk.app().await).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_folder"))
        .pick_folders(move |folders| drop(tell.send(folders.unwrap_or_default())));
    Ok(texts(told.await.unwrap_or_default()))
}

fn texts(paths: Vec<FilePath>) -> Vec<String> {
    paths
        .into_iter()
        .filter_map(|p| p.into_path().ok())
        .map(|p| p.to_string_lossy().into_owned())
        .collect()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn sample_paths(desk: State<'_, Desk>) -> Answer<Vec<String>> {
    page_commands::sample_paths(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn import_photos(
    desk: State<'_, Desk>,
    import_id: String,
    paths: Vec<String>,
    grouping: Grouping,
) -> Answer<ImportResult> {
    page_commands::import_photos(&desk.engine().await, import_id, paths, grouping).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_import(desk: State<'_, Desk>, import_id: String) -> Answer<()> {
    page_commands::stop_import(&desk.engine().await, import_id).await
}

/// Imports that a crash or a person ended: the window offers to go on with them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unfinished_imports(desk: State<'_, Desk>) -> Answer<Vec<UnfinishedImport>> {
    page_commands::unfinished_imports(&desk.engine().await).await
}

/// Goes on with one of them; told and stopped under `import_id`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_import(
    desk: State<'_, Desk>,
    id: String,
    import_id: String,
) -> Answer<ImportResult> {
    page_commands::resume_import(&desk.engine().await, id, import_id).await
}

/// Leaves one of them at what is done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_import(desk: State<'_, Desk>, id: String) -> Answer<ImportResult> {
    page_commands::close_import(&desk.engine().await, id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_draft_photos(
    desk: State<'_, Desk>,
    id: String,
    paths: Vec<String>,
) -> Answer<DraftView> {
    page_commands::add_draft_photos(&desk.engine().await, id, paths).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn turn_photo(
    desk: State<'_, Desk>,
    id: String,
    quarter_turns: i32,
) -> Answer<EditedPhotoView> {
    page_commands::turn_photo(&desk.engine().await, id, quarter_turns).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn crop_photo(
    desk: State<'_, Desk>,
    id: String,
    part: PhotoPart,
) -> Answer<EditedPhotoView> {
    page_commands::crop_photo(&desk.engine().await, id, part).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_photo_edit(desk: State<'_, Desk>, id: String) -> Answer<EditedPhotoView> {
    page_commands::undo_photo_edit(&desk.engine().await, id).await
}
