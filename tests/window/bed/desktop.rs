//! A desktop for one story: display, session bus, home folder; and the app on it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{ChildStdout, Command, ExitStatus},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::{
    outside::Outside,
    page::Page,
    process::{self, Process, child_of, program},
};

/// Longer than any story takes on a very busy two-core machine, shorter than the runner's own limit: guards run.
const STORY: Duration = Duration::from_secs(220);
/// For a process to start or end.
const STEP: Duration = Duration::from_secs(30);

/// Runs a story; one that hangs fails.
pub(crate) async fn within<T>(story: impl Future<Output = T>) -> T {
    tokio::time::timeout(STORY, story)
        .await
        .expect("the story ends within its time")
}

/// The desktop of one story.
pub(crate) struct Desktop {
    display: String,
    bus: String,
    // Dropped in this order: the processes, then the folder they write into.
    _server: Process,
    _bus: Process,
    folder: TempDir,
}

impl Desktop {
    /// A display of 1440 × 900 without a window manager, and a session bus on which nobody offers anything.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["home", "run", "files"] {
            fs_err::create_dir(folder.path().join(name)).expect("a folder of the story");
        }
        let private = std::fs::Permissions::from_mode(0o700);
        fs_err::set_permissions(folder.path().join("run"), private).expect("a private run folder");

        let mut command = Command::new(program("Xvfb", "xvfb"));
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1440x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let (server, said) = Process::start_heard(&mut command, &folder.path().join("display.log"));
        let display = format!(":{}", first_line(said));

        let config = folder.path().join("bus.conf");
        fs_err::write(
            &config,
            BUS.replace("FOLDER", &folder.path().display().to_string()),
        )
        .expect("the bus's settings are written");
        let mut command = Command::new(program("dbus-daemon", "dbus-daemon"));
        command
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"]);
        let (daemon, said) = Process::start_heard(&mut command, &folder.path().join("bus.log"));
        let bus = first_line(said);
        Self {
            display,
            bus,
            _server: server,
            _bus: daemon,
            folder,
        }
    }

    /// The session bus's address.
    pub(crate) fn bus(&self) -> &str {
        &self.bus
    }

    /// A folder for files that the story makes.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// What others do to the app's window.
    pub(crate) fn outside(&self) -> Outside {
        Outside::connect(&self.display)
    }

    /// Starts the app as a person does.
    pub(crate) fn start(&self) -> Process {
        let log = self.log("app");
        let mut command = Command::new(built());
        self.surround(command.arg("--practice"));
        Process::start(&mut command, &log)
    }

    /// Starts the app while it runs already, and waits for this second one's end.
    pub(crate) async fn start_again(&self) -> ExitStatus {
        let mut second = self.start();
        second.ended(STEP).await
    }

    /// Starts the app under WebKit's driver and waits until its page shows something.
    pub(crate) async fn open(&self, arguments: &[&str]) -> App {
        let (port, driver) = self.driver().await;
        let page = Page::open(port, &built(), arguments, pictures()).await;
        let pid = child_of(driver.id(), &built()).expect("the driver started the app");
        page.until(
            "the page shows something",
            "return document.querySelector('h1') !== null",
        )
        .await;
        App {
            page,
            pid,
            _driver: driver,
        }
    }

    /// Where pictures of the screens go.
    pub(crate) fn pictures(&self) -> PathBuf {
        pictures()
    }

    /// WebKit's driver on this desktop, and the port it listens on.
    pub(crate) async fn driver(&self) -> (u16, Process) {
        let log = self.log("driven");
        let port = free_port();
        let mut command = Command::new(program("WebKitWebDriver", "webkit2gtk-driver"));
        command.args(["--host=127.0.0.1", &format!("--port={port}")]);
        self.surround(&mut command);
        let mut driver = Process::start(command.env("TAURI_WEBVIEW_AUTOMATION", "true"), &log);
        let until = Instant::now() + STEP;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(
                driver.lives() && Instant::now() < until,
                "the driver listens: {}",
                driver.said()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (port, driver)
    }

    /// The environment of the app: nothing of the one who runs the test but the way to a browser.
    fn surround(&self, command: &mut Command) {
        let at = |name: &str| self.folder.path().join(name);
        let passed = |name: &String| {
            matches!(
                name.as_str(),
                "PATH" | "STUDIO_BROWSER" | "STUDIO_BROWSER_ARGS"
            )
        };
        command
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| passed(name)))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", at("home"))
            .env("XDG_RUNTIME_DIR", at("run"))
            .env("LANG", "fr_FR.UTF-8")
            // No accessibility bus, no software for other desktops: nothing that starts on demand.
            .env("NO_AT_BRIDGE", "1")
            .env("GIO_USE_VFS", "local")
            .env("GSETTINGS_BACKEND", "memory")
            .env("STUDIO_DATA_DIR", at("data"))
            // Where no phone of another story can be; the machine may be on no network at all.
            .env("STUDIO_PHONE_ADDRESS", "127.0.0.1")
            // What a look at the photos fills in is another story.
            .env("STUDIO_MODELS", at("no-models"))
            .env("STUDIO_VAULT", "file")
            .env("STUDIO_VAULT_PASSPHRASE", "a passphrase of the story")
            .env("STUDIO_PACE", "0")
            .env("STUDIO_HEADLESS", "1");
        // A person who runs as root has to say so themselves; in a story nobody is there to.
        if acceptance::runs_as_root() && std::env::var_os("STUDIO_BROWSER_ARGS").is_none() {
            command.env("STUDIO_BROWSER_ARGS", "--no-sandbox");
        }
    }

    /// A file for what a process says; one that was there is kept.
    fn log(&self, name: &str) -> PathBuf {
        (1..)
            .map(|n| self.folder.path().join(format!("{name}-{n}.log")))
            .find(|p| !p.exists())
            .expect("a number")
    }
}

/// The running app under the driver.
pub(crate) struct App {
    /// The page in its window.
    pub(crate) page: Page,
    pid: u32,
    _driver: Process,
}

impl App {
    /// Ends it as a power cut would.
    pub(crate) async fn kill(self) {
        process::kill(self.pid);
        let until = Instant::now() + STEP;
        while process::lives(self.pid) {
            assert!(Instant::now() < until, "nothing survives SIGKILL");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A bus for one user, without services that would start on demand.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

fn first_line(stdout: ChildStdout) -> String {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        let _ = tell.send(lines.next().and_then(Result::ok));
        // Read on, so that the process is never stopped by a full or closed pipe.
        lines.for_each(drop);
    });
    told.recv_timeout(STEP)
        .ok()
        .flatten()
        .expect("the process says its address")
        .trim()
        .to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

/// The app that was built, beside this test's folder.
fn built() -> PathBuf {
    let program = outputs().join("studio-desktop");
    assert!(
        program.is_file(),
        "{} is missing: `cargo build -p vintedbot-studio` makes it (`cargo xtask test` does so first)",
        program.display()
    );
    program
}

/// `target/window-screenshots`.
fn pictures() -> PathBuf {
    let folder = outputs()
        .parent()
        .map(|p| p.join("window-screenshots"))
        .expect("the target folder");
    fs_err::create_dir_all(&folder).expect("the folder of pictures");
    folder
}

/// `target/<profile>`.
fn outputs() -> PathBuf {
    let here = std::env::current_exe().expect("this test's own path");
    here.parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps")
        .to_owned()
}
