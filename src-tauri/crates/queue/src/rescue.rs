//! Jobs whose process died.

use uuid::Uuid;

use crate::enqueue::whole_millis;
use crate::record::{Record, columns};
use crate::{Job, JobEvent, JobStatus, Phase, Queue, QueueError, Reason};

/// How often in a row a job is put back after its process died. A job that kills its process each
/// time would else do so for ever.
pub const MAX_RESCUES: u32 = 3;

/// What becomes of a job whose process died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rescue {
    /// Nothing happened: queued again, without counting the run.
    Requeue,
    /// Its effect may have happened.
    Unknown,
    /// It is known to be over.
    Failed(Reason),
}

impl Rescue {
    /// The careful answer for any job: again from a safe phase, else unknown.
    #[must_use]
    pub fn by_phase(job: &Job) -> Self {
        match job.phase {
            Phase::Safe => Self::Requeue,
            Phase::Committed => Self::Unknown,
        }
    }
}

impl Queue {
    /// Takes the running jobs of dead processes out of `running`, as `decide` says of each; a job
    /// to be queued again for more than [`MAX_RESCUES`] times in a row fails with `worker_died`.
    /// Jobs of living processes, this one among them, are left alone. Gives the rescued jobs.
    ///
    /// # Errors
    /// Those of the database; then nothing was rescued.
    pub async fn rescue(&self, decide: impl Fn(&Job) -> Rescue) -> Result<Vec<Job>, QueueError> {
        let owners: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT boot_id FROM jobs WHERE status = 'running' AND boot_id <> ?",
        )
        .bind(self.boot_id().to_string())
        .fetch_all(&self.inner.reader)
        .await?;
        let dead: Vec<String> = owners
            .into_iter()
            .filter(|owner| {
                Uuid::parse_str(owner).map_or(true, |owner| !self.inner.presence.is_alive(owner))
            })
            .collect();
        if dead.is_empty() {
            return Ok(Vec::new());
        }

        let mut transaction = self.begin().await?;
        let mut orphans: Vec<Record> = sqlx::query_as(concat!(
            "SELECT ",
            columns!(),
            " FROM jobs WHERE status = 'running' AND boot_id IN (SELECT value FROM json_each(?))"
        ))
        .bind(serde_json::Value::from(dead).to_string())
        .fetch_all(&mut *transaction)
        .await?;
        for orphan in &mut orphans {
            let rescue = decide(&orphan.job);
            apply(orphan, rescue)?;
            orphan.job.updated_at = whole_millis(self.now());
            orphan.save(&mut transaction).await?;
        }
        transaction.commit().await?;
        failpoint::reached("queue.rescued");
        Ok(orphans
            .into_iter()
            .map(|orphan| self.settled(orphan))
            .collect())
    }
}

fn apply(orphan: &mut Record, rescue: Rescue) -> Result<(), QueueError> {
    let (event, reason) = match rescue {
        Rescue::Requeue if orphan.rescues >= MAX_RESCUES => (
            JobEvent::Fail,
            Reason::new(
                "worker_died",
                "the program ended during each of the last runs",
            ),
        ),
        Rescue::Requeue => {
            orphan.rescues += 1;
            orphan.job.attempts_left += 1;
            let event = if orphan.job.stop_requested {
                JobEvent::Pause
            } else {
                JobEvent::Requeue
            };
            (
                event,
                Reason::new("worker_died", "the program ended during the last run"),
            )
        }
        Rescue::Unknown => (
            JobEvent::Lose,
            Reason::new(
                "outcome_unknown",
                "the program ended after the decisive step of the run had begun",
            ),
        ),
        Rescue::Failed(reason) => (JobEvent::Fail, reason),
    };
    let from = JobStatus::Running;
    orphan.job.status = from
        .after(event)
        .ok_or(QueueError::IllegalTransition { from, event })?;
    orphan.job.last_error = Some(reason);
    Ok(())
}
