//! `queue run`: the worker. It prepares and, where the person confirmed it, publishes: the very same two steps.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use contract::{Code, Failure};
use domain::{AccountId, DraftId, content::content_hash};
use queue::{Backoff, Handler, Job, Outcome, Phase, Reason, Rescue, Run};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    budgets,
    queue_add::{Payload, queue_failure},
    reconcile_jobs::JobStanding,
};
use crate::{
    App,
    budget::{Room, room},
    planner::{Asked, Window, plan},
    use_cases::prepare::PrepareRequest,
};

impl App {
    /// Runs due jobs until `cancel`, or until none is left that could run.
    ///
    /// # Errors
    /// Storage only; a job that fails is a job that failed.
    pub async fn run_queue(
        &self,
        cancel: CancellationToken,
        until_empty: bool,
    ) -> Result<(), Failure> {
        self.rescue_jobs().await?;
        self.reconcile_jobs().await;
        let handler: Arc<dyn Handler> = Arc::new(PublishJobs { app: self.clone() });
        queue::worker::run(self.parts.queue.clone(), handler, cancel, until_empty)
            .await
            .map_err(queue_failure)
    }

    /// Takes over the jobs of dead processes: first of all at a start, before anything asks the site.
    ///
    /// # Errors
    /// Storage only.
    pub async fn rescue_jobs(&self) -> Result<usize, Failure> {
        // Seen from the start on, a wall clock that is set makes no time for budgets.
        let reading = self.parts.clock.reading();
        if let Err(error) = self.parts.budgets.counted_now(&reading).await {
            tracing::warn!(%error, "the counted clock was not moved on");
        }
        let rescued = self.parts.queue.rescue(Rescue::by_phase).await;
        rescued.map(|jobs| jobs.len()).map_err(queue_failure)
    }
}

struct PublishJobs {
    app: App,
}

#[async_trait]
impl Handler for PublishJobs {
    async fn handle(&self, run: &Run) -> Outcome {
        let job = run.job();
        let (Ok(payload), Ok(draft_id)) = (
            serde_json::from_value::<Payload>(job.payload.clone()),
            job.subject.parse::<DraftId>(),
        ) else {
            return Outcome::Failed(Reason::new("internal", "The job cannot be read."));
        };
        let Ok(account) = job.lane.parse::<AccountId>() else {
            return Outcome::Failed(Reason::new("internal", "The job cannot be read."));
        };
        let app = &self.app;
        failpoint::reached("worker.job_read");
        if payload.live {
            match app.not_yet(account, job).await {
                Ok(None) => {}
                Ok(Some(later)) => return later,
                Err(failure) => return outcome_of(&failure, job, app.parts.clock.now()),
            }
        }
        match self.work(run, draft_id, &payload).await {
            Ok(outcome) => outcome,
            Err(failure) => {
                if failure.code == Code::SessionExpired
                    && self.still_logged_in(run, &payload.account).await
                {
                    // One answer said no and the next one yes: a passing fault, not the end of the session.
                    return again(&failure, job, app.parts.clock.now());
                }
                outcome_of(&failure, job, app.parts.clock.now())
            }
        }
    }
}

impl App {
    /// Where the account may not publish yet: this job and the others of the account that are due are spread over the
    /// time that budgets and spacing leave them. A laptop that slept through ten plans does not catch up at once.
    async fn not_yet(&self, account: AccountId, job: &Job) -> Result<Option<Outcome>, Failure> {
        let row = self.account_by_id(account).await?;
        let limits = self.limits_of(&row).await?;
        let spent = self.spent(account).await?;
        // Half of what a plan keeps: a run that took long is no reason to plan anew.
        let spaced = spent.times.last().map(|last| *last + limits.gap / 2);
        let (from, limit) = match (room(&spent.times, spent.now, &limits), spaced) {
            (Room::From(at, limit), _) => (at, Some(limit)),
            (Room::Now, Some(spaced)) if spaced > spent.now => (spaced, None),
            (Room::Now, _) => return Ok(None),
        };
        let planned = self
            .parts
            .queue
            .planned(&job.lane)
            .await
            .map_err(queue_failure)?;
        let (due, ahead): (Vec<_>, Vec<_>) =
            planned.into_iter().partition(|(_, at)| *at <= spent.now);
        let mut taken = spent.times;
        taken.extend(ahead.into_iter().map(|(_, at)| at));
        taken.sort_unstable();
        let times = plan(&Asked {
            count: due.len() + 1,
            windows: &[Window {
                from,
                until: from + TimeDelta::days(366),
            }],
            spread: false,
            taken: &taken,
            limits,
            seed: job.id.as_u64_pair().1,
        });
        let why = |at| {
            let detail = match limit {
                Some(limit) => budgets::sentence(&limits, limit, at),
                None => "Listings of an account keep some minutes between them.".to_owned(),
            };
            Reason::new(Code::RateLimited.as_str(), detail)
        };
        let mut times = times.into_iter().map(|one| one.at);
        let own = times.next().unwrap_or(from);
        let moves = due
            .into_iter()
            .zip(times)
            .map(|((id, _), at)| (id, at, why(at)))
            .collect();
        self.parts
            .queue
            .spread(moves)
            .await
            .map_err(queue_failure)?;
        Ok(Some(Outcome::Postponed {
            at: own,
            reason: why(own),
        }))
    }
}

impl PublishJobs {
    /// The site said that the session is gone: it is asked once more, plainly.
    async fn still_logged_in(&self, run: &Run, account: &str) -> bool {
        let asked = self
            .app
            .check_session(Some(account), run.stop().clone())
            .await;
        asked.is_ok_and(|view| view.authenticated)
    }

    async fn work(
        &self,
        run: &Run,
        draft_id: DraftId,
        payload: &Payload,
    ) -> Result<Outcome, Failure> {
        let app = &self.app;
        let draft = app
            .parts
            .drafts
            .get(draft_id)
            .await
            .map_err(crate::fail::record("reading the draft"))?;
        if content_hash(&draft) != payload.content_hash {
            return Ok(Outcome::Paused(Reason::new(
                Code::DraftChanged.as_str(),
                "The draft was edited after it was queued. Look at it, then queue it again.",
            )));
        }
        run.log("prepare: filling the form").await;
        failpoint::reached("worker.draft_compared");
        let request = PrepareRequest {
            draft_id: draft_id.to_string(),
            account: Some(payload.account.clone()),
            without_photos: false,
            for_job: true,
        };
        let prepared = match app.prepare(request, run.stop().clone()).await {
            Ok(prepared) => prepared,
            Err(failure) => {
                // What was on the screen when it stopped.
                if let Some(url) = failure.details.get("preview_url").and_then(Value::as_str) {
                    run.log(&format!("picture: {url}")).await;
                }
                return Err(failure);
            }
        };
        if let Some(url) = &prepared.preview_url {
            run.log(&format!("picture: {url}")).await;
        }
        let Some(token) = prepared.confirm_token.filter(|_| !prepared.needs_manual) else {
            run.log("prepare: the site wants the person").await;
            return Ok(needs_person(run.job()));
        };
        run.log(&format!(
            "prepare: {} fields read back",
            prepared.fields.len()
        ))
        .await;
        if !payload.live {
            run.log("dry run: nothing was published").await;
            // Nobody goes on from here: its browser need not wait for that.
            app.close_filled(&token).await;
            return Ok(Outcome::Success { result_url: None });
        }
        if run.stop().is_cancelled() {
            return Ok(Outcome::Interrupted);
        }
        failpoint::reached("worker.prepared");
        let account = app.account_of_lane(run.job());
        if let Some(account) = account
            && app.is_asked(account).await?
        {
            // Asked after this job had begun: nothing goes out on the account until the person answered.
            app.close_filled(&token).await;
            return Ok(needs_person(run.job()));
        }
        if run.enter(Phase::Committed).await.is_err() {
            // The row could not be written, so the step is not taken.
            return Ok(Outcome::Interrupted);
        }
        run.log("publish: pressing the button").await;
        // The job's id as key: whatever happens to this process, one job publishes once.
        let key = run.job().id.to_string();
        let published = match app.publish_until(&token, &key, run.stop().clone()).await {
            Ok(published) => published,
            Err(failure) => {
                // What the log proves, or else the job is left to its attempt.
                let safe = match app.job_standing(run.job()).await {
                    Ok(JobStanding::Nothing | JobStanding::Unpublished { .. }) => {
                        run.enter(Phase::Safe).await.is_ok()
                    }
                    Ok(JobStanding::Published { .. } | JobStanding::Open) => true,
                    Err(_) => false,
                };
                if !safe {
                    tracing::warn!(job = %run.job().id, "the job stays marked as committed");
                }
                return Err(failure);
            }
        };
        failpoint::reached("worker.published");
        if published.needs_manual {
            run.log("publish: the site wants the person").await;
            return Ok(needs_person(run.job()));
        }
        run.log(&format!(
            "publish: {}",
            published.listing_url.as_deref().unwrap_or("done")
        ))
        .await;
        for warning in &published.warnings {
            run.log(&format!("warning: {warning}")).await;
        }
        Ok(Outcome::Success {
            result_url: published.listing_url,
        })
    }
}

fn needs_person(job: &Job) -> Outcome {
    Outcome::NeedsManual(Reason::new(
        Code::CaptchaOrVerification.as_str(),
        format!(
            "The site asks to confirm that a human sits here. Open it in your browser, answer, then `studio queue retry \
             {}`.",
            job.id
        ),
    ))
}

/// How long a job waits after a failure that may pass.
const PASSING: Backoff = Backoff {
    first: Duration::from_secs(60),
    longest: Duration::from_secs(6 * 3600),
};

/// What a failure means for a job: nothing that may have published is ever retried by itself.
fn outcome_of(failure: &Failure, job: &Job, now: DateTime<Utc>) -> Outcome {
    let reason = Reason::new(failure.code.as_str(), failure.message.clone());
    match failure.code {
        Code::OutcomeUnknown => Outcome::Unknown(reason),
        Code::SessionMissing
        | Code::SessionExpired
        | Code::WrongAccount
        | Code::VaultUnavailable
        | Code::VaultKeyLost
        | Code::NoDisplay
        | Code::CaptchaOrVerification => Outcome::NeedsManual(reason),
        Code::DraftChanged | Code::FormChanged => Outcome::Paused(reason),
        Code::Cancelled => Outcome::Interrupted,
        // A budget of our own, or the site's earlier word: this run asked the site for nothing.
        Code::RateLimited if failure.details.get("limit").is_some() => Outcome::Postponed {
            at: retry_at(failure).unwrap_or_else(|| now + TimeDelta::minutes(15)),
            reason,
        },
        Code::RateLimited
        // Before the click, or proved to have made nothing.
        | Code::SiteUnreachable
        | Code::SiteError
        | Code::BrowserCrashed
        | Code::PhotoUploadFailed
        | Code::NotAvailable => again(failure, job, now),
        _ => Outcome::Failed(reason),
    }
}

/// Tried again later, or at its last try given up with what the person can do.
fn again(failure: &Failure, job: &Job, now: DateTime<Utc>) -> Outcome {
    if job.attempts_left == 0 {
        let detail = format!(
            "Tried {} times. {} Nothing was published; try again with `studio queue retry {}`.",
            job.max_attempts, failure.message, job.id
        );
        return Outcome::Failed(Reason::new(failure.code.as_str(), detail));
    }
    // Only the runs that count: one that was postponed waited already.
    let tries = job.max_attempts - job.attempts_left;
    let wait = TimeDelta::from_std(PASSING.wait(job.id, tries)).unwrap_or(TimeDelta::hours(6));
    let at = (now + wait).max(retry_at(failure).unwrap_or(now));
    Outcome::RetryAt {
        at,
        reason: Reason::new(failure.code.as_str(), failure.message.clone()),
    }
}

fn retry_at(failure: &Failure) -> Option<DateTime<Utc>> {
    let text = failure.retry_at.as_deref()?;
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.to_utc())
}
