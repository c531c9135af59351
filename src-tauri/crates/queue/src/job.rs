//! A job as the queue's callers see it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

macro_rules! stored_as_text {
    ($type:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stored and published spelling.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the stored spelling.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobStatus {
    /// Waits for its time and its lane.
    Queued,
    /// A process works on it.
    Running,
    /// Done.
    Success,
    /// Ended with a reason; a person may retry it.
    Failed,
    /// Waits for a person to resume it.
    Paused,
    /// Waits for something that only a person can do.
    NeedsManual,
    /// Its effect may or may not have happened. Only evidence or a person's word settles it.
    Unknown,
}

stored_as_text!(JobStatus {
    Queued = "queued",
    Running = "running",
    Success = "success",
    Failed = "failed",
    Paused = "paused",
    NeedsManual = "needs_manual",
    Unknown = "unknown",
});

/// Who started the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A person, for now.
    Manual,
    /// A plan or another program.
    Automated,
}

stored_as_text!(Mode { Manual = "manual", Automated = "automated" });

/// How far the run at hand has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing has happened that another run would do twice.
    Safe,
    /// The step that must not happen twice is about to happen or has happened.
    Committed,
}

stored_as_text!(Phase { Safe = "safe", Committed = "committed" });

/// Why a job is where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A stable code, such as `rate_limited`.
    pub code: String,
    /// A sentence; never a secret. Cut at 2,000 characters when stored.
    pub detail: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: detail.into(),
        }
    }
}

/// A time as a person says it. The queue runs by the instant beside it and only keeps this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallTime {
    /// `2026-11-21T19:30:00`.
    pub local: String,
    /// IANA name, such as `Europe/Paris`.
    pub zone: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// UUIDv7.
    pub id: Uuid,
    /// What the job is about: an id of the caller's.
    pub subject: String,
    /// For lists and search.
    pub label: String,
    /// Of each lane one job runs at a time.
    pub lane: String,
    /// The caller's; the queue never reads it.
    pub payload: Value,
    /// Who started it.
    pub mode: Mode,
    /// Where it stands.
    pub status: JobStatus,
    /// How far the run at hand has gone.
    pub phase: Phase,
    /// It does not run before.
    pub planned_at: DateTime<Utc>,
    /// The wall clock that the person named, where they named one.
    pub planned_wall: Option<WallTime>,
    /// Runs begun so far.
    pub attempt: u32,
    /// Runs that it may still begin by itself.
    pub attempts_left: u32,
    /// Runs that it was given; a retry by a person gives them again.
    pub max_attempts: u32,
    /// Held by one unfinished job at a time.
    pub unique_key: Option<String>,
    /// The process that runs it, while it runs.
    pub boot_id: Option<Uuid>,
    /// A person asked the running job to stop; it becomes paused at its next safe point.
    pub stop_requested: bool,
    /// When the last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When the process that runs it last said so; while it runs.
    pub heartbeat_at: Option<DateTime<Utc>>,
    /// How long the last run took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Why it failed, was paused, waits or is unknown. On a queued job: why it waits for its time,
    /// other than that a person planned it so.
    pub last_error: Option<Reason>,
    /// Where the result can be seen.
    pub result_url: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was removed; it stays readable by id.
    pub removed_at: Option<DateTime<Utc>>,
}
