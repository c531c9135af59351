//! Random histories of the protocol against a model of it: processes die at any await, start again, press twice;
//! drafts change; answers are lost before and after the listing was made; clocks jump.
//!
//! `HISTORIES=5000` runs more of them, `HISTORY=17` one. A history is given by its number alone.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use crate::{market::Break, run::Run, steps::step};

/// Histories in a usual run: a few seconds.
const USUAL: u64 = 300;

/// Histories that once found something: 2208, a clock set back made another attempt's listing look like ours.
const REMEMBERED: [u64; 1] = [2208];

fn history(number: u64, broken: Break) -> Result<(), String> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: if broken == Break::Nothing { 2000 } else { 0 },
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let steps = proptest::collection::vec(step(), 1..=30);
    let outcome = runner.run(&steps, |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut run = Run::new(broken).await;
            for step in &steps {
                run.step(step).await?;
            }
            run.ends_known().await
        })
    });
    outcome.map_err(|error| match error {
        TestError::Fail(why, steps) => {
            let steps: Vec<String> = steps.iter().map(|s| format!("    {s:?}")).collect();
            format!(
                "history {number} (HISTORY={number}): {why}\n{}",
                steps.join("\n")
            )
        }
        TestError::Abort(why) => format!("history {number}: {why}"),
    })
}

#[test]
fn every_history_keeps_the_promises() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    if let Some(one) = asked("HISTORY") {
        assert_eq!(
            history(one, Break::Nothing),
            Ok(()),
            "the history that was asked for"
        );
        return;
    }
    let count = asked("HISTORIES").unwrap_or(USUAL);
    for number in REMEMBERED {
        assert_eq!(
            history(number, Break::Nothing),
            Ok(()),
            "a history that once found something"
        );
    }
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= count {
                    return None;
                }
                if let Err(why) = history(number, Break::Nothing) {
                    next.store(count, Ordering::SeqCst);
                    return Some(why);
                }
            }
        };
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .filter_map(|r| r.join().unwrap())
            .collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn each_break_of_the_protocol_is_noticed() {
    for broken in Break::ALL {
        let noticed = (0..USUAL).find(|number| history(*number, broken).is_err());
        assert!(
            noticed.is_some(),
            "{broken:?}: {USUAL} histories saw nothing, so they prove nothing"
        );
    }
}
