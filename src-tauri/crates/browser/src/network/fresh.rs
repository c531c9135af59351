//! A request on a connection of its own.
//!
//! Where a connection that was used before breaks without a byte of an answer, Chromium sends the request again by
//! itself, also a POST, and no page and no debugger hears of it: measured with 156, one POST reached a server four times
//! (November 2026). A request on a fresh connection is sent once. The browser's own page for this,
//! `chrome://net-internals`, closes all connections of a context; the next request opens a new one.
use crate::context::Context;
use crate::{BrowserError, Page};
use std::time::Duration;

const ADDRESS: &str = "chrome://net-internals/#sockets";
const LOAD_BOUND: Duration = Duration::from_secs(5);
/// A request waits so long for its fresh connection at most.
const FLUSH_BOUND: Duration = Duration::from_secs(2);
/// For the browser to take the word over from its page: it goes another way than the request.
const SETTLES: Duration = Duration::from_millis(30);

/// What closes the context's connections before a request: a tab that nobody sees.
#[derive(Debug)]
pub struct FreshConnections {
    page: Page,
}

impl FreshConnections {
    pub(crate) async fn open(context: &Context) -> Result<Self, BrowserError> {
        let page = context.hidden_page(ADDRESS, LOAD_BOUND).await?;
        Ok(Self { page })
    }

    /// Closes the tab. Done before its context is closed: Chromium 156 now and then dies of a context that is disposed
    /// with such a tab in it.
    pub async fn close(&self) {
        if let Err(error) = self.page.close().await {
            tracing::debug!(code = error.code(), "a hidden tab did not close");
        }
    }

    /// Closes the connections. Where it fails, the request goes out all the same, as any other does.
    pub(crate) async fn prepare(&self) {
        let flush = self
            .page
            .eval::<bool>("(chrome.send('flushSocketPools'), true)");
        match tokio::time::timeout(FLUSH_BOUND, flush).await {
            Ok(Ok(_)) => tokio::time::sleep(SETTLES).await,
            Ok(Err(error)) => {
                tracing::warn!(code = error.code(), "a request goes over a used connection");
            }
            Err(_) => tracing::warn!("a request goes over a used connection"),
        }
    }
}
