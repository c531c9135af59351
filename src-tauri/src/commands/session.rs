//! The seller's own session.

use contract::{AccountChange, AccountView, SessionView, Stoppable};
use tauri::State;

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
#[specta::specta]
pub(crate) async fn accounts(desk: State<'_, Desk>) -> Answer<Vec<AccountView>> {
    page_commands::accounts(&desk.engine().await).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn account_add(
    desk: State<'_, Desk>,
    change: AccountChange,
) -> Answer<AccountView> {
    page_commands::account_add(&desk.engine().await, change).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn account_change(
    desk: State<'_, Desk>,
    change: AccountChange,
) -> Answer<AccountView> {
    page_commands::account_change(&desk.engine().await, change).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_check(
    desk: State<'_, Desk>,
    account: Option<String>,
) -> Answer<SessionView> {
    page_commands::session_check(&desk.engine().await, account).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_login(
    desk: State<'_, Desk>,
    account: Option<String>,
) -> Answer<SessionView> {
    page_commands::session_login(&desk.engine().await, account).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_set(
    desk: State<'_, Desk>,
    cookie: String,
    user_agent: String,
    account: Option<String>,
) -> Answer<SessionView> {
    page_commands::session_set(&desk.engine().await, cookie, user_agent, account).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_forget(desk: State<'_, Desk>, account: Option<String>) -> Answer<()> {
    page_commands::session_forget(&desk.engine().await, account).await
}

/// Stops what is under way of a kind. Publishing is never cut short.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop(desk: State<'_, Desk>, what: Stoppable) -> Answer<()> {
    page_commands::stop(&desk.engine().await, what).await
}
