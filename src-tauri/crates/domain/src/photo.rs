//! A processed photo: what is kept of it, never where it was taken.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ids::PhotoId, photo_edit::PhotoEdit};

/// Whether a text is a photo's hash as [`Photo::sha256`] writes it, and so may name a file.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

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
    /// How the camera stored it: the value 1 to 8 of EXIF's Orientation. The photo itself stands upright.
    pub orientation: u8,
    /// What a person changed of it; none: nothing yet.
    pub edited: Option<Edited>,
    /// When it was imported.
    pub created_at: DateTime<Utc>,
}

/// What an edited photo was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    /// The photo as it was imported.
    pub master: Master,
    /// The changes, oldest first.
    pub edits: Vec<PhotoEdit>,
}

/// A photo as it was imported, from which every edit is made anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Master {
    /// SHA-256 (hex) under which its bytes lie in the photo store.
    pub sha256: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Perceptual hash.
    pub phash: u64,
}

impl Photo {
    /// The photo as it was imported.
    #[must_use]
    pub fn master(&self) -> Master {
        match &self.edited {
            Some(edited) => edited.master.clone(),
            None => Master {
                sha256: self.sha256.clone(),
                width: self.width,
                height: self.height,
                phash: self.phash,
            },
        }
    }

    /// What was changed of it so far, oldest first.
    #[must_use]
    pub fn edits(&self) -> &[PhotoEdit] {
        self.edited.as_ref().map_or(&[], |edited| &edited.edits)
    }
}
