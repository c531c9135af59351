//! Turning a photo that lies on its side.

use contract::{EditedPhotoView, Failure};
use domain::PhotoEdit;

use crate::App;

impl App {
    /// Turns a photo by quarter turns, clockwise; negative ones against the clock.
    ///
    /// # Errors
    /// `not_found`, `draft_changed` where the photo was edited elsewhere at the same time, or why the disk refuses.
    pub async fn turn_photo(
        &self,
        id: &str,
        quarter_turns: i32,
    ) -> Result<EditedPhotoView, Failure> {
        // 0 to 3.
        let more = quarter_turns.rem_euclid(4).unsigned_abs() as u8;
        self.edit_photo(id, |edits| {
            let before = match edits.last() {
                Some(PhotoEdit::Turn { quarter_turns }) => *quarter_turns,
                _ => 0,
            };
            if before > 0 {
                edits.pop();
            }
            // Turns in a row are one change; a full circle is none.
            let quarter_turns = (before + more) % 4;
            if quarter_turns > 0 {
                edits.push(PhotoEdit::Turn { quarter_turns });
            }
        })
        .await
    }
}
