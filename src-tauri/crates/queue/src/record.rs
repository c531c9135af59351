//! A row of `jobs`, read and written whole.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use uuid::Uuid;

use crate::clock::{from_text, to_text};
use crate::{Job, JobStatus, Mode, Phase, QueueError, Reason, WallTime};

/// The columns in the order of no one's concern: they are read by name.
macro_rules! columns {
    () => {
        "id, subject, label, lane, payload, mode, status, phase, planned_at, attempt, \
         attempts_left, max_attempts, rescues, unique_key, boot_id, lease_id, heartbeat_at, \
         stop_requested, started_at, duration_ms, error_code, error_detail, result_url, \
         created_at, updated_at, removed_at, planned_local, planned_zone"
    };
}
pub(crate) use columns;

const MAX_DETAIL_CHARS: usize = 2000;

/// A job with what only the queue itself needs.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) job: Job,
    pub(crate) lease_id: Option<Uuid>,
    /// Runs cut short by a dead process since a person last looked at the job.
    pub(crate) rescues: u32,
}

impl FromRow<'_, SqliteRow> for Record {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        read(row).map_err(|error| match error {
            QueueError::Storage(error) => error,
            other => sqlx::Error::Decode(other.to_string().into()),
        })
    }
}

fn read(row: &SqliteRow) -> Result<Record, QueueError> {
    let time = |column: &str| -> Result<_, QueueError> { from_text(row.try_get(column)?) };
    let maybe_time = |column: &str| -> Result<_, QueueError> {
        row.try_get::<Option<&str>, _>(column)?
            .map(from_text)
            .transpose()
    };
    let id = |text: &str| Uuid::parse_str(text).map_err(|_| QueueError::Corrupt { what: "an id" });
    let maybe_id = |column: &str| -> Result<_, QueueError> {
        row.try_get::<Option<&str>, _>(column)?.map(id).transpose()
    };
    let code: Option<String> = row.try_get("error_code")?;
    let detail: Option<String> = row.try_get("error_detail")?;
    let local: Option<String> = row.try_get("planned_local")?;
    let zone: Option<String> = row.try_get("planned_zone")?;
    Ok(Record {
        job: Job {
            id: id(row.try_get("id")?)?,
            subject: row.try_get("subject")?,
            label: row.try_get("label")?,
            lane: row.try_get("lane")?,
            payload: serde_json::from_str(row.try_get("payload")?)
                .map_err(|_| QueueError::Corrupt { what: "a payload" })?,
            mode: Mode::parse(row.try_get("mode")?)
                .ok_or(QueueError::Corrupt { what: "a mode" })?,
            status: JobStatus::parse(row.try_get("status")?)
                .ok_or(QueueError::Corrupt { what: "a status" })?,
            phase: Phase::parse(row.try_get("phase")?)
                .ok_or(QueueError::Corrupt { what: "a phase" })?,
            planned_at: time("planned_at")?,
            planned_wall: local
                .zip(zone)
                .map(|(local, zone)| WallTime { local, zone }),
            attempt: row.try_get("attempt")?,
            attempts_left: row.try_get("attempts_left")?,
            max_attempts: row.try_get("max_attempts")?,
            unique_key: row.try_get("unique_key")?,
            boot_id: maybe_id("boot_id")?,
            stop_requested: row.try_get("stop_requested")?,
            started_at: maybe_time("started_at")?,
            heartbeat_at: maybe_time("heartbeat_at")?,
            duration_ms: row
                .try_get::<Option<i64>, _>("duration_ms")?
                .map(|ms| u64::try_from(ms).unwrap_or_default()),
            last_error: code
                .zip(detail)
                .map(|(code, detail)| Reason { code, detail }),
            result_url: row.try_get("result_url")?,
            created_at: time("created_at")?,
            updated_at: time("updated_at")?,
            removed_at: maybe_time("removed_at")?,
        },
        lease_id: maybe_id("lease_id")?,
        rescues: row.try_get("rescues")?,
    })
}

impl Record {
    pub(crate) async fn find(
        connection: &mut SqliteConnection,
        id: Uuid,
    ) -> Result<Option<Self>, QueueError> {
        Ok(
            sqlx::query_as(concat!("SELECT ", columns!(), " FROM jobs WHERE id = ?"))
                .bind(id.to_string())
                .fetch_optional(connection)
                .await?,
        )
    }

    pub(crate) async fn insert(&self, connection: &mut SqliteConnection) -> Result<(), QueueError> {
        let job = &self.job;
        sqlx::query(
            "INSERT INTO jobs (id, subject, label, label_folded, lane, payload, mode, status, \
             planned_at, planned_local, planned_zone, attempts_left, max_attempts, unique_key, \
             error_code, error_detail, created_at, updated_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(job.id.to_string())
        .bind(&job.subject)
        .bind(&job.label)
        .bind(fold(&job.label))
        .bind(&job.lane)
        .bind(job.payload.to_string())
        .bind(job.mode.as_str())
        .bind(job.status.as_str())
        .bind(to_text(job.planned_at))
        .bind(job.planned_wall.as_ref().map(|wall| &wall.local))
        .bind(job.planned_wall.as_ref().map(|wall| &wall.zone))
        .bind(job.attempts_left)
        .bind(job.max_attempts)
        .bind(&job.unique_key)
        .bind(job.last_error.as_ref().map(|reason| reason.code.as_str()))
        .bind(job.last_error.as_ref().map(|reason| cut(&reason.detail)))
        .bind(to_text(job.created_at))
        .bind(to_text(job.updated_at))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Writes what may change after the job was made.
    pub(crate) async fn save(&self, connection: &mut SqliteConnection) -> Result<(), QueueError> {
        let job = &self.job;
        let running = job.status == JobStatus::Running;
        let lease = |id: Option<Uuid>| id.filter(|_| running).map(|id| id.to_string());
        sqlx::query(
            "UPDATE jobs SET status = ?, phase = ?, planned_at = ?, planned_local = ?, \
             planned_zone = ?, attempts_left = ?, \
             rescues = ?, boot_id = ?, lease_id = ?, heartbeat_at = ?, stop_requested = ?, \
             duration_ms = ?, error_code = ?, error_detail = ?, result_url = ?, updated_at = ?, \
             removed_at = ? WHERE id = ?",
        )
        .bind(job.status.as_str())
        .bind(job.phase.as_str())
        .bind(to_text(job.planned_at))
        .bind(job.planned_wall.as_ref().map(|wall| &wall.local))
        .bind(job.planned_wall.as_ref().map(|wall| &wall.zone))
        .bind(job.attempts_left)
        .bind(self.rescues)
        .bind(lease(job.boot_id))
        .bind(lease(self.lease_id))
        .bind(job.heartbeat_at.filter(|_| running).map(to_text))
        .bind(job.stop_requested && running)
        .bind(
            job.duration_ms
                .map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
        )
        .bind(job.last_error.as_ref().map(|reason| reason.code.as_str()))
        .bind(job.last_error.as_ref().map(|reason| cut(&reason.detail)))
        .bind(&job.result_url)
        .bind(to_text(job.updated_at))
        .bind(job.removed_at.map(to_text))
        .bind(job.id.to_string())
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// For search: SQLite's own LIKE folds ASCII only.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn cut(detail: &str) -> &str {
    match detail.char_indices().nth(MAX_DETAIL_CHARS) {
        Some((end, _)) => &detail[..end],
        None => detail,
    }
}
