//! Imports that did not come to their end: which there are, going on with one, leaving it at what is done.

use std::{collections::HashSet, path::PathBuf};

use chrono::TimeDelta;
use contract::{Code, Failure, ImportResult, RejectedFile, UnfinishedImport};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{ImportRequest, batch::Pending, look::Look};
use crate::{App, fail, ports::ImportRun, use_cases::phone::FROM_PHONES};

/// How long a stopped import waits to be gone on with. Its photos have drafts; only the list of its files goes.
const KEPT: TimeDelta = TimeDelta::days(30);

impl App {
    /// Imports that nobody works on and that did not come to their end, newest first.
    ///
    /// # Errors
    /// Storage only.
    pub async fn unfinished_imports(&self) -> Result<Vec<UnfinishedImport>, Failure> {
        let runs = self.unfinished_runs().await?;
        Ok(runs
            .into_iter()
            .map(|(run, done)| UnfinishedImport {
                id: run.id.to_string(),
                paths: run.paths,
                grouping: run.grouping,
                done,
                total: run.total,
                stopped: run.stopped,
                from_phones: run.request == FROM_PHONES,
                started_at: contract::time(run.created_at),
            })
            .collect())
    }

    /// Files and folders of all imports that have not ended, those that are worked on included.
    ///
    /// # Errors
    /// Storage.
    pub async fn paths_of_open_imports(&self) -> Result<HashSet<PathBuf>, Failure> {
        let runs = self.parts.imports.unfinished().await;
        let runs = runs.map_err(fail::record("reading the imports"))?;
        let paths = runs.into_iter().flat_map(|(run, _)| run.paths);
        Ok(paths.map(PathBuf::from).collect())
    }

    /// Goes on with an import where it was; told and stopped under the name `import_id`.
    ///
    /// # Errors
    /// `not_found` where there is no such import, or somebody works on it; else as [`App::import_photos`].
    pub async fn resume_import(
        &self,
        id: &str,
        import_id: String,
    ) -> Result<ImportResult, Failure> {
        let run = self.unfinished_run(id).await?;
        if run.request == FROM_PHONES {
            // What is missing is at the phone; what came becomes drafts.
            return self.close_import(id).await;
        }
        self.import_photos(ImportRequest {
            import_id,
            paths: run.paths.iter().map(PathBuf::from).collect(),
            grouping: run.grouping,
            look: Look::Later,
        })
        .await
    }

    /// Leaves an import at what is done: makes drafts of the photos that have none, and forgets the other files.
    ///
    /// # Errors
    /// `not_found` where there is no such import, or somebody works on it; storage.
    pub async fn close_import(&self, id: &str) -> Result<ImportResult, Failure> {
        let run = self.unfinished_run(id).await?;
        if !self.take_over(&run, run.total).await? {
            return Err(not_found());
        }
        let cancel = CancellationToken::new();
        self.watch_import(&run.id.to_string(), &cancel).await;
        let closed = self.close_run(&run, Vec::new(), true).await;
        self.imports.lock().await.remove(&run.id.to_string());
        closed
    }

    /// Makes drafts of the photos of a run that have none, and ends it.
    pub(crate) async fn close_run(
        &self,
        run: &ImportRun,
        rejected: Vec<RejectedFile>,
        stopped: bool,
    ) -> Result<ImportResult, Failure> {
        let earlier = self.outcomes_of(run.id).await?;
        let mut pending = Pending::after(&earlier, &HashSet::new());
        self.make_drafts(run.id, &mut pending, run.grouping, true)
            .await?;
        let looked = self.plans_of_import(run).await?;
        let result = self.result_of(run, rejected, stopped).await?;
        let result = self.with_plans(result, &looked).await?;
        self.parts
            .imports
            .finish(run.id)
            .await
            .map_err(fail::record("ending the import"))?;
        self.look_later(&looked);
        Ok(result)
    }

    /// Those that nobody works on. Stopped ones that are a month old go.
    pub(crate) async fn unfinished_runs(&self) -> Result<Vec<(ImportRun, u32)>, Failure> {
        let runs = self.parts.imports.unfinished().await;
        let runs = runs.map_err(fail::record("reading the imports"))?;
        let now = self.parts.clock.now();
        let mut free = Vec::new();
        for (run, done) in runs {
            if self.is_imported_now(&run).await {
                continue;
            }
            if run.stopped && now - run.created_at > KEPT {
                self.parts
                    .imports
                    .finish(run.id)
                    .await
                    .map_err(fail::record("ending the import"))?;
                continue;
            }
            free.push((run, done));
        }
        Ok(free)
    }

    async fn unfinished_run(&self, id: &str) -> Result<ImportRun, Failure> {
        let id: Uuid = id.parse().map_err(|_| not_found())?;
        let runs = self.unfinished_runs().await?;
        let run = runs.into_iter().find(|(run, _)| run.id == id);
        run.map(|(run, _)| run).ok_or_else(not_found)
    }

    async fn is_imported_now(&self, run: &ImportRun) -> bool {
        if run.boot_id == self.parts.boot_id {
            return self.imports.lock().await.contains_key(&run.id.to_string());
        }
        !run.stopped && self.parts.processes.alive(run.boot_id)
    }

    /// Makes the run this process's; false: another process was faster.
    pub(crate) async fn take_over(&self, run: &ImportRun, total: u32) -> Result<bool, Failure> {
        self.parts
            .imports
            .take_over(run.id, run.boot_id, self.parts.boot_id, total)
            .await
            .map_err(fail::record("going on with the import"))
    }
}

fn not_found() -> Failure {
    Failure::new(
        Code::NotFound,
        "There is no such import, or it is being worked on.",
    )
}
