//! `session login`: a visible browser in which the person logs in. Passwords are never typed or seen by the app.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{Event, Failure, SessionView};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Session, SessionKeeper},
};

impl App {
    /// Opens the site's log-in page in a visible browser and waits for the person.
    ///
    /// # Errors
    /// `no_display`, `cancelled`, or why the site could not be opened.
    pub async fn log_in(
        &self,
        account: Option<&str>,
        cancel: CancellationToken,
    ) -> Result<SessionView, Failure> {
        let mut row = self.account_or_new(account).await?;
        let turn = self.site_turn(None, &cancel).await?;
        // Only a log-in that succeeded replaces what is stored: until then its session is kept in memory.
        let buffer = Arc::new(Buffer::default());
        let fresh = Session {
            cookies: Vec::new(),
            user_agent: None,
        };
        let mut run = self.run_for(&row, fresh, None, cancel);
        run.site_url = self.site_of(&row);
        // Logging in anew may be as somebody else: nobody is expected.
        run.expected_login = None;
        run.keeper = buffer.clone();
        let user = self
            .parts
            .site
            .log_in(run)
            .await
            .map_err(|stop| fail::stop(stop, self.parts.clock.now()))?;
        let session = buffer
            .0
            .lock()
            .await
            .take()
            .ok_or_else(fail::session_expired)?;
        row.site_url = self.site_of(&row);
        row.login = Some(user.login.clone());
        row.site_user_id = Some(user.id.clone());
        row.user_agent = session.user_agent.clone();
        row.checked_at = Some(self.parts.clock.now());
        row.sealed_session = Some(self.seal_session(&row, &session).await?);
        self.parts
            .accounts
            .save(&row)
            .await
            .map_err(fail::record("storing the session"))?;
        drop(turn);
        self.session_is_back(row.id).await?;
        self.tell(Event::SessionChanged { account: row.name });
        Ok(SessionView {
            authenticated: true,
            username: Some(user.login),
            user_id: Some(user.id),
            reason: None,
            // The driven browser's own session.
            warnings: Vec::new(),
        })
    }
}

/// The newest session of a log-in under way.
#[derive(Default)]
struct Buffer(Mutex<Option<Session>>);

#[async_trait]
impl SessionKeeper for Buffer {
    async fn keep(&self, session: Session) {
        if !session.cookies.is_empty() {
            *self.0.lock().await = Some(session);
        }
    }
}
