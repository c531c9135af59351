//! Everything of the seller out of one file, back into the store.

use std::{collections::BTreeMap, path::Path};

use async_trait::async_trait;
use domain::{Draft, Photo, PhotoId, listing::Listing};
use tokio_util::sync::CancellationToken;

use super::{Account, Recorded};

/// An archive that was read whole, in a folder of its own that goes with this.
pub struct Unpacked {
    /// `manifest.json`, as it is.
    pub manifest: Vec<u8>,
    /// Photos by SHA-256 (hex): each has the bytes that its hash promises.
    pub photos: BTreeMap<String, std::path::PathBuf>,
    /// Removes the folder when dropped.
    pub staging: Box<dyn Send + Sync>,
}

/// Why an archive was not read. Nothing was written outside its folder.
#[derive(Debug, thiserror::Error)]
pub enum UnpackRefused {
    /// It is no archive of ours; why, as a sentence.
    #[error("{0}")]
    NotOurs(String),
    /// More than is read.
    #[error("{0}")]
    TooLarge(String),
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
    /// The disk.
    #[error(transparent)]
    Disk(std::io::Error),
}

/// Reads archives.
#[async_trait]
pub trait Unpacker: Send + Sync {
    /// Reads an archive from its beginning to its end, once, into a new folder inside `staging`.
    ///
    /// # Errors
    /// See [`UnpackRefused`].
    async fn unpack(
        &self,
        source: &Path,
        staging: &Path,
        cancel: CancellationToken,
    ) -> Result<Unpacked, UnpackRefused>;
}

/// What goes into the store together.
#[derive(Clone, Debug, Default)]
pub struct Restore {
    /// Photos whose files are stored; one with the same SHA-256 that is there already takes their place.
    pub photos: Vec<Photo>,
    /// Drafts; their photos are among `photos`. One whose id is there already is left as it is there.
    pub drafts: Vec<Draft>,
    /// Accounts without sessions, for the listings; one of the same name that is there takes their place.
    pub accounts: Vec<Account>,
    /// Listings of the drafts that are new here.
    pub listings: Vec<Listing>,
}

/// What was new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Drafts that were not there.
    pub drafts: u32,
    /// Photos that were not there.
    pub photos: u32,
    /// Drafts that were there already.
    pub skipped: u32,
}

/// Puts back what an archive held.
#[async_trait]
pub trait Restores: Send + Sync {
    /// Stores everything in one transaction, or nothing.
    async fn restore_all(&self, restore: &Restore) -> Recorded<Restored>;
}

impl Restore {
    /// The photo of this id.
    #[must_use]
    pub fn photo(&self, id: PhotoId) -> Option<&Photo> {
        self.photos.iter().find(|photo| photo.id == id)
    }
}
