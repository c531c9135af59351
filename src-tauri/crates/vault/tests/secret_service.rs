//! The keyring vault against a real Secret Service: gnome-keyring on a D-Bus session of its own,
//! with its data in a temporary folder. Every visit starts a new bus and a new daemon, as logging
//! out and in again does.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PROBE: &str = env!("CARGO_BIN_EXE_vault-probe");

/// Waits until the daemon owns the name (else D-Bus would start a second, locked one), runs the
/// probe, and ends the daemon.
const VISIT: &str = r#"
printf '%s' "$KEYRING_PASSWORD" |
    gnome-keyring-daemon --foreground $KEYRING_UNLOCK --components=secrets >&2 &
daemon=$!
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null |
    grep -q 'boolean true'
do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then echo 'gnome-keyring-daemon did not start'; exit 9; fi
    sleep 0.05
done
"$PROBE" "$STEP" "$SEALED"
code=$?
kill "$daemon"
wait "$daemon"
exit $code
"#;

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        for program in ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"] {
            let found = std::env::var_os("PATH").is_some_and(|path| {
                std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
            });
            assert!(
                found,
                "{program} is missing: install the packages dbus and gnome-keyring \
                 (apt-get install dbus gnome-keyring)"
            );
        }
        let folder = tempfile::tempdir().unwrap();
        for name in ["run", "data", "config", "cache"] {
            fs_err::create_dir(folder.path().join(name)).unwrap();
        }
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o700);
        fs_err::set_permissions(folder.path().join("run"), private).unwrap();
        Self { folder }
    }

    fn sealed(&self) -> PathBuf {
        self.folder.path().join("sealed")
    }

    fn keyrings(&self) -> PathBuf {
        self.folder.path().join("data/keyrings")
    }

    fn at_home<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let home = self.folder.path();
        command
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
    }

    fn visit(&self, step: &str, password: Option<&str>) -> String {
        let mut command = Command::new("timeout");
        command.args([
            "--kill-after=5",
            "60",
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            VISIT,
        ]);
        self.at_home(&mut command)
            .env("KEYRING_PASSWORD", password.unwrap_or_default())
            .env(
                "KEYRING_UNLOCK",
                if password.is_some() { "--unlock" } else { "" },
            )
            .env("PROBE", PROBE)
            .env("STEP", step)
            .env("SEALED", self.sealed());
        said(&command.output().unwrap())
    }
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let noise = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the probe failed: {text}\n{noise}");
    text
}

fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        all.extend(fs_err::read(entry.unwrap().path()).unwrap());
    }
    all
}

#[test]
fn the_key_outlives_the_service_and_is_never_made_anew_in_silence() {
    let home = Home::new();
    let password = Some("keyring password");

    assert_eq!(home.visit("store", password), "stored");
    let kept = bytes_below(&home.keyrings());
    assert!(
        !kept.is_empty(),
        "the key is not on disk: it would be gone after a restart"
    );

    assert_eq!(
        home.visit("read", password),
        "same value",
        "after a restart of bus and daemon the value must open"
    );
    assert_eq!(
        home.visit("store", password),
        "stored",
        "a second log-in uses the key that is there"
    );
    assert_eq!(home.visit("read-fresh", password), "same value");

    let locked = home.visit("read", None);
    assert!(
        locked.starts_with("unavailable: "),
        "a locked keyring: {locked}"
    );
    let locked = home.visit("read", Some("wrong password"));
    assert!(
        locked.starts_with("unavailable: "),
        "a wrong keyring password: {locked}"
    );

    fs_err::remove_dir_all(home.keyrings()).unwrap();
    assert_eq!(
        home.visit("read", password),
        "key lost",
        "an emptied keyring must be told, not filled with a new key"
    );
    assert_eq!(
        home.visit("read-fresh", password),
        "sealed under another key",
        "a new key must not open what the old one sealed"
    );
}

#[test]
fn no_keyring_at_all_is_told_and_nothing_is_written() {
    let home = Home::new();
    let mut command = Command::new(PROBE);
    command.arg("store").arg(home.sealed());
    home.at_home(&mut command)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let answer = said(&command.output().unwrap());
    assert!(
        answer.starts_with("unavailable: no system keyring answers"),
        "{answer}"
    );
    assert!(!home.sealed().exists(), "without a key nothing may be kept");
}
