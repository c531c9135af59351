//! The whole app on a real keyring: gnome-keyring on a D-Bus session of its own, in a folder of its own.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use acceptance::{copy_folder, files_below};
use serde_json::Value;

/// Starts the keyring unlocked, waits until it answers, runs the program, ends the keyring.
const VISIT: &str = r#"
printf 'keyring password' | gnome-keyring-daemon --foreground --unlock --components=secrets >&2 &
daemon=$!
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'
do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then echo 'gnome-keyring-daemon did not start' >&2; exit 9; fi
    sleep 0.05
done
"$@"
code=$?
kill "$daemon"
wait "$daemon"
exit $code
"#;

const CANARY: &str = "canary-session-0123456789abcdef";

/// A person's machine: home and keyring.
struct Machine(tempfile::TempDir);

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["run", "share", "config", "cache", "data"] {
            fs_err::create_dir(folder.path().join(name)).unwrap();
        }
        let private = std::fs::Permissions::from_mode(0o700);
        fs_err::set_permissions(folder.path().join("run"), private).unwrap();
        Self(folder)
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn keyrings(&self) -> PathBuf {
        self.0.path().join("share/keyrings")
    }

    /// `studio ARGUMENTS --json` after logging in to this machine.
    fn studio(&self, arguments: &[&str]) -> (i32, Value) {
        let home = self.0.path();
        let output = Command::new("timeout")
            .args([
                "--kill-after=5",
                "60",
                "dbus-run-session",
                "--",
                "sh",
                "-c",
                VISIT,
                "sh",
            ])
            .arg(acceptance::studio())
            .args(arguments)
            .arg("--json")
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("XDG_DATA_HOME", home.join("share"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("STUDIO_DATA_DIR", self.data())
            .env("STUDIO_SITE_URL", "http://127.0.0.1:9")
            // Nobody asks the site here: whether a session opens is seen without a browser.
            .env("STUDIO_BROWSER", "/nonexistent")
            .output()
            .expect("dbus-run-session starts: install the packages dbus and gnome-keyring");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_else(|_| {
            panic!(
                "{arguments:?}: {text} {}",
                String::from_utf8_lossy(&output.stderr)
            )
        });
        (output.status.code().unwrap_or(-1), json)
    }

    fn log_in(&self) {
        let file = self.0.path().join("cookies.txt");
        fs_err::write(&file, format!("access_token_web={CANARY}")).unwrap();
        let path = file.display().to_string();
        let set = [
            "session",
            "set",
            "--cookie-file",
            &path,
            "--user-agent",
            "Story/1",
        ];
        let (code, view) = self.studio(&set);
        assert_eq!(
            code, 0,
            "the session is kept although nobody could ask the site: {view}"
        );
        fs_err::remove_file(file).unwrap();
    }

    /// The stored session opens.
    fn session_opens(&self) -> bool {
        let (_, report) = self.studio(&["doctor"]);
        let checks = report["checks"].as_array().unwrap();
        let session = checks.iter().find(|c| c["name"] == "session").unwrap();
        session["ok"].as_bool().unwrap()
    }

    fn refusal(&self) -> Value {
        let (code, view) = self.studio(&["session", "check"]);
        assert_eq!(code, 1, "{view}");
        view["error"]["code"].clone()
    }
}

fn holds(folder: &Path, needle: &[u8]) -> bool {
    files_below(folder).into_iter().any(|path| {
        fs_err::read(path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|w| w == needle))
    })
}

#[test]
fn an_emptied_keyring_asks_for_a_new_log_in_and_another_machine_reads_nothing() {
    let machine = Machine::new();
    machine.log_in();
    assert!(
        machine.session_opens(),
        "after a restart of the keyring it opens"
    );
    assert!(
        !holds(&machine.data(), CANARY.as_bytes()),
        "sealed, not plain"
    );

    // The data folder alone, beside another keyring.
    let other = Machine::new();
    copy_folder(&machine.data(), &other.data());
    assert!(!other.session_opens(), "a copied database opens for nobody");
    assert_eq!(other.refusal(), "vault_key_lost", "said, with the way out");
    assert!(
        !other.keyrings().exists() || !holds(&other.keyrings(), b"VintedBot Studio"),
        "no new key hides that the old one is not here"
    );

    fs_err::remove_dir_all(machine.keyrings()).unwrap();
    assert!(!machine.session_opens(), "without the key nothing opens");
    assert_eq!(machine.refusal(), "vault_key_lost");
    assert_eq!(
        machine.refusal(),
        "vault_key_lost",
        "asking twice makes no key either"
    );
    assert!(
        !holds(&machine.data(), CANARY.as_bytes()),
        "no fallback to plain"
    );
    machine.log_in();
    assert!(machine.session_opens(), "a new log-in is all it takes");
    assert!(!holds(&machine.data(), CANARY.as_bytes()), "sealed again");
}
