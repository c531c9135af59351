//! Publishing on the practice marketplace while the disk fails: at most one listing, and a restart knows or asks.

use acceptance::{Bed, samples};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::Value;

use crate::{
    full,
    injection::{CALLS, Fault, Injection, Trace, tracing},
    place::{Place, Ran, words},
    seed,
};

/// Points of the short form: each starts a browser or two.
const SHORT: usize = 2;
const LONG: usize = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_disk_never_publishes_twice() {
    let mut chance = StdRng::seed_from_u64(seed());
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let token = bed.prepared(&id).await;
    let prepared = Place::with(&bed.data(), &Place::new().out());
    let publish = ["publish", &token, "--live"];

    let trial = Place::with(prepared.data(), &prepared.out());
    let traced = words(&tracing(&trial.trace(), &CALLS), &publish);
    let before = bed.market.created().len();
    let _ = run(&bed, &trial, &traced).done();
    assert_eq!(
        bed.market.created().len() - before,
        1,
        "undisturbed, one listing"
    );
    let mut points: Vec<Injection> = Trace::read(&trial.trace())
        .points(&trial.watched()[..1])
        .into_iter()
        // Only what the database does: the writes of logs have no say.
        .filter(|(call, _)| ["pwrite64", "fsync", "fdatasync", "ftruncate"].contains(call))
        .flat_map(|(call, nth)| {
            [Fault::Kill, Fault::Eio, Fault::Enospc].map(|fault| Injection { call, nth, fault })
        })
        .collect();
    let all = points.len();
    points.shuffle(&mut chance);
    let wanted = if full() { LONG } else { SHORT };
    let mut fired = 0;
    for injection in points {
        if fired == wanted {
            break;
        }
        let place = Place::with(prepared.data(), &prepared.out());
        let before = bed.market.created().len();
        let broken = words(&injection.words(&place.trace()), &publish);
        let ran = run(&bed, &place, &broken);
        if !injection.fired_in(&Trace::read(&place.trace()), &place.watched()[..1]) {
            continue;
        }
        fired += 1;
        let what = format!("{injection}: {} {}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{what}");
        assert!(
            bed.market.created().len() - before <= 1,
            "two listings: {what}"
        );
        let confirmed = ran.confirmed() && ran.json["listing_id"].is_string();
        if !confirmed && !ran.was_killed() {
            assert!(
                !ran.code().is_empty() || ran.json["needs_manual"] == true,
                "the person was told nothing: {what}"
            );
        }
        // A restart: the same word again makes no second listing, and ends in an answer.
        let again = run(&bed, &place, &words(&[], &publish));
        let made = bed.market.created().len() - before;
        assert!(
            made <= 1,
            "the second process published again: {what} then {}",
            again.stdout
        );
        assert!(
            again.confirmed() || !again.code().is_empty(),
            "{what} then {} {}",
            again.stdout,
            again.stderr
        );
        let draft = run(&bed, &place, &words(&[], &["drafts", "show", &id])).done();
        if confirmed {
            assert_eq!(
                draft["status"], "published",
                "what was confirmed is there: {what}"
            );
        }
        if draft["status"] == "published" {
            assert_eq!(
                made, 1,
                "published is said of a listing that exists: {what}"
            );
        }
    }
    println!("publish under faults: {fired} fired of {all} points, at most one listing each time");
    assert!(fired > 0, "no fault fired");
}

/// The marketplace lives on this runtime, so the command is waited for on another thread.
fn run<S: AsRef<std::ffi::OsStr>>(bed: &Bed, place: &Place, words: &[S]) -> Ran {
    let mut command = place.command(words);
    command.env_remove("STUDIO_BROWSER");
    for (name, value) in bed.environment() {
        if name != "STUDIO_DATA_DIR" {
            command.env(name, value);
        }
    }
    let child = place.start(command);
    tokio::task::block_in_place(|| place.end(child))
}

#[test]
fn an_answer_counts_as_one_only_without_an_error() {
    let answer = |json: Value| Ran {
        status: std::os::unix::process::ExitStatusExt::from_raw(0),
        stdout: json.to_string(),
        json,
        stderr: String::new(),
    };
    assert!(answer(serde_json::json!({ "drafts": [] })).confirmed());
    assert!(!answer(serde_json::json!({ "error": { "code": "storage_full" } })).confirmed());
    assert!(!answer(Value::Null).confirmed(), "half an answer is none");
}
