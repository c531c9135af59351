//! A data folder and the real `studio` on it, with or without something in its way.

use std::{
    ffi::OsStr,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant, SystemTime},
};

use acceptance::{copy_folder, files_below};
use fs_err::File;
use serde_json::Value;
use tempfile::TempDir;

/// No command of the scenario takes a second; a fault must not make it hang.
const LIMIT: Duration = Duration::from_secs(60);

/// What the runtime says where its own wake-up was broken (strace counts by thread): that is on no disk and cannot fail
/// there. It may never end then.
pub(crate) const NO_WAKE_UP: &str = "failed to wake I/O driver";

/// Data folder, export folder and what was printed, of one run.
pub(crate) struct Place {
    root: TempDir,
    /// Where the data lie; a mount may stand in.
    data: PathBuf,
}

/// What a command gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) json: Value,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn was_killed(&self) -> bool {
        self.status.signal() == Some(9)
    }

    /// The whole answer reached the person, and it is none of an error.
    pub(crate) fn confirmed(&self) -> bool {
        (self.status.success() || self.was_killed())
            && self.json.is_object()
            && self.json.get("error").is_none()
    }

    pub(crate) fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn done(self) -> Value {
        assert!(
            self.status.success(),
            "the command was to succeed: {} {}",
            self.stdout,
            self.stderr
        );
        self.json
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        for name in ["data", "out", "tmp"] {
            fs_err::create_dir(root.path().join(name)).unwrap();
        }
        Self { root, data }
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Where exports go.
    pub(crate) fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    /// Both folders that must outlive a fault.
    pub(crate) fn watched(&self) -> [PathBuf; 2] {
        [self.data.clone(), self.out()]
    }

    /// Takes over what another place holds.
    pub(crate) fn with(data: &Path, out: &Path) -> Self {
        let place = Self::new();
        copy_folder(data, &place.data);
        copy_folder(out, &place.out());
        place
    }

    /// A copy of the data and exports as they are now.
    pub(crate) fn copied(&self) -> Self {
        Self::with(&self.data, &self.out())
    }

    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let (program, arguments) = words.split_first().unwrap();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
            .env("HOME", self.root.path())
            .env("TMPDIR", self.root.path().join("tmp"))
            .env("STUDIO_DATA_DIR", &self.data)
            .env("STUDIO_SITE_URL", "http://127.0.0.1:9")
            .env("STUDIO_BROWSER", "/nonexistent")
            .env("STUDIO_VAULT", "file")
            .env("STUDIO_VAULT_PASSPHRASE", "a passphrase of the sweep")
            .stdin(Stdio::null());
        command
    }

    /// Starts a command; its output goes to files, so that it never waits for a reader.
    pub(crate) fn start(&self, mut command: Command) -> Child {
        let file = |name: &str| {
            Stdio::from(
                File::create(self.root.path().join(name))
                    .unwrap()
                    .into_parts()
                    .0,
            )
        };
        command
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?} cannot be started: {e}"))
    }

    /// Waits for a command's end and reads what it printed.
    pub(crate) fn end(&self, mut child: Child) -> Ran {
        let end = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                child.kill().unwrap();
                let status = child.wait().unwrap();
                let stderr = self.read("stderr");
                if stderr.contains(NO_WAKE_UP) {
                    break status;
                }
                panic!("the command hangs: {} {stderr}", self.read("stdout"));
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let stdout = self.read("stdout");
        Ran {
            status,
            json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
            stderr: self.read("stderr"),
            stdout,
        }
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs_err::read(self.root.path().join(name)).unwrap()).into_owned()
    }

    /// `studio ARGUMENTS --json`, undisturbed.
    pub(crate) fn studio<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        self.end(self.start(self.command(&words(&[], arguments))))
    }

    /// Makes everything in the data folder look a day older, so that the next start tidies.
    pub(crate) fn age(&self) {
        let then = SystemTime::now() - Duration::from_secs(25 * 3600);
        for path in files_below(&self.data) {
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .file()
                .set_modified(then)
                .unwrap();
        }
    }

    /// Every file of the data folder, relative.
    pub(crate) fn data_files(&self) -> Vec<PathBuf> {
        files_below(&self.data)
            .iter()
            .map(|p| p.strip_prefix(&self.data).unwrap().to_owned())
            .collect()
    }

    /// Where strace writes.
    pub(crate) fn trace(&self) -> PathBuf {
        self.root.path().join("trace")
    }
}

/// `before... studio ARGUMENTS --json` as words.
pub(crate) fn words<S: AsRef<OsStr>>(
    before: &[String],
    arguments: &[S],
) -> Vec<std::ffi::OsString> {
    let mut all: Vec<std::ffi::OsString> = before.iter().map(Into::into).collect();
    all.push(acceptance::studio().into());
    all.extend(arguments.iter().map(|a| a.as_ref().to_owned()));
    all.push("--json".into());
    all
}
