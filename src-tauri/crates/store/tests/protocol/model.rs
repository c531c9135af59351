//! The protocol in a page, without a disk, a browser or an await: what each step must give.

use chrono::{DateTime, TimeDelta, Utc};
use contract::Code;
use domain::listing::OwnItem;
use uuid::Uuid;

use crate::{
    bed::{DRAFTS, account_id, title},
    market::{Answer, Item, Sight},
};

pub(crate) const PRICE: u32 = 1200;
const APART: TimeDelta = TimeDelta::minutes(15);

/// A form that was shown to the person.
pub(crate) struct Confirmation {
    pub(crate) id: Uuid,
    pub(crate) draft: usize,
    pub(crate) account: usize,
    pub(crate) content: u32,
    pub(crate) expires: DateTime<Utc>,
    pub(crate) token: String,
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its process died before the press was on the disk.
    CutBefore,
    /// Its process died after that.
    CutAfter,
    /// Nothing was made, and that is proved or said.
    Failed,
    /// Nobody knows.
    Waiting,
    /// The listing with this id.
    Settled(String),
}

/// One attempt.
pub(crate) struct Try {
    pub(crate) id: domain::AttemptId,
    pub(crate) confirmation: usize,
    pub(crate) key: String,
    pub(crate) fate: Fate,
    pub(crate) baseline: Vec<String>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by_hand: bool,
}

/// What a step must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Code(Code),
    DryRun,
    NeedsManual,
    /// Published now.
    Published,
    /// Found among the own items: an attempt of this call whose answer was lost.
    Adopted(String),
    /// The result of an earlier attempt.
    Replayed(String),
}

/// What a publish leads to.
pub(crate) enum Way {
    /// Answered without a press.
    Answered(Given),
    /// The button is pressed.
    Pressed,
}

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) confirmations: Vec<Confirmation>,
    pub(crate) tries: Vec<Try>,
    pub(crate) content: [u32; DRAFTS],
}

fn readable(sight: Sight) -> bool {
    // A browser that is gone is replaced.
    matches!(sight, Sight::Clear | Sight::BrowserGone)
}

impl Model {
    fn draft_of(&self, t: usize) -> usize {
        self.confirmations[self.tries[t].confirmation].draft
    }

    fn account_of(&self, t: usize) -> usize {
        self.confirmations[self.tries[t].confirmation].account
    }

    /// The attempt that counts: one that did not fail, else the newest.
    fn counting(&self, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.tries.len()).filter(|t| wanted(*t)).collect();
        all.iter()
            .copied()
            .find(|t| self.tries[*t].fate != Fate::Failed)
            .or(all.last().copied())
    }

    /// The listing that the own items prove to be an attempt's.
    pub(crate) fn evidence(&self, t: usize, items: &[Item]) -> Option<String> {
        let seller = account_id(self.account_of(t)).to_string();
        let mut fitting = items
            .iter()
            .filter(|i| i.seller == seller)
            .map(|i| &i.row)
            .filter(|i| !self.is_of_another_draft(t, &i.id) && self.fits(t, i));
        let one = fitting.next()?;
        let alone = fitting.next().is_none();
        let rival = (0..self.tries.len()).any(|other| {
            other != t
                && self.account_of(other) == self.account_of(t)
                && matches!(self.tries[other].fate, Fate::Waiting | Fate::CutAfter)
                && self.looks_like(other, one)
        });
        (alone && !rival).then(|| one.id.clone())
    }

    fn is_of_another_draft(&self, t: usize, id: &str) -> bool {
        (0..self.tries.len()).any(|other| {
            self.draft_of(other) != self.draft_of(t)
                && matches!(&self.tries[other].fate, Fate::Settled(of) if of == id)
        })
    }

    /// Whether anything is new that is not known to come from elsewhere.
    pub(crate) fn something_new(&self, t: usize, items: &[Item]) -> bool {
        let seller = account_id(self.account_of(t)).to_string();
        items.iter().any(|i| {
            i.seller == seller
                && !self.tries[t].baseline.contains(&i.row.id)
                && !self.is_of_another_draft(t, &i.row.id)
        })
    }

    fn fits(&self, t: usize, item: &OwnItem) -> bool {
        let of = &self.tries[t];
        let within = TimeDelta::minutes(if of.by_hand { 30 } else { 10 });
        let made = item.created_at.unwrap();
        self.looks_like(t, item) && of.at - APART <= made && made <= of.at + within + APART
    }

    fn looks_like(&self, t: usize, item: &OwnItem) -> bool {
        !self.tries[t].baseline.contains(&item.id)
            && item.title == title(self.draft_of(t))
            && matches!(item.price_cents, Some(0 | PRICE))
    }

    /// What the disk alone tells of an attempt whose process died.
    pub(crate) fn note_dead(&mut self, t: usize) {
        let fate = &mut self.tries[t].fate;
        match fate {
            Fate::CutBefore => *fate = Fate::Failed,
            Fate::CutAfter => *fate = Fate::Waiting,
            _ => {}
        }
    }

    /// A look at the own items.
    pub(crate) fn look(&mut self, t: usize, items: &[Item], sight: Sight) {
        if self.tries[t].fate == Fate::Waiting
            && readable(sight)
            && let Some(id) = self.evidence(t, items)
        {
            self.tries[t].fate = Fate::Settled(id);
        }
    }

    fn touch(&mut self, t: usize, items: &[Item], sight: Sight) {
        self.note_dead(t);
        self.look(t, items, sight);
    }

    /// Why a draft may not be published, if so.
    pub(crate) fn refuses(&mut self, draft: usize, items: &[Item], sight: Sight) -> Option<Code> {
        let t = self.counting(|t| self.draft_of(t) == draft)?;
        if matches!(self.tries[t].fate, Fate::CutBefore | Fate::CutAfter) {
            self.touch(t, items, sight);
        }
        match self.tries[t].fate {
            Fate::Waiting => Some(Code::OutcomeUnknown),
            Fate::Settled(_) => Some(Code::AlreadyPublished),
            _ => None,
        }
    }

    /// A publish call up to the press.
    pub(crate) fn publish(
        &mut self,
        c: usize,
        key: &str,
        live: bool,
        now: DateTime<Utc>,
        items: &[Item],
        sight: Sight,
    ) -> Way {
        let code = |code| Way::Answered(Given::Code(code));
        let (draft, account, content, expires) = {
            let c = &self.confirmations[c];
            (c.draft, c.account, c.content, c.expires)
        };
        let with_key = self.counting(|t| self.account_of(t) == account && self.tries[t].key == key);
        if live && let Some(t) = with_key {
            let first = &self.confirmations[self.tries[t].confirmation];
            if first.draft != draft || first.content != content {
                return code(Code::DuplicatePublish);
            }
            self.touch(t, items, sight);
            match &self.tries[t].fate {
                Fate::Settled(id) => return Way::Answered(Given::Replayed(id.clone())),
                Fate::Waiting => return code(Code::OutcomeUnknown),
                _ => {}
            }
        }
        let used = self.counting(|t| self.tries[t].confirmation == c);
        if let Some(t) = used {
            if matches!(self.tries[t].fate, Fate::CutBefore | Fate::CutAfter) {
                self.touch(t, items, sight);
            }
            if self.tries[t].fate != Fate::Failed && self.tries[t].key != key {
                return code(Code::TokenUsed);
            }
        }
        if now >= expires {
            return code(Code::TokenExpired);
        }
        if let Some(why) = self.refuses(draft, items, sight) {
            return code(why);
        }
        if self.content[draft] != content {
            return code(Code::DraftChanged);
        }
        if live {
            Way::Pressed
        } else {
            Way::Answered(Given::DryRun)
        }
    }

    /// What a press gives, once it is known what was there just before and what is there now.
    pub(crate) fn pressed(
        &mut self,
        t: usize,
        answer: Answer,
        sight: Sight,
        items: &[Item],
    ) -> Given {
        let by_hand = self.tries[t].by_hand;
        let (fate, given) = match answer {
            Answer::Made | Answer::MadeUnderReview | Answer::MadeWithoutPrice => {
                let of = self.tries[t].confirmation;
                let made = items.iter().rfind(|i| i.confirmation == Some(of)).unwrap();
                (Fate::Settled(made.row.id.clone()), Given::Published)
            }
            Answer::Challenged => (Fate::Failed, Given::NeedsManual),
            Answer::Rejected => (Fate::Failed, Given::Code(Code::InvalidField)),
            Answer::RateLimited => (Fate::Failed, Given::Code(Code::RateLimited)),
            Answer::SessionGone => (Fate::Failed, Given::Code(Code::SessionExpired)),
            Answer::NotSent if by_hand => (Fate::Failed, Given::Code(Code::Cancelled)),
            Answer::NotSent | Answer::Refused => (Fate::Failed, Given::Code(Code::SiteRefused)),
            Answer::MadeAndLost
            | Answer::LostBeforeMade
            | Answer::ErrorAfterMade
            | Answer::ErrorBeforeMade => {
                match self.evidence(t, items).filter(|_| readable(sight)) {
                    Some(id) => (Fate::Settled(id.clone()), Given::Adopted(id)),
                    None if !answer.is_lost()
                        && readable(sight)
                        && !self.something_new(t, items) =>
                    {
                        (Fate::Failed, Given::Code(Code::SiteError))
                    }
                    None => (Fate::Waiting, Given::Code(Code::OutcomeUnknown)),
                }
            }
        };
        self.tries[t].fate = fate;
        given
    }

    /// The attempt of a draft that waits for the person, after what a question about it touches.
    pub(crate) fn waiting_of(
        &mut self,
        draft: usize,
        items: &[Item],
        look: Option<Sight>,
    ) -> Option<usize> {
        let t = self.counting(|t| self.draft_of(t) == draft)?;
        if matches!(self.tries[t].fate, Fate::CutBefore | Fate::CutAfter) {
            match look {
                Some(sight) => self.touch(t, items, sight),
                None => self.note_dead(t),
            }
        }
        (self.tries[t].fate == Fate::Waiting).then_some(t)
    }
}
