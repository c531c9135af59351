//! The application: ports, and what lives as long as the process.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError},
    time::Duration,
};

use contract::{Code, Event, Failure};
use domain::{AttemptId, ConfirmationId};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, broadcast},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::fail;
use crate::held::HeldPages;
use crate::pairing::Pairing;
use crate::ports::{
    Accounts, Analyst, Archives, Attempt, Browsers, Budgets, Clock, DraftRows, DraftVersions,
    Drafts, FilledPage, Grouper, Health, HookUses, Imports, Listings, Machine, Messenger,
    ModelRecords, Overview, OwnLog, PairedPhones, PhotoFiles, PhotoPipeline, PhotoPlans, Photos,
    Processes, PublishLog, Restores, SealedValues, Secrets, SeenPhotos, Settings, Site, SiteBrands,
    Suggestions, Turn, Unpacker, Uploads, VisionModels, Webhooks,
};
use crate::use_cases::{
    FreshThumbs, KnownBrands, ModelEnvironment, PhoneImport, RunningPlans, UndoableChanges,
};

/// How long one run of this process waits for another, as long as for another process.
const OWN_TURN: Duration = Duration::from_secs(180);

/// Everything that the use cases work with.
pub struct Parts {
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// Drafts.
    pub drafts: Arc<dyn Drafts>,
    /// Light rows of drafts.
    pub draft_rows: Arc<dyn DraftRows>,
    /// What drafts were before.
    pub draft_versions: Arc<dyn DraftVersions>,
    /// Brands that the site's form showed.
    pub site_brands: Arc<dyn SiteBrands>,
    /// What is proposed for drafts, and what the person said in them.
    pub suggestions: Arc<dyn Suggestions>,
    /// Photos.
    pub photos: Arc<dyn Photos>,
    /// Confirmations and attempts.
    pub publish_log: Arc<dyn PublishLog>,
    /// Listings.
    pub listings: Arc<dyn Listings>,
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Health of accounts.
    pub health: Arc<dyn Health>,
    /// What was published when, in counted time.
    pub budgets: Arc<dyn Budgets>,
    /// Which ways through the site's pages worked.
    pub hook_uses: Arc<dyn HookUses>,
    /// Settings.
    pub settings: Arc<dyn Settings>,
    /// The durable queue.
    pub queue: queue::Queue,
    /// The vault.
    pub secrets: Arc<dyn Secrets>,
    /// Imports that did not come to their end.
    pub imports: Arc<dyn Imports>,
    /// Uploads that come in parts.
    pub uploads: Arc<dyn Uploads>,
    /// Phones that may add photos.
    pub phones: Arc<dyn PairedPhones>,
    /// Secrets that are no session.
    pub sealed_values: Arc<dyn SealedValues>,
    /// Servers of vision models.
    pub models: Arc<dyn VisionModels>,
    /// Consent to them, questions, answers.
    pub model_records: Arc<dyn ModelRecords>,
    /// What the environment says of a model.
    pub model_environment: ModelEnvironment,
    /// Pages and counts of what is stored.
    pub overview: Arc<dyn Overview>,
    /// Reads archives.
    pub unpacker: Arc<dyn Unpacker>,
    /// Puts back what an archive held.
    pub restores: Arc<dyn Restores>,
    /// What is told to whom.
    pub webhooks: Arc<dyn Webhooks>,
    /// Sends it.
    pub messenger: Arc<dyn Messenger>,
    /// The photo pipeline.
    pub pipeline: Arc<dyn PhotoPipeline>,
    /// Where photos lie.
    pub files: Arc<dyn PhotoFiles>,
    /// Everything in one file.
    pub archives: Arc<dyn Archives>,
    /// The marketplace.
    pub site: Arc<dyn Site>,
    /// Photos into items.
    pub grouper: Arc<dyn Grouper>,
    /// Looks at photos, offline.
    pub analyst: Arc<dyn Analyst>,
    /// What was seen in photos.
    pub seen: Arc<dyn SeenPhotos>,
    /// Runs over many photos.
    pub plans: Arc<dyn PhotoPlans>,
    /// Which processes live.
    pub processes: Arc<dyn Processes>,
    /// The machine, for the doctor.
    pub machine: Arc<dyn Machine>,
    /// The app's own log.
    pub own_log: Arc<dyn OwnLog>,
    /// The browser that is driven.
    pub browsers: Arc<dyn Browsers>,
    /// This process; open attempts of others are settled at the start.
    pub boot_id: Uuid,
    /// The site that was asked for (practice, or `STUDIO_SITE_URL`); none: each account's own.
    pub site_override: Option<String>,
    /// The site of new accounts, such as `https://www.vinted.fr`.
    pub default_site: String,
    /// Everything happens on the practice marketplace.
    pub practice: bool,
    /// Factor on the pauses between two listings; 0 for tests.
    pub pace: f64,
    /// The data folder, to be shown.
    pub data_dir: PathBuf,
}

/// Nobody else works on the site while this lives.
pub(crate) struct SiteTurn {
    _own: OwnedMutexGuard<()>,
    across: Turn,
}

impl SiteTurn {
    /// The turn among processes, for a page that stays open after this process's own turn is over.
    pub(crate) fn for_page(self) -> Turn {
        self.across
    }
}

/// A filled form that waits for the person's word. Its browser works on the site, so it holds the turn.
pub(crate) struct KeptPage {
    pub(crate) page: Box<dyn FilledPage>,
    pub(crate) turn: Option<Turn>,
}

/// An attempt that this process is working on; taken off the list however the work ends.
pub(crate) struct InFlight {
    list: Arc<StdMutex<HashSet<AttemptId>>>,
    id: AttemptId,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.list
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
    }
}

/// The only door for the window, the command line and HTTP. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) parts: Arc<Parts>,
    pub(crate) pages: Arc<Mutex<HashMap<ConfirmationId, KeptPage>>>,
    /// The pages at which the site asks for the person.
    pub(crate) held: Arc<Mutex<HeldPages>>,
    /// Attempts that some task of this process is working on; an open one that is not here was cut short.
    in_flight: Arc<StdMutex<HashSet<AttemptId>>>,
    /// The process is about to end: nobody waits for a person's press any more.
    pub(crate) closing: CancellationToken,
    /// Publishes under way: the process ends after them.
    pub(crate) publishing: TaskTracker,
    /// Imports that go on, by the name they are watched under and by their run's id.
    pub(crate) imports: Arc<Mutex<HashMap<String, CancellationToken>>>,
    pub(crate) fresh_thumbs: Arc<FreshThumbs>,
    /// The code that pairs a phone, while one is shown.
    pub(crate) pairing: Arc<StdMutex<Pairing>>,
    /// Photos that are made of uploads. Always closed, so that it can be waited for; it takes tasks all the same.
    pub(crate) making: TaskTracker,
    /// The import of photos that come from phones, while it is open.
    pub(crate) phone_import: Arc<Mutex<PhoneImport>>,
    /// Plans that this process works on.
    pub(crate) plans: Arc<RunningPlans>,
    /// The brands that are known here, once they were read.
    pub(crate) brands: Arc<Mutex<Option<Arc<KnownBrands>>>>,
    /// One roll is looked at at a time.
    pub(crate) look_turn: Arc<Mutex<()>>,
    /// Their tasks: the process ends after the photo that each is at.
    pub(crate) looking: TaskTracker,
    pub(crate) undoable: Arc<StdMutex<UndoableChanges>>,
    /// One run against the site at a time in this process; the site asks for one tab, one action (vinted-facts 0.2).
    site_turn: Arc<Mutex<()>>,
    events: broadcast::Sender<Event>,
}

impl App {
    /// Puts the parts behind the door.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            pages: Arc::default(),
            held: Arc::default(),
            in_flight: Arc::default(),
            closing: CancellationToken::new(),
            publishing: TaskTracker::new(),
            imports: Arc::default(),
            fresh_thumbs: Arc::default(),
            pairing: Arc::default(),
            making: {
                let making = TaskTracker::new();
                making.close();
                making
            },
            phone_import: Arc::default(),
            plans: Arc::default(),
            brands: Arc::default(),
            look_turn: Arc::default(),
            looking: TaskTracker::new(),
            undoable: Arc::default(),
            site_turn: Arc::default(),
            events: broadcast::channel(1024).0,
        }
    }

    /// What happens, as it happens. A slow listener loses the oldest events, never the data.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// The site of new accounts.
    pub(crate) fn site_url(&self) -> &str {
        self.parts
            .site_override
            .as_deref()
            .unwrap_or(&self.parts.default_site)
    }

    /// Waits until nobody else works on the site: neither this process nor another of this data folder.
    ///
    /// Kept pages are closed first, and a page at which the site asks for the person loses its browser until it is
    /// shown: their sessions are handed back, and the newest one is read by the caller afterwards. `keep` names the one page that the caller goes on with.
    pub(crate) async fn site_turn(
        &self,
        keep: Option<ConfirmationId>,
        cancel: &CancellationToken,
    ) -> Result<SiteTurn, Failure> {
        let own = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(stopped()),
            own = timeout(OWN_TURN, Arc::clone(&self.site_turn).lock_owned()) => own.map_err(|_| busy())?,
        };
        // To its end, whatever becomes of the caller: sessions are handed back, and no page is lost half-way.
        let app = self.clone();
        let closing = tokio::spawn(async move {
            app.close_browsers_but(keep).await;
            own
        });
        let own = closing
            .await
            .map_err(|e| fail::internal("closing the browsers of earlier runs", e))?;
        // A newer site profile counts from the next run on.
        self.use_site_profile().await;
        let kept = match keep {
            Some(id) => self.pages.lock().await.get_mut(&id).map(|k| k.turn.take()),
            None => None,
        };
        // From a kept page's turn on there is nothing to wait for: it never stays open without one.
        let across = match kept.flatten() {
            Some(turn) => turn,
            None => tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(stopped()),
                turn = self.parts.processes.site_turn() => turn.ok_or_else(busy)?,
            },
        };
        Ok(SiteTurn { _own: own, across })
    }

    /// Closes kept pages but one, and takes the browser from a page that waits for the person.
    async fn close_browsers_but(&self, keep: Option<ConfirmationId>) {
        let old: Vec<KeptPage> = {
            let mut pages = self.pages.lock().await;
            let ids: Vec<ConfirmationId> = pages
                .keys()
                .copied()
                .filter(|id| Some(*id) != keep)
                .collect();
            ids.into_iter().filter_map(|id| pages.remove(&id)).collect()
        };
        for kept in old {
            kept.page.close().await;
        }
        self.held.lock().await.step_aside().await;
    }

    /// Puts an attempt on the list of those that this process works on.
    pub(crate) fn works_on(&self, id: AttemptId) -> InFlight {
        self.in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        InFlight {
            list: Arc::clone(&self.in_flight),
            id,
        }
    }

    /// Somebody still works on the attempt: a task of this process, or another living process.
    pub(crate) fn is_worked_on(&self, attempt: &Attempt) -> bool {
        if attempt.boot_id == self.parts.boot_id {
            return self
                .in_flight
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&attempt.id);
        }
        self.parts.processes.alive(attempt.boot_id)
    }

    /// The code that pairs a phone.
    pub(crate) fn pairing(&self) -> MutexGuard<'_, Pairing> {
        self.pairing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, event: Event) {
        // No listener is no fault: the command line has none.
        let _ = self.events.send(event);
    }
}

fn stopped() -> Failure {
    Failure::new(Code::Cancelled, "Stopped. Nothing was published.")
}

fn busy() -> Failure {
    Failure::new(
        Code::NotAvailable,
        "Another window or command is working on the site. Wait until it is done, then try again.",
    )
}
