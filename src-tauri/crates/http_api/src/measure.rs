//! Figures for monitoring, in Prometheus's text form. No title, name or id is ever a label.

use std::{sync::OnceLock, time::Duration};

use axum::http::StatusCode;
use contract::Event;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::broadcast::error::RecvError;

use crate::{answer::Answer, state::Api};

const REQUESTS: &str = "studio_http_requests_total";
const REQUEST_TIME: &str = "studio_http_request_seconds";
const PUBLISH_OUTCOMES: &str = "studio_publish_outcomes_total";
const PUBLISH_TIME: &str = "studio_publish_seconds";
const ATTEMPTS: &str = "studio_publish_attempts";
const JOBS: &str = "studio_queue_jobs";
const JOB_TIME: &str = "studio_queue_job_seconds";
const DUE: &str = "studio_queue_oldest_due_seconds";
const RUNNING: &str = "studio_queue_oldest_running_seconds";
const DRAFTS: &str = "studio_drafts";
const PHOTOS: &str = "studio_photos";
const LISTINGS: &str = "studio_listings";
/// Recorded by the use cases themselves.
const PHOTO_TIME: &str = app::PHOTO_TIME;

/// Seconds: from a database read to a form that was filled.
const BUCKETS: [f64; 12] = [
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 180.0,
];

/// The process's recorder; a second server of one process shares it.
pub(crate) fn recorder() -> Result<PrometheusHandle, String> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
                .map_err(|e| e.to_string())?
                .build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).map_err(|e| e.to_string())?;
            describe();
            Ok(handle)
        })
        .clone()
}

fn describe() {
    describe_counter!(REQUESTS, "Requests by class of status");
    describe_histogram!(
        REQUEST_TIME,
        "How long requests took until their answer began"
    );
    describe_counter!(
        PUBLISH_OUTCOMES,
        "What became of publishes over HTTP, by outcome"
    );
    describe_histogram!(PUBLISH_TIME, "How long live publishes took");
    describe_gauge!(ATTEMPTS, "All attempts to publish, by state");
    describe_gauge!(JOBS, "Jobs by status");
    describe_histogram!(JOB_TIME, "How long jobs ran");
    describe_gauge!(DUE, "For how long the next job has been due; 0: none is");
    describe_gauge!(
        RUNNING,
        "For how long the oldest running job has run; 0: none does"
    );
    describe_gauge!(DRAFTS, "Drafts by status");
    describe_gauge!(PHOTOS, "Photos");
    describe_gauge!(LISTINGS, "Listings that were published from here");
    describe_histogram!(PHOTO_TIME, "How long a photo took from file to stored");
}

pub(crate) fn answered(status: StatusCode, took: Duration) {
    let class = match status.as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => "1xx",
    };
    counter!(REQUESTS, "status" => class).increment(1);
    histogram!(REQUEST_TIME).record(took.as_secs_f64());
}

/// A live publish over HTTP: `published`, `needs_manual`, or a code.
pub(crate) fn published(outcome: &'static str, took: Duration) {
    counter!(PUBLISH_OUTCOMES, "outcome" => outcome).increment(1);
    histogram!(PUBLISH_TIME).record(took.as_secs_f64());
}

/// Counts the time of jobs as they end.
pub(crate) async fn jobs(api: Api) {
    let mut events = api.app.events();
    loop {
        let event = tokio::select! {
            () = api.stopping.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Ok(Event::JobUpdate { job }) => {
                let ended = matches!(
                    job.status.as_str(),
                    "success" | "failed" | "needs_manual" | "unknown"
                );
                if let (true, Some(ms)) = (ended, job.duration_ms) {
                    histogram!(JOB_TIME).record(f64::from(ms) / 1000.0);
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Everything, as it is now.
pub(crate) async fn text(api: &Api) -> Answer<String> {
    let now = api.app.statistics().await?;
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 drafts")]
    let number = |n: u64| n as f64;
    for (status, count) in &now.drafts {
        gauge!(DRAFTS, "status" => status.clone()).set(number(*count));
    }
    for (state, count) in &now.publish_attempts {
        gauge!(ATTEMPTS, "state" => state.clone()).set(number(*count));
    }
    gauge!(PHOTOS).set(number(now.photos));
    gauge!(LISTINGS).set(number(now.listings));
    for (status, count) in [
        ("queued", now.jobs.queued),
        ("running", now.jobs.running),
        ("success", now.jobs.success),
        ("failed", now.jobs.failed),
        ("paused", now.jobs.paused),
        ("needs_manual", now.jobs.needs_manual),
        ("unknown", now.jobs.unknown),
    ] {
        gauge!(JOBS, "status" => status).set(number(count));
    }
    gauge!(DUE).set(f64::from(now.oldest_due_seconds.unwrap_or(0)));
    gauge!(RUNNING).set(f64::from(now.oldest_running_seconds.unwrap_or(0)));
    Ok(api.measures.render())
}
