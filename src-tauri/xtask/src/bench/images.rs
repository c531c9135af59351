//! `cargo xtask bench images`: the crate `images` beside Pillow and vipsthumbnail on the same photos.
//!
//! The peers are installed here: Pillow and pillow-heif into a folder of their own under `target`, vipsthumbnail as a
//! system package where that is allowed. Without vipsthumbnail the table has a row less and says so.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use crate::{packages, place::Place, process, python};

/// The build of the codecs in release included.
const BUILD: Duration = Duration::from_secs(60 * 60);
const INSTALL: Duration = Duration::from_secs(20 * 60);
const RUN: Duration = Duration::from_secs(3 * 60 * 60);

/// What to measure, and on which photos.
#[derive(Args)]
pub(crate) struct Options {
    /// A folder with `speed-jpeg` and `speed-heic`; without it, photos of 12 megapixels are made from the app's samples
    #[arg(long, value_name = "DIR")]
    photos: Option<PathBuf>,
    /// Rounds, interleaved
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Workers of each side
    #[arg(long, default_value_t = 2)]
    workers: u32,
    /// Also 50, 500 and 2,000 photos: time and memory
    #[arg(long)]
    long: bool,
    /// Instead of times: orientation, colour and leftover metadata of every file of `--photos`, by independent programs
    #[arg(long, requires = "photos")]
    exact: bool,
}

/// Builds the release of the crate's bench, installs the peers and prints the tables.
pub(crate) fn bench(place: &Place, options: &Options) -> Result<()> {
    let build = [
        "build",
        "--release",
        "--locked",
        "-p",
        "images",
        "--example",
        "bench_images",
    ];
    process::run(place.command("cargo").args(build), BUILD)?;
    let folder = place.target.join("bench/python");
    // The peers' newest versions.
    let peers = ["--upgrade", "pillow", "pillow-heif", "numpy"];
    let python = python::with(place, &folder, &peers)?;
    if options.exact {
        system_package(place, "exiftool", "libimage-exiftool-perl");
    } else {
        system_package(place, "vipsthumbnail", "libvips-tools");
    }
    let script = if options.exact {
        "exact.py"
    } else {
        "compare.py"
    };
    let mut command = place.command(python);
    command
        .arg(
            place
                .root
                .join("src-tauri/crates/images/bench")
                .join(script),
        )
        .arg("--program")
        .arg(place.target.join("release/examples/bench_images"))
        .arg("--work")
        .arg(place.target.join("bench/images"));
    if let Some(photos) = &options.photos {
        command.arg("--photos").arg(photos);
    }
    if !options.exact {
        command
            .arg("--samples")
            .arg(place.root.join("src-tauri/samples"))
            .args(["--rounds", &options.rounds.to_string()])
            .args(["--workers", &options.workers.to_string()]);
        if options.long {
            command.arg("--long");
        }
    }
    process::run(&mut command, RUN)
}

/// Installs a Debian package for a program that is missing, where that is allowed; says what to do where it is not.
fn system_package(place: &Place, program: &str, package: &str) {
    if place.find_program(program).is_some() {
        return;
    }
    let arguments = ["install", "--yes", "--no-install-recommends", package];
    let installed = place
        .find_program("apt-get")
        .context("no apt-get")
        .and_then(|_| packages::as_root(place, "apt-get"))
        .and_then(|mut command| process::run(command.args(arguments), INSTALL));
    if let Err(error) = installed {
        println!(
            "{program} is missing and cannot be installed ({error:#}). By hand: sudo apt-get install {package}"
        );
    }
}
