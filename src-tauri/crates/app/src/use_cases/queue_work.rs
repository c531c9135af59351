//! `queue run`: the worker. It prepares and, where the person confirmed it, publishes: the very same two steps.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use contract::{Code, Event, Failure};
use domain::{DraftId, content::content_hash};
use queue::{Handler, Job, Outcome, Phase, QueueEvent, Reason, Rescue, Run};
use tokio_util::sync::CancellationToken;

use super::{queue_add::Payload, queue_add::queue_failure};
use crate::{App, use_cases::prepare::PrepareRequest};

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
        // Jobs of dead processes are taken over first: their attempts may have proved by now what became of them.
        self.parts
            .queue
            .rescue(Rescue::by_phase)
            .await
            .map_err(queue_failure)?;
        self.reconcile_jobs().await;
        let handler: Arc<dyn Handler> = Arc::new(PublishJobs { app: self.clone() });
        queue::worker::run(self.parts.queue.clone(), handler, cancel, until_empty)
            .await
            .map_err(queue_failure)
    }

    /// Passes the queue's changes on to [`App::events`] until `cancel`.
    pub async fn forward_queue_events(&self, cancel: CancellationToken) {
        let mut events = self.parts.queue.subscribe();
        loop {
            let event = tokio::select! {
                () = cancel.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(QueueEvent::Changed(job)) => match self.job_view(*job).await {
                    Ok(job) => {
                        self.tell(Event::DraftChanged {
                            id: job.item_id.clone(),
                        });
                        let unknown = job.status == "unknown";
                        self.tell(Event::JobUpdate { job });
                        if unknown {
                            self.reconcile_jobs().await;
                        }
                    }
                    Err(failure) => tracing::warn!(%failure, "a job's change was not shown"),
                },
                Ok(QueueEvent::Logged { job_id, line, .. }) => {
                    self.tell(Event::JobLog {
                        job_id: job_id.to_string(),
                        line,
                    });
                }
                // Whoever shows the queue lists it again when in doubt.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
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
        match self.work(run, draft_id, &payload).await {
            Ok(outcome) => outcome,
            Err(failure) => outcome_of(&failure, job, self.app.parts.clock.now()),
        }
    }
}

impl PublishJobs {
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
        let request = PrepareRequest {
            draft_id: draft_id.to_string(),
            account: Some(payload.account.clone()),
            without_photos: false,
        };
        let prepared = app.prepare(request, run.stop().clone()).await?;
        let Some(token) = prepared.confirm_token.filter(|_| !prepared.needs_manual) else {
            run.log("prepare: the site wants the person").await;
            return Ok(needs_person());
        };
        run.log(&format!(
            "prepare: {} fields read back",
            prepared.fields.len()
        ))
        .await;
        if !payload.live {
            run.log("dry run: nothing was published").await;
            return Ok(Outcome::Success { result_url: None });
        }
        if run.stop().is_cancelled() {
            return Ok(Outcome::Interrupted);
        }
        if run.enter(Phase::Committed).await.is_err() {
            // The row could not be written, so the step is not taken.
            return Ok(Outcome::Interrupted);
        }
        run.log("publish: pressing the button").await;
        // The job's id as key: whatever happens to this process, one job publishes once.
        let published = match app
            .publish(&token, true, Some(&run.job().id.to_string()))
            .await
        {
            Ok(published) => published,
            Err(failure) => {
                if proved_unpublished(failure.code) && run.enter(Phase::Safe).await.is_err() {
                    tracing::warn!(job = %run.job().id, "the job stays marked as committed");
                }
                return Err(failure);
            }
        };
        if published.needs_manual {
            run.log("publish: the site wants the person").await;
            return Ok(needs_person());
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

fn needs_person() -> Outcome {
    Outcome::NeedsManual(Reason::new(
        Code::CaptchaOrVerification.as_str(),
        "The site asks to confirm that a human sits here. Open it in your browser, answer, then retry.",
    ))
}

/// The refusals of `publish` that prove that this job made nothing: the site's own answers, and what is refused
/// before any click. Everything else leaves the job to its attempt.
fn proved_unpublished(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidField
            | Code::SiteRefused
            | Code::SiteError
            | Code::RateLimited
            | Code::SessionExpired
            | Code::SessionMissing
            | Code::WrongAccount
            | Code::DraftChanged
            | Code::FormChanged
            | Code::FieldNotFound
            | Code::PhotoUploadFailed
            | Code::TokenExpired
            | Code::TokenInvalid
            | Code::TokenUsed
            | Code::BrowserNotFound
            | Code::SiteUnreachable
            | Code::NotAvailable
    )
}

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
        Code::RateLimited => Outcome::RetryAt {
            at: failure
                .retry_at
                .as_deref()
                .and_then(|t| DateTime::parse_from_rfc3339(t).ok())
                .map_or_else(|| now + TimeDelta::minutes(15), |t| t.with_timezone(&Utc)),
            reason,
        },
        // Before the click, or proved to have made nothing.
        Code::SiteUnreachable
        | Code::SiteError
        | Code::BrowserCrashed
        | Code::PhotoUploadFailed
        | Code::NotAvailable => {
            let minutes = 1_i64 << job.attempt.min(5);
            Outcome::RetryAt {
                at: now + TimeDelta::minutes(minutes),
                reason,
            }
        }
        _ => Outcome::Failed(reason),
    }
}
