//! Uploads in parts, for connections that break: begin, send parts in any order and again, complete.
//!
//! What is there is told by the files alone, so that nothing has to be believed after a crash: a part is written
//! beside its name and renamed, and has the length that its place asks for.

use std::{path::PathBuf, time::Duration};

use chrono::TimeDelta;
use contract::{Code, Failure, UploadBegun, UploadRequest, UploadView};
use serde_json::json;
use tokio::{io::AsyncWriteExt, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::import_photos::Made;
use crate::{
    App, fail,
    ports::{RecordError, Upload, UploadStatus},
};

/// Bytes of a part: small enough to be sent again over a phone's connection.
const PART: u64 = 1024 * 1024;
/// Uploads that wait for parts at once, and their bytes in all: what a stranger with the token could fill the disk with.
const MOST_PENDING: u32 = 200;
const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Where nothing is set (`photo_max_mb`).
const MAX_MEGABYTES: u64 = 15;
/// Longest names that are kept (characters).
const MAX_NAME: usize = 255;
/// How long an upload without a new part stays, and how long the answer of a completed one can be asked for.
const ABANDONED: TimeDelta = TimeDelta::hours(24);
const REMEMBERED: TimeDelta = TimeDelta::days(7);
/// How long a caller waits for the photo; afterwards it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Uploads that are put together at once: each is in memory whole for a moment.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

impl App {
    /// Begins an upload.
    ///
    /// # Errors
    /// `invalid_field` for an empty name or size, `file_too_large`, `too_many_files` where too many wait already.
    pub async fn begin_upload(&self, request: &UploadRequest) -> Result<UploadBegun, Failure> {
        let upload = self.upload_to_begin(request).await?;
        self.keep_begun(&upload).await?;
        Ok(UploadBegun {
            upload_id: upload.id.to_string(),
            part_size: PART,
        })
    }

    /// An upload of the file, if it is one that could be taken; nothing is stored yet.
    pub(super) async fn upload_to_begin(&self, request: &UploadRequest) -> Result<Upload, Failure> {
        let name = file_name(&request.filename);
        let max = self.max_photo_bytes().await?;
        let mut wrong = serde_json::Map::new();
        if name.is_none() {
            wrong.insert("filename".to_owned(), json!(Code::InvalidField));
        }
        if request.size == 0 {
            wrong.insert("size".to_owned(), json!(Code::InvalidField));
        }
        if request.mime.len() > MAX_NAME || request.mime.chars().any(char::is_control) {
            wrong.insert("mime".to_owned(), json!(Code::InvalidField));
        }
        let Some(filename) = name.filter(|_| wrong.is_empty()) else {
            return Err(Failure::new(
                Code::InvalidField,
                "Give a file name, its size in bytes and its kind.",
            )
            .with(json!({ "fields": wrong })));
        };
        if request.size > max {
            return Err(too_large(max));
        }
        let now = self.parts.clock.now();
        Ok(Upload {
            id: self.parts.clock.new_id(),
            filename,
            mime: request.mime.clone(),
            size: request.size,
            part_size: PART,
            status: UploadStatus::Pending,
            boot_id: self.parts.boot_id,
            photo_id: None,
            sha256: None,
            reason: None,
            device: None,
            mark: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Begins it, where there is room for it.
    pub(super) async fn keep_begun(&self, upload: &Upload) -> Result<(), Failure> {
        let (count, bytes) = self
            .parts
            .uploads
            .pending()
            .await
            .map_err(fail::record("reading the uploads"))?;
        if count >= MOST_PENDING || bytes + upload.size > MOST_BYTES {
            return Err(Failure::new(
                Code::TooManyFiles,
                "Too many uploads are not complete yet. Complete them first; abandoned ones go after a day.",
            ));
        }
        self.parts
            .uploads
            .begin(upload)
            .await
            .map_err(fail::record("beginning the upload"))?;
        failpoint::reached("upload.begun");
        Ok(())
    }

    /// Takes a part; the same one again takes the place of the first.
    ///
    /// # Errors
    /// `not_found`, `invalid_field` where there is no such part or it has another length, `illegal_transition` once
    /// the upload is complete.
    pub async fn put_upload_part(
        &self,
        id: &str,
        index: u64,
        bytes: &[u8],
    ) -> Result<UploadView, Failure> {
        let upload = self.upload_of(id).await?;
        let Some(expected) = upload.part_bytes(index) else {
            return Err(Failure::new(
                Code::InvalidField,
                format!(
                    "The upload has parts 0 to {}.",
                    upload.parts().saturating_sub(1)
                ),
            )
            .with(json!({ "fields": { "index": "invalid_field" } })));
        };
        if bytes.len() as u64 != expected {
            return Err(Failure::new(
                Code::InvalidField,
                format!("Part {index} has {expected} bytes, but {} came.", bytes.len()),
            )
            .with(json!({
                "fields": { "size": "invalid_field" }, "expected": expected, "received": bytes.len(),
            })));
        }
        if upload.status != UploadStatus::Pending {
            return Err(complete_already());
        }
        let folder = self.upload_folder(upload.id);
        self.write_part(&folder, index, bytes)
            .await
            .map_err(fail::disk("storing a part of an upload"))?;
        failpoint::reached("upload.part_stored");
        self.parts
            .uploads
            .touch(upload.id, self.parts.clock.now())
            .await
            .map_err(fail::record("noting a part of an upload"))?;
        self.upload_view(upload).await
    }

    async fn write_part(&self, folder: &PathBuf, index: u64, bytes: &[u8]) -> std::io::Result<()> {
        fs_err::tokio::create_dir_all(folder).await?;
        let partial = folder.join(format!(".incoming-{}", Uuid::new_v4()));
        let mut file = fs_err::tokio::File::create(&partial).await?;
        let written = async {
            file.write_all(bytes).await?;
            file.flush().await
        };
        if let Err(error) = written.await {
            if let Err(left) = fs_err::tokio::remove_file(&partial).await {
                tracing::warn!(error = %left, "a half part stays until its upload goes");
            }
            return Err(error);
        }
        drop(file);
        fs_err::tokio::rename(&partial, folder.join(format!("{index}.part"))).await
    }

    /// Makes a photo of the parts. Asked again, it says what became of it.
    ///
    /// A photo that takes long goes on in the background: the answer is `processing` then.
    ///
    /// # Errors
    /// `not_found`; `invalid_field` with `details.missing` where parts are missing.
    pub async fn complete_upload(&self, id: &str) -> Result<UploadView, Failure> {
        let upload = self.upload_of(id).await?;
        let free = match upload.status {
            UploadStatus::Ready | UploadStatus::Failed => false,
            UploadStatus::Pending => true,
            UploadStatus::Processing => self.is_left(&upload),
        };
        if !free {
            return self.upload_view(upload).await;
        }
        let missing = self.missing_parts(&upload).await?;
        if !missing.is_empty() {
            if upload.status == UploadStatus::Processing {
                self.advance_upload(
                    &upload,
                    &Upload {
                        status: UploadStatus::Pending,
                        ..upload.clone()
                    },
                )
                .await?;
            }
            return Err(Failure::new(
                Code::InvalidField,
                "Parts of the upload are missing. Send them, then complete it.",
            )
            .with(json!({ "fields": { "parts": "invalid_field" }, "missing": missing })));
        }
        let taken = Upload {
            status: UploadStatus::Processing,
            boot_id: self.parts.boot_id,
            updated_at: self.parts.clock.now(),
            ..upload.clone()
        };
        let app = self.clone();
        // Taken and worked on in one task: whoever asked may go away in between.
        let work = self.making.spawn(async move {
            if app.advance_upload(&upload, &taken).await? {
                failpoint::reached("upload.taken");
                app.photo_of_upload(taken).await?;
            }
            Ok::<(), Failure>(())
        });
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(done)) => done?,
            Ok(Err(error)) => return Err(fail::internal("making a photo of an upload", error)),
            // It goes on, and says where it is when asked.
            Err(_) => {}
        }
        self.upload(id).await
    }

    /// The process that made a photo of it is dead.
    fn is_left(&self, upload: &Upload) -> bool {
        upload.boot_id != self.parts.boot_id && !self.parts.processes.alive(upload.boot_id)
    }

    /// Completes what a process left behind that died over it: whoever sent it may only ask what became of it.
    async fn take_up_uploads(&self) -> Result<(), Failure> {
        let processing = self.parts.uploads.processing().await;
        let processing = processing.map_err(fail::record("reading the uploads"))?;
        for upload in processing.iter().filter(|upload| self.is_left(upload)) {
            if let Err(failure) = self.complete_upload(&upload.id.to_string()).await {
                tracing::warn!(%failure, upload = %upload.id, "an upload of a dead process waits");
            }
        }
        Ok(())
    }

    /// Forgets an upload that still waits for parts; one that was completed meanwhile stays.
    pub(super) async fn abandon_upload(&self, upload: &Upload) -> Result<(), Failure> {
        let over = Upload {
            status: UploadStatus::Failed,
            reason: Some(Code::Cancelled.as_str().to_owned()),
            updated_at: self.parts.clock.now(),
            ..upload.clone()
        };
        if self.advance_upload(upload, &over).await? {
            self.forget_upload(upload.id).await?;
        }
        Ok(())
    }

    async fn forget_upload(&self, id: Uuid) -> Result<(), Failure> {
        // The parts first: a row without parts is asked for again, parts without a row by nobody.
        self.remove_parts(id).await;
        let forgotten = self.parts.uploads.forget(id).await;
        forgotten.map_err(fail::record("forgetting an upload"))
    }

    /// Waits until what is complete has become a photo, or was refused.
    pub async fn uploads_made(&self) {
        self.making.wait().await;
    }

    /// One upload.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn upload(&self, id: &str) -> Result<UploadView, Failure> {
        let upload = self.upload_of(id).await?;
        self.upload_view(upload).await
    }

    /// Takes up what a dead process left, and forgets abandoned uploads with their parts, and the answers of old ones.
    /// Called at a start, and now and then.
    ///
    /// # Errors
    /// Storage only.
    pub async fn sweep_uploads(&self) -> Result<usize, Failure> {
        self.take_up_uploads().await?;
        let now = self.parts.clock.now();
        let stale = self
            .parts
            .uploads
            .stale(now - ABANDONED, now - REMEMBERED)
            .await
            .map_err(fail::record("reading the uploads"))?;
        for id in &stale {
            self.forget_upload(*id).await?;
        }
        Ok(stale.len())
    }

    /// The upload as a photo, or why it is none.
    async fn photo_of_upload(&self, taken: Upload) -> Result<(), Failure> {
        let outcome = self.made_of_parts(&taken).await;
        let now = self.parts.clock.now();
        if let (Ok(Made::Photo(photo)), Some(device)) = (&outcome, taken.device) {
            let arrived = self.photo_arrived(device, &taken, photo).await;
            if arrived.is_err() {
                let again = Upload {
                    status: UploadStatus::Pending,
                    updated_at: now,
                    ..taken.clone()
                };
                self.advance_upload(&taken, &again).await?;
                return arrived;
            }
            failpoint::reached("phone.upload_settled");
            self.remove_parts(taken.id).await;
            return Ok(());
        }
        let after = match &outcome {
            Ok(Made::Photo(photo)) => {
                let (photo, _) = self
                    .parts
                    .photos
                    .insert_once(photo)
                    .await
                    .map_err(fail::record("storing a photo"))?;
                Upload {
                    status: UploadStatus::Ready,
                    photo_id: Some(photo.id),
                    updated_at: now,
                    ..taken.clone()
                }
            }
            Ok(Made::Refused(refusal)) => Upload {
                status: UploadStatus::Failed,
                reason: Some(refusal.code.as_str().to_owned()),
                updated_at: now,
                ..taken.clone()
            },
            // The disk refused, or the program ends: the parts are there, and it can be completed again.
            Ok(Made::Skipped) | Err(_) => Upload {
                status: UploadStatus::Pending,
                updated_at: now,
                ..taken.clone()
            },
        };
        self.advance_upload(&taken, &after).await?;
        failpoint::reached("upload.settled");
        if after.status != UploadStatus::Pending {
            self.remove_parts(taken.id).await;
        }
        if let (Ok(Made::Refused(refusal)), Some(device)) = (&outcome, taken.device) {
            self.photo_refused(device, &taken, refusal).await;
        }
        outcome.map(drop)
    }

    async fn made_of_parts(&self, upload: &Upload) -> Result<Made, Failure> {
        let _turn = AT_ONCE
            .acquire()
            .await
            .map_err(|e| fail::internal("making a photo of an upload", e))?;
        let folder = self.upload_folder(upload.id);
        let whole = folder.join("whole");
        self.put_together(upload, &folder, &whole)
            .await
            .map_err(fail::disk("putting an upload together"))?;
        self.photo_named(
            &upload.filename,
            &whole,
            &CancellationToken::new(),
            &mut |_| {},
        )
        .await
    }

    async fn put_together(
        &self,
        upload: &Upload,
        folder: &std::path::Path,
        whole: &std::path::Path,
    ) -> std::io::Result<()> {
        let mut file = fs_err::tokio::File::create(whole).await?;
        for index in 0..upload.parts() {
            let part = fs_err::tokio::read(folder.join(format!("{index}.part"))).await?;
            file.write_all(&part).await?;
        }
        file.flush().await
    }

    /// Parts that are not there, or do not have their length.
    pub(super) async fn missing_parts(&self, upload: &Upload) -> Result<Vec<u64>, Failure> {
        let folder = self.upload_folder(upload.id);
        let mut missing = Vec::new();
        for index in 0..upload.parts() {
            let found = fs_err::tokio::metadata(folder.join(format!("{index}.part"))).await;
            match found {
                Ok(meta) if Some(meta.len()) == upload.part_bytes(index) => {}
                Ok(_) => missing.push(index),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(index),
                Err(error) => return Err(fail::disk("reading the parts of an upload")(error)),
            }
        }
        Ok(missing)
    }

    async fn advance_upload(&self, before: &Upload, after: &Upload) -> Result<bool, Failure> {
        self.parts
            .uploads
            .advance(before, after)
            .await
            .map_err(fail::record("noting where an upload stands"))
    }

    pub(super) async fn upload_of(&self, id: &str) -> Result<Upload, Failure> {
        let id = Uuid::parse_str(id).map_err(|_| not_found())?;
        match self.parts.uploads.upload(id).await {
            Ok(upload) => Ok(upload),
            Err(RecordError::NotFound) => Err(not_found()),
            Err(error) => Err(fail::record("reading the upload")(error)),
        }
    }

    async fn upload_view(&self, upload: Upload) -> Result<UploadView, Failure> {
        let missing_parts = match upload.status {
            UploadStatus::Pending => self.missing_parts(&upload).await?,
            _ => Vec::new(),
        };
        Ok(UploadView {
            id: upload.id.to_string(),
            filename: upload.filename,
            size: upload.size,
            mime: upload.mime,
            storage_url: upload.sha256.as_deref().map(crate::view::media_url),
            status: upload.status.code().to_owned(),
            created_at: contract::time(upload.created_at),
            photo_id: upload.photo_id.map(|id| id.to_string()),
            reason: upload.reason,
            missing_parts,
        })
    }

    fn upload_folder(&self, id: Uuid) -> PathBuf {
        self.parts.data_dir.join("uploads").join(id.to_string())
    }

    async fn remove_parts(&self, id: Uuid) {
        match fs_err::tokio::remove_dir_all(self.upload_folder(id)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "parts of an upload stay");
            }
            _ => {}
        }
    }

    /// The largest photo file that is taken, in bytes.
    ///
    /// # Errors
    /// Storage only.
    pub async fn max_photo_bytes(&self) -> Result<u64, Failure> {
        let set = self
            .parts
            .settings
            .get("photo_max_mb")
            .await
            .map_err(fail::record("reading the settings"))?;
        let megabytes = set
            .and_then(|value| value.as_u64())
            .unwrap_or(MAX_MEGABYTES);
        Ok(megabytes * 1024 * 1024)
    }
}

/// The last part of a name from outside, without what no file name has; none where nothing is left.
pub(crate) fn file_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect();
    let name = name.trim();
    (!name.is_empty() && name != "." && name != "..").then(|| name.to_owned())
}

pub(crate) fn too_large(max: u64) -> Failure {
    Failure::new(
        Code::FileTooLarge,
        format!("A photo has at most {} MB.", max / (1024 * 1024)),
    )
    .with(json!({ "max_bytes": max }))
}

pub(super) fn not_found() -> Failure {
    Failure::new(Code::NotFound, "There is no such upload. Begin it anew.")
}

fn complete_already() -> Failure {
    Failure::new(
        Code::IllegalTransition,
        "The upload is complete already: it takes no further part.",
    )
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_from_outside_names_no_place() {
        for (given, kept) in [
            ("IMG_1.HEIC", Some("IMG_1.HEIC")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\x\\a.jpg", Some("a.jpg")),
            ("a\r\nb.jpg", Some("ab.jpg")),
            ("..", None),
            ("photos/", None),
            (" ", None),
        ] {
            assert_eq!(file_name(given).as_deref(), kept, "{given:?}");
        }
    }
}
