//! What a kill cannot show: synced first, then named, then the folder; and the answer after that. A power cut takes
//! whatever was not synced.

use crate::{
    injection::{CALLS, Trace, tracing},
    place::{Place, words},
    scenario::{Facts, Step},
};

/// The calls of a step, in order.
fn traced(step: Step) -> (Place, Vec<String>) {
    let place = Place::new();
    let facts = Facts::of(&Place::new());
    if step == Step::Export {
        let import = Step::ImportFirst.arguments(&place, &facts);
        let _ = place.studio(&import).done();
    }
    let traced = words(
        &tracing(&place.trace(), &CALLS),
        &step.arguments(&place, &facts),
    );
    let _ = place.end(place.start(place.command(&traced))).done();
    let calls = Trace::read(&place.trace())
        .calls
        .into_iter()
        .map(|c| c.text)
        .collect();
    (place, calls)
}

fn is_sync_of(call: &str, path: &str) -> bool {
    call.starts_with("f") && call.contains("sync(") && call.contains(&format!("<{path}>"))
}

/// Every rename below the folder is of a synced file, and its folder is synced afterwards. Returns how many.
fn renames_are_durable(calls: &[String], folder: &str) -> usize {
    let mut renames = 0;
    for (at, call) in calls.iter().enumerate() {
        let paths: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
        let (Some(from), Some(to)) = (paths.first(), paths.last()) else {
            continue;
        };
        if !call.starts_with("rename") || !to.starts_with(folder) {
            continue;
        }
        renames += 1;
        assert!(
            calls[..at].iter().any(|c| is_sync_of(c, from)),
            "{to} gets its name before its bytes are synced"
        );
        let (parent, _) = to.rsplit_once('/').unwrap();
        assert!(
            calls[at..].iter().any(|c| is_sync_of(c, parent)),
            "the name {to} itself is never synced"
        );
    }
    renames
}

#[test]
fn what_is_confirmed_was_synced_before() {
    let (place, calls) = traced(Step::ImportFirst);
    // Marks of running processes need not outlive a power cut; photos must.
    let photos = place.data().join("photos").display().to_string();
    let renames = renames_are_durable(&calls, &photos);
    assert_eq!(renames, 4, "two photos and their thumbnails");
    let answer = calls
        .iter()
        .position(|c| c.starts_with("write(1<"))
        .expect("an answer");
    let log = place.data().join("studio.sqlite-wal").display().to_string();
    let written = calls[..answer]
        .iter()
        .rposition(|c| c.starts_with("pwrite64") && c.contains(&format!("<{log}>")))
        .expect("the drafts are written");
    assert!(
        calls[written..answer].iter().any(|c| is_sync_of(c, &log)),
        "the answer is printed before the drafts are synced"
    );

    let (place, calls) = traced(Step::Export);
    let renames = renames_are_durable(&calls, &place.out().display().to_string());
    assert_eq!(renames, 1, "one export");
}
