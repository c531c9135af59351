//! Jobs of the queue.

use serde::{Deserialize, Serialize};

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct JobView {
    /// UUIDv7.
    pub id: String,
    /// The draft's id.
    pub item_id: String,
    /// The draft's title, for lists.
    pub title: String,
    /// Thumbnail of the draft's cover: `/media/<sha256>.thumb.jpg`.
    pub thumb_url: Option<String>,
    /// The price that is published, minor units.
    pub price_cents: Option<u32>,
    /// ISO 4217.
    pub currency: String,
    /// RFC 3339.
    pub planned_at: String,
    /// `queued|running|success|failed|paused|needs_manual|unknown`.
    pub status: String,
    /// `manual|automated`.
    pub mode: String,
    /// It publishes; without it the job is a dry run.
    pub live: bool,
    /// Tries so far.
    pub attempt: u32,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// Of the last run.
    pub duration_ms: Option<u32>,
    /// A code, a colon and a sentence: `rate_limited: The site asks to wait.`
    pub last_error: Option<String>,
    /// Where the listing is.
    pub listing_url: Option<String>,
}

/// A list of jobs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct JobList {
    /// The jobs.
    pub jobs: Vec<JobView>,
}

/// What to queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct QueueRequest {
    /// Drafts, all ready.
    pub draft_ids: Vec<String>,
    /// The person's confirmation of the content as it is now.
    pub live: bool,
    /// Not before (RFC 3339); null: now.
    pub at: Option<String>,
    /// Spread over this window (RFC 3339 start and end).
    pub between: Option<(String, String)>,
}

/// A slice of a job's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LogChunk {
    /// The text from the offset asked for.
    pub chunk: String,
    /// Where to go on, in bytes.
    pub offset: u32,
}

/// What a person does with one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum JobAction {
    /// As soon as possible.
    Run,
    /// Wait for the person.
    Pause,
    /// Go on.
    Resume,
    /// Try again after a failure or a challenge.
    Retry,
    /// Out of the list; its log stays.
    Remove,
}
