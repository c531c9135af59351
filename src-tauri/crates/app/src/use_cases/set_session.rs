//! `session set`: the seller hands over the cookies of their own browser.

use contract::{Code, Event, Failure, SessionView};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use super::{accounts::DEFAULT_ACCOUNT, session_file};
use crate::{
    App, fail,
    ports::{Account, Session},
};

/// Longest user agent that is taken; real ones stay far below.
const MAX_USER_AGENT: usize = 512;

impl App {
    /// Seals cookies as the account's session and asks the site who that is.
    ///
    /// The session is kept even where the site does not answer or refuses it (`authenticated: false`): the person
    /// gave it, and `session check` can be asked again.
    ///
    /// # Errors
    /// `invalid_field` where the text holds no cookies, `vault_unavailable` where it cannot be sealed.
    pub async fn set_session(
        &self,
        account: Option<&str>,
        cookies: &SecretString,
        user_agent: &str,
        cancel: CancellationToken,
    ) -> Result<SessionView, Failure> {
        self.store_session(account, cookies, user_agent).await?;
        match self.check_session(account, cancel).await {
            Ok(view) => Ok(view),
            Err(failure) => {
                tracing::warn!(
                    code = failure.code.as_str(),
                    "the session is stored but not checked"
                );
                Ok(SessionView {
                    authenticated: false,
                    username: None,
                    user_id: None,
                    reason: Some(failure.code),
                    warnings: self.session_warnings(account).await,
                })
            }
        }
    }

    /// Seals cookies as the account's session without asking the site.
    ///
    /// # Errors
    /// `invalid_field` where the text holds no cookies, `vault_unavailable` where it cannot be sealed.
    pub async fn store_session(
        &self,
        account: Option<&str>,
        cookies: &SecretString,
        user_agent: &str,
    ) -> Result<(), Failure> {
        let cookies = session_file::parse(cookies.expose_secret())?;
        let user_agent = user_agent.trim();
        if user_agent.is_empty()
            || user_agent.len() > MAX_USER_AGENT
            || user_agent.chars().any(char::is_control)
        {
            return Err(Failure::new(
                Code::InvalidField,
                "Give the user agent of the browser in which you are logged in (--user-agent).",
            )
            .with(serde_json::json!({ "fields": { "user_agent": "invalid_field" } })));
        }
        let session = Session {
            cookies,
            user_agent: Some(user_agent.to_owned()),
        };
        let mut row = self.account_or_new(account).await?;
        // Another person's session may follow: the login is learnt anew.
        row.login = None;
        row.site_user_id = None;
        row.checked_at = None;
        row.user_agent = session.user_agent.clone();
        row.site_url = self.site_of(&row);
        row.sealed_session = Some(self.seal_session(&row, &session).await?);
        self.parts
            .accounts
            .save(&row)
            .await
            .map_err(fail::record("storing the session"))?;
        self.tell(Event::SessionChanged { account: row.name });
        Ok(())
    }

    pub(crate) async fn account_or_new(&self, name: Option<&str>) -> Result<Account, Failure> {
        if let Some(account) = self.account(name).await? {
            return Ok(account);
        }
        let name = checked_name(name.unwrap_or(DEFAULT_ACCOUNT))?;
        Ok(Account::new(
            self.parts.clock.new_id().into(),
            name,
            self.site_url().to_owned(),
        ))
    }
}

/// An account's name as it is kept.
pub(crate) fn checked_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Failure::new(
            Code::InvalidField,
            "An account's name has 1 to 60 characters.",
        )
        .with(serde_json::json!({ "fields": { "account": "invalid_field" } })));
    }
    Ok(name.to_owned())
}
