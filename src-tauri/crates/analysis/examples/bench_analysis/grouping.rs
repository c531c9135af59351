//! `bench grouping`: made-up rolls of garments that nothing was trained on.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use analysis::group::{PhotoTime, group_by_capture_time, natural_gap};
use analysis::models::Threads;
use analysis::photo::Analyser;
use analysis::roll::{Pile, RollPhoto, piles};
use anyhow::Result;

use crate::draw::Fonts;
use crate::rolls::{self, Kind, Shot};
use crate::{Common, machine};

/// Measured rolls have seeds of their own.
const SEEDS: u64 = 5_000;
/// What the last table is about.
const MANY: usize = 500;

/// A way to put photos into piles.
type Method<'a> = &'a dyn Fn(&[Shot]) -> Vec<Pile>;

pub(crate) fn bench(common: &Common, count: u64) -> Result<()> {
    let analyser = Analyser::open(&common.models, &Threads::new(common.threads));
    let fonts = Fonts::find(&common.fonts)?;
    let garments = rolls::garments(&common.garments, "validation")?;
    let kind = Kind {
        items: 20,
        without_time: 0.08,
    };
    let mut rolls: Vec<Vec<Shot>> = Vec::new();
    for n in 0..count {
        rolls.push(rolls::roll(&garments, kind, &fonts, &analyser, SEEDS + n)?);
    }
    let photos: usize = rolls.iter().map(Vec::len).sum();
    let items: usize = rolls.iter().map(|shots| truth(shots).len()).sum();
    println!("{count} rolls, {photos} photos, {items} garments; seeds from {SEEDS}\n");
    println!("| what counts | Rand index (adjusted) | garments exactly right |");
    println!("|---|---|---|");
    let rows: [(&str, Method<'_>); 5] = [
        ("pauses alone (what an import does)", &by_times),
        (
            "looks and colours, no times, labels not told apart",
            &|shots| without_labels(shots, false),
        ),
        ("everything but labels", &|shots| {
            without_labels(shots, true)
        }),
        ("everything, 8 % of the times missing", &|shots| {
            piles(&rolls::as_given(shots, true))
        }),
        ("everything, no times", &|shots| {
            piles(&rolls::as_given(shots, false))
        }),
    ];
    for (name, method) in rows {
        let (mut index, mut exact) = (0.0, 0);
        for shots in &rolls {
            let piles = method(shots);
            index += rand_index(shots, &piles);
            exact += exactly_right(shots, &piles);
        }
        println!(
            "| {name} | {:.3} | {:.0} % ({exact} of {items}) |",
            index / count as f64,
            100.0 * exact as f64 / items as f64
        );
    }
    labels(&rolls);
    sureness(&rolls);
    time(&analyser, &rolls)
}

fn truth(shots: &[Shot]) -> BTreeMap<usize, Vec<usize>> {
    let mut items: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, shot) in shots.iter().enumerate() {
        items.entry(shot.item).or_default().push(place);
    }
    items
}

/// The Rand index adjusted for chance (Hubert and Arabie 1985).
pub(crate) fn rand_index(shots: &[Shot], piles: &[Pile]) -> f64 {
    let pairs = |n: usize| (n * n.saturating_sub(1)) as f64 / 2.0;
    let mut cells: HashMap<(usize, usize), usize> = HashMap::new();
    for (number, pile) in piles.iter().enumerate() {
        for &place in &pile.photos {
            *cells.entry((number, shots[place].item)).or_default() += 1;
        }
    }
    let both: f64 = cells.values().map(|n| pairs(*n)).sum();
    let ours: f64 = piles.iter().map(|pile| pairs(pile.photos.len())).sum();
    let theirs: f64 = truth(shots)
        .values()
        .map(|places| pairs(places.len()))
        .sum();
    let chance = ours * theirs / pairs(shots.len());
    (both - chance) / ((ours + theirs) / 2.0 - chance)
}

fn exactly_right(shots: &[Shot], piles: &[Pile]) -> usize {
    let items = truth(shots);
    piles
        .iter()
        .filter(|pile| {
            let mut photos = pile.photos.clone();
            photos.sort_unstable();
            items.values().any(|places| *places == photos)
        })
        .count()
}

fn by_times(shots: &[Shot]) -> Vec<Pile> {
    let times: Vec<PhotoTime> = shots
        .iter()
        .enumerate()
        .map(|(index, shot)| PhotoTime {
            index,
            captured_at: shot.at,
            camera: None,
        })
        .collect();
    group_by_capture_time(&times, natural_gap(&times))
        .into_iter()
        .map(|group| Pile {
            photos: group.indices,
            why: analysis::roll::Why::default(),
            confidence: 0.0,
            unsure: Vec::new(),
        })
        .collect()
}

fn without_labels(shots: &[Shot], times: bool) -> Vec<Pile> {
    let facts: Vec<_> = shots
        .iter()
        .map(|shot| {
            let mut facts = shot.facts.clone();
            facts.label = false;
            facts
        })
        .collect();
    let roll: Vec<RollPhoto<'_>> = rolls::as_given(shots, times)
        .into_iter()
        .zip(&facts)
        .map(|(photo, facts)| RollPhoto {
            facts: Some(facts),
            ..photo
        })
        .collect();
    piles(&roll)
}

fn labels(rolls: &[Vec<Shot>]) {
    let all = || rolls.iter().flatten();
    let of = |is_label: bool| all().filter(move |shot| shot.is_label == is_label);
    let told = |is_label: bool| of(is_label).filter(|shot| shot.facts.label).count();
    println!(
        "\nlabels found: {} of {}; garments taken for labels: {} of {}",
        told(true),
        of(true).count(),
        told(false),
        of(false).count()
    );
}

fn sureness(rolls: &[Vec<Shot>]) {
    println!("\n| piles that say they are sure by | how many | of them exactly right |");
    println!("|---|---|---|");
    for (low, high) in [(0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.01)] {
        let (mut all, mut right) = (0, 0);
        for shots in rolls {
            for pile in piles(&self::rolls::as_given(shots, true)) {
                if (low..high).contains(&pile.confidence) {
                    all += 1;
                    right += exactly_right(shots, std::slice::from_ref(&pile));
                }
            }
        }
        println!(
            "| {low} to {high} | {all} | {:.0} % |",
            100.0 * right as f64 / f64::from(all).max(1.0)
        );
    }
}

/// Looking is measured photo by photo, decoding left out; grouping on five hundred photos at once.
fn time(analyser: &Analyser, rolls: &[Vec<Shot>]) -> Result<()> {
    let mut looks: Vec<Duration> = rolls.iter().flatten().map(|shot| shot.took).collect();
    looks.sort();
    let mean = looks.iter().sum::<Duration>().as_secs_f64() / looks.len() as f64;
    let many: Vec<&Shot> = rolls.iter().flatten().cycle().take(MANY).collect();
    let roll: Vec<RollPhoto<'_>> = many
        .iter()
        .enumerate()
        .map(|(n, shot)| RollPhoto {
            captured_at: shot.at,
            camera: None,
            // Photos that come around again must not be taken for copies.
            phash: Some(shot.phash.rotate_left(n as u32 / 64 * 7)),
            facts: Some(&shot.facts),
            by_person: None,
        })
        .collect();
    machine::reset_peak();
    let start = Instant::now();
    let found = piles(&roll);
    let took = start.elapsed();
    // The peak of looking again, without the drawing of pictures.
    let picture = analysis::picture::Picture::new(1600, 1200, vec![120; 1600 * 1200 * 3])?;
    analyser.look(&picture)?;
    println!("\n| 500 photos | figure |\n|---|---|");
    println!(
        "| looking, mean a photo (median {:.0} ms) | {:.0} ms |",
        looks[looks.len() / 2].as_secs_f64() * 1e3,
        mean * 1e3
    );
    let cpu = rolls.iter().flatten().map(|shot| shot.cpu).sum::<f64>() / looks.len() as f64;
    println!("| looking, processor time a photo | {:.0} ms |", cpu * 1e3);
    println!("| looking at 500 | {:.0} s |", mean * MANY as f64);
    println!(
        "| grouping 500 into {} piles | {:.2} s |",
        found.len(),
        took.as_secs_f64()
    );
    println!(
        "| peak memory of looking and grouping | {} |",
        machine::told()
    );
    Ok(())
}
