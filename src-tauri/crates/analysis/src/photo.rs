//! What is known of one photo, whatever it is grouped with.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::garment::{Colours, Embedder, Embedding, Guess, Head, colours};
use crate::label::{LabelLine, composition, sizes};
use crate::models::{ModelError, Threads};
use crate::picture::Picture;
use crate::text::{Reading, TextReader};

/// Letters and digits from which a photo counts as one of a label where nothing else tells (97 % of real tags have more,
/// 2 % of garments).
const MANY_CHARACTERS: usize = 12;
/// With fewer, the text must say what labels say, or the photo must show no garment.
const SOME_CHARACTERS: usize = 2;

/// Tells facts that may be used again from those that have to be found anew: it changes with the networks and with what
/// [`Analyser::look`] makes of them.
pub const FACTS_VERSION: u32 = 1;

/// What one photo says and shows. It can be kept and used again: it holds no pixels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhotoFacts {
    /// What is written in it; none where the text models are missing.
    pub text: Option<Reading>,
    /// Its embedding; none where that model is missing.
    pub embedding: Option<Embedding>,
    /// The kinds of garment, likeliest first; empty without the embedding.
    pub guesses: Vec<Guess>,
    /// Whether it shows a garment at all; none where the model is missing.
    pub garment: Option<bool>,
    /// Its colours; none where it was not looked at.
    pub colours: Option<Colours>,
    /// Whether it is a photo of a label.
    pub label: bool,
}

/// The offline analyser: the networks that are there, and which are not.
pub struct Analyser {
    text: Result<TextReader, ModelError>,
    embedder: Result<Embedder, ModelError>,
}

impl Analyser {
    /// Loads what is in the models' folder. What is missing is said by [`Self::missing`]; the rest works.
    #[must_use]
    pub fn open(folder: &Path, threads: &Threads) -> Self {
        Self {
            text: TextReader::open(folder, threads),
            embedder: Embedder::open(folder, threads),
        }
    }

    /// The networks that cannot be used, and why.
    pub fn missing(&self) -> impl Iterator<Item = &ModelError> {
        self.text
            .as_ref()
            .err()
            .into_iter()
            .chain(self.embedder.as_ref().err())
    }

    /// Looks at an upright photo. What a missing network would say is left open.
    ///
    /// # Errors
    /// A network that is there and did not run.
    pub fn look(&self, picture: &Picture) -> Result<PhotoFacts, ModelError> {
        let embedding = self
            .embedder
            .as_ref()
            .ok()
            .map(|embedder| embedder.embed(picture))
            .transpose()?;
        let text = self
            .text
            .as_ref()
            .ok()
            .map(|reader| reader.read(picture))
            .transpose()?;
        let head = Head::shipped();
        let guesses = embedding
            .as_ref()
            .map(|embedding| head.guesses(embedding))
            .unwrap_or_default();
        let garment = embedding
            .as_ref()
            .map(|embedding| head.is_garment(embedding));
        Ok(PhotoFacts {
            label: text
                .as_ref()
                .is_some_and(|reading| is_label(reading, garment)),
            colours: Some(colours(picture)),
            text,
            embedding,
            guesses,
            garment,
        })
    }
}

/// Whether a photo is one of a label rather than of a garment with a print.
fn is_label(reading: &Reading, garment: Option<bool>) -> bool {
    let characters = reading.characters();
    if characters < SOME_CHARACTERS {
        return false;
    }
    let lines = label_lines(reading);
    let says_fibres = !composition(&lines).parts.is_empty();
    let says_size = sizes(&lines)
        .iter()
        .any(|size| size.marked || garment == Some(false));
    match garment {
        Some(false) => true,
        // A brand's name alone may be a print.
        Some(true) => says_fibres || says_size,
        None => says_fibres || characters >= MANY_CHARACTERS,
    }
}

/// The lines of a reading as the label rules take them.
pub(crate) fn label_lines(reading: &Reading) -> Vec<LabelLine<'_>> {
    let lines = reading.lines.iter().enumerate();
    lines
        .map(|(number, line)| LabelLine {
            text: &line.text,
            number,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Region;
    use crate::text::Line;

    fn reading(text: &str) -> Reading {
        let line = |text: &str| Line {
            text: text.to_owned(),
            confidence: 0.95,
            region: Region {
                corners: [[0.0; 2]; 4],
            },
        };
        Reading {
            lines: text.lines().map(line).collect(),
            turn: None,
            area: 0.1,
        }
    }

    #[test]
    fn labels_are_told_from_prints() {
        assert!(
            is_label(&reading("100% COTON\nMade in Portugal"), Some(false)),
            "a tag"
        );
        assert!(
            is_label(&reading("ZARA\nM"), Some(false)),
            "a neck label near enough that no garment is seen"
        );
        assert!(
            is_label(&reading("100% coton"), Some(true)),
            "fibres are on labels only"
        );
        assert!(
            !is_label(&reading("CALIFORNIA\nSURF CLUB 1998"), Some(true)),
            "a print on a T-shirt"
        );
        assert!(
            !is_label(&reading(""), Some(false)),
            "a photo of something else"
        );
        assert!(
            !is_label(&reading("7"), Some(false)),
            "a speck that reads as a sign"
        );
        assert!(
            is_label(&reading("65% coton 35% lin"), None),
            "without the other model the text decides"
        );
    }

    #[test]
    fn without_models_the_colours_are_still_found() {
        let folder = tempfile::tempdir().unwrap();
        let analyser = Analyser::open(folder.path(), &Threads::new(1));
        let missing: Vec<String> = analyser.missing().map(ToString::to_string).collect();
        assert_eq!(missing.len(), 2, "both networks are named: {missing:?}");
        let picture = Picture::new(40, 40, vec![30; 4_800]).unwrap();
        let facts = analyser.look(&picture).unwrap();
        assert!(
            facts.text.is_none()
                && facts.embedding.is_none()
                && facts.garment.is_none()
                && !facts.label
        );
        assert_eq!(
            facts.colours.unwrap().main[0].name,
            "Noir",
            "what needs no network works"
        );
    }
}
