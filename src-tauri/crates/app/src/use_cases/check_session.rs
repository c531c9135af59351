//! `session check`: who does the site say that this is?

use contract::{Event, Failure, SessionView};
use tokio_util::sync::CancellationToken;

use crate::{App, fail, ports::SiteStop};

impl App {
    /// Asks the site with the stored session. A session that is gone is an answer, not a failure.
    ///
    /// # Errors
    /// `session_missing`, `vault_unavailable`, or why the site could not be asked.
    pub async fn check_session(&self, account: Option<&str>) -> Result<SessionView, Failure> {
        self.account_with_session(account).await?;
        let _turn = self.site_turn(None).await?;
        let (mut row, session) = self.account_with_session(account).await?;
        let run = self.run_for(&row, session, None, CancellationToken::new());
        match self.parts.site.current_user(run).await {
            Ok(user) => {
                self.remember_user(&mut row, &user).await?;
                Ok(SessionView {
                    authenticated: true,
                    username: Some(user.login),
                    user_id: Some(user.id),
                })
            }
            Err(SiteStop::SessionGone) => Ok(SessionView {
                authenticated: false,
                username: row.login,
                user_id: row.site_user_id,
            }),
            Err(stop) => Err(fail::stop(stop, self.parts.clock.now())),
        }
    }

    /// Notes who answered. The sealed session is not touched: the run has stored a newer one meanwhile.
    pub(crate) async fn remember_user(
        &self,
        row: &mut crate::ports::Account,
        user: &crate::ports::CurrentUser,
    ) -> Result<(), Failure> {
        let saved = self
            .parts
            .accounts
            .by_name(&row.name)
            .await
            .map_err(fail::record("reading the account"))?;
        if let Some(saved) = saved {
            row.sealed_session = saved.sealed_session;
        }
        row.login = Some(user.login.clone());
        row.site_user_id = Some(user.id.clone());
        row.checked_at = Some(self.parts.clock.now());
        self.parts
            .accounts
            .save(row)
            .await
            .map_err(fail::record("storing the account"))?;
        self.tell(Event::SessionChanged {
            account: row.name.clone(),
        });
        Ok(())
    }
}
