//! What differs by platform: starting a process that cannot outlive us, and ending an old one.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod other;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{has_display, installed, spawn};
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) use other::{has_display, installed, spawn};
#[cfg(unix)]
pub(crate) use unix::{Process, end_orphan, is_root, own_only, version};
#[cfg(windows)]
pub(crate) use windows::{
    Process, end_orphan, has_display, installed, is_root, own_only, spawn, version,
};

use std::io::{PipeReader, PipeWriter};
use std::process::ChildStderr;

/// A started browser and the ends of its pipes.
pub(crate) struct Spawned {
    pub(crate) process: Process,
    /// Commands to the browser, each ended by a zero byte.
    pub(crate) commands: PipeWriter,
    /// Its answers and events, each ended by a zero byte.
    pub(crate) messages: PipeReader,
    pub(crate) stderr: ChildStderr,
}

/// Whether the app runs as the system's superuser, where Chromium's own sandbox cannot work.
pub fn running_as_root() -> bool {
    is_root()
}

/// Secrets of the app that the browser has no business to inherit.
fn is_private(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSPHRASE",
        "API_KEY",
        "CREDENTIAL",
    ]
    .iter()
    .any(|part| name.contains(part))
}

/// The environment that a browser starts with.
fn dress(command: &mut std::process::Command, crash_dir: &std::path::Path) {
    without_secrets(command);
    command.env("BREAKPAD_DUMP_LOCATION", crash_dir);
}

/// Drops private variables from what the child inherits.
fn without_secrets(command: &mut std::process::Command) {
    for (name, _) in std::env::vars_os() {
        if is_private(&name) {
            command.env_remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn secrets_stay_with_the_app_and_the_display_reaches_the_browser() {
        for name in [
            "STUDIO_TOKEN",
            "STUDIO_VAULT_PASSPHRASE",
            "OPENAI_API_KEY",
            "aws_secret",
        ] {
            assert!(
                is_private(name.as_ref()),
                "{name} would show in the browser's environment"
            );
        }
        for name in ["DISPLAY", "HOME", "PATH", "LANG", "XDG_RUNTIME_DIR"] {
            assert!(
                !is_private(name.as_ref()),
                "{name} is needed by the browser"
            );
        }
    }
}
