//! Keeping a part of a photo.

use contract::{EditedPhotoView, Failure, PhotoPart};
use domain::{PhotoEdit, photo_edit::Part};

use crate::App;

impl App {
    /// Keeps a part of a photo, in pixels of the photo as it is shown.
    ///
    /// # Errors
    /// `invalid_field` for a part that reaches over the edge or is too small, `not_found`, `draft_changed` where the
    /// photo was edited elsewhere at the same time, or why the disk refuses.
    pub async fn crop_photo(&self, id: &str, part: PhotoPart) -> Result<EditedPhotoView, Failure> {
        let part = Part {
            left: part.left,
            top: part.top,
            width: part.width,
            height: part.height,
        };
        self.edit_photo(id, |edits| edits.push(PhotoEdit::Crop(part)))
            .await
    }
}
