use crate::platform::{self, Process, Spawned};
use crate::{BrowserError, Executable, Pace};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ChildStderr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

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
    /// Further switches, with their dashes, such as `--lang=fr`. The only way to `--no-sandbox`: this crate
    /// never switches Chromium's sandbox off by itself, not even for root.
    pub extra_args: Vec<String>,
    /// Width and height of the window, in pixels.
    pub window: (u32, u32),
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
            pace: Pace::default(),
        }
    }

    /// Chromium refuses root with its sandbox on (Linux), with an exit that says little.
    pub(crate) fn refused_for_root(&self) -> bool {
        let off = self.extra_args.iter().any(|arg| arg == "--no-sandbox");
        cfg!(target_os = "linux") && platform::is_root() && !off
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
    // Where dictionaries come from, if the profile's settings should not hold them back.
    "--host-resolver-rules=MAP redirector.gvt1.com 127.0.0.1:9",
    "--disable-features=AutofillServerCommunication,CertificateTransparencyComponentUpdater,\
     InterestFeedContentSuggestions,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,\
     Translate",
];

pub(crate) struct KillOnDrop(pub(crate) Option<Arc<Process>>);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        if let Some(process) = &self.0 {
            process.kill();
        }
    }
}

/// Ends a browser that a dead run of the app left behind on a profile folder. One of a living run is left alone.
///
/// # Errors
/// `ProfileInUse` where it does not die; `Io`.
pub async fn end_orphan(profile_dir: &Path) -> Result<(), BrowserError> {
    let folder = profile_dir.to_owned();
    let ending = move || {
        let profile = std::path::absolute(&folder).map_err(|error| io_error(FOLDER, error))?;
        match lock(&profile)? {
            Some(_held) => platform::end_orphan(&profile),
            None => Ok(()),
        }
    };
    tokio::task::spawn_blocking(ending)
        .await
        .map_err(|error| io_error("ending a browser left behind", error))?
}

const FOLDER: &str = "using the browser's profile folder";

/// The profile folder's lock; none where a living run holds it. Ours, not Chromium's: it goes with our process
/// however that ends, so it tells a browser in use from one left behind.
fn lock(profile: &Path) -> Result<Option<fs_err::File>, BrowserError> {
    let lock = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(profile.join("in-use.lock"))
        .map_err(|error| io_error(FOLDER, error))?;
    match lock.file().try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(io_error(FOLDER, error)),
    }
}

/// Everything before the first answer; blocks.
pub(crate) fn start(launch: &Launch) -> Result<(fs_err::File, Spawned), BrowserError> {
    fs_err::create_dir_all(&launch.profile_dir).map_err(|error| io_error(FOLDER, error))?;
    platform::own_only(&launch.profile_dir).map_err(|error| io_error(FOLDER, error))?;
    let profile =
        std::path::absolute(&launch.profile_dir).map_err(|error| io_error(FOLDER, error))?;
    let Some(lock) = lock(&profile)? else {
        return Err(BrowserError::ProfileInUse { path: profile });
    };
    platform::end_orphan(&profile)?;
    without_spelling(&profile).map_err(|error| io_error(FOLDER, error))?;
    let crash_dir = without_crash_dumps(&profile).map_err(|error| io_error(FOLDER, error))?;
    let args = launch.args(&profile);
    let spawned = platform::spawn(&launch.executable.path, args, &crash_dir).map_err(|error| {
        BrowserError::NotStarted {
            reason: error.to_string(),
            output: String::new(),
        }
    })?;
    Ok((lock, spawned))
}

/// A folder in which the crash handler cannot work.
///
/// A dump of a crashed page holds its memory, cookies and all, and would be kept in the folder of
/// the person's own Chromium. No switch stops it (`--disable-crashpad-for-testing` makes renderers
/// crash, Chromium 156). A handler that finds files where its folders should be gives up, and the
/// browser goes on without it.
fn without_crash_dumps(profile: &Path) -> std::io::Result<PathBuf> {
    let folder = profile.join("no-crash-dumps");
    fs_err::create_dir_all(&folder)?;
    for name in ["new", "pending", "completed"] {
        fs_err::write(folder.join(name), "in the way on purpose")?;
    }
    Ok(folder)
}

/// Spelling languages of Chromium 156 (components/spellcheck/common/spellcheck_common.cc).
const DICTIONARIES: &[&str] = &[
    "af", "bg", "ca", "cs", "cy", "da", "de", "el", "en-AU", "en-CA", "en-GB", "en-US", "es",
    "es-419", "es-AR", "es-ES", "es-MX", "es-US", "et", "fa", "fo", "fr", "he", "hi", "hr", "hu",
    "hy", "id", "it", "ko", "lt", "lv", "nb", "nl", "pl", "pt-BR", "pt-PT", "ro", "ru", "sh", "sk",
    "sl", "sq", "sr", "sv", "ta", "tg", "tr", "uk", "vi",
];

/// The first focused text field makes Chromium fetch a dictionary (measured with 156: redirector.gvt1.com, 1.2 s after
/// the start), and no switch stops it: spelling is turned off in the profile's own settings.
fn without_spelling(profile: &Path) -> std::io::Result<()> {
    let folder = profile.join("Default");
    fs_err::create_dir_all(&folder)?;
    let file = folder.join("Preferences");
    // Chromium starts with none where its own are damaged, and so does this.
    let mut settings = fs_err::read(&file)
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .filter(serde_json::Value::is_object)
        .unwrap_or_else(|| serde_json::json!({}));
    for (group, name, value) in [
        ("browser", "enable_spellchecking", serde_json::json!(false)),
        ("spellcheck", "dictionaries", serde_json::json!([])),
        // Alone these two do not do it: a new profile still loads the one of its interface's language.
        (
            "spellcheck",
            "blocked_dictionaries",
            serde_json::json!(DICTIONARIES),
        ),
        (
            "spellcheck",
            "use_spelling_service",
            serde_json::json!(false),
        ),
    ] {
        if !settings[group].is_object() {
            settings[group] = serde_json::json!({});
        }
        settings[group][name] = value;
    }
    fs_err::write(file, serde_json::to_vec(&settings)?)
}

pub(crate) fn io_error(what: &str, error: impl std::fmt::Display) -> BrowserError {
    BrowserError::Io {
        what: what.to_owned(),
        reason: error.to_string(),
    }
}

pub(crate) fn says_no_display(output: &str) -> bool {
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
pub(crate) struct Said {
    kept: Arc<Mutex<VecDeque<u8>>>,
    ended: CancellationToken,
}

impl Said {
    const KEPT: usize = 2000;
    /// The last lines may still be on their way when the process is gone.
    const LAST_LINES_BOUND: Duration = Duration::from_secs(1);

    pub(crate) fn collect(stderr: ChildStderr) -> Result<Self, BrowserError> {
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

    pub(crate) async fn text(&self) -> String {
        // Past the bound, what is there has to do.
        let _ = tokio::time::timeout(Self::LAST_LINES_BOUND, self.ended.cancelled()).await;
        let bytes: Vec<u8> = self.kept.lock().iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn spelling_is_off_and_other_settings_of_the_profile_stay() {
        let profile = tempfile::tempdir().unwrap();
        let file = profile.path().join("Default/Preferences");
        let read = || -> serde_json::Value {
            serde_json::from_slice(&fs_err::read(&file).unwrap()).unwrap()
        };
        without_spelling(profile.path()).unwrap();
        assert_eq!(read()["browser"]["enable_spellchecking"], false);
        fs_err::write(
            &file,
            r#"{"spellcheck":{"dictionaries":["fr"]},"x":{"y":1}}"#,
        )
        .unwrap();
        without_spelling(profile.path()).unwrap();
        assert_eq!(read()["spellcheck"]["dictionaries"], serde_json::json!([]));
        assert_eq!(read()["x"]["y"], 1, "what Chromium keeps there stays");
        fs_err::write(&file, "half a fi").unwrap();
        without_spelling(profile.path()).unwrap();
        assert_eq!(
            read()["browser"]["enable_spellchecking"],
            false,
            "a damaged one is no reason"
        );
    }

    #[test]
    fn the_sandbox_stays_on_unless_somebody_names_the_switch() {
        let executable = Executable {
            path: "/usr/bin/chromium".into(),
            version: "Chromium 156.0.1.2".to_owned(),
            major: 156,
            source: Source::Installed,
        };
        let mut launch = Launch::new(executable, "/tmp/profile");
        for headless in [true, false] {
            launch.headless = headless;
            let weak: Vec<_> = launch
                .args(Path::new("/tmp/profile"))
                .into_iter()
                .filter(|arg| {
                    let arg = arg.to_string_lossy();
                    let off = arg.contains("sandbox") || arg.contains("disable-web-security");
                    off || arg.contains("debugging-port")
                })
                .collect();
            assert!(weak.is_empty(), "{weak:?} weakens the browser");
        }
        launch.extra_args.push("--no-sandbox".to_owned());
        assert!(
            !launch.refused_for_root(),
            "the person's word, in a container"
        );
    }
}
