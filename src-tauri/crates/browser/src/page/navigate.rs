//! Loading pages.
use super::Page;
use super::script::document_gone;
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use chromiumoxide_cdp::cdp::browser_protocol::page::{
    NavigateParams, ReloadParams, StopLoadingParams,
};
use std::time::Duration;
use tokio::time::Instant;

/// Between two looks at a loading document.
const LOOK_EVERY: Duration = Duration::from_millis(30);

impl Page {
    /// Loads `url` and waits for the document (DOMContentLoaded), at most `timeout`; past it,
    /// loading is stopped, so that the page stays usable. Also brings a crashed page back.
    /// An HTTP error status is no error here: see [`responses`](Self::responses).
    ///
    /// # Errors
    /// `Navigation`, `Timeout`, and what every call can give.
    pub async fn goto(&self, url: &str, timeout: Duration) -> Result<(), BrowserError> {
        self.state.crashed.send_replace(false);
        let shown = without_query(url);
        let load = async {
            let result = self.call(&NavigateParams::new(url), timeout).await?;
            match result["errorText"].as_str() {
                Some(reason) if !reason.is_empty() => Err(BrowserError::Navigation {
                    url: shown.clone(),
                    reason: reason.to_owned(),
                }),
                _ => self.document_ready().await,
            }
        };
        let result = self.bounded(&shown, timeout, load).await;
        failpoint::reached("browser.navigated");
        self.stop_after(result, &shown).await
    }

    /// Loads the page again, as [`goto`](Self::goto).
    ///
    /// # Errors
    /// As `goto`.
    pub async fn reload(&self, timeout: Duration) -> Result<(), BrowserError> {
        self.state.crashed.send_replace(false);
        let load = async {
            // The old document is known by a mark, as `Page.reload` answers before it is gone.
            // A crashed page has none to be mistaken for.
            let mark = "void (document.__loadedBefore = true)";
            match self.eval::<serde_json::Value>(mark).await {
                Ok(_) | Err(BrowserError::Script { .. }) => {}
                Err(error) => return Err(error),
            }
            self.call(&ReloadParams::default(), timeout).await?;
            loop {
                let old = self.eval::<bool>("document.__loadedBefore === true").await;
                match old {
                    Ok(false) => return self.document_ready().await,
                    Ok(true) => tokio::time::sleep(LOOK_EVERY).await,
                    Err(error) if document_gone(&error) => tokio::time::sleep(LOOK_EVERY).await,
                    Err(error) => return Err(error),
                }
            }
        };
        let result = self.bounded("loading the page again", timeout, load).await;
        self.stop_after(result, "the page").await
    }

    /// A page that loads for ever answers no script, so what was given up is also stopped.
    async fn stop_after(
        &self,
        result: Result<(), BrowserError>,
        shown: &str,
    ) -> Result<(), BrowserError> {
        if let Err(BrowserError::Timeout { .. } | BrowserError::Cancelled) = &result {
            // Not by `self.call`, which a cancelled token would end at once.
            let session = Some(self.state.session());
            let stop = StopLoadingParams::default();
            let stopped = self
                .state
                .connection()
                .call(session, &stop, CALL_BOUND)
                .await;
            if let Err(error) = stopped {
                tracing::warn!(?error, url = shown, "loading could not be stopped");
            }
        }
        match result {
            Err(BrowserError::Timeout { seconds, .. }) => Err(BrowserError::Timeout {
                what: format!("loading {shown}"),
                seconds,
            }),
            other => other,
        }
    }

    async fn document_ready(&self) -> Result<(), BrowserError> {
        loop {
            match self.eval::<bool>("document.readyState !== 'loading'").await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                // A page that sends us on at once.
                Err(error) if document_gone(&error) => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Time left until `end`.
    pub(super) fn left(end: Instant) -> Duration {
        end.saturating_duration_since(Instant::now())
    }
}

/// Origin and path: queries and fragments carry codes and tokens.
pub(crate) fn without_query(url: &str) -> String {
    let cut = url.find(['?', '#']).unwrap_or(url.len());
    let shown = match url.split_once(':') {
        // The whole document stands in it.
        Some(("data", _)) => "data:…",
        _ => &url[..cut],
    };
    match shown.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_query;

    #[test]
    fn nothing_secret_of_an_address_is_shown() {
        for (url, shown) in [
            (
                "https://a.test/login?token=s3cret#s3cret",
                "https://a.test/login",
            ),
            ("https://user:s3cret@a.test:81/x", "https://a.test:81/x"),
            ("https://a.test?s3cret", "https://a.test"),
            ("data:text/html,s3cret", "data:…"),
            ("about:blank", "about:blank"),
        ] {
            assert_eq!(without_query(url), shown);
        }
    }
}
