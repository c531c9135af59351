//! What share of drafts is ready: made-up rolls through the very `studio` that people run, in release.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::place::Place;
use crate::process;

/// The builds in release included.
pub(super) const BUILD: Duration = Duration::from_secs(90 * 60);
/// One command of the program.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Rolls, of some seventy photos each.
const ROLLS: u64 = 4;
const ITEMS: &str = "20";

/// Which garments of a roll have a photo of their label. What no photo shows, only the person can fill in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    /// Each, with its brand and a size.
    Each,
    /// Somewhat more than half.
    NowAndThen,
}

/// What was counted over all rolls.
#[derive(Default)]
struct Counts {
    photos: usize,
    drafts: usize,
    /// Drafts whose photos are all those of one garment, and no others.
    whole: usize,
    garments: usize,
    before: usize,
    after_click: usize,
    /// Of the drafts that are one garment, whole.
    whole_after_click: usize,
    after_no_brand: usize,
    /// What is missing after one click, by its code.
    missing: BTreeMap<String, usize>,
    took: Duration,
}

/// Prints the share of drafts that are ready before any touch, and after one click each.
pub(crate) fn bench(place: &Place, garments: &Path, fonts: Option<&Path>) -> Result<()> {
    let mut build = place.command("cargo");
    build.args(["build", "--release", "--locked", "-p", "studio"]);
    process::run(&mut build, BUILD)?;
    let studio = place.built("studio", true);
    for labels in [Labels::Each, Labels::NowAndThen] {
        let mut counts = Counts::default();
        for seed in 1..=ROLLS {
            let folder = tempfile::tempdir()?;
            let roll = folder.path().join("roll");
            write_roll(place, (garments, fonts), &roll, (seed, ITEMS), labels)?;
            one_roll(
                &Studio {
                    program: studio.clone(),
                    data: folder.path().join("data"),
                },
                &roll,
                &mut counts,
            )?;
        }
        tell(&counts, labels);
    }
    Ok(())
}

/// Writes a made-up roll of that many garments, and beside it which garment each photo is of.
pub(super) fn write_roll(
    place: &Place,
    (garments, fonts): (&Path, Option<&Path>),
    to: &Path,
    (seed, items): (u64, &str),
    labels: Labels,
) -> Result<()> {
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
    ]);
    command.args([
        "write-roll",
        "--items",
        items,
        "--seed",
        &seed.to_string(),
        "--garments",
    ]);
    command.arg(garments).arg("--to").arg(to);
    if let Some(fonts) = fonts {
        command.arg("--fonts").arg(fonts);
    }
    if labels == Labels::Each {
        command.arg("--labelled");
    }
    process::run(&mut command, BUILD)
}

/// The program on a data folder of its own.
struct Studio {
    program: PathBuf,
    data: PathBuf,
}

impl Studio {
    fn call(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .arg("--json")
            .arg("--data-dir")
            .arg(&self.data);
        command.env("STUDIO_LOG", "warn");
        let output = process::read(&mut command, LIMIT)?;
        serde_json::from_str(&output).context("`studio --json` writes JSON")
    }
}

fn one_roll(studio: &Studio, roll: &Path, counts: &mut Counts) -> Result<()> {
    // The garments' makers say nothing of whom they are for; the program fills in categories for who does.
    studio.call(&["settings", "set", "audience=women"])?;
    let begun = Instant::now();
    let imported = studio.call(&["import", &roll.to_string_lossy()])?;
    counts.took += begun.elapsed();
    let of = garments_of(&roll.with_extension("csv"))?;
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for garment in of.values() {
        *sizes.entry(garment).or_default() += 1;
    }
    counts.garments += sizes.len();
    counts.photos += of.len();
    for draft in list(&imported, "drafts") {
        counts.drafts += 1;
        let photos: Vec<&str> = list(draft, "photos")
            .filter_map(|photo| of.get(photo["filename"].as_str()?).map(String::as_str))
            .collect();
        let first = photos.first().copied().unwrap_or_default();
        let one = photos.iter().all(|garment| *garment == first);
        let whole = one && sizes.get(first) == Some(&photos.len());
        counts.whole += usize::from(whole);
        counts.before += usize::from(is_ready(draft));
        let id = draft["id"].as_str().unwrap_or_default();
        // One click: what is offered is taken as it is. A draft without offers stays.
        let clicked = studio
            .call(&["drafts", "accept", id])
            .unwrap_or_else(|_| draft.clone());
        counts.after_click += usize::from(is_ready(&clicked));
        counts.whole_after_click += usize::from(whole && is_ready(&clicked));
        for code in list(&clicked, "missing_fields").filter_map(Value::as_str) {
            *counts.missing.entry(code.to_owned()).or_default() += 1;
        }
        let mut last = clicked;
        if last["brand"].is_null() {
            studio.call(&["drafts", "set", id, "brand=Sans marque"])?;
            // Texts and prices follow.
            studio.call(&["analyze", id])?;
            last = studio.call(&["drafts", "show", id])?;
        }
        counts.after_no_brand += usize::from(is_ready(&last));
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn is_ready(draft: &Value) -> bool {
    draft["flags"]["publish_ready"] == true
}

/// Which garment each file is of.
fn garments_of(table: &Path) -> Result<BTreeMap<String, String>> {
    let text = fs_err::read_to_string(table)?;
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    Ok(rows
        .map(|(file, garment)| (file.to_owned(), garment.to_owned()))
        .collect())
}

fn tell(counts: &Counts, labels: Labels) {
    let share =
        |part: usize, whole: usize| format!("{part} of {whole} ({} %)", part * 100 / whole.max(1));
    println!(
        "\nDrafts of {ROLLS} made-up rolls, {} photos, {} garments ({}), through `studio import`:\n",
        counts.photos,
        counts.garments,
        match labels {
            Labels::Each => "each with a photo of its label",
            Labels::NowAndThen => "somewhat more than half with a photo of their label",
        }
    );
    println!("| what | share |\n|---|---|");
    println!(
        "| drafts that are one garment, whole | {} |",
        share(counts.whole, counts.drafts)
    );
    println!(
        "| ready before any touch | {} |",
        share(counts.before, counts.drafts)
    );
    println!(
        "| ready after one click (`drafts accept`) | {} |",
        share(counts.after_click, counts.drafts)
    );
    println!(
        "| the same of those that are one garment, whole | {} |",
        share(counts.whole_after_click, counts.whole)
    );
    println!(
        "| ready after that and \"no brand\" where no label names one | {} |",
        share(counts.after_no_brand, counts.drafts)
    );
    for (code, number) in &counts.missing {
        println!(
            "| after one click still `{code}` | {} |",
            share(*number, counts.drafts)
        );
    }
    println!(
        "\n{:.0} ms a photo from file to filled draft.",
        counts.took.as_secs_f64() * 1000.0 / counts.photos.max(1) as f64
    );
}
