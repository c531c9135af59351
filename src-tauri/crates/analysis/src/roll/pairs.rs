//! How likely two photos are of the same garment: a logistic model a kind of pair, trained on made-up rolls.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::RollPhoto;
use crate::garment;

/// Numbers that a pair is described by.
pub const FEATURES: usize = 8;

/// What kind of pair it is: each has weights of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairKind {
    /// Two photos of garments.
    Garments,
    /// A label and a garment.
    LabelAndGarment,
    /// Two labels.
    Labels,
}

impl PairKind {
    fn place(self) -> usize {
        match self {
            Self::Garments => 0,
            Self::LabelAndGarment => 1,
            Self::Labels => 2,
        }
    }
}

/// A pair as the model sees it.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Its kind.
    pub kind: PairKind,
    /// The times of both are known, on one camera.
    pub timed: bool,
    /// One, then: the pause between them, how far they are apart in the roll, how alike they look, how alike their
    /// colours are, whether they are copies, whether the label comes after its garment, one where neighbours.
    pub features: [f32; FEATURES],
}

/// The weights, as their file holds them: first without and then with times, each for the three kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairModel {
    /// `[timed][kind][feature]`.
    pub weights: [[[f32; FEATURES]; 3]; 2],
    /// What a pair must be likelier than, as log odds: tuned for whole piles.
    pub bias: [f32; 2],
}

static SHIPPED: LazyLock<PairModel> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    serde_json::from_str(include_str!("../../data/grouping_pairs.json")).unwrap_or(PairModel {
        weights: [[[0.0; FEATURES]; 3]; 2],
        bias: [0.0; 2],
    })
});

impl PairModel {
    /// The one that ships.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Log odds that the pair is of one garment.
    #[must_use]
    pub fn log_odds(&self, pair: &Pair) -> f32 {
        let weights = &self.weights[usize::from(pair.timed)][pair.kind.place()];
        weights
            .iter()
            .zip(pair.features)
            .map(|(weight, feature)| weight * feature)
            .sum()
    }

    /// The weights that [`Self::log_odds`] takes for such a pair, for training.
    pub fn weights_mut(&mut self, kind: PairKind, timed: bool) -> &mut [f32; FEATURES] {
        &mut self.weights[usize::from(timed)][kind.place()]
    }
}

/// Bits in which perceptual hashes of copies differ at most (of 64; unlike photos differ in about half).
pub(super) const COPY_BITS: u32 = 6;
/// Copies look this much alike as well: two plain black T-shirts have the same hash.
pub(super) const COPY_LOOK: f32 = 0.94;

/// What is taken for the look and the colours of photos that were not looked at: between those of one garment and those
/// of two.
const UNKNOWN_LOOK: f32 = 0.42;
const UNKNOWN_COLOURS: f32 = 0.25;

/// Whether two photos are copies of each other.
pub(super) fn are_copies(a: &RollPhoto<'_>, b: &RollPhoto<'_>) -> bool {
    let (Some(x), Some(y)) = (a.phash, b.phash) else {
        return false;
    };
    // Flat pictures have the hash of nothing.
    if (x ^ y).count_ones() > COPY_BITS || x == 0 {
        return false;
    }
    match (look(a), look(b)) {
        (Some(a), Some(b)) => a.alike(b) >= COPY_LOOK,
        _ => true,
    }
}

fn look<'a>(photo: &RollPhoto<'a>) -> Option<&'a garment::Embedding> {
    photo.facts.and_then(|facts| facts.embedding.as_ref())
}

fn is_label(photo: &RollPhoto<'_>) -> bool {
    photo.facts.is_some_and(|facts| facts.label)
}

/// The roll in its order, with what the model needs to know of all of it.
pub struct Timeline<'a> {
    photos: Vec<RollPhoto<'a>>,
    /// Seconds on the roll's own clock, where known.
    seconds: Vec<Option<f64>>,
    /// The camera's number, where several are named.
    camera: Vec<usize>,
    /// The longest pause, as the logarithm over the usual pause, before each photo.
    pauses: Vec<f32>,
}

impl<'a> Timeline<'a> {
    /// A timeline of photos that are in their order already.
    pub(super) fn new(photos: Vec<RollPhoto<'a>>, camera: Vec<usize>) -> Self {
        let start = photos.iter().filter_map(|p| p.captured_at).min();
        let seconds: Vec<Option<f64>> = photos
            .iter()
            .map(|photo| {
                Some(
                    photo
                        .captured_at?
                        .signed_duration_since(start?)
                        .as_seconds_f64(),
                )
            })
            .collect();
        let mut last: Option<(usize, f64)> = None;
        let mut raw = vec![0.0f64; photos.len()];
        for at in 0..photos.len() {
            if let Some(now) = seconds[at] {
                if let Some((before, then)) = last {
                    raw[at] = if camera[before] == camera[at] {
                        (now - then).max(0.0)
                    } else {
                        f64::MAX
                    };
                }
                last = Some((at, now));
            }
        }
        // Clocks count whole seconds.
        let mut known: Vec<f64> = raw
            .iter()
            .copied()
            .filter(|pause| *pause > 0.0 && *pause < 3600.0)
            .map(|p| p.max(1.0))
            .collect();
        known.sort_by(f64::total_cmp);
        let usual = known.get(known.len() / 2).copied().unwrap_or(10.0);
        let pauses = raw
            .iter()
            .map(|pause| ((pause.clamp(1.0, 3600.0) / usual).ln()) as f32)
            .collect();
        Self {
            photos,
            seconds,
            camera,
            pauses,
        }
    }

    /// The photos in order.
    #[must_use]
    pub fn photos(&self) -> &[RollPhoto<'a>] {
        &self.photos
    }

    /// The pair of two places, the earlier first.
    #[must_use]
    pub fn pair(&self, a: usize, b: usize) -> Pair {
        let (earlier, later) = (&self.photos[a], &self.photos[b]);
        let timed = self.seconds[a].is_some()
            && self.seconds[b].is_some()
            && self.camera[a] == self.camera[b];
        let longest = self.pauses[a + 1..=b]
            .iter()
            .copied()
            .fold(f32::MIN, f32::max);
        let alike = match (look(earlier), look(later)) {
            (Some(a), Some(b)) => a.alike(b),
            _ => UNKNOWN_LOOK,
        };
        let palette = |photo: &RollPhoto<'a>| {
            photo
                .facts
                .and_then(|facts| facts.colours.as_ref())
                .map(|c| c.palette.as_slice())
        };
        let colours = match (palette(earlier), palette(later)) {
            (Some(a), Some(b)) => garment::alike(a, b),
            _ => UNKNOWN_COLOURS,
        };
        let kind = match (is_label(earlier), is_label(later)) {
            (false, false) => PairKind::Garments,
            (true, true) => PairKind::Labels,
            _ => PairKind::LabelAndGarment,
        };
        let apart = (b - a) as f32;
        Pair {
            kind,
            timed,
            features: [
                1.0,
                if timed { longest } else { 0.0 },
                apart.ln(),
                alike,
                colours,
                f32::from(u8::from(are_copies(earlier, later))),
                f32::from(u8::from(
                    kind == PairKind::LabelAndGarment && is_label(later),
                )),
                f32::from(u8::from(b == a + 1)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_weights_that_say_something() {
        let model = PairModel::shipped();
        for timed in [false, true] {
            let near = Pair {
                kind: PairKind::Garments,
                timed,
                features: [1.0, -1.0, 0.0, 0.95, 0.9, 1.0, 0.0, 1.0],
            };
            let far = Pair {
                features: [1.0, 2.0, 2.5, 0.3, 0.1, 0.0, 0.0, 0.0],
                ..near
            };
            assert!(
                model.log_odds(&near) > 1.0,
                "alike and beside each other: {}",
                model.log_odds(&near)
            );
            assert!(
                model.log_odds(&far) < -1.0,
                "unlike and far: {}",
                model.log_odds(&far)
            );
        }
    }
}
