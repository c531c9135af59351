//! Jobs of the queue.

use axum::extract::{Path, State};
use contract::{Code, JobAction, JobQuery, JobView, LogChunk};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Enveloped, Meta, Refusal},
    body::Asked,
    state::Api,
};

/// Jobs of a page where nobody said how many, and at most.
pub(super) const PAGE_SIZE: u32 = 20;
pub(super) const MAX_PAGE_SIZE: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(jobs))
        .routes(routes!(job, remove))
        .routes(routes!(run))
        .routes(routes!(pause))
        .routes(routes!(retry))
        .routes(routes!(logs))
        .routes(routes!(publish_queue))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct JobsAsked {
    /// `all`, or one of `queued|running|success|failed|paused|needs_manual|unknown`.
    status: String,
    /// Text in the title, or a draft's or job's id.
    search: String,
    /// From 1.
    page: u32,
    /// At most 100.
    page_size: u32,
}

impl Default for JobsAsked {
    fn default() -> Self {
        Self {
            status: "all".to_owned(),
            search: String::new(),
            page: 1,
            page_size: PAGE_SIZE,
        }
    }
}

/// Jobs, by planned time, then status.
#[utoipa::path(
    get, path = "/api/jobs", tag = "jobs", params(JobsAsked),
    responses((status = 200, body = Enveloped<Vec<JobView>>, example = json!({
        "data": [], "error": null, "meta": { "page": 1, "page_size": 20, "total": 0 }
    })))
)]
async fn jobs(
    State(api): State<Api>,
    Asked(asked): Asked<JobsAsked>,
) -> Answer<Enveloped<Vec<JobView>>> {
    let statuses = match asked.status.as_str() {
        "" | "all" => Vec::new(),
        status => vec![status.to_owned()],
    };
    let query = JobQuery {
        statuses,
        search: asked.search,
        page: asked.page,
        page_size: asked.page_size.clamp(1, MAX_PAGE_SIZE),
    };
    let found = api.app.queue_page(&query).await.map_err(|failure| {
        // A state is all that can be wrong, and here it has another name.
        if failure.code == Code::InvalidField {
            Refusal::field("status", failure.message)
        } else {
            failure.into()
        }
    })?;
    let meta = Meta::of(found.page, found.page_size, found.total);
    Ok(Enveloped::list(found.jobs, meta))
}

/// One job.
#[utoipa::path(
    get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<JobView>))
)]
async fn job(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<JobView>> {
    Ok(Enveloped::one(api.app.queue_job(&id).await?))
}

/// Runs it as soon as possible. A job that was confirmed to publish publishes.
#[utoipa::path(
    post, path = "/api/jobs/{id}/run", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<JobView>))
)]
async fn run(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<JobView>> {
    act(&api, &id, JobAction::Run).await
}

/// Lets it wait for the person.
#[utoipa::path(
    post, path = "/api/jobs/{id}/pause", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<JobView>))
)]
async fn pause(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<JobView>> {
    act(&api, &id, JobAction::Pause).await
}

/// Tries it again after a failure, or after the person was needed. One whose outcome is unknown is never tried again.
#[utoipa::path(
    post, path = "/api/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<JobView>))
)]
async fn retry(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<JobView>> {
    act(&api, &id, JobAction::Retry).await
}

/// Takes it out of the list; its log stays.
#[utoipa::path(
    delete, path = "/api/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<JobView>))
)]
async fn remove(State(api): State<Api>, Path(id): Path<String>) -> Answer<Enveloped<JobView>> {
    act(&api, &id, JobAction::Remove).await
}

async fn act(api: &Api, id: &str, action: JobAction) -> Answer<Enveloped<JobView>> {
    Ok(Enveloped::one(api.app.queue_act(id, action).await?))
}

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct LogsAsked {
    /// Bytes that were read already.
    offset: u32,
}

/// A job's log from a byte offset, also while it grows.
#[utoipa::path(
    get, path = "/api/jobs/{id}/logs", tag = "jobs", params(("id" = String, Path), LogsAsked),
    responses((status = 200, body = Enveloped<LogChunk>))
)]
async fn logs(
    State(api): State<Api>,
    Path(id): Path<String>,
    Asked(asked): Asked<LogsAsked>,
) -> Answer<Enveloped<LogChunk>> {
    Ok(Enveloped::one(api.app.queue_logs(&id, asked.offset).await?))
}

/// What waits to be published.
#[derive(Serialize, ToSchema)]
struct PublishQueue {
    /// Jobs that wait or run.
    queue_size: u32,
    /// The first 100 of them.
    items: Vec<JobView>,
}

/// What waits to be published.
#[utoipa::path(
    get, path = "/vinted/publish/queue", tag = "publish",
    responses((status = 200, body = PublishQueue, example = json!({ "queue_size": 0, "items": [] })))
)]
async fn publish_queue(State(api): State<Api>) -> Answer<axum::Json<PublishQueue>> {
    let query = JobQuery {
        statuses: vec!["queued".to_owned(), "running".to_owned()],
        page_size: MAX_PAGE_SIZE,
        ..JobQuery::default()
    };
    let found = api.app.queue_page(&query).await?;
    Ok(axum::Json(PublishQueue {
        queue_size: found.total,
        items: found.jobs,
    }))
}
