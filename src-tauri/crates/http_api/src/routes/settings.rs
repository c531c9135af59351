//! Settings; secrets are never among them.

use std::collections::BTreeMap;

use axum::extract::State;
use contract::{Code, SettingsView};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Enveloped, Refusal},
    body::Body,
    state::Api,
};

/// Shown instead of a value that could be a secret.
const MASK: &str = "********";

/// Settings by key.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
struct Shown(BTreeMap<String, Value>);

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(settings, set))
}

/// Settings by key. Sessions, tokens and keys are no settings and are never returned.
#[utoipa::path(
    get, path = "/api/settings", tag = "settings",
    responses((status = 200, body = Enveloped<Shown>))
)]
async fn settings(State(api): State<Api>) -> Answer<Enveloped<Shown>> {
    Ok(shown(api.app.settings(None).await?))
}

/// Sets these keys, all or none; null removes one.
#[utoipa::path(
    post, path = "/api/settings", tag = "settings",
    request_body(content = Shown, example = json!({ "language": "fr", "budget_day": 20 })),
    responses((status = 200, body = Enveloped<Shown>))
)]
async fn set(
    State(api): State<Api>,
    Body(values): Body<Map<String, Value>>,
) -> Answer<Enveloped<Shown>> {
    let values: Vec<(String, Value)> = match values.get("settings") {
        Some(Value::Object(inner)) if values.len() == 1 => inner.clone(),
        _ => values,
    }
    .into_iter()
    .collect();
    let names: Vec<String> = values.iter().map(|(key, _)| key.clone()).collect();
    match api.app.set_settings(&values).await {
        Ok(view) => Ok(shown(view)),
        Err(failure) if failure.code == Code::NotFound => {
            let unknown = names
                .iter()
                .find(|name| failure.message.contains(&format!("no setting {name}.")))
                .map_or("key", String::as_str);
            Err(Refusal::field(unknown, failure.message.clone()))
        }
        Err(failure) => Err(failure.into()),
    }
}

fn shown(view: SettingsView) -> Enveloped<Shown> {
    let masked = |(key, value): (String, Value)| {
        let value = if may_be_secret(&key) && !value.is_null() {
            Value::from(MASK)
        } else {
            value
        };
        (key, value)
    };
    Enveloped::one(Shown(view.settings.into_iter().map(masked).collect()))
}

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
