//! The loop that runs jobs: claims what is due, keeps the lease alive, stops what should stop, and
//! writes each outcome.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use crate::{Job, Lease, LeaseState, Outcome, Phase, Queue, QueueError, Reason, Rescue};

/// Does the work of jobs.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Runs one job to its outcome. When [`Run::stop`] is cancelled it should end soon, with
    /// [`Outcome::Interrupted`] where nothing has happened yet. A panic is a failed run.
    async fn handle(&self, run: &Run) -> Outcome;

    /// What becomes of a job whose process died during its run.
    fn rescue(&self, job: &Job) -> Rescue {
        Rescue::by_phase(job)
    }
}

/// One run of a job, in its handler's hands.
#[derive(Debug, Clone)]
pub struct Run {
    queue: Queue,
    lease: Arc<Lease>,
}

impl Run {
    /// The job as it was when the run began.
    #[must_use]
    pub fn job(&self) -> &Job {
        self.lease.job()
    }

    /// Cancelled when the run should end at its next safe point.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        self.lease.stop()
    }

    /// Writes how far the run has gone; see [`Queue::enter`].
    ///
    /// # Errors
    /// As [`Queue::enter`]; the step must not be taken then.
    pub async fn enter(&self, phase: Phase) -> Result<(), QueueError> {
        self.queue.enter(&self.lease, phase).await
    }

    /// Adds a line to the job's log. A log that cannot be written does not end the run; the
    /// program's own log says so.
    pub async fn log(&self, line: &str) {
        if let Err(error) = self.queue.log(self.job().id, line).await {
            tracing::warn!(job = %self.job().id, %error, "a job's log line was not kept");
        }
    }
}

/// The bounds of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many jobs run at once, each in a lane of its own.
    pub parallel: usize,
    /// How long it may take to notice what another process queued, that a process died, or that
    /// the computer woke up.
    pub poll: Duration,
    /// How often a run says that it lives.
    pub heartbeat: Duration,
    /// How long a run may take before it is asked to stop.
    pub longest_run: Duration,
    /// How long a run that was asked to stop may take to do so.
    pub grace: Duration,
    /// How often the worker tries to write an outcome, `poll` apart, while the disk is full or the
    /// database is busy. The lane stays taken meanwhile.
    pub finish_tries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parallel: 2,
            poll: Duration::from_secs(2),
            heartbeat: Duration::from_secs(5),
            longest_run: Duration::from_secs(30 * 60),
            grace: Duration::from_secs(30),
            finish_tries: 150,
        }
    }
}

/// Runs jobs until `cancel`, or, with `until_empty`, until no job is left that could run: those
/// planned for later are waited for; those that wait for a later try, and those of held lanes, are
/// not. Runs that are under way when it is cancelled are stopped at their next safe point.
///
/// # Errors
/// Those of the database that do not pass by themselves.
pub async fn run(
    queue: Queue,
    handler: Arc<dyn Handler>,
    cancel: CancellationToken,
    until_empty: bool,
) -> Result<(), QueueError> {
    run_within(queue, handler, cancel, until_empty, Limits::default()).await
}

/// [`run`] with other bounds.
///
/// # Errors
/// As [`run`].
pub async fn run_within(
    queue: Queue,
    handler: Arc<dyn Handler>,
    cancel: CancellationToken,
    until_empty: bool,
    limits: Limits,
) -> Result<(), QueueError> {
    // A child, so that an error here stops the runs without cancelling the caller's token.
    let cancel = cancel.child_token();
    let mut runs = JoinSet::new();
    let result = feed(&queue, &handler, &cancel, until_empty, limits, &mut runs).await;
    cancel.cancel();
    while let Some(ended) = runs.join_next().await {
        report(ended);
    }
    result
}

async fn feed(
    queue: &Queue,
    handler: &Arc<dyn Handler>,
    cancel: &CancellationToken,
    until_empty: bool,
    limits: Limits,
    runs: &mut JoinSet<()>,
) -> Result<(), QueueError> {
    while !cancel.is_cancelled() {
        let next = match begin_due(queue, handler, cancel, until_empty, limits, runs).await {
            Ok(next) => next,
            Err(error) if error.is_passing() => {
                tracing::warn!(%error, "the queue cannot be read now; trying again");
                Some(limits.poll)
            }
            Err(error) => return Err(error),
        };
        let Some(pause) = next else { return Ok(()) };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = queue.inner.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
            Some(ended) = runs.join_next() => report(ended),
        }
    }
    Ok(())
}

/// Begins what is due; gives how long to wait for more, or none when nothing is to come.
async fn begin_due(
    queue: &Queue,
    handler: &Arc<dyn Handler>,
    cancel: &CancellationToken,
    until_empty: bool,
    limits: Limits,
    runs: &mut JoinSet<()>,
) -> Result<Option<Duration>, QueueError> {
    for job in queue.rescue(|job| handler.rescue(job)).await? {
        tracing::warn!(job = %job.id, status = %job.status, "took over a job of a dead process");
    }
    while runs.len() < limits.parallel.max(1) {
        let Some(lease) = queue.claim(&[]).await? else {
            break;
        };
        runs.spawn(run_one(
            queue.clone(),
            Arc::clone(handler),
            lease,
            cancel.clone(),
            limits,
        ));
    }
    let next = queue.next_due(!until_empty).await?;
    if until_empty && next.is_none() && runs.is_empty() {
        return Ok(None);
    }
    let until_next = next.and_then(|at| (at - queue.now()).to_std().ok());
    Ok(Some(
        until_next
            .map_or(limits.poll, |wait| wait.min(limits.poll))
            .max(MIN_PAUSE),
    ))
}

/// The least time between two looks at the queue.
const MIN_PAUSE: Duration = Duration::from_millis(5);

async fn run_one(
    queue: Queue,
    handler: Arc<dyn Handler>,
    lease: Lease,
    shutdown: CancellationToken,
    limits: Limits,
) {
    let lease = Arc::new(lease);
    let Some(outcome) = watch(&queue, handler, &lease, shutdown.clone(), limits).await else {
        tracing::warn!(job = %lease.job().id, "another process took the job over");
        return;
    };
    for _ in 0..limits.finish_tries.max(1) {
        match queue.finish(&lease, outcome.clone()).await {
            Ok(job) => {
                tracing::info!(job = %job.id, status = %job.status, "a job ended");
                return;
            }
            Err(error) if error.is_passing() => {
                tracing::warn!(job = %lease.job().id, %error, "a job's outcome waits for the disk");
                tokio::select! {
                    () = tokio::time::sleep(limits.poll) => {}
                    // At shutdown there is one more try; then the next start rescues the job.
                    () = shutdown.cancelled() => {
                        if queue.finish(&lease, outcome.clone()).await.is_ok() { return }
                        break;
                    }
                }
            }
            Err(error) => {
                tracing::error!(job = %lease.job().id, %error, "a job's outcome was not kept");
                return;
            }
        }
    }
    tracing::error!(job = %lease.job().id, "a job's outcome was not kept: the disk gave no way");
}

/// Lets the handler work and watches over it. None when the lease was lost.
async fn watch(
    queue: &Queue,
    handler: Arc<dyn Handler>,
    lease: &Arc<Lease>,
    shutdown: CancellationToken,
    limits: Limits,
) -> Option<Outcome> {
    let run = Run {
        queue: queue.clone(),
        lease: Arc::clone(lease),
    };
    let mut work = tokio::spawn(async move { handler.handle(&run).await });
    let mut beat = tokio::time::interval(limits.heartbeat.max(MIN_PAUSE));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let overdue = tokio::time::sleep_until(Instant::now() + limits.longest_run);
    tokio::pin!(overdue);
    let patience = async {
        lease.stop().cancelled().await;
        tokio::time::sleep(limits.grace).await;
    };
    tokio::pin!(patience);
    let mut lost = false;
    let mut too_long = false;
    let ended = loop {
        tokio::select! {
            biased;
            ended = &mut work => break ended,
            () = shutdown.cancelled(), if !lease.stop().is_cancelled() => lease.stop().cancel(),
            () = &mut overdue, if !too_long => {
                too_long = true;
                lease.stop().cancel();
            }
            () = &mut patience => {
                work.abort();
                break work.await;
            }
            _ = beat.tick(), if !lost => match queue.heartbeat(lease).await {
                Ok(LeaseState::Held) => {}
                Ok(LeaseState::StopRequested) => lease.stop().cancel(),
                Ok(LeaseState::Lost) => {
                    lost = true;
                    lease.stop().cancel();
                }
                Err(error) => tracing::warn!(job = %lease.job().id, %error, "no heartbeat"),
            },
        }
    };
    if lost {
        return None;
    }
    match ended {
        Ok(Outcome::Interrupted) if too_long => Some(ran_too_long(queue, lease).await),
        Ok(outcome) => Some(outcome),
        Err(error) if error.is_panic() => Some(
            broken_off(
                queue,
                lease,
                Reason::new("internal", "the job's work stopped unexpectedly"),
            )
            .await,
        ),
        Err(_) if too_long => Some(ran_too_long(queue, lease).await),
        // It was asked to stop and did not: what its phase says decides.
        Err(_) => Some(Outcome::Interrupted),
    }
}

async fn ran_too_long(queue: &Queue, lease: &Lease) -> Outcome {
    broken_off(
        queue,
        lease,
        Reason::new("internal", "the run took too long and was stopped"),
    )
    .await
}

/// A run that broke off failed, unless its decisive step may have happened.
async fn broken_off(queue: &Queue, lease: &Lease, reason: Reason) -> Outcome {
    match queue.get(lease.job().id).await {
        Ok(job) if job.phase == Phase::Safe => Outcome::Failed(reason),
        // Where the phase cannot be read, the careful answer.
        Ok(_) | Err(_) => Outcome::Unknown(reason),
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(
            panicked = error.is_panic(),
            "a job's supervision ended unexpectedly"
        );
    }
}
