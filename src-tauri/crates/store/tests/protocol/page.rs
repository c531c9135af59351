//! The marketplace as one process reaches it: its pages fill themselves and press when they are told to.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::ports::{
    Challenge, CurrentUser, Filled, FilledPage, FormCheck, HeldPage, Run, Site, SiteProfile,
    SiteStop, Stopped, StoredListing, SubmitPermit, Submitted,
};
use async_trait::async_trait;
use domain::{
    form::{Field, FieldReport, FieldState, FormContent},
    listing::OwnItem,
};
use tokio_util::sync::CancellationToken;

use crate::{
    fuse::Fuse,
    market::{Answer, Break, Market, Sight, UnderWay},
};

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
            suggested_price: None,
            brands: Vec::new(),
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
        if let Some(stop) = self.reach.market.state().stop_at_own_items.take() {
            stop.cancel();
        }
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
        let mut state = self.reach.market.state();
        let open = state.person.sees;
        state.person.open += usize::from(open);
        drop(state);
        Box::new(Asking {
            reach: self.reach,
            open,
        })
    }

    async fn close(self: Box<Self>) {
        self.reach.fuse.point().await;
    }
}

/// A page in which the site asks for the person.
struct Asking {
    reach: Arc<Reach>,
    /// Its browser is.
    open: bool,
}

impl Asking {
    fn leave(&mut self) {
        self.reach.market.state().person.open -= usize::from(self.open);
        self.open = false;
    }
}

#[async_trait]
impl HeldPage for Asking {
    async fn show(&mut self) -> bool {
        let mut state = self.reach.market.state();
        if state.person.sees && !self.open {
            state.person.open += 1;
            self.open = true;
        }
        state.person.sees
    }

    async fn answered(&mut self, _: Duration, _: CancellationToken) -> Result<(), SiteStop> {
        match self.reach.market.state().person.answers {
            true => Ok(()),
            false => Err(SiteStop::Cancelled),
        }
    }

    fn is_open(&self) -> bool {
        self.open
    }

    async fn step_aside(mut self: Box<Self>) -> Box<dyn HeldPage> {
        self.leave();
        self
    }

    fn renew(&mut self, _: Run) {
        self.reach.market.state().person.renewed += 1;
    }

    async fn close(mut self: Box<Self>) {
        self.leave();
        self.reach.fuse.point().await;
    }
}
