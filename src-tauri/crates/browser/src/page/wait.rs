//! Waiting for the page to become what the caller needs.
use super::script::document_gone;
use super::{Condition, Locator, Page};
use crate::BrowserError;
use crate::network::matches_url;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(40);

impl Page {
    /// Waits until the condition holds. Navigations in between are fine. A selector or script that
    /// is not valid ends the wait at once.
    ///
    /// # Errors
    /// `Timeout`, `Script`.
    pub async fn wait_for(
        &self,
        condition: impl Into<Condition>,
        timeout: Duration,
    ) -> Result<(), BrowserError> {
        let condition = condition.into();
        let wait = async {
            while !self.holds(&condition).await? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        self.bounded(&condition.to_string(), timeout, wait).await
    }

    /// Whether the condition holds now.
    ///
    /// # Errors
    /// `Script` if a selector or script is not valid.
    pub async fn holds(&self, condition: &Condition) -> Result<bool, BrowserError> {
        let script = match condition {
            Condition::Url(pattern) => return Ok(matches_url(pattern, &self.url().await?)),
            Condition::Present(target) => look(target, "isElement(el)"),
            Condition::Visible(target) => look(target, "isElement(el) && visible(el)"),
            Condition::Gone(target) => look(target, "!(isElement(el) && visible(el))"),
            Condition::Js(js) => format!("(async () => Boolean(await ({js})))()"),
        };
        match self.eval(&script).await {
            Err(error) if document_gone(&error) => Ok(false),
            other => other,
        }
    }
}

fn look(target: &Locator, test: &str) -> String {
    format!(
        "(() => {{ {common} const el = {find}; return {test}; }})()",
        common = include_str!("js/common.js"),
        find = target.expression(),
    )
}
