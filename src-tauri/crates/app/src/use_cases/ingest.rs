//! Photos from outside into one draft: the use case behind an upload form, of a program or of a phone.

use std::path::PathBuf;

use contract::{Code, DraftChange, DraftView, Event, Failure, PhotoView};
use domain::{Draft, Photo};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{change_draft::apply, import_photos::Made, upload::file_name};
use crate::{App, fail, ports::PhotoRefusal, view};

/// The name of a photo whose sender gave none.
const UNNAMED: &str = "photo";

/// A file that came in, where it was put for a moment, and what its sender calls it.
#[derive(Clone, Debug)]
pub struct IncomingFile {
    /// At its sender; only the last part counts.
    pub name: String,
    /// Where its bytes lie now.
    pub path: PathBuf,
}

impl App {
    /// Makes one draft of the files, in their order: of all or of none.
    ///
    /// # Errors
    /// `missing_photos` without files, the refusal of the first file that is no photo with `details.files`,
    /// `invalid_field` for a title that is none.
    pub async fn ingest(
        &self,
        files: &[IncomingFile],
        title: Option<&str>,
    ) -> Result<DraftView, Failure> {
        if files.is_empty() {
            return Err(Failure::new(
                Code::MissingPhotos,
                "Send at least one photo.",
            ));
        }
        let mut draft = Draft::new(self.parts.clock.new_id().into(), self.parts.clock.now());
        if let Some(title) = title {
            let change = DraftChange {
                key: "title".to_owned(),
                value: json!(title),
            };
            apply(&mut draft, &[change])?;
        }
        for photo in self.photos_of(files).await? {
            let photo = self.keep_photo(&photo).await?;
            if draft.photos.iter().all(|p| p.id != photo.id) {
                draft.photos.push(photo);
            }
        }
        failpoint::reached("ingest.photos_stored");
        self.parts
            .drafts
            .insert(std::slice::from_ref(&draft))
            .await
            .map_err(fail::record("storing the draft"))?;
        failpoint::reached("ingest.draft_stored");
        self.tell(Event::DraftChanged {
            id: draft.id.to_string(),
        });
        self.view_of(draft).await
    }

    /// Stores one photo that stands in no draft yet.
    ///
    /// # Errors
    /// Why the file is no photo.
    pub async fn ingest_photo(&self, file: &IncomingFile) -> Result<PhotoView, Failure> {
        let mut photos = self.photos_of(std::slice::from_ref(file)).await?;
        match photos.pop() {
            Some(photo) => Ok(photo_view(self.keep_photo(&photo).await?)),
            None => Err(Failure::new(Code::MissingPhotos, "Send one photo.")),
        }
    }

    pub(crate) async fn keep_photo(&self, photo: &Photo) -> Result<Photo, Failure> {
        let stored = self.parts.photos.insert_once(photo).await;
        stored
            .map(|(photo, _)| photo)
            .map_err(fail::record("storing a photo"))
    }

    /// All files as photos whose rows are not written yet, or the refusals of those that are none.
    async fn photos_of(&self, files: &[IncomingFile]) -> Result<Vec<Photo>, Failure> {
        let cancel = CancellationToken::new();
        let mut photos = Vec::new();
        let mut refused: Vec<(String, PhotoRefusal)> = Vec::new();
        for file in files {
            let name = file_name(&file.name).unwrap_or_else(|| UNNAMED.to_owned());
            match self
                .photo_named(&name, &file.path, &cancel, &mut |_| {})
                .await?
            {
                Made::Photo(photo) => photos.push(*photo),
                Made::Refused(refusal) => refused.push((name, refusal)),
                Made::Skipped => {}
            }
        }
        match refused.first() {
            None => Ok(photos),
            Some((name, first)) => {
                let files: Vec<_> = refused
                    .iter()
                    .map(|(name, r)| json!({ "name": name, "code": r.code, "message": r.message }))
                    .collect();
                Err(Failure::new(
                    first.code,
                    format!("{name}: {} Nothing was stored.", first.message),
                )
                .with(json!({ "files": files })))
            }
        }
    }
}

fn photo_view(photo: Photo) -> PhotoView {
    PhotoView {
        id: photo.id.to_string(),
        url: view::media_url(&photo.sha256),
        thumb_url: view::thumb_url(&photo.sha256),
        edits: view::edit_count(&photo),
        sha256: photo.sha256,
        filename: photo.filename,
        width: photo.width,
        height: photo.height,
        mime: "image/jpeg".to_owned(),
        order_index: 0,
    }
}
