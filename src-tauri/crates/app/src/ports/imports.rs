//! Imports that outlive the process: what was done with each file, until the import has come to its end.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::{Code, Grouping, PhotoGroupView};
use domain::{Draft, Photo};
use uuid::Uuid;

use crate::ports::Recorded;

/// An import that has not come to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRun {
    /// Identifier.
    pub id: Uuid,
    /// SHA-256 (hex) of what was asked for: the same request goes on with the same run.
    pub request: String,
    /// Files and folders as given.
    pub paths: Vec<String>,
    /// How photos become drafts.
    pub grouping: Grouping,
    /// Files found when it last began.
    pub total: u32,
    /// The process that works on it; a dead one's run may be taken over.
    pub boot_id: Uuid,
    /// A person or a fault ended it, not the end of the process.
    pub stopped: bool,
    /// When it first began.
    pub created_at: DateTime<Utc>,
}

/// What a file is told by. Another length or time is another file under the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportFile {
    /// The path as the system gives it; not every name is a text.
    pub path: Vec<u8>,
    /// Length.
    pub bytes: u64,
    /// Last change in milliseconds since 1970; 0 where the system has none.
    pub modified: i64,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileOutcome {
    /// A photo.
    Photo {
        /// The stored one.
        photo: Box<Photo>,
        /// It was not there before this import.
        new: bool,
        /// It stands in a draft of this import.
        drafted: bool,
    },
    /// Refused.
    Rejected {
        /// Why.
        code: Code,
        /// Why, as an English sentence.
        message: String,
    },
}

/// Imports. Whatever returns `Ok` is on the disk.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Begins a run.
    async fn begin(&self, run: &ImportRun) -> Recorded<()>;

    /// Moves a run from one process to another, which found `total` files; it is not stopped any more. False: it is
    /// not `from`'s any more.
    async fn take_over(&self, run: Uuid, from: Uuid, to: Uuid, total: u32) -> Recorded<bool>;

    /// All runs that have not come to their end, newest first, with the number of files that are done.
    async fn unfinished(&self) -> Recorded<Vec<(ImportRun, u32)>>;

    /// What was done with each file of a run so far.
    async fn files(&self, run: Uuid) -> Recorded<Vec<(ImportFile, FileOutcome)>>;

    /// The drafts that a run has made, in their order, with why each has its photos.
    async fn drafts(&self, run: Uuid) -> Recorded<Vec<PhotoGroupView>>;

    /// Stores the photo unless one with the same SHA-256 is there, and that the file is done, in one transaction;
    /// returns the stored photo and whether it is new.
    async fn note_photo(
        &self,
        run: Uuid,
        file: &ImportFile,
        photo: &Photo,
    ) -> Recorded<(Photo, bool)>;

    /// Notes that the file was refused.
    async fn note_rejected(
        &self,
        run: Uuid,
        file: &ImportFile,
        code: Code,
        message: &str,
    ) -> Recorded<()>;

    /// Stores drafts and that their photos have one, in one transaction: no crash makes a second draft of a photo.
    /// `groups` says of each draft, in the same order, why it has its photos.
    async fn add_drafts(
        &self,
        run: Uuid,
        drafts: &[Draft],
        groups: &[PhotoGroupView],
    ) -> Recorded<()>;

    /// The run will not go on by itself.
    async fn stop(&self, run: Uuid) -> Recorded<()>;

    /// The run has come to its end: nothing of it is kept here.
    async fn finish(&self, run: Uuid) -> Recorded<()>;
}
