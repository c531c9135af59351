//! What an account may publish: asked before every intent, whoever presses.

use chrono::{DateTime, TimeDelta, Utc};
use contract::{BudgetView, Code, Failure};
use domain::AccountId;
use queue::HoldScope;
use serde_json::json;

use crate::{
    App,
    budget::{Limit, Limits, PER_DAY, PER_HOUR, Room, SPACING_MINUTES, room},
    fail,
    ports::Account,
};

/// What an account has published within the last day, by the wall clock of now.
pub(crate) struct Spent {
    /// Oldest first. The wall clock may have been set since; these are as long ago as they say.
    pub(crate) times: Vec<DateTime<Utc>>,
    pub(crate) now: DateTime<Utc>,
}

impl App {
    /// Refuses where the account's budgets are used up, or the site asked to wait. Asked right before an intent is
    /// written, by whoever holds the turn on the site: so no two callers pass at once.
    ///
    /// # Errors
    /// `rate_limited` with `retry_at`, and `details.limit`: `hour` or `day` for a budget of our own, `site` where the
    /// site asked to wait before; storage.
    pub async fn within_budget(&self, account: AccountId) -> Result<(), Failure> {
        let holds = self
            .parts
            .queue
            .holds()
            .await
            .map_err(super::queue_add::queue_failure)?;
        let lane = HoldScope::Lane(account.to_string());
        let asked_to_wait = holds
            .iter()
            .find(|hold| hold.scope == lane && hold.reason.code == Code::RateLimited.as_str());
        if let Some(hold) = asked_to_wait {
            let mut failure = Failure::new(Code::RateLimited, hold.reason.detail.clone())
                .with(json!({ "limit": "site" }));
            failure.retry_at = hold.until.map(contract::time);
            return Err(failure);
        }
        let row = self.account_by_id(account).await?;
        let limits = self.limits_of(&row).await?;
        let spent = self.spent(account).await?;
        failpoint::reached("budget.counted");
        match room(&spent.times, spent.now, &limits) {
            Room::Now => Ok(()),
            Room::From(at, limit) => Err(used_up(&limits, limit, at)),
        }
    }

    /// What the account may do: its own figures, else the settings', else the defaults; never beyond the ceilings.
    pub(crate) async fn limits_of(&self, account: &Account) -> Result<Limits, Failure> {
        let figure = async |key: &'static str, own: Option<u32>, (default, most): (u32, u32)| {
            let stored = match own {
                Some(own) => Some(own),
                None => self
                    .parts
                    .settings
                    .get(key)
                    .await
                    .map_err(fail::record("reading the settings"))?
                    .and_then(|value| value.as_u64())
                    .and_then(|value| u32::try_from(value).ok()),
            };
            Ok::<u32, Failure>(stored.unwrap_or(default).clamp(1, most))
        };
        let spacing = figure("spacing_minutes", None, SPACING_MINUTES).await?;
        Ok(Limits {
            hour: figure("budget_hour", account.budget_hour, PER_HOUR).await?,
            day: figure("budget_day", account.budget_day, PER_DAY).await?,
            gap: paced(TimeDelta::minutes(i64::from(spacing)), self.parts.pace),
        })
    }

    /// What the account has published within the last day.
    pub(crate) async fn spent(&self, account: AccountId) -> Result<Spent, Failure> {
        let reading = self.parts.clock.reading();
        let now = reading.wall;
        let budgets = &self.parts.budgets;
        let counted = budgets
            .counted_now(&reading)
            .await
            .map_err(fail::record("counting what was published"))?;
        let spent = budgets
            .spent_since(account, counted - Limit::Day.span())
            .await
            .map_err(fail::record("counting what was published"))?;
        Ok(Spent {
            times: spent
                .into_iter()
                .map(|at| now - (counted - at).max(TimeDelta::zero()))
                .collect(),
            now,
        })
    }

    pub(crate) async fn budget_view(&self, account: &Account) -> Result<BudgetView, Failure> {
        let limits = self.limits_of(account).await?;
        let spent = self.spent(account.id).await?;
        let within = |limit: Limit| {
            let since = spent.now - limit.span();
            let count = spent.times.iter().filter(|at| **at > since).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        Ok(BudgetView {
            hour: limits.hour,
            hour_used: within(Limit::Hour),
            day: limits.day,
            day_used: within(Limit::Day),
            free_at: match room(&spent.times, spent.now, &limits) {
                Room::Now => None,
                Room::From(at, _) => Some(contract::time(at)),
            },
        })
    }

    pub(crate) async fn account_by_id(&self, id: AccountId) -> Result<Account, Failure> {
        self.parts
            .accounts
            .by_id(id)
            .await
            .map_err(fail::record("reading the account"))?
            .ok_or_else(|| {
                Failure::new(
                    Code::SessionMissing,
                    "The account is gone. Log in again, then try again.",
                )
            })
    }
}

/// Said of a budget that is used up.
pub(crate) fn sentence(limits: &Limits, limit: Limit, at: DateTime<Utc>) -> String {
    let span = match limit {
        Limit::Hour => "an hour",
        Limit::Day => "a day",
    };
    format!(
        "The account's own limit of {} new listings {span} is reached. There is room again at {}.",
        limits.of(limit),
        contract::time(at)
    )
}

fn used_up(limits: &Limits, limit: Limit, at: DateTime<Utc>) -> Failure {
    let mut failure = Failure::new(Code::RateLimited, sentence(limits, limit, at))
        .with(json!({ "limit": limit.code(), "most": limits.of(limit) }));
    failure.retry_at = Some(contract::time(at));
    failure
}

/// A pause as the person's pace makes it.
fn paced(pause: TimeDelta, pace: f64) -> TimeDelta {
    let pause = pause.to_std().unwrap_or_default();
    // Out of bounds is none of the paces that the environment lets through.
    std::time::Duration::try_from_secs_f64(pause.as_secs_f64() * pace)
        .ok()
        .and_then(|pause| TimeDelta::from_std(pause).ok())
        .unwrap_or_else(TimeDelta::zero)
}
