//! What the person does with piles: merge, split, move. No later run undoes it.

use std::collections::{HashMap, HashSet};

use contract::{Code, Failure, PhotoPlanView, PileEdit};
use domain::{Draft, DraftId, DraftStatus, Photo, PhotoId};
use serde_json::json;

use super::{TRIES, piles::Drafts, too_busy};
use crate::{
    App, fail,
    ports::{DraftChanges, PhotoPlan, PileWhy, PlanPile, PlanState, RecordError},
};

/// Changes in one call: a photo each.
const MOST_EDITS: usize = super::MOST_PHOTOS;

impl App {
    /// Changes a plan's piles, all edits or none. Where its drafts are there already, they follow: their photos change,
    /// what was typed in them stays.
    ///
    /// # Errors
    /// `not_found`; `invalid_field` for a pile or photo that is not in the plan, or no change at all; `illegal_transition` where the drafts
    /// are made and are changed themselves, or one of them is published or waits to be; storage.
    pub async fn edit_piles(&self, id: &str, edits: &[PileEdit]) -> Result<PhotoPlanView, Failure> {
        if edits.is_empty() || edits.len() > MOST_EDITS {
            return Err(invalid("edits", "Name 1 to 500 changes."));
        }
        let id = self.plan_row(id).await?.id;
        for _ in 0..TRIES {
            let mut plan = self.row(id).await?;
            refuse_made(&plan)?;
            let (mut piles, drafts) = self.current_piles(&plan).await?;
            let before = piles.clone();
            for edit in edits {
                apply(&mut piles, edit, &mut || plan.body.take_number())?;
            }
            let pair = (before.as_slice(), &mut piles);
            if let Some(done) = self.with_piles(plan, pair, &drafts, Step::New).await? {
                return Ok(done);
            }
        }
        Err(too_busy())
    }

    /// Gives a plan these piles, and its drafts their photos. None: plan or drafts were changed since they were read.
    pub(super) async fn with_piles(
        &self,
        mut plan: PhotoPlan,
        (before, piles): (&[PlanPile], &mut Vec<PlanPile>),
        drafts: &Drafts,
        step: Step,
    ) -> Result<Option<PhotoPlanView>, Failure> {
        let changes = if plan.body.follows {
            self.follow_person(piles, before, drafts).await?
        } else {
            DraftChanges::default()
        };
        if step == Step::New {
            plan.body.remember(before, piles);
        }
        plan.body.piles = std::mem::take(piles);
        let done = plan.body.follows && plan.state == PlanState::Done;
        if done {
            plan.state = PlanState::Filling;
        }
        if !self.saved(&mut plan, &changes).await? {
            return Ok(None);
        }
        failpoint::reached("plan.piles_edited");
        if done {
            self.work_in_background(plan.id);
        }
        self.plan_view(plan).await.map(Some)
    }

    /// What the person's edits mean for drafts that are there already.
    async fn follow_person(
        &self,
        piles: &mut [PlanPile],
        before: &[PlanPile],
        drafts: &Drafts,
    ) -> Result<DraftChanges, Failure> {
        let now = self.parts.clock.now();
        let photos: HashMap<PhotoId, &Photo> = drafts
            .values()
            .flat_map(|(draft, _)| draft.photos.iter().map(|photo| (photo.id, photo)))
            .collect();
        let mut changes = DraftChanges {
            by_person: true,
            ..DraftChanges::default()
        };
        for pile in piles.iter_mut() {
            let ids = pile.photos.iter();
            let photos: Vec<Photo> = ids
                .filter_map(|id| photos.get(id).map(|photo| (*photo).clone()))
                .collect();
            match pile.draft.and_then(|id| drafts.get(&id)) {
                Some((draft, touched)) if draft.photos != photos => {
                    self.check_open(draft).await?;
                    let after = Draft {
                        photos,
                        revision: draft.revision + 1,
                        updated_at: now,
                        ..draft.clone()
                    };
                    if !touched {
                        pile.written = after.revision;
                    }
                    changes.changed.push(after);
                }
                Some(_) => {}
                None => {
                    let out = match pile.draft {
                        Some(id) => self.taken_out_of_plan(id).await?,
                        None => None,
                    };
                    if let Some(draft) = out {
                        changes.back.push(Draft { photos, ..draft });
                        continue;
                    }
                    let mut draft = Draft::new(self.parts.clock.new_id().into(), now);
                    draft.photos = photos;
                    pile.draft = Some(draft.id);
                    pile.written = draft.revision;
                    changes.new.push(draft);
                }
            }
        }
        let stay: HashSet<_> = piles.iter().filter_map(|pile| pile.draft).collect();
        for id in before.iter().filter_map(|pile| pile.draft) {
            if let Some((draft, _)) = drafts.get(&id).filter(|_| !stay.contains(&id)) {
                self.check_open(draft).await?;
                changes.gone.push((id, draft.revision));
            }
        }
        Ok(changes)
    }

    async fn taken_out_of_plan(&self, id: DraftId) -> Result<Option<Draft>, Failure> {
        match self.parts.plans.taken_out(id).await {
            Ok((draft, _)) => Ok(Some(draft)),
            Err(RecordError::NotFound) => Ok(None),
            Err(error) => Err(fail::record("reading the drafts")(error)),
        }
    }

    async fn check_open(&self, draft: &Draft) -> Result<(), Failure> {
        if draft.status == DraftStatus::Draft && !self.is_queued(draft.id).await? {
            return Ok(());
        }
        Err(Failure::new(
            Code::IllegalTransition,
            "One of these piles is published or waits to be. Take it out of the queue first.",
        ))
    }
}

/// Whether a change of piles can be taken back, or is itself such a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    New,
    Back,
}

/// Refuses where drafts were made of the piles, which then are changed themselves.
pub(super) fn refuse_made(plan: &PhotoPlan) -> Result<(), Failure> {
    let made = plan.body.piles.iter().any(|pile| pile.draft.is_some());
    if made && !plan.body.follows {
        return Err(Failure::new(
            Code::IllegalTransition,
            "The drafts of this run are made. Change their photos in the drafts.",
        ));
    }
    Ok(())
}

/// One edit. Piles that it leaves empty go.
fn apply(
    piles: &mut Vec<PlanPile>,
    edit: &PileEdit,
    take_number: &mut dyn FnMut() -> u32,
) -> Result<(), Failure> {
    match edit {
        PileEdit::Merge { piles: numbers } => {
            let mut numbers = numbers.clone();
            let mut seen = HashSet::new();
            numbers.retain(|number| seen.insert(*number));
            let [first, others @ ..] = numbers.as_slice() else {
                return Err(invalid("piles", "Name two piles or more."));
            };
            if others.is_empty() {
                return Err(invalid("piles", "Name two piles or more."));
            }
            let into = place(piles, *first)?;
            let mut photos = Vec::new();
            for number in others {
                let at = place(piles, *number)?;
                photos.append(&mut piles[at].photos);
            }
            piles[into].photos.append(&mut photos);
            by_person(&mut piles[into]);
        }
        PileEdit::Split { pile, photos } => {
            let at = place(piles, *pile)?;
            let leaving = ids(photos)?;
            if leaving.iter().any(|id| !piles[at].photos.contains(id)) {
                return Err(invalid(
                    "photos",
                    "A photo is named that is not in this pile.",
                ));
            }
            if leaving.is_empty() || leaving.len() == piles[at].photos.len() {
                return Err(invalid(
                    "photos",
                    "Name some of the pile's photos, not all.",
                ));
            }
            let (gone, stay): (Vec<PhotoId>, Vec<PhotoId>) = std::mem::take(&mut piles[at].photos)
                .into_iter()
                .partition(|id| leaving.contains(id));
            piles[at].photos = stay;
            by_person(&mut piles[at]);
            let mut own = PlanPile {
                number: take_number(),
                photos: gone,
                draft: None,
                written: 0,
                ..piles[at].clone()
            };
            by_person(&mut own);
            piles.insert(at + 1, own);
        }
        PileEdit::Move { photos, pile } => {
            let moving = ids(photos)?;
            let standing = |id: &PhotoId| piles.iter().any(|pile| pile.photos.contains(id));
            if moving.is_empty() || !moving.iter().all(standing) {
                return Err(invalid(
                    "photos",
                    "A photo is named that is in none of the piles.",
                ));
            }
            let to = place(piles, *pile)?;
            for (at, pile) in piles.iter_mut().enumerate() {
                if at != to {
                    pile.photos.retain(|id| !moving.contains(id));
                    pile.unsure.retain(|id| !moving.contains(id));
                }
            }
            for id in moving {
                if !piles[to].photos.contains(&id) {
                    piles[to].photos.push(id);
                }
            }
            by_person(&mut piles[to]);
        }
    }
    piles.retain(|pile| !pile.photos.is_empty());
    Ok(())
}

fn by_person(pile: &mut PlanPile) {
    pile.by_person = true;
    pile.why = PileWhy {
        reason: "by_person".to_owned(),
        ..PileWhy::default()
    };
    pile.confidence = 1.0;
    pile.unsure = Vec::new();
}

fn place(piles: &[PlanPile], number: u32) -> Result<usize, Failure> {
    piles
        .iter()
        .position(|pile| pile.number == number)
        .ok_or_else(|| invalid("pile", "There is no such pile in this run."))
}

fn ids(photos: &[String]) -> Result<Vec<PhotoId>, Failure> {
    let id = |id: &String| {
        id.parse()
            .map_err(|_| invalid("photos", "A photo's id is a UUID."))
    };
    let mut seen = HashSet::new();
    let ids: Result<Vec<PhotoId>, Failure> = photos.iter().map(id).collect();
    Ok(ids?.into_iter().filter(|id| seen.insert(*id)).collect())
}

fn invalid(field: &str, why: &str) -> Failure {
    Failure::new(Code::InvalidField, why).with(json!({ "fields": { field: "invalid_field" } }))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn pile(number: u32, photos: &[u128]) -> PlanPile {
        PlanPile {
            number,
            photos: photos.iter().map(|n| Uuid::from_u128(*n).into()).collect(),
            by_person: false,
            why: PileWhy::default(),
            confidence: 0.5,
            unsure: Vec::new(),
            no_garment: false,
            draft: None,
            written: 0,
        }
    }

    fn photo(n: u128) -> String {
        Uuid::from_u128(n).to_string()
    }

    fn shape(piles: &[PlanPile]) -> Vec<(u32, Vec<u128>, bool)> {
        piles
            .iter()
            .map(|p| {
                (
                    p.number,
                    p.photos.iter().map(|id| id.0.as_u128()).collect(),
                    p.by_person,
                )
            })
            .collect()
    }

    #[test]
    fn merge_split_and_move_keep_every_photo_once() {
        let mut piles = vec![pile(1, &[1, 2]), pile(2, &[3]), pile(3, &[4, 5, 6])];
        let mut next = 3;
        let mut number = || {
            next += 1;
            next
        };
        let merge = PileEdit::Merge { piles: vec![1, 2] };
        apply(&mut piles, &merge, &mut number).unwrap();
        assert_eq!(
            shape(&piles),
            [(1, vec![1, 2, 3], true), (3, vec![4, 5, 6], false)],
            "what the person put together is theirs"
        );
        let split = PileEdit::Split {
            pile: 3,
            photos: vec![photo(5), photo(6)],
        };
        apply(&mut piles, &split, &mut number).unwrap();
        let moved = PileEdit::Move {
            photos: vec![photo(4), photo(1)],
            pile: 4,
        };
        apply(&mut piles, &moved, &mut number).unwrap();
        assert_eq!(
            shape(&piles),
            [(1, vec![2, 3], true), (4, vec![5, 6, 4, 1], true)],
            "an emptied pile goes"
        );
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let mut number = || 9;
        let mut piles = vec![pile(1, &[1, 2]), pile(2, &[3])];
        let wrong = [
            PileEdit::Merge { piles: vec![1] },
            PileEdit::Merge { piles: vec![1, 1] },
            PileEdit::Merge { piles: vec![1, 7] },
            PileEdit::Split {
                pile: 1,
                photos: vec![photo(1), photo(2)],
            },
            PileEdit::Split {
                pile: 1,
                photos: vec![photo(3)],
            },
            PileEdit::Split {
                pile: 1,
                photos: vec![],
            },
            PileEdit::Move {
                photos: vec![photo(8)],
                pile: 1,
            },
            PileEdit::Move {
                photos: vec!["x".into()],
                pile: 1,
            },
        ];
        for edit in wrong {
            let refused = apply(&mut piles, &edit, &mut number).unwrap_err();
            assert_eq!(refused.code, Code::InvalidField, "{edit:?}");
        }
    }
}
