//! Which browser is driven, and whether one can be downloaded.

use contract::{BrowserDownload, BrowserFound, BrowserView, Failure};

use crate::{App, fail, ports};

/// The setting that names a mirror.
pub(super) const SOURCE: &str = "browser_source";

impl App {
    /// Looks for the browser that the next run would drive.
    ///
    /// # Errors
    /// Storage only: no browser is an answer.
    pub async fn browser_status(&self) -> Result<BrowserView, Failure> {
        let (found, problem) = match self.parts.browsers.found().await {
            Ok(found) => (Some(view(found)), None),
            Err(stop) => (None, Some(fail::stop(stop, self.parts.clock.now()))),
        };
        let offered = self.parts.browsers.offered();
        Ok(BrowserView {
            found,
            problem,
            download: BrowserDownload {
                from: self.browser_source().await?,
                available: offered.is_ok(),
                reason: offered.as_ref().err().map(ToString::to_string),
                version: offered.as_ref().ok().map(|o| o.version.clone()),
                bytes: offered.ok().and_then(|o| u32::try_from(o.bytes).ok()),
            },
        })
    }

    /// The mirror of the settings, or the usual address.
    pub(super) async fn browser_source(&self) -> Result<String, Failure> {
        let stored = self
            .parts
            .settings
            .get(SOURCE)
            .await
            .map_err(fail::record("reading the settings"))?;
        let stored = stored.as_ref().and_then(|value| value.as_str());
        Ok(stored
            .filter(|address| !address.trim().is_empty())
            .unwrap_or(self.parts.browsers.usual_source())
            .to_owned())
    }
}

pub(super) fn view(found: ports::BrowserFound) -> BrowserFound {
    BrowserFound {
        path: found.path.display().to_string(),
        version: found.version,
        source: found.source.to_owned(),
    }
}
