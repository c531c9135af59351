//! Clicks that reach the element or do nothing.
use super::script::{Verdict, document_gone};
use super::{Locator, Page};
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use chromiumoxide_cdp::cdp::browser_protocol::input::{
    DispatchMouseEventParams, DispatchMouseEventType, MouseButton,
};
use std::time::Duration;
use tokio::time::Instant;

/// For an element to become ready for an action.
pub(super) const ACTION_BOUND: Duration = Duration::from_secs(10);
/// Between two looks at an element that is not ready.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(60);
/// Before each action, times the pace's factor.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

impl Page {
    /// Clicks the middle of the element with real mouse events: scrolled into view, box steady
    /// over two frames, enabled, and not covered; tried again for at most 10 s. Nothing is
    /// clicked if that never holds: not even what slips in between at the last moment, since a
    /// press that lands elsewhere is kept from the page. Pressed at most once. Whether the page
    /// *did* something must be read by the caller.
    ///
    /// # Errors
    /// `ElementNotFound`, `NotVisible`, `Unstable`, `Disabled`, `Covered`.
    pub async fn click(&self, target: impl Into<Locator>) -> Result<(), BrowserError> {
        self.click_within(target, ACTION_BOUND).await
    }

    /// [`click`](Self::click) with another bound.
    ///
    /// # Errors
    /// As `click`.
    pub async fn click_within(
        &self,
        target: impl Into<Locator>,
        timeout: Duration,
    ) -> Result<(), BrowserError> {
        let target = target.into();
        self.pause(PAUSE).await?;
        let end = Instant::now() + timeout;
        loop {
            let verdict = match self.try_click(&target).await {
                Ok(Verdict::Done) => return Ok(()),
                Ok(verdict) => verdict,
                Err(error) if document_gone(&error) => Verdict::Missing,
                Err(error) => return Err(error),
            };
            if Self::left(end).is_zero() {
                return verdict.error(&target).map_or(Ok(()), Err);
            }
            self.wait_a_little().await?;
        }
    }

    /// One try. An error of kind "document gone" comes before the press only.
    async fn try_click(&self, target: &Locator) -> Result<Verdict, BrowserError> {
        let (x, y) = match self
            .verdict(target, include_str!("js/probe.js"), &())
            .await?
        {
            Verdict::Ready { x, y } => (x, y),
            other => return Ok(other),
        };
        // Hovering may open a menu over the place, so it comes before the last look.
        self.mouse(DispatchMouseEventType::MouseMoved, x, y).await?;
        let at = serde_json::json!({ "x": x, "y": y });
        let (verdict, guard) = self
            .verdict_and_handle(target, include_str!("js/guard.js"), &at)
            .await?;
        if !matches!(verdict, Verdict::Guarded) {
            return Ok(verdict);
        }
        self.press(x, y).await?;
        let stopped = self
            .call_on::<Option<String>>(&guard, "function () { return this.finish(); }")
            .await;
        match stopped {
            Ok(Some(by)) => Ok(Verdict::Covered { by }),
            Ok(None) => Ok(Verdict::Done),
            // The click led elsewhere, as clicks do.
            Err(error) if document_gone(&error) => Ok(Verdict::Done),
            Err(error) => Err(error),
        }
    }

    /// Real mouse click at a point of the window, in CSS pixels, whatever is there.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn click_point(&self, x: f64, y: f64) -> Result<(), BrowserError> {
        self.pause(PAUSE).await?;
        self.mouse(DispatchMouseEventType::MouseMoved, x, y).await?;
        self.press(x, y).await
    }

    async fn press(&self, x: f64, y: f64) -> Result<(), BrowserError> {
        self.mouse(DispatchMouseEventType::MousePressed, x, y)
            .await?;
        self.mouse(DispatchMouseEventType::MouseReleased, x, y)
            .await
    }

    async fn mouse(
        &self,
        kind: DispatchMouseEventType,
        x: f64,
        y: f64,
    ) -> Result<(), BrowserError> {
        let moved = kind == DispatchMouseEventType::MouseMoved;
        let pressed = kind == DispatchMouseEventType::MousePressed;
        let event = DispatchMouseEventParams {
            button: (!moved).then_some(MouseButton::Left),
            buttons: Some(i64::from(pressed)),
            click_count: (!moved).then_some(1),
            ..DispatchMouseEventParams::new(kind, x, y)
        };
        self.call(&event, CALL_BOUND).await?;
        Ok(())
    }

    /// Between two tries; ends early with the page.
    pub(super) async fn wait_a_little(&self) -> Result<(), BrowserError> {
        let sleep = async {
            tokio::time::sleep(LOOK_EVERY).await;
            Ok(())
        };
        self.bounded("a moment", ACTION_BOUND, sleep).await
    }
}
