//! `cargo xtask measure`: the figures of docs/measurements.md, from the release build.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::practice::Practice;
use crate::setup::{self, Purpose};
use crate::{node, outputs, process, run};

/// Rounds of each time; the median is quoted.
const ROUNDS: usize = 5;
/// Of each variant: there are many.
const VARIANT_ROUNDS: usize = 3;
const PHOTOS: [&str; 3] = ["IMG_2041.HEIC", "IMG_2042.HEIC", "IMG_2043.JPG"];
const BUILD: Duration = Duration::from_secs(90 * 60);
/// For the window to come to rest.
const REST: Duration = Duration::from_secs(15);

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measure the debug build, as CI runs it, instead of the release.
    #[arg(long)]
    debug: bool,
    /// Measure prepare and publish on each variant of the practice marketplace, and nothing else.
    #[arg(long)]
    variants: bool,
}

/// A site that is not quite the known one: the switches of the practice marketplace, as JSON.
struct Variant {
    what: &'static str,
    switches: &'static str,
}

/// Those of issue and bed (`vinted/src/bed/variants.rs`).
const VARIANTS: &[Variant] = &[
    Variant {
        what: "as known",
        switches: "{}",
    },
    Variant {
        what: "all test ids gone",
        switches: r#"{"missing_test_ids": true}"#,
    },
    Variant {
        what: "all ids gone",
        switches: r#"{"missing_ids": true}"#,
    },
    Variant {
        what: "both gone: labels and roles only",
        switches: r#"{"missing_test_ids": true, "missing_ids": true}"#,
    },
    Variant {
        what: "in German, both gone",
        switches: r#"{"language": "de", "missing_test_ids": true, "missing_ids": true}"#,
    },
    Variant {
        what: "modal pickers with a Done button",
        switches: r#"{"layout": "narrow"}"#,
    },
    Variant {
        what: "fields drawn anew while being filled",
        switches: r#"{"rerender": true}"#,
    },
    Variant {
        what: "the first click on each control swallowed",
        switches: r#"{"swallowed_click": {"each_control": true}}"#,
    },
    Variant {
        what: "the price mounts 1.5 s late",
        switches: r#"{"price_mount_delay_ms": 1500}"#,
    },
    Variant {
        what: "an authenticity modal after the brand",
        switches: r#"{"authenticity_modal": {"every_brand": true}}"#,
    },
    Variant {
        what: "a bounce from the direct address",
        switches: r#"{"bounce": {}}"#,
    },
    Variant {
        what: "a slow site: 120 ms more for every answer, 1.5 s for brands",
        switches: r#"{"delay_ms": 120, "brand_delay_ms": 1500}"#,
    },
];
/// The summer dress of practice.toml by its id, since paths are in the site's language.
const CATEGORY: &str = "category=1055";
/// A brand that the site knows, so that its search is measured too.
const BRAND: &str = "brand=Levi's";

/// Builds the release, measures, and prints rows for docs/measurements.md.
pub(crate) fn measure(place: &mut Place, options: &Options) -> Result<()> {
    let release = !options.debug;
    let _claim = outputs::claim(place)?;
    if options.variants {
        setup::set_up(place, Purpose::RustTest)?;
        run::build(place, "studio", release)?;
        return variants(place, release);
    }
    setup::set_up(place, Purpose::Test)?;
    process::run(&mut node::script(place, "build"), BUILD)?;
    run::build(place, "studio", release)?;
    run::build(place, "vintedbot-studio", release)?;
    let profile = if release { "release" } else { "debug" };
    println!("\n| what ({profile} build) | figure |\n|---|---|");
    for name in ["studio", "studio-desktop"] {
        let bytes = fs_err::metadata(place.built(name, release))?.len();
        row(
            &format!("binary of `{name}`, {profile} build"),
            &megabytes(bytes),
        );
    }
    times(place, release)?;
    if cfg!(target_os = "linux") {
        row(
            "window at rest in practice mode, memory (PSS) of all its processes",
            &window(place, release)?,
        );
    }
    Ok(())
}

fn row(what: &str, figure: &str) {
    println!("| {what} | {figure} |");
}

/// Import, then prepare and publish: as commands of their own, and in one process as the window does it.
fn times(place: &Place, release: bool) -> Result<()> {
    let practice = Practice::start(place, release)?;
    let (mut import, mut prepare, mut publish, mut both) = (vec![], vec![], vec![], vec![]);
    for round in 0..ROUNDS {
        let (draft, took) = practice.draft(&PHOTOS)?;
        import.push(took);
        let start = Instant::now();
        let prepared = practice.json(&["prepare", &draft])?;
        prepare.push(start.elapsed());
        let token = prepared["confirm_token"]
            .as_str()
            .context("`studio prepare` gave no token")?;
        let start = Instant::now();
        let published = practice.json(&[
            "publish",
            token,
            "--live",
            "--idempotency-key",
            &format!("r{round}"),
        ])?;
        publish.push(start.elapsed());
        if !published["listing_id"].is_string() {
            bail!("nothing was published: {published}");
        }
        let (draft, _) = practice.draft(&PHOTOS)?;
        both.push(queued(&practice, &draft)?);
    }
    let n = PHOTOS.len();
    row(
        &format!("import of {n} photos, 2 of them HEIC (`studio import`)"),
        &median(import),
    );
    row(
        &format!("prepare with {n} photos (`studio prepare`)"),
        &median(prepare),
    );
    row(
        "publish from a later process: fill again, compare, click, read back (`studio publish`)",
        &median(publish),
    );
    row(
        &format!("prepare and publish in one process, {n} photos (a queued job)"),
        &median(both),
    );
    Ok(())
}

/// Prepare and publish in one process on each variant, in a data folder of its own: budgets count by folder.
fn variants(place: &Place, release: bool) -> Result<()> {
    let profile = if release { "release" } else { "debug" };
    let mut rows = Vec::new();
    for variant in VARIANTS {
        let practice = Practice::start(place, release)?;
        practice.switch(variant.switches)?;
        let mut times = Vec::new();
        for _ in 0..VARIANT_ROUNDS {
            let (draft, _) = practice.draft(&PHOTOS)?;
            practice.json(&["drafts", "set", &draft, CATEGORY, BRAND])?;
            times.push(queued(&practice, &draft)?);
        }
        rows.push((variant.what, median(times)));
    }
    println!("\n| prepare and publish, 3 photos ({profile} build) | figure |\n|---|---|");
    rows.iter().for_each(|(what, figure)| row(what, figure));
    Ok(())
}

/// How long the job of a draft took, which must succeed.
fn queued(practice: &Practice<'_>, draft: &str) -> Result<Duration> {
    practice.json(&["queue", "add", draft, "--live"])?;
    let ran = practice.json(&["queue", "run", "--until-empty"])?;
    let jobs = ran["jobs"]
        .as_array()
        .context("`studio queue run` named no jobs")?;
    let job = jobs
        .iter()
        .find(|j| j["item_id"] == draft)
        .context("the job is gone")?;
    if job["status"] != "success" {
        bail!("the job did not succeed: {job}");
    }
    let millis = job["duration_ms"].as_u64().context("no duration")?;
    Ok(Duration::from_millis(millis))
}

/// Median, and the range around it.
fn median(mut times: Vec<Duration>) -> String {
    times.sort();
    let seconds = |t: Option<&Duration>| t.map_or(0.0, Duration::as_secs_f64);
    format!(
        "{:.1} s ({:.1} to {:.1}, {} rounds)",
        seconds(times.get(times.len() / 2)),
        seconds(times.first()),
        seconds(times.last()),
        times.len()
    )
}

#[allow(clippy::cast_precision_loss, reason = "a figure with one decimal")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The window on a virtual screen, left alone, then looked at: the app and the web processes that it started.
fn window(place: &Place, release: bool) -> Result<String> {
    let data = tempfile::tempdir()?;
    let mut app = place
        .command("xvfb-run")
        .args([
            "-a",
            "-s",
            "-screen 0 1280x840x24",
            "dbus-run-session",
            "--",
        ])
        .arg(place.built("studio-desktop", release))
        .arg("--practice")
        .env("STUDIO_DATA_DIR", data.path())
        .env("STUDIO_VAULT", "file")
        .env("STUDIO_VAULT_PASSPHRASE", "measure")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("the window could not be started")?;
    std::thread::sleep(REST);
    let measured = memory_of(&data.path().display().to_string());
    let asked = end_processes_of(&data.path().display().to_string());
    // The wrapper ends with the app.
    let _ = app.wait();
    asked?;
    let bytes = measured?;
    if bytes == 0 {
        bail!("the window did not start");
    }
    Ok(megabytes(bytes))
}

/// Processes whose environment names the data folder: the app, and WebKit's, which inherit it.
fn processes_of(data: &str) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir("/proc")? {
        let path = entry?.path();
        let named = |file: &Path| {
            fs_err::read(file).is_ok_and(|text| String::from_utf8_lossy(&text).contains(data))
        };
        let own = std::process::id().to_string();
        let number = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().parse::<u32>().is_ok());
        if number && path.file_name() != Some(own.as_ref()) && named(&path.join("environ")) {
            found.push(path);
        }
    }
    Ok(found)
}

fn memory_of(data: &str) -> Result<u64> {
    let mut bytes = 0;
    for process in processes_of(data)? {
        let name = fs_err::read_to_string(process.join("comm")).unwrap_or_default();
        if !(name.starts_with("studio") || name.starts_with("WebKit")) {
            continue;
        }
        let rollup = fs_err::read_to_string(process.join("smaps_rollup")).unwrap_or_default();
        let kilobytes = rollup
            .lines()
            .find_map(|l| l.strip_prefix("Pss:"))
            .and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
        bytes += kilobytes.unwrap_or(0) * 1024;
    }
    Ok(bytes)
}

fn end_processes_of(data: &str) -> Result<()> {
    for process in processes_of(data)? {
        let name = fs_err::read_to_string(process.join("comm")).unwrap_or_default();
        if name.starts_with("studio")
            && let Some(pid) = process.file_name()
        {
            process::run(
                std::process::Command::new("kill").arg(pid),
                Duration::from_secs(5),
            )?;
        }
    }
    Ok(())
}
