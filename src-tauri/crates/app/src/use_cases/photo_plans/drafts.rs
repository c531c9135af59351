//! Drafts of a plan's piles, made once and filled from what their photos show.

use std::collections::HashMap;

use contract::{Code, Failure, PlanDrafts};
use domain::{Draft, Photo, PhotoId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::MOST_PHOTOS;
use crate::{
    App, fail,
    ports::{DraftChanges, DraftStyle, Facts, ItemSeen, PhotoPlan, PlanPile, PlanState},
    use_cases::look_at_photos::cancelled,
};

impl App {
    /// Makes the drafts of a plan's piles and fills them. Asked again, it answers with the same drafts, once they are
    /// filled: no pile gets two. Whoever asked may go before the answer; the work goes on.
    ///
    /// A pile in which nothing is a garment or a label gets none, unless `skip_validation` asks for it, then or later.
    ///
    /// # Errors
    /// `not_found`; `illegal_transition` while photos are still looked at; `cancelled` where the run was stopped while
    /// its drafts were filled; storage.
    pub async fn make_plan_drafts(
        &self,
        id: &str,
        style: DraftStyle,
    ) -> Result<PlanDrafts, Failure> {
        let plan = self.plan_row(id).await?.id;
        let app = self.clone();
        let making = self
            .looking
            .spawn(async move { app.made_and_filled(plan, style).await });
        making
            .await
            .map_err(|error| fail::internal("making the drafts", error))?
    }

    async fn made_and_filled(&self, id: Uuid, style: DraftStyle) -> Result<PlanDrafts, Failure> {
        let mut plan = self.row(id).await?;
        // Stopped while its drafts were filled, it goes on with that.
        if matches!(plan.state, PlanState::Stopped | PlanState::Failed) && plan.has_made_drafts() {
            self.resume_plan(&id.to_string()).await?;
            plan = self.row(id).await?;
        }
        match plan.state {
            PlanState::Ready => {
                self.make_drafts_of(plan, style).await?;
            }
            PlanState::Done if style.skip_validation && plan.body.withheld > 0 => {
                self.make_drafts_of(plan, style).await?;
            }
            PlanState::Filling | PlanState::Done => {}
            PlanState::Looking | PlanState::Stopped | PlanState::Failed => {
                return Err(Failure::new(
                    Code::IllegalTransition,
                    "Its photos are not all looked at. Wait for the run to end, or go on with it, then ask again.",
                ));
            }
        }
        self.work_on(id, CancellationToken::new()).await?;
        // Somebody else may fill them: another call of this process, or another process.
        self.plan_over(&id.to_string(), &self.closing.child_token())
            .await?;
        let plan = self.row(id).await?;
        if matches!(plan.state, PlanState::Stopped | PlanState::Failed) {
            let told = plan.body.failure.map(|(code, why)| Failure::new(code, why));
            return Err(told.unwrap_or_else(cancelled));
        }
        let drafts = plan.body.piles.iter().filter_map(|pile| pile.draft);
        Ok(PlanDrafts {
            draft_ids: drafts.map(|id| id.to_string()).collect(),
            failed: plan.body.withheld,
        })
    }

    async fn make_drafts_of(
        &self,
        plan: PhotoPlan,
        style: DraftStyle,
    ) -> Result<PhotoPlan, Failure> {
        let photos = self.photos_of_plan(&plan).await?;
        let facts = self.known_facts(&photos, &self.closing).await?;
        let mut items: HashMap<u32, ItemSeen> = HashMap::new();
        for pile in &plan.body.piles {
            let photos = of_pile(pile, &photos);
            items.insert(pile.number, self.item_of(&photos, &facts, None).await?);
        }
        let now = self.parts.clock.now();
        let by_id: HashMap<PhotoId, Photo> = photos.into_iter().map(|p| (p.id, p)).collect();
        let made = self
            .change_plan(plan.id, |plan| {
                let mut changes = DraftChanges::default();
                if !matches!(plan.state, PlanState::Ready | PlanState::Done) {
                    return Ok(changes);
                }
                plan.body.style = style;
                plan.body.withheld = 0;
                // Of a plan that is done: those that were withheld.
                for pile in plan.body.piles.iter_mut().filter(|p| p.draft.is_none()) {
                    pile.no_garment = items.get(&pile.number).is_some_and(|item| item.no_garment);
                    if pile.no_garment && !style.skip_validation {
                        plan.body.withheld += 1;
                        continue;
                    }
                    let mut draft = Draft::new(self.parts.clock.new_id().into(), now);
                    let photos = pile.photos.iter().filter_map(|id| by_id.get(id).cloned());
                    draft.photos = photos.collect();
                    draft.confidence = (!pile.by_person).then_some(pile.confidence);
                    pile.draft = Some(draft.id);
                    pile.written = draft.revision;
                    changes.new.push(draft);
                }
                plan.state = PlanState::Filling;
                Ok(changes)
            })
            .await?;
        failpoint::reached("plan.drafts_made");
        Ok(made)
    }

    /// Fills each draft of a plan. Cut short, it is done again from the start: filling twice changes nothing more.
    pub(super) async fn fill_drafts(
        &self,
        plan: PhotoPlan,
        cancel: &CancellationToken,
    ) -> Result<PhotoPlan, Failure> {
        let mut own = self.own_means().await?;
        if plan.body.style.minimal {
            own = own.minimal();
        }
        let (piles, drafts) = self.current_piles(&plan).await?;
        let photos: Vec<Photo> = drafts
            .values()
            .flat_map(|(draft, _)| draft.photos.iter().take(MOST_PHOTOS).cloned())
            .collect();
        let facts = self.known_facts(&photos, cancel).await?;
        // What each draft's revision is by us, and whether it shows a garment.
        let mut outcomes: HashMap<u32, (u32, bool)> = HashMap::new();
        for pile in &piles {
            if cancel.is_cancelled() {
                return Err(cancelled());
            }
            let Some((draft, touched)) = pile.draft.and_then(|id| drafts.get(&id)) else {
                continue;
            };
            if facts.is_empty() {
                continue;
            }
            let category = self.said_category(draft).await?;
            let item = self.item_of(&draft.photos, &facts, category).await?;
            let id = draft.id.to_string();
            let filled = self.fill_draft_with(&id, item.suggestions, &own).await;
            match filled {
                Ok((read, view)) => {
                    // Another revision than the one that was looked at: somebody worked on it meanwhile.
                    let ours = !touched && read == draft.revision;
                    let written = if ours { view.revision } else { pile.written };
                    outcomes.insert(pile.number, (written, item.no_garment));
                }
                // Removed by the person meanwhile, or typed in faster than this can look: it stays theirs.
                Err(failure) if matches!(failure.code, Code::NotFound | Code::DraftChanged) => {}
                Err(failure) => return Err(failure),
            }
            failpoint::reached("plan.draft_filled");
        }
        let read = plan.body.piles;
        self.change_plan(plan.id, |plan| {
            // Piles that the person changed meanwhile are filled in another round.
            let as_read = plan.body.piles == read;
            for pile in plan
                .body
                .piles
                .iter_mut()
                .filter(|pile| read.contains(pile))
            {
                if let Some((written, no_garment)) = outcomes.get(&pile.number) {
                    (pile.written, pile.no_garment) = (*written, *no_garment);
                }
            }
            if plan.state == PlanState::Filling && as_read {
                plan.state = PlanState::Done;
            }
            Ok(DraftChanges::default())
        })
        .await
    }

    async fn photos_of_plan(&self, plan: &PhotoPlan) -> Result<Vec<Photo>, Failure> {
        let photos = self.parts.photos.get_many(&plan.body.photos).await;
        photos.map_err(fail::record("reading the photos"))
    }

    /// What was seen in photos before; nothing is looked at anew, except what was forgotten or edited since.
    async fn known_facts(
        &self,
        photos: &[Photo],
        cancel: &CancellationToken,
    ) -> Result<HashMap<PhotoId, Facts>, Failure> {
        match self.facts_of(photos, cancel, &mut |_| {}).await {
            Err(failure) if failure.code == Code::NotAvailable => Ok(HashMap::new()),
            looks => Ok(looks?.facts),
        }
    }
}

fn of_pile(pile: &PlanPile, photos: &[Photo]) -> Vec<Photo> {
    let by_id: HashMap<PhotoId, &Photo> = photos.iter().map(|p| (p.id, p)).collect();
    let ids = pile.photos.iter();
    ids.filter_map(|id| by_id.get(id).map(|photo| (*photo).clone()))
        .collect()
}
