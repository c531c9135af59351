//! A run from its claim to its outcome.

use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::to_text;
use crate::enqueue::{has_four_digit_year, whole_millis};
use crate::record::{Record, columns};
use crate::{Job, JobEvent, Phase, Queue, QueueError, Reason};

/// The right to run a job, until its outcome is written or its process dies.
#[derive(Debug)]
pub struct Lease {
    job: Job,
    lease_id: Uuid,
    began: Instant,
    stop: CancellationToken,
}

impl Lease {
    /// The job as it was when it was claimed.
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Cancelled when the run should end at its next safe point.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }
}

/// What a heartbeat learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseState {
    /// Go on.
    Held,
    /// A person asked for the job to stop.
    StopRequested,
    /// Another process took the job over; nothing may be done for it any more.
    Lost,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Success {
        /// Where the result can be seen.
        result_url: Option<String>,
    },
    /// Failed for good.
    Failed(Reason),
    /// Waits for a person to resume it.
    Paused(Reason),
    /// Waits for something that only a person can do.
    NeedsManual(Reason),
    /// The effect may or may not have happened.
    Unknown(Reason),
    /// Nothing happened; to be tried again, if it has attempts left, else failed.
    RetryAt {
        /// Not before.
        at: DateTime<Utc>,
        /// Why it did not work.
        reason: Reason,
    },
    /// Nothing was begun: it is not its turn yet. The run does not count.
    Postponed {
        /// Not before.
        at: DateTime<Utc>,
        /// Why not.
        reason: Reason,
    },
    /// It was asked to stop and did so before anything happened. The run does not count: the job
    /// is queued as it was, or paused where a person asked for it.
    Interrupted,
}

impl Queue {
    /// Takes the due job that was planned first among the lanes that are free: not in `busy`, not
    /// held, and without a running job in any process.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim(&self, busy: &[String]) -> Result<Option<Lease>, QueueError> {
        let lease_id = Uuid::new_v4();
        let now = to_text(self.now());
        // One statement, so that of two processes which ask at once one waits for the other.
        let record: Option<Record> = sqlx::query_as(concat!(
            "UPDATE jobs SET status = 'running', phase = 'safe', attempt = attempt + 1, \
             attempts_left = max(attempts_left - 1, 0), boot_id = ?1, lease_id = ?2, \
             heartbeat_at = ?3, started_at = ?3, updated_at = ?3, stop_requested = 0, \
             duration_ms = NULL, error_code = NULL, error_detail = NULL \
             WHERE id = (SELECT id FROM jobs WHERE status = 'queued' AND removed_at IS NULL \
             AND planned_at <= ?3 \
             AND lane NOT IN (SELECT lane FROM jobs WHERE status = 'running') \
             AND lane NOT IN (SELECT value FROM json_each(?4)) \
             AND lane NOT IN (SELECT lane FROM queue_holds WHERE until IS NULL OR until > ?3) \
             AND NOT EXISTS (SELECT 1 FROM queue_holds \
             WHERE lane = '' AND (until IS NULL OR until > ?3)) \
             ORDER BY planned_at, id LIMIT 1) RETURNING ",
            columns!()
        ))
        .bind(self.boot_id().to_string())
        .bind(lease_id.to_string())
        .bind(now)
        .bind(serde_json::Value::from(busy).to_string())
        .fetch_optional(&self.inner.writer)
        .await?;
        let Some(Record { job, .. }) = record else {
            return Ok(None);
        };
        failpoint::reached("queue.claimed");
        let stop = CancellationToken::new();
        self.stops().insert(job.id, stop.clone());
        self.tell(&job);
        Ok(Some(Lease {
            job,
            lease_id,
            began: Instant::now(),
            stop,
        }))
    }

    /// Says that the run goes on, and learns whether it should.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn heartbeat(&self, lease: &Lease) -> Result<LeaseState, QueueError> {
        let stop_requested: Option<bool> = sqlx::query_scalar(
            "UPDATE jobs SET heartbeat_at = ? WHERE id = ? AND lease_id = ? \
             RETURNING stop_requested",
        )
        .bind(to_text(self.now()))
        .bind(lease.job.id.to_string())
        .bind(lease.lease_id.to_string())
        .fetch_optional(&self.inner.writer)
        .await?;
        Ok(match stop_requested {
            Some(false) => LeaseState::Held,
            Some(true) => LeaseState::StopRequested,
            None => LeaseState::Lost,
        })
    }

    /// Writes how far the run has gone, and returns when it is on disk. [`Phase::Committed`] comes
    /// before the step that must not happen twice; [`Phase::Safe`] again once it is proven that it
    /// did not happen. On an error the step must not be taken.
    ///
    /// # Errors
    /// [`QueueError::LeaseLost`], and those of the database.
    pub async fn enter(&self, lease: &Lease, phase: Phase) -> Result<(), QueueError> {
        let written =
            sqlx::query("UPDATE jobs SET phase = ?, updated_at = ? WHERE id = ? AND lease_id = ?")
                .bind(phase.as_str())
                .bind(to_text(self.now()))
                .bind(lease.job.id.to_string())
                .bind(lease.lease_id.to_string())
                .execute(&self.inner.writer)
                .await?;
        if written.rows_affected() == 0 {
            return Err(QueueError::LeaseLost(lease.job.id));
        }
        failpoint::reached(match phase {
            Phase::Safe => "queue.safe_phase_written",
            Phase::Committed => "queue.committed_phase_written",
        });
        Ok(())
    }

    /// Writes the run's outcome and ends its lease.
    ///
    /// In [`Phase::Committed`] an outcome that would run the job again (`RetryAt`, `Postponed`,
    /// `Paused`, `Interrupted`) is written as unknown.
    ///
    /// # Errors
    /// [`QueueError::LeaseLost`], [`QueueError::Invalid`], and those of the database; after the
    /// latter it may be called again.
    pub async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Job, QueueError> {
        if let Outcome::RetryAt { at, .. } | Outcome::Postponed { at, .. } = &outcome
            && !has_four_digit_year(*at)
        {
            return Err(QueueError::Invalid {
                what: "a time outside the years 0 to 9999",
            });
        }
        let id = lease.job.id;
        failpoint::reached("queue.run_ended");
        let mut transaction = self.begin().await?;
        let record = Record::find(&mut transaction, id).await?;
        let Some(mut record) = record.filter(|record| record.lease_id == Some(lease.lease_id))
        else {
            self.forget_stop(lease);
            return Err(QueueError::LeaseLost(id));
        };
        let event = event_of(&outcome, &record.job);
        let from = record.job.status;
        record.job.status = from
            .after(event)
            .ok_or(QueueError::IllegalTransition { from, event })?;
        record.job.last_error = reason_of(&outcome, event);
        match outcome {
            Outcome::Success { result_url } => record.job.result_url = result_url,
            Outcome::RetryAt { at, .. } => record.job.planned_at = whole_millis(at),
            Outcome::Postponed { at, .. } if event != JobEvent::Lose => {
                record.job.planned_at = whole_millis(at);
                record.job.attempts_left += 1;
            }
            Outcome::Interrupted if event != JobEvent::Lose => record.job.attempts_left += 1,
            _ => {}
        }
        let took = lease.began.elapsed().as_millis();
        record.job.duration_ms = Some(u64::try_from(took).unwrap_or(u64::MAX));
        record.job.updated_at = whole_millis(self.now());
        record.rescues = 0;
        record.save(&mut transaction).await?;
        transaction.commit().await?;
        failpoint::reached("queue.outcome_written");
        self.forget_stop(lease);
        Ok(self.settled(record))
    }

    fn forget_stop(&self, lease: &Lease) {
        self.stops().remove(&lease.job.id);
    }
}

/// The one place where an outcome becomes a change of state.
fn event_of(outcome: &Outcome, job: &Job) -> JobEvent {
    let committed = job.phase == Phase::Committed;
    match outcome {
        Outcome::Success { .. } => JobEvent::Succeed,
        Outcome::Failed(_) => JobEvent::Fail,
        Outcome::NeedsManual(_) => JobEvent::NeedManual,
        Outcome::Unknown(_) => JobEvent::Lose,
        Outcome::Paused(_)
        | Outcome::RetryAt { .. }
        | Outcome::Postponed { .. }
        | Outcome::Interrupted
            if committed =>
        {
            JobEvent::Lose
        }
        Outcome::Paused(_) => JobEvent::Pause,
        Outcome::RetryAt { .. } if job.attempts_left == 0 => JobEvent::Fail,
        Outcome::RetryAt { .. } | Outcome::Postponed { .. } | Outcome::Interrupted
            if job.stop_requested =>
        {
            JobEvent::Pause
        }
        Outcome::RetryAt { .. } | Outcome::Postponed { .. } | Outcome::Interrupted => {
            JobEvent::Requeue
        }
    }
}

fn reason_of(outcome: &Outcome, event: JobEvent) -> Option<Reason> {
    match outcome {
        Outcome::Success { .. } => None,
        Outcome::Failed(reason)
        | Outcome::Paused(reason)
        | Outcome::NeedsManual(reason)
        | Outcome::Unknown(reason)
        | Outcome::RetryAt { reason, .. }
        | Outcome::Postponed { reason, .. } => Some(reason.clone()),
        Outcome::Interrupted if event == JobEvent::Lose => Some(Reason::new(
            "outcome_unknown",
            "the run was stopped after its decisive step had begun",
        )),
        Outcome::Interrupted => None,
    }
}
