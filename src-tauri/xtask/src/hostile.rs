//! `cargo xtask hostile`: the whole set of hostile files, one isolated decoder each, and its table.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::place::Place;
use crate::process;

/// Some 2,200 files at well under a second each, twice, after the build of the release.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// What to read beside the generated files.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A folder of folders with photos; each folder becomes a row of the table.
    #[arg(long, value_name = "DIR")]
    photos: Option<PathBuf>,
}

/// Fails if a file broke the promise: a photo or a code, within 10 s and 512 MB.
pub(crate) fn hostile(place: &Place, options: &Options) -> Result<()> {
    let mut command = place.command("cargo");
    command.args([
        "run",
        "--release",
        "--locked",
        "--package",
        "images",
        "--example",
        "hostile",
        "--",
    ]);
    if let Some(photos) = &options.photos {
        let photos = fs_err::canonicalize(photos).context("The folder of photos cannot be used")?;
        command.arg("--photos").arg(photos);
    }
    process::run(&mut command, LIMIT)
}
