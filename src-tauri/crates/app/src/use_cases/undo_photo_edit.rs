//! Taking back the last turn or crop of a photo.

use contract::{EditedPhotoView, Failure};

use crate::App;

impl App {
    /// Takes back the last change of a photo; one without changes stays as it is.
    ///
    /// # Errors
    /// `not_found`, `draft_changed` where the photo was edited elsewhere at the same time, or why the disk refuses.
    pub async fn undo_photo_edit(&self, id: &str) -> Result<EditedPhotoView, Failure> {
        self.edit_photo(id, |edits| {
            edits.pop();
        })
        .await
    }
}
