//! The seller's own session.

use contract::{AccountChange, AccountView, SessionView, Stoppable};

use crate::{Answer, Engine};

/// The seller's accounts, the one that the app works on first.
pub async fn accounts(engine: &Engine) -> Answer<Vec<AccountView>> {
    engine.app.accounts().await
}

/// Adds an account.
pub async fn account_add(engine: &Engine, change: AccountChange) -> Answer<AccountView> {
    engine.app.add_account(&change).await
}

/// Changes an account.
pub async fn account_change(engine: &Engine, change: AccountChange) -> Answer<AccountView> {
    engine.app.change_account(&change).await
}

/// Asks the site whether a session is good.
pub async fn session_check(engine: &Engine, account: Option<String>) -> Answer<SessionView> {
    let stop = engine.stops.of(Stoppable::Session);
    engine.app.check_session(account.as_deref(), stop).await
}

/// Opens the site for the person to log in.
pub async fn session_login(engine: &Engine, account: Option<String>) -> Answer<SessionView> {
    let stop = engine.stops.of(Stoppable::Session);
    engine.app.log_in(account.as_deref(), stop).await
}

/// Takes a session that the person gives.
pub async fn session_set(
    engine: &Engine,
    cookie: String,
    user_agent: String,
    account: Option<String>,
) -> Answer<SessionView> {
    let stop = engine.stops.of(Stoppable::Session);
    engine
        .app
        .set_session(account.as_deref(), &cookie.into(), &user_agent, stop)
        .await
}

/// Forgets a session.
pub async fn session_forget(engine: &Engine, account: Option<String>) -> Answer<()> {
    engine.app.forget_session(account.as_deref()).await
}

/// Stops what is under way of a kind. Publishing is never cut short.
pub async fn stop(engine: &Engine, what: Stoppable) -> Answer<()> {
    engine.stops.stop(what);
    std::future::ready(Ok(())).await
}
