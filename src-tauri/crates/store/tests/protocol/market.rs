//! A little marketplace without pages: it answers, loses answers, and counts what it made.

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};
use domain::listing::OwnItem;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The protocol, broken on purpose at one of its ports: the histories must notice each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    Nothing,
    /// The press is not on the disk before the click.
    PressNotWritten,
    /// The intent is not on the disk when the caller goes on.
    IntentNotWritten,
    /// The own items before the press are forgotten.
    NoBaseline,
    /// Browsers of dead processes live on.
    OrphansLive,
    /// A lost answer is followed by another call.
    TriedAgain,
    /// What is lost counts as refused.
    LostIsRefused,
    /// What another attempt may have made is nobody else's business.
    RivalsForgotten,
    /// A used token does not look used.
    TokenForgotten,
    /// A dead process counts as a living one.
    DeadLives,
}

impl Break {
    pub(crate) const ALL: [Self; 9] = [
        Self::PressNotWritten,
        Self::IntentNotWritten,
        Self::NoBaseline,
        Self::OrphansLive,
        Self::TriedAgain,
        Self::LostIsRefused,
        Self::RivalsForgotten,
        Self::TokenForgotten,
        Self::DeadLives,
    ];
}

/// What becomes of a publish call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Made,
    MadeUnderReview,
    MadeWithoutPrice,
    MadeAndLost,
    LostBeforeMade,
    ErrorAfterMade,
    ErrorBeforeMade,
    Rejected,
    Challenged,
    RateLimited,
    SessionGone,
    Refused,
    NotSent,
}

impl Answer {
    pub(crate) const ALL: [Self; 13] = [
        Self::Made,
        Self::MadeUnderReview,
        Self::MadeWithoutPrice,
        Self::MadeAndLost,
        Self::LostBeforeMade,
        Self::ErrorAfterMade,
        Self::ErrorBeforeMade,
        Self::Rejected,
        Self::Challenged,
        Self::RateLimited,
        Self::SessionGone,
        Self::Refused,
        Self::NotSent,
    ];

    /// The site stores a listing.
    pub(crate) fn makes(self) -> bool {
        use Answer as A;
        matches!(
            self,
            A::Made | A::MadeUnderReview | A::MadeWithoutPrice | A::MadeAndLost | A::ErrorAfterMade
        )
    }

    /// The caller hears nothing that says whether one was stored.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self, Self::MadeAndLost | Self::LostBeforeMade)
    }
}

/// What reading the own items, or a listing, gives after the press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    Clear,
    Challenged,
    Unreachable,
    /// The page's browser is gone; a new one reads.
    BrowserGone,
}

/// A stored listing.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) seller: String,
    pub(crate) row: OwnItem,
    /// The confirmation under which the app made it; none for what the seller made without the app.
    pub(crate) confirmation: Option<usize>,
}

/// A publish call of a browser whose process died: it is still under way.
pub(crate) struct UnderWay {
    pub(crate) item: Item,
    pub(crate) boot: u64,
}

/// Whoever is to answer where the site asks, and the browsers that are open for it.
#[derive(Default)]
pub(crate) struct Person {
    /// There is a display.
    pub(crate) sees: bool,
    pub(crate) answers: bool,
    /// Browsers open at a page in which the site asks.
    pub(crate) open: usize,
    /// Such pages that were opened under a newer session.
    pub(crate) renewed: usize,
}

pub(crate) struct State {
    pub(crate) person: Person,
    /// Ends once the own items are read before a press.
    pub(crate) stop_at_own_items: Option<CancellationToken>,
    /// Another process waits for its turn on the site.
    pub(crate) others_wait: bool,
    /// What the site's own clock says.
    pub(crate) now: DateTime<Utc>,
    /// How far the laptop's clock is off.
    pub(crate) skew: TimeDelta,
    pub(crate) items: Vec<Item>,
    pub(crate) answer: Answer,
    pub(crate) sight: Sight,
    /// The confirmation that is being published.
    pub(crate) confirmation: Option<usize>,
    /// Publish calls that left a browser.
    pub(crate) calls: usize,
    /// Own items just before the last call, by their ids.
    pub(crate) before: Vec<String>,
    pub(crate) under_way: Vec<UnderWay>,
    pub(crate) pressed: bool,
    next_id: u64,
    pub(crate) ids: u64,
    /// The confirmation that was stored last.
    pub(crate) confirmed: Option<Uuid>,
    /// Answers wait until this is opened.
    pub(crate) gate: Option<Arc<Semaphore>>,
}

/// Shared by all processes of a history.
pub(crate) struct Market {
    state: Mutex<State>,
}

impl Market {
    pub(crate) fn new() -> Arc<Self> {
        let state = State {
            person: Person::default(),
            stop_at_own_items: None,
            others_wait: false,
            now: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            skew: TimeDelta::zero(),
            items: Vec::new(),
            answer: Answer::Made,
            sight: Sight::Clear,
            confirmation: None,
            calls: 0,
            before: Vec::new(),
            under_way: Vec::new(),
            pressed: false,
            next_id: 1000,
            ids: 0,
            confirmed: None,
            gate: None,
        };
        Arc::new(Self {
            state: Mutex::new(state),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The laptop's clock.
    pub(crate) fn laptop(&self) -> DateTime<Utc> {
        let state = self.state();
        state.now + state.skew
    }

    /// The seller lists something without the app.
    pub(crate) fn list_without_the_app(&self, seller: &str, title: &str, cents: u32, photos: u32) {
        let mut state = self.state();
        let item = state.item(seller, title, cents, photos, None);
        state.items.push(item);
    }

    /// Calls of dead browsers arrive: whoever let one live hears of it now.
    pub(crate) fn orphans_arrive(&self) {
        let mut state = self.state();
        let arriving = std::mem::take(&mut state.under_way);
        state.items.extend(arriving.into_iter().map(|u| u.item));
    }
}

impl State {
    pub(crate) fn item(
        &mut self,
        seller: &str,
        title: &str,
        cents: u32,
        photos: u32,
        confirmation: Option<usize>,
    ) -> Item {
        self.next_id += 1;
        Item {
            seller: seller.to_owned(),
            row: OwnItem {
                id: self.next_id.to_string(),
                title: title.to_owned(),
                price_cents: Some(cents),
                photo_count: Some(photos),
                created_at: Some(self.now),
                ..OwnItem::default()
            },
            confirmation,
        }
    }

    /// A call for this confirmation may still arrive.
    pub(crate) fn is_under_way(&self, confirmation: usize) -> bool {
        let mut calls = self.under_way.iter();
        calls.any(|u| u.item.confirmation == Some(confirmation))
    }

    pub(crate) fn own_items(&self, seller: &str) -> Vec<OwnItem> {
        let own = self.items.iter().filter(|i| i.seller == seller);
        own.rev().map(|i| i.row.clone()).collect()
    }
}

impl Market {
    /// A new publish begins: how the site will answer it, and how it can be read afterwards.
    pub(crate) fn expect(&self, confirmation: usize, answer: Answer, sight: Sight) {
        let mut state = self.state();
        state.confirmation = Some(confirmation);
        state.answer = answer;
        state.sight = sight;
        state.pressed = false;
    }

    /// What the own items give from now on, as after a press.
    pub(crate) fn look(&self, sight: Sight) {
        let mut state = self.state();
        state.sight = sight;
        state.pressed = true;
    }
}
