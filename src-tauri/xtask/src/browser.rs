//! A browser to drive: the person's own, else one from the system's packages.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::packages::Manager;
use crate::place::Place;
use crate::process;

const INSTALL: Duration = Duration::from_secs(15 * 60);

/// Names under which Chromium, Chrome and Edge are started.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
];

/// How this machine comes by a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// There is one.
    Nothing,
    /// From the system's packages.
    Package,
    /// Google Chrome, with the page's tools. Ubuntu's chromium is a snap, whose confinement keeps it
    /// from the profile folders made here; Playwright's installer brings Chrome with the AppArmor
    /// profile that its sandbox needs.
    Chrome,
}

/// Looks for a browser to drive.
pub(crate) fn need(place: &Place) -> Need {
    if find(place).is_some() {
        Need::Nothing
    } else if ubuntu() {
        Need::Chrome
    } else {
        Need::Package
    }
}

/// Installs Google Chrome. Needs the page's packages.
pub(crate) fn install_chrome(place: &Place) -> Result<()> {
    println!("No browser to drive was found: installing Google Chrome.");
    let playwright = place
        .ui()
        .join("node_modules")
        .join(".bin")
        .join("playwright");
    process::run(
        place.command(playwright).args(["install", "chrome"]),
        INSTALL,
    )
    .context("Install Chrome from https://www.google.com/chrome, or set STUDIO_BROWSER")
}

/// The browser that is there: the person's choice first.
pub(crate) fn find(place: &Place) -> Option<PathBuf> {
    let chosen = std::env::var_os("STUDIO_BROWSER").map(PathBuf::from);
    let in_path = NAMES.iter().filter_map(|name| place.find_program(name));
    chosen
        .into_iter()
        .chain(in_path.filter(|program| !is_snap(program)))
        .chain(usual_places().into_iter().filter(|file| file.is_file()))
        .next()
}

/// Under /snap, or Ubuntu's /usr/bin/chromium-browser: a script that starts the snap or asks for it.
fn is_snap(program: &Path) -> bool {
    program.starts_with("/snap")
        || fs_err::metadata(program).is_ok_and(|file| file.len() < 65_536)
            && fs_err::read(program)
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains("/snap/bin"))
}

fn ubuntu() -> bool {
    Manager::of_this_system() == Some(Manager::Apt)
        && fs_err::read_to_string("/etc/os-release").is_ok_and(|text| text.contains("ubuntu"))
}

/// Where macOS and Windows keep what is not in `PATH`.
fn usual_places() -> Vec<PathBuf> {
    if cfg!(target_os = "macos") {
        return ["Google Chrome", "Chromium", "Microsoft Edge"]
            .map(|name| PathBuf::from(format!("/Applications/{name}.app/Contents/MacOS/{name}")))
            .to_vec();
    }
    if cfg!(target_os = "windows") {
        let bases = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];
        let files = [
            "Google/Chrome/Application/chrome.exe",
            "Microsoft/Edge/Application/msedge.exe",
        ];
        let bases = bases.iter().filter_map(std::env::var_os).map(PathBuf::from);
        return bases
            .flat_map(|base| files.map(|file| base.join(file)))
            .collect();
    }
    Vec::new()
}
