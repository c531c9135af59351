//! A job's log as it grows: server-sent events, gone on with from `Last-Event-ID`.
//!
//! The id of a line is the byte after it in the log. Every line is read from the log itself, in its order; events of the
//! queue only say that it is worth reading now, so that none is lost or doubled whatever the events do.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use chrono::Utc;
use contract::{Event as AppEvent, JobView};
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt};
use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Answer, Refusal},
    state::Api,
};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// Another process's worker writes lines that no event tells of.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Lines that a slow client may be behind; the log waits for it.
const AHEAD: usize = 64;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// `event: log`
#[derive(Serialize, ToSchema)]
struct LogLine<'a> {
    job_id: &'a str,
    line: &'a str,
}

/// `event: status`
#[derive(Serialize, ToSchema)]
struct Status<'a> {
    job_id: &'a str,
    status: &'a str,
    /// RFC 3339.
    ts: String,
}

/// A job's log and status as they change: `event: log` `{"job_id","line"}`, `event: status` `{"job_id","status","ts"}`,
/// a heartbeat every 15 seconds. With `Last-Event-ID` it goes on after that line. `event: end` comes before the server
/// stops.
#[utoipa::path(
    get, path = "/api/jobs/{id}/logs/stream", tag = "jobs",
    params(
        ("id" = String, Path),
        ("last-event-id" = Option<String>, Header, description = "Of the last line that was read")
    ),
    responses((status = 200, body = String, content_type = "text/event-stream"))
)]
async fn stream(
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let offset = match headers.get("last-event-id") {
        None => 0,
        Some(value) => value
            .to_str()
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .ok_or_else(|| Refusal::field("last-event-id", "Not an id that this stream gave."))?,
    };
    // Before the first reading: what happens between the two is told.
    let events = api.app.events();
    let job = api.app.queue_job(&id).await?;
    let (to, lines) = mpsc::channel(AHEAD);
    tokio::spawn(
        Following {
            api: api.clone(),
            job: job.id.clone(),
            status: String::new(),
            offset,
            to,
        }
        .follow(events, job),
    );
    let sse = Sse::new(lines.map(Ok::<Event, Infallible>));
    let beat = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    Ok(sse.keep_alive(beat).into_response())
}

struct Following {
    api: Api,
    job: String,
    /// As it was last told.
    status: String,
    offset: u32,
    to: mpsc::Sender<Event>,
}

/// The client is gone, or the log cannot be read any more.
struct Over;

impl Following {
    async fn follow(mut self, mut events: Receiver<AppEvent>, job: JobView) {
        // Ends with the client, the job's log or the server.
        let _ = self.follow_until_over(&mut events, job).await;
    }

    async fn follow_until_over(
        &mut self,
        events: &mut Receiver<AppEvent>,
        job: JobView,
    ) -> Result<(), Over> {
        // A line comes before the status that it led to: here, and below.
        self.tell_lines().await?;
        self.tell_status(&job.status).await?;
        let stopping = self.api.stopping.clone();
        loop {
            let status = tokio::select! {
                () = stopping.cancelled() => {
                    return self.send(Event::default().event("end").data("{}")).await;
                }
                status = self.next(events) => status?,
            };
            self.tell_lines().await?;
            if let Some(status) = status {
                self.tell_status(&status).await?;
            }
        }
    }

    /// Waits until there may be something new; the job's status, where it is known to have changed.
    async fn next(&self, events: &mut Receiver<AppEvent>) -> Result<Option<String>, Over> {
        let again = tokio::time::Instant::now() + LOOK_AGAIN;
        loop {
            let event = tokio::time::timeout_at(again, events.recv()).await;
            match event {
                Ok(Ok(AppEvent::JobUpdate { job })) if job.id == self.job => {
                    return Ok(Some(job.status));
                }
                Ok(Ok(AppEvent::JobLog { job_id, .. })) if job_id == self.job => return Ok(None),
                Ok(Ok(_)) => {}
                Ok(Err(RecvError::Closed)) => return Err(Over),
                Ok(Err(RecvError::Lagged(_))) | Err(_) => {
                    if self.to.is_closed() {
                        return Err(Over);
                    }
                    let job = self.api.app.queue_job(&self.job).await.map_err(|_| Over)?;
                    return Ok(Some(job.status));
                }
            }
        }
    }

    async fn tell_status(&mut self, status: &str) -> Result<(), Over> {
        if self.status == status {
            return Ok(());
        }
        status.clone_into(&mut self.status);
        let told = Status {
            job_id: &self.job,
            status,
            ts: contract::time(Utc::now()),
        };
        let event = Event::default().event("status").json_data(&told);
        self.send(event.map_err(|_| Over)?).await
    }

    /// All whole lines that are there and were not told.
    async fn tell_lines(&mut self) -> Result<(), Over> {
        loop {
            let read = self.api.app.queue_logs(&self.job, self.offset).await;
            let chunk = read.map_err(|_| Over)?;
            // An offset beyond the end, of another log, goes back to the end.
            let from = u32::try_from(chunk.chunk.len())
                .ok()
                .and_then(|length| chunk.offset.checked_sub(length))
                .ok_or(Over)?;
            let mut end = from;
            let mut told = false;
            for line in chunk
                .chunk
                .split_inclusive('\n')
                .filter(|l| l.ends_with('\n'))
            {
                end += u32::try_from(line.len()).map_err(|_| Over)?;
                told = true;
                let line = LogLine {
                    job_id: &self.job,
                    line: line.trim(),
                };
                let event = Event::default().event("log").id(end.to_string());
                let event = event.json_data(&line).map_err(|_| Over)?;
                self.send(event).await?;
            }
            self.offset = end;
            if !told {
                return Ok(());
            }
        }
    }

    async fn send(&mut self, event: Event) -> Result<(), Over> {
        self.to.send(event).await.map_err(|_| Over)
    }
}
