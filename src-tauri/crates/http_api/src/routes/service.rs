//! Whether it runs, what it is, how much there is.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use contract::Statistics;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Enveloped},
    measure,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(health_v1))
        .routes(routes!(ready))
        .routes(routes!(version))
        .routes(routes!(stats))
        .routes(routes!(metrics))
        .routes(routes!(ping))
}

/// It runs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "ok": true }))]
struct Health {
    ok: bool,
}

/// It runs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "status": "ok" }))]
struct HealthV1 {
    status: &'static str,
}

/// What it is.
#[derive(Serialize, ToSchema)]
struct Version {
    /// Always `vintedbot-studio`.
    name: &'static str,
    /// The app's version.
    version: &'static str,
    /// Of this API.
    api: &'static str,
}

/// It runs.
#[utoipa::path(get, path = "/health", tag = "service", security(()), responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    std::future::ready(Json(Health { ok: true })).await
}

/// It runs.
#[utoipa::path(get, path = "/api/v1/health", tag = "service", responses((status = 200, body = HealthV1)))]
async fn health_v1() -> Json<HealthV1> {
    std::future::ready(Json(HealthV1 { status: "ok" })).await
}

/// It runs, and its database answers.
#[utoipa::path(get, path = "/ready", tag = "service", security(()), responses((status = 200, body = Health)))]
async fn ready(State(api): State<Api>) -> Answer<Json<Health>> {
    api.app.statistics().await?;
    Ok(Json(Health { ok: true }))
}

/// What it is.
#[utoipa::path(get, path = "/version", tag = "service", security(()), responses((status = 200, body = Version, example = json!({ "name": "vintedbot-studio", "version": "0.1.0", "api": "1" }))))]
async fn version() -> Json<Version> {
    std::future::ready(Json(Version {
        name: "vintedbot-studio",
        version: env!("CARGO_PKG_VERSION"),
        api: "1",
    }))
    .await
}

/// Counts, and how long the server has been running.
#[derive(Serialize, ToSchema)]
struct Stats {
    #[serde(flatten)]
    counts: Statistics,
    /// Seconds since the server began.
    uptime_seconds: u64,
}

/// How much there is of everything.
#[utoipa::path(get, path = "/stats", tag = "service", responses((status = 200, body = Stats)))]
async fn stats(State(api): State<Api>) -> Answer<Json<Stats>> {
    Ok(Json(Stats {
        counts: api.app.statistics().await?,
        uptime_seconds: api.begun.elapsed().as_secs(),
    }))
}

/// The same and more for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
async fn metrics(State(api): State<Api>) -> Answer<impl IntoResponse> {
    let text = measure::text(&api).await?;
    Ok((
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    ))
}

/// Asks database, vault, browser and site, and says how long each took. The site is connected to, no page is asked for.
#[utoipa::path(
    post, path = "/api/ping", tag = "service",
    responses((status = 200, body = Enveloped<contract::Ping>))
)]
async fn ping(State(api): State<Api>) -> Enveloped<contract::Ping> {
    Enveloped::one(api.app.ping().await)
}
