//! `session check`: who does the site say that this is?

use contract::{Code, Event, Failure, SessionView};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{Account, CurrentUser},
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
                self.session_is_back(row.id).await?;
                Ok(SessionView {
                    authenticated: true,
                    username: Some(user.login),
                    user_id: Some(user.id),
                    reason: None,
                    warnings: self.user_agent_warnings(&row).await,
                })
            }
            Err(stop) => {
                let failure = fail::stop(stop, self.parts.clock.now());
                self.note_answer(row.id, Some(&failure)).await;
                if failure.code != Code::SessionExpired {
                    return Err(failure);
                }
                Ok(SessionView {
                    authenticated: false,
                    warnings: self.user_agent_warnings(&row).await,
                    username: row.login,
                    user_id: row.site_user_id,
                    reason: Some(Code::SessionExpired),
                })
            }
        }
    }

    /// What is worth knowing of a session that was just stored.
    pub(crate) async fn session_warnings(&self, account: Option<&str>) -> Vec<String> {
        match self.account_with_session(account).await {
            Ok((row, _)) => self.user_agent_warnings(&row).await,
            Err(_) => Vec::new(),
        }
    }

    /// A session that another browser, or another major version of it, made: the site may look twice at it.
    async fn user_agent_warnings(&self, row: &Account) -> Vec<String> {
        let Some(user_agent) = &row.user_agent else {
            return Vec::new();
        };
        let driven = self.parts.site.browser_major().await;
        if driven.is_none() || chromium_major(user_agent) == driven {
            return Vec::new();
        }
        vec!["user_agent_differs".to_owned()]
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

/// The major version of a Chromium's user agent; none for another kind of browser.
fn chromium_major(user_agent: &str) -> Option<u32> {
    let version = user_agent.split_once("Chrome/")?.1;
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::chromium_major;

    #[test]
    fn the_major_version_of_a_user_agent() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
        assert_eq!(
            chromium_major(chrome),
            Some(156),
            "Chromium, Chrome and Edge write it so"
        );
        assert_eq!(
            chromium_major(firefox),
            None,
            "another kind of browser has none"
        );
    }
}
