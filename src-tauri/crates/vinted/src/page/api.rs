//! Reads in the page's own session: the same calls that the site's pages make, with GET only.

use std::time::Duration;

use browser::BrowserError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::SitePage;

/// Answers longer than this are cut; the whole category tree of the site is a few MB at most.
const BODY_CHARS: usize = 8_000_000;
/// For one read, in milliseconds. The browser's own bound on a script is 10 s.
const BOUND_MS: u64 = 9_000;
const TRIES: usize = 3;
/// A page that is just being left cannot be read in; the next one can.
const BETWEEN: Duration = Duration::from_millis(300);

/// What the site answered to a read. Status 0: no answer came.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) retry_after: Option<String>,
    #[serde(default)]
    pub(crate) date: Option<String>,
    #[serde(default)]
    pub(crate) body: String,
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

impl SitePage {
    /// Asks for a path of the site with the page's cookies. A page of another origin (a log-in by a third party)
    /// is not asked in: that is no answer.
    pub(crate) async fn get(&self, path: &str) -> Result<Reply, BrowserError> {
        let arguments = [
            json!(self.origin),
            json!(path),
            json!(BOUND_MS),
            json!(BODY_CHARS),
        ];
        let mut tries = 0;
        loop {
            tries += 1;
            match self.call::<Reply>("get", &arguments).await {
                Err(BrowserError::Script { .. } | BrowserError::Protocol { .. })
                    if tries < TRIES =>
                {
                    tokio::time::sleep(BETWEEN).await;
                }
                other => return other,
            }
        }
    }
}
