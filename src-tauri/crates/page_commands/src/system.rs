//! The installation itself.

use contract::{AboutView, Code, DoctorReport, Failure, SettingsView, Stoppable, Vocabulary};
use serde_json::Value;

use crate::{Answer, Engine};

/// What is installed, and where it works.
pub async fn about(engine: &Engine) -> Answer<AboutView> {
    Ok(engine.app.about().await)
}

/// What works on this machine; with `site` also a walk through the form.
pub async fn doctor(engine: &Engine, site: bool) -> Answer<DoctorReport> {
    let stop = engine.stops.of(Stoppable::SiteCheck);
    let site = site.then(app::SiteCheckRequest::default);
    engine.app.doctor(site, stop).await
}

/// The settings; secrets are masked.
pub async fn settings(engine: &Engine) -> Answer<SettingsView> {
    engine.app.settings(None).await
}

/// Keeps settings; null removes one.
pub async fn set_settings(engine: &Engine, values: SettingsView) -> Answer<SettingsView> {
    let values: Vec<(String, Value)> = values.settings.into_iter().collect();
    engine.app.set_settings(&values).await
}

/// The closed lists of the form.
pub async fn vocabulary(engine: &Engine) -> Answer<Vocabulary> {
    std::future::ready(Ok(engine.app.vocabulary())).await
}

/// Whether an address may be shown in the person's own browser: pages of the site, and no other.
pub async fn open_external(engine: &Engine, url: String) -> Answer<()> {
    let sites = engine.app.sites().await?;
    let allowed = sites.iter().any(|site| {
        let site = site.trim_end_matches('/');
        url == site
            || url
                .strip_prefix(site)
                .is_some_and(|rest| rest.starts_with('/'))
    });
    if allowed {
        return Ok(());
    }
    Err(Failure::new(
        Code::NotAvailable,
        "Only pages of the site can be opened from here.",
    ))
}
