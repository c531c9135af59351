//! The seller's own session.

use contract::{AccountChange, AccountView, SessionView};
use tauri::State;

use super::Answer;
use crate::desk::{Desk, Stoppable};

#[tauri::command]
#[specta::specta]
pub(crate) async fn accounts(desk: State<'_, Desk>) -> Answer<Vec<AccountView>> {
    desk.app().await.accounts().await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn account_add(
    desk: State<'_, Desk>,
    change: AccountChange,
) -> Answer<AccountView> {
    desk.app().await.add_account(&change).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn account_change(
    desk: State<'_, Desk>,
    change: AccountChange,
) -> Answer<AccountView> {
    desk.app().await.change_account(&change).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_check(
    desk: State<'_, Desk>,
    account: Option<String>,
) -> Answer<SessionView> {
    let stop = desk.stoppable(Stoppable::Session).await;
    desk.app()
        .await
        .check_session(account.as_deref(), stop)
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_login(
    desk: State<'_, Desk>,
    account: Option<String>,
) -> Answer<SessionView> {
    let stop = desk.stoppable(Stoppable::Session).await;
    desk.app().await.log_in(account.as_deref(), stop).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_set(
    desk: State<'_, Desk>,
    cookie: String,
    user_agent: String,
    account: Option<String>,
) -> Answer<SessionView> {
    let stop = desk.stoppable(Stoppable::Session).await;
    desk.app()
        .await
        .set_session(account.as_deref(), &cookie.into(), &user_agent, stop)
        .await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn session_forget(desk: State<'_, Desk>, account: Option<String>) -> Answer<()> {
    desk.app().await.forget_session(account.as_deref()).await
}

/// Stops what is under way of a kind. Publishing is never cut short.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop(desk: State<'_, Desk>, what: Stoppable) -> Answer<()> {
    desk.stop(what).await;
    Ok(())
}
