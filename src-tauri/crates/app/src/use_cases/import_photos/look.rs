//! What an import does after its drafts are made by pauses: looks at the photos, improves the piles that nobody has
//! touched, fills the drafts. It is done by plans (`photo_plans`), so that a kill costs nothing.

use std::collections::HashSet;

use contract::{Code, Failure, Grouping, ImportResult, PhotoGroupView};
use domain::{Draft, DraftId};
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{ImportRun, PhotoPlan, PileWhy, PlanBody, PlanPile, PlanState, RecordError},
    use_cases::{MOST_PHOTOS, look_at_photos::not_able, photo_plans::count},
};

/// The revision of a draft that nobody changed since it was made.
const AS_MADE: u32 = 1;

/// When the photos of an import are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// After the import, in the background: its drafts are there at once and change later.
    #[default]
    Later,
    /// Before the import answers.
    Now,
}

/// What became of looking.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) plans: Vec<PhotoPlan>,
    /// Why photos were not looked at, or not all.
    pub(super) problem: Option<String>,
    /// The person stopped it.
    pub(super) stopped: bool,
}

impl App {
    /// The plans over an import's drafts: those that there are, and one more for drafts that a later start of the same
    /// import made. None where nobody wants or is able to look.
    pub(super) async fn plans_of_import(&self, run: &ImportRun) -> Result<Looked, Failure> {
        let mut looked = Looked::default();
        if !self.wants_analysis().await? {
            return Ok(looked);
        }
        let missing = self.parts.analyst.missing();
        if !missing.is_empty() {
            looked.problem = Some(not_able(&missing).message);
        }
        if !self.parts.analyst.is_able() {
            return Ok(looked);
        }
        // This process has the import for itself: nobody begins plans of it meanwhile.
        let begun = self.parts.plans.plans_of(run.id).await;
        looked.plans = begun.map_err(fail::record("reading the runs"))?;
        let piles = looked.plans.iter().flat_map(|plan| &plan.body.piles);
        let known: HashSet<DraftId> = piles.filter_map(|pile| pile.draft).collect();
        let mut drafts = Vec::new();
        let groups = self.parts.imports.drafts(run.id).await;
        for group in groups.map_err(fail::record("reading the import"))? {
            let id = super::super::change_draft::draft_id(&group.draft_id)?;
            if known.contains(&id) {
                continue;
            }
            match self.parts.drafts.get(id).await {
                Ok(draft) => drafts.push((draft, group)),
                Err(RecordError::NotFound) => {}
                Err(error) => return Err(fail::record("reading the drafts")(error)),
            }
        }
        let plans: Vec<PhotoPlan> = parts_of(drafts)
            .into_iter()
            .map(|part| {
                let body = body_of(part, run.grouping);
                self.new_plan(body, Some(run.id))
            })
            .collect();
        if plans.is_empty() {
            return Ok(looked);
        }
        let begun = self.parts.plans.begin(&plans).await;
        begun.map_err(fail::record("beginning to look"))?;
        looked.plans.extend(plans);
        failpoint::reached("import.plans_begun");
        self.forget_old_plans().await;
        Ok(looked)
    }

    /// Works the plans off, one after the other.
    pub(super) async fn look_now(
        &self,
        looked: &mut Looked,
        cancel: &CancellationToken,
    ) -> Result<(), Failure> {
        for plan in &mut looked.plans {
            let Some(taken) = self.take_up(plan.id).await? else {
                looked.problem = Some(
                    "Another window or program looks at these photos; their drafts change there."
                        .to_owned(),
                );
                continue;
            };
            *plan = taken;
            match self.work_on(plan.id, cancel.clone()).await {
                Ok(done) => {
                    if let Some((_, why)) = &done.body.failure {
                        looked.problem = Some(why.clone());
                    }
                    *plan = done;
                }
                Err(failure) if failure.code == Code::Cancelled => {
                    looked.stopped = true;
                    return Ok(());
                }
                // The drafts are there; why they are not filled is told beside them.
                Err(failure) if failure.code != Code::StorageFull => {
                    looked.problem = Some(failure.message);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// The drafts of plans that came to their end take the place of those that the import made by pauses.
    pub(super) async fn with_plans(
        &self,
        mut result: ImportResult,
        looked: &Looked,
    ) -> Result<ImportResult, Failure> {
        result.plans = looked
            .plans
            .iter()
            .map(|plan| plan.id.to_string())
            .collect();
        result.not_looked.clone_from(&looked.problem);
        if looked
            .plans
            .iter()
            .all(|plan| plan.state != PlanState::Done)
        {
            return Ok(result);
        }
        let mut drafts = Vec::new();
        let mut groups = Vec::new();
        for pile in looked.plans.iter().flat_map(|plan| &plan.body.piles) {
            let Some(id) = pile.draft else { continue };
            match self.parts.drafts.get(id).await {
                Ok(draft) => {
                    groups.push(group_of(&draft, pile));
                    drafts.push(draft);
                }
                Err(RecordError::NotFound) => {}
                Err(error) => return Err(fail::record("reading the drafts")(error)),
            }
        }
        result.drafts = self.views_of(drafts).await?;
        result.groups = groups;
        Ok(result)
    }

    /// Works the plans off in the background, one after the other.
    pub(super) fn look_later(&self, looked: &Looked) {
        self.work_in_turn(looked.plans.iter().map(|plan| plan.id).collect());
    }
}

fn group_of(draft: &Draft, pile: &PlanPile) -> PhotoGroupView {
    PhotoGroupView {
        draft_id: draft.id.to_string(),
        reason: pile.why.reason.clone(),
        seconds: pile.why.seconds,
        confidence: pile.confidence,
        look: pile.why.look,
        labels: Some(pile.why.labels).filter(|labels| *labels > 0),
        copies: Some(pile.why.copies).filter(|copies| *copies > 0),
        unsure: (!pile.unsure.is_empty())
            .then(|| pile.unsure.iter().map(ToString::to_string).collect()),
    }
}

/// Drafts in parts that one plan takes. A draft is never cut, however many photos it has.
fn parts_of(drafts: Vec<(Draft, PhotoGroupView)>) -> Vec<Vec<(Draft, PhotoGroupView)>> {
    let mut parts: Vec<Vec<(Draft, PhotoGroupView)>> = Vec::new();
    let mut photos = 0;
    for (draft, group) in drafts {
        let more = draft.photos.len();
        match parts.last_mut() {
            Some(part) if photos + more <= MOST_PHOTOS => {
                photos += more;
                part.push((draft, group));
            }
            _ => {
                photos = more;
                parts.push(vec![(draft, group)]);
            }
        }
    }
    parts
}

fn body_of(part: Vec<(Draft, PhotoGroupView)>, grouping: Grouping) -> PlanBody {
    let mut body = PlanBody {
        regroup: grouping == Grouping::Auto,
        follows: true,
        ..PlanBody::default()
    };
    for (draft, group) in part {
        let ids = draft.photos.iter().map(|photo| photo.id);
        // Of a draft that alone has more, the first ones are looked at.
        body.photos.extend(ids.clone().take(MOST_PHOTOS));
        let number = body.take_number();
        body.piles.push(PlanPile {
            number,
            photos: ids.collect(),
            by_person: group.reason == "by_person",
            why: PileWhy {
                reason: group.reason,
                seconds: group.seconds,
                ..PileWhy::default()
            },
            confidence: group.confidence,
            unsure: Vec::new(),
            no_garment: false,
            draft: Some(draft.id),
            // As the import made it: one that the person changed before this is theirs.
            written: AS_MADE,
        });
    }
    body.total = count(body.photos.len());
    body
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_draft_that_the_person_changed_before_the_plan_is_theirs() {
        let mut draft = Draft::new(Uuid::from_u128(1).into(), DateTime::UNIX_EPOCH);
        assert_eq!(draft.revision, AS_MADE, "an import makes drafts like this");
        draft.title = "typed".to_owned();
        draft.revision += 1;
        let changed = draft.revision;
        let body = body_of(vec![(draft, PhotoGroupView::default())], Grouping::Auto);
        assert_ne!(
            body.piles[0].written, changed,
            "else the plan would take the person's change for its own"
        );
    }
}
