//! Accounts and their sealed sessions, shared by the use cases that need one.

use std::sync::Arc;

use async_trait::async_trait;
use contract::{AccountView, Code, Event, Failure};
use domain::DraftId;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::queue_add::queue_failure;
use crate::{
    App, fail,
    ports::{Account, Run, SecretError, Session, SessionCookie, SessionKeeper, Steps},
};

/// The account of those who have one and never named it.
pub(crate) const DEFAULT_ACCOUNT: &str = "main";

impl App {
    /// All accounts.
    ///
    /// # Errors
    /// Storage only.
    pub async fn accounts(&self) -> Result<Vec<AccountView>, Failure> {
        let all = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the accounts"))?;
        let mut views = Vec::with_capacity(all.len());
        for account in all {
            views.push(self.account_view(account).await?);
        }
        Ok(views)
    }

    /// The id of the account that is meant where nobody names one; none: there is none yet.
    ///
    /// # Errors
    /// As [`App::account`].
    pub async fn usual_account(&self) -> Result<Option<String>, Failure> {
        let account = self.account(None).await?;
        Ok(account.map(|account| account.id.to_string()))
    }

    /// The named account, or the one that is used where nobody named one: the only one, else `main`.
    ///
    /// # Errors
    /// `invalid_field` with the names, where there are several and none is `main`.
    pub(crate) async fn account(&self, name: Option<&str>) -> Result<Option<Account>, Failure> {
        let records = &self.parts.accounts;
        let reading = fail::record("reading the account");
        if let Some(name) = name {
            return records.by_name(name.trim()).await.map_err(reading);
        }
        let mut all = records.all().await.map_err(reading)?;
        if all.len() < 2 {
            return Ok(all.pop());
        }
        match all
            .iter()
            .position(|account| account.name == DEFAULT_ACCOUNT)
        {
            Some(index) => Ok(Some(all.swap_remove(index))),
            None => {
                let names: Vec<String> = all.into_iter().map(|account| account.name).collect();
                Err(Failure::new(
                    Code::InvalidField,
                    format!(
                        "There are several accounts: {}. Say which one (`--account NAME`).",
                        names.join(", ")
                    ),
                )
                .with(json!({ "fields": { "account": "invalid_field" }, "accounts": names })))
            }
        }
    }

    /// The account of this name.
    pub(crate) async fn named_account(&self, name: &str) -> Result<Account, Failure> {
        self.account(Some(name)).await?.ok_or_else(|| {
            Failure::new(
                Code::NotFound,
                format!("There is no account \"{name}\". `studio accounts` lists them."),
            )
        })
    }

    /// Where the account's session goes: the site that was asked for, else its country's.
    pub(crate) fn site_of(&self, account: &Account) -> String {
        match (&self.parts.site_override, account.country) {
            (Some(site), _) => site.clone(),
            (None, Some(country)) => country.site_url(),
            (None, None) => self.parts.default_site.clone(),
        }
    }

    pub(crate) async fn account_view(&self, account: Account) -> Result<AccountView, Failure> {
        let holds = self.parts.queue.holds().await.map_err(queue_failure)?;
        let country = account.country();
        Ok(AccountView {
            id: account.id.to_string(),
            health: self.health_view(&account, &holds).await?,
            budget: self.budget_view(&account).await?,
            name: account.name,
            site_url: account.site_url,
            username: account.login,
            has_session: account.sealed_session.is_some(),
            checked_at: account.checked_at.map(contract::time),
            country: country.code().to_owned(),
            currency: country.currency().code().to_owned(),
            language: country.language().to_owned(),
        })
    }

    /// The account with its session, or the failure that says to log in.
    pub(crate) async fn account_with_session(
        &self,
        name: Option<&str>,
    ) -> Result<(Account, Session), Failure> {
        let account = self.account(name).await?.ok_or_else(session_missing)?;
        self.session_in(account).await
    }

    /// The session of this account.
    pub(crate) async fn session_in(&self, account: Account) -> Result<(Account, Session), Failure> {
        // A session goes to the site it was given for and to no other, whatever the environment says.
        if let Some(site) = &self.parts.site_override
            && *site != account.site_url
        {
            return Err(Failure::new(
                Code::SessionMissing,
                format!(
                    "The stored session belongs to {}, not to {site}. Log in there first.",
                    account.site_url
                ),
            ));
        }
        let sealed = account
            .sealed_session
            .as_deref()
            .ok_or_else(session_missing)?;
        let plain = self
            .parts
            .secrets
            .open(&account.id.to_string(), sealed)
            .await
            .map_err(fail::secret)?;
        let stored: Stored = serde_json::from_slice(plain.expose_secret())
            .map_err(|_| fail::secret(SecretError::Damaged))?;
        let session = stored.into_session(account.user_agent.clone());
        Ok((account, session))
    }

    /// Seals a session into its account.
    pub(crate) async fn seal_session(
        &self,
        account: &Account,
        session: &Session,
    ) -> Result<Vec<u8>, Failure> {
        let bytes = Zeroizing::new(
            serde_json::to_vec(&Stored::from_session(session))
                .map_err(|e| fail::internal("sealing the session", e))?,
        );
        let plain = SecretSlice::from(bytes.to_vec());
        let id = account.id.to_string();
        match self.parts.secrets.seal(&id, &plain).await {
            Err(SecretError::KeyLost) => {
                // The person has just given a new session. What the lost key sealed opens for nobody; it goes, so
                // that a new key may be made.
                self.erase_sessions().await?;
                self.parts
                    .secrets
                    .seal(&id, &plain)
                    .await
                    .map_err(fail::secret)
            }
            sealed => sealed.map_err(fail::secret),
        }
    }

    async fn erase_sessions(&self) -> Result<(), Failure> {
        let all = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the accounts"))?;
        for account in all {
            self.parts
                .accounts
                .replace_session(account.id, account.sealed_session.as_deref(), None)
                .await
                .map_err(fail::record("erasing a session that cannot be opened"))?;
        }
        Ok(())
    }

    /// A run for an account, with its session.
    pub(crate) fn run_for(
        &self,
        account: &Account,
        session: Session,
        draft: Option<DraftId>,
        cancel: CancellationToken,
    ) -> Run {
        Run {
            account: account.id.to_string(),
            site_url: account.site_url.clone(),
            expected_login: account.login.clone(),
            session,
            keeper: Arc::new(Keeper {
                app: self.clone(),
                held: Mutex::new(account.sealed_session.clone()),
                account: account.clone(),
            }),
            steps: Arc::new(Told {
                app: self.clone(),
                draft,
            }),
            cancel,
        }
    }
}

fn session_missing() -> Failure {
    Failure::new(
        Code::SessionMissing,
        "There is no session of yours here. Log in to the site first (`studio session login` or `session set`).",
    )
}

struct Keeper {
    app: App,
    account: Account,
    /// What the row held when the run began, or what this run last wrote: only that is replaced.
    held: Mutex<Option<Vec<u8>>>,
}

#[async_trait]
impl SessionKeeper for Keeper {
    async fn keep(&self, session: Session) {
        if session.cookies.is_empty() {
            // A browser that died early holds nothing; the session that was put in may still be good.
            return;
        }
        let sealed = match self.app.seal_session(&self.account, &session).await {
            Ok(sealed) => sealed,
            Err(failure) => {
                tracing::error!(
                    code = failure.code.as_str(),
                    "the newer session could not be sealed"
                );
                return;
            }
        };
        failpoint::reached("session.sealed");
        let mut held = self.held.lock().await;
        let accounts = &self.app.parts.accounts;
        match accounts
            .replace_session(self.account.id, held.as_deref(), Some(&sealed))
            .await
        {
            Ok(true) => {
                *held = Some(sealed);
                failpoint::reached("session.stored");
            }
            Ok(false) => tracing::info!("the session was changed meanwhile; this run's is dropped"),
            Err(error) => tracing::error!(%error, "the newer session could not be stored"),
        }
    }
}

struct Told {
    app: App,
    draft: Option<DraftId>,
}

impl Steps for Told {
    fn step(&self, code: &str) {
        tracing::info!(step = code, draft = ?self.draft, "site");
        if let Some(draft) = self.draft {
            self.app.tell(Event::Step {
                draft_id: draft.to_string(),
                code: code.to_owned(),
            });
        }
    }
}

/// The session as it is sealed. A format of its own, so that the port's types may change.
#[derive(Serialize, Deserialize)]
struct Stored {
    cookies: Vec<StoredCookie>,
}

#[derive(Serialize, Deserialize)]
struct StoredCookie {
    name: String,
    value: Zeroizing<String>,
    domain: String,
    path: String,
    expires: Option<f64>,
    http_only: bool,
    secure: bool,
    same_site: Option<String>,
}

impl Stored {
    fn from_session(session: &Session) -> Self {
        let cookies = session
            .cookies
            .iter()
            .map(|c| StoredCookie {
                name: c.name.clone(),
                value: Zeroizing::new(c.value.expose_secret().to_owned()),
                domain: c.domain.clone(),
                path: c.path.clone(),
                expires: c.expires,
                http_only: c.http_only,
                secure: c.secure,
                same_site: c.same_site.clone(),
            })
            .collect();
        Self { cookies }
    }

    fn into_session(self, user_agent: Option<String>) -> Session {
        let cookies = self
            .cookies
            .into_iter()
            .map(|c| SessionCookie {
                name: c.name,
                value: SecretString::from(c.value.as_str().to_owned()),
                domain: c.domain,
                path: c.path,
                expires: c.expires,
                http_only: c.http_only,
                secure: c.secure,
                same_site: c.same_site,
            })
            .collect();
        Session {
            cookies,
            user_agent,
        }
    }
}
