//! Photos: chosen in dialogs that Rust opens, so that the page never holds a right to the disk.

use std::path::PathBuf;

use app::{ImportRequest, Look};
use contract::{
    Code, DraftView, EditedPhotoView, Failure, Grouping, ImportResult, PhotoPart, UnfinishedImport,
};
use tauri::{AppHandle, Manager, State};
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
pub(crate) async fn sample_paths(handle: AppHandle) -> Answer<Vec<String>> {
    let missing = |why: String| {
        Failure::new(
            Code::NotFound,
            format!("The sample photos are not there: {why}."),
        )
    };
    let packed = handle.path().resource_dir().map(|dir| dir.join("samples"));
    let folder = match packed {
        Ok(folder) if folder.is_dir() => folder,
        // Run from the source tree.
        _ => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/samples")),
    };
    let mut paths: Vec<String> = fs_err::read_dir(&folder)
        .map_err(|e| missing(e.to_string()))?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| {
            p.extension()
                .is_some_and(|e| EXTENSIONS.iter().any(|known| e.eq_ignore_ascii_case(known)))
        })
        .map(|p| p.to_string_lossy().into_owned())
        .collect();
    paths.sort();
    Ok(paths)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn import_photos(
    desk: State<'_, Desk>,
    import_id: String,
    paths: Vec<String>,
    grouping: Grouping,
) -> Answer<ImportResult> {
    let request = ImportRequest {
        import_id,
        paths: paths.into_iter().map(PathBuf::from).collect(),
        grouping,
        look: Look::Later,
    };
    desk.app().await.import_photos(request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_import(desk: State<'_, Desk>, import_id: String) -> Answer<()> {
    desk.app().await.stop_import(&import_id).await;
    Ok(())
}

/// Imports that a crash or a person ended: the window offers to go on with them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unfinished_imports(desk: State<'_, Desk>) -> Answer<Vec<UnfinishedImport>> {
    desk.app().await.unfinished_imports().await
}

/// Goes on with one of them; told and stopped under `import_id`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_import(
    desk: State<'_, Desk>,
    id: String,
    import_id: String,
) -> Answer<ImportResult> {
    desk.app().await.resume_import(&id, import_id).await
}

/// Leaves one of them at what is done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_import(desk: State<'_, Desk>, id: String) -> Answer<ImportResult> {
    desk.app().await.close_import(&id).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn add_draft_photos(
    desk: State<'_, Desk>,
    id: String,
    paths: Vec<String>,
) -> Answer<DraftView> {
    let paths = paths.into_iter().map(PathBuf::from).collect();
    let (draft, rejected) = desk.app().await.add_photos(&id, paths).await?;
    match rejected.into_iter().next() {
        // The others were added; the first refusal is told, as the view shows the rest.
        Some(file) => Err(Failure::new(
            file.code,
            format!("{}: {}", file.path, file.message),
        )),
        None => Ok(draft),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn turn_photo(
    desk: State<'_, Desk>,
    id: String,
    quarter_turns: i32,
) -> Answer<EditedPhotoView> {
    desk.app().await.turn_photo(&id, quarter_turns).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn crop_photo(
    desk: State<'_, Desk>,
    id: String,
    part: PhotoPart,
) -> Answer<EditedPhotoView> {
    desk.app().await.crop_photo(&id, part).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_photo_edit(desk: State<'_, Desk>, id: String) -> Answer<EditedPhotoView> {
    desk.app().await.undo_photo_edit(&id).await
}
