//! Node for the page: the system's where it is new enough, else one from the npm registry.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::process;

/// The oldest major version that the page's tools run on (`engines` in ui/package.json).
const OLDEST: u64 = 24;

/// What is brought where the system's Node is older. The npm package `node` carries the binary of
/// its platform; npm comes along, since a distribution's npm works with the distribution's Node only.
const OWN: &str = r#"{
  "private": true,
  "description": "Made by cargo xtask: the Node that the page is built with.",
  "dependencies": { "node": "24.21.0", "npm": "11.21.2" },
  "allowScripts": { "node": true }
}
"#;

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
const LOOK: Duration = Duration::from_secs(60);
const INSTALL: Duration = Duration::from_secs(15 * 60);

/// Puts a Node of at least [`OLDEST`] first in `place`'s `PATH`, bringing one if need be.
pub(crate) fn ensure(place: &mut Place) -> Result<()> {
    let present = version(place, "node");
    if present
        .as_ref()
        .is_some_and(|version| version.major >= OLDEST)
    {
        return Ok(());
    }
    let tools = place.ui().join(".tools");
    let programs = tools.join("node_modules").join(".bin");
    let manifest = tools.join("package.json");
    let current = fs_err::read_to_string(&manifest).is_ok_and(|text| text == OWN);
    if !current || !programs.is_dir() {
        let Some(present) = present else {
            bail!(
                "Node is missing. Install it from https://nodejs.org, or on Debian and Ubuntu with: \
                 sudo apt-get install nodejs npm"
            );
        };
        println!("Node {present} is older than {OLDEST}: bringing Node {OLDEST} into ui/.tools.");
        bring(place, &tools)?;
    }
    place.put_first_in_path(programs);
    match version(place, "node") {
        Some(version) if version.major >= OLDEST => Ok(()),
        _ => {
            // Half an installation must not be taken for a whole one at the next start.
            fs_err::remove_file(&manifest)?;
            bail!(
                "The Node in ui/.tools does not start. Install Node {OLDEST} from https://nodejs.org."
            )
        }
    }
}

/// Installs the page's packages from the lock file, if that changed since it was last done.
pub(crate) fn install_page_packages(place: &Place) -> Result<()> {
    let lock = fs_err::read(place.ui().join("package-lock.json"))?;
    let modules = place.ui().join("node_modules");
    let stamp = modules.join(".installed-package-lock.json");
    if fs_err::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the page's packages from ui/package-lock.json.");
    // `npm ci` begins by removing node_modules and with it the stamp: an interrupted installation
    // is done again. No package's own install script runs.
    let mut command = npm(place, &place.ui());
    command.args([
        "ci",
        "--ignore-scripts",
        "--include=dev",
        "--no-audit",
        "--no-fund",
    ]);
    process::run(command.arg("--fetch-retries=5"), INSTALL)?;
    fs_err::write(&stamp, lock)?;
    Ok(())
}

/// `npm run SCRIPT` of the page.
pub(crate) fn script(place: &Place, script: &str) -> std::process::Command {
    let mut command = npm(place, &place.ui());
    command.args(["run", "--silent", script]);
    command
}

fn npm(place: &Place, folder: &Path) -> std::process::Command {
    let program = place.find_program("npm").unwrap_or_else(|| NPM.into());
    let mut command = place.command(program);
    command.current_dir(folder);
    command
}

fn bring(place: &Place, tools: &Path) -> Result<()> {
    if place.find_program("npm").is_none() {
        bail!("npm is missing. On Debian and Ubuntu: sudo apt-get install npm");
    }
    fs_err::create_dir_all(tools)?;
    let manifest = tools.join("package.json");
    fs_err::write(&manifest, OWN)?;
    let mut command = npm(place, tools);
    command.args(["install", "--no-audit", "--no-fund", "--fetch-retries=5"]);
    let outcome = process::run(&mut command, INSTALL);
    if outcome.is_err() {
        fs_err::remove_file(&manifest)?;
    }
    outcome.context(format!(
        "Node {OLDEST} could not be brought; install it from https://nodejs.org"
    ))
}

/// The version of the Node found first, if there is one that starts.
fn version(place: &Place, program: &str) -> Option<semver::Version> {
    let program = place.find_program(program)?;
    let answer = process::read(place.command(program).arg("--version"), LOOK).ok()?;
    semver::Version::parse(answer.trim().trim_start_matches('v')).ok()
}
