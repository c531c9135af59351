//! What a found line says: the recognition network and its decoding (CTC: the best label at each step, repeats and
//! blanks left out, as the reference decodes).

use std::path::Path;

use rten_tensor::NdTensorView;
use rten_tensor::prelude::*;

use super::geometry::Quad;
use crate::models::{ModelError, ModelFile, Network, Threads, read};
use crate::picture::{Picture, Turn};

/// Rows of the network's input.
const HEIGHT: u32 = 48;
/// The least columns, filled up with gray; the network was trained on these.
const LEAST_WIDTH: u32 = 320;
/// The most: a line forty times as long as high is cut no further, only squeezed.
const MOST_WIDTH: u32 = 1_920;
/// A line this much higher than wide stands on its side.
const UPRIGHT: f32 = 1.5;
/// Sides of a cut-out line in pixels: more says nothing more.
const MOST_SIDE: f32 = 4_096.0;

/// A line as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) text: String,
    /// The mean of the chosen characters' probabilities; 0 where none was chosen.
    pub(crate) confidence: f32,
}

/// The recognition network with its characters.
pub(crate) struct Recogniser {
    network: Network,
    characters: Vec<String>,
}

impl Recogniser {
    pub(crate) fn open(folder: &Path, threads: &Threads) -> Result<Self, ModelError> {
        Ok(Self {
            characters: characters(folder)?,
            network: Network::open(folder, ModelFile::TextRecognition, threads)?,
        })
    }

    /// Reads the line within `quad`, turned upside down where wanted.
    pub(crate) fn read(
        &self,
        picture: &Picture,
        quad: &Quad,
        upside_down: bool,
    ) -> Result<Read, ModelError> {
        let mut line = cut_out(picture, quad);
        if is_tall(quad) {
            line = line.turned(Turn::Left);
        }
        if upside_down {
            line = line.turned(Turn::Half);
        }
        let wanted =
            (f64::from(HEIGHT) * f64::from(line.width()) / f64::from(line.height())).ceil();
        let filled = (wanted as u32).clamp(1, MOST_WIDTH);
        let width = filled.max(LEAST_WIDTH);
        let line = line.resized(filled, HEIGHT);
        let plane = (HEIGHT * width) as usize;
        let mut planes = vec![0.0; 3 * plane];
        for (at, pixel) in line.rgb().chunks_exact(3).enumerate() {
            let (x, y) = (at as u32 % filled, at as u32 / filled);
            for channel in 0..3 {
                // Blue, green, red; -1 to 1.
                let sample = f32::from(pixel[2 - channel]) / 127.5 - 1.0;
                planes[channel * plane + (y * width + x) as usize] = sample;
            }
        }
        let shape = [1, 3, HEIGHT as usize, width as usize];
        let output = self.network.run::<3>(shape, planes)?;
        Ok(decode(&output.slice(0), &self.characters))
    }

    #[cfg(test)]
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }
}

/// Whether the line stands on its side in the picture.
pub(crate) fn is_tall(quad: &Quad) -> bool {
    quad.height() >= UPRIGHT * quad.width()
}

/// The labels' characters: blank first, the file's lines, a space last.
fn characters(folder: &Path) -> Result<Vec<String>, ModelError> {
    let file = ModelFile::Characters;
    let text = String::from_utf8(read(folder, file)?).map_err(|error| ModelError::Damaged {
        file,
        problem: error.to_string(),
    })?;
    let lines = text.lines().map(str::to_owned);
    Ok(std::iter::once(String::new())
        .chain(lines)
        .chain([" ".to_owned()])
        .collect())
}

fn decode(steps: &NdTensorView<f32, 2>, characters: &[String]) -> Read {
    let mut text = String::new();
    let (mut sum, mut count) = (0.0, 0u32);
    let mut last = 0;
    for step in 0..steps.size(0) {
        let (label, probability) = (0..steps.size(1))
            .map(|label| (label, steps[[step, label]]))
            .fold(
                (0, f32::MIN),
                |best, next| if next.1 > best.1 { next } else { best },
            );
        if label != 0 && label != last {
            if let Some(character) = characters.get(label) {
                text.push_str(character);
            }
            sum += probability;
            count += 1;
        }
        last = label;
    }
    let confidence = if count == 0 { 0.0 } else { sum / count as f32 };
    Read {
        text: text.trim().to_owned(),
        confidence,
    }
}

/// The part of the picture within the corners, stretched to a rectangle (bilinear over the corners: the boxes are
/// rectangles, so that this is a turn and no more).
fn cut_out(picture: &Picture, quad: &Quad) -> Picture {
    let side = |length: f32| length.clamp(1.0, MOST_SIDE) as u32;
    let (width, height) = (side(quad.width()), side(quad.height()));
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    let [a, b, c, d] = quad.0;
    for y in 0..height {
        let v = y as f32 / height as f32;
        for x in 0..width {
            let u = x as f32 / width as f32;
            let place = |axis: usize| {
                (a[axis] * (1.0 - u) + b[axis] * u) * (1.0 - v)
                    + (d[axis] * (1.0 - u) + c[axis] * u) * v
            };
            rgb.extend(
                picture
                    .between(place(0), place(1))
                    .map(|sample| sample.round() as u8),
            );
        }
    }
    // The sides are at least one pixel and filled.
    Picture::new(width, height, rgb).unwrap_or_else(|_| picture.clone())
}

#[cfg(test)]
mod tests {
    use rten_tensor::NdTensor;

    use super::*;

    fn decoded(steps: &[[f32; 4]]) -> Read {
        let data: Vec<f32> = steps.iter().flatten().copied().collect();
        let tensor = NdTensor::from_data([steps.len(), 4], data);
        decode(&tensor.view(), &["", "a", "b", " "].map(str::to_owned))
    }

    #[test]
    fn repeats_and_blanks_are_left_out() {
        let a = [0.1, 0.8, 0.1, 0.0];
        let b = [0.2, 0.0, 0.6, 0.2];
        let blank = [0.9, 0.1, 0.0, 0.0];
        assert_eq!(decoded(&[a, a, b]).text, "ab", "a repeat is one letter");
        assert_eq!(
            decoded(&[a, blank, a]).text,
            "aa",
            "a blank parts two of a letter"
        );
        let read = decoded(&[blank, a, b, b]);
        assert!(
            (read.confidence - 0.7).abs() < 1e-6,
            "the mean over the letters, once each: {read:?}"
        );
        assert_eq!(
            decoded(&[blank, blank]),
            Read {
                text: String::new(),
                confidence: 0.0
            }
        );
        assert_eq!(
            decoded(&[]),
            Read {
                text: String::new(),
                confidence: 0.0
            }
        );
    }

    #[test]
    fn a_turned_line_is_cut_out_straight() {
        // A white bar from (10, 10) down to (14, 50): five wide, forty high.
        let mut rgb = vec![0; 64 * 64 * 3];
        for y in 10..50 {
            for x in 10..15 {
                rgb[(y * 64 + x) * 3..][..3].fill(255);
            }
        }
        let picture = Picture::new(64, 64, rgb).unwrap();
        let quad = Quad([[10.0, 10.0], [14.0, 10.0], [14.0, 49.0], [10.0, 49.0]]);
        assert!(is_tall(&quad), "it stands on its side");
        let cut = cut_out(&picture, &quad);
        assert_eq!((cut.width(), cut.height()), (4, 39));
        assert!(
            cut.rgb().iter().all(|&sample| sample == 255),
            "nothing of its surroundings is in it"
        );
    }
}
