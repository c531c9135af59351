//! Photos: chosen in dialogs that Rust opens, so that the page never holds a right to the disk.

use std::path::PathBuf;

use app::ImportRequest;
use contract::{Code, DraftView, Failure, Grouping, ImportResult};
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use super::Answer;
use crate::{desk::Desk, messages, tell};

/// What the chooser offers; the content decides later, not the name.
const EXTENSIONS: [&str; 10] = [
    "jpg", "jpeg", "png", "webp", "heic", "heif", "JPG", "JPEG", "HEIC", "PNG",
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
    };
    desk.app().await.import_photos(request).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_import(desk: State<'_, Desk>, import_id: String) -> Answer<()> {
    desk.app().await.stop_import(&import_id).await;
    Ok(())
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
