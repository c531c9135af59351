//! A photo as 1280 numbers that are close for alike things (EfficientNet-Lite0 without its last layer).

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use rten_tensor::prelude::*;

use serde::{Deserialize, Serialize};

use crate::models::{ModelError, ModelFile, Network, Threads};
use crate::picture::Picture;

/// Numbers of an embedding.
pub const SIDES: usize = 1280;
/// Sides of the network's input in pixels.
const INPUT: u32 = 224;

/// An embedding of length one. Written, its numbers are base64 of little-endian singles: a third of their digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Embedding(Vec<f32>);

impl From<Embedding> for String {
    fn from(embedding: Embedding) -> Self {
        let bytes: Vec<u8> = embedding.0.iter().flat_map(|n| n.to_le_bytes()).collect();
        BASE64_STANDARD_NO_PAD.encode(bytes)
    }
}

impl TryFrom<String> for Embedding {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bytes = BASE64_STANDARD_NO_PAD
            .decode(text)
            .map_err(|error| error.to_string())?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err("no whole numbers".to_owned());
        }
        Ok(Self(
            numbers.iter().map(|n| f32::from_le_bytes(*n)).collect(),
        ))
    }
}

impl Embedding {
    /// An embedding from the network's numbers, made to length one. All zero stays all zero.
    #[must_use]
    pub fn new(mut numbers: Vec<f32>) -> Self {
        let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt();
        if length > 0.0 {
            numbers.iter_mut().for_each(|n| *n /= length);
        }
        Self(numbers)
    }

    /// The numbers.
    #[must_use]
    pub fn numbers(&self) -> &[f32] {
        &self.0
    }

    /// The cosine of the angle between two: 1 for the same photo, about 0.3 for unlike things.
    #[must_use]
    pub fn alike(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0)
    }
}

pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side: the compiler makes vector instructions of them.
    let mut sums = [0.0f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a
        .remainder()
        .iter()
        .zip(b.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in a.zip(b) {
        for n in 0..8 {
            sums[n] += a[n] * b[n];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// The embedding network.
pub struct Embedder {
    network: Network,
}

impl Embedder {
    /// Loads the network from the models' folder.
    ///
    /// # Errors
    /// A file that is missing or damaged.
    pub fn open(folder: &Path, threads: &Threads) -> Result<Self, ModelError> {
        let network = Network::open(folder, ModelFile::Embedding, threads)?;
        Ok(Self { network })
    }

    /// The picture's embedding. Its shape is lost: the network takes squares.
    ///
    /// # Errors
    /// A network that did not run.
    pub fn embed(&self, picture: &Picture) -> Result<Embedding, ModelError> {
        let small = picture.resized(INPUT, INPUT);
        let plane = (INPUT * INPUT) as usize;
        let mut planes = vec![0.0; 3 * plane];
        for (at, pixel) in small.rgb().chunks_exact(3).enumerate() {
            for channel in 0..3 {
                planes[channel * plane + at] = f32::from(pixel[channel]) / 127.5 - 1.0;
            }
        }
        self.run(planes)
    }

    /// The embedding of samples in planes, -1 to 1.
    pub(crate) fn run(&self, planes: Vec<f32>) -> Result<Embedding, ModelError> {
        let side = INPUT as usize;
        let output = self.network.run::<2>([1, 3, side, side], planes)?;
        Ok(Embedding::new(output.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_to_the_bit() {
        let embedding = Embedding::new((0..SIDES).map(|n| (n as f32).sin()).collect());
        let text = serde_json::to_string(&embedding).unwrap();
        assert!(text.len() < 7_000, "kept for thousands of photos");
        assert_eq!(serde_json::from_str::<Embedding>(&text).unwrap(), embedding);
        assert!(
            serde_json::from_str::<Embedding>("\"AAA\"").is_err(),
            "half a number"
        );
    }

    #[test]
    fn length_is_one_and_angles_are_kept() {
        let a = Embedding::new((0..20).map(|n| n as f32).collect());
        assert!((a.alike(&a) - 1.0).abs() < 1e-6);
        let zero = Embedding::new(vec![0.0; 20]);
        assert_eq!(zero.alike(&a), 0.0, "nothing is like nothing");
        let numbers: Vec<f32> = (0..19).map(|n| n as f32).collect();
        assert_eq!(
            dot(&numbers, &numbers),
            2109.0,
            "the rest that does not fill eight counts too"
        );
    }
}
