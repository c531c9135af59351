//! The brand on a label: a name of a list that is handed in, or none. It is read, never guessed.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::words::{distance, key};
use super::{LabelLine, is_care, is_everyday};

/// Words of a brand's name at most.
const MOST_WORDS: usize = 5;
/// A name must be at least this part of its line's letters, or long: `only` in a sentence is no brand.
const LEAST_SHARE: f32 = 0.5;
const LONG_NAME: usize = 9;
/// Names of up to three letters stand alone in their line (`H&M`, `COS`).
const SHORT_NAME: usize = 3;

/// The names that are known.
#[derive(Clone, Debug, Default)]
pub struct BrandList {
    names: Vec<Name>,
    by_key: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Name {
    /// As the list writes it.
    name: String,
    key: String,
    /// Letters of the key.
    letters: usize,
    /// An ordinary word as well (`Only`): it counts only where it stands alone.
    word: bool,
}

/// A brand as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandRead {
    /// The name as the list writes it.
    pub name: String,
    /// The line, as the caller numbers lines.
    pub line: usize,
    /// 1 where letter for letter as the list has it; less where signs were read wrongly.
    pub likeness: f32,
}

impl BrandList {
    /// A list from names, such as the site's own. Of names with the same letters the first stays.
    pub fn new<I: IntoIterator<Item = S>, S: AsRef<str>>(names: I) -> Self {
        let mut list = Self::default();
        for name in names {
            list.add(name.as_ref(), false);
        }
        list
    }

    /// The names that ship with the program.
    #[must_use]
    pub fn shipped() -> Self {
        let mut list = Self::default();
        for brand in domain::brand::brands() {
            list.add(brand.name, brand.word);
        }
        list
    }

    /// The same list with the names of `other` after its own.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for name in &other.names {
            match self.by_key.get(&name.key) {
                Some(&known) => self.names[known].word |= name.word,
                None => self.add(&name.name, name.word),
            }
        }
        self
    }

    fn add(&mut self, name: &str, word: bool) {
        let key = key(name);
        let letters = key.chars().count();
        if letters < 2 || self.by_key.contains_key(&key) {
            return;
        }
        self.by_key.insert(key.clone(), self.names.len());
        self.names.push(Name {
            name: name.trim().to_owned(),
            word: word || is_everyday(&key),
            key,
            letters,
        });
    }

    /// How many names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The brand that the lines name; none where they name none. Of several the longest of the likest is taken.
    #[must_use]
    pub fn read(&self, lines: &[LabelLine<'_>]) -> Option<BrandRead> {
        let care = lines.iter().any(|line| is_care(line.text));
        let mut best: Option<(f32, usize, BrandRead)> = None;
        for line in lines {
            if line.text.contains('%') || is_care(line.text) {
                continue;
            }
            for (name, likeness, length) in self.in_line(line.text, care) {
                let better = best
                    .as_ref()
                    .is_none_or(|(best, longest, _)| (likeness, length) > (*best, *longest));
                if better {
                    let read = BrandRead {
                        name: self.names[name].name.clone(),
                        line: line.number,
                        likeness,
                    };
                    best = Some((likeness, length, read));
                }
            }
        }
        best.map(|(_, _, read)| read)
    }

    /// Names in a line: which, how alike, of how many letters.
    fn in_line(&self, text: &str, care: bool) -> Vec<(usize, f32, usize)> {
        let words: Vec<String> = text
            .split_whitespace()
            .map(key)
            .filter(|word| !word.is_empty())
            .collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        let mut found = Vec::new();
        for start in 0..words.len() {
            for count in 1..=MOST_WORDS.min(words.len() - start) {
                let joined: String = words[start..start + count].concat();
                let length = joined.chars().count();
                let whole = count == words.len();
                let share = length as f32 / letters as f32;
                if (length <= SHORT_NAME && !whole) || (share < LEAST_SHARE && length < LONG_NAME) {
                    continue;
                }
                if let Some((name, likeness)) = self.alike(&joined) {
                    // A wrapped sentence of care text leaves everyday words in lines of their own.
                    if !self.names[name].word || (whole && !care) {
                        found.push((name, likeness, length));
                    }
                }
            }
        }
        found
    }

    /// The name of that key, or the only one that differs by what readers confuse.
    fn alike(&self, key: &str) -> Option<(usize, f32)> {
        if let Some(&name) = self.by_key.get(key) {
            return Some((name, 1.0));
        }
        let length = key.chars().count();
        let limit = match length {
            0..=4 => return None,
            5 => 0.5,
            6..=8 => 1.0,
            _ => 2.0,
        };
        let mut best: Option<(f32, usize)> = None;
        let mut doubtful = false;
        // The first letter may be misread too: `0FF-WHITE`, `DIESEL` for `OIESEL`.
        for (at, known) in self.names.iter().enumerate() {
            if known.letters < 5 || known.letters.abs_diff(length) as f32 > limit {
                continue;
            }
            let Some(found) = distance(key, &known.key, limit) else {
                continue;
            };
            match best {
                Some((least, _)) if found > least => {}
                Some((least, _)) if found == least => doubtful = true,
                _ => {
                    doubtful = false;
                    best = Some((found, at));
                }
            }
        }
        let (distance, name) = best.filter(|_| !doubtful)?;
        Some((name, 1.0 - distance / length as f32))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::label::test_lines;

    const NAMES: &[&str] = &[
        "Zara",
        "H&M",
        "Ralph Lauren",
        "Polo Ralph Lauren",
        "Levi's",
        "Diesel",
        "Karl Lagerfeld",
        "Only",
        "Mango",
        "COS",
        "Sézane",
        "Off-White",
        "Tommy Hilfiger",
        "Petit Bateau",
        "Object",
        "Comptoir des Cotonniers",
        "Guess",
        "Promod",
        "Pronod",
        "The Kooples",
        "Next",
        "A.P.C.",
        "Bershka",
    ];

    #[rstest]
    #[case("ZARA", Some("Zara"))]
    #[case("ZARA\nM", Some("Zara"))]
    #[case("RALPH LAUREN", Some("Ralph Lauren"))]
    #[case("POLO RALPH LAUREN", Some("Polo Ralph Lauren"))]
    #[case("RALPH\nLAUREN", None)]
    #[case("RalphLauren", Some("Ralph Lauren"))]
    #[case("Levi Strauss & Co", None)]
    #[case("LEVI'S ®", Some("Levi's"))]
    #[case("LEVIS", Some("Levi's"))]
    #[case("H&M", Some("H&M"))]
    #[case("COS", Some("COS"))]
    #[case("SEZANE PARIS", Some("Sézane"))]
    #[case("A.P.C.", Some("A.P.C."))]
    #[case("Comptoir des Cotonniers", Some("Comptoir des Cotonniers"))]
    #[case("MANGO SUIT", Some("Mango"))]
    fn names_of_the_list(#[case] text: &str, #[case] wanted: Option<&str>) {
        let read = BrandList::new(NAMES).read(&test_lines(text));
        assert_eq!(read.as_ref().map(|r| r.name.as_str()), wanted, "{text:?}");
    }

    #[rstest]
    #[case("DIESEI", Some("Diesel"), "I for L")]
    #[case("0FF-WHITE", Some("Off-White"), "0 for O")]
    #[case("TOMMY HILFlGER", Some("Tommy Hilfiger"), "l for i")]
    #[case("KARL LAGERFE1D", Some("Karl Lagerfeld"), "1 for l")]
    #[case("BERSKA", Some("Bershka"), "a letter lost")]
    #[case("GUE5S", Some("Guess"), "5 for S")]
    #[case("LEWIS", None, "another name, one letter away")]
    #[case("ZARE", None, "short names letter for letter")]
    #[case("PROMODD", Some("Promod"), "nearer to one than to the other")]
    #[case("PROWOD", None, "two names are as near")]
    fn mistakes_of_reading(#[case] text: &str, #[case] wanted: Option<&str>, #[case] why: &str) {
        let read = BrandList::new(NAMES).read(&test_lines(text));
        assert_eq!(
            read.as_ref().map(|r| r.name.as_str()),
            wanted,
            "{text:?}: {why}"
        );
        if let Some(read) = read {
            assert!(
                read.likeness < 1.0,
                "a mistake makes it less sure: {read:?}"
            );
        }
    }

    #[rstest]
    #[case("DRY CLEAN ONLY", "care text")]
    #[case("DRY CLEAN\nONLY", "care text over two lines")]
    #[case("Keep away from fire", "care text")]
    #[case("100% COTON", "a composition")]
    #[case("Made with love in Portugal", "a sentence")]
    #[case("look for the next size", "a word of a sentence")]
    #[case("this cos that", "a short name in a sentence")]
    #[case("", "nothing")]
    fn no_brand_is_made_up(#[case] text: &str, #[case] why: &str) {
        assert_eq!(
            BrandList::new(NAMES).read(&test_lines(text)),
            None,
            "{text:?}: {why}"
        );
    }

    #[test]
    fn ordinary_words_count_only_alone() {
        let shipped = BrandList::shipped();
        assert!(
            shipped.len() >= 1_500,
            "the shipped list is there: {}",
            shipped.len()
        );
        let read = |text: &str| shipped.read(&test_lines(text)).map(|read| read.name);
        assert_eq!(read("LACOSTE").as_deref(), Some("Lacoste"));
        assert_eq!(
            read("ONLY\nM").as_deref(),
            Some("Only"),
            "a label that says nothing else"
        );
        assert_eq!(read("ONLY\nDry clean"), None, "care text");
        let site = BrandList::new(["Lacoste Live", "ONLY"]).and(&shipped);
        let read = |text: &str| site.read(&test_lines(text)).map(|read| read.name);
        assert_eq!(
            read("Lacoste Live").as_deref(),
            Some("Lacoste Live"),
            "the site's names go first"
        );
        assert_eq!(
            read("ONLY").as_deref(),
            Some("ONLY"),
            "in the site's writing"
        );
        assert_eq!(read("ONLY\nDry clean"), None, "and stay words");
        let none = BrandList::default();
        assert!(
            none.is_empty() && none.read(&test_lines("ZARA")).is_none(),
            "no list, no brand"
        );
    }
}
