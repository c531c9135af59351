//! Real runs of the built `studio` with a real browser, broken at named places: the app killed, its browser killed,
//! both, the connection cut, the site hanging. Afterwards the app starts again without faults and is asked what it
//! knows. Listings never exceed confirmations.
//!
//! `a_few_breaks` runs everywhere; `every_break` is long and is run by `cargo xtask torture`. Each run fails if its
//! fault never fired. The seed chooses which breaks are run and where a place comes several times; it is printed, and
//! `TORTURE_SEED` sets it. `TORTURE_PLACE` takes only the places whose names begin so, `TORTURE_RUNS` only so many runs.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a run that cannot go on fails, and the table is what the person reads"
)]

mod bench;
mod breaking;
mod controller;
mod judge;
mod plan;
mod processes;
mod report;
mod wire;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    bench::{Bench, Run, Stage, ended},
    controller::Controller,
    plan::{Break, Clean},
    report::Report,
};

/// The floor for named places on the way of one prepare and publish.
const PLACES: usize = 40;
/// A browser takes about 500 MB: two at once are what a small machine bears.
const WORKERS: usize = 2;
/// Breaks of the short form.
const FEW: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_breaks_never_publish_twice() {
    let seed = seed();
    let (benches, clean) = clean_runs().await;
    let chosen = plan::brief(&plan::all(&clean, seed), FEW, seed);
    assert_eq!(chosen.len(), FEW, "as many of each fault");
    let report = run_all(benches, chosen, seed, &clean).await;
    report.passes();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half an hour: cargo xtask torture --only crashes"]
async fn every_break_never_publishes_twice() {
    let seed = seed();
    let (mut benches, mut clean) = clean_runs().await;
    clean.push(clean_run(&mut benches[0], Stage::Settle).await);
    let mut all = plan::all(&clean, seed);
    assert!(
        all.len() >= 200,
        "200 runs at least, but {} places allow {}",
        plan::names(&clean).len(),
        all.len()
    );
    if let Ok(place) = std::env::var("TORTURE_PLACE") {
        all.retain(|b| b.place.starts_with(&place));
    }
    if let Ok(runs) = std::env::var("TORTURE_RUNS") {
        let runs = runs.parse().expect("TORTURE_RUNS is a whole number");
        all = plan::some(&all, runs, seed);
    }
    let report = run_all(benches, all, seed, &clean).await;
    report.passes();
}

fn seed() -> u64 {
    let seed = std::env::var("TORTURE_SEED").map_or(1, |seed| {
        seed.parse().expect("TORTURE_SEED is a whole number")
    });
    println!("seed {seed} (TORTURE_SEED={seed} repeats this run)");
    seed
}

/// What a run reaches when nothing breaks, stage by stage, and the benches it was made on.
async fn clean_runs() -> (Vec<Bench>, Vec<Clean>) {
    let (mut one, mut two) = tokio::join!(Bench::new(), Bench::new());
    let first = async {
        let reached = one.make_starts().await;
        let requests = one.wire.requests();
        let prepare = Clean {
            stage: Stage::Prepare,
            reached,
            requests,
        };
        [prepare, clean_run(&mut one, Stage::Publish).await]
    };
    let second = async {
        two.make_starts().await;
        clean_run(&mut two, Stage::Queue).await
    };
    let ([prepare, publish], queue) = tokio::join!(first, second);
    let clean = vec![prepare, publish, queue];
    for stage in &clean {
        println!(
            "{:?}: {} places in a run without faults",
            stage.stage,
            stage.reached.len()
        );
    }
    let names = plan::names(&clean);
    println!("{} distinct places: {}", names.len(), names.join(" "));
    assert!(
        names.len() >= PLACES,
        "at least {PLACES} named places, but there are {}",
        names.len()
    );
    (vec![one, two], clean)
}

async fn clean_run(bench: &mut Bench, stage: Stage) -> Clean {
    let run: Run = bench.run(stage).await;
    let controller = Controller::open(run.data.clone(), Arc::clone(&bench.wire)).await;
    let ended = ended(bench.begin_stage(&run, Some(&controller))).await;
    assert_eq!(
        ended.code,
        Some(0),
        "{stage:?} works when nothing breaks: {}",
        ended.text
    );
    assert_eq!(
        bench.bed.market.created().len(),
        1,
        "{stage:?} publishes once when nothing breaks: {}",
        ended.text
    );
    Clean {
        stage,
        reached: controller.reached(),
        requests: bench.wire.requests(),
    }
}

/// The breaks, two at a time, each worker on its own bench.
async fn run_all(benches: Vec<Bench>, breaks: Vec<Break>, seed: u64, clean: &[Clean]) -> Report {
    assert_eq!(benches.len(), WORKERS, "one bench a worker");
    let start = Instant::now();
    let left = Arc::new(Mutex::new(VecDeque::from(breaks)));
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut workers = tokio::task::JoinSet::new();
    for mut bench in benches {
        let (left, done) = (Arc::clone(&left), Arc::clone(&done));
        workers.spawn(async move {
            while let Some(next) = take(&left) {
                let began = Instant::now();
                let outcome = breaking::happens(&mut bench, &next).await;
                let line = report::line(&next, &outcome);
                println!("{line} ({:.1} s)", began.elapsed().as_secs_f64());
                done.lock().unwrap().push((next, outcome));
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker.expect("a worker ends by itself");
    }
    let done = std::mem::take(&mut *done.lock().unwrap());
    Report::new(done, seed, plan::names(clean).len(), start.elapsed())
}

fn take(left: &Mutex<VecDeque<Break>>) -> Option<Break> {
    left.lock().unwrap().pop_front()
}
