//! What people do with a job.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::enqueue::{has_four_digit_year, whole_millis};
use crate::record::Record;
use crate::{Job, JobEvent, JobStatus, Phase, Queue, QueueError, Reason, WallTime};

/// How an open question about a job was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The effect happened.
    Success {
        /// Where the result can be seen.
        result_url: Option<String>,
    },
    /// It did not.
    Failed(Reason),
}

impl Queue {
    /// Makes a queued job wait until it is resumed. A running one is asked to stop: it goes on to
    /// its next safe point with `stop_requested` set, and is paused then.
    ///
    /// # Errors
    /// [`QueueError::NotFound`], [`QueueError::IllegalTransition`], and those of the database.
    pub async fn pause(&self, id: Uuid, reason: Reason) -> Result<Job, QueueError> {
        let mut transaction = self.begin().await?;
        let record = Record::find(&mut transaction, id)
            .await?
            .filter(|record| record.job.removed_at.is_none())
            .ok_or(QueueError::NotFound(id))?;
        if record.job.status != JobStatus::Running {
            // Another process may claim it in between; then this says so.
            transaction.rollback().await?;
            return self
                .change(id, JobEvent::Pause, |record| {
                    record.job.last_error = Some(reason)
                })
                .await;
        }
        let mut record = record;
        record.job.stop_requested = true;
        record.job.updated_at = whole_millis(self.now());
        record.save(&mut transaction).await?;
        transaction.commit().await?;
        // A run in another process learns it from its next heartbeat.
        if let Some(stop) = self.stops().get(&id) {
            stop.cancel();
        }
        Ok(self.settled(record))
    }

    /// Puts a paused job back, at the time it was planned for.
    ///
    /// # Errors
    /// As [`Queue::pause`].
    pub async fn resume(&self, id: Uuid) -> Result<Job, QueueError> {
        self.change(id, JobEvent::Resume, |record| record.job.last_error = None)
            .await
    }

    /// Plans a queued or paused job for now.
    ///
    /// # Errors
    /// As [`Queue::pause`].
    pub async fn run_now(&self, id: Uuid) -> Result<Job, QueueError> {
        let now = whole_millis(self.now());
        self.change(id, JobEvent::RunNow, |record| {
            record.job.planned_at = now;
            record.job.planned_wall = None;
            record.job.last_error = None;
        })
        .await
    }

    /// Runs a failed job, or one that waited for a person, once more, with all its attempts.
    ///
    /// # Errors
    /// As [`Queue::pause`]; [`QueueError::Duplicate`] where another job took its unique key.
    pub async fn retry(&self, id: Uuid) -> Result<Job, QueueError> {
        let now = whole_millis(self.now());
        self.change(id, JobEvent::Retry, |record| {
            record.job.planned_at = now;
            record.job.planned_wall = None;
            record.job.phase = Phase::Safe;
            record.job.attempts_left = record.job.max_attempts;
            record.job.last_error = None;
            record.rescues = 0;
        })
        .await
    }

    /// Moves a queued or paused job to another time; the order of the queue is that of the times. `wall` is what the
    /// person said, where they said it by a clock.
    ///
    /// # Errors
    /// As [`Queue::pause`], and [`QueueError::Invalid`].
    pub async fn reschedule(
        &self,
        id: Uuid,
        planned_at: DateTime<Utc>,
        wall: Option<WallTime>,
    ) -> Result<Job, QueueError> {
        if !has_four_digit_year(planned_at) {
            return Err(QueueError::Invalid {
                what: "a time outside the years 0 to 9999",
            });
        }
        self.change(id, JobEvent::Reschedule, |record| {
            record.job.planned_at = whole_millis(planned_at);
            record.job.planned_wall = wall;
            if record.job.status == JobStatus::Queued {
                // It named why the job waited for the time it had.
                record.job.last_error = None;
            }
        })
        .await
    }

    /// Moves several queued jobs at once, each with the reason why it waits for its new time. A job
    /// that is not queued any more is left as it is.
    ///
    /// # Errors
    /// [`QueueError::Invalid`], and those of the database; then none was moved.
    pub async fn spread(
        &self,
        moves: Vec<(Uuid, DateTime<Utc>, Reason)>,
    ) -> Result<(), QueueError> {
        if moves.iter().any(|(_, at, _)| !has_four_digit_year(*at)) {
            return Err(QueueError::Invalid {
                what: "a time outside the years 0 to 9999",
            });
        }
        let mut transaction = self.begin().await?;
        let mut moved = Vec::new();
        for (id, at, reason) in moves {
            let record = Record::find(&mut transaction, id).await?;
            let Some(mut record) = record.filter(|record| {
                record.job.status == JobStatus::Queued && record.job.removed_at.is_none()
            }) else {
                continue;
            };
            record.job.planned_at = whole_millis(at);
            record.job.planned_wall = None;
            record.job.last_error = Some(reason);
            record.job.updated_at = whole_millis(self.now());
            record.save(&mut transaction).await?;
            moved.push(record);
        }
        transaction.commit().await?;
        for record in moved {
            self.settled(record);
        }
        Ok(())
    }

    /// Answers the question that an unknown job, or one that waits for a person, leaves open.
    ///
    /// # Errors
    /// As [`Queue::pause`].
    pub async fn settle(&self, id: Uuid, settlement: Settlement) -> Result<Job, QueueError> {
        match settlement {
            Settlement::Success { result_url } => {
                self.change(id, JobEvent::SettleSuccess, |record| {
                    record.job.last_error = None;
                    record.job.result_url = result_url;
                })
                .await
            }
            Settlement::Failed(reason) => {
                self.change(id, JobEvent::SettleFailure, |record| {
                    record.job.last_error = Some(reason);
                })
                .await
            }
        }
    }

    /// Takes a job out of the lists. Its row and log stay readable by id.
    ///
    /// # Errors
    /// As [`Queue::pause`].
    pub async fn remove(&self, id: Uuid) -> Result<Job, QueueError> {
        let now = whole_millis(self.now());
        self.change(id, JobEvent::Remove, |record| {
            record.job.removed_at = Some(now)
        })
        .await
    }
}
