//! One file: read, processed, kept.

use std::{collections::HashMap, path::Path};

use contract::Failure;
use domain::Photo;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{find_files::Found, progress::Progress, says_nothing_about_the_file};
use crate::{
    App, fail,
    ports::{FileOutcome, ImportFile, PhotoRefusal},
};

/// Seconds that a photo takes from its file to the photo store: a histogram of the `metrics` facade.
pub const PHOTO_TIME: &str = "studio_photo_seconds";

/// What a file gave.
pub(crate) enum Made {
    /// A photo whose files are stored, and whose row is not written yet.
    Photo(Box<Photo>),
    Refused(PhotoRefusal),
    /// The person stopped it.
    Skipped,
}

impl App {
    /// What becomes of a file of an import; what became of it, where it is done already. None: stopped before it.
    pub(super) async fn outcome_of(
        &self,
        run: Uuid,
        found: &Found,
        earlier: &HashMap<ImportFile, FileOutcome>,
        progress: &Progress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<FileOutcome>, Failure> {
        if let Some(outcome) = earlier.get(&found.file) {
            return Ok(Some(outcome.clone()));
        }
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let mut show = |thumb: &[u8]| progress.thumb(&found.path, thumb);
        let outcome = match self.photo_of(&found.path, cancel, &mut show).await? {
            Made::Skipped => return Ok(None),
            Made::Photo(photo) => {
                let (photo, new) = self
                    .parts
                    .imports
                    .note_photo(run, &found.file, &photo)
                    .await
                    .map_err(fail::record("storing a photo"))?;
                FileOutcome::Photo {
                    photo: Box::new(photo),
                    new,
                    drafted: false,
                }
            }
            Made::Refused(PhotoRefusal { code, message }) => {
                if !says_nothing_about_the_file(code) {
                    self.parts
                        .imports
                        .note_rejected(run, &found.file, code, &message)
                        .await
                        .map_err(fail::record("noting a file"))?;
                }
                FileOutcome::Rejected { code, message }
            }
        };
        progress.done(&found.path, &outcome);
        Ok(Some(outcome))
    }

    /// Reads and processes a file and stores picture and thumbnail; the row is the caller's to write. `show` gets the
    /// thumbnail as soon as there is one.
    pub(crate) async fn photo_of(
        &self,
        path: &Path,
        cancel: &CancellationToken,
        show: &mut (dyn for<'t> FnMut(&'t [u8]) + Send),
    ) -> Result<Made, Failure> {
        self.photo_named(&file_name(path), path, cancel, show).await
    }

    /// The same under a name of its own, for a file that lies here only for a moment.
    pub(crate) async fn photo_named(
        &self,
        name: &str,
        path: &Path,
        cancel: &CancellationToken,
        show: &mut (dyn for<'t> FnMut(&'t [u8]) + Send),
    ) -> Result<Made, Failure> {
        let begun = std::time::Instant::now();
        let processing = async {
            let bytes = self.parts.pipeline.read(path).await?;
            self.parts.pipeline.process(bytes, show).await
        };
        let processed = tokio::select! {
            () = cancel.cancelled() => return Ok(Made::Skipped),
            processed = processing => processed,
        };
        let processed = match processed {
            Ok(processed) => processed,
            Err(refusal) => return Ok(Made::Refused(refusal)),
        };
        // The file first, then the row: a row never names a photo that is not on the disk.
        self.parts
            .files
            .put(&processed)
            .await
            .map_err(fail::disk("storing a photo"))?;
        metrics::histogram!(PHOTO_TIME).record(begun.elapsed().as_secs_f64());
        failpoint::reached("import.file_stored");
        Ok(Made::Photo(Box::new(Photo {
            id: self.parts.clock.new_id().into(),
            sha256: processed.sha256,
            filename: name.to_owned(),
            width: processed.width,
            height: processed.height,
            phash: processed.phash,
            captured_at: processed.captured_at,
            camera: processed.camera,
            orientation: processed.orientation,
            edited: None,
            created_at: self.parts.clock.now(),
        })))
    }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
