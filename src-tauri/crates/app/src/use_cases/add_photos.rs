//! Further photos for a draft that there is.

use std::path::PathBuf;

use contract::{DraftView, Event, Failure, RejectedFile};
use tokio_util::sync::CancellationToken;

use super::{change_draft::draft_id, import_photos::Made};
use crate::{App, fail, ports::PhotoRefusal};

impl App {
    /// Adds the photos of these files at the draft's end; one that stands there already is not added again.
    ///
    /// # Errors
    /// `not_found`, `draft_changed`, or why the disk refuses. A file that is no photo is in the list returned.
    pub async fn add_photos(
        &self,
        id: &str,
        paths: Vec<PathBuf>,
    ) -> Result<(DraftView, Vec<RejectedFile>), Failure> {
        let key = draft_id(id)?;
        let cancel = CancellationToken::new();
        let mut rejected = Vec::new();
        let mut photos = Vec::new();
        for path in paths {
            match self.photo_of(&path, &cancel, &mut |_| {}).await? {
                Made::Photo(photo) => {
                    let (photo, _) = self
                        .parts
                        .photos
                        .insert_once(&photo)
                        .await
                        .map_err(fail::record("storing a photo"))?;
                    photos.push(photo);
                }
                Made::Refused(PhotoRefusal { code, message }) => rejected.push(RejectedFile {
                    path: path.to_string_lossy().into_owned(),
                    code,
                    message,
                }),
                Made::Skipped => {}
            }
        }
        let mut draft = self.draft_to_change(key).await?;
        photos.retain(|p| draft.photos.iter().all(|d| d.id != p.id));
        if !photos.is_empty() {
            draft.photos.extend(photos);
            draft.revision += 1;
            draft.updated_at = self.parts.clock.now();
            self.parts
                .drafts
                .update(&draft)
                .await
                .map_err(fail::record("saving the draft"))?;
            self.tell(Event::DraftChanged { id: id.to_owned() });
        }
        Ok((self.view_of(draft).await?, rejected))
    }
}
