//! The browser that is driven.

use contract::BrowserView;
use tauri::State;

use super::Answer;
use crate::desk::{Desk, Stoppable};

#[tauri::command]
#[specta::specta]
pub(crate) async fn browser_status(desk: State<'_, Desk>) -> Answer<BrowserView> {
    desk.app().await.browser_status().await
}

/// `session::stop` ends it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn download_browser(desk: State<'_, Desk>) -> Answer<BrowserView> {
    let stop = desk.stoppable(Stoppable::Download).await;
    desk.app().await.download_browser(stop).await
}
