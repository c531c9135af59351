//! Clicks that a changing page took.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

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
/// The same on a page that was quick so far.
const TAKES_QUICKLY: Duration = Duration::from_millis(350);
/// So many times what a page needed at most is no longer the page's pace.
const LONGER: u32 = 4;
const TRIES: usize = 4;

/// How long the page needed at most to show that it took a click. A person who knows a page to be quick presses again
/// sooner, too.
#[derive(Debug, Default)]
pub(crate) struct Quickness(AtomicU64);

impl Quickness {
    fn saw(&self, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_max(millis.max(1), Ordering::Relaxed);
    }

    fn patience(&self) -> Duration {
        match self.0.load(Ordering::Relaxed) {
            0 => TAKES,
            millis => (Duration::from_millis(millis) * LONGER).clamp(TAKES_QUICKLY, TAKES),
        }
    }
}

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
            let clicked = self.click(target.clone()).await;
            let begun = Instant::now();
            match clicked {
                Ok(()) => {}
                // What was to be clicked went with what it was to bring.
                Err(error) if error.is_about_element() && self.is(taken).await? => return Ok(true),
                Err(error) => return Err(error),
            }
            if self.holds(taken, self.quickness.patience()).await? {
                self.quickness.saw(begun.elapsed());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_waited_for_as_it_needs_at_most() {
        let page = Quickness::default();
        assert_eq!(page.patience(), TAKES, "nothing is known of it");
        page.saw(Duration::from_millis(20));
        assert_eq!(page.patience(), TAKES_QUICKLY, "it is quick");
        page.saw(Duration::from_millis(150));
        page.saw(Duration::from_millis(20));
        assert_eq!(
            page.patience(),
            Duration::from_millis(600),
            "the slowest counts"
        );
        page.saw(Duration::from_secs(5));
        assert_eq!(
            page.patience(),
            TAKES,
            "but no longer than for a page that nothing is known of"
        );
    }
}
