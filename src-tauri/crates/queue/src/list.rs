//! Reading the queue.

use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::clock::{from_text, to_text};
use crate::record::{Record, columns, fold};
use crate::{Job, JobStatus, Queue, QueueError};

/// The most jobs of one page.
pub const MAX_PAGE_SIZE: u32 = 500;

/// Which jobs, and which page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFilter {
    /// In one of these states; empty: in any.
    pub statuses: Vec<JobStatus>,
    /// Of this lane.
    pub lane: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// With this text in the label, upper and lower case alike; or exactly this subject or id.
    pub search: Option<String>,
    /// From 1.
    pub page: u32,
    /// From 1 to [`MAX_PAGE_SIZE`]; whatever lies outside is brought inside.
    pub page_size: u32,
}

impl Default for JobFilter {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            lane: None,
            subject: None,
            search: None,
            page: 1,
            page_size: MAX_PAGE_SIZE,
        }
    }
}

/// One page of jobs, by planned time, then status.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The jobs of the page.
    pub jobs: Vec<Job>,
    /// How many there are on all pages.
    pub total: u64,
}

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the states")]
pub struct Counts {
    pub queued: u64,
    pub running: u64,
    pub success: u64,
    pub failed: u64,
    pub paused: u64,
    pub needs_manual: u64,
    pub unknown: u64,
}

impl Queue {
    /// The job with this id, a removed one too.
    ///
    /// # Errors
    /// [`QueueError::NotFound`], and those of the database.
    pub async fn get(&self, id: Uuid) -> Result<Job, QueueError> {
        let mut connection = self.inner.reader.acquire().await?;
        let record = Record::find(&mut connection, id).await?;
        record
            .map(|record| record.job)
            .ok_or(QueueError::NotFound(id))
    }

    /// The jobs that were not removed, filtered, a page at a time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(&self, filter: &JobFilter) -> Result<JobPage, QueueError> {
        let mut count = QueryBuilder::new("SELECT count(*) FROM jobs");
        narrow(&mut count, filter);
        let total: i64 = count
            .build_query_scalar()
            .fetch_one(&self.inner.reader)
            .await?;

        let page_size = filter.page_size.clamp(1, MAX_PAGE_SIZE);
        let offset = i64::from(filter.page.max(1) - 1) * i64::from(page_size);
        let mut rows = QueryBuilder::new(concat!("SELECT ", columns!(), " FROM jobs"));
        narrow(&mut rows, filter);
        rows.push(" ORDER BY planned_at, status, id LIMIT ")
            .push_bind(page_size);
        rows.push(" OFFSET ").push_bind(offset);
        let records: Vec<Record> = rows.build_query_as().fetch_all(&self.inner.reader).await?;
        Ok(JobPage {
            jobs: records.into_iter().map(|record| record.job).collect(),
            total: u64::try_from(total).unwrap_or_default(),
        })
    }

    /// How many jobs are in each state.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counts(&self) -> Result<Counts, QueueError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT status, count(*) FROM jobs WHERE removed_at IS NULL GROUP BY status",
        )
        .fetch_all(&self.inner.reader)
        .await?;
        let mut counts = Counts::default();
        for (status, number) in rows {
            let status =
                JobStatus::parse(&status).ok_or(QueueError::Corrupt { what: "a status" })?;
            let field = match status {
                JobStatus::Queued => &mut counts.queued,
                JobStatus::Running => &mut counts.running,
                JobStatus::Success => &mut counts.success,
                JobStatus::Failed => &mut counts.failed,
                JobStatus::Paused => &mut counts.paused,
                JobStatus::NeedsManual => &mut counts.needs_manual,
                JobStatus::Unknown => &mut counts.unknown,
            };
            *field = u64::try_from(number).unwrap_or_default();
        }
        Ok(counts)
    }

    /// The queued job that is planned first, held lanes included.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_planned(&self) -> Result<Option<Job>, QueueError> {
        let record: Option<Record> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM jobs WHERE status = 'queued' AND removed_at IS NULL \
             ORDER BY planned_at, id LIMIT 1"
        ))
        .fetch_optional(&self.inner.reader)
        .await?;
        Ok(record.map(|record| record.job))
    }

    /// The queued jobs of a lane that hold a unique key, and when each is planned, in that order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn planned(&self, lane: &str) -> Result<Vec<(Uuid, DateTime<Utc>)>, QueueError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, planned_at FROM jobs WHERE status = 'queued' AND removed_at IS NULL \
             AND lane = ? AND unique_key IS NOT NULL ORDER BY planned_at, id",
        )
        .bind(lane)
        .fetch_all(&self.inner.reader)
        .await?;
        rows.into_iter()
            .map(|(id, at)| {
                let id = Uuid::parse_str(&id).map_err(|_| QueueError::Corrupt { what: "an id" })?;
                Ok((id, from_text(&at)?))
            })
            .collect()
    }

    /// Subjects of the unfinished jobs (queued, running, paused) that hold a unique key.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn subjects_in_work(&self) -> Result<Vec<String>, QueueError> {
        Ok(sqlx::query_scalar(
            "SELECT DISTINCT subject FROM jobs WHERE unique_key IS NOT NULL \
             AND removed_at IS NULL AND status IN ('queued', 'running', 'paused')",
        )
        .fetch_all(&self.inner.reader)
        .await?)
    }

    /// An unfinished job (queued, running, paused) that holds a unique key is about this subject.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_in_work(&self, subject: &str) -> Result<bool, QueueError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE subject = ? AND unique_key IS NOT NULL \
             AND removed_at IS NULL AND status IN ('queued', 'running', 'paused'))",
        )
        .bind(subject)
        .fetch_one(&self.inner.reader)
        .await?)
    }

    /// When the job that has been running longest began; what grows without end is stuck.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn oldest_running(&self) -> Result<Option<DateTime<Utc>>, QueueError> {
        let began: Option<String> =
            sqlx::query_scalar("SELECT min(started_at) FROM jobs WHERE status = 'running'")
                .fetch_one(&self.inner.reader)
                .await?;
        began.as_deref().map(from_text).transpose()
    }

    /// When a worker should look next: the earliest time at which a queued job of a free lane is
    /// planned. `retries` counts jobs too that wait for a later try or for something other than the
    /// time that a person planned.
    pub(crate) async fn next_due(
        &self,
        retries: bool,
    ) -> Result<Option<DateTime<Utc>>, QueueError> {
        let planned: Option<String> = sqlx::query_scalar(
            "SELECT planned_at FROM jobs WHERE status = 'queued' AND removed_at IS NULL \
             AND (?2 OR error_code IS NULL OR planned_at <= ?1) \
             AND lane NOT IN (SELECT lane FROM jobs WHERE status = 'running') \
             AND lane NOT IN (SELECT lane FROM queue_holds WHERE until IS NULL OR until > ?1) \
             AND NOT EXISTS (SELECT 1 FROM queue_holds \
             WHERE lane = '' AND (until IS NULL OR until > ?1)) \
             ORDER BY planned_at, id LIMIT 1",
        )
        .bind(to_text(self.now()))
        .bind(retries)
        .fetch_optional(&self.inner.reader)
        .await?;
        planned.as_deref().map(from_text).transpose()
    }
}

fn narrow(query: &mut QueryBuilder<Sqlite>, filter: &JobFilter) {
    query.push(" WHERE removed_at IS NULL");
    if !filter.statuses.is_empty() {
        query.push(" AND status IN (");
        let mut list = query.separated(", ");
        for status in &filter.statuses {
            list.push_bind(status.as_str());
        }
        query.push(")");
    }
    if let Some(lane) = &filter.lane {
        query.push(" AND lane = ").push_bind(lane.clone());
    }
    if let Some(subject) = &filter.subject {
        query.push(" AND subject = ").push_bind(subject.clone());
    }
    if let Some(search) = filter
        .search
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        // instr, because LIKE would take % and _ in the text for wildcards.
        query
            .push(" AND (instr(label_folded, ")
            .push_bind(fold(search));
        query
            .push(") > 0 OR subject = ")
            .push_bind(search.to_owned());
        query.push(" OR id = ").push_bind(fold(search)).push(")");
    }
}
