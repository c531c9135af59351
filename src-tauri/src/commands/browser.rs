//! The browser that is driven.

use contract::BrowserView;
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn browser_status(desk: State<'_, Desk>) -> Answer<BrowserView> {
    page_commands::browser_status(&desk.engine().await).await
}

/// `session::stop` ends it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn download_browser(desk: State<'_, Desk>) -> Answer<BrowserView> {
    page_commands::download_browser(&desk.engine().await).await
}
