//! Settings; secrets are never among them.

use std::collections::BTreeMap;

use axum::extract::State;
use contract::{Code, Failure, SettingsView};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Enveloped},
    body::Body,
    state::Api,
};

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
    responses((status = 200, body = Enveloped<Shown>, example = json!({
        "data": { "language": "fr", "budget_day": 20 },
        "error": null, "meta": { "page": null, "page_size": null, "total": null }
    })))
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
    match api.app.set_settings(&values).await {
        Ok(view) => Ok(shown(view)),
        // The path is there; the value names a setting that is not.
        Err(failure) if failure.code == Code::NotFound => {
            let unknown = Failure::new(Code::InvalidField, failure.message);
            Err(unknown.with(failure.details).into())
        }
        Err(failure) => Err(failure.into()),
    }
}

fn shown(view: SettingsView) -> Enveloped<Shown> {
    Enveloped::one(Shown(view.settings.into_iter().collect()))
}
