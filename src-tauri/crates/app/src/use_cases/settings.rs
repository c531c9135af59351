//! Settings: rows of the store. Secrets are not settings; they lie sealed.

use contract::{Code, Failure, SettingsView};
use serde_json::{Value, json};

use crate::{App, fail};

/// Longest value that is stored (bytes of JSON).
const MAX_VALUE: usize = 10_000;

/// Keys that people and the window set, with what they mean.
const KEYS: [(&str, &str); 5] = [
    ("language", "fr or en"),
    ("appearance", "system, light or dark"),
    ("welcomed", "the first start is over"),
    ("browser", "path of the browser to drive"),
    (
        "notifications",
        "tell when something was published or needs the person",
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
                "welcomed" | "notifications" => value.is_boolean(),
                _ => value.to_string().len() <= MAX_VALUE,
            };
            if !fits && !value.is_null() {
                return Err(Failure::new(
                    Code::InvalidField,
                    format!("The setting {key} does not take this value."),
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
