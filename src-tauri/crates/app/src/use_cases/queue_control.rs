//! `queue list|pause|resume|retry|remove|logs`.

use std::collections::{HashMap, HashSet};

use contract::{
    Code, Event, Failure, JobAction, JobList, JobQuery, JobView, JobsPage, LogChunk, QueueState,
};
use domain::{AccountId, Currency, DraftId};
use queue::{Hold, HoldScope, Job, JobFilter, JobStatus, Reason};
use serde_json::json;
use uuid::Uuid;

use super::{
    account_health::{PAUSED, waits_of},
    queue_add::{Payload, queue_failure},
};
use crate::{App, fail, ports::StoredRow, view};

/// Drafts of jobs that are read together.
const AT_ONCE: usize = 200;
/// Jobs of a page where nobody said how many.
const PAGE_SIZE: u32 = 100;

impl App {
    /// Jobs by planned time, then status.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_list(&self) -> Result<JobList, Failure> {
        let jobs = self.all_jobs(JobFilter::default()).await?;
        self.job_views(jobs).await.map(|jobs| JobList { jobs })
    }

    /// Every job that fits, page by page.
    pub(crate) async fn all_jobs(&self, mut filter: JobFilter) -> Result<Vec<Job>, Failure> {
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

    /// One page of jobs, by planned time, then status.
    ///
    /// # Errors
    /// `invalid_field` for a state that does not exist.
    pub async fn queue_page(&self, query: &JobQuery) -> Result<JobsPage, Failure> {
        let statuses = query
            .statuses
            .iter()
            .map(|text| {
                JobStatus::parse(text).ok_or_else(|| {
                    Failure::new(Code::InvalidField, format!("A job is never \"{text}\"."))
                        .with(json!({ "fields": { "statuses": "invalid_field" } }))
                })
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        let page_size = match query.page_size {
            0 => PAGE_SIZE,
            size => size.min(queue::MAX_PAGE_SIZE),
        };
        let filter = JobFilter {
            statuses,
            search: Some(query.search.clone()),
            page: query.page.max(1),
            page_size,
            ..JobFilter::default()
        };
        let found = self
            .parts
            .queue
            .list(&filter)
            .await
            .map_err(queue_failure)?;
        Ok(JobsPage {
            jobs: self.job_views(found.jobs).await?,
            page: filter.page,
            page_size,
            total: u32::try_from(found.total).unwrap_or(u32::MAX),
        })
    }

    /// One job.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn queue_job(&self, job: &str) -> Result<JobView, Failure> {
        let job = self
            .parts
            .queue
            .get(job_id(job)?)
            .await
            .map_err(queue_failure)?;
        self.job_view(job).await
    }

    /// The drafts that a job which publishes waits for or works on. Only such jobs hold a unique key.
    pub(crate) async fn queued_drafts(&self) -> Result<HashSet<String>, Failure> {
        let subjects = self.parts.queue.subjects_in_work().await;
        Ok(subjects.map_err(queue_failure)?.into_iter().collect())
    }

    /// A job that publishes waits for this draft or works on it.
    pub(crate) async fn is_queued(&self, draft: DraftId) -> Result<bool, Failure> {
        self.parts
            .queue
            .is_in_work(&draft.to_string())
            .await
            .map_err(queue_failure)
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
        if action == JobAction::Retry {
            self.waits_no_more(id).await?;
        }
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

    /// A job that waited for its person is tried again at the person's word: they have done what the site asked, so
    /// the hold that came with it ends too.
    async fn waits_no_more(&self, id: Uuid) -> Result<(), Failure> {
        let job = self.parts.queue.get(id).await.map_err(queue_failure)?;
        let code = job.last_error.and_then(|reason| Code::parse(&reason.code));
        match (job.status, job.lane.parse(), code) {
            (JobStatus::NeedsManual, Ok(account), Some(code)) => {
                self.let_go_on(account, code).await
            }
            _ => Ok(()),
        }
    }

    /// Holds or releases the whole queue. A running job goes on to its end.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_pause_all(&self, paused: bool) -> Result<(), Failure> {
        self.pause_scope(HoldScope::All, paused).await
    }

    /// Holds or releases the jobs of one account. A running job goes on to its end. Where the person had
    /// not paused it, releasing is their word that they answered the site's challenge in a browser of their own.
    ///
    /// # Errors
    /// `not_found` where there is no such account.
    pub async fn queue_pause_account(&self, name: &str, paused: bool) -> Result<(), Failure> {
        let account = self.named_account(name).await?;
        let scope = HoldScope::Lane(account.id.to_string());
        let holds = self.parts.queue.holds().await.map_err(queue_failure)?;
        let was_paused = holds
            .iter()
            .any(|hold| hold.scope == scope && hold.reason.code == PAUSED);
        if !paused && !was_paused {
            // Their own pause and the site's question are two things: only one of them ends with a word.
            self.challenge_answered(account.id).await?;
            return Ok(());
        }
        self.pause_scope(scope, paused).await
    }

    /// The account under which a job publishes.
    pub(crate) fn account_of_lane(&self, job: &Job) -> Option<AccountId> {
        job.lane.parse().ok()
    }

    async fn pause_scope(&self, scope: HoldScope, paused: bool) -> Result<(), Failure> {
        let queue = &self.parts.queue;
        if paused {
            let hold = Hold {
                scope,
                reason: Reason::new(PAUSED, "Paused by the person."),
                until: None,
            };
            queue.hold(hold).await.map_err(queue_failure)?;
        } else {
            let released = queue.release(&scope, PAUSED).await;
            released.map_err(queue_failure)?;
        }
        self.tell(Event::QueueChanged);
        Ok(())
    }

    /// The whole queue is held.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_paused(&self) -> Result<bool, Failure> {
        Ok(self.queue_state().await?.paused)
    }

    /// Whether the queue goes on, and which accounts wait for what.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_state(&self) -> Result<QueueState, Failure> {
        let holds = self.parts.queue.holds().await.map_err(queue_failure)?;
        let accounts = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the accounts"))?;
        Ok(QueueState {
            paused: holds.iter().any(|hold| hold.scope == HoldScope::All),
            waiting: accounts
                .iter()
                .flat_map(|account| waits_of(account, &holds))
                .collect(),
        })
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
        let ids: Vec<DraftId> = jobs
            .iter()
            .filter_map(|job| job.subject.parse().ok())
            .collect();
        let mut rows: HashMap<DraftId, StoredRow> = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let some = self.parts.draft_rows.rows(ids).await;
            let some = some.map_err(fail::record("reading the drafts of jobs"))?;
            rows.extend(some.into_iter().map(|row| (row.id, row)));
        }
        let row = |job: &Job| rows.get(&job.subject.parse().ok()?);
        Ok(jobs
            .into_iter()
            .map(|job| {
                let row = row(&job);
                view_of(job, row)
            })
            .collect())
    }

    pub(crate) async fn job_view(&self, job: Job) -> Result<JobView, Failure> {
        let rows = match job.subject.parse::<DraftId>() {
            Ok(id) => self.parts.draft_rows.rows(&[id]).await,
            Err(_) => Ok(Vec::new()),
        };
        let rows = rows.map_err(fail::record("reading the job's draft"))?;
        Ok(view_of(job, rows.first()))
    }
}

/// A draft that was removed meanwhile leaves its job with the label it had.
fn view_of(job: Job, row: Option<&StoredRow>) -> JobView {
    let payload: Option<Payload> = serde_json::from_value(job.payload).ok();
    JobView {
        id: job.id.to_string(),
        item_id: job.subject,
        title: job.label,
        thumb_url: row
            .and_then(|row| row.cover_sha256.as_deref())
            .map(view::thumb_url),
        price_cents: row.and_then(|row| row.price_target_cents),
        currency: row.map_or_else(
            || Currency::default().code().to_owned(),
            |row| row.currency.clone(),
        ),
        planned_at: contract::time(job.planned_at),
        planned_local: job.planned_wall.as_ref().map(|wall| wall.local.clone()),
        planned_zone: job.planned_wall.map(|wall| wall.zone),
        account: payload.as_ref().map(|p| p.account.clone()),
        status: job.status.as_str().to_owned(),
        mode: job.mode.as_str().to_owned(),
        live: payload.is_some_and(|p| p.live),
        attempt: job.attempt,
        created_at: contract::time(job.created_at),
        updated_at: contract::time(job.updated_at),
        duration_ms: job.duration_ms.and_then(|d| u32::try_from(d).ok()),
        last_error: job.last_error.map(|r| format!("{}: {}", r.code, r.detail)),
        listing_url: job.result_url,
    }
}

pub(crate) fn job_id(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| Failure::new(Code::NotFound, "There is no such job."))
}
