//! New jobs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::record::Record;
use crate::{Job, JobStatus, Mode, Phase, Queue, QueueError, Reason, WallTime};

/// The most that a payload may take as JSON.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;
const MAX_TEXT_BYTES: usize = 1024;

/// A job to be.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What the job is about: an id of the caller's.
    pub subject: String,
    /// For lists and search.
    pub label: String,
    /// Of each lane one job runs at a time. Not empty.
    pub lane: String,
    /// The caller's; the queue never reads it. Never a secret: it is stored in the clear.
    pub payload: Value,
    /// Not before; a time gone by means as soon as possible.
    pub planned_at: DateTime<Utc>,
    /// The wall clock that the person named for it.
    pub planned_wall: Option<WallTime>,
    /// Why it waits for `planned_at`, where not because a person planned it so. A worker that ends
    /// with the work at hand does not wait for such a job.
    pub waits: Option<Reason>,
    /// Who starts it.
    pub mode: Mode,
    /// How often it may run by itself, from 1. Runs cut short by a dead process before anything
    /// happened do not count.
    pub max_attempts: u32,
    /// Held until the job succeeds, fails or is removed; meanwhile no other job gets it.
    pub unique_key: Option<String>,
}

impl Queue {
    /// Puts a job into the queue.
    ///
    /// # Errors
    /// [`QueueError::Duplicate`], [`QueueError::Invalid`], and those of the database.
    pub async fn enqueue(&self, new: NewJob) -> Result<Job, QueueError> {
        let mut jobs = self.enqueue_all(vec![new]).await?;
        jobs.pop().ok_or(QueueError::Invalid {
            what: "an empty list",
        })
    }

    /// Puts all these jobs into the queue, or none.
    ///
    /// # Errors
    /// As [`Queue::enqueue`], of the first job that is refused.
    pub async fn enqueue_all(&self, new: Vec<NewJob>) -> Result<Vec<Job>, QueueError> {
        let now = self.now();
        let records = new
            .into_iter()
            .map(|new| record_of(new, now))
            .collect::<Result<Vec<Record>, QueueError>>()?;
        let mut transaction = self.begin().await?;
        for record in &records {
            let inserted = record.insert(&mut transaction).await;
            self.or_duplicate(inserted, &mut transaction, record.job.unique_key.as_deref())
                .await?;
        }
        transaction.commit().await?;
        failpoint::reached("queue.enqueued");
        Ok(records
            .into_iter()
            .map(|record| self.settled(record))
            .collect())
    }
}

fn record_of(new: NewJob, now: DateTime<Utc>) -> Result<Record, QueueError> {
    let wall = new.planned_wall.as_ref();
    let texts = [&new.subject, &new.label, &new.lane]
        .into_iter()
        .chain(wall.map(|wall| &wall.local))
        .chain(wall.map(|wall| &wall.zone));
    if texts.into_iter().any(|text| text.len() > MAX_TEXT_BYTES) {
        return Err(QueueError::Invalid {
            what: "a text of more than 1,024 bytes",
        });
    }
    if new.lane.is_empty() {
        return Err(QueueError::Invalid {
            what: "a job without a lane",
        });
    }
    if new.max_attempts == 0 {
        return Err(QueueError::Invalid {
            what: "a job that may never run",
        });
    }
    if new.payload.to_string().len() > MAX_PAYLOAD_BYTES {
        return Err(QueueError::Invalid {
            what: "a payload of more than 64 KiB",
        });
    }
    if !has_four_digit_year(new.planned_at) {
        return Err(QueueError::Invalid {
            what: "a time outside the years 0 to 9999",
        });
    }
    Ok(Record {
        job: Job {
            id: Uuid::now_v7(),
            subject: new.subject,
            label: new.label,
            lane: new.lane,
            payload: new.payload,
            mode: new.mode,
            status: JobStatus::Queued,
            phase: Phase::Safe,
            planned_at: whole_millis(new.planned_at),
            planned_wall: new.planned_wall,
            attempt: 0,
            attempts_left: new.max_attempts,
            max_attempts: new.max_attempts,
            unique_key: new.unique_key,
            boot_id: None,
            stop_requested: false,
            started_at: None,
            heartbeat_at: None,
            duration_ms: None,
            last_error: new.waits,
            result_url: None,
            created_at: whole_millis(now),
            updated_at: whole_millis(now),
            removed_at: None,
        },
        lease_id: None,
        rescues: 0,
    })
}

/// Others do not fit the 24 characters of a stored time.
pub(crate) fn has_four_digit_year(time: DateTime<Utc>) -> bool {
    use chrono::Datelike;
    (0..=9999).contains(&time.year())
}

/// As it will be read back.
pub(crate) fn whole_millis(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
}
