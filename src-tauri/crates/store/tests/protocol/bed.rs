//! What a history or a race runs on: the real use cases and the real SQLite store, a marketplace without pages, and
//! processes that can be started and killed.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::{
    App, Parts, PrepareRequest,
    ports::{Account, Accounts, Clock, Drafts, Photos, Processes, Turn},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contract::{Code, Failure};
use domain::{AccountId, Brand, Condition, Draft, DraftId, PackageSize, Photo, Size};
use store::Database;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    fuse::Fuse,
    idle::Nothing,
    market::{Break, Market},
    mortal::Mortal,
    page::{OfProcess, Reach},
};

/// Drafts of a bed: 0 and 1 look the same among the own items.
pub(crate) const DRAFTS: usize = 3;
pub(crate) const ACCOUNTS: usize = 2;

/// Memory where there is one: what is tested here is the order of writes, not the disk.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let builder = tempfile::Builder::new();
    if memory.is_dir() {
        builder.tempdir_in(memory)
    } else {
        builder.tempdir()
    }
    .unwrap()
}

pub(crate) fn account_id(n: usize) -> AccountId {
    Uuid::from_u128(500 + n as u128).into()
}

pub(crate) fn draft_id(n: usize) -> DraftId {
    Uuid::from_u128(1 + n as u128).into()
}

pub(crate) fn title(draft: usize) -> &'static str {
    if draft < 2 {
        "Robe bleue Zara M – Très bon état"
    } else {
        "Jean noir Levi's M – Très bon état"
    }
}

fn photo(n: u128) -> Photo {
    Photo {
        id: Uuid::from_u128(n).into(),
        sha256: format!("{n:064x}"),
        filename: format!("IMG_{n}.JPG"),
        width: 1200,
        height: 1600,
        phash: 3,
        captured_at: None,
        camera: None,
        orientation: 1,
        edited: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn draft(n: usize) -> Draft {
    Draft {
        title: title(n).into(),
        description: format!("Coton.\nNuméro {n}."),
        price_min_cents: Some(900),
        price_target_cents: Some(1200),
        price_max_cents: Some(1500),
        brand: Some(Brand::Named("Zara".into())),
        size: Size::Label("M".into()),
        condition: Some(Condition::VeryGood),
        category: Some("Femmes > Vêtements > Robes > Robes courtes".into()),
        colors: vec!["Bleu".into()],
        materials: vec!["Coton".into()],
        package_size: Some(PackageSize::Small),
        photos: vec![photo(10 + n as u128)],
        ..Draft::new(draft_id(n), DateTime::UNIX_EPOCH)
    }
}

/// A data folder and a marketplace.
pub(crate) struct Bed {
    pub(crate) folder: TempDir,
    pub(crate) db: Database,
    pub(crate) market: Arc<Market>,
    living: Arc<Mutex<HashSet<u64>>>,
    /// What is broken on purpose, in processes that start from now on.
    pub(crate) broken: Break,
    started: u64,
}

impl Bed {
    pub(crate) async fn new() -> Self {
        let folder = folder();
        let db = Database::open(folder.path()).await.unwrap();
        for n in 0..ACCOUNTS {
            let account = Account {
                id: account_id(n),
                name: if n == 0 {
                    "main".into()
                } else {
                    format!("account {n}")
                },
                site_url: "https://a.test".into(),
                login: Some(account_id(n).to_string()),
                site_user_id: None,
                user_agent: None,
                sealed_session: Some(br#"{"cookies":[]}"#.to_vec()),
                checked_at: None,
                country: None,
                budget_day: None,
                budget_hour: None,
            };
            Accounts::save(&db, &account).await.unwrap();
        }
        for n in 0..DRAFTS {
            let draft = draft(n);
            db.insert_once(&draft.photos[0]).await.unwrap();
            Drafts::insert(&db, std::slice::from_ref(&draft))
                .await
                .unwrap();
        }
        Self {
            folder,
            db,
            market: Market::new(),
            living: Arc::default(),
            broken: Break::Nothing,
            started: 0,
        }
    }

    /// Starts a process on the data folder, with its own connections where `own` is wanted.
    pub(crate) async fn process(&mut self, own: bool) -> Process {
        self.started += 1;
        let boot = self.started;
        self.living.lock().unwrap().insert(boot);
        let fuse = Fuse::new();
        let db = if own {
            Database::open(self.folder.path()).await.unwrap()
        } else {
            self.db.clone()
        };
        let records = Arc::new(db.clone());
        let boot_id = boot_id(boot);
        let queue = queue::Queue::new(
            db.writer(),
            db.reader(),
            queue::Presence::alone(boot_id),
            Arc::new(queue::SystemClock),
        );
        let site = Arc::new(Reach {
            market: Arc::clone(&self.market),
            fuse: Arc::clone(&fuse),
            boot,
            broken: self.broken,
            living: Arc::clone(&self.living),
        });
        let app = App::new(Parts {
            clock: Arc::new(Laptop(Arc::clone(&self.market))),
            drafts: records.clone(),
            draft_rows: records.clone(),
            draft_versions: records.clone(),
            suggestions: records.clone(),
            photos: records.clone(),
            imports: records.clone(),
            uploads: records.clone(),
            sealed_values: records.clone(),
            models: Arc::new(Nothing),
            model_records: records.clone(),
            model_environment: app::ModelEnvironment::default(),
            phones: records.clone(),
            overview: records.clone(),
            restores: records.clone(),
            webhooks: records.clone(),
            messenger: Arc::new(Nothing),
            unpacker: Arc::new(Nothing),
            publish_log: Arc::new(Mortal {
                db,
                fuse: Arc::clone(&fuse),
                market: Arc::clone(&self.market),
                broken: self.broken,
            }),
            listings: records.clone(),
            accounts: records.clone(),
            health: records.clone(),
            budgets: records.clone(),
            settings: records.clone(),
            site_brands: records.clone(),
            hook_uses: records.clone(),
            browsers: Arc::new(Nothing),
            archives: Arc::new(Nothing),
            queue,
            secrets: Arc::new(Nothing),
            pipeline: Arc::new(Nothing),
            files: Arc::new(Nothing),
            site: Arc::new(OfProcess(site)),
            grouper: Arc::new(Nothing),
            analyst: Arc::new(Nothing),
            seen: records.clone(),
            plans: records.clone(),
            processes: Arc::new(Neighbours {
                living: Arc::clone(&self.living),
                dead_lives: self.broken == Break::DeadLives,
                market: Arc::clone(&self.market),
            }),
            machine: Arc::new(Nothing),
            own_log: Arc::new(Nothing),
            boot_id,
            site_override: None,
            default_site: "https://a.test".into(),
            practice: false,
            pace: 0.0,
            data_dir: self.folder.path().to_owned(),
        });
        Process { app, fuse, boot }
    }

    /// The process is gone: nothing of it goes on, and whoever asks sees it.
    pub(crate) fn kill(&self, process: &Process) {
        process.fuse.light(0);
        self.living.lock().unwrap().remove(&process.boot);
    }

    /// Takes away what decides races.
    pub(crate) async fn without_indices(&self) {
        for index in [
            "one_attempt_per_confirmation",
            "one_attempt_per_key",
            "one_attempt_per_draft",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP INDEX {index}")))
                .execute(&self.db.writer())
                .await
                .unwrap();
        }
    }

    /// The person edits a draft.
    pub(crate) async fn edit(&self, n: usize) {
        let mut draft = Drafts::get(&self.db, draft_id(n)).await.unwrap();
        draft.revision += 1;
        draft.description.push('!');
        self.db.update(&draft).await.unwrap();
    }
}

fn boot_id(n: u64) -> Uuid {
    Uuid::from_u128(900 + u128::from(n))
}

pub(crate) struct Process {
    pub(crate) app: App,
    pub(crate) fuse: Arc<Fuse>,
    boot: u64,
}

impl Process {
    pub(crate) async fn prepare(&self, draft: usize, account: usize) -> Result<String, Failure> {
        let request = PrepareRequest {
            draft_id: draft_id(draft).to_string(),
            account: (account > 0).then(|| format!("account {account}")),
            without_photos: false,
            for_job: false,
        };
        let view = self.app.prepare(request, CancellationToken::new()).await?;
        view.confirm_token
            .ok_or_else(|| Failure::new(Code::Internal, "no token"))
    }
}

/// The laptop's clock, which may be off; waiting takes no time of ours.
struct Laptop(Arc<Market>);

#[async_trait]
impl Clock for Laptop {
    fn now(&self) -> DateTime<Utc> {
        self.0.laptop()
    }

    fn new_id(&self) -> Uuid {
        let number = {
            let mut state = self.0.state();
            state.ids += 1;
            state.ids
        };
        let millis = u64::try_from(self.0.laptop().timestamp_millis()).unwrap();
        let mut random = [0; 10];
        random[2..].copy_from_slice(&number.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    async fn pause(&self, time: Duration) {
        let mut state = self.0.state();
        state.now += chrono::TimeDelta::from_std(time).unwrap();
    }
}

struct Neighbours {
    living: Arc<Mutex<HashSet<u64>>>,
    dead_lives: bool,
    market: Arc<Market>,
}

#[async_trait]
impl Processes for Neighbours {
    async fn site_turn(&self) -> Option<Turn> {
        // Nobody waits: that they do in the product only makes races rarer.
        Some(Box::new(()))
    }

    fn turn_wanted(&self) -> bool {
        self.market.state().others_wait
    }

    fn alive(&self, id: Uuid) -> bool {
        let living = self.living.lock().unwrap();
        self.dead_lives || living.iter().any(|boot| boot_id(*boot) == id)
    }
}
