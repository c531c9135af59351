//! The N-th system call of every step fails, or the process dies there.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    full,
    injection::{CALLS, FAULTS, Injection, Trace, tracing},
    judge::judge,
    place::{NO_WAKE_UP, words},
    scenario::{STEPS, Step, undisturbed},
    seed,
};

/// Points of the short form, over all steps.
const SHORT: usize = 40;
/// Points at once: each is mostly waiting for the disk.
const AT_ONCE: usize = 2;

#[test]
fn what_was_confirmed_outlives_the_nth_fault() {
    let seed = seed();
    let stands = undisturbed();
    let mut points: Vec<(usize, Injection)> = Vec::new();
    for (at, step) in STEPS.iter().enumerate() {
        let (place, before) = &stands[at];
        let place = place.copied();
        let arguments = step.arguments(&place, before);
        let traced = words(&tracing(&place.trace(), &CALLS), &arguments);
        let _ = place.end(place.start(place.command(&traced))).done();
        let trace = Trace::read(&place.trace());
        for (call, nth) in trace.points(&place.watched()) {
            points.extend(FAULTS.map(|fault| (at, Injection { call, nth, fault })));
        }
    }
    let all = points.len();
    assert!(
        all > 500,
        "the steps hardly touch the disk ({all} points): is strace looking at them?"
    );
    if !full() {
        points = few(points, seed, wanted());
    }
    let tried = points.len();
    let next = AtomicUsize::new(0);
    let fired = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((at, injection)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let step = STEPS[*at];
                    // A panic in a step's check is a failure of that point, not the end of the sweep.
                    let outcome = std::panic::catch_unwind(|| {
                        let (place, before) = &stands[*at];
                        let place = place.copied();
                        let arguments = step.arguments(&place, before);
                        let words = words(&injection.words(&place.trace()), &arguments);
                        let ran = place.end(place.start(place.command(&words)));
                        let trace = Trace::read(&place.trace());
                        let no_disk = ran.stderr.contains(NO_WAKE_UP);
                        if no_disk || !injection.fired_in(&trace, &place.watched()) {
                            return Ok(false);
                        }
                        judge(step, &place, before, &ran).map(|()| true)
                    });
                    match outcome {
                        Ok(Ok(true)) => drop(fired.fetch_add(1, Ordering::Relaxed)),
                        Ok(Ok(false)) => {}
                        Ok(Err(why)) => failures.lock().unwrap().push(told(step, injection, &why)),
                        Err(why) => {
                            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                            failures.lock().unwrap().push(told(step, injection, &why));
                        }
                    }
                }
            });
        }
    });
    let (fired, failures) = (fired.into_inner(), failures.into_inner().unwrap());
    println!(
        "sweep: {fired} faults fired of {tried} tried ({all} points in all), {} failures",
        failures.len()
    );
    assert!(
        failures.is_empty(),
        "{} of {tried} points: \n{}",
        failures.len(),
        failures.join("\n\n")
    );
    // Threads do not come in the same order twice, so a few faults find nothing to break.
    assert!(
        fired * 10 >= tried * 6,
        "only {fired} of {tried} faults fired: the sweep breaks nothing"
    );
}

fn told(step: Step, injection: &Injection, why: &str) -> String {
    format!("{step:?}, {injection}: {why}")
}

/// `SWEEP=NUMBER` asks for that many points.
fn wanted() -> usize {
    let asked = std::env::var("SWEEP").ok().and_then(|v| v.parse().ok());
    asked.unwrap_or(SHORT)
}

/// A share of each step, call and fault that the seed chooses.
fn few(points: Vec<(usize, Injection)>, seed: u64, wanted: usize) -> Vec<(usize, Injection)> {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut groups: std::collections::BTreeMap<(usize, &str), Vec<(usize, Injection)>> =
        std::collections::BTreeMap::new();
    for point in points {
        groups
            .entry((point.0, point.1.call))
            .or_default()
            .push(point);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.shuffle(&mut chance);
    }
    let mut chosen = Vec::new();
    while chosen.len() < wanted {
        let before = chosen.len();
        groups.shuffle(&mut chance);
        for group in &mut groups {
            chosen.extend(group.pop());
        }
        if chosen.len() == before {
            break;
        }
    }
    chosen.truncate(wanted);
    chosen
}
