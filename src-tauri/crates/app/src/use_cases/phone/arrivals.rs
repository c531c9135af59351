//! Photos that come from phones, as one import: they are shown as they arrive, and become drafts together once no more
//! come, as a drop of files would.
//!
//! Each arrival is a row of the import in the same transaction as its photo and its upload, so that a crash loses none
//! and makes no second draft: the next photo goes on with the import of the dead process, or the person closes it.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use contract::{
    Event, Failure, Grouping, ImportProgress, ImportResult, ImportedPhoto, RejectedFile,
};
use domain::Photo;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    App, fail,
    ports::{ImportFile, ImportRun, PhotoRefusal, Upload},
    view,
};

/// What stands for the request of an import from phones: no SHA-256 of paths.
pub(crate) const FROM_PHONES: &str =
    "from-phones-----------------------------------------------------";
/// How long after the last photo the drafts are made: no phone has more to send.
const QUIET: Duration = Duration::from_secs(4);
/// The same while a phone has more to send: it may have lost the network, or its screen is locked.
const PATIENCE: Duration = Duration::from_secs(180);

/// The import that phones' photos arrive in, while it is open.
#[derive(Default)]
pub(crate) struct PhoneImport(Option<OpenImport>);

struct OpenImport {
    run: ImportRun,
    done: u32,
    rejected: Vec<RejectedFile>,
    /// What each phone has yet to send, as it says.
    to_come: HashMap<Uuid, u32>,
    /// A process that died began it: no phone has said yet what it still has to send.
    taken_up: bool,
    /// The phone that was heard last.
    sender: String,
    last: Instant,
}

impl OpenImport {
    fn total(&self) -> u32 {
        let to_come = self.to_come.values().copied();
        self.done + to_come.fold(0, u32::saturating_add)
    }

    fn waits_for_more(&self) -> bool {
        (self.taken_up && self.to_come.is_empty()) || self.to_come.values().any(|left| *left > 0)
    }

    fn one_is_done(&mut self, device: Uuid) {
        self.done += 1;
        self.last = Instant::now();
        if let Some(left) = self.to_come.get_mut(&device) {
            *left = left.saturating_sub(1);
        }
    }

    fn progress(&self) -> ImportProgress {
        ImportProgress {
            import_id: self.run.id.to_string(),
            total: self.total(),
            done: self.done,
            seconds_left: None,
            thumb: None,
            photo: None,
            rejected: None,
            sender: Some(self.sender.clone()),
        }
    }
}

impl App {
    /// Takes up what phones sent to a process that died, so that it becomes drafts. Called when phones are let in.
    ///
    /// # Errors
    /// Storage only.
    pub async fn take_up_phone_import(&self) -> Result<(), Failure> {
        let mut import = self.phone_import.lock().await;
        let runs = self.unfinished_runs().await?;
        if import.0.is_none() && runs.iter().any(|(run, _)| run.request == FROM_PHONES) {
            self.opened(&mut import).await?;
        }
        Ok(())
    }

    /// A phone has so many photos to send: the window shows how many are on their way.
    pub(super) async fn note_photos_to_come(&self, device: Uuid, left: u32) {
        let mut import = self.phone_import.lock().await;
        if left == 0 && import.0.is_none() {
            return;
        }
        let sender = self.name_of_phone(device).await;
        match self.opened(&mut import).await {
            Ok(open) => {
                open.to_come.insert(device, left);
                open.sender = sender;
                open.last = Instant::now();
                let progress = open.progress();
                self.tell(Event::Import { progress });
            }
            // The photo itself says it again, where it matters.
            Err(failure) => tracing::warn!(%failure, "an import from phones could not be begun"),
        }
    }

    /// The photo of a phone's upload is stored, shown, and waits for its draft.
    pub(in crate::use_cases) async fn photo_arrived(
        &self,
        device: Uuid,
        upload: &Upload,
        photo: &Photo,
    ) -> Result<(), Failure> {
        // Held until the photo is in the import: it is not closed in between.
        let mut import = self.phone_import.lock().await;
        let sender = self.name_of_phone(device).await;
        let open = self.opened(&mut import).await?;
        let file = ImportFile {
            path: upload.id.as_bytes().to_vec(),
            bytes: upload.size,
            modified: 0,
        };
        let settled = self
            .parts
            .uploads
            .settle_in_import(upload, open.run.id, &file, photo, self.parts.clock.now())
            .await
            .map_err(fail::record("storing a photo"))?;
        failpoint::reached("phone.photo_arrived");
        let Some((photo, new)) = settled else {
            // Another process completed it meanwhile.
            return Ok(());
        };
        open.one_is_done(device);
        open.sender = sender;
        let progress = ImportProgress {
            photo: Some(ImportedPhoto {
                id: photo.id.to_string(),
                filename: upload.filename.clone(),
                thumb_url: view::thumb_url(&photo.sha256),
                duplicate: !new,
            }),
            ..open.progress()
        };
        self.tell(Event::Import { progress });
        Ok(())
    }

    /// A phone's upload was no photo.
    pub(in crate::use_cases) async fn photo_refused(
        &self,
        device: Uuid,
        upload: &Upload,
        refusal: &PhotoRefusal,
    ) {
        let mut import = self.phone_import.lock().await;
        let Some(open) = import.0.as_mut() else {
            return;
        };
        open.one_is_done(device);
        let rejected = RejectedFile {
            path: upload.filename.clone(),
            code: refusal.code,
            message: refusal.message.clone(),
        };
        open.rejected.push(rejected.clone());
        let progress = ImportProgress {
            rejected: Some(rejected),
            ..open.progress()
        };
        self.tell(Event::Import { progress });
    }

    /// Makes drafts of what arrived, where no more is to come for now; at once where the person says `now`. None:
    /// nothing waits for a draft, or more is to come. Called now and then while phones are let in, and at the end.
    ///
    /// # Errors
    /// Storage; what arrived stays, and is closed the next time.
    pub async fn close_phone_import(&self, now: bool) -> Result<Option<ImportResult>, Failure> {
        let mut import = self.phone_import.lock().await;
        let Some(open) = import.0.as_mut() else {
            return Ok(None);
        };
        if !now {
            let quiet = if open.waits_for_more() {
                PATIENCE
            } else {
                QUIET
            };
            if open.last.elapsed() < quiet {
                return Ok(None);
            }
            // Parts of a photo come for longer than a moment over a slow network.
            let since = self.parts.clock.now() - TimeDelta::seconds(30);
            let arriving = self.parts.uploads.arriving(since).await;
            if arriving.map_err(fail::record("reading the uploads"))? > 0 {
                return Ok(None);
            }
        }
        open.run.total = open.done;
        let (run, rejected) = (open.run.clone(), open.rejected.clone());
        let result = self.close_run(&run, rejected, false).await?;
        failpoint::reached("phone.import_closed");
        import.0 = None;
        self.imports.lock().await.remove(&run.id.to_string());
        self.tell(Event::ImportEnded {
            import_id: run.id.to_string(),
            result: result.clone(),
        });
        Ok(Some(result))
    }

    /// The open import: this process's, that of one that died, or a new one.
    async fn opened<'a>(&self, import: &'a mut PhoneImport) -> Result<&'a mut OpenImport, Failure> {
        if import.0.is_none() {
            let (run, done, taken_up) = self.run_from_phones().await?;
            // Nobody offers it as one that was cut short.
            self.watch_import(&run.id.to_string(), &CancellationToken::new())
                .await;
            import.0 = Some(OpenImport {
                run,
                done,
                rejected: Vec::new(),
                to_come: HashMap::new(),
                taken_up,
                sender: String::new(),
                last: Instant::now(),
            });
        }
        import
            .0
            .as_mut()
            .ok_or_else(|| fail::internal("opening the import from phones", "it is gone"))
    }

    /// The run, its photos until now, and whether a process that died began it.
    async fn run_from_phones(&self) -> Result<(ImportRun, u32, bool), Failure> {
        for (run, done) in self.unfinished_runs().await? {
            if run.request == FROM_PHONES && self.take_over(&run, run.total).await? {
                let run = ImportRun {
                    boot_id: self.parts.boot_id,
                    ..run
                };
                return Ok((run, done, true));
            }
        }
        let run = ImportRun {
            id: self.parts.clock.new_id(),
            request: FROM_PHONES.to_owned(),
            paths: Vec::new(),
            grouping: Grouping::Auto,
            total: 0,
            boot_id: self.parts.boot_id,
            stopped: false,
            created_at: self.parts.clock.now(),
        };
        let begun = self.parts.imports.begin(&run).await;
        begun.map_err(fail::record("beginning the import from phones"))?;
        Ok((run, 0, false))
    }

    async fn name_of_phone(&self, device: Uuid) -> String {
        let phones = self.parts.phones.phones().await.unwrap_or_default();
        let phone = phones.into_iter().find(|phone| phone.id == device);
        phone.map(|phone| phone.name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::FROM_PHONES;

    #[test]
    fn no_request_for_files_looks_like_phones() {
        assert_eq!(FROM_PHONES.len(), 64, "the column's length");
        assert!(hex::decode(FROM_PHONES).is_err(), "no SHA-256 in hex");
    }
}
