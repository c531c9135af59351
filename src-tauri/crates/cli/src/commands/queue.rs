//! `studio queue`.

use std::{io::Write, time::Duration};

use app::App;
use contract::{Failure, JobAction, JobList, JobView, QueueRequest};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{arguments::Queue, output::Output};

const LOOK_AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn run(
    app: &App,
    command: Queue,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let act = async |job: String, action| -> Result<(), Failure> {
        let jobs = vec![app.queue_act(&job, action).await?];
        output.view(&JobList { jobs }, lines)
    };
    match command {
        Queue::Add {
            ids,
            live,
            at,
            between,
        } => {
            let request = QueueRequest {
                draft_ids: ids,
                live,
                at,
                between: between
                    .and_then(|b| <[String; 2]>::try_from(b).ok())
                    .map(|[a, b]| (a, b)),
            };
            output.view(&app.queue_add(&request).await?, lines)
        }
        Queue::List => output.view(&app.queue_list().await?, lines),
        Queue::Run { until_empty } => {
            app.settle_open_attempts().await?;
            app.run_queue(stop, until_empty).await?;
            output.view(&app.queue_list().await?, lines)
        }
        Queue::Pause { job } => act(job, JobAction::Pause).await,
        Queue::Resume { job } => act(job, JobAction::Resume).await,
        Queue::Retry { job } => act(job, JobAction::Retry).await,
        Queue::Remove { job } => act(job, JobAction::Remove).await,
        Queue::Logs { job, follow } => logs(app, &job, follow, output, stop).await,
    }
}

async fn logs(
    app: &App,
    job: &str,
    follow: bool,
    output: Output,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let mut offset = 0;
    let mut all = String::new();
    loop {
        let ended = {
            let jobs = app.queue_list().await?.jobs;
            jobs.iter()
                .find(|j| j.id == job)
                .is_none_or(|j| !matches!(j.status.as_str(), "queued" | "running"))
        };
        let chunk = app.queue_logs(job, offset).await?;
        offset = chunk.offset;
        if output.json {
            all.push_str(&chunk.chunk);
        } else {
            print!("{}", chunk.chunk);
            // A reader that is gone ends the loop like Ctrl-C does.
            if std::io::stdout().flush().is_err() {
                return Ok(());
            }
        }
        if chunk.chunk.is_empty() && (!follow || ended || stop.is_cancelled()) {
            break;
        }
        if chunk.chunk.is_empty() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
    if output.json {
        output.view(&json!({ "chunk": all, "offset": offset }), |_| {
            String::new()
        })?;
    }
    Ok(())
}

fn lines(list: &JobList) -> String {
    if list.jobs.is_empty() {
        return "the queue is empty".to_owned();
    }
    list.jobs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(job: &JobView) -> String {
    let mode = if job.live { "publish" } else { "dry run" };
    let mut line = format!(
        "{}  {}  {}  {mode}  {}",
        job.id, job.planned_at, job.status, job.title
    );
    if let Some(error) = &job.last_error {
        line.push_str(&format!("  {error}"));
    }
    if let Some(url) = &job.listing_url {
        line.push_str(&format!("  {url}"));
    }
    line
}
