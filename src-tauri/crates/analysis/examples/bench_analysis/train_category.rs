//! Trains the category head: multinomial logistic regression on embeddings of length one, Nesterov's gradient, then a
//! temperature on photos that were kept apart.

use analysis::garment::{Embedder, Embedding, Head, Kind, SIDES};
use analysis::models::Threads;
use analysis::picture::Picture;
use anyhow::Result;

use crate::{Common, data, rolls};

/// Pull towards zero: 1 / (10 photos).
const DECAY: f32 = 1.0 / 10.0;
const STEPS: usize = 400;
/// One photo in so many is kept apart for the temperature.
const APART: usize = 5;

struct Sample {
    embedding: Vec<f32>,
    kind: usize,
}

pub(crate) fn train(common: &Common) -> Result<()> {
    let embedder = Embedder::open(&common.models, &Threads::new(common.threads))?;
    let samples = samples(common, &embedder, "train")?;
    let (apart, rest): (Vec<_>, Vec<_>) = samples
        .iter()
        .enumerate()
        .partition(|(n, _)| n % APART == 0);
    let (apart, rest): (Vec<&Sample>, Vec<&Sample>) = (
        apart.into_iter().map(|s| s.1).collect(),
        rest.into_iter().map(|s| s.1).collect(),
    );
    let temperature = temperature(&fit(&rest), &apart);
    let mut head = fit(&samples.iter().collect::<Vec<_>>());
    head.temperature = temperature;
    head.means = means(&samples);
    let round = |n: f32, digits: f32| (n * digits).round() / digits;
    head.weights
        .iter_mut()
        .flatten()
        .for_each(|n| *n = round(*n, 1e3));
    head.means
        .iter_mut()
        .flatten()
        .for_each(|n| *n = round(*n, 1e4));
    head.bias.iter_mut().for_each(|n| *n = round(*n, 1e3));
    head.temperature = round(head.temperature, 1e3);
    let mut text = serde_json::to_string(&head)?;
    // A row a line: a change shows where it is.
    text = text.replace("],[", "],\n[");
    fs_err::write(data("category_head.json"), text + "\n")?;
    println!(
        "temperature {:.3}; {} photos",
        head.temperature,
        samples.len()
    );
    report(&head, &self::samples(common, &embedder, "validation")?);
    Ok(())
}

fn samples(common: &Common, embedder: &Embedder, split: &str) -> Result<Vec<Sample>> {
    rolls::garments(&common.garments, split)?
        .into_iter()
        .filter_map(|garment| {
            let folder = garment.path.parent()?.file_name()?.to_owned();
            let kind = Kind::ALL.iter().position(|kind| folder == kind.folder())?;
            Some((garment, kind))
        })
        .map(|(garment, kind)| {
            let picture = Picture::from_jpeg(&fs_err::read(&garment.path)?)?;
            Ok(Sample {
                embedding: embedder.embed(&picture)?.numbers().to_vec(),
                kind,
            })
        })
        .collect()
}

fn fit(samples: &[&Sample]) -> Head {
    let kinds = Kind::ALL.len();
    let columns = SIDES + 1;
    let decay = DECAY / samples.len() as f32;
    // The loss's curvature is at most a half for vectors of length one with a constant beside them.
    let rate = 1.0 / (1.0 + decay);
    let mut weights = vec![0.0f32; kinds * columns];
    let mut before = weights.clone();
    for step in 0..STEPS {
        let momentum = step as f32 / (step + 3) as f32;
        let ahead: Vec<f32> = weights
            .iter()
            .zip(&before)
            .map(|(now, before)| now + momentum * (now - before))
            .collect();
        let mut gradient: Vec<f32> = ahead.iter().map(|weight| decay * weight).collect();
        for sample in samples {
            let scores: Vec<f32> = ahead
                .chunks_exact(columns)
                .map(|row| dot(row, &sample.embedding))
                .collect();
            for (kind, probability) in softmax(&scores, 1.0).into_iter().enumerate() {
                let off =
                    (probability - f32::from(u8::from(kind == sample.kind))) / samples.len() as f32;
                let row = &mut gradient[kind * columns..(kind + 1) * columns];
                row.iter_mut()
                    .zip(&sample.embedding)
                    .for_each(|(g, x)| *g += off * x);
                row[SIDES] += off;
            }
        }
        before.clone_from(&weights);
        for (weight, (ahead, gradient)) in weights.iter_mut().zip(ahead.iter().zip(gradient)) {
            *weight = ahead - rate * gradient;
        }
    }
    Head {
        kinds: Kind::ALL.to_vec(),
        temperature: 1.0,
        bias: weights
            .chunks_exact(columns)
            .map(|row| row[SIDES])
            .collect(),
        weights: weights
            .chunks_exact(columns)
            .map(|row| row[..SIDES].to_vec())
            .collect(),
        means: Vec::new(),
    }
}

/// A row against an embedding, and the row's constant.
fn dot(row: &[f32], embedding: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    for (a, b) in row[..SIDES].chunks_exact(8).zip(embedding.chunks_exact(8)) {
        for n in 0..8 {
            sums[n] += a[n] * b[n];
        }
    }
    sums.iter().sum::<f32>() + row[SIDES]
}

fn softmax(scores: &[f32], temperature: f32) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let parts: Vec<f32> = scores
        .iter()
        .map(|score| ((score - most) / temperature).exp())
        .collect();
    let whole: f32 = parts.iter().sum();
    parts.into_iter().map(|part| part / whole).collect()
}

/// The temperature under which photos kept apart are likeliest.
fn temperature(head: &Head, apart: &[&Sample]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        apart
            .iter()
            .map(|sample| {
                let scores: Vec<f32> = head
                    .weights
                    .iter()
                    .zip(&head.bias)
                    .map(|(row, bias)| {
                        row.iter()
                            .zip(&sample.embedding)
                            .map(|(a, b)| a * b)
                            .sum::<f32>()
                            + bias
                    })
                    .collect();
                -f64::from(softmax(&scores, temperature)[sample.kind].max(1e-9)).ln()
            })
            .sum()
    };
    let tried = (20..=300).map(|n| n as f32 / 100.0);
    tried
        .fold((f64::MAX, 1.0), |best, temperature| {
            let loss = loss(temperature);
            if loss < best.0 {
                (loss, temperature)
            } else {
                best
            }
        })
        .1
}

fn means(samples: &[Sample]) -> Vec<Vec<f32>> {
    (0..Kind::ALL.len())
        .map(|kind| {
            let mut sum = vec![0.0f32; SIDES];
            for sample in samples.iter().filter(|sample| sample.kind == kind) {
                sum.iter_mut()
                    .zip(&sample.embedding)
                    .for_each(|(sum, n)| *sum += n);
            }
            Embedding::new(sum).numbers().to_vec()
        })
        .collect()
}

fn report(head: &Head, samples: &[Sample]) {
    let (mut first, mut second, mut sure, mut right) = (0, 0, 0, 0);
    for sample in samples {
        let guesses = head.guesses(&Embedding::new(sample.embedding.clone()));
        let kind = Kind::ALL[sample.kind];
        first += usize::from(guesses[0].kind == kind);
        second += usize::from(guesses[..2].iter().any(|guess| guess.kind == kind));
        if guesses[0].probability >= analysis::garment::SURE {
            sure += 1;
            right += usize::from(guesses[0].kind == kind);
        }
    }
    let of = |count: usize, all: usize| count as f64 / all.max(1) as f64;
    let all = samples.len();
    println!(
        "validation ({all}): first {:.3}, first two {:.3}, sure on {:.3}, right where sure {:.3}",
        of(first, all),
        of(second, all),
        of(sure, all),
        of(right, sure)
    );
}
