//! Which plans this process works on, how far each is, and what is told of it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use contract::{Event, Failure, PhotoPlanView, PilePhotoView, PileView, PlanProgress, PlanSummary};
use domain::{Photo, PhotoId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::count;
use crate::{
    App, fail,
    ports::{PhotoPlan, PlanPile, PlanState},
    view,
};

/// How long the end of the process waits for the photo that a plan is at.
const LAST_PHOTO: Duration = Duration::from_secs(5);

/// A plan that this process works on.
#[derive(Default)]
pub(crate) struct Running {
    pub(super) cancel: CancellationToken,
    /// Photos that were gone through.
    pub(super) through: AtomicU32,
    /// Those of them in which something was seen.
    pub(super) looked: AtomicU32,
    /// Cancelled when nobody works on it any more.
    over: CancellationToken,
}

/// The plans that this process works on, each by one task.
#[derive(Default)]
pub(crate) struct RunningPlans(Mutex<HashMap<Uuid, Arc<Running>>>);

/// A plan is off the list however its task ends.
pub(super) struct Entry {
    list: Arc<RunningPlans>,
    id: Uuid,
    pub(super) running: Arc<Running>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.list.all().remove(&self.id);
        self.running.over.cancel();
    }
}

impl RunningPlans {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Running>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a plan on the list; none: somebody works on it already.
    pub(super) fn enter(self: &Arc<Self>, id: Uuid, cancel: CancellationToken) -> Option<Entry> {
        let mut all = self.all();
        if all.contains_key(&id) {
            return None;
        }
        let running = Arc::new(Running {
            cancel,
            ..Running::default()
        });
        all.insert(id, Arc::clone(&running));
        Some(Entry {
            list: Arc::clone(self),
            id,
            running,
        })
    }

    /// Asks the task to stop; false: none works on it here.
    pub(super) fn stop(&self, id: Uuid) -> bool {
        let found = self.all().get(&id).cloned();
        found.inspect(|running| running.cancel.cancel()).is_some()
    }

    /// Ends when nobody here works on the plan; none: nobody does. With whether it was asked to stop.
    pub(super) fn over(&self, id: Uuid) -> Option<(CancellationToken, bool)> {
        let running = self.all().get(&id).cloned()?;
        Some((running.over.clone(), running.cancel.is_cancelled()))
    }

    /// Photos gone through and looked at.
    fn so_far(&self, id: Uuid) -> Option<(u32, u32)> {
        let running = self.all().get(&id).cloned()?;
        let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
        Some((count(&running.through), count(&running.looked)))
    }
}

impl App {
    /// Waits a moment for the photos that plans are at; the next start goes on with them.
    pub(crate) async fn end_plans(&self) {
        self.looking.close();
        if tokio::time::timeout(LAST_PHOTO, self.looking.wait())
            .await
            .is_err()
        {
            tracing::warn!("a photo is still being looked at; the next start looks again");
        }
    }

    pub(super) fn tell_plan(&self, plan: &PhotoPlan) {
        let (done, percent) = self.how_far(plan);
        self.tell(Event::Plan {
            progress: PlanProgress {
                plan_id: plan.id.to_string(),
                state: plan.state.code().to_owned(),
                total: plan.body.total,
                done,
                percent,
            },
        });
    }

    /// Photos looked at, and of the whole way 0 to 100: to store a photo is half of its way, where that is to be done.
    fn how_far(&self, plan: &PhotoPlan) -> (u32, u32) {
        let total = plan.body.total;
        match plan.state {
            PlanState::Ready | PlanState::Filling | PlanState::Done => {
                (plan.body.looked.unwrap_or(total), 100)
            }
            PlanState::Looking | PlanState::Stopped | PlanState::Failed => {
                let (through, looked) = self.plans.so_far(plan.id).unwrap_or_else(|| {
                    let before = plan.body.looked.unwrap_or_default();
                    (before, before)
                });
                let stored = total.saturating_sub(count(plan.body.files.len()));
                let (steps, whole) = if plan.body.uploaded {
                    (stored + through.min(total), 2 * total)
                } else {
                    (through.min(total), total)
                };
                let percent = (steps * 100).checked_div(whole).unwrap_or_default();
                // Whole only once the piles are there.
                (looked, percent.min(99))
            }
        }
    }

    pub(super) fn summary(&self, plan: PhotoPlan) -> PlanSummary {
        let (done, percent) = self.how_far(&plan);
        PlanSummary {
            id: plan.id.to_string(),
            state: plan.state.code().to_owned(),
            total: plan.body.total,
            done,
            percent,
            follows: plan.body.follows,
            piles: count(plan.body.piles.len()),
            problem: plan
                .body
                .failure
                .map(|(code, message)| Failure::new(code, message)),
            created_at: contract::time(plan.created_at),
        }
    }

    pub(super) async fn plan_view(&self, plan: PhotoPlan) -> Result<PhotoPlanView, Failure> {
        let (done, percent) = self.how_far(&plan);
        let (piles, _) = self.current_piles(&plan).await?;
        let mut ids: Vec<PhotoId> = piles.iter().flat_map(|pile| pile.photos.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let photos = self.parts.photos.get_many(&ids).await;
        let photos = photos.map_err(fail::record("reading the photos"))?;
        let by_id: HashMap<PhotoId, &Photo> = photos.iter().map(|p| (p.id, p)).collect();
        Ok(PhotoPlanView {
            id: plan.id.to_string(),
            state: plan.state.code().to_owned(),
            total: plan.body.total,
            done,
            percent,
            follows: plan.body.follows,
            can_undo: !plan.body.steps.is_empty(),
            can_redo: !plan.body.undone.is_empty(),
            piles: piles.iter().map(|pile| pile_view(pile, &by_id)).collect(),
            refused: plan.body.refused,
            problem: plan
                .body
                .failure
                .map(|(code, message)| Failure::new(code, message)),
            created_at: contract::time(plan.created_at),
        })
    }
}

fn pile_view(pile: &PlanPile, photos: &HashMap<PhotoId, &Photo>) -> PileView {
    let photo = |id: &PhotoId| {
        let photo = photos.get(id)?;
        Some(PilePhotoView {
            id: id.to_string(),
            filename: photo.filename.clone(),
            thumb_url: view::thumb_url(&photo.sha256),
            unsure: pile.unsure.contains(id),
        })
    };
    PileView {
        number: pile.number,
        photos: pile.photos.iter().filter_map(photo).collect(),
        reason: pile.why.reason.clone(),
        seconds: pile.why.seconds,
        look: pile.why.look,
        colours: pile.why.colours,
        labels: pile.why.labels,
        copies: pile.why.copies,
        confidence: pile.confidence,
        by_person: pile.by_person,
        no_garment: pile.no_garment,
        draft_id: pile.draft.map(|id| id.to_string()),
    }
}
