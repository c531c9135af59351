//! `studio photos`.

use app::App;
use contract::{EditedPhotoView, Failure};

use crate::{arguments::Photos, output::Output};

pub(super) async fn run(app: &App, command: Photos, output: Output) -> Result<(), Failure> {
    let photo = match command {
        Photos::Turn { id, by } => app.turn_photo(&id, by).await?,
        Photos::Crop { id, part } => app.crop_photo(&id, part).await?,
        Photos::Undo { id } => app.undo_photo_edit(&id).await?,
    };
    output.view(&photo, line)
}

fn line(photo: &EditedPhotoView) -> String {
    format!(
        "{}  {} x {}  [changes: {}]",
        photo.id, photo.width, photo.height, photo.edits
    )
}
