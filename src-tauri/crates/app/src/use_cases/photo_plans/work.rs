//! Working on a plan until it waits for the person or is done.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use contract::{Code, Failure, RejectedFile};
use domain::{Photo, PhotoId};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use uuid::Uuid;

use super::{GLANCE, TRIES, count, progress::Entry, too_busy};
use crate::{
    App, fail,
    ports::{DraftChanges, Facts, PhotoPlan, PhotoRefusal, PlanFile, PlanState},
    use_cases::{
        import_photos::{Made, says_nothing_about_the_file},
        look_at_photos::{SoFar, cancelled, not_able, not_read},
        upload::file_name,
    },
};

/// Files that become photos between two writes of the plan.
const STORED_AT_ONCE: usize = 8;

impl App {
    pub(crate) fn work_in_background(&self, id: Uuid) {
        self.work_in_turn(vec![id]);
    }

    /// Works plans off in the background, one after the other.
    pub(crate) fn work_in_turn(&self, ids: Vec<Uuid>) {
        let app = self.clone();
        self.looking.spawn(async move {
            for id in ids {
                if let Err(failure) = app.work_on(id, CancellationToken::new()).await {
                    tracing::warn!(%failure, plan = %id, "a run did not come to its end");
                }
                if app.closing.is_cancelled() {
                    return;
                }
            }
        });
    }

    /// Works on a plan until it waits for the person or is done. It ends early with `cancel`, and with the app. Where
    /// somebody here works on it already, it is left to them.
    pub(crate) async fn work_on(
        &self,
        id: Uuid,
        cancel: CancellationToken,
    ) -> Result<PhotoPlan, Failure> {
        let (cancel, _linked) = self.until_closing(cancel);
        loop {
            // A token of its own for each time: a stop is for the time in which it was asked.
            let Some(entry) = self.plans.enter(id, cancel.child_token()) else {
                return self.row(id).await;
            };
            let watch = self.stop_from_elsewhere(id, &entry);
            let done = self.steps(id, &entry).await;
            drop(watch);
            // Before it is off the list: nobody begins anew until this is written.
            let done = match done {
                Err(failure) => self.ended(id, failure).await,
                Ok(plan) => Ok(plan),
            };
            drop(entry);
            let plan = done?;
            // The person may have changed piles after the last step looked at the row, and found it being worked on.
            let plan = self.row(plan.id).await?;
            if plan.state.is_under_way()
                && plan.boot_id == self.parts.boot_id
                && !cancel.is_cancelled()
            {
                continue;
            }
            self.forget_old_facts().await;
            self.tell_plan(&plan);
            return Ok(plan);
        }
    }

    /// Notes why a plan does not go on. The end of the program is no reason: the next start goes on.
    async fn ended(&self, id: Uuid, failure: Failure) -> Result<PhotoPlan, Failure> {
        let stopped = failure.code == Code::Cancelled;
        if stopped && self.closing.is_cancelled() {
            return Err(failure);
        }
        self.change_plan(id, |plan| {
            plan.state = if stopped {
                PlanState::Stopped
            } else {
                PlanState::Failed
            };
            plan.body.failure = (!stopped).then(|| (failure.code, failure.message.clone()));
            Ok(DraftChanges::default())
        })
        .await?;
        Err(failure)
    }

    /// Stops the work when another process says in the plan's row that it is stopped.
    fn stop_from_elsewhere(&self, id: Uuid, entry: &Entry) -> AbortOnDropHandle<()> {
        let (app, running) = (self.clone(), Arc::clone(&entry.running));
        AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                tokio::time::sleep(GLANCE).await;
                if let Ok(plan) = app.row(id).await
                    && plan.state == PlanState::Stopped
                {
                    running.cancel.cancel();
                    return;
                }
            }
        }))
    }

    async fn steps(&self, id: Uuid, entry: &Entry) -> Result<PhotoPlan, Failure> {
        loop {
            let plan = self.row(id).await?;
            match plan.state {
                PlanState::Looking => self.look_through(id, entry).await?,
                PlanState::Filling => self.fill_drafts(plan, &entry.running.cancel).await?,
                PlanState::Ready | PlanState::Done | PlanState::Stopped | PlanState::Failed => {
                    return Ok(plan);
                }
            };
        }
    }

    /// Stores what is no photo yet, looks at all, makes the piles.
    async fn look_through(&self, id: Uuid, entry: &Entry) -> Result<PhotoPlan, Failure> {
        let cancel = &entry.running.cancel;
        let plan = self.store_files(id, cancel).await?;
        let photos = self.parts.photos.get_many(&plan.body.photos).await;
        let photos: Vec<Photo> = photos.map_err(fail::record("reading the photos"))?;
        let mut told = |so_far: SoFar| {
            let running = &entry.running;
            running.through.store(so_far.through, Ordering::Relaxed);
            running.looked.store(so_far.looked, Ordering::Relaxed);
            self.tell_plan(&plan);
        };
        let looked = if self.parts.analyst.is_able() {
            // One roll at a time: what is seen in several would be in memory together, and be forgotten too early.
            let _turn = tokio::select! {
                () = cancel.cancelled() => return Err(cancelled()),
                turn = self.look_turn.lock() => turn,
            };
            self.facts_of(&photos, cancel, &mut told).await
        } else {
            Err(not_able(&self.parts.analyst.missing()))
        };
        failpoint::reached("plan.looked");
        match looked {
            Ok(looks) => {
                let problem = not_read(&looks.unread);
                let problem = problem.map(|why| Failure::new(Code::CorruptImage, why));
                self.piled(id, Some(&looks.facts), problem).await
            }
            // Piles by pauses stay, drafts stay open: it goes on without.
            Err(failure) if failure.code == Code::NotAvailable => {
                self.piled(id, None, Some(failure)).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes the piles and says that they are there.
    async fn piled(
        &self,
        id: Uuid,
        facts: Option<&HashMap<PhotoId, Facts>>,
        problem: Option<Failure>,
    ) -> Result<PhotoPlan, Failure> {
        for _ in 0..TRIES {
            let plan = self.row(id).await?;
            match plan.state {
                PlanState::Looking => {}
                // By another process.
                PlanState::Stopped => return Err(cancelled()),
                _ => return Ok(plan),
            }
            let (mut plan, changes) = match facts {
                Some(facts) if plan.body.regroup => self.regrouped(&plan, facts).await?,
                _ => (plan, DraftChanges::default()),
            };
            plan.state = if plan.body.follows {
                PlanState::Filling
            } else {
                PlanState::Ready
            };
            plan.body.looked = Some(count(facts.map_or(0, HashMap::len)));
            plan.body.failure = problem.clone().map(|p| (p.code, p.message));
            if self.saved(&mut plan, &changes).await? {
                failpoint::reached("plan.piled");
                return Ok(plan);
            }
        }
        Err(too_busy())
    }

    /// Makes photos of the files that came in. Each file goes once its photo is in the plan. One that cannot be read at
    /// this moment stays, for when the plan is gone on with; the others go on.
    async fn store_files(
        &self,
        id: Uuid,
        cancel: &CancellationToken,
    ) -> Result<PhotoPlan, Failure> {
        // Nothing is wrong with these; they wait for another time.
        let mut held: Vec<PlanFile> = Vec::new();
        loop {
            let plan = self.row(id).await?;
            let files: Vec<PlanFile> = plan
                .body
                .files
                .iter()
                .filter(|file| !held.contains(file))
                .take(STORED_AT_ONCE)
                .cloned()
                .collect();
            if files.is_empty() {
                // After a kill the files may be photos, and the piles not there.
                if plan.body.uploaded {
                    return self.first_piles(plan).await;
                }
                return Ok(plan);
            }
            let last = files.len() + held.len() == plan.body.files.len();
            let mut stored = Vec::new();
            let mut refused = Vec::new();
            for file in &files {
                match self.stored(file, cancel).await? {
                    Ok(photo) => stored.push(photo),
                    Err(refusal) => {
                        if says_nothing_about_the_file(refusal.code) {
                            held.push(file.clone());
                        }
                        refused.push(RejectedFile {
                            path: file.name.clone(),
                            code: refusal.code,
                            message: refusal.message,
                        });
                    }
                }
            }
            let done: Vec<&PlanFile> = files.iter().filter(|file| !held.contains(file)).collect();
            let plan = self
                .change_plan(id, |plan| {
                    let body = &mut plan.body;
                    body.files.retain(|file| !done.contains(&file));
                    // What was said when they were tried before.
                    body.refused.retain(|told| {
                        let again = files.iter().any(|file| file.name == told.path);
                        !(again && says_nothing_about_the_file(told.code))
                    });
                    for photo in &stored {
                        // The same picture twice is one photo.
                        if !body.photos.contains(&photo.id) {
                            body.photos.push(photo.id);
                        }
                    }
                    body.refused.extend(refused.iter().cloned());
                    Ok(DraftChanges::default())
                })
                .await?;
            failpoint::reached("plan.files_stored");
            for file in &done {
                remove(Path::new(&file.path), last).await;
            }
            if last {
                return self.first_piles(plan).await;
            }
        }
    }

    /// Piles by pauses, as soon as all photos are there; of those that came late, piles of their own.
    async fn first_piles(&self, plan: PhotoPlan) -> Result<PhotoPlan, Failure> {
        let photos = self.parts.photos.get_many(&plan.body.photos).await;
        let photos: Vec<Photo> = photos.map_err(fail::record("reading the photos"))?;
        if photos.is_empty() {
            let first = plan.body.refused.first();
            return Err(Failure::new(
                first.map_or(Code::MissingPhotos, |file| file.code),
                "None of the files is a photo that can be read. Send photos.",
            ));
        }
        self.change_plan(plan.id, |plan| {
            let piles = plan.body.piles.iter();
            let standing: HashSet<PhotoId> =
                piles.flat_map(|pile| pile.photos.iter().copied()).collect();
            let rest: Vec<Photo> = photos
                .iter()
                .filter(|photo| !standing.contains(&photo.id))
                .cloned()
                .collect();
            if !rest.is_empty() {
                self.pile_by_pauses(&mut plan.body, &rest);
            }
            Ok(DraftChanges::default())
        })
        .await
    }

    async fn stored(
        &self,
        file: &PlanFile,
        cancel: &CancellationToken,
    ) -> Result<Result<Photo, PhotoRefusal>, Failure> {
        let name = file_name(&file.name).unwrap_or_else(|| "photo".to_owned());
        let path = PathBuf::from(&file.path);
        match self.photo_named(&name, &path, cancel, &mut |_| {}).await? {
            Made::Photo(photo) => Ok(Ok(self.keep_photo(&photo).await?)),
            Made::Refused(refusal) => Ok(Err(refusal)),
            Made::Skipped => Err(cancelled()),
        }
    }
}

/// What came in has become a photo, or is not taken; its folder goes with the last file.
pub(super) async fn remove(path: &Path, last: bool) {
    let removed = fs_err::tokio::remove_file(path).await;
    if let Err(error) = removed
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a file that is not needed any more stays");
    }
    if let Some(folder) = path.parent().filter(|_| last) {
        // Only where it is empty; other plans' files are none of ours.
        let _ = fs_err::tokio::remove_dir(folder).await;
    }
}
