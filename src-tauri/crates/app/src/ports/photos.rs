//! The photo pipeline and where processed photos lie.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use chrono::NaiveDateTime;
use contract::Code;
use domain::photo_edit::Rendering;

/// A photo as it leaves the pipeline; never with a place.
#[derive(Clone, Debug)]
pub struct Processed {
    /// The JPEG that goes to the site.
    pub jpeg: Vec<u8>,
    /// SHA-256 (hex) of `jpeg`.
    pub sha256: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// JPEG, 320 px on the longer side.
    pub thumb: Vec<u8>,
    /// 64-bit perceptual hash.
    pub phash: u64,
    /// The camera's wall clock.
    pub captured_at: Option<NaiveDateTime>,
    /// The camera's model.
    pub camera: Option<String>,
    /// How the camera stored it: EXIF's Orientation, 1 to 8.
    pub orientation: u8,
}

/// Why a file became no photo.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct PhotoRefusal {
    /// One of the photo codes.
    pub code: Code,
    /// An English sentence.
    pub message: String,
}

/// Bytes in, clean photo out; one call never harms another.
#[async_trait]
pub trait PhotoPipeline: Send + Sync {
    /// Reads a file whole, where it is a regular one and not too large.
    ///
    /// # Errors
    /// `file_unreadable` or `file_too_large`.
    async fn read(&self, path: &Path) -> Result<Vec<u8>, PhotoRefusal>;

    /// Decodes, turns, converts, shrinks, strips and hashes. `show` gets the thumbnail (a JPEG) as soon as there is
    /// one; the file may be refused after that.
    ///
    /// # Errors
    /// A refusal with its code; other photos are not affected.
    async fn process(
        &self,
        bytes: Vec<u8>,
        show: &mut (dyn for<'t> FnMut(&'t [u8]) + Send),
    ) -> Result<Processed, PhotoRefusal>;

    /// A processed photo's bytes, cropped and turned, as a photo of its own.
    ///
    /// # Errors
    /// A refusal with its code.
    async fn edit(&self, master: Vec<u8>, rendering: Rendering) -> Result<Processed, PhotoRefusal>;

    /// A processed photo's bytes as a JPEG whose longer side is at most `edge` pixels; nothing in it but pixels.
    ///
    /// # Errors
    /// A refusal with its code.
    async fn shrink(&self, photo: Vec<u8>, edge: u32) -> Result<Vec<u8>, PhotoRefusal>;
}

/// Processed photos on disk, each once under its SHA-256.
#[async_trait]
pub trait PhotoFiles: Send + Sync {
    /// Stores picture and thumbnail durably; returns whether the picture is new.
    ///
    /// # Errors
    /// When the disk refuses; nothing half-written is left under the final name.
    async fn put(&self, photo: &Processed) -> Result<bool, std::io::Error>;

    /// Where the picture lies.
    fn picture(&self, sha256: &str) -> PathBuf;

    /// Where the thumbnail lies.
    fn thumbnail(&self, sha256: &str) -> PathBuf;

    /// Stores the picture of a filled form durably and returns where it lies.
    ///
    /// # Errors
    /// When the disk refuses.
    async fn put_preview(&self, name: &str, png: &[u8]) -> Result<PathBuf, std::io::Error>;

    /// Where such a picture lies.
    fn preview(&self, name: &str) -> PathBuf;
}
