//! A history under way: each step is done by the real use cases and by the model, and both must agree.

use std::collections::HashSet;

use chrono::TimeDelta;
use contract::{Code, Failure, PublishView, Resolution};
use domain::attempt::AttemptState;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tokio_util::sync::CancellationToken;

use crate::{
    bed::{Bed, DRAFTS, Process, account_id, draft_id, title},
    market::{Answer, Break, Sight},
    model::{Confirmation, Fate, Given, Model, PRICE, Try, Way},
    steps::Step,
};

/// Processes that live at once: a window and a command.
pub(crate) const PROCESSES: usize = 2;

/// A history under way.
pub(crate) struct Run {
    bed: Bed,
    model: Model,
    processes: Vec<Process>,
    /// Confirmations that were really pressed.
    pressed: HashSet<usize>,
}

pub(crate) type Checked = Result<(), TestCaseError>;

impl Run {
    pub(crate) async fn new(broken: Break) -> Self {
        let mut bed = Bed::new().await;
        bed.broken = broken;
        let mut processes = Vec::new();
        for _ in 0..PROCESSES {
            processes.push(bed.process(false).await);
        }
        Self {
            bed,
            model: Model::default(),
            processes,
            pressed: HashSet::new(),
        }
    }

    pub(crate) async fn step(&mut self, step: &Step) -> Checked {
        self.bed.market.state().now += TimeDelta::seconds(20);
        match *step {
            Step::Prepare {
                who,
                draft,
                account,
            } => self.prepare(who, draft, account).await?,
            Step::Edit { draft } => {
                let blocked = self.model.tries.iter().any(|t| {
                    self.model.confirmations[t.confirmation].draft == draft
                        && matches!(t.fate, Fate::Settled(_))
                });
                if !blocked {
                    self.bed.edit(draft).await;
                    self.model.content[draft] += 1;
                }
            }
            Step::Publish { .. } => self.publish(step).await?,
            Step::Restart {
                who,
                settles,
                sight,
                dies_at,
            } => self.restart(who, settles, sight, dies_at).await?,
            Step::Evidence {
                who,
                draft,
                look,
                sight,
            } => self.evidence(who, draft, look, sight).await?,
            Step::Resolve { who, draft, sight } => self.resolve(who, draft, sight).await?,
            Step::Outside {
                account,
                draft,
                same,
            } => {
                let name = if same { title(draft) } else { "Autre chose" };
                let seller = account_id(account).to_string();
                self.bed
                    .market
                    .list_without_the_app(&seller, name, PRICE, 1);
            }
            Step::Time {
                minutes,
                laptop_jumps,
            } => {
                {
                    let mut state = self.bed.market.state();
                    state.now += TimeDelta::minutes(minutes);
                    state.skew += TimeDelta::minutes(laptop_jumps);
                }
                self.bed.market.orphans_arrive();
            }
        }
        self.agrees().await
    }

    async fn prepare(&mut self, who: usize, draft: usize, account: usize) -> Checked {
        self.bed.market.look(Sight::Clear);
        let items = self.bed.market.state().items.clone();
        let wanted = self.model.refuses(draft, &items, Sight::Clear);
        let got = self.processes[who].prepare(draft, account).await;
        match (got, wanted) {
            (Ok(token), None) => {
                let expires = self.bed.market.laptop() + TimeDelta::minutes(30);
                let id = self.bed.market.state().confirmed.unwrap();
                self.model.confirmations.push(Confirmation {
                    id,
                    draft,
                    account,
                    content: self.model.content[draft],
                    expires,
                    token,
                });
                Ok(())
            }
            (Err(failure), Some(code)) => {
                prop_assert_eq!(failure.code, code, "why a draft is not prepared");
                Ok(())
            }
            (got, wanted) => Err(TestCaseError::fail(format!(
                "prepare gave {got:?}, and {wanted:?} was wanted"
            ))),
        }
    }

    async fn publish(&mut self, step: &Step) -> Checked {
        let Step::Publish {
            who,
            token,
            key,
            live,
            by_hand,
            answer,
            sight,
            dies_at,
        } = *step
        else {
            return Ok(());
        };
        let Some(count) = self.model.confirmations.len().checked_sub(1) else {
            return Ok(());
        };
        // The newest forms are the likeliest to be confirmed.
        let c = count - token.min(count);
        let form = &self.model.confirmations[c];
        let (text, account) = (form.token.clone(), form.account);
        let key = key.map(|k| format!("key {k}"));
        // Without a key the confirmation's id serves as one.
        let used_key = key.clone().unwrap_or_else(|| form.id.to_string());
        let live = live || by_hand;

        let market = std::sync::Arc::clone(&self.bed.market);
        market.expect(c, answer, sight);
        // What happens before the press looks at the site as well as it can be seen then.
        let items = market.state().items.clone();
        let now = market.laptop();
        let calls = market.state().calls;
        let process = &self.processes[who];
        if let Some(after) = dies_at {
            process.fuse.light(after);
        }
        let app = process.app.clone();
        let call = async {
            if by_hand {
                app.publish_by_hand(&text, key.as_deref(), CancellationToken::new())
                    .await
            } else {
                app.publish(&text, live, key.as_deref()).await
            }
        };
        let got = tokio::select! {
            biased;
            () = process.fuse.burnt() => None,
            got = call => Some(got),
        };
        process.fuse.put_out();
        let Some(got) = got else {
            return self
                .died(who, Some((c, &used_key, now, by_hand, calls)))
                .await;
        };
        let way = self
            .model
            .publish(c, &used_key, live, now, &items, Sight::Clear);
        let wanted = match way {
            Way::Answered(given) => {
                prop_assert_eq!(
                    market.state().calls,
                    calls,
                    "nothing is pressed where {:?} is the answer",
                    given
                );
                given
            }
            Way::Pressed => {
                let id = self.new_attempt(account, &used_key).await?;
                let baseline = market.state().before.clone();
                self.model.tries.push(Try {
                    id,
                    confirmation: c,
                    key: used_key,
                    fate: Fate::CutAfter,
                    baseline,
                    at: now,
                    by_hand,
                });
                self.pressed.insert(c);
                let t = self.model.tries.len() - 1;
                let items = market.state().items.clone();
                self.model.pressed(t, answer, sight, &items)
            }
        };
        told(&got, &wanted, answer, sight)
    }

    /// The attempt that a press must have written, with the own items just before it as its baseline.
    async fn new_attempt(
        &self,
        account: usize,
        key: &str,
    ) -> Result<domain::AttemptId, TestCaseError> {
        use app::ports::PublishLog as _;
        let found = self.bed.db.by_key(account_id(account), key).await.unwrap();
        let known = |id| self.model.tries.iter().any(|t| t.id == id);
        let Some(attempt) = found.filter(|a| !known(a.id)) else {
            return Err(TestCaseError::fail(
                "a press was due, and there is no new attempt",
            ));
        };
        prop_assert_eq!(
            &attempt.baseline,
            &self.bed.market.state().before,
            "the baseline is what was there just before the press"
        );
        Ok(attempt.id)
    }

    /// The process died. What it was about is read from the disk, and must fit what it can have done.
    async fn died(
        &mut self,
        who: usize,
        publishing: Option<(usize, &str, chrono::DateTime<chrono::Utc>, bool, usize)>,
    ) -> Checked {
        use app::ports::PublishLog as _;
        self.bed.kill(&self.processes[who]);
        if let Some((c, key, at, by_hand, calls)) = publishing {
            let called = self.bed.market.state().calls > calls;
            let new = self
                .bed
                .db
                .latest_of_draft(draft_id(self.model.confirmations[c].draft))
                .await
                .unwrap()
                .filter(|a| self.model.tries.iter().all(|t| t.id != a.id));
            match new {
                Some(attempt) => {
                    if called {
                        prop_assert_ne!(
                            attempt.state,
                            AttemptState::Intent,
                            "a call left, and the disk does not say that it may have"
                        );
                        self.pressed.insert(c);
                    }
                    let fate = self.fate_of(&attempt);
                    self.model.tries.push(Try {
                        id: attempt.id,
                        confirmation: c,
                        key: key.to_owned(),
                        fate,
                        baseline: attempt.baseline,
                        at,
                        by_hand,
                    });
                }
                None => prop_assert!(!called, "a call left without an attempt on the disk"),
            }
        }
        // What it did to earlier attempts before it died.
        for t in 0..self.model.tries.len() {
            let attempt = self.bed.db.attempt(self.model.tries[t].id).await.unwrap();
            let fate = self.fate_of(&attempt);
            let was = &self.model.tries[t].fate;
            let legal = *was == fate
                || matches!(
                    (was, &fate),
                    (Fate::CutBefore, Fate::Failed)
                        | (Fate::CutAfter, Fate::Waiting | Fate::Settled(_))
                        | (Fate::Waiting, Fate::Settled(_))
                );
            prop_assert!(legal, "{:?} became {:?} on the way to a death", was, fate);
            self.model.tries[t].fate = fate;
        }
        self.processes[who] = self.bed.process(false).await;
        Ok(())
    }

    fn fate_of(&self, attempt: &app::ports::Attempt) -> Fate {
        match attempt.state {
            AttemptState::Intent => Fate::CutBefore,
            AttemptState::Submitted => Fate::CutAfter,
            AttemptState::Settled => Fate::Settled(attempt.listing_id.clone().unwrap()),
            AttemptState::Refused | AttemptState::NeedsManual => Fate::Failed,
            AttemptState::Unknown => Fate::Waiting,
        }
    }

    async fn restart(
        &mut self,
        who: usize,
        settles: bool,
        sight: Sight,
        dies_at: Option<u8>,
    ) -> Checked {
        self.bed.kill(&self.processes[who]);
        self.processes[who] = self.bed.process(false).await;
        self.bed.market.look(sight);
        let process = &self.processes[who];
        if let Some(after) = dies_at {
            process.fuse.light(after);
        }
        let app = process.app.clone();
        let start = async {
            if settles {
                app.settle_open_attempts().await.map(|_| ())
            } else {
                app.note_dead_attempts().await.map(|_| ())
            }
        };
        let started = tokio::select! {
            biased;
            () = process.fuse.burnt() => None,
            started = start => Some(started),
        };
        process.fuse.put_out();
        let Some(started) = started else {
            return self.died(who, None).await;
        };
        prop_assert!(
            started.is_ok(),
            "a start settles what it can: {:?}",
            started
        );
        for t in 0..self.model.tries.len() {
            self.model.note_dead(t);
        }
        if settles {
            let items = self.bed.market.state().items.clone();
            let since = self.bed.market.laptop() - TimeDelta::days(7);
            for t in 0..self.model.tries.len() {
                if self.model.tries[t].at >= since {
                    self.model.look(t, &items, sight);
                }
            }
        }
        Ok(())
    }

    async fn evidence(&mut self, who: usize, draft: usize, look: bool, sight: Sight) -> Checked {
        self.bed.market.look(sight);
        let items = self.bed.market.state().items.clone();
        let waiting = self.model.waiting_of(draft, &items, None);
        let id = draft_id(draft).to_string();
        let stop = look.then(CancellationToken::new);
        let got = self.processes[who].app.publish_evidence(&id, stop).await;
        match (got, waiting) {
            (Ok(view), Some(t)) => {
                prop_assert_eq!(&view.sent.title, title(draft), "what was sent");
                if look {
                    self.model.look(t, &items, sight);
                }
                let settled = view.settled.and_then(|s| s.listing_id);
                let wanted = match &self.model.tries[t].fate {
                    Fate::Settled(id) => Some(id.clone()),
                    _ => None,
                };
                prop_assert_eq!(settled, wanted, "what a look settles");
                Ok(())
            }
            (Err(failure), None) => {
                prop_assert_eq!(failure.code, Code::IllegalTransition, "nothing is unknown");
                Ok(())
            }
            (got, wanted) => Err(TestCaseError::fail(format!(
                "the evidence is {got:?}, and {wanted:?} waits"
            ))),
        }
    }

    /// The person looks at the site and says what is there.
    async fn resolve(&mut self, who: usize, draft: usize, sight: Sight) -> Checked {
        self.bed.market.look(sight);
        let items = self.bed.market.state().items.clone();
        let waiting = self.model.waiting_of(draft, &items, Some(sight));
        let made = waiting.and_then(|t| {
            let of = &self.model.tries[t];
            items
                .iter()
                .find(|i| {
                    i.confirmation == Some(of.confirmation) && !of.baseline.contains(&i.row.id)
                })
                .map(|i| i.row.id.clone())
        });
        let word = match &made {
            Some(listing_id) => Resolution::Published {
                listing_id: listing_id.clone(),
            },
            None => Resolution::NotPublished,
        };
        let id = draft_id(draft).to_string();
        let got = self.processes[who].app.resolve_publish(&id, &word).await;
        match (got, waiting) {
            (Ok(_), Some(t)) => {
                self.model.tries[t].fate = made.map_or(Fate::Failed, Fate::Settled);
                Ok(())
            }
            (Err(failure), None) => {
                prop_assert_eq!(failure.code, Code::IllegalTransition, "nothing is unknown");
                Ok(())
            }
            (got, wanted) => Err(TestCaseError::fail(format!(
                "the word gave {got:?}, and {wanted:?} waits"
            ))),
        }
    }

    /// Disk and model say the same, and the promises hold.
    async fn agrees(&self) -> Checked {
        use app::ports::PublishLog as _;
        for of in &self.model.tries {
            let attempt = self.bed.db.attempt(of.id).await.unwrap();
            prop_assert_eq!(
                &self.fate_of(&attempt),
                &of.fate,
                "where an attempt stands, on the disk and in the model"
            );
        }
        let state = self.bed.market.state();
        for (c, _) in self.model.confirmations.iter().enumerate() {
            let mut tries = self.model.tries.iter().filter(|t| t.confirmation == c);
            prop_assert!(
                tries.any(|t| t.fate == Fate::CutAfter) || !state.is_under_way(c),
                "an outcome is said while a browser may still publish"
            );
        }
        let made: Vec<usize> = state.items.iter().filter_map(|i| i.confirmation).collect();
        let once: HashSet<usize> = made.iter().copied().collect();
        prop_assert_eq!(
            made.len(),
            once.len(),
            "one confirmation, one listing at most"
        );
        prop_assert!(
            once.is_subset(&self.pressed),
            "a listing without a confirmation: {:?} of {:?}",
            once,
            self.pressed
        );
        for item in &state.items {
            let Some(c) = item.confirmation else { continue };
            let failed = self.model.tries.iter().any(|t| {
                t.confirmation == c && t.fate == Fate::Failed && !t.baseline.contains(&item.row.id)
            });
            let other = self
                .model
                .tries
                .iter()
                .any(|t| t.confirmation == c && t.fate != Fate::Failed);
            prop_assert!(
                !failed || other,
                "{} exists, and its attempt says that nothing was made",
                item.row.id
            );
        }
        Ok(())
    }

    /// Whatever happened: a last start, and a person who looks, leave nothing open.
    pub(crate) async fn ends_known(&mut self) -> Checked {
        use app::ports::PublishLog as _;
        for who in 0..PROCESSES {
            self.restart(who, true, Sight::Clear, None).await?;
        }
        self.agrees().await?;
        for draft in 0..DRAFTS {
            self.resolve(0, draft, Sight::Clear).await?;
        }
        self.agrees().await?;
        let open = self.bed.db.unsettled().await.unwrap();
        prop_assert!(open.is_empty(), "every attempt ends known: {:?}", open);
        Ok(())
    }
}

/// Whether the caller was told what the model says.
fn told(
    got: &Result<PublishView, Failure>,
    wanted: &Given,
    answer: Answer,
    sight: Sight,
) -> Checked {
    let given = match got {
        Err(failure) => Given::Code(failure.code),
        Ok(view) if view.dry_run => Given::DryRun,
        Ok(view) if view.needs_manual => Given::NeedsManual,
        Ok(view) => match (&view.listing_id, view.replayed, wanted) {
            (Some(id), true, _) => Given::Replayed(id.clone()),
            (Some(id), false, Given::Adopted(_)) => Given::Adopted(id.clone()),
            (Some(_), false, _) => Given::Published,
            (None, ..) => return Err(TestCaseError::fail(format!("no listing: {view:?}"))),
        },
    };
    prop_assert_eq!(&given, wanted, "what the caller is told");
    let Ok(view) = got else { return Ok(()) };
    if given == Given::Published {
        let warned = |code: Code| view.warnings.iter().any(|w| w == code.as_str());
        let read = sight == Sight::Clear;
        prop_assert_eq!(
            warned(Code::ReadbackUnavailable),
            !read,
            "a listing that cannot be read back is said so"
        );
        prop_assert_eq!(
            view.pending,
            read && answer == Answer::MadeUnderReview,
            "under review is pending"
        );
        let phantom = read && answer == Answer::MadeWithoutPrice;
        prop_assert_eq!(
            (warned(Code::ReadbackMismatch), view.edit_url.is_some()),
            (phantom, phantom),
            "a price stored as 0 is noticed, with the way to mend it"
        );
    }
    Ok(())
}
