//! The sample photos that ship with the app have in them what their README says.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]

use std::path::Path;

use chrono::TimeDelta;
use images::{Format, Limits, process};

#[test]
fn the_samples_are_five_bursts_of_phone_like_photos() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut names: Vec<_> = fs_err::read_dir(&folder)
        .expect("samples")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "JPG" || end == "HEIC")
        })
        .collect();
    names.sort();
    assert_eq!(names.len(), 12, "{names:?}");

    let (mut heic, mut turned, mut placed, mut times) = (0, 0, 0, Vec::new());
    for path in &names {
        let bytes = fs_err::read(path).expect("read");
        let photo = process(&bytes, &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        heic += usize::from(photo.source_format == Format::Heic);
        turned += usize::from(photo.orientation != 1);
        // The GPS directory of EXIF: tag 0x8825, one LONG, big-endian as Pillow writes it.
        placed += usize::from(contains(&bytes, b"\x88\x25\x00\x04\x00\x00\x00\x01"));
        assert!(
            !contains(&photo.jpeg, b"Exif"),
            "{}: EXIF is left",
            path.display()
        );
        times.push(
            photo
                .captured_at
                .unwrap_or_else(|| panic!("{}: no time", path.display())),
        );
    }
    assert_eq!(
        (heic, turned, placed),
        (3, 4, 2),
        "HEIC, turned by EXIF, with a place"
    );
    let minutes = TimeDelta::minutes(5);
    let bursts = 1 + times
        .windows(2)
        .filter(|pair| pair[1] - pair[0] > minutes)
        .count();
    assert_eq!(bursts, 5, "one burst a garment, in the order of the names");
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
