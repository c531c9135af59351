//! `session login`: a visible browser in which the person logs in. Passwords are never typed or seen by the app.

use contract::{Failure, SessionView};
use tokio_util::sync::CancellationToken;

use crate::{App, fail, ports::Session};

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
        row.site_url = self.site_url().to_owned();
        // The row must exist before the run: its keeper writes into it.
        self.parts
            .accounts
            .save(&row)
            .await
            .map_err(fail::record("storing the account"))?;
        // Logging in anew may be as somebody else; nobody is expected.
        row.login = None;
        let fresh = Session {
            cookies: Vec::new(),
            user_agent: None,
        };
        let run = self.run_for(&row, fresh, None, cancel);
        let _turn = self.site_turn(None).await?;
        let user = self
            .parts
            .site
            .log_in(run)
            .await
            .map_err(|stop| fail::stop(stop, self.parts.clock.now()))?;
        self.remember_user(&mut row, &user).await?;
        Ok(SessionView {
            authenticated: true,
            username: Some(user.login),
            user_id: Some(user.id),
        })
    }
}
