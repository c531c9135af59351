//! `studio accounts`.

use app::App;
use contract::{AccountChange, AccountList, AccountView, Failure};

use super::queue::waiting;
use crate::{
    arguments::{AccountFacts, Accounts, AccountsCommand},
    output::Output,
};

pub(super) async fn run(app: &App, command: Accounts, output: Output) -> Result<(), Failure> {
    match command.command.unwrap_or(AccountsCommand::List) {
        AccountsCommand::List => {
            let accounts = app.accounts().await?;
            output.view(&AccountList { accounts }, |list| {
                if list.accounts.is_empty() {
                    return "no account yet: `studio session login` makes one".to_owned();
                }
                list.accounts
                    .iter()
                    .map(text)
                    .collect::<Vec<_>>()
                    .join("\n")
            })
        }
        AccountsCommand::Add(facts) => output.view(&app.add_account(&change(facts)).await?, text),
        AccountsCommand::Set(facts) => {
            output.view(&app.change_account(&change(facts)).await?, text)
        }
    }
}

fn change(facts: AccountFacts) -> AccountChange {
    AccountChange {
        name: facts.name,
        country: facts.country,
        budget_hour: facts.budget_hour,
        budget_day: facts.budget_day,
    }
}

fn text(account: &AccountView) -> String {
    let mut lines = vec![format!(
        "{}  {}  {}  session {}  {} of {} this hour, {} of {} today",
        account.name,
        account.country,
        account.username.as_deref().unwrap_or("-"),
        account.health.session,
        account.budget.hour_used,
        account.budget.hour,
        account.budget.day_used,
        account.budget.day,
    )];
    lines.extend(
        account
            .health
            .waiting
            .iter()
            .map(|wait| format!("  {}", waiting(wait))),
    );
    lines.extend(
        account
            .health
            .refusals
            .iter()
            .take(5)
            .map(|refusal| format!("  {}  {}  {}", refusal.at, refusal.code, refusal.message)),
    );
    lines.join("\n")
}
