//! The size in a title, and what looks like one.

use super::{
    Subject,
    form::{Reading, Role},
};
use crate::{draft::Size, words::folded_words};

/// Ways to write a size label: whole, and each of the parts of `M / 38 / 10`.
fn size_spellings(label: &str) -> Vec<Vec<String>> {
    let mut spellings: Vec<Vec<String>> = std::iter::once(label)
        .chain(label.split('/'))
        .map(folded_words)
        .collect();
    spellings.retain(|s| !s.is_empty());
    spellings.sort_by_key(|s| std::cmp::Reverse(s.len()));
    spellings.dedup();
    spellings
}

/// `W32`, `T38`, `EU42` without their letters.
fn bare_size(word: &str) -> &str {
    ["eu", "fr", "uk", "us", "it", "t", "w"]
        .iter()
        .filter_map(|prefix| word.strip_prefix(prefix))
        .find(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or(word)
}

/// Marks the draft's size, with the word before it (`taille M`).
pub(super) fn read_size(reading: &mut Reading<'_>, subject: &Subject<'_>) {
    let Size::Label(label) = &subject.draft.size else {
        return;
    };
    for size in size_spellings(label) {
        let count = size.len();
        // The last one: the size closes the words before the dash.
        let at = (0..reading.words.len()).rev().find(|&at| {
            reading.is_free(at, count)
                && reading.words[at..at + count]
                    .iter()
                    .zip(&size)
                    .all(|(w, s)| bare_size(&w.folded) == bare_size(s))
        });
        let Some(at) = at else { continue };
        reading.mark(at, count, Role::Size);
        if at > 0 && reading.is_free(at - 1, 1) && is_size_word(&reading.words[at - 1].folded) {
            reading.mark(at - 1, 1, Role::Size);
        }
        // The length that goes with a waist: `W32 L34`.
        if reading.is_free(at + count, 1) && is_length(&reading.words[at + count].folded) {
            reading.mark(at + count, 1, Role::Size);
        }
        return;
    }
}

fn is_size_word(word: &str) -> bool {
    matches!(
        word,
        "taille" | "size" | "t" | "eu" | "fr" | "uk" | "us" | "it" | "pointure"
    )
}

fn is_length(word: &str) -> bool {
    word.strip_prefix('l')
        .is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A letter size, a waist, a number as sizes are, an age.
pub(super) fn looks_like_size(reading: &Reading<'_>, at: usize) -> bool {
    let word = reading.words[at].folded.as_str();
    let (before, after) = reading.around(at);
    let apostrophe = |c: Option<char>| matches!(c, Some('\'' | '’' | 'ʼ'));
    if apostrophe(before) || apostrophe(after) || after == Some('%') || is_measure(reading, at) {
        return false;
    }
    let letters = word.strip_suffix(['s', 'l']).is_some_and(|x| {
        let x = x.strip_prefix(|c: char| c.is_ascii_digit()).unwrap_or(x);
        x.len() <= 4 && x.bytes().all(|b| b == b'x')
    });
    let number = word.parse::<u32>().ok();
    let next = reading.words.get(at + 1).map(|w| w.folded.as_str());
    let age = number.is_some()
        && next.is_some_and(|n| {
            matches!(
                n,
                "an" | "ans" | "mois" | "year" | "years" | "yrs" | "month" | "months"
            )
        });
    letters
        || word == "m"
        || number.is_some_and(|n| (28..=60).contains(&n) && word.len() == 2)
        || bare_size(word) != word
        || age
}

/// A number with its unit or a percentage: no size and no name.
pub(super) fn is_measure(reading: &Reading<'_>, at: usize) -> bool {
    let word = reading.words[at].folded.as_str();
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    let (_, after) = reading.around(at);
    let next = reading.words.get(at + 1).map(|w| w.folded.as_str());
    digits
        && (matches!(after, Some('%'))
            || reading.text[reading.words[at].end..]
                .trim_start()
                .starts_with('%')
            || next.is_some_and(|n| matches!(n, "cm" | "mm" | "boutons" | "poches" | "pieces")))
}
