//! `cargo xtask run`: from a fresh clone to the window in practice mode.

use std::env;
use std::time::Duration;

use anyhow::Result;

use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::{node, outputs, packages, practice, process};

const BUILD: Duration = Duration::from_secs(90 * 60);
/// The window stays open as long as the person likes.
const WINDOW: Duration = Duration::from_secs(30 * 24 * 3600);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do the main job on the command line even where there is a display.
    #[arg(long)]
    headless: bool,
    /// Build for speed: the build takes longer, the app is faster.
    #[arg(long)]
    release: bool,
}

/// Sets the machine up, builds, and opens the window or does the main job without one.
pub(crate) fn run(place: &mut Place, options: &Options) -> Result<()> {
    let _claim = outputs::claim(place)?;
    setup::set_up(place, Purpose::Run)?;
    let in_window = !options.headless && has_display();
    if !in_window {
        build(place, "studio", options.release)?;
        return practice::publish_a_sample(place, options.release);
    }
    println!("Building the page and the app. The first time takes several minutes.");
    process::run(&mut node::script(place, "build"), BUILD)?;
    build(place, "vintedbot-studio", options.release)?;
    println!("Opening the window in practice mode.");
    let mut window = place.command(place.built("studio-desktop", options.release));
    window.arg("--practice");
    if let Some((name, value, why)) = needed_by_root(place)? {
        println!("{why}");
        window.env(name, value);
    }
    process::run(&mut window, WINDOW)
}

/// Builds one package with the versions of Cargo.lock.
pub(crate) fn build(place: &Place, package: &str, release: bool) -> Result<()> {
    let mut command = place.command("cargo");
    command.args(["build", "--locked", "--package", package]);
    if release {
        command.arg("--release");
    }
    process::run(&mut command, BUILD)
}

/// Chromium does not start with its sandbox as root, as in a container: name, value, and what the
/// person is told. Empty for everybody else, and where the person chose the switches.
pub(crate) fn needed_by_root(
    place: &Place,
) -> Result<Option<(&'static str, &'static str, &'static str)>> {
    if env::var_os("STUDIO_BROWSER_ARGS").is_some() || !packages::is_root(place)? {
        return Ok(None);
    }
    Ok(Some((
        "STUDIO_BROWSER_ARGS",
        "--no-sandbox",
        "You are root: the browser is started without its sandbox (--no-sandbox). Do so for \
         practice only.",
    )))
}

fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}
