//! Jobs of the queue.

use serde::{Deserialize, Serialize};

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
#[schema(as = Job)]
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
    /// The wall clock that the person named for it, `2026-11-21T19:30:00`; null where they named none.
    #[serde(default)]
    pub planned_local: Option<String>,
    /// Its IANA zone, such as `Europe/Paris`.
    #[serde(default)]
    pub planned_zone: Option<String>,
    /// The account's name.
    #[serde(default)]
    pub account: Option<String>,
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
    /// A code, a colon and a sentence: `rate_limited: The site asks to wait.` On a queued job: why it waits for its
    /// time, other than that the person planned it so.
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
    /// Not before: RFC 3339, or by the machine's wall clock `19:30` or `2026-11-21 19:30`; null: now.
    pub at: Option<String>,
    /// Spread over this window (start and end, as `at`); what it does not hold goes into the same window of the
    /// next days.
    pub between: Option<(String, String)>,
    /// The account's name; null: the one that is used where nobody named one.
    pub account: Option<String>,
}

/// When the jobs of a request go out: said before anything is queued, and again with what was queued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlanView {
    /// The IANA zone in which its days are counted.
    pub zone: String,
    /// Planned for this very day.
    pub today: u32,
    /// Planned for later days.
    pub later: u32,
    /// The first of those (RFC 3339).
    pub first_of_later: Option<String>,
    /// Nothing was moved: all go out in the window, or as soon, as was asked.
    pub fits: bool,
    /// How many were moved by a budget or a full window.
    pub moved: u32,
    /// What moved them: `hour`, `day` or `window`.
    pub moved_by: Option<String>,
    /// Day by day.
    pub days: Vec<PlanDay>,
    /// Job by job, in the order of the request.
    pub times: Vec<PlanTime>,
}

/// What a plan does on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlanDay {
    /// `2026-11-21`, in the plan's zone.
    pub date: String,
    /// How many.
    pub count: u32,
    /// The first (RFC 3339).
    pub first: String,
    /// The last (RFC 3339).
    pub last: String,
}

/// When one draft goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PlanTime {
    /// The draft.
    pub draft_id: String,
    /// RFC 3339.
    pub planned_at: String,
}

/// What was queued, and when it goes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct QueueAdded {
    /// The new jobs, in the order of the request.
    pub jobs: Vec<JobView>,
    /// When.
    pub plan: PlanView,
}

/// Which jobs, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct JobQuery {
    /// In one of these states; empty: in any.
    pub statuses: Vec<String>,
    /// With this text in the title; or exactly this draft's or job's id.
    pub search: String,
    /// From 1; 0 means 1.
    pub page: u32,
    /// At most 500; 0 means 100.
    pub page_size: u32,
}

/// One page of jobs, by planned time, then status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct JobsPage {
    /// The jobs of the page.
    pub jobs: Vec<JobView>,
    /// From 1.
    pub page: u32,
    /// As it was taken.
    pub page_size: u32,
    /// Jobs on all pages.
    pub total: u32,
}

/// Whether the queue goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct QueueState {
    /// All accounts wait at the person's word.
    pub paused: bool,
    /// Accounts that wait, and why; one entry for each reason.
    pub waiting: Vec<AccountWait>,
}

/// Why the jobs of an account wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct AccountWait {
    /// The account's name.
    pub account: String,
    /// `paused` at the person's word, or a code such as `rate_limited` or `session_expired`.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// Until when (RFC 3339); null: until the person does something.
    pub until: Option<String>,
}

/// A slice of a job's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, utoipa::ToSchema)]
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
