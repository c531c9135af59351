//! Piles made anew from what the photos show. What the person put together, and every draft that somebody worked on,
//! stays as it is.

use std::collections::{HashMap, HashSet};

use contract::Failure;
use domain::{Draft, DraftId, Photo, PhotoId};

use super::{piles::Drafts, undo_piles::in_order};
use crate::{
    App, fail,
    ports::{DraftChanges, Facts, PhotoPlan, PlanPile, RollPhoto, RollPile},
};

impl App {
    /// The plan with piles made anew, and what that means for its drafts.
    pub(super) async fn regrouped(
        &self,
        plan: &PhotoPlan,
        facts: &HashMap<PhotoId, Facts>,
    ) -> Result<(PhotoPlan, DraftChanges), Failure> {
        let mut plan = plan.clone();
        let (piles, drafts) = self.current_piles(&plan).await?;
        let touched = |pile: &PlanPile| {
            let draft = pile.draft.and_then(|id| drafts.get(&id));
            draft.is_some_and(|(_, touched)| *touched)
        };
        let ids = plan.body.photos.clone();
        let (kept, free): (Vec<PlanPile>, Vec<PlanPile>) = piles
            .into_iter()
            .partition(|pile| pile.by_person || touched(pile) || !is_within(pile, &ids));
        let photos = self.parts.photos.get_many(&ids).await;
        let photos = photos.map_err(fail::record("reading the photos"))?;
        let roll = Roll::of(photos, &kept, &free, facts);
        let found = self.parts.analyst.piles(roll.photos.clone()).await;
        let found = found.map_err(|error| fail::internal("grouping the photos", error))?;

        let mut numbered = kept;
        let mut fresh: Vec<PlanPile> = Vec::new();
        for pile in found {
            let pile = roll.pile(pile);
            // What the person put together comes back as it was handed in.
            if pile.why.reason != "by_person" {
                fresh.push(pile);
            }
        }
        name_like_before(&mut fresh, free.clone(), &mut || plan.body.take_number());
        let mut changes = DraftChanges::default();
        if plan.body.follows {
            changes = self.follow(&mut fresh, &free, &drafts);
        }
        numbered.extend(fresh);
        in_order(&mut numbered, &ids);
        plan.body.piles = numbered;
        Ok((plan, changes))
    }

    /// What becomes of the drafts of piles that were made anew.
    fn follow(&self, fresh: &mut [PlanPile], before: &[PlanPile], drafts: &Drafts) -> DraftChanges {
        let now = self.parts.clock.now();
        let photos: HashMap<PhotoId, &Photo> = drafts
            .values()
            .flat_map(|(draft, _)| draft.photos.iter().map(|photo| (photo.id, photo)))
            .collect();
        let of = |pile: &PlanPile| -> Vec<Photo> {
            let all = pile.photos.iter();
            all.filter_map(|id| photos.get(id).map(|photo| (*photo).clone()))
                .collect()
        };
        let mut changes = DraftChanges::default();
        let mut stay: HashSet<DraftId> = HashSet::new();
        for pile in fresh {
            let confidence = Some(pile.confidence);
            match pile.draft.and_then(|id| drafts.get(&id)) {
                Some((draft, _)) => {
                    stay.insert(draft.id);
                    let mut after = Draft {
                        photos: of(pile),
                        confidence,
                        ..draft.clone()
                    };
                    if after != *draft {
                        after.revision += 1;
                        after.updated_at = now;
                        pile.written = after.revision;
                        changes.changed.push(after);
                    }
                }
                None => {
                    let mut draft = Draft::new(self.parts.clock.new_id().into(), now);
                    draft.photos = of(pile);
                    draft.confidence = confidence;
                    pile.draft = Some(draft.id);
                    pile.written = draft.revision;
                    changes.new.push(draft);
                }
            }
        }
        for pile in before {
            if let Some(id) = pile.draft.filter(|id| !stay.contains(id)) {
                changes.gone.push((id, pile.written));
            }
        }
        changes
    }
}

/// All photos of the pile are of the plan's roll. A larger pile would lose the others if it were made anew.
fn is_within(pile: &PlanPile, roll: &[PhotoId]) -> bool {
    let roll: HashSet<&PhotoId> = roll.iter().collect();
    pile.photos.iter().all(|id| roll.contains(id))
}

/// A roll as the analyst takes it, with the photos behind its places.
struct Roll {
    ids: Vec<PhotoId>,
    photos: Vec<RollPhoto>,
}

impl Roll {
    /// The photos that stand in a pile. Those that the person took out of their draft stay out.
    fn of(
        photos: Vec<Photo>,
        kept: &[PlanPile],
        free: &[PlanPile],
        facts: &HashMap<PhotoId, Facts>,
    ) -> Self {
        let by_person: HashMap<PhotoId, u64> = kept
            .iter()
            .flat_map(|pile| pile.photos.iter().map(|id| (*id, u64::from(pile.number))))
            .collect();
        let standing: HashSet<PhotoId> = free.iter().flat_map(|p| p.photos.clone()).collect();
        let photos: Vec<Photo> = photos
            .into_iter()
            .filter(|photo| standing.contains(&photo.id) || by_person.contains_key(&photo.id))
            .collect();
        Self {
            ids: photos.iter().map(|photo| photo.id).collect(),
            photos: photos
                .into_iter()
                .map(|photo| RollPhoto {
                    captured_at: photo.captured_at,
                    camera: photo.camera,
                    phash: photo.phash,
                    facts: facts.get(&photo.id).cloned(),
                    by_person: by_person.get(&photo.id).copied(),
                })
                .collect(),
        }
    }

    fn pile(&self, pile: RollPile) -> PlanPile {
        let named = |places: Vec<usize>| -> Vec<PhotoId> {
            let places = places.into_iter();
            places.filter_map(|at| self.ids.get(at).copied()).collect()
        };
        PlanPile {
            number: 0,
            photos: named(pile.photos),
            by_person: false,
            why: pile.why,
            confidence: pile.confidence,
            unsure: named(pile.unsure),
            no_garment: false,
            draft: None,
            written: 0,
        }
    }
}

/// Gives each pile the number and the draft of the earlier one with which it shares most photos, each of those once.
fn name_like_before(
    fresh: &mut [PlanPile],
    mut before: Vec<PlanPile>,
    take_number: &mut dyn FnMut() -> u32,
) {
    // The largest first: it has the best claim.
    let mut order: Vec<usize> = (0..fresh.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(fresh[at].photos.len()));
    for at in order {
        let pile = &mut fresh[at];
        let shared = |other: &PlanPile| {
            let photos = other.photos.iter();
            photos.filter(|id| pile.photos.contains(id)).count()
        };
        // Of equals the earlier one.
        let best = (0..before.len())
            .map(|n| (shared(&before[n]), n))
            .filter(|(photos, _)| *photos > 0)
            .max_by_key(|(photos, n)| (*photos, std::cmp::Reverse(*n)));
        match best {
            Some((_, n)) => {
                let old = before.remove(n);
                pile.number = old.number;
                pile.draft = old.draft;
                pile.written = old.written;
            }
            None => pile.number = take_number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ports::PileWhy;

    fn pile(number: u32, photos: &[u128]) -> PlanPile {
        PlanPile {
            number,
            photos: photos.iter().map(|n| Uuid::from_u128(*n).into()).collect(),
            by_person: false,
            why: PileWhy::default(),
            confidence: 0.5,
            unsure: Vec::new(),
            no_garment: false,
            draft: Some(Uuid::from_u128(u128::from(number)).into()),
            written: 1,
        }
    }

    #[test]
    fn a_pile_with_photos_outside_the_roll_is_not_made_anew() {
        let roll: Vec<PhotoId> = [1u128, 2].map(|n| Uuid::from_u128(n).into()).into();
        assert!(is_within(&pile(1, &[2, 1]), &roll));
        assert!(
            !is_within(&pile(1, &[1, 2, 3]), &roll),
            "its third photo would end in no draft"
        );
    }

    #[test]
    fn piles_keep_their_numbers_and_drafts_where_most_photos_stay() {
        let before = vec![pile(1, &[1, 2]), pile(2, &[3, 4, 5]), pile(3, &[6])];
        let mut fresh = vec![
            pile(0, &[1]),
            pile(0, &[2, 3, 4]),
            pile(0, &[5]),
            pile(0, &[6]),
        ];
        for pile in &mut fresh {
            pile.draft = None;
        }
        let mut next = 3;
        name_like_before(&mut fresh, before, &mut || {
            next += 1;
            next
        });
        let numbers: Vec<u32> = fresh.iter().map(|pile| pile.number).collect();
        assert_eq!(numbers, [1, 2, 4, 3], "a number names one pile for ever");
        assert_eq!(fresh[2].draft, None, "a new pile has no draft yet");
        assert_eq!(fresh[1].draft, Some(Uuid::from_u128(2).into()));
    }
}
