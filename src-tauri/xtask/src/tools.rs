//! Cargo's extensions that the tests need, with pinned versions.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::process;

/// Program, and the version that is installed where none at least as new is found. The newest that
/// were tried with the Rust version in the root manifest.
const TOOLS: [(&str, &str); 2] = [("cargo-deny", "0.20.2"), ("cargo-nextest", "0.9.143")];

const LOOK: Duration = Duration::from_secs(60);
const INSTALL: Duration = Duration::from_secs(40 * 60);

/// Installs what is missing into the user's cache folder, so that the next clone finds it.
pub(crate) fn ensure(place: &Place) -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let present = place
            .command("cargo")
            .args([subcommand, "--version"])
            .output();
        if !present.is_ok_and(|output| output.status.success()) {
            println!("Adding the toolchain's component {component}.");
            process::run(
                place
                    .command("rustup")
                    .args(["component", "add", component]),
                INSTALL,
            )?;
        }
    }
    for (name, wanted) in TOOLS {
        let wanted = semver::Version::parse(wanted)?;
        if version(place, name).is_some_and(|present| present >= wanted) {
            continue;
        }
        println!("Installing {name} {wanted} into {}.", place.tools.display());
        let mut command = place.command("cargo");
        command
            .args(["install", "--locked", "--quiet", "--root"])
            .arg(&place.tools);
        command.arg(format!("{name}@{wanted}"));
        // Built once and kept as a program: its build outputs are not worth keeping.
        command.env_remove("CARGO_TARGET_DIR");
        process::run(&mut command, INSTALL).with_context(|| {
            format!(
                "{name} could not be installed; by hand: cargo install --locked {name}@{wanted}"
            )
        })?;
    }
    Ok(())
}

/// Reads `cargo-nextest 0.9.143 (…)`.
fn version(place: &Place, name: &str) -> Option<semver::Version> {
    let program = place.find_program(name)?;
    let subcommand = name.strip_prefix("cargo-")?;
    let mut command = place.command(program);
    let answer = process::read(command.args([subcommand, "--version"]), LOOK).ok()?;
    semver::Version::parse(answer.split_whitespace().nth(1)?).ok()
}
