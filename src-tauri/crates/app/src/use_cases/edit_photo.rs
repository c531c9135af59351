//! What turning, cropping and taking back have in common: the photo is made anew from its master and all changes.

use contract::{Code, EditedPhotoView, Event, Failure};
use domain::{
    Edited, Photo, PhotoEdit, PhotoId,
    photo_edit::{EditError, MIN_SIDE, Rendering},
};

use crate::{App, fail, view};

impl App {
    /// Gives a photo the changes that `change` makes of those it has.
    pub(crate) async fn edit_photo(
        &self,
        id: &str,
        change: impl FnOnce(&mut Vec<PhotoEdit>),
    ) -> Result<EditedPhotoView, Failure> {
        let photo = self.photo(id).await?;
        let master = photo.master();
        let mut edits = photo.edits().to_vec();
        change(&mut edits);
        let sides = (master.width, master.height);
        let rendering = Rendering::of(sides, &edits).map_err(refused)?;

        let mut edited = if rendering == Rendering::whole(sides) {
            // Nothing is left of the changes: the master's own bytes, to the bit.
            Photo {
                sha256: master.sha256.clone(),
                width: master.width,
                height: master.height,
                phash: master.phash,
                ..photo.clone()
            }
        } else {
            self.rendered(&photo, &master.sha256, rendering).await?
        };
        edited.edited = (!edits.is_empty()).then_some(Edited { master, edits });
        let drafts = self
            .parts
            .photos
            .replace(&edited, &photo.sha256)
            .await
            .map_err(fail::record("saving the photo"))?;
        failpoint::reached("edit.photo_saved");
        for draft in drafts {
            self.tell(Event::DraftChanged {
                id: draft.to_string(),
            });
        }
        Ok(EditedPhotoView {
            id: edited.id.to_string(),
            url: view::media_url(&edited.sha256),
            thumb_url: view::thumb_url(&edited.sha256),
            width: edited.width,
            height: edited.height,
            edits: view::edit_count(&edited),
            sha256: edited.sha256,
        })
    }

    async fn photo(&self, id: &str) -> Result<Photo, Failure> {
        let missing = || Failure::new(Code::NotFound, "There is no such photo.");
        let id: PhotoId = id.parse().map_err(|_| missing())?;
        let found = self.parts.photos.get_many(&[id]).await;
        let photos = found.map_err(fail::record("reading the photo"))?;
        photos.into_iter().next().ok_or_else(missing)
    }

    /// Its files are stored when this returns; the row is not.
    async fn rendered(
        &self,
        photo: &Photo,
        master: &str,
        rendering: Rendering,
    ) -> Result<Photo, Failure> {
        let bytes = fs_err::tokio::read(self.parts.files.picture(master))
            .await
            .map_err(fail::disk("reading the photo"))?;
        let made = self
            .parts
            .pipeline
            .edit(bytes, rendering)
            .await
            .map_err(|refusal| Failure::new(refusal.code, refusal.message))?;
        // The file first, then the row: a row never names a photo that is not on the disk.
        self.parts
            .files
            .put(&made)
            .await
            .map_err(fail::disk("storing the photo"))?;
        failpoint::reached("edit.file_stored");
        Ok(Photo {
            sha256: made.sha256,
            width: made.width,
            height: made.height,
            phash: made.phash,
            ..photo.clone()
        })
    }
}

fn refused(error: EditError) -> Failure {
    let why = match error {
        EditError::Outside { width, height } => {
            format!("The part lies outside the photo, which has {width} x {height} pixels.")
        }
        EditError::TooSmall => format!("The part needs at least {MIN_SIDE} pixels on each side."),
        EditError::TooMany => {
            "This photo was changed too many times. Take some changes back first.".to_owned()
        }
    };
    Failure::new(Code::InvalidField, why)
        .with(serde_json::json!({ "fields": { "photo": "invalid_field" } }))
}
