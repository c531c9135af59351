//! The installation itself.

use contract::{AboutView, Code, DoctorReport, Failure, SettingsView, Vocabulary};
use tauri::{AppHandle, Manager, State};
use tauri_plugin_opener::OpenerExt;

use super::Answer;
use crate::{
    desk::Desk,
    tray,
    window::{self, CloseAnswer},
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn about(desk: State<'_, Desk>) -> Answer<AboutView> {
    page_commands::about(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn doctor(desk: State<'_, Desk>, site: bool) -> Answer<DoctorReport> {
    page_commands::doctor(&desk.engine().await, site).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(desk: State<'_, Desk>) -> Answer<SettingsView> {
    page_commands::settings(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_settings(
    handle: AppHandle,
    desk: State<'_, Desk>,
    values: SettingsView,
) -> Answer<SettingsView> {
    let speaks = values.settings.contains_key("language");
    let set = page_commands::set_settings(&desk.engine().await, values).await?;
    if speaks {
        tray::refresh(&handle, &desk.app().await).await;
    }
    Ok(set)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vocabulary(desk: State<'_, Desk>) -> Answer<Vocabulary> {
    page_commands::vocabulary(&desk.engine().await).await
}

/// Moves between the practice marketplace and the real site; the page then loads anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_practice(
    handle: AppHandle,
    desk: State<'_, Desk>,
    practice: bool,
) -> Answer<()> {
    desk.set_practice(practice).await?;
    tray::refresh(&handle, &desk.app().await).await;
    if let Some(window) = handle.get_webview_window("main")
        && let Err(error) = window.reload()
    {
        tracing::warn!(%error, "the page was not loaded anew");
    }
    Ok(())
}

/// Opens a page of the site in the person's own browser; no other address.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_external(
    handle: AppHandle,
    desk: State<'_, Desk>,
    url: String,
) -> Answer<()> {
    page_commands::open_external(&desk.engine().await, url.clone()).await?;
    handle
        .opener()
        .open_url(url, None::<&str>)
        .map_err(not_opened)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn open_data_dir(handle: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let folder = desk.app().await.data_dir().display().to_string();
    handle
        .opener()
        .open_path(folder, None::<&str>)
        .map_err(not_opened)
}

fn not_opened(error: tauri_plugin_opener::Error) -> Failure {
    tracing::warn!(%error, "the system did not open it");
    Failure::new(Code::NotAvailable, "The system could not open it.")
}

/// The person's answer where no tray could bring the window back; also how the page quits the app.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_close(handle: AppHandle, answer: CloseAnswer) -> Answer<()> {
    window::answer_close(&handle, answer);
    Ok(())
}
