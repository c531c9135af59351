//! Rolls made of facts, not of pixels: what the rules do with them. Rolls of pictures are measured by the bench.

use chrono::NaiveDateTime;

use super::*;
use crate::garment::{Colours, Embedding, NamedColour, PALETTE};

/// A photo that looks like `garment`: its own direction, a little off by `view`.
fn facts(garment: usize, view: usize, label: bool) -> PhotoFacts {
    let mut numbers = vec![0.05; 64];
    numbers[garment % 32] = 1.0;
    numbers[32 + view % 32] += 0.2;
    let mut palette = vec![0; PALETTE];
    palette[garment * 7 % PALETTE] = 255;
    palette[(garment * 7 + 1) % PALETTE] = 40;
    PhotoFacts {
        embedding: Some(Embedding::new(numbers)),
        colours: Some(Colours {
            main: vec![NamedColour {
                name: "Noir".into(),
                share: 1.0,
            }],
            shares: Vec::new(),
            palette,
        }),
        garment: Some(!label),
        label,
        ..PhotoFacts::default()
    }
}

fn at(second: i64) -> Option<NaiveDateTime> {
    chrono::DateTime::from_timestamp(1_790_000_000 + second, 0).map(|t| t.naive_utc())
}

/// Three garments of three photos, five seconds apart, a minute between garments.
fn three_garments() -> Vec<PhotoFacts> {
    (0..9).map(|n| facts(n / 3, n % 3, false)).collect()
}

fn roll(facts: &[PhotoFacts], timed: bool) -> Vec<RollPhoto<'_>> {
    facts
        .iter()
        .enumerate()
        .map(|(n, facts)| RollPhoto {
            captured_at: if timed {
                at((n / 3 * 60 + n % 3 * 5) as i64)
            } else {
                None
            },
            facts: Some(facts),
            ..RollPhoto::default()
        })
        .collect()
}

fn photos(piles: &[Pile]) -> Vec<Vec<usize>> {
    piles.iter().map(|pile| pile.photos.clone()).collect()
}

#[test]
fn garments_come_apart_with_times_and_without() {
    let facts = three_garments();
    for timed in [true, false] {
        let found = piles(&roll(&facts, timed));
        assert_eq!(
            photos(&found),
            [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
            "timed: {timed}"
        );
        for pile in &found {
            assert!(
                pile.why.look.is_some_and(|look| look > 0.7),
                "it says why: {:?}",
                pile.why
            );
            assert_eq!(pile.why.longest_pause, timed.then_some(5));
        }
    }
}

#[test]
fn the_same_roll_gives_the_same_piles() {
    let facts = three_garments();
    assert_eq!(piles(&roll(&facts, true)), piles(&roll(&facts, true)));
}

#[test]
fn times_decide_the_order_not_the_import() {
    let facts = three_garments();
    let mut shuffled = roll(&facts, true);
    shuffled.reverse();
    let found = piles(&shuffled);
    assert_eq!(
        photos(&found),
        [[2, 1, 0], [5, 4, 3], [8, 7, 6]],
        "each pile in the order of its times"
    );
}

#[test]
fn what_the_person_said_stays() {
    let facts = three_garments();
    let mut roll = roll(&facts, true);
    // One of the first garment and one of the last: the machine would never put them together.
    roll[0].by_person = Some(7);
    roll[8].by_person = Some(7);
    let found = piles(&roll);
    let theirs = found.iter().find(|pile| pile.why.by_person).unwrap();
    assert_eq!(
        (theirs.photos.as_slice(), theirs.confidence),
        ([0, 8].as_slice(), 1.0)
    );
    assert_eq!(
        photos(&found),
        [vec![0, 8], vec![1, 2], vec![3, 4, 5], vec![6, 7]],
        "nothing joins or leaves it"
    );
}

#[test]
fn a_label_goes_to_the_garment_beside_it() {
    let mut facts = three_garments();
    facts[2] = self::facts(20, 0, true);
    let found = piles(&roll(&facts, true));
    assert_eq!(
        photos(&found)[0],
        [0, 1, 2],
        "taken right after it: {found:?}"
    );
    assert_eq!(found[0].why.labels, 1);
}

#[test]
fn five_hundred_equal_photos_are_one_pile() {
    let one = facts(3, 1, false);
    let roll: Vec<RollPhoto<'_>> = (0..500)
        .map(|_| RollPhoto {
            phash: Some(0x5a5a_1234_9876_0ff0),
            facts: Some(&one),
            ..RollPhoto::default()
        })
        .collect();
    let found = piles(&roll);
    assert_eq!(found.len(), 1, "copies of one photo are of one garment");
    assert_eq!((found[0].photos.len(), found[0].why.copies), (500, 499));
}

#[test]
fn little_is_known_and_nothing_is_lost() {
    assert!(piles(&[]).is_empty(), "no photos, no piles");
    let one = piles(&[RollPhoto::default()]);
    assert_eq!(photos(&one), [[0]], "a roll of one");
    let blind = vec![RollPhoto::default(); 12];
    let found = piles(&blind);
    let mut all: Vec<usize> = found.iter().flat_map(|pile| pile.photos.clone()).collect();
    all.sort_unstable();
    assert_eq!(
        all,
        (0..12).collect::<Vec<_>>(),
        "every photo is in one pile"
    );
    assert!(
        found.iter().all(|pile| pile.confidence < 0.9),
        "nothing is known, so nothing is sure: {found:?}"
    );
}

#[test]
fn two_cameras_have_two_clocks() {
    let facts = three_garments();
    let mut roll = roll(&facts, true);
    for (n, photo) in roll.iter_mut().enumerate() {
        photo.camera = Some(if n < 3 { "Pixel" } else { "iPhone" });
        // The other clock is an hour off, into the middle of the first roll.
        photo.captured_at = at(if n < 3 {
            n as i64 * 5
        } else {
            (n as i64 - 3) * 5 + if n > 5 { 60 } else { 0 }
        });
    }
    assert_eq!(
        photos(&piles(&roll)),
        [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
        "shots at the same second on two cameras"
    );
}
