//! `import`: files and folders become photos, photos become drafts. One bad file never stops the others.
//!
//! What is done with each file is recorded as it is done, so that after a crash, or after it was stopped, the same
//! import goes on: no file is read twice and no photo gets a second draft. Thousands of files go in batches.

mod batch;
mod find_files;
mod fresh_thumbs;
mod look;
mod one_file;
mod progress;
mod time_left;
mod unfinished;

use std::{collections::HashMap, path::PathBuf};

use contract::{Code, Failure, Grouping, ImportCounts, ImportResult, PhotoGroupView, RejectedFile};
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    App, fail,
    ports::{FileOutcome, ImportFile, ImportRun},
};

use self::{batch::Pending, find_files::Found, look::Looked, progress::Progress};

pub(crate) use self::{fresh_thumbs::FreshThumbs, one_file::Made};
pub use self::{look::Look, one_file::PHOTO_TIME};

/// Photos in the pipeline at once; the pipeline's own workers bound the rest.
const AT_ONCE: usize = 3;
/// Files after which drafts are made of what is there: of thousands, the first can be worked on early.
const BATCH: usize = 500;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Names the import, so that it can be watched and stopped.
    pub import_id: String,
    /// Files and folders; folders are searched through.
    pub paths: Vec<PathBuf>,
    /// How photos become drafts.
    pub grouping: Grouping,
    /// When they are looked at, where the person wants that.
    pub look: Look,
}

impl ImportRequest {
    /// The same for the same paths and grouping, whatever the import is called.
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", self.grouping));
        for path in &self.paths {
            let path = absolute(path);
            let bytes = path.as_os_str().as_encoded_bytes();
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
        hex::encode(hash.finalize())
    }
}

fn absolute(path: &std::path::Path) -> PathBuf {
    // Fails only for an empty path, which names no file either way.
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl App {
    /// Imports photos and makes drafts of them; goes on with an import of the same paths that a crash, a stop or a
    /// fault of the disk cut short.
    ///
    /// Stopped in between, it makes drafts of what is stored by then.
    ///
    /// # Errors
    /// `too_many_files` before anything is read; `storage_full` or `internal` where the disk refuses.
    pub async fn import_photos(&self, request: ImportRequest) -> Result<ImportResult, Failure> {
        let cancel = CancellationToken::new();
        self.watch_import(&request.import_id, &cancel).await;
        let result = self.import(&request, &cancel).await;
        self.imports.lock().await.remove(&request.import_id);
        result
    }

    /// Stops an import; what is stored by then stays.
    pub async fn stop_import(&self, import_id: &str) {
        if let Some(cancel) = self.imports.lock().await.get(import_id) {
            cancel.cancel();
        }
    }

    pub(crate) async fn watch_import(&self, id: &str, cancel: &CancellationToken) {
        self.imports
            .lock()
            .await
            .insert(id.to_owned(), cancel.clone());
    }

    async fn import(
        &self,
        request: &ImportRequest,
        cancel: &CancellationToken,
    ) -> Result<ImportResult, Failure> {
        let (files, unreadable) = find_files::find(request.paths.clone()).await?;
        let total = u32::try_from(files.len() + unreadable.len()).unwrap_or(u32::MAX);
        let run = self.run_of(request, total).await?;
        failpoint::reached("import.begun");
        // Under the run's own id too: nobody of this process takes it over meanwhile.
        self.watch_import(&run.id.to_string(), cancel).await;
        let result = self
            .go_through(request, &run, files, unreadable, cancel)
            .await;
        if result.is_err()
            && let Err(error) = self.parts.imports.stop(run.id).await
        {
            tracing::warn!(%error, "an import could not be marked as stopped");
        }
        self.imports.lock().await.remove(&run.id.to_string());
        result
    }

    /// The run that the same request began and did not end, or a new one.
    async fn run_of(&self, request: &ImportRequest, total: u32) -> Result<ImportRun, Failure> {
        let fingerprint = request.fingerprint();
        let unfinished = self.unfinished_runs().await?;
        for (run, _) in unfinished {
            // What came in before and is not there any more still belongs to the run.
            let total = total.max(run.total);
            if run.request == fingerprint && self.take_over(&run, total).await? {
                return Ok(ImportRun { total, ..run });
            }
        }
        let run = ImportRun {
            id: self.parts.clock.new_id(),
            request: fingerprint,
            paths: request
                .paths
                .iter()
                .map(|path| absolute(path).to_string_lossy().into_owned())
                .collect(),
            grouping: request.grouping,
            total,
            boot_id: self.parts.boot_id,
            stopped: false,
            created_at: self.parts.clock.now(),
        };
        self.parts
            .imports
            .begin(&run)
            .await
            .map_err(fail::record("beginning the import"))?;
        Ok(run)
    }

    async fn go_through(
        &self,
        request: &ImportRequest,
        run: &ImportRun,
        files: Vec<Found>,
        unreadable: Vec<RejectedFile>,
        cancel: &CancellationToken,
    ) -> Result<ImportResult, Failure> {
        let earlier = self.outcomes_of(run.id).await?;
        let done_before = files
            .iter()
            .filter(|f| earlier.contains_key(&f.file))
            .count();
        let progress = Progress::new(self, &request.import_id, run.total, done_before);
        for file in &unreadable {
            progress.rejected(file);
        }
        let mut rejected = unreadable;
        let mut pending = Pending::after(&earlier, &files.iter().map(|f| &f.file).collect());
        let mut broken = None;
        // Once also where no file is left: photos of an earlier start may wait for their drafts.
        let batches = files.len().div_ceil(BATCH).max(1);
        for nth in 0..batches {
            let rest = files.get(nth * BATCH..).unwrap_or_default();
            let batch = &rest[..rest.len().min(BATCH)];
            // Ordered: a draft's photos stand in the order of their files, whichever was decoded first.
            let outcomes: Vec<Result<Option<FileOutcome>, Failure>> = stream::iter(batch.to_vec())
                .map(|found| {
                    let (earlier, progress) = (&earlier, &progress);
                    async move {
                        self.outcome_of(run.id, &found, earlier, progress, cancel)
                            .await
                    }
                })
                .buffered(AT_ONCE)
                .collect()
                .await;
            for (found, outcome) in batch.iter().zip(outcomes) {
                match outcome {
                    Ok(Some(FileOutcome::Photo { photo, drafted, .. })) => {
                        pending.add(*photo, drafted);
                    }
                    Ok(Some(FileOutcome::Rejected { code, message })) => {
                        rejected.push(RejectedFile {
                            path: found.path.to_string_lossy().into_owned(),
                            code,
                            message,
                        })
                    }
                    Ok(None) => {}
                    Err(failure) => broken = broken.or(Some(failure)),
                }
            }
            let last = nth + 1 == batches || cancel.is_cancelled() || broken.is_some();
            self.make_drafts(run.id, &mut pending, request.grouping, last)
                .await?;
            if last {
                break;
            }
        }
        // Photos that came through are drafts by now; the fault of the disk is told all the same.
        if let Some(failure) = broken {
            return Err(failure);
        }
        let mut looked = Looked::default();
        if !cancel.is_cancelled() {
            looked = self.plans_of_import(run).await?;
        }
        if request.look == Look::Now {
            self.look_now(&mut looked, cancel).await?;
        }
        let stopped = cancel.is_cancelled() || looked.stopped;
        let result = self.result_of(run, rejected, stopped).await?;
        let result = self.with_plans(result, &looked).await?;
        let ended = if stopped {
            self.parts.imports.stop(run.id).await
        } else {
            self.parts.imports.finish(run.id).await
        };
        ended.map_err(fail::record("ending the import"))?;
        if request.look == Look::Later {
            self.look_later(&looked);
        }
        Ok(result)
    }

    /// What became of each file of a run until now.
    async fn outcomes_of(&self, run: Uuid) -> Result<HashMap<ImportFile, FileOutcome>, Failure> {
        let files = self.parts.imports.files(run).await;
        Ok(files
            .map_err(fail::record("reading the import"))?
            .into_iter()
            .collect())
    }

    /// Of the whole run, as if it had never been cut short.
    async fn result_of(
        &self,
        run: &ImportRun,
        rejected: Vec<RejectedFile>,
        stopped: bool,
    ) -> Result<ImportResult, Failure> {
        let mut counts = ImportCounts {
            total: run.total,
            ..ImportCounts::default()
        };
        for outcome in self.outcomes_of(run.id).await?.values() {
            match outcome {
                FileOutcome::Photo { new: true, .. } => counts.stored += 1,
                FileOutcome::Photo { new: false, .. } => counts.duplicates += 1,
                FileOutcome::Rejected { .. } => {}
            }
        }
        let mut drafts = Vec::new();
        let mut groups: Vec<PhotoGroupView> = Vec::new();
        let made = self.parts.imports.drafts(run.id).await;
        for group in made.map_err(fail::record("reading the import"))? {
            let id = super::change_draft::draft_id(&group.draft_id)?;
            match self.parts.drafts.get(id).await {
                Ok(draft) => {
                    drafts.push(draft);
                    groups.push(group);
                }
                // Removed by the person since an earlier part of this import made it.
                Err(crate::ports::RecordError::NotFound) => {}
                Err(error) => return Err(fail::record("reading the drafts")(error)),
            }
        }
        Ok(ImportResult {
            drafts: self.views_of(drafts).await?,
            rejected,
            photos: counts,
            stopped,
            groups,
            plans: Vec::new(),
            not_looked: None,
        })
    }
}

/// Refused with these, a file may be read another time: nothing is wrong with it.
pub(crate) fn says_nothing_about_the_file(code: Code) -> bool {
    matches!(code, Code::NotAvailable | Code::IsolationUnavailable)
}
