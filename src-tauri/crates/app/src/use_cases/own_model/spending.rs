//! What the model cost.

use chrono::{DateTime, Datelike, TimeZone, Utc};
use contract::{Failure, ModelSpendingView};

use super::setup::money;
use crate::{App, fail};

impl App {
    /// What the model cost this month, with the budget.
    ///
    /// # Errors
    /// Storage only.
    pub async fn model_spending(&self) -> Result<ModelSpendingView, Failure> {
        let since = month(self.parts.clock.now());
        let spent = self.parts.model_records.spent(since).await;
        let spent = spent.map_err(fail::record("reading what your model cost"))?;
        let setup = self.model_setup().await?;
        Ok(ModelSpendingView {
            month: since.format("%Y-%m").to_string(),
            spent: money(spent.micros),
            open: money(spent.open_micros),
            budget: money(setup.budget_micros),
            calls: spent.calls,
            photos: spent.photos,
            question_tokens: spent.tokens.question,
            answer_tokens: spent.tokens.answer,
        })
    }
}

/// The beginning of the calendar month (UTC).
pub(super) fn month(now: DateTime<Utc>) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(now.year(), now.month(), 1, 0, 0, 0)
        .single()
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_its_first_midnight() {
        let now = Utc.with_ymd_and_hms(2026, 11, 20, 15, 0, 0).unwrap();
        assert_eq!(month(now).to_rfc3339(), "2026-11-01T00:00:00+00:00");
    }
}
