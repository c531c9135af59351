//! `queue list|pause|resume|retry|remove|logs`.

use std::collections::HashSet;

use contract::{Code, Event, Failure, JobAction, JobList, JobView, LogChunk};
use domain::DraftId;
use queue::{Hold, HoldScope, Job, JobFilter, JobStatus, Reason};
use uuid::Uuid;

use super::{queue_add::Payload, queue_add::queue_failure};
use crate::{App, view};

impl App {
    /// Jobs by planned time, then status.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_list(&self) -> Result<JobList, Failure> {
        let jobs = self.all_jobs(Vec::new()).await?;
        self.job_views(jobs).await.map(|jobs| JobList { jobs })
    }

    /// Every job in one of these states (none given: in any), page by page.
    async fn all_jobs(&self, statuses: Vec<JobStatus>) -> Result<Vec<Job>, Failure> {
        let mut filter = JobFilter {
            statuses,
            ..JobFilter::default()
        };
        let mut jobs = Vec::new();
        loop {
            let page = self
                .parts
                .queue
                .list(&filter)
                .await
                .map_err(queue_failure)?;
            let last = page.jobs.is_empty();
            jobs.extend(page.jobs);
            if last || jobs.len() as u64 >= page.total {
                return Ok(jobs);
            }
            filter.page += 1;
        }
    }

    /// The drafts that a job which publishes waits for or works on.
    pub(crate) async fn queued_drafts(&self) -> Result<HashSet<String>, Failure> {
        let unfinished = vec![JobStatus::Queued, JobStatus::Running, JobStatus::Paused];
        let jobs = self.all_jobs(unfinished).await?;
        Ok(jobs
            .into_iter()
            .filter(|job| {
                serde_json::from_value::<Payload>(job.payload.clone()).is_ok_and(|p| p.live)
            })
            .map(|job| job.subject)
            .collect())
    }

    /// How many jobs are in each state, for the tray.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_counts(&self) -> Result<queue::Counts, Failure> {
        self.parts.queue.counts().await.map_err(queue_failure)
    }

    /// Does one thing with one job.
    ///
    /// # Errors
    /// `not_found`, `illegal_transition`.
    pub async fn queue_act(&self, job: &str, action: JobAction) -> Result<JobView, Failure> {
        let id = job_id(job)?;
        let queue = &self.parts.queue;
        let job = match action {
            JobAction::Run => queue.run_now(id).await,
            JobAction::Pause => {
                queue
                    .pause(id, Reason::new("paused", "Paused by the person."))
                    .await
            }
            JobAction::Resume => queue.resume(id).await,
            JobAction::Retry => queue.retry(id).await,
            JobAction::Remove => queue.remove(id).await,
        }
        .map_err(queue_failure)?;
        self.tell(Event::DraftChanged {
            id: job.subject.clone(),
        });
        self.job_view(job).await
    }

    /// Holds or releases the whole queue. A running job goes on to its end.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_pause_all(&self, paused: bool) -> Result<(), Failure> {
        let queue = &self.parts.queue;
        if paused {
            let hold = Hold {
                scope: HoldScope::All,
                reason: Reason::new("paused", "Paused by the person."),
                until: None,
            };
            queue.hold(hold).await.map_err(queue_failure)
        } else {
            queue
                .release(&HoldScope::All)
                .await
                .map(drop)
                .map_err(queue_failure)
        }
    }

    /// The whole queue is held.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_paused(&self) -> Result<bool, Failure> {
        let holds = self.parts.queue.holds().await.map_err(queue_failure)?;
        Ok(holds.iter().any(|h| h.scope == HoldScope::All))
    }

    /// A job's log from a byte offset, also while it grows.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn queue_logs(&self, job: &str, offset: u32) -> Result<LogChunk, Failure> {
        let chunk = self
            .parts
            .queue
            .logs(job_id(job)?, u64::from(offset))
            .await
            .map_err(queue_failure)?;
        Ok(LogChunk {
            chunk: chunk.text,
            offset: u32::try_from(chunk.next_offset).unwrap_or(u32::MAX),
        })
    }

    pub(crate) async fn job_views(&self, jobs: Vec<Job>) -> Result<Vec<JobView>, Failure> {
        let mut views = Vec::with_capacity(jobs.len());
        for job in jobs {
            views.push(self.job_view(job).await?);
        }
        Ok(views)
    }

    pub(crate) async fn job_view(&self, job: Job) -> Result<JobView, Failure> {
        // A draft that was removed meanwhile leaves its job with the label it had.
        let draft = match job.subject.parse::<DraftId>() {
            Ok(id) => self.parts.drafts.get(id).await.ok(),
            Err(_) => None,
        };
        let payload: Option<Payload> = serde_json::from_value(job.payload).ok();
        Ok(JobView {
            id: job.id.to_string(),
            item_id: job.subject,
            title: job.label,
            thumb_url: draft
                .as_ref()
                .and_then(|d| d.photos.first())
                .map(|p| view::thumb_url(&p.sha256)),
            price_cents: draft.as_ref().and_then(|d| d.price_target_cents),
            currency: draft
                .map(|d| d.currency)
                .unwrap_or_default()
                .code()
                .to_owned(),
            planned_at: contract::time(job.planned_at),
            status: job.status.as_str().to_owned(),
            mode: job.mode.as_str().to_owned(),
            live: payload.is_some_and(|p| p.live),
            attempt: job.attempt,
            created_at: contract::time(job.created_at),
            updated_at: contract::time(job.updated_at),
            duration_ms: job.duration_ms.and_then(|d| u32::try_from(d).ok()),
            last_error: job.last_error.map(|r| format!("{}: {}", r.code, r.detail)),
            listing_url: job.result_url,
        })
    }
}

fn job_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| Failure::new(Code::NotFound, "There is no such job."))
}
