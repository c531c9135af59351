//! What changed, whichever process changed it.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, Row};

use crate::clock::to_text;
use crate::record::{Record, columns};
use crate::{Job, Queue, QueueError};

/// The most jobs of one answer.
const MOST: u32 = 500;

/// Jobs that changed, each as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// In the order of their last changes, removed ones too.
    pub jobs: Vec<Job>,
    /// Where to go on reading.
    pub next: u64,
}

impl Queue {
    /// The number of the newest change: whoever reads on from it misses nothing that comes later.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn last_change(&self) -> Result<u64, QueueError> {
        let seq: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM job_changes")
            .fetch_one(&self.inner.reader)
            .await?;
        Ok(u64::try_from(seq).unwrap_or_default())
    }

    /// Jobs that any process changed after that number; a job that changed several times comes once, as it is now. At
    /// most 500 at a time; none where nothing changed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn changes_after(&self, seq: u64) -> Result<Changes, QueueError> {
        let rows = sqlx::query(concat!(
            "SELECT seq, ",
            columns!(),
            " FROM job_changes JOIN jobs ON jobs.id = job_changes.job_id \
             WHERE seq > ? ORDER BY seq LIMIT ?"
        ))
        .bind(i64::try_from(seq).unwrap_or(i64::MAX))
        .bind(MOST)
        .fetch_all(&self.inner.reader)
        .await?;
        let mut changes = Changes {
            jobs: Vec::with_capacity(rows.len()),
            next: seq,
        };
        for row in &rows {
            changes.next = u64::try_from(row.try_get::<i64, _>("seq")?).unwrap_or_default();
            changes.jobs.push(Record::from_row(row)?.job);
        }
        Ok(changes)
    }

    /// Jobs that failed or wait for a person and changed since that time, removed ones too, oldest first, at most
    /// 1,000.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ended_since(&self, since: DateTime<Utc>) -> Result<Vec<Job>, QueueError> {
        let records: Vec<Record> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM jobs WHERE status IN ('failed', 'needs_manual') AND updated_at >= ? \
             ORDER BY updated_at LIMIT 1000"
        ))
        .bind(to_text(since))
        .fetch_all(&self.inner.reader)
        .await?;
        Ok(records.into_iter().map(|record| record.job).collect())
    }
}
