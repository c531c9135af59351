//! One change for many drafts, each under its own rules; and back to what stood before.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::PoisonError,
};

use chrono::{DateTime, Utc};
use contract::{BulkAnswer, BulkChange, BulkLeft, Code, DraftChange, Event, Failure};
use domain::{Draft, DraftId, DraftStatus, form::Field, price::as_sellers_do};
use serde_json::json;
use uuid::Uuid;

use super::change_draft::{apply, said};
use crate::{
    App, fail,
    ports::{Cause, Said},
};

/// Drafts of one change.
const MAX_DRAFTS: usize = 10_000;
/// Drafts that are written in one transaction: an editor's save waits no longer than that takes.
const AT_ONCE: usize = 200;
/// Per cent by which prices go down and up.
const PERCENT: std::ops::RangeInclusive<i32> = -90..=400;
/// Changes that can be taken back, and drafts in them, as long as the process lives.
const UNDOABLE: usize = 20;
const UNDOABLE_DRAFTS: usize = 20_000;

/// What the last changes of many drafts replaced, newest last.
#[derive(Default)]
pub(crate) struct UndoableChanges(VecDeque<Undoable>);

struct Undoable {
    id: Uuid,
    /// As they stood, without photos.
    before: Vec<Draft>,
    /// The fields in which the change itself said something for the first time.
    newly_said: HashMap<DraftId, Vec<Field>>,
}

impl UndoableChanges {
    fn keep(&mut self, change: Undoable) {
        self.0.push_back(change);
        let drafts = |all: &VecDeque<Undoable>| all.iter().map(|c| c.before.len()).sum::<usize>();
        while self.0.len() > UNDOABLE || (self.0.len() > 1 && drafts(&self.0) > UNDOABLE_DRAFTS) {
            self.0.pop_front();
        }
    }

    fn take(&mut self, id: Uuid) -> Option<Undoable> {
        let at = self.0.iter().position(|change| change.id == id)?;
        self.0.remove(at)
    }
}

/// What became of the drafts of a change.
#[derive(Default)]
struct Outcome {
    before: Vec<Draft>,
    newly_said: HashMap<DraftId, Vec<Field>>,
    same: usize,
    left: Vec<BulkLeft>,
}

impl App {
    /// Changes many drafts. A draft that the change does not suit, that waits to be published, or is, keeps its values
    /// and is named with the reason; the others are changed.
    ///
    /// # Errors
    /// `invalid_field` where the change suits no draft at all: nothing was changed then. Storage, where it failed before
    /// any was changed; where it fails later, the rest is named as left.
    pub async fn change_many(&self, change: &BulkChange) -> Result<BulkAnswer, Failure> {
        let ids = self.bulk_ids(&change.ids)?;
        let percent = check(change)?;
        let queued = self.queued_ids().await?;
        let fields = fields(change);
        let now = self.parts.clock.now();
        let mut outcome = Outcome::default();
        for (done, part) in ids.chunks(AT_ONCE).enumerate() {
            let changed = |draft: &Draft| -> Result<Draft, Code> {
                if draft.status == DraftStatus::Published {
                    return Err(Code::AlreadyPublished);
                }
                if queued.contains(&draft.id) {
                    return Err(Code::IllegalTransition);
                }
                let mut after = draft.clone();
                if let Some(percent) = percent {
                    reprice(&mut after, percent)?;
                }
                apply(&mut after, &change.changes).map_err(|failure| failure.code)?;
                Ok(after)
            };
            let said = (Said::In(&fields), Cause::Bulk, now);
            let saved = self.change_part(part, changed, said, &mut outcome).await;
            if let Err(failure) = saved {
                let rest = ids[done * AT_ONCE..].iter();
                let rest = rest.map(|id| left(*id, "", failure.code)).collect();
                stopped(&failure, rest, &mut outcome)?;
                break;
            }
            failpoint::reached("change_many.part_changed");
        }
        Ok(self.bulk_answer(outcome))
    }

    /// Puts back exactly what stood before a change of many drafts. Those that were changed since keep what they have.
    ///
    /// # Errors
    /// `not_found` where the change is too long ago. Storage, as for [`App::change_many`]: what was not put back yet can
    /// be, by the same name or the one in the answer.
    pub async fn undo_many(&self, undo: &str) -> Result<BulkAnswer, Failure> {
        let undone = undo.parse().ok().and_then(|id| {
            self.undoable
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(id)
        });
        let Some(undone) = undone else {
            return Err(Failure::new(
                Code::NotFound,
                "This change is too long ago to be taken back. Each draft's history has what stood before.",
            ));
        };
        let queued = self.queued_ids().await;
        let queued = match queued {
            Ok(queued) => queued,
            Err(failure) => {
                self.keep_undoable(undone);
                return Err(failure);
            }
        };
        let now = self.parts.clock.now();
        let mut outcome = Outcome::default();
        for (done, part) in undone.before.chunks(AT_ONCE).enumerate() {
            let ids: Vec<DraftId> = part.iter().map(|draft| draft.id).collect();
            let by_id: HashMap<DraftId, &Draft> = part.iter().map(|d| (d.id, d)).collect();
            let back = |draft: &Draft| -> Result<Draft, Code> {
                let before = by_id.get(&draft.id).ok_or(Code::NotFound)?;
                // Neither raises the revision: what went out, or is about to, keeps what was confirmed.
                if draft.status == DraftStatus::Published {
                    return Err(Code::AlreadyPublished);
                }
                if queued.contains(&draft.id) {
                    return Err(Code::IllegalTransition);
                }
                if draft.revision != before.revision + 1 {
                    return Err(Code::DraftChanged);
                }
                let mut after = (*before).clone();
                after.photos.clone_from(&draft.photos);
                after.status = draft.status;
                after.revision = draft.revision;
                after.updated_at = draft.updated_at;
                Ok(after)
            };
            let said = (Said::TakenBack(&undone.newly_said), Cause::Undone, now);
            let saved = self.change_part(&ids, back, said, &mut outcome).await;
            if let Err(failure) = saved {
                let rest = &undone.before[done * AT_ONCE..];
                let named = |draft: &Draft| left(draft.id, &draft.title, failure.code);
                let rest_left = rest.iter().map(named).collect();
                let id = undone.id;
                self.keep_undoable(Undoable {
                    id,
                    before: rest.to_vec(),
                    newly_said: undone.newly_said.clone(),
                });
                stopped(&failure, rest_left, &mut outcome)?;
                let answer = self.told(outcome.before.len(), outcome);
                return Ok(BulkAnswer {
                    undo: Some(id.to_string()),
                    ..answer
                });
            }
        }
        Ok(self.told(outcome.before.len(), outcome))
    }

    async fn queued_ids(&self) -> Result<HashSet<DraftId>, Failure> {
        let queued = self.queued_drafts().await?;
        Ok(queued.iter().filter_map(|id| id.parse().ok()).collect())
    }

    fn bulk_ids(&self, ids: &[String]) -> Result<Vec<DraftId>, Failure> {
        if ids.len() > MAX_DRAFTS {
            return Err(Failure::new(
                Code::InvalidField,
                format!("At most {MAX_DRAFTS} drafts at once. Change them in several parts."),
            )
            .with(json!({ "fields": { "ids": "invalid_field" } })));
        }
        let mut seen = HashSet::new();
        Ok(ids
            .iter()
            .filter_map(|id| id.parse().ok())
            .filter(|id| seen.insert(*id))
            .collect())
    }

    async fn whole(&self, ids: &[DraftId]) -> Result<HashMap<DraftId, Draft>, Failure> {
        let drafts = self.parts.draft_rows.whole(ids).await;
        let drafts = drafts.map_err(fail::record("reading the drafts"))?;
        Ok(drafts.into_iter().map(|draft| (draft.id, draft)).collect())
    }

    async fn change_part(
        &self,
        ids: &[DraftId],
        changed: impl Fn(&Draft) -> Result<Draft, Code>,
        (said, cause, now): (Said<'_>, Cause, DateTime<Utc>),
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let stored = self.whole(ids).await?;
        let mut after = Vec::new();
        let mut part = Outcome::default();
        for id in ids {
            let Some(draft) = stored.get(id) else {
                part.left.push(left(*id, "", Code::NotFound));
                continue;
            };
            match changed(draft) {
                Ok(next) if next == *draft => part.same += 1,
                Ok(mut next) => {
                    next.revision += 1;
                    next.updated_at = now;
                    after.push(next);
                }
                Err(code) => part.left.push(left(*id, &draft.title, code)),
            }
        }
        let done = self
            .parts
            .draft_versions
            .change_many(&after, said, cause, now)
            .await
            .map_err(fail::record("saving the drafts"))?;
        for draft in after {
            let Some(before) = stored.get(&draft.id) else {
                continue;
            };
            if done.left.contains(&draft.id) {
                part.left
                    .push(left(draft.id, &before.title, Code::DraftChanged));
            } else {
                part.before.push(Draft {
                    photos: Vec::new(),
                    ..before.clone()
                });
            }
        }
        outcome.before.append(&mut part.before);
        outcome.newly_said.extend(done.newly_said);
        outcome.same += part.same;
        outcome.left.append(&mut part.left);
        Ok(())
    }

    /// What was done, with the way back.
    fn bulk_answer(&self, mut outcome: Outcome) -> BulkAnswer {
        let before = std::mem::take(&mut outcome.before);
        let changed = before.len();
        let undo = (changed > 0).then(|| {
            let id = self.parts.clock.new_id();
            self.keep_undoable(Undoable {
                id,
                before,
                newly_said: std::mem::take(&mut outcome.newly_said),
            });
            id.to_string()
        });
        BulkAnswer {
            undo,
            ..self.told(changed, outcome)
        }
    }

    /// What was done, told to whoever shows drafts.
    fn told(&self, changed: usize, outcome: Outcome) -> BulkAnswer {
        if changed > 0 {
            self.tell(Event::DraftsChanged {
                count: number(changed),
            });
        }
        BulkAnswer {
            undo: None,
            changed: number(changed),
            same: number(outcome.same),
            left: outcome.left,
        }
    }

    fn keep_undoable(&self, change: Undoable) {
        self.undoable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keep(change);
    }
}

/// Storage failed for the rest: they are named as left, where something was done before; else nothing was.
fn stopped(failure: &Failure, rest: Vec<BulkLeft>, outcome: &mut Outcome) -> Result<(), Failure> {
    if outcome.before.is_empty() {
        return Err(failure.clone());
    }
    tracing::error!(%failure, left = rest.len(), "a change of many drafts ended before its end");
    outcome.left.extend(rest);
    Ok(())
}

/// What no draft could take is refused before any is touched. Returns the per cent that prices are to have.
fn check(change: &BulkChange) -> Result<Option<u32>, Failure> {
    let wrong = |field: &str, sentence: String| {
        Err(Failure::new(Code::InvalidField, sentence)
            .with(json!({ "fields": { field: "invalid_field" } })))
    };
    // A state depends on the one that each draft has.
    let shapes: Vec<DraftChange> = change
        .changes
        .iter()
        .filter(|c| c.key != "status")
        .cloned()
        .collect();
    apply(
        &mut Draft::new(DraftId(Uuid::nil()), DateTime::UNIX_EPOCH),
        &shapes,
    )?;
    match change.price_percent {
        None if change.changes.is_empty() => wrong("changes", "Say what to change.".to_owned()),
        None => Ok(None),
        Some(percent) if PERCENT.contains(&percent) => {
            Ok(Some(u32::try_from(100 + percent).unwrap_or(100)))
        }
        Some(_) => wrong(
            "price_percent",
            format!("From {} to {} per cent.", PERCENT.start(), PERCENT.end()),
        ),
    }
}

fn fields(change: &BulkChange) -> Vec<Field> {
    let mut fields = said(&change.changes);
    if change.price_percent.is_some() && !fields.contains(&Field::Price) {
        fields.push(Field::Price);
    }
    fields
}

/// All three prices by so many per cent of what they are, as sellers write prices.
fn reprice(draft: &mut Draft, percent: u32) -> Result<(), Code> {
    let currency = draft.currency;
    let (lowest, _) = currency.price_bounds();
    let price = |cents: Option<u32>| -> Result<Option<u32>, Code> {
        let Some(cents) = cents else { return Ok(None) };
        let exact = (u64::from(cents) * u64::from(percent) + 50) / 100;
        let exact = u32::try_from(exact).map_err(|_| Code::PriceOutOfBounds)?;
        if exact < lowest {
            return Err(Code::PriceOutOfBounds);
        }
        Ok(Some(as_sellers_do(exact, currency)))
    };
    let target = draft.price_target_cents.ok_or(Code::MissingPrice)?;
    draft.price_min_cents = price(draft.price_min_cents)?;
    draft.price_target_cents = price(Some(target))?;
    draft.price_max_cents = price(draft.price_max_cents)?;
    Ok(())
}

fn left(id: DraftId, title: &str, code: Code) -> BulkLeft {
    BulkLeft {
        id: id.to_string(),
        title: title.to_owned(),
        code,
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(min: u32, target: u32, max: u32) -> Draft {
        Draft {
            price_min_cents: Some(min),
            price_target_cents: Some(target),
            price_max_cents: Some(max),
            ..Draft::new(DraftId(Uuid::nil()), DateTime::UNIX_EPOCH)
        }
    }

    #[test]
    fn a_tenth_off_is_written_as_sellers_write_it() {
        let mut draft = priced(2_000, 2_800, 3_500);
        reprice(&mut draft, 90).unwrap();
        assert_eq!(
            (
                draft.price_min_cents,
                draft.price_target_cents,
                draft.price_max_cents
            ),
            (Some(1_800), Some(2_500), Some(2_900)),
            "18, 25.20 and 31.50 euros as prices people write, in their order"
        );
    }

    #[test]
    fn a_price_below_what_the_site_takes_is_not_made_up() {
        assert_eq!(
            reprice(&mut priced(100, 100, 100), 50),
            Err(Code::PriceOutOfBounds),
            "the person is told, instead of getting another price than they asked for"
        );
        let mut without = priced(1, 1, 1);
        without.price_target_cents = None;
        assert_eq!(reprice(&mut without, 90), Err(Code::MissingPrice));
    }

    #[test]
    fn what_no_draft_can_take_is_refused_at_once() {
        let colours = |value: &str| BulkChange {
            changes: vec![DraftChange {
                key: "color".into(),
                value: json!(value),
            }],
            ..BulkChange::default()
        };
        assert!(check(&colours("Bleu, Noir")).is_ok());
        let three = check(&colours("Bleu, Noir, Rouge")).unwrap_err();
        assert_eq!(three.code, Code::InvalidField, "a third colour");
        assert!(
            check(&BulkChange::default()).is_err(),
            "a change of nothing"
        );
        let far = BulkChange {
            price_percent: Some(-100),
            ..BulkChange::default()
        };
        assert!(check(&far).is_err(), "a price of nothing");
    }

    #[test]
    fn what_was_done_before_storage_failed_is_told_with_the_rest() {
        let failure = Failure::new(Code::StorageUnavailable, "The disk is gone.");
        let rest = || vec![left(DraftId(Uuid::from_u128(7)), "Robe", failure.code)];
        let mut nothing_done = Outcome::default();
        let refused = stopped(&failure, rest(), &mut nothing_done).unwrap_err();
        assert_eq!(refused.code, Code::StorageUnavailable, "nothing was done");
        let mut half = Outcome {
            before: vec![priced(1, 2, 3)],
            ..Outcome::default()
        };
        stopped(&failure, rest(), &mut half).unwrap();
        let named: Vec<_> = half.left.iter().map(|l| (&*l.title, l.code)).collect();
        assert_eq!(named, [("Robe", Code::StorageUnavailable)]);
        assert_eq!(half.before.len(), 1, "and can be taken back");
    }

    #[test]
    fn what_can_be_undone_is_bounded() {
        let mut kept = UndoableChanges::default();
        for n in 0..30 {
            kept.keep(Undoable {
                id: Uuid::from_u128(n),
                before: vec![priced(1, 2, 3); 1_500],
                newly_said: HashMap::new(),
            });
        }
        assert!(kept.take(Uuid::from_u128(0)).is_none(), "the oldest went");
        assert!(
            kept.take(Uuid::from_u128(29)).is_some(),
            "the newest is there"
        );
        assert!(
            kept.take(Uuid::from_u128(29)).is_none(),
            "and is undone once"
        );
        let drafts: usize = kept.0.iter().map(|c| c.before.len()).sum();
        assert!(drafts <= UNDOABLE_DRAFTS, "{drafts} drafts are kept");
    }
}
