//! The seller's own session.

use contract::{AccountView, SessionView};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn accounts(desk: State<'_, Desk>) -> Answer<Vec<AccountView>> {
    desk.app().await.accounts().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_check(desk: State<'_, Desk>) -> Answer<SessionView> {
    let stop = desk.stoppable().await;
    desk.app().await.check_session(None, stop).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_login(desk: State<'_, Desk>) -> Answer<SessionView> {
    let stop = desk.stoppable().await;
    desk.app().await.log_in(None, stop).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_set(
    desk: State<'_, Desk>,
    cookie: String,
    user_agent: String,
) -> Answer<SessionView> {
    let stop = desk.stoppable().await;
    desk.app()
        .await
        .set_session(None, &cookie.into(), &user_agent, stop)
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_forget(desk: State<'_, Desk>) -> Answer<()> {
    desk.app().await.forget_session(None).await
}

/// Stops the log-in or the filling under way. Publishing is never cut short.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop(desk: State<'_, Desk>) -> Answer<()> {
    desk.stop.lock().await.cancel();
    Ok(())
}
