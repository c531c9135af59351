//! Uploads that come in parts, until they are photos.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Photo, PhotoId};
use uuid::Uuid;

use super::{ImportFile, Recorded};

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStatus {
    /// Parts are coming.
    Pending,
    /// All parts are there; a photo is being made of them.
    Processing,
    /// The photo is there.
    Ready,
    /// It was no photo.
    Failed,
}

impl UploadStatus {
    /// The stored and published spelling.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Processing, Self::Ready, Self::Failed]
            .into_iter()
            .find(|status| status.code() == text)
    }
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Identifier.
    pub id: Uuid,
    /// The name of the file at its sender.
    pub filename: String,
    /// What the sender says that it is; the content decides.
    pub mime: String,
    /// Bytes of the whole.
    pub size: u64,
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// Where it stands.
    pub status: UploadStatus,
    /// The process that last worked on it.
    pub boot_id: Uuid,
    /// The photo, once it is ready.
    pub photo_id: Option<PhotoId>,
    /// SHA-256 (hex) of that photo as it is now.
    pub sha256: Option<String>,
    /// A code, where it failed.
    pub reason: Option<String>,
    /// The phone that sends it; none: a program with the API's token.
    pub device: Option<Uuid>,
    /// What the phone tells the file by, beside its name and size.
    pub mark: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When a part last came, or its status last changed.
    pub updated_at: DateTime<Utc>,
}

impl Upload {
    /// How many parts it has.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.size.div_ceil(self.part_size.max(1))
    }

    /// Bytes of a part; none where there is no such part.
    #[must_use]
    pub fn part_bytes(&self, index: u64) -> Option<u64> {
        let begin = index.checked_mul(self.part_size)?;
        (begin < self.size).then(|| (self.size - begin).min(self.part_size))
    }
}

/// Uploads. Whatever returns `Ok` is on the disk.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// Begins one.
    async fn begin(&self, upload: &Upload) -> Recorded<()>;

    /// One upload.
    async fn upload(&self, id: Uuid) -> Recorded<Upload>;

    /// How many are not put together yet, and how many bytes they have when whole.
    async fn pending(&self) -> Recorded<(u32, u64)>;

    /// A part came in.
    async fn touch(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<()>;

    /// Replaces status, process, photo and reason, where status and process are still those of `before`. False:
    /// somebody else was faster.
    async fn advance(&self, before: &Upload, after: &Upload) -> Recorded<bool>;

    /// A phone's uploads that wait for parts, those first that waited longest.
    async fn pending_of(&self, device: Uuid) -> Recorded<Vec<Upload>>;

    /// Uploads of which a photo is being made, or was when a process died.
    async fn processing(&self) -> Recorded<Vec<Upload>>;

    /// How many a phone began since, and how many bytes they have when whole.
    async fn begun_by(&self, device: Uuid, since: DateTime<Utc>) -> Recorded<(u32, u64)>;

    /// The phone's newest upload of the same file (name, size and mark), where it is still coming in, or is a photo
    /// that a draft or an open import has.
    async fn same_of(&self, upload: &Upload) -> Recorded<Option<Upload>>;

    /// Phones' uploads that are coming in and that something happened to since.
    async fn arriving(&self, since: DateTime<Utc>) -> Recorded<u32>;

    /// Stores the photo unless one with the same SHA-256 is there, that `file` of the import `run` is done, and that
    /// the upload is ready, in one transaction, where the upload is still as `before`. None: it is not.
    async fn settle_in_import(
        &self,
        before: &Upload,
        run: Uuid,
        file: &ImportFile,
        photo: &Photo,
        at: DateTime<Utc>,
    ) -> Recorded<Option<(Photo, bool)>>;

    /// Those to forget: pending or processing ones that nothing happened to since `open`, others since `done`.
    async fn stale(&self, open: DateTime<Utc>, done: DateTime<Utc>) -> Recorded<Vec<Uuid>>;

    /// Forgets one; the photo that it became stays.
    async fn forget(&self, id: Uuid) -> Recorded<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_whole_and_nothing_else() {
        for (size, part_size, parts) in [(1, 4, 1), (4, 4, 1), (5, 4, 2), (12, 4, 3)] {
            let upload = Upload {
                id: Uuid::nil(),
                filename: String::new(),
                mime: String::new(),
                size,
                part_size,
                status: UploadStatus::Pending,
                boot_id: Uuid::nil(),
                photo_id: None,
                sha256: None,
                reason: None,
                device: None,
                mark: None,
                created_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
            };
            assert_eq!(
                upload.parts(),
                parts,
                "{size} bytes in parts of {part_size}"
            );
            let sum: u64 = (0..parts).filter_map(|n| upload.part_bytes(n)).sum();
            assert_eq!(sum, size, "each byte is in one part");
            assert_eq!(upload.part_bytes(parts), None, "there is no further part");
            assert_eq!(upload.part_bytes(u64::MAX), None, "nor one far away");
        }
    }
}
