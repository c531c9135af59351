//! A phone's uploads: the same parts as a program's, in bounds of their own, and only its own.

use chrono::TimeDelta;
use contract::{Code, Failure, PhoneUpload, PhoneUploadRequest, UploadRequest};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App, fail,
    ports::{Upload, UploadStatus},
    use_cases::upload::not_found,
};

/// What one phone may begin within a day: some evenings of selling, and no full disk.
const DAY: TimeDelta = TimeDelta::hours(24);
const MOST_A_DAY: u32 = 2_000;
const MOST_BYTES_A_DAY: u64 = 12 * 1024 * 1024 * 1024;
/// Uploads of one phone that wait for parts at once: more than its page sends side by side, and few of all that may wait.
const MOST_PENDING: usize = 20;
/// Longest mark of a file (bytes).
const MOST_MARK: usize = 64;
/// Photos that a phone may say it has yet to send.
const MOST_LEFT: u32 = 100;

impl App {
    /// Begins the upload of a file, or names the one that the same file began: then only what is missing is sent. A
    /// file that is here already is `ready` at once.
    ///
    /// # Errors
    /// As [`App::begin_upload`]; `too_many_files` past what a phone may send in a day.
    pub async fn begin_phone_upload(
        &self,
        device: Uuid,
        request: &PhoneUploadRequest,
    ) -> Result<PhoneUpload, Failure> {
        let marked = !request.mark.is_empty()
            && request.mark.len() <= MOST_MARK
            && request.mark.bytes().all(|b| b.is_ascii_graphic());
        if !marked {
            return Err(
                Failure::new(Code::InvalidField, "Give a mark of 1 to 64 characters.")
                    .with(json!({ "fields": { "mark": "invalid_field" } })),
            );
        }
        let file = UploadRequest {
            filename: request.filename.clone(),
            size: request.size,
            mime: request.mime.clone(),
        };
        let upload = Upload {
            device: Some(device),
            mark: Some(request.mark.clone()),
            ..self.upload_to_begin(&file).await?
        };
        let same = self.parts.uploads.same_of(&upload).await;
        let same = same.map_err(fail::record("reading the uploads"))?;
        let is_here = same
            .as_ref()
            .is_some_and(|same| same.status == UploadStatus::Ready);
        let left = request.left.min(MOST_LEFT);
        self.note_photos_to_come(device, left.saturating_sub(u32::from(is_here)))
            .await;
        if let Some(same) = same {
            return self.phone_upload_view(same).await;
        }
        let begun = self
            .parts
            .uploads
            .begun_by(device, self.parts.clock.now() - DAY)
            .await;
        let (count, bytes) = begun.map_err(fail::record("reading the uploads"))?;
        if count >= MOST_A_DAY || bytes + upload.size > MOST_BYTES_A_DAY {
            return Err(Failure::new(
                Code::TooManyFiles,
                format!(
                    "This phone has sent {count} photos since yesterday. Go on tomorrow, or copy them by cable."
                ),
            ));
        }
        self.make_room_for_one(device).await?;
        self.keep_begun(&upload).await?;
        failpoint::reached("phone.upload_begun");
        self.phone_upload_view(upload).await
    }

    /// The phone's upload that waited longest for a part makes room for its next one. No other phone and no program
    /// waits for it, and the photo is still in the phone.
    async fn make_room_for_one(&self, device: Uuid) -> Result<(), Failure> {
        let waiting = self.parts.uploads.pending_of(device).await;
        let waiting = waiting.map_err(fail::record("reading the uploads"))?;
        let over = (waiting.len() + 1).saturating_sub(MOST_PENDING);
        for oldest in waiting.iter().take(over) {
            self.abandon_upload(oldest).await?;
        }
        Ok(())
    }

    /// Takes a part of one of the phone's uploads.
    ///
    /// # Errors
    /// As [`App::put_upload_part`]; `not_found` for an upload of somebody else.
    pub async fn put_phone_part(
        &self,
        device: Uuid,
        id: &str,
        index: u64,
        bytes: &[u8],
    ) -> Result<PhoneUpload, Failure> {
        self.own_upload(device, id).await?;
        self.put_upload_part(id, index, bytes).await?;
        self.phone_upload(device, id).await
    }

    /// Makes a photo of the parts; asked again, it says what became of it.
    ///
    /// # Errors
    /// As [`App::complete_upload`]; `not_found` for an upload of somebody else.
    pub async fn complete_phone_upload(
        &self,
        device: Uuid,
        id: &str,
    ) -> Result<PhoneUpload, Failure> {
        self.own_upload(device, id).await?;
        self.complete_upload(id).await?;
        self.phone_upload(device, id).await
    }

    /// One of the phone's uploads.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn phone_upload(&self, device: Uuid, id: &str) -> Result<PhoneUpload, Failure> {
        let upload = self.own_upload(device, id).await?;
        self.phone_upload_view(upload).await
    }

    async fn own_upload(&self, device: Uuid, id: &str) -> Result<Upload, Failure> {
        let upload = self.upload_of(id).await?;
        if upload.device == Some(device) {
            Ok(upload)
        } else {
            Err(not_found())
        }
    }

    async fn phone_upload_view(&self, upload: Upload) -> Result<PhoneUpload, Failure> {
        let missing_parts = match upload.status {
            UploadStatus::Pending => self.missing_parts(&upload).await?,
            _ => Vec::new(),
        };
        Ok(PhoneUpload {
            id: upload.id.to_string(),
            part_size: upload.part_size,
            status: upload.status.code().to_owned(),
            reason: upload.reason,
            missing_parts,
        })
    }
}
