//! What the window works on: the app on the real data or on the practice ones, and the queue's worker.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::App;
use assembly::{
    Assembled, AssemblyError, DataFolder, Environment, Options, Practice, PracticeError, assemble,
    sample_photos,
};
use contract::{Code, Failure};
use page_commands::{Engine, Files, Stops};
use tauri::AppHandle;
use tokio::sync::RwLock;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{served::Served, tell};

/// How long the worker and the practice marketplace may take to end. Pages and publishes have bounds of their own.
const CLOSING: Duration = Duration::from_secs(10);

/// Why the desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    #[error(transparent)]
    Practice(#[from] PracticeError),
    #[error("the data could not be opened")]
    Thread(#[source] tokio::task::JoinError),
}

impl DeskError {
    /// The shape that reaches a person.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Assembly(error) => error.failure(),
            Self::Practice(PracticeError::Session(failure)) => failure.clone(),
            Self::Practice(error) => Failure::new(Code::NotAvailable, format!("{error}.")),
            Self::Thread(_) => Failure::new(Code::Internal, format!("{self}.")),
        }
    }
}

/// The app behind the window; replaced whole when the person changes between practice and real.
pub(crate) struct Desk {
    handle: AppHandle,
    environment: Environment,
    folder: DataFolder,
    open: RwLock<Option<Open>>,
    app: RwLock<App>,
    served: RwLock<Arc<Served>>,
    /// What is under way and may be stopped.
    stops: Stops,
    /// The sample photos, where they came along.
    samples: Option<PathBuf>,
}

struct Open {
    assembled: Assembled,
    practice: Option<Practice>,
    served: Arc<Served>,
    cancel: CancellationToken,
    tasks: TaskTracker,
}

impl Desk {
    /// Opens the data in the mode that was chosen last; practice until the person chose.
    pub(crate) async fn open(
        handle: AppHandle,
        environment: Environment,
        folder: DataFolder,
        practice_asked: bool,
    ) -> Result<Self, DeskError> {
        let practice = practice_asked || !mode::is_real(&folder);
        let open = Open::new(
            handle.clone(),
            environment.clone(),
            folder.clone(),
            practice,
        )
        .await?;
        let app = open.assembled.app.clone();
        let served = Arc::clone(&open.served);
        // A keyring may ask the person first: the window does not wait for it.
        let beginning = Arc::clone(&served);
        open.tasks.spawn(async move { beginning.go_on().await });
        Ok(Self {
            handle,
            environment,
            folder,
            open: RwLock::new(Some(open)),
            app: RwLock::new(app),
            served: RwLock::new(served),
            stops: Stops::default(),
            samples: sample_photos(),
        })
    }

    /// The app as it is now. Cheap.
    pub(crate) async fn app(&self) -> App {
        self.app.read().await.clone()
    }

    /// What is served of the data as they are now. Cheap.
    pub(crate) async fn served(&self) -> Arc<Served> {
        self.served.read().await.clone()
    }

    /// What the page's commands work on, as it is now. Cheap.
    pub(crate) async fn engine(&self) -> Engine {
        Engine {
            app: self.app().await,
            files: Files::Here,
            samples: self.samples.clone(),
            stops: self.stops.clone(),
        }
    }

    /// Changes between practice and real: the new data are opened before the old ones are closed.
    pub(crate) async fn set_practice(&self, practice: bool) -> Result<(), Failure> {
        let mut open = self.open.write().await;
        let fresh = Open::new(
            self.handle.clone(),
            self.environment.clone(),
            self.folder.clone(),
            practice,
        )
        .await
        .map_err(|e| e.failure())?;
        if let Err(e) = mode::choose(&self.folder, practice) {
            fresh.close().await;
            return Err(Failure::new(
                Code::StorageUnavailable,
                format!("The choice could not be saved: {e}."),
            ));
        }
        *self.app.write().await = fresh.assembled.app.clone();
        *self.served.write().await = Arc::clone(&fresh.served);
        if let Some(old) = open.replace(fresh) {
            old.close().await;
        }
        // Only now is the address free that the other data were served on.
        let served = self.served().await;
        served.go_on().await;
        Ok(())
    }

    /// Closes everything; called once, when the app ends.
    pub(crate) async fn close(&self) {
        if let Some(open) = self.open.write().await.take() {
            open.close().await;
        }
    }
}

impl Open {
    /// Opens on a thread of its own: the compiler cannot see that the opening's borrows are `Send`, and nothing
    /// else waits for that thread.
    async fn new(
        handle: AppHandle,
        environment: Environment,
        folder: DataFolder,
        practice: bool,
    ) -> Result<Self, DeskError> {
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            runtime.block_on(Self::start(handle, environment, folder, practice))
        })
        .await
        .map_err(DeskError::Thread)?
    }

    async fn start(
        handle: AppHandle,
        environment: Environment,
        folder: DataFolder,
        practice: bool,
    ) -> Result<Self, DeskError> {
        let logs = folder.logs();
        let (folder, practice) = if practice {
            let folder = folder.practice();
            let market = Practice::start(&folder).await?;
            (folder, Some(market))
        } else {
            (folder, None)
        };
        let options = Options {
            folder,
            practice_url: practice.as_ref().map(|p| p.url().to_owned()),
            logs: Some(logs),
        };
        let assembled = assemble(&environment, options).await?;
        let app = assembled.app.clone();
        let cancel = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(tell::window(
            handle.clone(),
            app.events(),
            app.clone(),
            cancel.clone(),
        ));
        tasks.spawn({
            let (app, cancel) = (app.clone(), cancel.clone());
            async move { app.forward_queue_events(cancel).await }
        });
        tasks.spawn({
            let (app, cancel) = (app.clone(), cancel.clone());
            async move { app.run_webhooks(cancel).await }
        });
        let served = Arc::new(Served::new(app.clone(), &environment));
        if let Some(practice) = &practice {
            // A keyring may ask the person first: the window does not wait for it.
            let signing_in = practice.sign_in(app.clone());
            let cancel = cancel.clone();
            tasks.spawn(async move {
                let signed_in = tokio::select! {
                    () = cancel.cancelled() => return,
                    signed_in = signing_in => signed_in,
                };
                if let Err(error) = signed_in {
                    // Without a keyring everything up to publishing works; the window says what is missing.
                    tracing::warn!(%error, "the practice account is not signed in");
                }
            });
        }
        // Photos that were being looked at when the program ended.
        if let Err(failure) = app.resume_plans().await {
            tracing::error!(%failure, "runs over photos do not go on");
        }
        tasks.spawn(work(Arc::new(app), cancel.clone()));
        tasks.close();
        Ok(Self {
            assembled,
            practice,
            served,
            cancel,
            tasks,
        })
    }

    async fn close(self) {
        // Before the work ends: photos that arrived become drafts, and nobody asks for more.
        self.served.stop().await;
        self.cancel.cancel();
        if tokio::time::timeout(CLOSING, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("the worker did not end in time");
        }
        // Waits for a click's answer, hands sessions back, closes browsers: each with a bound of its own.
        self.assembled.close().await;
        if let Some(practice) = self.practice
            && let Err(error) = practice.stop().await
        {
            tracing::warn!(%error, "the practice marketplace did not save its last state");
        }
    }
}

/// Settles what a dead process left behind, then works on the queue as long as the app lives.
async fn work(app: Arc<App>, cancel: CancellationToken) {
    // Before the site is asked anything: a dead process's jobs wait for nobody's answer.
    if let Err(failure) = app.rescue_jobs().await {
        tracing::error!(%failure, "jobs of dead processes could not be taken over");
    }
    if let Err(failure) = app.settle_open_attempts().await {
        tracing::error!(%failure, "open attempts could not be settled");
    }
    if let Err(failure) = app.run_queue(cancel, false).await {
        tracing::error!(%failure, "the queue stopped");
    }
}

mod mode {
    //! Practice or real: asked before any database is open, so it lies in a file of its own.

    use assembly::DataFolder;

    const FILE: &str = "mode";

    pub(super) fn is_real(folder: &DataFolder) -> bool {
        fs_err::read_to_string(folder.root().join(FILE)).is_ok_and(|mode| mode.trim() == "real")
    }

    pub(super) fn choose(folder: &DataFolder, practice: bool) -> std::io::Result<()> {
        fs_err::create_dir_all(folder.root())?;
        let fresh = folder.root().join("mode.new");
        fs_err::write(&fresh, if practice { "practice" } else { "real" })?;
        fs_err::rename(fresh, folder.root().join(FILE))
    }
}
