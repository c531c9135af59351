use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one photo may cost, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub max_bytes: u64,
    /// Pixels of the picture as stored in the file (width times height).
    pub max_pixels: u64,
    /// Longer side of the result, in pixels. A smaller picture is never enlarged.
    pub max_edge: u32,
    /// JPEG quality of the result, 1 to 100 (the scale of libjpeg).
    pub quality: u8,
    /// Longer side of the thumbnail, in pixels.
    pub thumb_edge: u32,
    /// Time for one photo in a worker, from the first byte sent to the last byte received. Also
    /// the processor time a worker may use for one photo.
    pub wall: Duration,
    /// Address space of a worker, in bytes, beyond what it has at its start. Holds where the system
    /// can limit it (Linux).
    pub memory: u64,
    /// Whether HEIC and AVIF are read even where a worker cannot be isolated: the person's choice.
    /// It does not reach what needs a native codec older than its floor ([`crate::LIBHEIF_FLOOR`]
    /// and its kin).
    #[serde(default)]
    pub unisolated: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 15 * 1024 * 1024,
            max_pixels: 100_000_000,
            max_edge: 1600,
            quality: 80,
            thumb_edge: 320,
            wall: Duration::from_secs(10),
            // With what a worker holds at its start, less than 512 MB in all.
            memory: 480 * 1024 * 1024,
            unisolated: false,
        }
    }
}
