//! `accounts add` and `accounts set`: a name, a country, budgets. The session comes with a log-in.

use contract::{AccountChange, AccountView, Code, Event, Failure};
use domain::Country;
use serde_json::json;

use super::set_session::checked_name;
use crate::{
    App,
    budget::{PER_DAY, PER_HOUR},
    fail,
    ports::Account,
};

impl App {
    /// Makes an account without a session.
    ///
    /// # Errors
    /// `invalid_field` for a name that is taken or none, a country without a site, a budget beyond its ceiling.
    pub async fn add_account(&self, change: &AccountChange) -> Result<AccountView, Failure> {
        let name = checked_name(&change.name)?;
        if self.account(Some(&name)).await?.is_some() {
            return Err(Failure::new(
                Code::InvalidField,
                format!("There is an account \"{name}\" already."),
            )
            .with(json!({ "fields": { "name": "invalid_field" } })));
        }
        let account = Account {
            country: Some(Country::FRANCE),
            ..Account::new(self.parts.clock.new_id().into(), name, String::new())
        };
        let account = self.changed(account, change)?;
        self.parts
            .accounts
            .save(&account)
            .await
            .map_err(fail::record("storing the account"))?;
        self.account_changed(account).await
    }

    /// Changes country or budgets of an account.
    ///
    /// # Errors
    /// `not_found`; `invalid_field` as [`App::add_account`], and for another country while a session is stored: it
    /// belongs to the site that it was given for.
    pub async fn change_account(&self, change: &AccountChange) -> Result<AccountView, Failure> {
        let account = self.named_account(&change.name).await?;
        let account = self.changed(account, change)?;
        self.parts
            .accounts
            .change(&account)
            .await
            .map_err(fail::record("storing the account"))?;
        self.account_changed(account).await
    }

    fn changed(&self, mut account: Account, change: &AccountChange) -> Result<Account, Failure> {
        if let Some(text) = &change.country {
            let country: Country = text.parse().map_err(|_| {
                let known: Vec<&str> = Country::all().map(Country::code).collect();
                invalid(
                    "country",
                    format!(
                        "The marketplace has no site for \"{text}\". It has: {}.",
                        known.join(", ")
                    ),
                )
            })?;
            if account.sealed_session.is_some() && account.country() != country {
                return Err(invalid(
                    "country",
                    "The stored session belongs to another country's site. Forget it first \
                     (`studio session forget --account NAME`)."
                        .to_owned(),
                ));
            }
            account.country = Some(country);
        }
        account.budget_hour = figure(
            "budget_hour",
            change.budget_hour,
            account.budget_hour,
            PER_HOUR.1,
        )?;
        account.budget_day = figure(
            "budget_day",
            change.budget_day,
            account.budget_day,
            PER_DAY.1,
        )?;
        if account.sealed_session.is_none() {
            account.site_url = self.site_of(&account);
        }
        Ok(account)
    }

    async fn account_changed(&self, account: Account) -> Result<AccountView, Failure> {
        self.tell(Event::SessionChanged {
            account: account.name.clone(),
        });
        self.account_view(account).await
    }
}

fn figure(
    field: &'static str,
    asked: Option<u32>,
    kept: Option<u32>,
    most: u32,
) -> Result<Option<u32>, Failure> {
    match asked {
        None => Ok(kept),
        Some(0) => Ok(None),
        Some(asked) if asked <= most => Ok(Some(asked)),
        Some(_) => Err(invalid(
            field,
            format!("At most {most} new listings are allowed here."),
        )),
    }
}

fn invalid(field: &'static str, message: String) -> Failure {
    Failure::new(Code::InvalidField, message).with(json!({ "fields": { field: "invalid_field" } }))
}
