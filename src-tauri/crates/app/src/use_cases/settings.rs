//! Settings: rows of the store. Secrets are not settings; they lie sealed.

use std::collections::BTreeMap;

use contract::{Code, Failure, SettingsView};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::fill_draft::{self, PRICE_RULES, TEMPLATE};
use super::own_model;
use crate::{
    App,
    budget::{PER_DAY, PER_HOUR, RELISTS_PER_DAY, SPACING_MINUTES},
    fail,
};

/// How a secret that is there is shown.
const MASKED: &str = "********";

/// Longest value that is stored (bytes of JSON).
const MAX_VALUE: usize = 10_000;

/// Keys that people and the window set, with what they mean.
const KEYS: [(&str, &str); 35] = [
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
        super::look_at_photos::WANTED,
        "look at imported photos: improve the piles, fill the drafts; on where nothing is set",
    ),
    (
        super::look_at_photos::SELLS_FOR,
        "for whom most items are, where a photo does not tell: women, men or children",
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
        own_model::WHO_LOOKS,
        "who looks at photos where nobody says: offline or own_model",
    ),
    (
        own_model::ADDRESS,
        "base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1, for a vision model of your own",
    ),
    (own_model::MODEL, "the model's name there"),
    (
        own_model::PRICE_QUESTION,
        "price of a million tokens asked; 0 where it costs nothing",
    ),
    (
        own_model::PRICE_ANSWER,
        "price of a million tokens answered; 0 where it costs nothing",
    ),
    (
        own_model::BUDGET,
        "what the model may cost a month, in the currency of its prices; 5 where nothing is set",
    ),
    (
        own_model::KEY,
        "the model's key; kept in the vault, never shown",
    ),
    (
        "spacing_minutes",
        "minutes between listings of the queue that nobody gave a time: 1 to 60",
    ),
    (
        "allowed_origins",
        "pages that may ask the local API, such as https://*.example.org, separated by commas",
    ),
    (
        super::webhooks::SETTING,
        "addresses that are told what became of a publish, separated by commas",
    ),
    ("api_on", "the window opens the local API at its start"),
    (
        "api_listen",
        "where the window's local API listens; 127.0.0.1:5000 where nothing is set",
    ),
    (
        "phone_encrypted",
        "phones send their photos encrypted, with a certificate of this installation",
    ),
    (
        "api_lan",
        "the local API may listen for other machines of the network",
    ),
    (
        "api_writes_minute",
        "writing calls a minute and client: 60 where nothing is set",
    ),
    (
        "api_uploads_minute",
        "upload forms a minute and client: 10 where nothing is set",
    ),
    (
        "api_publishes_minute",
        "live publishes over the API a minute: 5 where nothing is set",
    ),
    (
        "api_reads_minute",
        "reading calls a minute and client over the network: 600 where nothing is set",
    ),
];

/// The keys of all settings.
pub fn setting_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, _)| *key)
}

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
        let mut settings: BTreeMap<String, Value> = stored
            .into_iter()
            .filter(|(k, _)| key.is_none_or(|key| key == k))
            .map(|(k, value)| {
                let masked = may_be_secret(&k) && !value.is_null();
                (k, if masked { json!(MASKED) } else { value })
            })
            .collect();
        if key.is_none_or(|key| key == own_model::KEY) && self.has_model_key().await? {
            settings.insert(own_model::KEY.to_owned(), json!(MASKED));
        }
        Ok(SettingsView { settings })
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
                own_model::WHO_LOOKS => matches!(value.as_str(), Some("offline" | "own_model")),
                "welcomed" | "notifications" | "unisolated_photos" => value.is_boolean(),
                super::look_at_photos::WANTED => value.is_boolean(),
                super::look_at_photos::SELLS_FOR => {
                    matches!(value.as_str(), Some("women" | "men" | "children"))
                }
                "photo_max_mb" => within(value, 200),
                "photo_max_megapixels" => within(value, 400),
                "budget_hour" => within(value, PER_HOUR.1),
                "budget_day" => within(value, PER_DAY.1),
                "relists_day" => within(value, RELISTS_PER_DAY.1),
                "spacing_minutes" => within(value, SPACING_MINUTES.1),
                "api_lan" | "api_on" | "phone_encrypted" => value.is_boolean(),
                "api_listen" => value
                    .as_str()
                    .is_some_and(|text| text.parse::<std::net::SocketAddr>().is_ok()),
                "api_writes_minute"
                | "api_uploads_minute"
                | "api_publishes_minute"
                | "api_reads_minute" => within(value, 1_000_000),
                "allowed_origins" => are_origins(value),
                super::webhooks::SETTING => are_addresses(value),
                PRICE_RULES | TEMPLATE | own_model::KEY => true,
                _ => value.to_string().len() <= MAX_VALUE,
            };
            let refused =
                fill_draft::refusal(key, value).or_else(|| own_model::refusal(self, key, value));
            let refusal = match refused {
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
        let (secrets, values): (Vec<_>, Vec<_>) = values
            .iter()
            .cloned()
            .partition(|(key, _)| key == own_model::KEY);
        // Sealed before anything is saved: a vault that is locked leaves all as it was. The key belongs to the address
        // that is set by then.
        let mut sealed = None;
        for (_, key) in &secrets {
            sealed = match key.as_str() {
                // What was shown comes back from a form that was not touched.
                Some(MASKED) => continue,
                None => Some(None),
                Some(key) => {
                    let address = self.model_address_after(&values).await?;
                    let key = SecretString::from(key);
                    Some(Some(self.seal_model_key(&key, address.as_ref()).await?))
                }
            };
        }
        self.parts
            .settings
            .set(&values)
            .await
            .map_err(fail::record("saving the settings"))?;
        if values
            .iter()
            .any(|(key, _)| key == super::webhooks::SETTING)
        {
            // From now on they are told things, also those that happen before anybody looks.
            self.webhook_targets().await?;
        }
        match sealed {
            None => {}
            Some(None) => self.forget_model_key().await?,
            Some(Some(closed)) => self.keep_model_key(&closed).await?,
        }
        self.settings(None).await
    }
}

/// A whole number from 1 to `most`.
fn within(value: &Value, most: u32) -> bool {
    value
        .as_u64()
        .is_some_and(|number| (1..=u64::from(most)).contains(&number))
}

/// At most 10 addresses: a list, or texts separated by commas.
fn are_addresses(value: &Value) -> bool {
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split(',').map(str::trim).collect(),
        Value::Array(items) => match items.iter().map(Value::as_str).collect() {
            Some(texts) => texts,
            None => return false,
        },
        _ => return false,
    };
    texts.len() <= 10 && texts.into_iter().all(super::webhooks::is_address)
}

/// At most 50 origins: a list, or texts separated by commas. Each is a scheme and a host, never a path or `*` alone.
fn are_origins(value: &Value) -> bool {
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split(',').collect(),
        Value::Array(items) => match items.iter().map(Value::as_str).collect() {
            Some(texts) => texts,
            None => return false,
        },
        _ => return false,
    };
    let is_host = |host: &str| {
        let host = host.strip_prefix("*.").unwrap_or(host);
        !host.is_empty()
            && host.len() <= 255
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    };
    let is_origin = |text: &&str| {
        let origin = text.trim();
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(is_host)
    };
    texts.len() <= 50 && texts.iter().all(is_origin)
}

/// No secret is a setting; one that were kept as one all the same would not be shown.
fn may_be_secret(key: &str) -> bool {
    [
        "secret",
        "token",
        "password",
        "api_key",
        "model_key",
        "cookie",
    ]
    .iter()
    .any(|word| key.contains(word))
}

fn known(key: &str) -> Result<(), Failure> {
    if KEYS.iter().any(|(k, _)| *k == key) {
        return Ok(());
    }
    let keys: Vec<&str> = KEYS.iter().map(|(k, _)| *k).collect();
    Err(Failure::new(
        Code::NotFound,
        format!("There is no setting {key}. There are: {}.", keys.join(", ")),
    )
    .with(json!({ "fields": { key: "invalid_field" } })))
}
