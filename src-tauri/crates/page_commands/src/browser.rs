//! The browser that is driven.

use contract::{BrowserView, Stoppable};

use crate::{Answer, Engine};

/// Which browser is driven, and whether one can be.
pub async fn browser_status(engine: &Engine) -> Answer<BrowserView> {
    engine.app.browser_status().await
}

/// `session::stop` ends it.
pub async fn download_browser(engine: &Engine) -> Answer<BrowserView> {
    let stop = engine.stops.of(Stoppable::Download);
    engine.app.download_browser(stop).await
}
