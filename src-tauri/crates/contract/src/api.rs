//! What the local HTTP API adds: uploads in parts, pages of drafts, counts, pings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::DraftView;

/// A file that will come in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "filename": "IMG_1.HEIC", "size": 2_400_000, "mime": "image/heic" }))]
pub struct UploadRequest {
    /// Its name; only the last part of a path counts.
    pub filename: String,
    /// Bytes.
    pub size: u64,
    /// What it is said to be; the content decides.
    #[serde(default)]
    pub mime: String,
}

/// An upload that waits for its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadBegun {
    /// UUIDv7.
    pub upload_id: String,
    /// Bytes of every part but the last, which has the rest.
    pub part_size: u64,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Upload)]
pub struct UploadView {
    /// UUIDv7.
    pub id: String,
    /// The file's name.
    pub filename: String,
    /// Bytes of the whole.
    pub size: u64,
    /// As its sender said.
    pub mime: String,
    /// Where the photo is, once it is ready: `/media/<sha256>.jpg`.
    pub storage_url: Option<String>,
    /// `pending|processing|ready|failed`.
    pub status: String,
    /// RFC 3339.
    pub created_at: String,
    /// The photo, once it is ready: what a listing's `photos` names.
    pub photo_id: Option<String>,
    /// A code, where it failed.
    pub reason: Option<String>,
    /// Parts that have not come yet, while it is pending.
    pub missing_parts: Vec<u64>,
}

/// Which drafts, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftPageRequest {
    /// `draft|published|archived`; none: any.
    pub status: Option<String>,
    /// A category, with all below it.
    pub category: Option<String>,
    /// Target price at least, minor units.
    pub min_cents: Option<u32>,
    /// Target price at most, minor units.
    pub max_cents: Option<u32>,
    /// Words sought in title, description, brand and category.
    pub search: String,
    /// From 1; 0 means 1.
    pub page: u32,
    /// At most 1000; 0 means 20.
    pub page_size: u32,
}

/// One page of drafts, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftsPage {
    /// The drafts of the page.
    pub drafts: Vec<DraftView>,
    /// From 1.
    pub page: u32,
    /// As it was taken.
    pub page_size: u32,
    /// Drafts on all pages.
    pub total: u32,
}

/// How much there is of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    /// Drafts by status.
    pub drafts: BTreeMap<String, u64>,
    /// Photos.
    pub photos: u64,
    /// Listings that were published from here.
    pub listings: u64,
    /// Attempts to publish by what became of them.
    pub publish_attempts: BTreeMap<String, u64>,
    /// Jobs by status.
    pub jobs: JobCounts,
    /// How long the job that runs longest has been running.
    pub oldest_running_seconds: Option<u32>,
    /// For how long the next job has been due; null where none is.
    pub oldest_due_seconds: Option<u32>,
}

/// Jobs by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs, reason = "the fields are the states")]
pub struct JobCounts {
    pub queued: u64,
    pub running: u64,
    pub success: u64,
    pub failed: u64,
    pub paused: u64,
    pub needs_manual: u64,
    pub unknown: u64,
}

/// What each thing outside answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ping {
    /// `database`, `vault`, `browser`, `site`.
    pub integrations: Vec<PingView>,
}

/// What one thing answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Integration)]
pub struct PingView {
    /// Which.
    pub name: String,
    /// It answers.
    pub ok: bool,
    /// How long that took.
    pub latency_ms: u32,
    /// What was found, or why it does not answer.
    pub detail: String,
}

/// What was put back from an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, ToSchema)]
pub struct RestoreResult {
    /// Drafts that were not here.
    pub drafts: u32,
    /// Photos that were not here.
    pub photos: u32,
    /// Drafts that were here already and stayed as they are.
    pub skipped: u32,
    /// SHA-256 (hex) of photos that the file names without their bytes.
    pub missing: Vec<String>,
}
