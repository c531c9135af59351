//! The installation itself.

use contract::{AboutView, Code, DoctorReport, Failure, SettingsView, Stoppable, Vocabulary};
use serde_json::Value;

use crate::{Answer, Engine, Files};

/// Settings that a page may change which is no window: how this program looks, reads photos, proposes and paces. None
/// of them names a program, a file, an address that is served or told, or who may ask.
const FOR_TABS: [&str; 20] = [
    "language",
    "appearance",
    "welcomed",
    "photo_max_mb",
    "photo_max_megapixels",
    "analysis",
    "audience",
    "notifications",
    "budget_hour",
    "budget_day",
    "relists_day",
    "price_rules",
    "description_template",
    "photo_analysis",
    // Nothing is sent there before the person agreed to the very address.
    "model_address",
    "model_name",
    "model_price_question",
    "model_price_answer",
    "model_budget_month",
    "spacing_minutes",
];

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

/// Keeps settings; null removes one. A page that is no window may change those of [`FOR_TABS`] only.
pub async fn set_settings(engine: &Engine, values: SettingsView) -> Answer<SettingsView> {
    if let Files::Sent(_) = engine.files {
        values.settings.keys().try_for_each(|key| for_tabs(key))?;
    }
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

/// A tab may change this setting.
fn for_tabs(key: &str) -> Answer<()> {
    if FOR_TABS.contains(&key) || app::setting_keys().all(|known| known != key) {
        return Ok(());
    }
    Err(Failure::new(
        Code::NotAvailable,
        format!(
            "A tab cannot change {key}. Run `studio settings set {key}=VALUE`, or change it in the window."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stranger in the tab could do harm with.
    const KEPT_FROM_TABS: [&str; 15] = [
        "browser",
        "site_profile",
        "browser_source",
        "unisolated_photos",
        "model_key",
        "allowed_origins",
        "webhooks",
        "api_on",
        "api_listen",
        "api_lan",
        "phone_encrypted",
        "api_writes_minute",
        "api_uploads_minute",
        "api_publishes_minute",
        "api_reads_minute",
    ];

    #[test]
    fn a_tab_changes_the_settings_that_are_listed_and_no_other() {
        for key in app::setting_keys() {
            let answer = for_tabs(key);
            if FOR_TABS.contains(&key) {
                assert!(answer.is_ok(), "{key}");
                continue;
            }
            let failure = answer.unwrap_err();
            assert_eq!(failure.code, Code::NotAvailable, "{key}");
            assert!(
                failure
                    .message
                    .contains(&format!("studio settings set {key}=")),
                "{failure}"
            );
            assert!(
                KEPT_FROM_TABS.contains(&key),
                "{key} is new: put it into FOR_TABS only if it can do no harm, else into KEPT_FROM_TABS"
            );
        }
        for key in FOR_TABS.iter().chain(&KEPT_FROM_TABS) {
            assert!(
                app::setting_keys().any(|known| known == *key),
                "{key} is no setting"
            );
        }
    }
}
