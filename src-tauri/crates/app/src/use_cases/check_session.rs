//! `session check`: who does the site say that this is?

use contract::{Code, Event, Failure, SessionView};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Account, CurrentUser, SiteStop},
};

impl App {
    /// Asks the site with the stored session. A session that is gone is an answer, not a failure.
    ///
    /// # Errors
    /// `session_missing`, `vault_unavailable`, or why the site could not be asked.
    pub async fn check_session(
        &self,
        account: Option<&str>,
        cancel: CancellationToken,
    ) -> Result<SessionView, Failure> {
        self.account_with_session(account).await?;
        let _turn = self.site_turn(None, &cancel).await?;
        let (row, session) = self.account_with_session(account).await?;
        let run = self.run_for(&row, session, None, cancel);
        match self.parts.site.current_user(run).await {
            Ok(user) => {
                self.remember_user(&row, &user).await?;
                Ok(SessionView {
                    authenticated: true,
                    username: Some(user.login),
                    user_id: Some(user.id),
                    reason: None,
                })
            }
            Err(SiteStop::SessionGone) => Ok(SessionView {
                authenticated: false,
                username: row.login,
                user_id: row.site_user_id,
                reason: Some(Code::SessionExpired),
            }),
            Err(stop) => Err(fail::stop(stop, self.parts.clock.now())),
        }
    }

    /// Notes who answered.
    pub(crate) async fn remember_user(
        &self,
        row: &Account,
        user: &CurrentUser,
    ) -> Result<(), Failure> {
        self.parts
            .accounts
            .note_user(row.id, &user.login, &user.id, self.parts.clock.now())
            .await
            .map_err(fail::record("storing the account"))?;
        self.tell(Event::SessionChanged {
            account: row.name.clone(),
        });
        Ok(())
    }
}
