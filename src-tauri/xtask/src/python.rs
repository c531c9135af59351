//! Programs of the Python package index, each in a folder of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::process;

const INSTALL: Duration = Duration::from_secs(20 * 60);

/// The interpreter of an environment below `folder` that has these packages; makes it where it is missing.
pub(crate) fn with(place: &Place, folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    if !python.is_file() {
        let Some(system) = ["python3", "python"]
            .into_iter()
            .find_map(|name| place.find_program(name))
        else {
            bail!("Python is missing. On Debian and Ubuntu: sudo apt-get install python3-venv");
        };
        process::run(
            place.command(system).args(["-m", "venv"]).arg(folder),
            INSTALL,
        )
        .context("Python cannot make a folder of its own: sudo apt-get install python3-venv")?;
    }
    let install = ["-m", "pip", "install", "--quiet"];
    process::run(place.command(&python).args(install).args(packages), INSTALL)?;
    Ok(python)
}
