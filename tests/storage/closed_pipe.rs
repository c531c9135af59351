//! `studio ... | head -1`: a reader that goes away stops nothing and breaks nothing.

use std::{io::Read, process::Stdio};

use crate::{
    place::{Place, words},
    scenario::picture,
};

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let place = Place::new();
    for words in [
        words(&[], &["import", &picture(0), "--group", "none"]),
        words(&[], &["drafts", "list"]),
        words(&[], &["drafts", "show", "nothing"]),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = place
            .command(&words)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let status = child.wait().unwrap();
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert!(!stderr.contains("panicked"), "{words:?}: {stderr}");
        let refused = words.iter().any(|w| w == "nothing");
        assert_eq!(
            status.code(),
            Some(i32::from(refused)),
            "{words:?}: what was done is done, whoever reads: {stderr}"
        );
    }
    let drafts = place.studio(&["drafts", "list"]).done();
    assert_eq!(
        drafts["drafts"].as_array().unwrap().len(),
        1,
        "the import came through"
    );
    // Nobody reads stderr either.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = place
        .command(&words(&[], &["drafts", "show", "nothing"])[..4])
        .stdout(Stdio::null())
        .stderr(writer)
        .spawn()
        .unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        Some(1),
        "refused, and no panic"
    );
}
