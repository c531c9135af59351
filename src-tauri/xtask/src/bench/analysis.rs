//! `cargo xtask bench grouping` and `cargo xtask bench analysis`: the example `bench_analysis` of the crate `analysis`, in release.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::place::Place;
use crate::process;

/// The build in release included.
const LIMIT: Duration = Duration::from_secs(90 * 60);

/// Which photos to measure on.
#[derive(Args)]
pub(crate) struct Options {
    /// Photos of clothes with `train` and `validation`, a folder a class, as clothing-dataset-small has them
    #[arg(long, value_name = "DIR")]
    pub(super) garments: PathBuf,
    /// TrueType fonts for the labels; without it, those of the system
    #[arg(long, value_name = "DIR")]
    pub(super) fonts: Option<PathBuf>,
}

/// Prints the tables of `what`: `grouping` or `analysis`.
pub(crate) fn bench(place: &Place, what: &str, options: &Options) -> Result<()> {
    if !options.garments.join("validation").is_dir() {
        bail!(
            "{} has no folder `validation` with a folder a class in it. A set of such photos (CC0): \
             github.com/alexeygrigorev/clothing-dataset-small",
            options.garments.display()
        );
    }
    let mut command = place.command("cargo");
    command.args([
        "run",
        "--release",
        "--locked",
        "-p",
        "analysis",
        "--example",
        "bench_analysis",
        "--",
        what,
        "--garments",
    ]);
    command.arg(&options.garments);
    if let Some(fonts) = &options.fonts {
        command.arg("--fonts").arg(fonts);
    }
    process::run(&mut command, LIMIT)
}
