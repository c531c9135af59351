//! macOS (and other Unix): no signal on the parent's death, but Chromium quits by itself when its
//! pipe closes, which the system does for a dead app.
use super::{
    Spawned,
    unix::{output_of, spawn_with},
};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Starts the program; blocks until it was executed or refused.
pub(crate) fn spawn(program: &Path, args: Vec<OsString>, crash_dir: &Path) -> io::Result<Spawned> {
    spawn_with(program, &args, crash_dir, || Ok(()))
}

/// Arguments of a living process; `None` for a dead one. `ps` joins them by spaces, so a folder
/// with spaces is found in none of the pieces: the whole line is a further piece.
pub(super) fn command_line(pid: libc::pid_t) -> Option<Vec<String>> {
    let line = output_of(
        Command::new("/bin/ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]),
        Duration::from_secs(5),
    )
    .ok()?;
    // Every switch starts with two dashes: cut there, not at spaces inside a path.
    let pieces = line.split(" --").enumerate().map(|(at, piece)| {
        if at == 0 {
            piece.to_owned()
        } else {
            format!("--{piece}")
        }
    });
    (!line.is_empty()).then(|| pieces.collect())
}

pub(crate) fn has_display() -> bool {
    cfg!(target_os = "macos") || std::env::var_os("DISPLAY").is_some()
}

pub(crate) fn installed() -> Vec<PathBuf> {
    let bundles = [
        "Chromium.app/Contents/MacOS/Chromium",
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];
    let mut roots = vec![PathBuf::from("/Applications")];
    if let Some(home) = std::env::var_os("HOME") {
        roots.push(PathBuf::from(home).join("Applications"));
    }
    roots
        .iter()
        .flat_map(|root| bundles.iter().map(move |bundle| root.join(bundle)))
        .collect()
}
