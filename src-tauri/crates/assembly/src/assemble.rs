//! From environment and data folder to an [`App`].

use std::{path::PathBuf, sync::Arc};

use app::{App, Parts, ports::Clock};
use contract::{Code, Failure};
use queue::{Presence, Queue, SystemClock as QueueClock};
use store::{Database, OpenError};
use vinted::{Marketplace, MarketplaceConfig};

use crate::{
    analyst,
    archive::ZipFiles,
    browsers::{self, OfThisMachine},
    clock::SystemClock,
    environment::Environment,
    folder::DataFolder,
    grouping::ByCaptureTime,
    leftovers,
    machine::ThisMachine,
    messenger::OverHttp,
    own_log::LogFiles,
    own_model::OpenAiCompatible,
    photo_files::Folders,
    photo_pipeline::ChildProcesses,
    processes::OfThisFolder,
    secrets::VaultSecrets,
    unpack::ZipReader,
};

/// The site where no other is named: the app is for France first.
const DEFAULT_SITE: &str = "https://www.vinted.fr";

/// What a shell chooses.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the data lie.
    pub folder: DataFolder,
    /// The practice marketplace's address: everything happens there.
    pub practice_url: Option<String>,
    /// Where this process writes its log; none: in the data folder.
    pub logs: Option<PathBuf>,
}

/// An app with what must be closed after it.
pub struct Assembled {
    /// The door.
    pub app: App,
    database: Database,
}

impl Assembled {
    /// Hands sessions back, closes browsers and the database.
    pub async fn close(self) {
        self.app.close_pages().await;
        self.database.close().await;
    }
}

/// Why there is no app.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The site profile in the data folder, or the built-in one.
    #[error("the site profile cannot be used: {0}")]
    SiteProfile(#[from] vinted::profile::ProfileError),
    /// What sends webhooks, and asks models.
    #[error("the network cannot be used: {0}")]
    Network(#[from] reqwest::Error),
    /// The data folder.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}

impl AssemblyError {
    /// The shape that reaches a person.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::Database(OpenError::Newer { .. }) => Code::DataNewer,
            Self::Database(e) if e.is_full() => Code::StorageFull,
            Self::Folder(e) if app::is_full_disk(e) => Code::StorageFull,
            _ => Code::StorageUnavailable,
        };
        let cause = std::error::Error::source(self)
            .map(|s| format!(" ({s})"))
            .unwrap_or_default();
        let next = match code {
            Code::StorageFull => " The disk is full: free some space, then try again.",
            _ => "",
        };
        Failure::new(code, format!("{self}{cause}.{next}"))
    }
}

/// Opens the data folder and puts the parts together. Nothing here needs a network, a browser or a keyring.
///
/// # Errors
/// When the data folder or its database cannot be used.
pub async fn assemble(
    environment: &Environment,
    options: Options,
) -> Result<Assembled, AssemblyError> {
    let folder = options.folder;
    let database = Database::open(folder.root()).await?;
    let files = Arc::new(Folders::of(&folder)?);
    let models = analyst::folder(environment.models.as_deref());
    let analyst = Arc::new(analyst::Offline::new(models, files.clone()));
    let in_use = leftovers::enter(&folder, &database).await?;
    let running = folder.running();
    let presence = Presence::announce(&running)?;
    let boot_id = presence.boot_id();
    let queue = Queue::new(
        database.writer(),
        database.reader(),
        presence,
        Arc::new(QueueClock),
    );
    let records = Arc::new(database.clone());
    let secrets = Arc::new(VaultSecrets::new(
        environment.vault.clone(),
        folder.clone(),
        records.clone(),
    ));
    let stored_browser = app::ports::Settings::get(&database, "browser")
        .await
        .ok()
        .flatten()
        .and_then(|v| v.as_str().map(std::path::PathBuf::from));
    let browser = stored_browser.or_else(|| environment.browser.clone());
    let browsers = OfThisMachine {
        named: browser.clone(),
        folder: folder.clone(),
    };
    let site = Marketplace::new(MarketplaceConfig {
        executable: browser,
        bundled_dir: browsers::bundled(),
        downloaded_dir: Some(folder.browsers()),
        headless: environment.headless,
        extra_args: environment.browser_args.clone(),
        pace: environment.pace,
        profile_override: Some(folder.site_profile()),
        ..MarketplaceConfig::new(folder.profiles())
    })?;
    let decoders = ChildProcesses::of_this_program(records.clone())?;
    let practice = options.practice_url.is_some();
    let site_override = options
        .practice_url
        .or_else(|| environment.site_url.clone());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::of(boot_id));
    let app = App::new(Parts {
        clock,
        drafts: records.clone(),
        draft_rows: records.clone(),
        draft_versions: records.clone(),
        suggestions: records.clone(),
        photos: records.clone(),
        imports: records.clone(),
        uploads: records.clone(),
        sealed_values: records.clone(),
        models: Arc::new(OpenAiCompatible::new()?),
        model_records: records.clone(),
        model_environment: app::ModelEnvironment {
            address: environment.model_address.clone(),
            key: environment.model_key.clone(),
        },
        phones: records.clone(),
        overview: records.clone(),
        restores: records.clone(),
        webhooks: records.clone(),
        messenger: Arc::new(OverHttp::new()?),
        unpacker: Arc::new(ZipReader),
        publish_log: records.clone(),
        listings: records.clone(),
        accounts: records.clone(),
        health: records.clone(),
        budgets: records.clone(),
        hook_uses: records.clone(),
        site_brands: records.clone(),
        settings: records.clone(),
        processes: Arc::new(OfThisFolder {
            queue: queue.clone(),
            turn_file: running.join("site-turn.lock"),
            _in_use: in_use,
        }),
        queue,
        machine: Arc::new(ThisMachine {
            folder: folder.clone(),
            database: database.clone(),
            secrets: secrets.clone(),
            browsers: browsers.clone(),
            decoders: decoders.clone(),
            analyst: analyst.clone(),
        }),
        own_log: Arc::new(LogFiles::of(options.logs.unwrap_or_else(|| folder.logs()))),
        browsers: Arc::new(browsers),
        secrets,
        pipeline: Arc::new(decoders),
        files,
        archives: Arc::new(ZipFiles),
        site: Arc::new(site),
        grouper: Arc::new(ByCaptureTime),
        analyst,
        seen: records.clone(),
        plans: records.clone(),
        boot_id,
        site_override,
        default_site: DEFAULT_SITE.to_owned(),
        practice,
        pace: environment.pace,
        data_dir: folder.root().to_owned(),
    });
    Ok(Assembled { app, database })
}
