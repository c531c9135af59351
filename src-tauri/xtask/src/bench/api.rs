//! `cargo xtask bench api`: the example `bench_api` of the stories, with the `studio` of the release.

use std::time::Duration;

use anyhow::Result;

use crate::place::Place;
use crate::process;

/// The build of the release included.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// Prints the times of common requests and the server's memory.
pub(crate) fn bench(place: &Place) -> Result<()> {
    for what in [
        ["build", "-p", "studio"].as_slice(),
        &["run", "-p", "acceptance", "--example", "bench_api"],
    ] {
        let mut command = place.command("cargo");
        command
            .arg(what[0])
            .args(["--release", "--locked"])
            .args(&what[1..]);
        process::run(&mut command, LIMIT)?;
    }
    Ok(())
}
