//! Trains the pair model on made-up rolls of `train`: logistic regression for each kind of pair, then the bias that makes
//! the best piles.

use analysis::models::Threads;
use analysis::photo::Analyser;
use analysis::roll::{FEATURES, Pair, PairKind, PairModel, piles_by, timeline};
use anyhow::Result;

use crate::draw::Fonts;
use crate::grouping::rand_index;
use crate::rolls::{self, Kind, Shot};
use crate::{Common, data};

/// Pairs further apart than this in a roll say little and are many.
const WINDOW: usize = 40;
const STEPS: usize = 3_000;
const RATE: f64 = 0.5;
const DECAY: f64 = 1e-4;
/// Seeds of the rolls that are trained on; measured rolls have others.
const SEEDS: u64 = 1_000;

pub(crate) fn train(common: &Common, count: u64) -> Result<()> {
    let analyser = Analyser::open(&common.models, &Threads::new(common.threads));
    let fonts = Fonts::find(&common.fonts)?;
    let garments = rolls::garments(&common.garments, "train")?;
    let kind = Kind {
        items: 20,
        without_time: 0.08,
    };
    let rolls: Vec<Vec<Shot>> = (0..count)
        .map(|n| rolls::roll(&garments, kind, &fonts, &analyser, SEEDS + n))
        .collect::<Result<_>>()?;
    let mut model = PairModel {
        weights: [[[0.0; FEATURES]; 3]; 2],
        bias: [0.0; 2],
    };
    for timed in [false, true] {
        let pairs: Vec<(Pair, bool)> = rolls.iter().flat_map(|shots| pairs(shots, timed)).collect();
        for kind in [
            PairKind::Garments,
            PairKind::LabelAndGarment,
            PairKind::Labels,
        ] {
            let of: Vec<&(Pair, bool)> = pairs
                .iter()
                .filter(|(pair, _)| pair.kind == kind && pair.timed == timed)
                .collect();
            *model.weights_mut(kind, timed) = fit(&of);
        }
    }
    for timed in [false, true] {
        let at = usize::from(timed);
        let (mut best, mut bias) = (f64::MIN, 0.0);
        for tried in -30..=30 {
            model.bias[at] = tried as f32 / 10.0;
            let score: f64 = rolls
                .iter()
                .map(|shots| rand_index(shots, &piles_by(&rolls::as_given(shots, timed), &model)))
                .sum();
            if score > best {
                (best, bias) = (score, model.bias[at]);
            }
        }
        model.bias[at] = bias;
        println!(
            "timed {timed}: bias {bias}, Rand index {:.3} on the rolls trained on",
            best / rolls.len() as f64
        );
    }
    model
        .weights
        .iter_mut()
        .flatten()
        .flatten()
        .for_each(|n| *n = (*n * 1e3).round() / 1e3);
    let text = serde_json::to_string(&model)?.replace("],[", "],\n[");
    fs_err::write(data("grouping_pairs.json"), text + "\n")?;
    Ok(())
}

fn pairs(shots: &[Shot], times: bool) -> Vec<(Pair, bool)> {
    let roll = rolls::as_given(shots, times);
    let (order, timeline) = timeline(&roll);
    let mut pairs = Vec::new();
    for a in 0..order.len() {
        for b in a + 1..order.len().min(a + WINDOW) {
            pairs.push((
                timeline.pair(a, b),
                shots[order[a]].item == shots[order[b]].item,
            ));
        }
    }
    pairs
}

fn fit(pairs: &[&(Pair, bool)]) -> [f32; FEATURES] {
    let mut weights = [0.0f64; FEATURES];
    let mut before = weights;
    for step in 0..STEPS {
        let momentum = step as f64 / (step + 3) as f64;
        let mut ahead = weights;
        ahead
            .iter_mut()
            .zip(before)
            .for_each(|(now, before)| *now += momentum * (*now - before));
        let mut gradient = ahead.map(|weight| DECAY * weight);
        for (pair, same) in pairs {
            let odds: f64 = ahead
                .iter()
                .zip(pair.features)
                .map(|(weight, feature)| weight * f64::from(feature))
                .sum();
            let off = 1.0 / (1.0 + (-odds).exp()) - f64::from(u8::from(*same));
            gradient
                .iter_mut()
                .zip(pair.features)
                .for_each(|(g, feature)| *g += off * f64::from(feature) / pairs.len() as f64);
        }
        before = weights;
        for (at, weight) in weights.iter_mut().enumerate() {
            *weight = ahead[at] - RATE * gradient[at];
        }
    }
    weights.map(|weight| weight as f32)
}
