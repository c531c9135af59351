//! `cargo xtask bench queue`: the example `bench_queue` of the crate `queue`, in release.

use std::time::Duration;

use anyhow::Result;

use crate::place::Place;
use crate::process;

/// The build of SQLite in release included.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Prints the medians of claiming, listing and adding at 10,000 queued jobs.
pub(crate) fn bench(place: &Place) -> Result<()> {
    process::run(
        place.command("cargo").args([
            "run",
            "--release",
            "--locked",
            "-p",
            "queue",
            "--example",
            "bench_queue",
        ]),
        LIMIT,
    )
}
