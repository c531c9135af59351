//! A roll of photos into piles, one for each garment.
//!
//! What counts: pauses between shots, the order, how alike photos look, their colours, copies, and labels, which belong
//! to the garment before or after them. A pile is a proposal with its reasons and with how sure it is; what the person
//! said stays as it is.

mod pairs;
mod partition;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::garment;
use crate::photo::PhotoFacts;
pub use pairs::{FEATURES, Pair, PairKind, PairModel, Timeline};

/// What grouping needs to know of a photo. All but its place may be unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct RollPhoto<'a> {
    /// When the camera says it was taken (its own wall clock).
    pub captured_at: Option<NaiveDateTime>,
    /// Camera model as the metadata names it.
    pub camera: Option<&'a str>,
    /// 64-bit difference hash.
    pub phash: Option<u64>,
    /// What the analyser saw.
    pub facts: Option<&'a PhotoFacts>,
    /// The pile into which the person put it, by any number: photos of one number are one pile, and no run adds to it
    /// or takes from it.
    pub by_person: Option<u64>,
}

/// Why photos are together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// The person said so; nothing else counts then.
    pub by_person: bool,
    /// The longest pause between two neighbours in seconds, where times are known.
    pub longest_pause: Option<u64>,
    /// How alike the garment's photos look, 0 to 1, the mean over pairs.
    pub look: Option<f32>,
    /// How alike their colours are, 0 to 1, the mean over pairs.
    pub colours: Option<f32>,
    /// Photos of labels among them.
    pub labels: usize,
    /// Photos that are copies of another one among them.
    pub copies: usize,
    /// Photos that others lie between: taken later, or mixed up in the import.
    pub strays: usize,
}

/// Photos of one garment, as far as can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pile {
    /// Places in the roll as it was given, in the order of capture where times are known.
    pub photos: Vec<usize>,
    /// Why.
    pub why: Why,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// The places that might as well lie in the pile before or after: their border is unsure.
    pub unsure: Vec<usize>,
}

/// Photos of a roll at most: the odds of all pairs are kept (9 MB).
pub const MOST_PHOTOS: usize = 1_500;
/// A photo whose next pile is this near, as a probability, is unsure.
const UNSURE: f32 = 0.25;
/// Where there is no other pile, or all are further: log odds beyond this say no more.
const FARTHEST: f32 = -8.0;
/// Pairs of one photo are not independent: their odds say too much by this factor.
const OVERSURE: f32 = 2.0;
/// No proposal is surer than this.
const MOST_CONFIDENT: f32 = 0.95;

/// Piles of a roll that is given in import order. Every photo is in exactly one; the same roll gives the same piles.
///
/// A roll of more than [`MOST_PHOTOS`] is worked off in parts of that many.
#[must_use]
pub fn piles(roll: &[RollPhoto<'_>]) -> Vec<Pile> {
    let mut piles = by_person(roll);
    let order = in_order(roll);
    for part in order.chunks(MOST_PHOTOS) {
        piles.extend(by_machine(roll, part, PairModel::shipped()));
    }
    piles.sort_by_key(|pile| pile.photos.iter().copied().min());
    piles
}

/// The same with another model, for training and measuring.
#[must_use]
pub fn piles_by(roll: &[RollPhoto<'_>], model: &PairModel) -> Vec<Pile> {
    by_machine(roll, &in_order(roll), model)
}

/// The timeline of a roll, for training.
#[must_use]
pub fn timeline<'a>(roll: &[RollPhoto<'a>]) -> (Vec<usize>, Timeline<'a>) {
    let order = in_order(roll);
    let timeline = timeline_of(roll, &order);
    (order, timeline)
}

fn by_person(roll: &[RollPhoto<'_>]) -> Vec<Pile> {
    let mut piles: std::collections::BTreeMap<u64, Vec<usize>> = std::collections::BTreeMap::new();
    for (place, photo) in roll.iter().enumerate() {
        if let Some(number) = photo.by_person {
            piles.entry(number).or_default().push(place);
        }
    }
    let pile = |photos: Vec<usize>| Pile {
        photos,
        why: Why {
            by_person: true,
            ..Why::default()
        },
        confidence: 1.0,
        unsure: Vec::new(),
    };
    piles.into_values().map(pile).collect()
}

/// The places that the machine groups, in the order of capture as far as it is known: each camera by itself, a photo
/// without a time after the one that was imported before it.
fn in_order(roll: &[RollPhoto<'_>]) -> Vec<usize> {
    let cameras = cameras(roll);
    let mut sorted: Vec<usize> = (0..roll.len())
        .filter(|&p| roll[p].by_person.is_none() && roll[p].captured_at.is_some())
        .collect();
    sorted.sort_by_key(|&place| (cameras[place], roll[place].captured_at, place));
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); roll.len() + 1];
    let mut last = roll.len();
    for place in (0..roll.len()).filter(|&p| roll[p].by_person.is_none()) {
        if roll[place].captured_at.is_some() {
            last = place;
        } else {
            after[last].push(place);
        }
    }
    let first = std::mem::take(&mut after[roll.len()]);
    let with_followers = sorted
        .into_iter()
        .flat_map(|place| std::iter::once(place).chain(std::mem::take(&mut after[place])));
    first
        .into_iter()
        .chain(with_followers.collect::<Vec<_>>())
        .collect()
}

/// A number for each camera, the same for all where fewer than two are named.
fn cameras(roll: &[RollPhoto<'_>]) -> Vec<usize> {
    let mut names: Vec<&str> = roll.iter().filter_map(|photo| photo.camera).collect();
    names.sort_unstable();
    names.dedup();
    let number = |photo: &RollPhoto<'_>| match photo.camera {
        Some(camera) if names.len() > 1 => names.binary_search(&camera).map_or(0, |at| at + 1),
        _ => 0,
    };
    roll.iter().map(number).collect()
}

fn timeline_of<'a>(roll: &[RollPhoto<'a>], order: &[usize]) -> Timeline<'a> {
    let cameras = cameras(roll);
    let photos = order.iter().map(|&place| roll[place]).collect();
    Timeline::new(photos, order.iter().map(|&place| cameras[place]).collect())
}

fn by_machine(roll: &[RollPhoto<'_>], order: &[usize], model: &PairModel) -> Vec<Pile> {
    let timeline = timeline_of(roll, order);
    let copies = copies(timeline.photos());
    // Copies count once: a photo imported ten times says no more than once, and five hundred equal ones are one pile.
    let firsts: Vec<usize> = (0..order.len()).filter(|&at| copies[at] == at).collect();
    let count = firsts.len();
    let mut odds = vec![0.0f32; count * count];
    for a in 0..count {
        for b in a + 1..count {
            let pair = timeline.pair(firsts[a], firsts[b]);
            odds[a * count + b] = model.log_odds(&pair) - model.bias[usize::from(pair.timed)];
        }
    }
    let pile = partition::partition(count, &odds);
    let members = partition::members(&pile);
    let score = |a: usize, b: usize| odds[a.min(b) * count + a.max(b)];
    members
        .iter()
        .map(|places| {
            let (confidence, unsure) = sureness(places, &members, &score);
            let all: Vec<usize> = (0..order.len())
                .filter(|&at| {
                    firsts
                        .binary_search(&copies[at])
                        .is_ok_and(|first| places.contains(&first))
                })
                .collect();
            Pile {
                why: why(&timeline, &all, &copies),
                photos: all.iter().map(|&at| order[at]).collect(),
                confidence,
                unsure: unsure
                    .into_iter()
                    .map(|place| order[firsts[place]])
                    .collect(),
            }
        })
        .collect()
}

/// For each photo the first one that it is a copy of, itself where of none.
fn copies(photos: &[RollPhoto<'_>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..photos.len()).collect();
    for at in 0..photos.len() {
        let known = (0..at).find(|&before| {
            first[before] == before && pairs::are_copies(&photos[before], &photos[at])
        });
        first[at] = known.unwrap_or(at);
    }
    first
}

/// How sure a pile is: the chance that every photo of it belongs here rather than anywhere else; and the photos that fit
/// elsewhere nearly as well.
fn sureness(
    places: &[usize],
    piles: &[Vec<usize>],
    score: &impl Fn(usize, usize) -> f32,
) -> (f32, Vec<usize>) {
    let mean = |place: usize, others: &[usize]| {
        let others = others.iter().filter(|&&other| other != place);
        let (sum, count) = others.fold((0.0, 0u32), |(sum, count), &other| {
            (sum + score(place, other), count + 1)
        });
        if count == 0 { 0.0 } else { sum / count as f32 }
    };
    let mut confidence = 1.0;
    let mut unsure = Vec::new();
    for &place in places {
        let others = piles.iter().filter(|pile| pile.as_slice() != places);
        let elsewhere = others
            .map(|pile| mean(place, pile))
            .fold(FARTHEST, f32::max);
        let odds = mean(place, places) - elsewhere;
        let chance = 1.0 / (1.0 + (-odds / OVERSURE).exp());
        confidence *= chance;
        if chance < 1.0 - UNSURE {
            unsure.push(place);
        }
    }
    (confidence.min(MOST_CONFIDENT), unsure)
}

fn why(timeline: &Timeline<'_>, places: &[usize], copies: &[usize]) -> Why {
    let photos = timeline.photos();
    let is_label = |place: usize| photos[place].facts.is_some_and(|facts| facts.label);
    let garments: Vec<usize> = places
        .iter()
        .copied()
        .filter(|&place| !is_label(place))
        .collect();
    let mean = |of: &dyn Fn(&PhotoFacts, &PhotoFacts) -> Option<f32>| {
        let mut found = Vec::new();
        for (at, &a) in garments.iter().enumerate() {
            for &b in &garments[at + 1..] {
                found.extend(
                    photos[a]
                        .facts
                        .zip(photos[b].facts)
                        .and_then(|(a, b)| of(a, b)),
                );
            }
        }
        (!found.is_empty()).then(|| found.iter().sum::<f32>() / found.len() as f32)
    };
    let pauses = places.windows(2).filter_map(|pair| {
        let (earlier, later) = (photos[pair[0]].captured_at?, photos[pair[1]].captured_at?);
        u64::try_from(later.signed_duration_since(earlier).num_seconds()).ok()
    });
    Why {
        by_person: false,
        longest_pause: pauses.max(),
        look: mean(&|a, b| Some(a.embedding.as_ref()?.alike(b.embedding.as_ref()?))),
        colours: mean(&|a, b| {
            Some(garment::alike(
                &a.colours.as_ref()?.palette,
                &b.colours.as_ref()?.palette,
            ))
        }),
        labels: places.iter().filter(|&&place| is_label(place)).count(),
        copies: places
            .iter()
            .filter(|&&place| copies[place] != place)
            .count(),
        strays: places
            .windows(2)
            .filter(|pair| pair[1] != pair[0] + 1)
            .count(),
    }
}

#[cfg(test)]
mod tests;
