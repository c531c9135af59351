//! The table: which fault ended how.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use serde_json::json;

use crate::{
    judge::Outcome,
    plan::{Break, Fault},
};

/// Where `cargo xtask torture` wants the figures.
const FILE: &str = "TORTURE_REPORT";

/// All runs and what came of them.
pub(crate) struct Report {
    counts: BTreeMap<(Fault, Outcome), usize>,
    failures: Vec<String>,
    runs: usize,
    seed: u64,
    places: usize,
    took: Duration,
}

/// One run in a line.
pub(crate) fn line(broken: &Break, outcome: &Result<Outcome, String>) -> String {
    let hang = if broken.for_good { " for good" } else { "" };
    let what = format!(
        "{:?} {} #{}: {}{hang}",
        broken.stage,
        broken.place,
        broken.nth,
        broken.fault.words()
    );
    match outcome {
        Ok(outcome) => format!("{what}: {outcome:?}"),
        Err(why) => format!("{what}: FAILED: {why}"),
    }
}

impl Report {
    pub(crate) fn new(
        done: Vec<(Break, Result<Outcome, String>)>,
        seed: u64,
        places: usize,
        took: Duration,
    ) -> Self {
        let mut report = Self {
            counts: BTreeMap::new(),
            failures: Vec::new(),
            runs: done.len(),
            seed,
            places,
            took,
        };
        for (broken, outcome) in done {
            match &outcome {
                Ok(known) => *report.counts.entry((broken.fault, *known)).or_default() += 1,
                Err(_) => report.failures.push(line(&broken, &outcome)),
            }
        }
        report
    }

    /// Prints the table, writes it where it is wanted, and fails if one run failed.
    pub(crate) fn passes(&self) {
        println!("\n{}", self.table());
        if let Ok(file) = std::env::var(FILE) {
            let figures = json!({
                "seed": self.seed,
                "places": self.places,
                "runs": self.runs,
                "failed": self.failures.len(),
                "seconds": self.took.as_secs(),
                "table": self.table(),
            });
            fs_err::write(file, figures.to_string()).expect("the figures are written");
        }
        assert!(
            self.failures.is_empty(),
            "{} of {} runs failed:\n{}",
            self.failures.len(),
            self.runs,
            self.failures.join("\n")
        );
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "| fault | runs | published once | nothing published | unknown | failed |\n|---|---|---|---|---|---|\n",
        );
        for fault in Fault::ALL {
            let of = |outcome| self.counts.get(&(fault, outcome)).copied().unwrap_or(0);
            let known: usize = Outcome::ALL.into_iter().map(of).sum();
            let failed = self
                .failures
                .iter()
                .filter(|f| f.contains(&format!(": {}", fault.words())))
                .count();
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "| {} | {} | {} | {} | {} | {failed} |",
                fault.words(),
                known + failed,
                of(Outcome::Published),
                of(Outcome::Nothing),
                of(Outcome::Unknown),
            );
        }
        table
    }
}
