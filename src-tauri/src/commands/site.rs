//! The site's pages: does the app still find its way?

use contract::SiteCheckView;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

use super::Answer;
use crate::{desk::Desk, messages, tell};

/// A site profile's file, chosen by the person; null where they chose none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_site_profile(
    handle: AppHandle,
    desk: State<'_, Desk>,
) -> Answer<Option<String>> {
    let language = tell::language(&desk.app().await).await;
    let (tell, told) = oneshot::channel();
    handle
        .dialog()
        .file()
        .set_title(messages::text(&language, "pick_site_profile"))
        .pick_file(move |file| drop(tell.send(file)));
    Ok(told
        .await
        .ok()
        .flatten()
        .and_then(|file| file.into_path().ok())
        .map(|path| path.to_string_lossy().into_owned()))
}

/// Walks the form without publishing; `profile` names a site profile to check with, this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn site_check(
    desk: State<'_, Desk>,
    account: Option<String>,
    profile: Option<String>,
) -> Answer<SiteCheckView> {
    page_commands::site_check(&desk.engine().await, account, profile).await
}
