//! `studio queue`.

use std::time::Duration;

use app::App;
use contract::{
    AccountWait, Failure, JobAction, JobList, JobView, PlanView, QueueAdded, QueueRequest,
    QueueState,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Queue,
    output::{Output, piece},
};

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
            preview,
            account,
        } => {
            let request = QueueRequest {
                account: account.account,
                draft_ids: ids,
                live,
                at,
                between: between
                    .and_then(|b| <[String; 2]>::try_from(b).ok())
                    .map(|[a, b]| (a, b)),
            };
            if preview {
                return output.view(&app.plan_queue(&request).await?, sentence);
            }
            output.view(&app.queue_add(&request).await?, |added: &QueueAdded| {
                let jobs: Vec<String> = added.jobs.iter().map(line).collect();
                format!("{}\n{}", jobs.join("\n"), sentence(&added.plan))
            })
        }
        Queue::List => output.view(&app.queue_list().await?, lines),
        Queue::Run { until_empty } => {
            // Before the site is asked anything: a dead process's jobs wait for nobody's answer.
            app.rescue_jobs().await?;
            app.settle_open_attempts().await?;
            app.run_queue(stop, until_empty).await?;
            output.view(&app.queue_list().await?, lines)
        }
        Queue::Status => output.view(&app.queue_state().await?, state),
        Queue::Pause(which) => match which.job {
            Some(job) => act(job, JobAction::Pause).await,
            None => pause(app, which.account.as_deref(), true, output).await,
        },
        Queue::Resume(which) => match which.job {
            Some(job) => act(job, JobAction::Resume).await,
            None => pause(app, which.account.as_deref(), false, output).await,
        },
        Queue::Retry { job } => act(job, JobAction::Retry).await,
        Queue::Remove { job } => act(job, JobAction::Remove).await,
        Queue::Logs { job, follow } => logs(app, &job, follow, output, stop).await,
    }
}

/// All jobs of an account, or all.
async fn pause(
    app: &App,
    account: Option<&str>,
    paused: bool,
    output: Output,
) -> Result<(), Failure> {
    match account {
        Some(account) => app.queue_pause_account(account, paused).await?,
        None => app.queue_pause_all(paused).await?,
    }
    output.view(&app.queue_state().await?, state)
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
        let now = app.queue_job(job).await?;
        let ended = !matches!(now.status.as_str(), "queued" | "running");
        let chunk = app.queue_logs(job, offset).await?;
        offset = chunk.offset;
        if output.json {
            all.push_str(&chunk.chunk);
        } else {
            // A reader that is gone ends the loop like Ctrl-C does.
            if !piece(&chunk.chunk)? {
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

fn state(state: &QueueState) -> String {
    let mut lines = vec![if state.paused {
        "the queue is paused".to_owned()
    } else {
        "the queue goes on".to_owned()
    }];
    lines.extend(state.waiting.iter().map(waiting));
    lines.join("\n")
}

/// Why an account waits, as one line.
pub(super) fn waiting(wait: &AccountWait) -> String {
    let until = wait
        .until
        .as_deref()
        .map(|until| format!(" until {until}"))
        .unwrap_or_default();
    format!(
        "{} waits{until}: {} ({})",
        wait.account, wait.message, wait.code
    )
}

/// "22 today, the last 6 later, from 2026-11-21T18:04:00Z on: the limit of a day is reached."
fn sentence(plan: &PlanView) -> String {
    let mut text = match (plan.today, plan.later, &plan.first_of_later) {
        (today, 0, _) => format!("{today} today"),
        (0, later, Some(first)) => format!("{later} from {first} on"),
        (today, later, Some(first)) => {
            format!("{today} today, the last {later} later, from {first} on")
        }
        (today, later, None) => format!("{today} today, {later} later"),
    };
    match plan.moved_by.as_deref() {
        Some("hour") => text.push_str(": the limit of an hour is reached in between"),
        Some("day") => text.push_str(": the limit of a day is reached"),
        Some(_) => text.push_str(": the window is full"),
        None => {}
    }
    text.push('.');
    text
}
