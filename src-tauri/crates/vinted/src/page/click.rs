//! Clicks that a changing page took.

use std::time::Duration;

use browser::{BrowserError, Locator};
use serde_json::Value;
use tokio::time::Instant;

use super::{Place, SitePage};
use crate::profile::Hook;

/// For an element to become clickable.
const READY: Duration = Duration::from_secs(7);
/// One round of waiting for it, after which what may cover it is looked at.
const ROUND: Duration = Duration::from_millis(400);
/// For the page to show that it took a click.
const TAKES: Duration = Duration::from_millis(1_000);
const TRIES: usize = 4;

impl SitePage {
    /// Clicks once. Where something that floats over the page (a cookie banner, a bar) covers the place, the element
    /// is scrolled to the middle; a dialog about proof of authenticity is closed. Nothing else that covers is
    /// touched.
    pub(crate) async fn click(&self, target: impl Into<Locator>) -> Result<(), BrowserError> {
        let target = target.into();
        let end = Instant::now() + READY;
        loop {
            match self.tab.click_within(target.clone(), ROUND).await {
                Err(error) if error.is_about_element() && Instant::now() < end => {}
                other => return other,
            }
            // Every click passes here: the dialog comes by itself some time after the brand was chosen.
            Box::pin(self.close_authenticity()).await?;
            if let Locator::Js(js) = &target {
                let middle = "{ block: 'center', inline: 'center', behavior: 'instant' }";
                self.tab
                    .eval::<Value>(&format!("({js})?.scrollIntoView({middle})"))
                    .await?;
            }
        }
    }

    /// Clicks until the page shows that it took the click: an early click on a page that has just been drawn
    /// may do nothing (vinted-facts A3, M-H). Before each further try the state is looked at again, so that
    /// nothing that opened late is closed by it.
    pub(crate) async fn click_until(
        &self,
        target: impl Into<Locator>,
        taken: &str,
    ) -> Result<bool, BrowserError> {
        let target = target.into();
        for _ in 0..TRIES {
            if self.is(taken).await? {
                return Ok(true);
            }
            match self.click(target.clone()).await {
                Ok(()) => {}
                // What was to be clicked went with what it was to bring.
                Err(error) if error.is_about_element() && self.is(taken).await? => return Ok(true),
                Err(error) => return Err(error),
            }
            if self.holds(taken, TAKES).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Closes the dialog about proof of authenticity, where it is open, by its Close button and nothing else
    /// (vinted-facts A3, H).
    pub(crate) async fn close_authenticity(&self) -> Result<(), BrowserError> {
        let dialog = Place::of(Hook::AuthenticityDialog);
        let gone = self.gone(&dialog);
        for _ in 0..TRIES {
            if self.is(&gone).await? {
                return Ok(());
            }
            tracing::info!("closing the dialog about proof of authenticity");
            let close = self.at(&Place::of(Hook::DialogClose).within(Hook::AuthenticityDialog));
            match self.tab.click_within(close, ROUND).await {
                Ok(()) => {}
                Err(error) if error.is_about_element() => {}
                Err(error) => return Err(error),
            }
            self.holds(&gone, TAKES).await?;
        }
        Ok(())
    }
}
