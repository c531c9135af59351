//! The queue's changes as events: those of this process at once, those of others within a second.

use std::time::Duration;

use contract::{Event, Failure, JobView};
use queue::QueueEvent;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::queue_add::queue_failure;
use crate::App;

/// How often it is looked whether another process changed something.
const LOOK: Duration = Duration::from_secs(1);

impl App {
    /// Passes the queue's changes on to [`App::events`] until `cancel`, whichever process made them.
    pub async fn forward_queue_events(&self, cancel: CancellationToken) {
        let mut events = self.parts.queue.subscribe();
        let mut looks = tokio::time::interval(LOOK);
        let mut seen = None;
        loop {
            let event = tokio::select! {
                () = cancel.cancelled() => return,
                _ = looks.tick() => None,
                event = events.recv() => Some(event),
            };
            match event {
                Some(Ok(QueueEvent::Logged { job_id, line, .. })) => {
                    self.tell(Event::JobLog {
                        job_id: job_id.to_string(),
                        line,
                    });
                }
                Some(Err(RecvError::Closed)) => return,
                // The table says what changed, in its order; the event, or that some were missed, only that it is
                // worth reading now.
                Some(Ok(QueueEvent::Changed(_)) | Err(RecvError::Lagged(_))) | None => {
                    match self.tell_changes(seen).await {
                        Ok(next) => seen = Some(next),
                        Err(failure) => {
                            tracing::warn!(%failure, "the queue's changes were not shown");
                        }
                    }
                }
            }
        }
    }

    /// Tells all changes after that one; at first, none but notes where they go on.
    async fn tell_changes(&self, seen: Option<u64>) -> Result<u64, Failure> {
        let Some(mut seen) = seen else {
            return self.queue_change().await;
        };
        loop {
            let (jobs, next) = self.queue_changes(seen).await?;
            if jobs.is_empty() {
                return Ok(next);
            }
            let mut unknown = false;
            for job in jobs {
                self.tell(Event::DraftChanged {
                    id: job.item_id.clone(),
                });
                unknown |= job.status == "unknown";
                self.tell(Event::JobUpdate { job });
            }
            if unknown {
                self.reconcile_jobs().await;
            }
            seen = next;
        }
    }

    /// The number of the queue's newest change.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_change(&self) -> Result<u64, Failure> {
        self.parts.queue.last_change().await.map_err(queue_failure)
    }

    /// Some of the jobs that changed after that change, each as it is now, and where to go on; none: that was all.
    ///
    /// # Errors
    /// Storage only.
    pub async fn queue_changes(&self, after: u64) -> Result<(Vec<JobView>, u64), Failure> {
        let changes = self.parts.queue.changes_after(after).await;
        let changes = changes.map_err(queue_failure)?;
        Ok((self.job_views(changes.jobs).await?, changes.next))
    }
}
