//! Durable jobs with leases, attempts and logs. Knows nothing of a marketplace.
//!
//! A job is a row with a payload that this crate never reads, a time before which it does not run,
//! and a lane; of each lane one job runs at a time. A [`worker`] claims due jobs and hands them to
//! a [`Handler`]. A run is tied to its process: when that process dies, the next one finds the job
//! and puts it back, or, where its effect may have happened already ([`Phase::Committed`]), marks
//! it `unknown`. An unknown job is never run again by itself.
//!
//! The tables are those of `migrations/0002_queue.sql`, `0003_queue_plans.sql` and `0025_job_changes.sql`.

mod backoff;
mod changes;
mod claim;
mod clock;
mod enqueue;
mod error;
mod events;
mod hold;
mod job;
mod list;
mod log;
mod presence;
mod queue;
mod record;
mod rescue;
mod steer;
mod transition;
pub mod worker;

pub use backoff::Backoff;
pub use changes::Changes;
pub use claim::{Lease, LeaseState, Outcome};
pub use clock::{Clock, SystemClock};
pub use enqueue::{MAX_PAYLOAD_BYTES, NewJob};
pub use error::QueueError;
pub use events::QueueEvent;
pub use hold::{Hold, HoldScope};
pub use job::{Job, JobStatus, Mode, Phase, Reason, WallTime};
pub use list::{Counts, JobFilter, JobPage, MAX_PAGE_SIZE};
pub use log::{LogChunk, MAX_LINE_BYTES, MAX_LOG_BYTES};
pub use presence::Presence;
pub use queue::Queue;
pub use rescue::{MAX_RESCUES, Rescue};
pub use steer::Settlement;
pub use transition::JobEvent;
pub use worker::{Handler, Run};
