//! The site's pages: does the app still find its way?

use std::path::PathBuf;

use app::SiteCheckRequest;
use contract::SiteCheckView;
use tauri::State;

use super::Answer;
use crate::desk::Desk;

/// Walks the form without publishing; `profile` names a site profile to check with, this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn site_check(
    desk: State<'_, Desk>,
    account: Option<String>,
    profile: Option<String>,
) -> Answer<SiteCheckView> {
    let stop = desk.stoppable().await;
    let request = SiteCheckRequest {
        account,
        profile: profile.map(PathBuf::from),
    };
    desk.app().await.site_check(request, stop).await
}
