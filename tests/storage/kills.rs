//! SIGKILL at any moment.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{
    full,
    judge::judge,
    place::words,
    scenario::{STEPS, undisturbed},
    seed,
};

#[test]
fn what_was_confirmed_outlives_a_kill_at_any_moment() {
    let mut chance = StdRng::seed_from_u64(seed());
    let stands = undisturbed();
    let kills = if full() { 60 } else { 8 };
    // How long each step takes here and now: moments are drawn from that.
    let lengths: Vec<Duration> = STEPS
        .iter()
        .zip(&stands)
        .map(|(step, (place, before))| {
            let place = place.copied();
            let start = Instant::now();
            let _ = place.studio(&step.arguments(&place, before)).done();
            start.elapsed()
        })
        .collect();
    let (mut killed, mut tried) = (0, 0);
    while killed < kills {
        tried += 1;
        assert!(tried < kills * 5, "{killed} of {tried} kills came in time");
        let at = chance.random_range(0..STEPS.len());
        let moment = lengths[at].mul_f64(chance.random_range(0.0..1.0));
        let (place, before) = &stands[at];
        let place = place.copied();
        let arguments = STEPS[at].arguments(&place, before);
        let mut child = place.start(place.command(&words(&[], &arguments)));
        std::thread::sleep(moment);
        child.kill().unwrap();
        let ran = place.end(child);
        killed += u32::from(ran.was_killed());
        if let Err(why) = judge(STEPS[at], &place, before, &ran) {
            panic!("{:?} killed after {moment:?}: {why}", STEPS[at]);
        }
    }
    println!("kills: {killed} processes killed of {tried} tried, nothing lost");
}
