use crate::connection::{CallError, Connection, Gone, Listener};
use crate::context::ContextState;
use crate::platform::{self, Spawned};
use crate::{BrowserError, Context, Cookie, CrashOf, Executable, Pace};
use chromiumoxide_cdp::cdp::browser_protocol::browser::{CloseParams, GetVersionParams};
use chromiumoxide_cdp::cdp::browser_protocol::target::{
    DetachFromTargetParams, GetTargetsParams, SetAutoAttachParams, SetDiscoverTargetsParams,
};
use chromiumoxide_cdp::cdp::js_protocol::runtime::RunIfWaitingForDebuggerParams;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ChildStderr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Until the first answer: a cold start on a slow disk takes several seconds.
const START_BOUND: Duration = Duration::from_secs(30);
/// For commands that the browser's main process answers by itself.
pub(crate) const CALL_BOUND: Duration = Duration::from_secs(10);
/// For quitting by itself, and again for dying of a kill.
const QUIT_BOUND: Duration = Duration::from_secs(5);

/// How to start the browser.
#[derive(Debug, Clone)]
pub struct Launch {
    /// From [`find`](crate::find::find).
    pub executable: Executable,
    /// Profile folder of its own, made if missing, readable by the owner only. One browser at a
    /// time.
    pub profile_dir: PathBuf,
    /// No window. `false` needs a display.
    pub headless: bool,
    /// Further switches, with their dashes, such as `--lang=fr`.
    pub extra_args: Vec<String>,
    /// Width and height of the window, in pixels.
    pub window: (u32, u32),
    /// Switches Chromium's own sandbox off: only where the system demands it
    /// ([`running_as_root`](crate::running_as_root)).
    pub no_sandbox: bool,
    /// Pauses between actions, for every page of this browser.
    pub pace: Pace,
}

impl Launch {
    /// Headless, 1280 × 900, sandboxed, normal pace.
    pub fn new(executable: Executable, profile_dir: impl Into<PathBuf>) -> Self {
        Self {
            executable,
            profile_dir: profile_dir.into(),
            headless: true,
            extra_args: Vec::new(),
            window: (1280, 900),
            no_sandbox: false,
            pace: Pace::default(),
        }
    }

    fn args(&self, profile: &Path) -> Vec<OsString> {
        let mut profile_switch = OsString::from("--user-data-dir=");
        profile_switch.push(profile);
        let mut args = vec![profile_switch];
        args.extend(SWITCHES.iter().map(OsString::from));
        args.push(format!("--window-size={},{}", self.window.0, self.window.1).into());
        if self.headless {
            args.push("--headless=new".into());
        }
        if self.no_sandbox {
            args.push("--no-sandbox".into());
        }
        args.extend(self.extra_args.iter().map(OsString::from));
        args
    }
}

/// Switches of every start. They keep the browser from asking hosts by itself, from dialogs of its
/// own, and from slowing hidden tabs; `--enable-automation` says openly that a program drives it.
const SWITCHES: &[&str] = &[
    "--enable-automation",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-startup-window",
    "--no-pings",
    "--no-service-autorun",
    "--deny-permission-prompts",
    "--disable-background-networking",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--disable-quic",
    "--disable-renderer-backgrounding",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--safebrowsing-disable-auto-update",
    // What no switch stops is sent to a local port where nobody listens (measured: without these,
    // accounts.google.com and update.googleapis.com are asked within the first seconds). Pages
    // are not concerned: a site's own log-in through Google works.
    "--component-updater=url-source=http://127.0.0.1:9",
    "--gaia-url=http://127.0.0.1:9",
    "--disable-features=AutofillServerCommunication,CertificateTransparencyComponentUpdater,\
     InterestFeedContentSuggestions,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,\
     Translate",
];

/// One running browser process. Dropping it kills the process; so does the death of the app.
pub struct Browser {
    connection: Arc<Connection>,
    process: Arc<platform::Process>,
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

/// A target of the browser: page, iframe of another site, worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetSeen {
    /// `page`, `iframe`, `worker`, `service_worker` …
    pub kind: String,
    /// Full address.
    pub url: String,
    /// The page's title, if any.
    pub title: String,
}

/// What we read of a target; unknown fields of newer browsers are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TargetInfo {
    pub(crate) target_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) opener_id: Option<String>,
    pub(crate) browser_context_id: Option<String>,
}

/// `Target.attachedToTarget`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    pub(crate) session_id: String,
    pub(crate) target_info: TargetInfo,
}

impl Browser {
    /// Starts the browser and waits until it answers (at most 30 s).
    ///
    /// A browser left behind by an earlier, dead run of the app on the same profile folder is
    /// ended first.
    ///
    /// # Errors
    /// `NoDisplay`, `ProfileInUse`, `NotStarted`, `Io`.
    pub async fn launch(launch: Launch) -> Result<Self, BrowserError> {
        if !launch.headless && !platform::has_display() {
            return Err(BrowserError::NoDisplay);
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
        let root = Arc::new(Root {
            connection: Arc::clone(&connection),
            contexts: Mutex::default(),
            runtime: tokio::runtime::Handle::current(),
        });
        connection.listen("", Arc::clone(&root) as Arc<dyn Listener>);
        // Every page and popup is held until it was made ready: see `PageState::set_up`.
        let attach = SetAutoAttachParams {
            flatten: Some(true),
            ..SetAutoAttachParams::new(true, true)
        };
        connection.call(None, &attach, CALL_BOUND).await?;
        connection
            .call(None, &SetDiscoverTargetsParams::new(true), CALL_BOUND)
            .await?;
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
        self.root
            .contexts
            .lock()
            .insert(state.id().to_owned(), Arc::downgrade(&state));
        let context = Context::new(state);
        if let Err(error) = context.prepare(cookies).await {
            if let Err(left) = context.close().await {
                tracing::warn!(code = left.code(), "a refused context could not be closed");
            }
            return Err(error);
        }
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

struct KillOnDrop(Option<Arc<platform::Process>>);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        if let Some(process) = &self.0 {
            process.kill();
        }
    }
}

/// Everything before the first answer; blocks.
fn start(launch: &Launch) -> Result<(fs_err::File, Spawned), BrowserError> {
    let folder = "using the browser's profile folder";
    fs_err::create_dir_all(&launch.profile_dir).map_err(|error| io_error(folder, error))?;
    platform::own_only(&launch.profile_dir).map_err(|error| io_error(folder, error))?;
    let profile =
        std::path::absolute(&launch.profile_dir).map_err(|error| io_error(folder, error))?;
    // Ours, not Chromium's: it goes with our process however that ends, so it tells a browser in
    // use from one left behind.
    let lock = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(profile.join("in-use.lock"))
        .map_err(|error| io_error(folder, error))?;
    match lock.file().try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            return Err(BrowserError::ProfileInUse { path: profile });
        }
        Err(std::fs::TryLockError::Error(error)) => return Err(io_error(folder, error)),
    }
    platform::end_orphan(&profile)?;
    let spawned =
        platform::spawn(&launch.executable.path, launch.args(&profile)).map_err(|error| {
            BrowserError::NotStarted {
                reason: error.to_string(),
                output: String::new(),
            }
        })?;
    Ok((lock, spawned))
}

fn io_error(what: &str, error: impl std::fmt::Display) -> BrowserError {
    BrowserError::Io {
        what: what.to_owned(),
        reason: error.to_string(),
    }
}

fn says_no_display(output: &str) -> bool {
    [
        "Missing X server",
        "$DISPLAY",
        "cannot open display",
        "Failed to connect to Wayland display",
    ]
    .iter()
    .any(|sign| output.contains(sign))
}

/// The end of what the browser wrote to its standard error: why it did not start.
struct Said {
    kept: Arc<Mutex<VecDeque<u8>>>,
    ended: CancellationToken,
}

impl Said {
    const KEPT: usize = 2000;
    /// The last lines may still be on their way when the process is gone.
    const LAST_LINES_BOUND: Duration = Duration::from_secs(1);

    fn collect(stderr: ChildStderr) -> Result<Self, BrowserError> {
        let said = Self {
            kept: Arc::default(),
            ended: CancellationToken::new(),
        };
        let (kept, ended) = (Arc::clone(&said.kept), said.ended.clone().drop_guard());
        // Reads to the end, so that a browser which writes much never blocks on a full pipe.
        let read = move || {
            let _ended = ended;
            let mut lines = BufReader::new(stderr);
            let mut line = Vec::new();
            while let Ok(1..) = (&mut lines).take(4096).read_until(b'\n', &mut line) {
                let mut kept = kept.lock();
                kept.extend(line.drain(..));
                let surplus = kept.len().saturating_sub(Self::KEPT);
                kept.drain(..surplus);
            }
        };
        std::thread::Builder::new()
            .name("browser-stderr".to_owned())
            .spawn(read)
            .map_err(|error| io_error("reading the browser's output", error))?;
        Ok(said)
    }

    async fn text(&self) -> String {
        // Past the bound, what is there has to do.
        let _ = tokio::time::timeout(Self::LAST_LINES_BOUND, self.ended.cancelled()).await;
        let bytes: Vec<u8> = self.kept.lock().iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// All targets now.
pub(crate) async fn targets(connection: &Connection) -> Result<Vec<TargetInfo>, CallError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Targets {
        target_infos: Vec<TargetInfo>,
    }
    let result = connection
        .call(None, &GetTargetsParams::default(), CALL_BOUND)
        .await?;
    let targets: Targets = read("Target.getTargets", result)?;
    Ok(targets.target_infos)
}

/// A command's result as the shape we read of it.
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    method: &str,
    result: Value,
) -> Result<T, CallError> {
    serde_json::from_value(result).map_err(|error| CallError::Refused {
        method: method.to_owned(),
        // Names the field, never its value.
        message: format!("answered in another shape: {error}"),
    })
}

/// Listens to the browser itself: hands new pages to their contexts.
struct Root {
    connection: Arc<Connection>,
    contexts: Mutex<HashMap<String, Weak<ContextState>>>,
    runtime: tokio::runtime::Handle,
}

impl Root {
    fn context_of(&self, info: &TargetInfo) -> Option<Arc<ContextState>> {
        let mut contexts = self.contexts.lock();
        contexts.retain(|_, context| context.strong_count() > 0);
        contexts.get(info.browser_context_id.as_ref()?)?.upgrade()
    }

    fn attached(&self, attached: Attached) {
        let context = self.context_of(&attached.target_info);
        match context {
            Some(context) if attached.target_info.kind == "page" => {
                context.page_attached(attached, &self.runtime);
            }
            // Not ours to watch: workers of the browser, pages of its own.
            _ => release(&self.connection, &attached.session_id, None),
        }
    }
}

/// Lets a held target run, without us.
pub(crate) fn release(connection: &Connection, session: &str, parent: Option<&str>) {
    connection.fire(Some(session), &RunIfWaitingForDebuggerParams::default());
    let detach = DetachFromTargetParams {
        session_id: Some(session.to_owned().into()),
    };
    connection.fire(parent, &detach);
}

impl Listener for Root {
    fn event(self: Arc<Self>, method: &str, params: Value) {
        match method {
            "Target.attachedToTarget" => match serde_json::from_value::<Attached>(params) {
                Ok(attached) => self.attached(attached),
                Err(error) => tracing::warn!(%error, "a new target is not understood"),
            },
            "Target.detachedFromTarget" => {
                if let Some(session) = params["sessionId"].as_str() {
                    self.connection.detach(session);
                }
            }
            "Target.targetInfoChanged" => {
                if let Ok(info) = serde_json::from_value::<TargetInfo>(params["targetInfo"].clone())
                    && let Some(context) = self.context_of(&info)
                {
                    context.target_changed(info);
                }
            }
            _ => {}
        }
    }

    fn gone(&self, why: Gone) {
        if let Gone::Died(reason) = why {
            let error = BrowserError::Crashed {
                of: CrashOf::Browser,
                reason,
            };
            tracing::info!(%error, "browser ended");
        }
    }
}
