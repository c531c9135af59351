//! Stories through the outer doors: command line and window, against the practice marketplace.
//!
//! [`Bed`] is what a story starts from: the practice marketplace in this process, a fresh data folder, and the built
//! `studio` beside this test. Nothing is mocked: real SQLite, real decoder processes, real headless Chromium.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on fails"
)]

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use sandbox::{DEMO_LOGIN, RunningSandbox, Sandbox, SandboxConfig, Switches};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

/// Longer than any command of a story takes on a busy two-core machine.
const LIMIT: Duration = Duration::from_secs(120);

/// Of this process's environment, what programs need to run at all.
const KEPT: [&str; 9] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "LOCALAPPDATA",
    "APPDATA",
    "USERPROFILE",
];

const BROWSER_ARGS: &str = "STUDIO_BROWSER_ARGS";

/// Chromium refuses to start with its sandbox as root, as in a container.
pub fn runs_as_root() -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs_err::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

/// Regular files below a folder, in order. What goes while it is looked at is not among them.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs_err::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Copies a folder that no process uses to the place of another. Links are left out: locks that name a process that
/// is gone.
pub fn copy_folder(from: &Path, to: &Path) {
    if to.exists() {
        fs_err::remove_dir_all(to).unwrap();
    }
    fs_err::create_dir_all(to).unwrap();
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs_err::create_dir_all(target.parent().unwrap()).unwrap();
        fs_err::copy(&file, &target).unwrap();
    }
}

/// Marketplace, data folder and program of one story.
pub struct Bed {
    /// The practice marketplace.
    pub market: RunningSandbox,
    /// Everything of the story lies in it.
    pub folder: TempDir,
    program: PathBuf,
    environment: Vec<(String, String)>,
}

/// What a command gave.
#[derive(Debug)]
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// The JSON document on stdout.
    pub json: Value,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
    pub stderr: String,
}

impl Ran {
    /// The view of a command that was to succeed.
    pub fn done(self) -> Value {
        assert_eq!(
            self.code, 0,
            "the command was to succeed: {} {}",
            self.stdout, self.stderr
        );
        self.json
    }

    /// The error's code of a command that was to be refused.
    #[must_use]
    pub fn refused(&self) -> &str {
        assert_eq!(
            self.code, 1,
            "the command was to be refused: {} {}",
            self.stdout, self.stderr
        );
        self.json["error"]["code"].as_str().unwrap_or_default()
    }
}

impl Bed {
    /// A marketplace on a good day.
    pub async fn new() -> Self {
        Self::with(Switches::default()).await
    }

    /// A marketplace with traps and faults.
    pub async fn with(mut switches: Switches) -> Self {
        // Nobody waits for the remote brand search in a story.
        switches.brand_delay_ms = 20;
        let config = SandboxConfig {
            switches,
            ..SandboxConfig::default()
        };
        let market = Sandbox::start(config)
            .await
            .expect("the practice marketplace starts");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let mut environment = vec![
            ("STUDIO_DATA_DIR".to_owned(), data.display().to_string()),
            ("STUDIO_SITE_URL".to_owned(), market.url().to_owned()),
            ("STUDIO_VAULT".to_owned(), "file".to_owned()),
            (
                "STUDIO_VAULT_PASSPHRASE".to_owned(),
                "a passphrase of the story".to_owned(),
            ),
            ("STUDIO_PACE".to_owned(), "0".to_owned()),
            ("STUDIO_HEADLESS".to_owned(), "1".to_owned()),
            // Most stories are not about what photos show: nobody looks at them.
            (
                "STUDIO_MODELS".to_owned(),
                folder.path().join("no-models").display().to_string(),
            ),
        ];
        for name in ["STUDIO_BROWSER", BROWSER_ARGS] {
            if let Ok(value) = std::env::var(name) {
                environment.push((name.to_owned(), value));
            }
        }
        // A person who runs as root has to say so themselves; in a story nobody is there to.
        if runs_as_root() && !environment.iter().any(|(n, _)| n == BROWSER_ARGS) {
            environment.push((BROWSER_ARGS.to_owned(), "--no-sandbox".to_owned()));
        }
        Self {
            market,
            folder,
            program: studio(),
            environment,
        }
    }

    /// Changes a variable of the environment from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(n, _)| n != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Photos are looked at from now on, with the models that ship.
    pub fn with_models(&mut self) {
        self.set("STUDIO_MODELS", &models().display().to_string());
    }

    /// What every command of the story gets, beside what programs need to run at all.
    #[must_use]
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// A further switch for the browser, beside those that this machine needs.
    pub fn also_for_the_browser(&mut self, switch: &str) {
        let present = self
            .environment
            .iter()
            .find(|(n, _)| n == "STUDIO_BROWSER_ARGS");
        let present = present
            .map(|(_, switches)| switches.clone())
            .unwrap_or_default();
        self.set("STUDIO_BROWSER_ARGS", &format!("{present} {switch}"));
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `studio ARGUMENTS --json`, ready to be started.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg("--json")
            .env_clear()
            .envs(std::env::vars().filter(|(n, _)| KEPT.contains(&n.as_str())))
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs `studio ARGUMENTS --json` to its end.
    pub async fn studio(&self, arguments: &[&str]) -> Ran {
        let running = self.command(arguments).output();
        let output = tokio::time::timeout(LIMIT, running)
            .await
            .unwrap_or_else(|_| panic!("studio {arguments:?} did not end"))
            .expect("studio can be started");
        ran(&output)
    }

    /// Gives `studio` a session of the demo account; returns the cookie header, a secret to look for later.
    pub async fn log_in(&self) -> String {
        let cookie = self.market.session_cookie(DEMO_LOGIN);
        let file = self.folder.path().join("cookies.txt");
        fs_err::write(&file, &cookie).expect("the cookie file is written");
        let set = [
            "session",
            "set",
            "--cookie-file",
            &file.display().to_string(),
            "--user-agent",
            "Story/1",
        ];
        let view = self.studio(&set).await.done();
        assert_eq!(
            view["authenticated"], true,
            "the demo session is taken: {view}"
        );
        cookie
    }

    /// Imports photos into one draft and completes it; returns the draft's id.
    pub async fn ready_draft(&self, photos: &[PathBuf]) -> String {
        let mut arguments = vec!["import".to_owned()];
        arguments.extend(photos.iter().map(|p| p.display().to_string()));
        arguments.extend(["--group".to_owned(), "one".to_owned()]);
        let imported = self
            .studio(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
            .await
            .done();
        let id = imported["drafts"][0]["id"]
            .as_str()
            .expect("one draft")
            .to_owned();
        let mut set = vec!["drafts", "set", &id];
        set.extend(COMPLETE);
        let draft = self.studio(&set).await.done();
        assert_eq!(
            draft["flags"]["publish_ready"], true,
            "the story's draft is ready: {}",
            draft["missing_fields"]
        );
        id
    }

    /// Prepares a draft and returns its token.
    pub async fn prepared(&self, id: &str) -> String {
        let view = self.studio(&["prepare", id]).await.done();
        view["confirm_token"]
            .as_str()
            .unwrap_or_else(|| panic!("a token: {view}"))
            .to_owned()
    }
}

/// What makes the story's draft ready.
pub const COMPLETE: [&str; 12] = [
    "title=Sweat à capuche gris Levi's taille M – Très bon état",
    "description=Sweat à capuche gris pour homme.\\nCoupe droite, taille M.\\nPoche devant et cordon à la capuche.\\nCoton épais.\\nTrès bon état, porté quelques fois.\\nLavé à 30 °C.\\n#sweat #gris #homme",
    "category=Hommes > Vêtements > Sweats à capuche",
    "brand=Levi's",
    "size=M",
    "condition=very_good",
    "color=Gris",
    "material=Coton",
    "package_size=medium",
    "price_min_cents=1200",
    "price_target_cents=1550",
    "price_max_cents=1800",
];

fn ran(output: &Output) -> Ran {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
        stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The built `studio` beside this test's folder.
///
/// # Panics
/// Where it was not built.
#[must_use]
pub fn studio() -> PathBuf {
    let here = std::env::current_exe().expect("this test's own path");
    let folder = here
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps");
    let program = folder.join(format!("studio{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: `cargo build -p studio` makes it (`cargo xtask test` does so first)",
        program.display()
    );
    program
}

/// The folder of the models that ship with the app.
#[must_use]
pub fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/models")
}

/// Runs a program of the story until it reaches a named place (`failpoint`) for the `nth` time, and kills it there.
///
/// # Panics
/// Where it ends, or a minute passes, before that.
pub async fn kill_at(mut command: Command, place: &str, nth: usize) {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

    let controller = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port on loopback");
    let address = controller.local_addr().expect("its address");
    let mut child = command
        .env("STUDIO_FAIL_CONTROL", address.to_string())
        .spawn()
        .expect("studio can be started");
    let killing = async {
        let mut reached = 0;
        loop {
            let (stream, _) = controller.accept().await.expect("a place says its name");
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("one line");
            reached += usize::from(line.split(' ').nth(1) == Some(place));
            if reached == nth {
                child.kill().await.expect("it can be killed");
                return;
            }
            // Its end is no fault of this run.
            let _ = stream.get_mut().write_all(b"go on\n").await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), killing)
        .await
        .unwrap_or_else(|_| panic!("{place} is reached {nth} times in a minute"));
}

/// A sample photo that ships with the app.
#[must_use]
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../src-tauri/samples")
        .join(name)
}

/// Every sample photo, by name.
#[must_use]
pub fn samples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/samples");
    let mut photos: Vec<PathBuf> = fs_err::read_dir(folder)
        .expect("the samples are part of the repository")
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|p| {
            let extension = p
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            matches!(extension.as_str(), "jpg" | "jpeg" | "heic" | "png" | "webp")
        })
        .collect();
    photos.sort();
    photos
}
