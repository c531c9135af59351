//! A processed photo: what is kept of it, never where it was taken.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::PhotoId;

/// A photo after the pipeline. Its bytes lie in the photo store under `sha256`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// Identifier.
    pub id: PhotoId,
    /// SHA-256 (hex, lower case) of the very JPEG bytes that go to the site.
    pub sha256: String,
    /// The name under which it was imported.
    pub filename: String,
    /// Width of the processed picture in pixels.
    pub width: u32,
    /// Height of the processed picture in pixels.
    pub height: u32,
    /// Perceptual hash (64-bit difference hash) for near-copies.
    pub phash: u64,
    /// When the camera says it was taken (its own wall clock, no zone).
    pub captured_at: Option<NaiveDateTime>,
    /// Camera model as its metadata names it.
    pub camera: Option<String>,
    /// When it was imported.
    pub created_at: DateTime<Utc>,
}
