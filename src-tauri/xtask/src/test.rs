//! `cargo xtask test`: everything that CI runs, in one order, with a table of times at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::place::Place;
use crate::setup::{self, Purpose};
use crate::steps::{self, Choice};
use crate::{browser, floors, node, outputs, process, schema};

/// No step may take longer: CI's cold run has an hour in all.
const LIMIT: Duration = Duration::from_secs(60 * 60);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    steps: Choice,
}

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Place) -> Result<()>,
}

impl steps::Step for Step {
    fn name(&self) -> &'static str {
        self.name
    }

    fn what(&self) -> &'static str {
        self.what
    }
}

/// What is quick and what is most often wrong comes first. The page comes before the Rust code
/// since the window's executable carries it.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        what: "Rust code is formatted",
        run: |place| cargo(place, &["fmt", "--all", "--check"]),
    },
    Step {
        name: "floors",
        what: "no library below its version floor",
        run: floors::check,
    },
    Step {
        name: "deny",
        what: "directions, licences and sources of dependencies",
        run: deny,
    },
    Step {
        name: "ui-lint",
        what: "the page's code follows its rules",
        run: |place| npm(place, "lint"),
    },
    Step {
        name: "ui-types",
        what: "the page's types hold",
        run: |place| npm(place, "typecheck"),
    },
    Step {
        name: "ui-unit",
        what: "the page's unit tests",
        run: |place| npm(place, "test"),
    },
    Step {
        name: "ui-build",
        what: "the page builds",
        run: |place| npm(place, "build"),
    },
    Step {
        name: "clippy",
        what: "Rust code follows its rules",
        run: clippy,
    },
    Step {
        name: "build",
        what: "the tests, and the executables that the stories start",
        run: build,
    },
    Step {
        name: "tests",
        what: "units, and stories through the outer doors",
        run: tests,
    },
    Step {
        name: "schema",
        what: "the local API answers as its document says",
        run: schema::short,
    },
    Step {
        name: "ui-e2e",
        what: "the page's screens in a browser, and its stories on the real core",
        run: screens,
    },
];

/// Sets the machine up, runs the steps, and fails if one failed.
pub(crate) fn test(place: &mut Place, options: &Options) -> Result<()> {
    let steps = options.steps.of(STEPS, "test")?;
    if steps.is_empty() {
        return Ok(());
    }
    let _claim = outputs::claim(place)?;
    heading("set-up", "installing what is missing");
    let start = Instant::now();
    setup::set_up(place, Purpose::Test)?;
    let mut times = vec![("set-up", start.elapsed(), true)];
    for step in steps {
        heading(step.name, step.what);
        let start = Instant::now();
        let outcome = (step.run)(place);
        if let Err(error) = &outcome {
            println!("{error:#}");
        }
        times.push((step.name, start.elapsed(), outcome.is_ok()));
    }
    println!();
    for (name, time, passed) in &times {
        let outcome = if *passed { "passed" } else { "FAILED" };
        println!("{name:10} {outcome} {:>7.1} s", time.as_secs_f64());
    }
    let failed: Vec<&str> = times
        .iter()
        .filter(|(_, _, passed)| !passed)
        .map(|(name, ..)| *name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "Failed: {}. One step again: cargo xtask test --only {}",
        failed.join(", "),
        failed[0]
    )
}

fn heading(name: &str, what: &str) {
    println!("\n== {name}: {what}");
}

fn cargo(place: &Place, arguments: &[&str]) -> Result<()> {
    process::run(place.command("cargo").args(arguments), LIMIT)
}

fn npm(place: &Place, script: &str) -> Result<()> {
    process::run(&mut node::script(place, script), LIMIT)
}

fn clippy(place: &Place) -> Result<()> {
    cargo(
        place,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
    )
}

/// Advisories need a database from the network; `.github/workflows/ci.yml` checks them. Duplicates
/// are no reason to fail, and would bury what is: `cargo deny --workspace check` names them.
fn deny(place: &Place) -> Result<()> {
    let what = [
        "check",
        "--allow",
        "duplicate",
        "bans",
        "licenses",
        "sources",
    ];
    cargo(
        place,
        &[["deny", "--workspace", "--locked"].as_slice(), &what].concat(),
    )
}

/// With the tests: alone, the executables would be built with fewer features of some libraries, and all that stands on
/// those once more for the tests.
fn build(place: &Place) -> Result<()> {
    cargo(
        place,
        &[
            "build",
            "--locked",
            "--workspace",
            "--bins",
            "--examples",
            "--tests",
        ],
    )
}

/// Playwright drives the browser that the app would drive; it brings none of its own. The stories on the real core start
/// the `studio` that was built with the tests.
fn screens(place: &Place) -> Result<()> {
    let mut command = node::script(place, "e2e");
    if let Some(browser) = browser::find(place) {
        command.env("STUDIO_BROWSER", browser);
    }
    process::run(&mut command, LIMIT)
}

fn tests(place: &Place) -> Result<()> {
    cargo(place, &["nextest", "run", "--workspace", "--locked"])
}
