//! Settings: rows of the store. Secrets are not settings; they lie sealed.

use contract::{Code, Failure, SettingsView};
use serde_json::{Value, json};

use super::fill_draft::{self, PRICE_RULES, TEMPLATE};
use crate::{
    App,
    budget::{PER_DAY, PER_HOUR, RELISTS_PER_DAY, SPACING_MINUTES},
    fail,
};

/// Longest value that is stored (bytes of JSON).
const MAX_VALUE: usize = 10_000;

/// Keys that people and the window set, with what they mean.
const KEYS: [(&str, &str); 16] = [
    ("language", "fr or en"),
    ("appearance", "system, light or dark"),
    ("welcomed", "the first start is over"),
    ("browser", "path of the browser to drive"),
    (
        super::site_check::PROFILE,
        "path of a newer site profile (docs/site-profile.md)",
    ),
    (
        super::browser_status::SOURCE,
        "address of a mirror of Chrome for Testing",
    ),
    (
        "photo_max_mb",
        "largest photo file in MB; 15 where nothing is set",
    ),
    (
        "photo_max_megapixels",
        "largest picture in megapixels; 100 where nothing is set",
    ),
    (
        "unisolated_photos",
        "read HEIC and AVIF even where the decoder cannot be isolated",
    ),
    (
        "notifications",
        "tell when something was published or needs the person",
    ),
    ("budget_hour", "new listings of an account an hour: 1 to 20"),
    ("budget_day", "new listings of an account a day: 1 to 60"),
    ("relists_day", "relists of an account a day: 1 to 3"),
    (
        PRICE_RULES,
        "the person's own price rules, in the shape of the shipped ones",
    ),
    (TEMPLATE, "the person's own template of descriptions"),
    (
        "spacing_minutes",
        "minutes between listings of the queue that nobody gave a time: 1 to 60",
    ),
];

impl App {
    /// All settings; with `key` only that one.
    ///
    /// # Errors
    /// `not_found` for a key that does not exist.
    pub async fn settings(&self, key: Option<&str>) -> Result<SettingsView, Failure> {
        if let Some(key) = key {
            known(key)?;
        }
        let stored = self
            .parts
            .settings
            .all()
            .await
            .map_err(fail::record("reading the settings"))?;
        Ok(SettingsView {
            settings: stored
                .into_iter()
                .filter(|(k, _)| key.is_none_or(|key| key == k))
                .collect(),
        })
    }

    /// Sets several, all or none; null removes a value.
    ///
    /// # Errors
    /// `not_found` for a key that does not exist, `invalid_field` for a value that is too long.
    pub async fn set_settings(&self, values: &[(String, Value)]) -> Result<SettingsView, Failure> {
        for (key, value) in values {
            known(key)?;
            let fits = match key.as_str() {
                "language" => matches!(value.as_str(), Some("fr" | "en")),
                "appearance" => matches!(value.as_str(), Some("system" | "light" | "dark")),
                "welcomed" | "notifications" | "unisolated_photos" => value.is_boolean(),
                "photo_max_mb" => within(value, 200),
                "photo_max_megapixels" => within(value, 400),
                "budget_hour" => within(value, PER_HOUR.1),
                "budget_day" => within(value, PER_DAY.1),
                "relists_day" => within(value, RELISTS_PER_DAY.1),
                "spacing_minutes" => within(value, SPACING_MINUTES.1),
                PRICE_RULES | TEMPLATE => true,
                _ => value.to_string().len() <= MAX_VALUE,
            };
            let refusal = match fill_draft::refusal(key, value) {
                Some(reason) => format!(": {reason}."),
                None => ".".to_owned(),
            };
            if (!fits || refusal.len() > 1) && !value.is_null() {
                return Err(Failure::new(
                    Code::InvalidField,
                    format!("The setting {key} does not take this value{refusal}"),
                )
                .with(json!({ "fields": { key: "invalid_field" } })));
            }
        }
        self.parts
            .settings
            .set(values)
            .await
            .map_err(fail::record("saving the settings"))?;
        self.settings(None).await
    }
}

/// A whole number from 1 to `most`.
fn within(value: &Value, most: u32) -> bool {
    value
        .as_u64()
        .is_some_and(|number| (1..=u64::from(most)).contains(&number))
}

fn known(key: &str) -> Result<(), Failure> {
    if KEYS.iter().any(|(k, _)| *k == key) {
        return Ok(());
    }
    let keys: Vec<&str> = KEYS.iter().map(|(k, _)| *k).collect();
    Err(Failure::new(
        Code::NotFound,
        format!("There is no setting {key}. There are: {}.", keys.join(", ")),
    ))
}
