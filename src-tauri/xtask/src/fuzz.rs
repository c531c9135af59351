//! `cargo xtask fuzz`: the fuzz targets of `images`, one after the other, each for some time.
//!
//! What they find goes to `target/fuzz`. A file that upset a target belongs into the target's folder in
//! `src-tauri/crates/images/fuzz/corpus` once it is mended: CI replays that.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::process;

const TARGETS: [&str; 7] = [
    "sniff", "metadata", "jpeg", "png", "webp", "gif_tiff", "heif",
];
const FOLDER: &str = "src-tauri/crates/images/fuzz";
const VERSION: &str = "0.13.2";
/// The first build has the native decoders in it.
const BUILD: Duration = Duration::from_secs(60 * 60);

/// How long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Run this target only; may be given several times.
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
}

/// Stops at the first file that upsets a target; its path is in the output.
pub(crate) fn fuzz(place: &Place, options: &Options) -> Result<()> {
    if let Some(unknown) = options
        .only
        .iter()
        .find(|name| !TARGETS.contains(&name.as_str()))
    {
        bail!(
            "There is no target {unknown}. There are: {}.",
            TARGETS.join(", ")
        );
    }
    let present = place.command("cargo").args(["fuzz", "--version"]).output();
    if !present.is_ok_and(|output| output.status.success()) {
        println!("Installing cargo-fuzz {VERSION}.");
        let mut command = place.command("cargo");
        command.args([
            "install",
            "--locked",
            "--quiet",
            &format!("cargo-fuzz@{VERSION}"),
        ]);
        process::run(&mut command, BUILD)?;
    }
    // The very versions that ship.
    fs_err::copy(
        place.root.join("Cargo.lock"),
        place.root.join(FOLDER).join("Cargo.lock"),
    )?;
    for target in TARGETS {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == target) {
            continue;
        }
        println!("\n{target}: {} s", options.seconds);
        let found = place.target.join("fuzz").join(target);
        fs_err::create_dir_all(&found)?;
        let mut command = place.command("cargo");
        command
            // The sanitizer's flags are not stable; the toolchain has them all the same.
            .env("RUSTC_BOOTSTRAP", "1")
            // Everything is built with the sanitizer: in a folder of its own.
            .env("CARGO_TARGET_DIR", place.target.join("fuzz/build"))
            .args(["fuzz", "run", "--fuzz-dir", FOLDER, target])
            .arg(&found)
            .args([
                format!("{FOLDER}/corpus/{target}"),
                "src-tauri/crates/images/tests/fixtures".to_owned(),
            ])
            .arg("--")
            .arg(format!("-max_total_time={}", options.seconds))
            .args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536"])
            .arg("-print_final_stats=1");
        process::run(&mut command, BUILD + Duration::from_secs(options.seconds))?;
    }
    Ok(())
}
