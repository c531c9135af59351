//! Everything of the seller in one file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

/// What became of the photos of an archive, by SHA-256 (hex).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Those whose bytes are in the archive, with their length.
    pub photos: BTreeMap<String, u64>,
    /// Those whose file is missing, or does not have the bytes that its hash promises.
    pub missing: Vec<String>,
}

/// Makes the manifest, once it is known which photos are in.
pub type ManifestOf = Box<dyn FnOnce(&Packed) -> std::io::Result<Vec<u8>> + Send>;

/// Writes archives.
#[async_trait]
pub trait Archives: Send + Sync {
    /// Writes `photos/<sha256>.jpg` for every photo, then `manifest.json` with what `manifest` makes of them.
    ///
    /// Photos are streamed and checked against their hash on the way. There is a file named `target` only once
    /// it is whole and synced; one of that name is replaced in one step.
    ///
    /// # Errors
    /// What the disk said, `Interrupted` where `cancel` was asked for, `WouldBlock` while another process writes
    /// the same file. Whatever stood under `target` is untouched then.
    async fn write(
        &self,
        target: &Path,
        photos: BTreeMap<String, PathBuf>,
        manifest: ManifestOf,
        cancel: CancellationToken,
    ) -> std::io::Result<Packed>;
}
