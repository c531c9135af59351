//! Runs over many photos: stored, looked at, put into piles, made drafts of, filled.
//!
//! A plan is a row that says where it stands. Each step ends with one write of the row and of the drafts that it
//! changed, so that after a kill the step is done whole or not at all, and the plan goes on.

mod drafts;
mod edit_piles;
mod piles;
mod progress;
mod regroup;
mod undo_piles;
mod work;

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use contract::{Code, Failure, PhotoPlanView, PlanSummary};
use domain::{Photo, PhotoId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{ingest::IncomingFile, look_at_photos::cancelled};
use crate::{
    App, fail,
    ports::{DraftChanges, PhotoPlan, PlanBody, PlanFile, PlanState, RecordError, Recorded},
};

pub(crate) use progress::RunningPlans;
pub use undo_piles::PileWay;

/// Photos of one plan.
pub const MOST_PHOTOS: usize = 500;
/// How long a plan that came to its end is kept: its photos and drafts stay.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How long a plan that is going to stop is waited for.
const STOPPING: Duration = Duration::from_secs(10);
/// How often a plan is looked at that another process works on.
const GLANCE: Duration = Duration::from_secs(1);
/// How often a change starts again because the plan or a draft was changed meanwhile.
const TRIES: usize = 5;

impl App {
    /// Begins a run over stored photos, in the order of their roll. It goes on in the background.
    ///
    /// # Errors
    /// `missing_photos`, `too_many_files`, `invalid_field` for a photo that is not stored; storage.
    pub async fn start_plan(&self, photos: &[String]) -> Result<PhotoPlanView, Failure> {
        let mut seen = HashSet::new();
        let ids: Vec<PhotoId> = photos
            .iter()
            .map(|id| id.parse().map_err(|_| unknown_photo()))
            .collect::<Result<Vec<PhotoId>, Failure>>()?
            .into_iter()
            .filter(|id| seen.insert(*id))
            .collect();
        check_count(ids.len())?;
        let photos: Vec<Photo> = match self.parts.photos.get_many(&ids).await {
            Ok(photos) => photos,
            Err(RecordError::NotFound) => return Err(unknown_photo()),
            Err(error) => return Err(fail::record("reading the photos")(error)),
        };
        let mut body = PlanBody {
            total: count(ids.len()),
            photos: ids,
            regroup: true,
            ..PlanBody::default()
        };
        self.pile_by_pauses(&mut body, &photos);
        let id = self.begin_plan(body).await?;
        self.photo_plan(&id.to_string()).await
    }

    /// Begins a run over files that lie in the data folder's place for what comes in. From here on they are the run's:
    /// they become photos first, and go as they do, or at once where the run cannot begin. `grouping`: photos are put
    /// into piles; else each is a pile.
    ///
    /// # Errors
    /// `missing_photos`, `too_many_files`; storage.
    pub async fn start_plan_of_files(
        &self,
        files: &[IncomingFile],
        grouping: bool,
    ) -> Result<PhotoPlanView, Failure> {
        check_count(files.len())?;
        let file = |file: &IncomingFile| PlanFile {
            name: file.name.clone(),
            path: file.path.to_string_lossy().into_owned(),
        };
        let body = PlanBody {
            total: count(files.len()),
            files: files.iter().map(file).collect(),
            uploaded: true,
            regroup: grouping,
            ..PlanBody::default()
        };
        match self.begin_plan(body).await {
            Ok(id) => self.photo_plan(&id.to_string()).await,
            Err(failure) => {
                for (left, file) in (0..files.len()).rev().zip(files) {
                    work::remove(&file.path, left == 0).await;
                }
                Err(failure)
            }
        }
    }

    async fn begin_plan(&self, body: PlanBody) -> Result<Uuid, Failure> {
        let plan = self.new_plan(body, None);
        let id = plan.id;
        self.parts
            .plans
            .begin(&[plan])
            .await
            .map_err(fail::record("beginning the run"))?;
        failpoint::reached("plan.begun");
        // At once: whoever asked for it may be gone by the next step.
        self.work_in_background(id);
        self.forget_old_plans().await;
        Ok(id)
    }

    pub(crate) fn new_plan(&self, body: PlanBody, import: Option<Uuid>) -> PhotoPlan {
        PhotoPlan {
            id: self.parts.clock.new_id(),
            import,
            state: PlanState::Looking,
            boot_id: self.parts.boot_id,
            revision: 1,
            body,
            created_at: self.parts.clock.now(),
        }
    }

    /// A plan with its piles as they are now.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn photo_plan(&self, id: &str) -> Result<PhotoPlanView, Failure> {
        let plan = self.plan_row(id).await?;
        self.plan_view(plan).await
    }

    /// All plans that are kept, newest first, without their piles.
    ///
    /// # Errors
    /// Storage only.
    pub async fn photo_plans(&self) -> Result<Vec<PlanSummary>, Failure> {
        let plans = self.parts.plans.plans().await;
        let plans = plans.map_err(fail::record("reading the runs"))?;
        Ok(plans.into_iter().map(|plan| self.summary(plan)).collect())
    }

    /// Waits until nobody works on a plan: it waits for the person, is done, was stopped or failed. Cancelled, the plan
    /// is stopped.
    ///
    /// # Errors
    /// `not_found`; `cancelled`; storage.
    pub async fn plan_over(
        &self,
        id: &str,
        cancel: &CancellationToken,
    ) -> Result<PhotoPlanView, Failure> {
        loop {
            let plan = self.plan_row(id).await?;
            if !plan.state.is_under_way() {
                return self.plan_view(plan).await;
            }
            let over = self.plans.over(plan.id).map(|(over, _)| over);
            let ours = plan.boot_id == self.parts.boot_id;
            if over.is_none() && (ours || !self.parts.processes.alive(plan.boot_id)) {
                // It has just ended, or waits for the next start to go on.
                return self.photo_plan(id).await;
            }
            tokio::select! {
                () = cancel.cancelled() => {
                    self.cancel_plan(id).await?;
                    return Err(cancelled());
                }
                () = async {
                    match over {
                        Some(over) => over.cancelled().await,
                        // Another process works on it.
                        None => tokio::time::sleep(GLANCE).await,
                    }
                } => {}
            }
        }
    }

    /// Stops a plan after the photo that it is at. What was seen until then is kept; it can be gone on with.
    ///
    /// # Errors
    /// `not_found`; storage.
    pub async fn cancel_plan(&self, id: &str) -> Result<PhotoPlanView, Failure> {
        let plan = self.plan_row(id).await?;
        if !self.plans.stop(plan.id) && plan.state.is_under_way() {
            // Nobody works on it here: another process, or one that died.
            self.change_plan(plan.id, |plan| {
                if plan.state.is_under_way() {
                    plan.state = PlanState::Stopped;
                }
                Ok(DraftChanges::default())
            })
            .await?;
        }
        self.photo_plan(id).await
    }

    /// Goes on with a plan that was stopped or that a crash cut short, in the background.
    ///
    /// # Errors
    /// `not_found`; storage.
    pub async fn resume_plan(&self, id: &str) -> Result<PhotoPlanView, Failure> {
        let plan = self.plan_row(id).await?;
        // Stopped a moment ago, it is still at its last photo: what it writes then would undo this.
        if let Some((over, true)) = self.plans.over(plan.id)
            && tokio::time::timeout(STOPPING, over.cancelled())
                .await
                .is_err()
        {
            return Err(too_busy());
        }
        if self.take_up(plan.id).await?.is_some() {
            self.work_in_background(plan.id);
        }
        self.photo_plan(id).await
    }

    /// Goes on with every plan that a dead process left, in the background; called once, when a program starts that
    /// stays.
    ///
    /// # Errors
    /// Storage only.
    pub async fn resume_plans(&self) -> Result<u32, Failure> {
        let plans = self.parts.plans.plans_under_way().await;
        let mut taken = Vec::new();
        for plan in plans.map_err(fail::record("reading the runs"))? {
            let ours = plan.boot_id == self.parts.boot_id;
            if !ours && self.take_up(plan.id).await?.is_some() {
                taken.push(plan.id);
            }
        }
        let resumed = count(taken.len());
        self.work_in_turn(taken);
        Ok(resumed)
    }

    /// Makes a plan this process's, and one that was stopped under way again. None: another living process works on it.
    pub(crate) async fn take_up(&self, id: Uuid) -> Result<Option<PhotoPlan>, Failure> {
        let boot_id = self.parts.boot_id;
        let taken = self
            .change_plan(id, |plan| {
                // Asked of the row as it is at each try: of two programs that start together one is faster.
                let elsewhere = plan.state.is_under_way()
                    && plan.boot_id != boot_id
                    && self.parts.processes.alive(plan.boot_id);
                if elsewhere {
                    return Ok(DraftChanges::default());
                }
                plan.boot_id = boot_id;
                if matches!(plan.state, PlanState::Stopped | PlanState::Failed) {
                    plan.body.failure = None;
                    plan.state = if plan.has_made_drafts() {
                        PlanState::Filling
                    } else {
                        PlanState::Looking
                    };
                }
                Ok(DraftChanges::default())
            })
            .await?;
        Ok(Some(taken).filter(|plan| plan.boot_id == boot_id))
    }

    pub(crate) async fn forget_old_plans(&self) {
        let before = self.parts.clock.now() - KEPT;
        if let Err(error) = self.parts.plans.forget_plans(before).await {
            tracing::warn!(%error, "old runs stay");
        }
    }

    pub(crate) async fn plan_row(&self, id: &str) -> Result<PhotoPlan, Failure> {
        let id: Uuid = id.parse().map_err(|_| no_plan())?;
        self.row(id).await
    }

    async fn row(&self, id: Uuid) -> Result<PhotoPlan, Failure> {
        match self.parts.plans.plan(id).await {
            Err(RecordError::NotFound) => Err(no_plan()),
            plan => plan.map_err(fail::record("reading the run")),
        }
    }

    /// Changes a plan, and drafts with it, as it is at that moment; starts again where somebody was faster.
    pub(crate) async fn change_plan(
        &self,
        id: Uuid,
        mut change: impl FnMut(&mut PhotoPlan) -> Result<DraftChanges, Failure> + Send,
    ) -> Result<PhotoPlan, Failure> {
        for _ in 0..TRIES {
            let mut plan = self.row(id).await?;
            let before = plan.clone();
            let drafts = change(&mut plan)?;
            if plan == before && drafts.is_none() {
                return Ok(plan);
            }
            if self.saved(&mut plan, &drafts).await? {
                return Ok(plan);
            }
        }
        Err(too_busy())
    }

    /// Writes a plan and its drafts; false: plan or drafts were changed since they were read.
    pub(crate) async fn saved(
        &self,
        plan: &mut PhotoPlan,
        drafts: &DraftChanges,
    ) -> Result<bool, Failure> {
        plan.revision += 1;
        let written: Recorded<()> = self.parts.plans.save_plan(plan, drafts).await;
        match written {
            Ok(()) => {
                failpoint::reached("plan.saved");
                self.tell_plan(plan);
                for id in drafts.ids() {
                    self.tell(contract::Event::DraftChanged { id: id.to_string() });
                }
                Ok(true)
            }
            Err(RecordError::Stale) => Ok(false),
            Err(error) => Err(fail::record("saving the run")(error)),
        }
    }
}

impl PhotoPlan {
    /// Its drafts were made when the person asked for them; they do not follow the piles.
    fn has_made_drafts(&self) -> bool {
        !self.body.follows && self.body.piles.iter().any(|pile| pile.draft.is_some())
    }
}

impl DraftChanges {
    pub(crate) fn is_none(&self) -> bool {
        self.new.is_empty()
            && self.changed.is_empty()
            && self.gone.is_empty()
            && self.back.is_empty()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = domain::DraftId> {
        let written = self.new.iter().chain(&self.changed).chain(&self.back);
        let written = written.map(|draft| draft.id);
        written.chain(self.gone.iter().map(|(id, _)| *id))
    }
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn check_count(photos: usize) -> Result<(), Failure> {
    match photos {
        0 => Err(Failure::new(
            Code::MissingPhotos,
            "Name at least one photo.",
        )),
        1..=MOST_PHOTOS => Ok(()),
        more => Err(Failure::new(
            Code::TooManyFiles,
            format!("At most {MOST_PHOTOS} photos in one run; these are {more}. Begin several."),
        )),
    }
}

fn unknown_photo() -> Failure {
    Failure::new(
        Code::InvalidField,
        "A photo is named that is not stored here. Import it first.",
    )
    .with(serde_json::json!({ "fields": { "photos": "invalid_field" } }))
}

fn no_plan() -> Failure {
    Failure::new(Code::NotFound, "There is no such run.")
}

pub(crate) fn too_busy() -> Failure {
    Failure::new(
        Code::DraftChanged,
        "Photos or drafts of this run are being changed elsewhere. Try again in a moment.",
    )
}
