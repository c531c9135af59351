//! How much there is of everything, for people and for monitoring.

use contract::{Failure, JobCounts, Statistics};

use super::queue_add::queue_failure;
use crate::{App, fail};

impl App {
    /// Counts of drafts, photos, listings, attempts and jobs, and how long the queue waits.
    ///
    /// # Errors
    /// Storage only.
    pub async fn statistics(&self) -> Result<Statistics, Failure> {
        let stored = self
            .parts
            .overview
            .counts()
            .await
            .map_err(fail::record("counting"))?;
        let queue = &self.parts.queue;
        let jobs = queue.counts().await.map_err(queue_failure)?;
        let running = queue.oldest_running().await.map_err(queue_failure)?;
        let next = queue.next_planned().await.map_err(queue_failure)?;
        let now = self.parts.clock.now();
        let seconds = |since: chrono::DateTime<chrono::Utc>| {
            u32::try_from((now - since).num_seconds().max(0)).unwrap_or(u32::MAX)
        };
        Ok(Statistics {
            drafts: stored.drafts,
            photos: stored.photos,
            listings: stored.listings,
            publish_attempts: stored.attempts,
            jobs: JobCounts {
                queued: jobs.queued,
                running: jobs.running,
                success: jobs.success,
                failed: jobs.failed,
                paused: jobs.paused,
                needs_manual: jobs.needs_manual,
                unknown: jobs.unknown,
            },
            oldest_running_seconds: running.map(seconds),
            oldest_due_seconds: next
                .filter(|job| job.planned_at <= now)
                .map(|job| seconds(job.planned_at)),
        })
    }
}
