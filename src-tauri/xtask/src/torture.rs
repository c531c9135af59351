//! `cargo xtask torture`: the long forms of what CI runs short, and their figures.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::steps::{self, Choice};
use crate::{outputs, process, run};

/// The longest step, on a busy machine.
const LIMIT: Duration = Duration::from_secs(3 * 60 * 60);
/// Where `--write` puts the figures, up to the next heading.
const DOCUMENT: &str = "docs/measurements.md";
const HEADING: &str = "## Crashes";

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    steps: Choice,
    /// Which breaks and faults of the crashes and the storage: the same seed repeats them.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Of the crashes, only so many runs: as many of each fault.
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Put the figures into docs/measurements.md.
    #[arg(long)]
    write: bool,
}

struct Step {
    name: &'static str,
    what: &'static str,
    /// Package and nextest filter.
    package: &'static str,
    filter: &'static str,
    /// How long form and seed are asked for.
    environment: &'static [(&'static str, &'static str)],
    /// Its tests are marked as ignored, since they are too long for CI in any form.
    ignored: bool,
}

impl steps::Step for Step {
    fn name(&self) -> &'static str {
        self.name
    }

    fn what(&self) -> &'static str {
        self.what
    }
}

/// In the order in which a person would want to hear of a failure.
const STEPS: &[Step] = &[
    Step {
        name: "crashes",
        what: "every named place, broken in five ways, with a real browser",
        package: "acceptance",
        filter: "binary(torture) & test(=every_break_never_publishes_twice)",
        environment: &[],
        ignored: true,
    },
    Step {
        name: "histories",
        what: "5,000 random histories of the protocol against a model of it",
        package: "store",
        filter: "binary(protocol) & test(every_history_keeps_the_promises)",
        environment: &[("HISTORIES", "5000")],
        ignored: false,
    },
    Step {
        name: "races",
        what: "500 races of windows, command line and queue for one confirmation",
        package: "store",
        filter: "binary(protocol) & test(of_several_that_press_at_once_one_publishes)",
        environment: &[("RACES", "500")],
        ignored: false,
    },
    Step {
        name: "queue",
        what: "2,000 random histories of the queue with deaths and jumps of the clock, and as many of its rules",
        package: "queue",
        filter: "binary(deaths_and_clocks) | binary(histories)",
        environment: &[("HISTORIES", "2000")],
        ignored: false,
    },
    Step {
        name: "budgets",
        what: "2,000 random histories of the budgets over restarts and jumps of the clock",
        package: "store",
        filter: "binary(budgets)",
        environment: &[("HISTORIES", "2000")],
        ignored: false,
    },
    Step {
        name: "storage",
        what: "every system call that writes made to fail, random kills, a full disk",
        package: "acceptance",
        filter: "binary(storage) - test(round_trip)",
        environment: &[("SWEEP", "full")],
        ignored: false,
    },
    Step {
        name: "round-trips",
        what: "500 random stores exported and restored elsewhere",
        package: "acceptance",
        filter: "binary(storage) & test(round_trip)",
        environment: &[("STORES", "500")],
        ignored: false,
    },
    Step {
        name: "secrets",
        what: "24 planted secrets in ten encodings looked for in all that is written, over 300 errors",
        package: "acceptance",
        filter: "binary(secrets)",
        environment: &[("SWEEP", "full")],
        ignored: false,
    },
    Step {
        name: "challenges",
        what: "every challenge, wall and log-in page at every step",
        package: "vinted",
        filter: "test(whatever_asks_for_the_person_stops_everything)",
        environment: &[("CHALLENGES", "all")],
        ignored: false,
    },
    Step {
        name: "mutants",
        what: "300 drifted forms",
        package: "vinted",
        filter: "test(mutants)",
        environment: &[("MUTANTS", "300")],
        ignored: false,
    },
];

/// Runs the steps to the last, then fails if one failed.
pub(crate) fn torture(place: &mut Place, options: &Options) -> Result<()> {
    let steps = options.steps.of(STEPS, "torture")?;
    if steps.is_empty() {
        return Ok(());
    }
    let _claim = outputs::claim(place)?;
    setup::set_up(place, Purpose::RustTest)?;
    run::build(place, "studio", false)?;
    let report = place.target.join("torture.json");
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.what);
        if report.exists() {
            fs_err::remove_file(&report)?;
        }
        let start = Instant::now();
        let outcome = tortured(place, step, options, &report);
        let words = match &outcome {
            Ok(()) => "passed",
            Err(error) => {
                println!("{error:#}");
                failed.push(step.name);
                "FAILED"
            }
        };
        let took = start.elapsed().as_secs();
        println!("{}: {words} in {took} s", step.name);
        rows.push(format!("| {} | {words} | {took} s |", step.what));
        if step.name == "crashes" && report.exists() {
            let figures: Value = serde_json::from_str(&fs_err::read_to_string(&report)?)?;
            let section = section(&figures, options.runs)?;
            println!("\n{section}");
            if options.write {
                write(place, &section)?;
            }
        }
    }
    println!(
        "\n| step, seed {} | outcome | time |\n|---|---|---|",
        options.seed
    );
    rows.iter().for_each(|row| println!("{row}"));
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "Failed: {}. One step again: cargo xtask torture --seed {} --only {}",
        failed.join(", "),
        options.seed,
        failed[0]
    )
}

fn tortured(place: &Place, step: &Step, options: &Options, report: &Path) -> Result<()> {
    let mut command = place.command("cargo");
    command.args([
        "nextest",
        "run",
        "--locked",
        "--profile",
        "torture",
        "--no-capture",
        "--package",
        step.package,
        "-E",
        step.filter,
    ]);
    if step.ignored {
        command.args(["--run-ignored", "only"]);
    }
    if let Some(runs) = options.runs {
        command.env("TORTURE_RUNS", runs.to_string());
    }
    command
        .env("TORTURE_SEED", options.seed.to_string())
        .env("SWEEP_SEED", options.seed.to_string())
        .env("TORTURE_REPORT", report)
        .envs(step.environment.iter().copied());
    process::run(&mut command, LIMIT)
}

/// The section of the document: how it was made, and the table.
fn section(figures: &Value, runs: Option<usize>) -> Result<String> {
    let number = |key: &str| {
        figures[key]
            .as_u64()
            .with_context(|| format!("the figures have no `{key}`"))
    };
    let table = figures["table"]
        .as_str()
        .context("the figures have no table")?;
    let limited = runs.map_or_else(String::new, |runs| format!(" --runs {runs}"));
    let outcome = match number("failed")? {
        0 => "None failed: at most one listing and one publish call for each confirmation, `unknown` only where the \
              answer was lost, no process left after 5 s."
            .to_owned(),
        failed => format!("{failed} failed."),
    };
    Ok(format!(
        "{HEADING}\n\n`cargo xtask torture --only crashes --seed {}{limited} --write`\n\n\
         {} runs at {} named places, two at a time, in {} min. Debug build: a release has no such places. \
         {outcome}\n\n{table}\n",
        number("seed")?,
        number("runs")?,
        number("places")?,
        number("seconds")?.div_ceil(60),
    ))
}

fn write(place: &Place, section: &str) -> Result<()> {
    let file = place.root.join(DOCUMENT);
    let text = fs_err::read_to_string(&file)?;
    fs_err::write(&file, with_section(&text, section))?;
    println!("Wrote the figures into {DOCUMENT}.");
    Ok(())
}

/// The document with this section in place of the one of the same heading, or at the end.
fn with_section(text: &str, section: &str) -> String {
    let Some(start) = text.find(HEADING) else {
        return format!("{}\n\n{section}", text.trim_end());
    };
    let after = &text[start + HEADING.len()..];
    let rest = after.find("\n## ").map_or("", |end| &after[end + 1..]);
    let gap = if rest.is_empty() { "" } else { "\n" };
    format!("{}{}\n{gap}{rest}", &text[..start], section.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_the_one_before() {
        let section = "## Crashes\n\nnew\n";
        for (text, expected) in [
            ("# A\n\nx\n", "# A\n\nx\n\n## Crashes\n\nnew\n"),
            (
                "# A\n\n## Crashes\n\nold\n\nold\n\n## B\n\ny\n",
                "# A\n\n## Crashes\n\nnew\n\n## B\n\ny\n",
            ),
            ("# A\n\n## Crashes\n\nold\n", "# A\n\n## Crashes\n\nnew\n"),
        ] {
            assert_eq!(with_section(text, section), expected, "the rest stays");
        }
    }
}
