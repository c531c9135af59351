use crate::connection::{CallError, Connection};
use crate::context::ContextState;
use crate::launch::{KillOnDrop, Said, io_error, says_no_display, start};
use crate::platform::{self, Process, Spawned};
use crate::targets::{Root, TargetSeen, targets};
use crate::{BrowserError, Context, Cookie, Launch, Pace};
use chromiumoxide_cdp::cdp::browser_protocol::browser::{CloseParams, GetVersionParams};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Until the first answer: a cold start on a slow disk takes several seconds.
const START_BOUND: Duration = Duration::from_secs(30);
/// For quitting by itself, and again for dying of a kill.
const QUIT_BOUND: Duration = Duration::from_secs(5);

/// One running browser process. Dropping it kills the process; so does the death of the app.
pub struct Browser {
    connection: Arc<Connection>,
    process: Arc<Process>,
    root: Arc<Root>,
    version: String,
    pace: Pace,
    /// Held for as long as the browser may use the profile.
    _profile_lock: fs_err::File,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser")
            .field("pid", &self.pid())
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Browser {
    /// Starts the browser and waits until it answers (at most 30 s).
    ///
    /// A browser left behind by an earlier, dead run of the app on the same profile folder is
    /// ended first.
    ///
    /// # Errors
    /// `NoDisplay`, `RunsAsRoot`, `ProfileInUse`, `NotStarted`, `Io`.
    pub async fn launch(launch: Launch) -> Result<Self, BrowserError> {
        if !launch.headless && !platform::has_display() {
            return Err(BrowserError::NoDisplay);
        }
        if launch.refused_for_root() {
            return Err(BrowserError::RunsAsRoot);
        }
        let pace = launch.pace;
        let headless = launch.headless;
        let path = launch.executable.path.clone();
        let (lock, spawned) = tokio::task::spawn_blocking(move || start(&launch))
            .await
            .map_err(|error| io_error("starting the browser", error))??;
        let Spawned {
            process,
            commands,
            messages,
            stderr,
        } = spawned;
        let process = Arc::new(process);
        failpoint::reached("browser.process_started");
        // From here on every way out, a panic or a cancelled launch too, ends the process.
        let mut guard = KillOnDrop(Some(Arc::clone(&process)));
        let said = Said::collect(stderr)?;
        let connection = Connection::open(Arc::clone(&process), commands, messages)
            .map_err(|error| io_error("speaking to the browser", error))?;
        let answer = connection
            .call(None, &GetVersionParams::default(), START_BOUND)
            .await;
        let version = match answer {
            Ok(version) => version["product"].as_str().unwrap_or("unknown").to_owned(),
            Err(error) => {
                let output = said.text().await;
                if !headless && says_no_display(&output) {
                    return Err(BrowserError::NoDisplay);
                }
                return Err(match error {
                    CallError::Timeout { .. } => BrowserError::NotStarted {
                        reason: format!("no answer within {} s", START_BOUND.as_secs()),
                        output,
                    },
                    CallError::Died(reason) => BrowserError::NotStarted { reason, output },
                    other => other.into(),
                });
            }
        };
        failpoint::reached("browser.connected");
        let root = Root::follow(&connection).await?;
        guard.0 = None;
        tracing::info!(version, pid = process.id(), path = %path.display(), "browser started");
        Ok(Self {
            connection,
            process,
            root,
            version,
            pace,
            _profile_lock: lock,
        })
    }

    /// Name and version as the running browser says, such as `Chrome/156.0.8078.79`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Process id of the browser's main process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Fires once the process is gone, whatever ended it. (Cancelling it ends nothing.)
    pub fn died(&self) -> CancellationToken {
        self.connection.died().child_token()
    }

    /// A fresh off-the-record context holding exactly these cookies; nothing of it reaches the
    /// disk. Contexts do not see each other's cookies. Downloads and permission questions are
    /// refused in it.
    ///
    /// # Errors
    /// `Protocol` if the browser refuses a cookie, `Crashed`, `Timeout`.
    pub async fn new_context(&self, cookies: Vec<Cookie>) -> Result<Context, BrowserError> {
        let state = ContextState::create(&self.connection, self.pace).await?;
        self.root.add(&state);
        let context = Context::new(state);
        if let Err(error) = context.prepare(cookies).await {
            if let Err(left) = context.close().await {
                tracing::warn!(code = left.code(), "a refused context could not be closed");
            }
            return Err(error);
        }
        failpoint::reached("browser.context_made");
        Ok(context)
    }

    /// All targets of the browser, of every context.
    pub async fn targets(&self) -> Result<Vec<TargetSeen>, BrowserError> {
        let seen = targets(&self.connection).await?;
        Ok(seen
            .into_iter()
            .map(|info| TargetSeen {
                kind: info.kind,
                url: info.url,
                title: info.title,
            })
            .collect())
    }

    /// Asks the browser to quit (5 s), then kills it, and returns once it is gone.
    ///
    /// # Errors
    /// `Timeout` if the process cannot be ended.
    pub async fn close(self) -> Result<(), BrowserError> {
        // Its answer may lose the race with its end.
        let _ = self
            .connection
            .call(None, &CloseParams::default(), QUIT_BOUND)
            .await;
        failpoint::reached("browser.quit_asked");
        if !self.exits_within(QUIT_BOUND).await {
            tracing::warn!(pid = self.pid(), "the browser does not quit: killing it");
            self.process.kill();
            if !self.exits_within(QUIT_BOUND).await {
                return Err(BrowserError::Timeout {
                    what: "the end of the browser".to_owned(),
                    seconds: QUIT_BOUND.as_secs_f64(),
                });
            }
        }
        failpoint::reached("browser.gone");
        Ok(())
    }

    async fn exits_within(&self, bound: Duration) -> bool {
        let exit = async {
            self.connection.died().cancelled().await;
            while !self.connection.exited() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(bound, exit).await.is_ok()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.process.kill();
    }
}
