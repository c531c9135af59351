//! What an import tells while it goes on.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use contract::{Event, FreshThumb, ImportProgress, ImportedPhoto, RejectedFile};

use super::{one_file::file_name, time_left};
use crate::{App, ports::FileOutcome, view};

pub(super) struct Progress<'a> {
    app: &'a App,
    import_id: &'a str,
    total: u32,
    /// Done before this process began with it.
    before: u32,
    done: Mutex<u32>,
    since: Instant,
}

impl<'a> Progress<'a> {
    pub(super) fn new(app: &'a App, import_id: &'a str, total: u32, before: usize) -> Self {
        let before = u32::try_from(before).unwrap_or(total);
        let progress = Self {
            app,
            import_id,
            total,
            before,
            done: Mutex::new(before),
            since: Instant::now(),
        };
        // At once: how many there are, and how many were done earlier.
        progress.tell(0, |_| {});
        progress
    }

    /// A thumbnail is there; its photo is not done yet.
    pub(super) fn thumb(&self, path: &Path, jpeg: &[u8]) {
        let thumb = FreshThumb {
            path: path.to_string_lossy().into_owned(),
            filename: file_name(path),
            thumb_url: self.app.keep_fresh_thumb(jpeg),
        };
        self.tell(0, |progress| progress.thumb = Some(thumb));
    }

    pub(super) fn rejected(&self, file: &RejectedFile) {
        self.tell(1, |progress| progress.rejected = Some(file.clone()));
    }

    pub(super) fn done(&self, path: &Path, outcome: &FileOutcome) {
        match outcome {
            FileOutcome::Photo { photo, new, .. } => self.tell(1, |progress| {
                progress.photo = Some(ImportedPhoto {
                    id: photo.id.to_string(),
                    filename: file_name(path),
                    thumb_url: view::thumb_url(&photo.sha256),
                    duplicate: !new,
                });
            }),
            FileOutcome::Rejected { code, message } => self.rejected(&RejectedFile {
                path: path.to_string_lossy().into_owned(),
                code: *code,
                message: message.clone(),
            }),
        }
    }

    fn tell(&self, more: u32, fill: impl FnOnce(&mut ImportProgress)) {
        // Held while it is told: a listener never hears a smaller number after a larger one.
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += more;
        let mut progress = ImportProgress {
            import_id: self.import_id.to_owned(),
            total: self.total,
            done: *done,
            seconds_left: time_left::seconds(
                *done - self.before,
                self.total.saturating_sub(*done),
                self.since.elapsed(),
            ),
            thumb: None,
            photo: None,
            rejected: None,
            sender: None,
        };
        fill(&mut progress);
        self.app.tell(Event::Import { progress });
    }
}
