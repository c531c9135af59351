//! Five hundred photos through the whole program: `studio import` with looking, in release; time and peak memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::ready::{BUILD, Labels, write_roll};
use crate::place::Place;
use crate::process;

/// Photos of the roll.
const PHOTOS: usize = 500;
/// Garments that give at least as many.
const ITEMS: &str = "160";
/// The import.
const LIMIT: Duration = Duration::from_secs(60 * 60);
/// Between two looks at the memory.
const GLANCE: Duration = Duration::from_millis(100);

/// Prints how long the import of 500 photos takes and the most memory that all its processes have together.
pub(crate) fn bench(place: &Place, garments: &Path, fonts: Option<&Path>) -> Result<()> {
    let mut build = place.command("cargo");
    build.args(["build", "--release", "--locked", "-p", "studio"]);
    process::run(&mut build, BUILD)?;
    let studio = place.built("studio", true);
    let folder = tempfile::tempdir()?;
    let roll = folder.path().join("roll");
    write_roll(
        place,
        (garments, fonts),
        &roll,
        (1, ITEMS),
        Labels::NowAndThen,
    )?;
    keep_first(&roll)?;
    println!(
        "\n| {PHOTOS} photos through `studio import` | without looking | with looking |\n|---|---|---|"
    );
    let plain = import(&studio, &folder.path().join("plain"), &roll, false)?;
    let looked = import(&studio, &folder.path().join("looked"), &roll, true)?;
    println!(
        "| time | {:.1} s | {:.1} s |",
        plain.took.as_secs_f64(),
        looked.took.as_secs_f64()
    );
    println!(
        "| the same for each photo | {:.0} ms | {:.0} ms |",
        plain.took.as_secs_f64() * 1000.0 / PHOTOS as f64,
        looked.took.as_secs_f64() * 1000.0 / PHOTOS as f64
    );
    println!(
        "| peak memory (PSS) of the program and its decoders | {} MB | {} MB |",
        plain.peak / 1_000_000,
        looked.peak / 1_000_000
    );
    println!("| drafts | {} | {} |", plain.drafts, looked.drafts);
    Ok(())
}

/// A roll of exactly [`PHOTOS`]: those after them go.
fn keep_first(roll: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = fs_err::read_dir(roll)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    if files.len() < PHOTOS {
        bail!("The roll has {} photos only.", files.len());
    }
    for file in files.drain(PHOTOS..) {
        fs_err::remove_file(file)?;
    }
    Ok(())
}

struct Imported {
    took: Duration,
    peak: u64,
    drafts: usize,
}

fn import(studio: &Path, data: &Path, roll: &Path, look: bool) -> Result<Imported> {
    let call = |arguments: &[&str]| {
        let mut command = Command::new(studio);
        command
            .args(arguments)
            .arg("--json")
            .arg("--data-dir")
            .arg(data);
        command.env("STUDIO_LOG", "warn");
        process::read(&mut command, LIMIT)
    };
    call(&[
        "settings",
        "set",
        "audience=women",
        &format!("analysis={look}"),
    ])?;
    let (over, peak) = (AtomicBool::new(false), AtomicU64::new(0));
    let begun = Instant::now();
    let answer = thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                peak.fetch_max(memory_below(std::process::id()), Ordering::Relaxed);
                thread::sleep(GLANCE);
            }
        });
        let answer = call(&["import", &roll.to_string_lossy()]);
        over.store(true, Ordering::Relaxed);
        answer
    })?;
    let answer: Value = serde_json::from_str(&answer).context("`studio --json` writes JSON")?;
    Ok(Imported {
        took: begun.elapsed(),
        peak: peak.load(Ordering::Relaxed),
        drafts: answer["drafts"].as_array().map_or(0, Vec::len),
    })
}

/// Memory of all processes that this one started, and of those that they did (bytes; shared pages in parts).
fn memory_below(root: u32) -> u64 {
    let mut parents: HashMap<u32, u32> = HashMap::new();
    for entry in fs_err::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let stat = fs_err::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // After the name, which may hold blanks and brackets: state, parent.
        let parent = stat
            .rsplit_once(')')
            .and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            parents.insert(pid, parent);
        }
    }
    let below = |pid: u32| {
        let mut at = pid;
        for _ in 0..16 {
            match parents.get(&at) {
                Some(&parent) if parent == root => return true,
                Some(&parent) => at = parent,
                None => return false,
            }
        }
        false
    };
    parents
        .keys()
        .filter(|pid| below(**pid))
        .map(|pid| memory_of(*pid))
        .sum()
}

fn memory_of(pid: u32) -> u64 {
    let kilobytes = |file: &str, name: &str| {
        let text = fs_err::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<u64>()
            .ok()
    };
    // An isolated process may show only how much it has, not with whom it shares that.
    kilobytes("smaps_rollup", "Pss:")
        .or_else(|| kilobytes("status", "VmRSS:"))
        .unwrap_or(0)
        * 1024
}
