//! One tab and what can be done in it.
mod click;
mod dialogs;
mod files;
mod frames;
mod keys;
mod locator;
mod navigate;
mod screenshot;
mod script;
mod state;
mod wait;

pub use dialogs::{DialogKind, DialogSeen};
pub use frames::{FrameSeen, FrameSource, PopupSeen};
pub use keys::Key;
use locator::Described;
pub use locator::{Condition, ElementRef, Locator};
pub(crate) use navigate::without_query;
pub use screenshot::Shot;
pub(crate) use state::PageState;

use crate::connection::CALL_BOUND;
use crate::{BrowserError, Forbidden, ResponseSeen, ResponseStream, UrlPattern};
use chromiumoxide_cdp::cdp::browser_protocol::page::BringToFrontParams;
use chromiumoxide_cdp::cdp::browser_protocol::target::{CloseTargetParams, GetTargetInfoParams};
use chromiumoxide_types::Method;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// One tab. Clones are the same tab. Dropping does not close it.
#[derive(Clone)]
pub struct Page {
    state: Arc<PageState>,
    cancel: CancellationToken,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("target", &self.state.target())
            .finish_non_exhaustive()
    }
}

impl Page {
    pub(crate) fn new(state: Arc<PageState>) -> Self {
        Self {
            state,
            cancel: CancellationToken::new(),
        }
    }

    pub(crate) fn state(&self) -> &Arc<PageState> {
        &self.state
    }

    /// The same page, with every call also ending as soon as `cancel` fires.
    #[must_use]
    pub fn bound_to(&self, cancel: CancellationToken) -> Page {
        Self {
            state: Arc::clone(&self.state),
            cancel,
        }
    }

    /// Ends `work` with the bound, the cancellation, or the end of the page, whichever is first.
    pub(crate) async fn bounded<T>(
        &self,
        what: &str,
        bound: Duration,
        work: impl Future<Output = Result<T, BrowserError>>,
    ) -> Result<T, BrowserError> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(BrowserError::Cancelled),
            end = self.state.ended() => Err(end),
            result = tokio::time::timeout(bound, work) => {
                result.unwrap_or_else(|_| Err(BrowserError::Timeout {
                    what: what.to_owned(),
                    seconds: bound.as_secs_f64(),
                }))
            }
        }
    }

    /// A command to this page.
    async fn call<C: Method + Serialize>(
        &self,
        command: &C,
        bound: Duration,
    ) -> Result<Value, BrowserError> {
        let call = async {
            let session = Some(self.state.session());
            Ok(self
                .state
                .connection()
                .call(session, command, bound)
                .await?)
        };
        self.bounded(&command.identifier(), bound, call).await
    }

    /// The address now, as the browser says: also of a page that hangs.
    pub async fn url(&self) -> Result<String, BrowserError> {
        let get = GetTargetInfoParams {
            target_id: Some(self.state.target().to_owned().into()),
        };
        let call = async { Ok(self.state.connection().call(None, &get, CALL_BOUND).await?) };
        let result = self.bounded("the page's address", CALL_BOUND, call).await?;
        Ok(result["targetInfo"]["url"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Shows the tab in front of the others, and its window if visible.
    pub async fn bring_to_front(&self) -> Result<(), BrowserError> {
        self.call(&BringToFrontParams::default(), CALL_BOUND)
            .await?;
        Ok(())
    }

    /// Status of every document and XHR answer since the page was opened (the last 500).
    pub fn responses(&self) -> Vec<ResponseSeen> {
        self.state.traffic.lock().responses()
    }

    /// Forgets the answers so far, so that the next [`responses`](Self::responses) speaks of what
    /// comes now only.
    pub fn clear_responses(&self) {
        self.state.traffic.lock().forget_responses();
    }

    /// Every host that the page, its iframes and workers asked for something since it was opened
    /// (at most 1,000).
    pub fn hosts(&self) -> BTreeSet<String> {
        self.state.traffic.lock().hosts()
    }

    /// Follows the requests that match, of the page, its iframes and workers, with whole answers,
    /// and lets them go on unchanged. Catches also those whose page navigates away at once.
    pub async fn watch(&self, patterns: Vec<UrlPattern>) -> Result<ResponseStream, BrowserError> {
        let start = self.state.start_watch(patterns);
        let (watch, steps) = self.bounded("watching requests", CALL_BOUND, start).await?;
        Ok(ResponseStream::new(self.clone(), watch, steps))
    }

    /// From now on, until [`Forbidden::lift`], matching requests are stopped inside the browser
    /// and reported. Holds across navigations and in every page of the context, popups, iframes and
    /// workers included. A failed or cancelled call leaves the ban standing, never half lifted.
    pub async fn forbid(&self, pattern: UrlPattern) -> Result<Forbidden, BrowserError> {
        let stand = Forbidden::stand(&self.state, pattern);
        self.bounded("forbidding requests", CALL_BOUND, stand).await
    }

    /// A pause of `base` times the pace's factor, ended early by death or cancellation.
    pub async fn pause(&self, base: Duration) -> Result<(), BrowserError> {
        let length = self.state.pace().of(base);
        if length.is_zero() {
            return Ok(());
        }
        let pause = async {
            tokio::time::sleep(length).await;
            Ok(())
        };
        self.bounded("a pause", length + CALL_BOUND, pause).await
    }

    /// Fires when the tab is gone or its browser died. (Cancelling it ends nothing.)
    pub fn gone(&self) -> CancellationToken {
        self.state.gone.child_token()
    }

    /// Closes the tab. No error if it is gone already.
    pub async fn close(&self) -> Result<(), BrowserError> {
        if self.state.gone.is_cancelled() {
            return Ok(());
        }
        let close = CloseTargetParams::new(self.state.target().to_owned());
        let connection = self.state.connection();
        // Not by `bounded`: a crashed page is still to be closed.
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => return Err(BrowserError::Cancelled),
            () = self.state.gone.cancelled() => return Ok(()),
            closed = connection.call(None, &close, CALL_BOUND) => closed?,
        };
        let gone = tokio::time::timeout(CALL_BOUND, self.state.gone.cancelled()).await;
        gone.map_err(|_| BrowserError::Timeout {
            what: "the end of the tab".to_owned(),
            seconds: CALL_BOUND.as_secs_f64(),
        })
    }
}
