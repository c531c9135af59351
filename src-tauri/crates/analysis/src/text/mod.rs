//! Text in photos: found, turned upright, read.

mod detect;
mod geometry;
mod recognise;
#[cfg(test)]
mod reference_tests;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::evidence::Region;
use crate::models::{ModelError, Threads};
use crate::picture::{Picture, Turn};
use detect::{Detector, Found};
use recognise::{Read, Recogniser, is_tall};

/// The longer side at which a photo is first looked at: enough to see that there is text.
const GLANCE: u32 = 640;
/// The longer side at which a photo with text is read.
const READING: u32 = 1_280;
/// A line read below this is no text (the reference's `drop_score`).
const LEAST_CONFIDENCE: f32 = 0.5;
/// Lines that stand upright are read at 0.93 and more, lines upside down at 0.79 and less (the crate's own label
/// pictures): between lies what "reads badly" means.
const READS_BADLY: f32 = 0.86;
/// Lines of a photo that are read at all.
const MOST_LINES: usize = 60;
/// Less of the photo is no label that somebody photographed.
const LEAST_AREA: f32 = 0.002;

/// A line of text in a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// The mean probability of its characters.
    pub confidence: f32,
    /// Where, in the photo as it was given.
    pub region: Region,
}

/// What a photo says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// From top to bottom in the direction in which the text stands upright.
    pub lines: Vec<Line>,
    /// The turn that stands the text upright; none where nothing was read.
    pub turn: Option<Turn>,
    /// The part of the photo that is text, 0 to 1.
    pub area: f32,
}

impl Reading {
    /// Letters and digits that were read.
    #[must_use]
    pub fn characters(&self) -> usize {
        let count = |line: &Line| line.text.chars().filter(|c| c.is_alphanumeric()).count();
        self.lines.iter().map(count).sum()
    }
}

/// Finds and reads text.
pub struct TextReader {
    detector: Detector,
    recogniser: Recogniser,
}

impl TextReader {
    /// Loads the networks from the models' folder.
    ///
    /// # Errors
    /// A file that is missing or damaged.
    pub fn open(folder: &Path, threads: &Threads) -> Result<Self, ModelError> {
        Ok(Self {
            detector: Detector::open(folder, threads)?,
            recogniser: Recogniser::open(folder, threads)?,
        })
    }

    /// Reads a photo. Most photos show no text and cost a glance only; where text is seen, it is turned upright and
    /// looked at more closely.
    ///
    /// # Errors
    /// A network that did not run.
    pub fn read(&self, picture: &Picture) -> Result<Reading, ModelError> {
        let glance = picture.within(GLANCE);
        let seen = self
            .detector
            .find(&glance, glance.width().max(glance.height()))?;
        let area = area(&seen, &glance);
        if area < LEAST_AREA {
            return Ok(Reading {
                area,
                ..Reading::default()
            });
        }
        let Some(turn) = self.upright(&glance, &seen)? else {
            return Ok(Reading {
                area,
                ..Reading::default()
            });
        };
        let upright = picture.within(READING).turned(turn);
        let edge = upright.width().max(upright.height());
        let found = self.detector.find(&upright, edge)?;
        let lines = self.lines(&upright, &found, turn)?;
        Ok(Reading {
            turn: (!lines.is_empty()).then_some(turn),
            lines,
            area,
        })
    }

    /// The turn in which the found lines read best; none where none of them reads.
    ///
    /// A box is either wide, and stands upright or upside down, or tall, and lies on its left or its right: reading it
    /// both ways is all four turns.
    fn upright(&self, picture: &Picture, found: &[Found]) -> Result<Option<Turn>, ModelError> {
        let mut votes = [0.0f32; 4];
        let mut longest: Vec<&Found> = found.iter().collect();
        longest.sort_by(|a, b| length(b).total_cmp(&length(a)));
        longest.truncate(MOST_VOTERS);
        let mut forward = Vec::new();
        for line in &longest {
            forward.push(self.recogniser.read(picture, &line.quad, false)?);
        }
        for (line, read) in longest.iter().zip(&forward) {
            let turn = if is_tall(&line.quad) {
                Turn::Left
            } else {
                Turn::None
            };
            votes[place(turn)] += vote(read);
        }
        if mean_confidence(&forward) < READS_BADLY {
            for line in &longest {
                let turn = if is_tall(&line.quad) {
                    Turn::Right
                } else {
                    Turn::Half
                };
                votes[place(turn)] += vote(&self.recogniser.read(picture, &line.quad, true)?);
            }
        }
        let best = Turn::ALL.into_iter().fold(Turn::None, |best, turn| {
            if votes[place(turn)] > votes[place(best)] {
                turn
            } else {
                best
            }
        });
        Ok((votes[place(best)] > 0.0).then_some(best))
    }

    fn lines(
        &self,
        upright: &Picture,
        found: &[Found],
        turn: Turn,
    ) -> Result<Vec<Line>, ModelError> {
        let mut lines = Vec::new();
        for line in found.iter().take(MOST_LINES) {
            let read = self.recogniser.read(upright, &line.quad, false)?;
            if read.confidence < LEAST_CONFIDENCE || read.text.is_empty() {
                continue;
            }
            let (width, height) = (upright.width() as f32, upright.height() as f32);
            let corners = line
                .quad
                .0
                .map(|p| as_given([p[0] / width, p[1] / height], turn));
            lines.push(Line {
                text: read.text,
                confidence: read.confidence,
                region: Region { corners },
            });
        }
        Ok(lines)
    }
}

/// Lines that are asked in which direction the text stands.
const MOST_VOTERS: usize = 12;

fn length(line: &Found) -> f32 {
    line.quad.width().max(line.quad.height())
}

fn place(turn: Turn) -> usize {
    match turn {
        Turn::None => 0,
        Turn::Right => 1,
        Turn::Half => 2,
        Turn::Left => 3,
    }
}

/// What a reading says for its direction: long lines that read well.
fn vote(read: &Read) -> f32 {
    if read.confidence < LEAST_CONFIDENCE {
        return 0.0;
    }
    // The power sets apart 0.95 and 0.7, which a wrong direction reaches with ease.
    read.confidence.powi(4) * read.text.chars().count() as f32
}

/// Weighted by length, so that a lone sign does not decide.
fn mean_confidence(reads: &[Read]) -> f32 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for read in reads {
        let characters = read.text.chars().count() as f32;
        sum += read.confidence * characters;
        weight += characters;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// The part of the picture that the boxes cover (overlaps counted twice: they hardly do).
fn area(found: &[Found], picture: &Picture) -> f32 {
    let all = picture.width() as f32 * picture.height() as f32;
    let boxes: f32 = found
        .iter()
        .map(|line| line.quad.width() * line.quad.height())
        .sum();
    (boxes / all).min(1.0)
}

/// A point of the turned photo (0 to 1) in the photo as it was given.
fn as_given([x, y]: [f32; 2], turn: Turn) -> [f32; 2] {
    match turn {
        Turn::None => [x, y],
        Turn::Right => [y, 1.0 - x],
        Turn::Half => [1.0 - x, 1.0 - y],
        Turn::Left => [1.0 - y, x],
    }
}
