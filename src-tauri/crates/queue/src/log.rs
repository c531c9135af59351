//! A job's log: lines that are only ever added, read from any byte while it grows.

use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::clock::to_text;
use crate::{Queue, QueueError, QueueEvent};

/// A longer line is cut.
pub const MAX_LINE_BYTES: usize = 4096;

/// A job's log ends near this size with a line that says so; further lines are dropped.
pub const MAX_LOG_BYTES: u64 = 1024 * 1024;

const FULL: &str = "(the log is full: later lines were dropped)";

/// About how much one reading gives.
const CHUNK_BYTES: usize = 64 * 1024;

/// A part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogChunk {
    /// Whole characters from the offset asked for; empty when there is nothing beyond it.
    pub text: String,
    /// The byte to read from next.
    pub next_offset: u64,
}

impl Queue {
    /// Adds a line to a job's log, with the time in front: `2026-11-20T08:00:00.000Z text`. Line
    /// breaks and other control characters in it become spaces. Never a secret.
    ///
    /// # Errors
    /// [`QueueError::NotFound`], and those of the database.
    pub async fn log(&self, job_id: Uuid, text: &str) -> Result<(), QueueError> {
        let line = line_of(&to_text(self.now()), text);
        let mut transaction = self.begin().await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM jobs WHERE id = ?")
            .bind(job_id.to_string())
            .fetch_optional(&mut *transaction)
            .await?;
        if known.is_none() {
            return Err(QueueError::NotFound(job_id));
        }
        let start = end_of(&mut transaction, job_id).await?;
        if start >= MAX_LOG_BYTES {
            return Ok(());
        }
        let mut stored = format!("{line}\n");
        if start + stored.len() as u64 >= MAX_LOG_BYTES {
            // The last row reaches the limit with blanks, so that none comes after it.
            stored = format!("{FULL}\n");
            let missing = MAX_LOG_BYTES.saturating_sub(start + stored.len() as u64);
            stored.insert_str(0, &" ".repeat(usize::try_from(missing).unwrap_or_default()));
        }
        let next_offset = start + stored.len() as u64;
        sqlx::query("INSERT INTO job_log (job_id, start, bytes, text) VALUES (?, ?, ?, ?)")
            .bind(job_id.to_string())
            .bind(signed(start))
            .bind(signed(stored.len() as u64))
            .bind(&stored)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        failpoint::reached("queue.log_written");
        let line = stored.trim().to_owned();
        // An error means that nobody listens.
        let _ = self.inner.events.send(QueueEvent::Logged {
            job_id,
            next_offset,
            line,
        });
        Ok(())
    }

    /// Reads a job's log from a byte offset, about 64 KiB at a time. An offset inside a character
    /// reads from the next one; an offset beyond the end reads nothing and goes back to the end.
    ///
    /// # Errors
    /// [`QueueError::NotFound`], and those of the database.
    pub async fn logs(&self, job_id: Uuid, offset: u64) -> Result<LogChunk, QueueError> {
        let mut connection = self.inner.reader.acquire().await?;
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM jobs WHERE id = ?")
            .bind(job_id.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        if known.is_none() {
            return Err(QueueError::NotFound(job_id));
        }
        // The row that holds the offset is the last that begins at or before it.
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT start, text FROM job_log WHERE job_id = ?1 AND start >= coalesce( \
             (SELECT max(start) FROM job_log WHERE job_id = ?1 AND start <= ?2), 0) \
             AND start < ?2 + ?3 ORDER BY start",
        )
        .bind(job_id.to_string())
        .bind(signed(offset))
        .bind(signed(CHUNK_BYTES as u64))
        .fetch_all(&mut *connection)
        .await?;
        let first = rows
            .first()
            .map_or(0, |(start, _)| u64::try_from(*start).unwrap_or_default());
        let whole: String = rows.into_iter().map(|(_, text)| text).collect();
        let end = first + whole.len() as u64;
        let skip = usize::try_from(offset.saturating_sub(first)).unwrap_or(usize::MAX);
        let text =
            match (skip.min(whole.len())..=whole.len()).find(|at| whole.is_char_boundary(*at)) {
                Some(at) => whole[at..].to_owned(),
                None => String::new(),
            };
        Ok(LogChunk {
            text,
            next_offset: end,
        })
    }
}

async fn end_of(connection: &mut SqliteConnection, job_id: Uuid) -> Result<u64, QueueError> {
    let end: Option<i64> = sqlx::query_scalar(
        "SELECT start + bytes FROM job_log WHERE job_id = ? ORDER BY start DESC LIMIT 1",
    )
    .bind(job_id.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(end.map_or(0, |end| u64::try_from(end).unwrap_or_default()))
}

fn line_of(time: &str, text: &str) -> String {
    let mut line = format!("{time} ");
    line.extend(
        text.trim_end()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c }),
    );
    if line.len() > MAX_LINE_BYTES {
        let mut end = MAX_LINE_BYTES - "…".len();
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        line.truncate(end);
        line.push('…');
    }
    line
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
