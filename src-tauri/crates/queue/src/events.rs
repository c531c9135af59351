//! What happens in the queue, told as it happens.

use uuid::Uuid;

use crate::{Job, Queue};

/// A change made by this process. Changes of other processes on the same database are not told;
/// [`Queue::changes_after`] has them.
#[derive(Debug, Clone)]
pub enum QueueEvent {
    /// The job was made, changed or removed (`removed_at`); this is how it is now.
    Changed(Box<Job>),
    /// A line was added to a job's log.
    Logged {
        /// The job.
        job_id: Uuid,
        /// The byte after the line: where reading goes on.
        next_offset: u64,
        /// The line without its end.
        line: String,
    },
}

impl Queue {
    pub(crate) fn tell(&self, job: &Job) {
        // An error means that nobody listens.
        let _ = self
            .inner
            .events
            .send(QueueEvent::Changed(Box::new(job.clone())));
    }
}
