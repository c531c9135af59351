//! What a page asks the network for: seen, read, or forbidden.
mod fresh;
mod intercept;
mod pattern;
mod seen;

pub use fresh::FreshConnections;
pub(crate) use intercept::{Ban, Watch};
pub use pattern::UrlPattern;
pub(crate) use pattern::matches_url;
pub(crate) use seen::Traffic;

use crate::page::{Page, PageState};
use crate::{BrowserError, context::ContextState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// A request that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSeen {
    /// The same for all steps of one request.
    pub id: String,
    /// GET, POST …
    pub method: String,
    /// Full address.
    pub url: String,
}

/// A request with its whole answer. `Debug` leaves headers and body out.
#[derive(Clone)]
pub struct Exchange {
    /// The request.
    pub request: RequestSeen,
    /// HTTP status.
    pub status: u16,
    /// Answer headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Answer body, at most 2 MB. Empty for redirects.
    pub body: Vec<u8>,
    /// The body is not whole: longer than what is kept, or it did not arrive within 20 s.
    pub truncated: bool,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("request", &self.request)
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Exchange {
    /// First header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// One step of a watched request, in order: `Sent`, then `Answered` or `Failed`. A redirect is an
/// answer, followed by the `Sent` of where it leads if that matches too.
#[derive(Debug, Clone)]
pub enum Watched {
    /// Is leaving the browser (from here on it may reach the site even if the app dies).
    Sent(RequestSeen),
    /// Was answered. The page gets the answer after this step was queued.
    Answered(Exchange),
    /// Ended without an answer, or its page dropped it; `reason` is Chromium's.
    Failed {
        /// The request.
        request: RequestSeen,
        /// Such as `ConnectionRefused` or `net::ERR_ABORTED`.
        reason: String,
    },
}

/// Steps of the requests that match the patterns of [`Page::watch`]. Dropping it ends the watch.
pub struct ResponseStream {
    page: Page,
    watch: Arc<Watch>,
    steps: mpsc::Receiver<Watched>,
}

impl ResponseStream {
    pub(crate) fn new(page: Page, watch: Arc<Watch>, steps: mpsc::Receiver<Watched>) -> Self {
        Self { page, watch, steps }
    }

    /// The next step. Steps that came before the page or the browser died are still given.
    ///
    /// # Errors
    /// `Timeout`, `Crashed`, `PageClosed`, `Cancelled`.
    pub async fn next(&mut self, within: Duration) -> Result<Watched, BrowserError> {
        if let Ok(step) = self.steps.try_recv() {
            return Ok(step);
        }
        let steps = &mut self.steps;
        self.page
            .bounded("the answer to a watched request", within, async {
                // The sender lives in the watch that we hold, so `None` cannot come.
                steps.recv().await.ok_or(BrowserError::PageClosed)
            })
            .await
    }

    /// The next answer; `Sent` steps are passed over.
    ///
    /// # Errors
    /// `Navigation` for a request that failed, and those of [`next`](Self::next).
    pub async fn answer(&mut self, within: Duration) -> Result<Exchange, BrowserError> {
        let end = tokio::time::Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            match self.next(left).await? {
                Watched::Sent(_) => {}
                Watched::Answered(exchange) => return Ok(exchange),
                Watched::Failed { request, reason } => {
                    return Err(BrowserError::Navigation {
                        url: crate::page::without_query(&request.url),
                        reason,
                    });
                }
            }
        }
    }
}

impl Drop for ResponseStream {
    fn drop(&mut self) {
        self.page.state().end_watch(&self.watch);
    }
}

/// What kind of thing was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// A page or a frame.
    Document,
    /// XMLHttpRequest or fetch.
    Xhr,
    /// Everything else.
    Other,
}

/// An answer's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseSeen {
    /// Kind.
    pub kind: ResourceKind,
    /// Of the page's own main frame, not of an iframe.
    pub main_frame: bool,
    /// Full address.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// Media type, such as `text/html`.
    pub mime: String,
}

/// A forbidden request that was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// GET, POST …
    pub method: String,
    /// Full address.
    pub url: String,
}

/// While this stands, matching requests of every page of the context, with their iframes, workers
/// and popups, are stopped inside the browser: the page sees a failed request. Dropping it does NOT
/// lift the ban: only [`lift`](Self::lift) does, so that a lost guard never lets a request out.
#[must_use]
pub struct Forbidden {
    ban: Arc<Ban>,
    context: Arc<ContextState>,
}

impl Forbidden {
    /// Puts the ban on every page of the context; it stands when this returns.
    pub(crate) async fn stand(page: &PageState, pattern: UrlPattern) -> Result<Self, BrowserError> {
        let ban = Arc::new(Ban::new(pattern));
        let context = Arc::clone(page.context());
        context.bans.lock().push(Arc::clone(&ban));
        context.apply_patterns().await?;
        Ok(Self { ban, context })
    }

    /// What was stopped so far, in order (at most the last 100).
    pub fn refusals(&self) -> Vec<Refusal> {
        self.ban.refusals()
    }

    /// Lets the next matching request out, and what it is redirected to; every further one is stopped. Decided in this
    /// process, request by request: two at once cannot both pass. With `fresh` it gets a connection of its own.
    pub fn let_one_out(&self, fresh: Option<Arc<FreshConnections>>) {
        self.ban.let_one_out(fresh);
    }

    /// Lets none out any more. Whether one was let out since [`let_one_out`](Self::let_one_out): `false` is proof that
    /// none left.
    pub fn hold_back(&self) -> bool {
        self.ban.hold_back()
    }

    /// Lets matching requests out from now on.
    pub async fn lift(self) -> Result<(), BrowserError> {
        self.context
            .bans
            .lock()
            .retain(|ban| !Arc::ptr_eq(ban, &self.ban));
        self.context.apply_patterns().await
    }
}
