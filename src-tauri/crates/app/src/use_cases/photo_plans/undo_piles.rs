//! Taking back what the person did with piles, and doing it again.

use std::collections::{HashMap, HashSet};

use contract::{Code, Failure, PhotoPlanView};
use domain::PhotoId;

use super::{
    TRIES,
    edit_piles::{Step, refuse_made},
    too_busy,
};
use crate::{
    App,
    ports::{PileStep, PlanBody, PlanPile},
};

/// Changes of a plan's piles that can be taken back.
const MOST_STEPS: usize = 50;

/// Which way a step is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PileWay {
    /// Takes back the latest change.
    Undo,
    /// Does again what was taken back last.
    Redo,
}

impl App {
    /// Takes back the person's latest change of a plan's piles, or does it again. Drafts follow: one that joining piles
    /// took away is back with what was typed in it.
    ///
    /// # Errors
    /// `not_found`; `illegal_transition` where there is nothing to take back, its photos were moved elsewhere since, or
    /// its drafts are made, published or queued; storage.
    pub async fn undo_piles(&self, id: &str, way: PileWay) -> Result<PhotoPlanView, Failure> {
        let id = self.plan_row(id).await?.id;
        for _ in 0..TRIES {
            let mut plan = self.row(id).await?;
            refuse_made(&plan)?;
            let (mut piles, drafts) = self.current_piles(&plan).await?;
            let before = piles.clone();
            let (from, to) = match way {
                PileWay::Undo => (&mut plan.body.steps, &mut plan.body.undone),
                PileWay::Redo => (&mut plan.body.undone, &mut plan.body.steps),
            };
            let step = from.pop().ok_or_else(nothing)?;
            let (present, wanted) = match way {
                PileWay::Undo => (&step.after, &step.before),
                PileWay::Redo => (&step.before, &step.after),
            };
            exchange(&mut piles, present, wanted)?;
            to.push(step);
            in_order(&mut piles, &plan.body.photos);
            let pair = (before.as_slice(), &mut piles);
            if let Some(done) = self.with_piles(plan, pair, &drafts, Step::Back).await? {
                return Ok(done);
            }
        }
        Err(too_busy())
    }
}

impl PlanBody {
    /// Remembers what the person did, so that it can be taken back.
    pub(super) fn remember(&mut self, before: &[PlanPile], after: &[PlanPile]) {
        let only = |of: &[PlanPile], other: &[PlanPile]| -> Vec<PlanPile> {
            let changed = of.iter().filter(|pile| !other.contains(pile));
            changed.cloned().collect()
        };
        self.undone.clear();
        self.steps.push(PileStep {
            before: only(before, after),
            after: only(after, before),
        });
        let old = self.steps.len().saturating_sub(MOST_STEPS);
        self.steps.drain(..old);
    }
}

/// Puts the piles `wanted` where `present` stands, as long as that is as it was left.
fn exchange(
    piles: &mut Vec<PlanPile>,
    present: &[PlanPile],
    wanted: &[PlanPile],
) -> Result<(), Failure> {
    for pile in present {
        let same = |other: &&PlanPile| other.number == pile.number && other.photos == pile.photos;
        if !piles.iter().any(|other| same(&other)) {
            return Err(Failure::new(
                Code::IllegalTransition,
                "The photos of these piles were moved since, in a draft or elsewhere. Move them by hand.",
            ));
        }
    }
    let numbers: HashSet<u32> = present.iter().map(|pile| pile.number).collect();
    piles.retain(|pile| !numbers.contains(&pile.number));
    // Drafts were filled since, which is no reason to keep a pile apart.
    piles.extend(wanted.iter().cloned());
    Ok(())
}

/// In the order of the roll.
pub(super) fn in_order(piles: &mut [PlanPile], roll: &[PhotoId]) {
    let place: HashMap<PhotoId, usize> = roll.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    piles.sort_by_key(|pile| {
        let places = pile.photos.iter().filter_map(|id| place.get(id));
        places.min().copied()
    });
}

fn nothing() -> Failure {
    Failure::new(
        Code::IllegalTransition,
        "There is no change of these piles to take back.",
    )
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
            draft: None,
            written: 0,
        }
    }

    #[test]
    fn a_step_holds_what_changed_and_goes_both_ways() {
        let before = vec![pile(1, &[1, 2]), pile(2, &[3]), pile(3, &[4])];
        let after = vec![pile(1, &[1, 2, 3]), pile(3, &[4])];
        let mut body = PlanBody::default();
        body.remember(&before, &after);
        let step = body.steps.pop().unwrap();
        assert_eq!((step.before.len(), step.after.len()), (2, 1), "{step:?}");
        let mut piles = after.clone();
        exchange(&mut piles, &step.after, &step.before).unwrap();
        in_order(
            &mut piles,
            &[1u128, 2, 3, 4].map(|n| Uuid::from_u128(n).into()),
        );
        assert_eq!(piles, before);
        exchange(&mut piles, &step.before, &step.after).unwrap();
        assert_eq!(piles.len(), 2);
        let mut moved = vec![pile(1, &[1, 2]), pile(3, &[4])];
        let refused = exchange(&mut moved, &step.after, &step.before).unwrap_err();
        assert_eq!(
            refused.code,
            Code::IllegalTransition,
            "photo 3 would stand in two piles"
        );
    }

    #[test]
    fn steps_are_bounded_and_a_new_one_ends_redo() {
        let mut body = PlanBody::default();
        body.undone.push(PileStep::default());
        for n in 0..80u32 {
            body.remember(&[pile(n, &[1])], &[pile(n + 1, &[1])]);
        }
        assert_eq!((body.steps.len(), body.undone.len()), (MOST_STEPS, 0));
        assert_eq!(body.steps[0].before[0].number, 30, "the oldest go");
    }
}
