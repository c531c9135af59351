//! A little marketplace without pages: it answers, loses answers, dies in between, and counts what it made.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use app::ports::{
    Challenge, CurrentUser, Filled, FilledPage, FormCheck, HeldPage, Run, Site, SiteProfile,
    SiteStop, Stopped, StoredListing, SubmitPermit, Submitted,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    form::{Field, FieldReport, FieldState, FormContent},
    listing::OwnItem,
};
use tokio::sync::{Notify, Semaphore};
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
    fn makes(self) -> bool {
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
struct UnderWay {
    item: Item,
    boot: u64,
}

pub(crate) struct State {
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
    under_way: Vec<UnderWay>,
    pressed: bool,
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
    fn item(
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

/// Ends a process at one of its awaits: from then on nothing of it goes on.
pub(crate) struct Fuse {
    left: AtomicI64,
    dead: AtomicBool,
    burnt: Notify,
}

impl Fuse {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            left: AtomicI64::new(i64::MAX),
            dead: AtomicBool::new(false),
            burnt: Notify::new(),
        })
    }

    /// The process dies at the `after`-th await from now.
    pub(crate) fn light(&self, after: u8) {
        self.left.store(i64::from(after), Ordering::SeqCst);
    }

    pub(crate) fn put_out(&self) {
        self.left.store(i64::MAX, Ordering::SeqCst);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub(crate) async fn burnt(&self) {
        loop {
            let notified = self.burnt.notified();
            if self.is_dead() {
                return;
            }
            notified.await;
        }
    }

    /// Whether the process dies here.
    fn burns(&self) -> bool {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.dead.store(true, Ordering::SeqCst);
        }
        self.is_dead()
    }

    /// A place where the process may die.
    pub(crate) async fn point(&self) {
        if self.burns() {
            self.burnt.notify_waiters();
            std::future::pending::<()>().await;
        }
    }
}

/// The marketplace as one process reaches it.
pub(crate) struct Reach {
    pub(crate) market: Arc<Market>,
    pub(crate) fuse: Arc<Fuse>,
    /// Number of the process.
    pub(crate) boot: u64,
    /// What is broken on purpose.
    pub(crate) broken: Break,
    /// Numbers of living processes.
    pub(crate) living: Arc<Mutex<HashSet<u64>>>,
}

impl Reach {
    fn read(&self, seller: &str, fresh: bool) -> Result<Vec<OwnItem>, SiteStop> {
        let state = self.market.state();
        if state.pressed {
            match state.sight {
                Sight::Clear => {}
                Sight::Challenged => return Err(SiteStop::Challenge(Challenge::DataDome)),
                Sight::Unreachable => return Err(SiteStop::Unreachable("cut".into())),
                Sight::BrowserGone if fresh => {}
                Sight::BrowserGone => return Err(SiteStop::BrowserCrashed("gone".into())),
            }
        }
        Ok(state.own_items(seller))
    }
}

fn report(field: Field, value: String) -> FieldReport {
    FieldReport {
        field,
        state: FieldState::Filled,
        value: Some(value),
        reason: None,
        hook: None,
    }
}

fn shown(content: &FormContent) -> Vec<FieldReport> {
    vec![
        report(Field::Photos, content.photos.len().to_string()),
        report(Field::Title, content.title.clone()),
        report(Field::Description, content.description.clone()),
        report(Field::Category, content.category.clone()),
        report(Field::Size, content.size.as_text().to_owned()),
        report(Field::Condition, content.condition.code().to_owned()),
        report(Field::Price, content.price_cents.to_string()),
    ]
}

/// The site, for a process.
pub(crate) struct OfProcess(pub(crate) Arc<Reach>);

#[async_trait]
impl Site for OfProcess {
    async fn current_user(&self, run: Run) -> Result<CurrentUser, SiteStop> {
        self.0.fuse.point().await;
        Ok(CurrentUser {
            id: run.account.clone(),
            login: run.account,
        })
    }

    async fn log_in(&self, run: Run) -> Result<CurrentUser, SiteStop> {
        self.current_user(run).await
    }

    async fn fill(&self, run: Run, content: FormContent) -> Result<Filled, Stopped> {
        self.0.fuse.point().await;
        let page = Page {
            reach: Arc::clone(&self.0),
            seller: run.account.clone(),
            content: content.clone(),
        };
        Ok(Filled {
            user: CurrentUser {
                id: run.account.clone(),
                login: run.account,
            },
            fields: shown(&content),
            picture: Vec::new(),
            page: Box::new(page),
        })
    }

    async fn own_items(&self, run: Run) -> Result<Vec<OwnItem>, SiteStop> {
        self.0.fuse.point().await;
        let read = self.0.read(&run.account, true);
        self.0.fuse.point().await;
        read
    }

    async fn check_form(&self, _run: Run) -> Result<FormCheck, SiteStop> {
        Err(SiteStop::Cancelled)
    }

    async fn use_profile(&self, _: Option<PathBuf>) -> SiteProfile {
        self.profile()
    }

    fn profile(&self) -> SiteProfile {
        SiteProfile {
            date: "2026-11-20".into(),
            file: None,
            problem: None,
        }
    }

    async fn browser_major(&self) -> Option<u32> {
        None
    }

    async fn end_orphans(&self) {
        if self.0.broken == Break::OrphansLive {
            return;
        }
        self.0.fuse.point().await;
        let living = self.0.living.lock().unwrap().clone();
        self.0
            .market
            .state()
            .under_way
            .retain(|u| living.contains(&u.boot));
    }
}

struct Page {
    reach: Arc<Reach>,
    seller: String,
    content: FormContent,
}

impl Page {
    /// The call leaves, if it does, and what the site makes of it.
    async fn call(&self) -> Submitted {
        let fuse = &self.reach.fuse;
        fuse.point().await;
        let (answer, item) = {
            let mut state = self.reach.market.state();
            state.before = state
                .own_items(&self.seller)
                .into_iter()
                .map(|i| i.id)
                .collect();
            state.pressed = true;
            let answer = state.answer;
            if answer == Answer::NotSent {
                return Submitted::NotSent {
                    messages: Vec::new(),
                };
            }
            state.calls += 1;
            let photos = u32::try_from(self.content.photos.len()).unwrap();
            let confirmation = state.confirmation;
            let mut item = state.item(
                &self.seller,
                &self.content.title,
                self.content.price_cents,
                photos,
                confirmation,
            );
            match answer {
                Answer::MadeWithoutPrice => item.row.price_cents = Some(0),
                Answer::MadeUnderReview => item.row.is_hidden = true,
                _ => {}
            }
            (answer, item)
        };
        if answer.makes() && fuse.burns() {
            // The process dies while the call is under way; its browser lives on until somebody ends it.
            let boot = self.reach.boot;
            self.reach
                .market
                .state()
                .under_way
                .push(UnderWay { item, boot });
            fuse.point().await;
            return Submitted::NoAnswer;
        }
        let id = item.row.id.clone();
        if answer.makes() {
            self.reach.market.state().items.push(item);
        }
        fuse.point().await;
        let gate = self.reach.market.state().gate.clone();
        if let Some(gate) = gate {
            let _opened = gate.acquire().await;
        }
        match answer {
            Answer::Made | Answer::MadeUnderReview | Answer::MadeWithoutPrice => {
                Submitted::Published {
                    listing_url: format!("https://a.test/items/{id}"),
                    listing_id: id,
                }
            }
            Answer::MadeAndLost | Answer::LostBeforeMade => Submitted::NoAnswer,
            Answer::ErrorAfterMade | Answer::ErrorBeforeMade => {
                Submitted::SiteError { status: 502 }
            }
            Answer::Rejected => Submitted::Rejected {
                errors: vec![("title".into(), "no".into())],
            },
            Answer::Challenged => Submitted::Challenge(Challenge::DataDome),
            Answer::RateLimited => Submitted::RateLimited { retry_after: None },
            Answer::SessionGone => Submitted::SessionGone,
            Answer::Refused => Submitted::Refused { status: 403 },
            Answer::NotSent => Submitted::NotSent {
                messages: Vec::new(),
            },
        }
    }
}

#[async_trait]
impl FilledPage for Page {
    async fn reread(&mut self) -> Result<Vec<FieldReport>, SiteStop> {
        self.reach.fuse.point().await;
        Ok(shown(&self.content))
    }

    async fn own_items(&mut self) -> Result<Vec<OwnItem>, SiteStop> {
        self.reach.fuse.point().await;
        let read = self.reach.read(&self.seller, false);
        self.reach.fuse.point().await;
        read
    }

    async fn submit(&mut self, _permit: SubmitPermit) -> Submitted {
        let submitted = self.call().await;
        if self.reach.broken == Break::TriedAgain && matches!(submitted, Submitted::NoAnswer) {
            return self.call().await;
        }
        submitted
    }

    async fn await_person(
        &mut self,
        _permit: SubmitPermit,
        _patience: Duration,
        _cancel: CancellationToken,
    ) -> Submitted {
        self.call().await
    }

    async fn read_back(&mut self, listing_id: &str) -> Result<StoredListing, SiteStop> {
        self.reach.fuse.point().await;
        let items = self.reach.read(&self.seller, false)?;
        let row = items
            .into_iter()
            .find(|i| i.id == listing_id)
            .ok_or_else(|| SiteStop::Unreachable("not there".into()))?;
        let sent = self.content.price_cents.to_string();
        let stored = row.price_cents.unwrap_or_default().to_string();
        let same = sent == stored;
        Ok(StoredListing {
            url: format!("https://a.test/items/{listing_id}"),
            readback: [(Field::Price, (Some(sent), Some(stored), same))].into(),
            under_review: row.is_hidden,
        })
    }

    async fn show(&mut self) -> bool {
        true
    }

    async fn hand_over(self: Box<Self>) -> Box<dyn HeldPage> {
        self
    }

    async fn close(self: Box<Self>) {
        self.reach.fuse.point().await;
    }
}

#[async_trait]
impl HeldPage for Page {
    async fn show(&mut self) -> bool {
        false
    }

    async fn answered(&mut self, _: Duration, _: CancellationToken) -> Result<(), SiteStop> {
        Err(SiteStop::NoDisplay)
    }

    async fn close(self: Box<Self>) {
        self.reach.fuse.point().await;
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
