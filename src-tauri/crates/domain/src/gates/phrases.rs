//! Marketing phrases and superlatives, from the lists in `data/`.
//!
//! Every language is always looked for, on whole words, without regard to case, accents, hyphens and
//! apostrophes. What stands in the draft's own brand or size is no fault, nor is an exception of the
//! lists (`taille unique`). A hashtag is also read as a phrase written together (`#bonplan`).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::{
    draft::{Brand, Draft, Size},
    words::{Found, Word, find as find_words, folded_words, starts_at, words},
};

/// A list of phrases, ready to be looked for.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    /// Folded words of each phrase, by the first, longest first.
    by_first: HashMap<String, Vec<Vec<String>>>,
    /// Each phrase written together.
    together: HashSet<String>,
}

/// The lists of the program.
pub(crate) struct Lists {
    pub(crate) marketing: Phrases,
    pub(crate) superlatives: Phrases,
    exceptions: Phrases,
}

/// Reads the lists once.
pub(crate) fn lists() -> &'static Lists {
    static LISTS: LazyLock<Lists> = LazyLock::new(|| {
        let mut exceptions = Phrases::default();
        let mut read = |files: [&str; 8]| {
            let mut phrases = Phrases::default();
            for line in files
                .iter()
                .flat_map(|f| f.lines())
                .filter(|l| !l.starts_with('#'))
            {
                let (entry, allowed) = line.split_once('!').unwrap_or((line, ""));
                expand(entry).iter().for_each(|e| phrases.add(e));
                allowed.split(';').for_each(|e| exceptions.add(e));
            }
            phrases.longest_first();
            phrases
        };
        let marketing = read([
            include_str!("../../data/marketing.fr.txt"),
            include_str!("../../data/marketing.en.txt"),
            include_str!("../../data/marketing.de.txt"),
            include_str!("../../data/marketing.es.txt"),
            include_str!("../../data/marketing.it.txt"),
            include_str!("../../data/marketing.nl.txt"),
            include_str!("../../data/marketing.pl.txt"),
            include_str!("../../data/marketing.pt.txt"),
        ]);
        let superlatives = read([
            include_str!("../../data/superlatives.fr.txt"),
            include_str!("../../data/superlatives.en.txt"),
            include_str!("../../data/superlatives.de.txt"),
            include_str!("../../data/superlatives.es.txt"),
            include_str!("../../data/superlatives.it.txt"),
            include_str!("../../data/superlatives.nl.txt"),
            include_str!("../../data/superlatives.pl.txt"),
            include_str!("../../data/superlatives.pt.txt"),
        ]);
        exceptions.longest_first();
        Lists {
            marketing,
            superlatives,
            exceptions,
        }
    });
    &LISTS
}

/// `parfait(e)(s)` is four words.
fn expand(entry: &str) -> Vec<String> {
    match entry
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    {
        Some((before, (optional, after))) => expand(after)
            .into_iter()
            .flat_map(|end| [format!("{before}{end}"), format!("{before}{optional}{end}")])
            .collect(),
        None => vec![entry.to_owned()],
    }
}

impl Phrases {
    fn add(&mut self, phrase: &str) {
        let words = folded_words(phrase);
        let Some(first) = words.first() else { return };
        self.together.insert(words.concat());
        self.by_first.entry(first.clone()).or_default().push(words);
    }

    fn longest_first(&mut self) {
        for phrases in self.by_first.values_mut() {
            phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
        }
    }

    /// How many words of the longest phrase stand at word `at`.
    fn len_at(&self, text: &str, words: &[Word], at: usize) -> Option<usize> {
        let hashtag = text[..words[at].start].ends_with('#');
        if hashtag && self.together.contains(&words[at].folded) {
            return Some(1);
        }
        self.by_first
            .get(&words[at].folded)?
            .iter()
            .find(|p| starts_at(words, p, at) && hangs_together(text, &words[at..at + p.len()]))
            .map(Vec::len)
    }

    fn ranges(&self, text: &str, words: &[Word]) -> Vec<(usize, usize)> {
        let mut ranges = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.len_at(text, words, at) {
                Some(len) => {
                    ranges.push((words[at].start, words[at + len - 1].end));
                    at += len;
                }
                None => at += 1,
            }
        }
        ranges
    }

    /// Every phrase of the list in the text.
    pub(crate) fn find(&self, text: &str, draft: &Draft) -> Vec<Found> {
        let words = words(text);
        let mut allowed = lists().exceptions.ranges(text, &words);
        allowed.extend(own_words(draft, &words));
        allowed.sort_unstable();
        // Both in order: of the allowed stretches that begin before a phrase, the one that ends last.
        let (mut next, mut allowed_to) = (0, 0);
        self.ranges(text, &words)
            .into_iter()
            .filter(|(start, end)| {
                while let Some(stretch) = allowed.get(next).filter(|a| a.0 <= *start) {
                    allowed_to = allowed_to.max(stretch.1);
                    next += 1;
                }
                *end > allowed_to
            })
            .map(|(start, end)| {
                let hashtag = usize::from(text[..start].ends_with('#'));
                Found::at(text, start - hashtag, end)
            })
            .collect()
    }
}

/// Where the draft's brand and size stand.
fn own_words(draft: &Draft, words: &[Word]) -> Vec<(usize, usize)> {
    let brand = match &draft.brand {
        Some(Brand::Named(name)) => folded_words(name),
        _ => Vec::new(),
    };
    let size = match &draft.size {
        Size::Label(label) => folded_words(label),
        Size::Unknown => Vec::new(),
    };
    let mut ranges = Vec::new();
    for own in [brand, size] {
        let mut from = 0;
        while let Some(at) = find_words(words, &own, from) {
            ranges.push((words[at].start, words[at + own.len() - 1].end));
            from = at + own.len();
        }
    }
    ranges
}

/// Only blanks, hyphens, apostrophes, commas and low lines stand between the words.
fn hangs_together(text: &str, words: &[Word]) -> bool {
    words.windows(2).all(|pair| {
        text[pair[0].end..pair[1].start].chars().all(|c| {
            (c.is_whitespace() && c != '\n')
                || matches!(c, '-' | '‐' | '‑' | '\'' | '’' | 'ʼ' | '`' | ',' | '_')
        })
    })
}

/// The pieces to take out for a text without these phrases: each with the intensifier before it
/// (`très`, `so`). None where a sentence would be left open (`est magnifique`, `l'incroyable`).
pub(crate) fn removable(text: &str, found: &[Found]) -> Option<Vec<Found>> {
    let words = words(text);
    let mut pieces: Vec<Found> = Vec::new();
    for piece in found {
        let before = words.partition_point(|w| w.end <= piece.start);
        let mut start = piece.start;
        let mut previous = words[..before].iter().rev().peekable();
        while let Some(word) = previous.next_if(|w| {
            INTENSIFIERS.contains(&w.folded.as_str()) && text[w.end..start].trim().is_empty()
        }) {
            start = word.start;
        }
        let open = text[..start].ends_with(['\'', '’'])
            || previous.next().is_some_and(|w| {
                text[w.end..start].chars().all(char::is_whitespace)
                    && !text[w.end..start].contains('\n')
                    && LEFT_OPEN.contains(&w.folded.as_str())
            });
        if open {
            return None;
        }
        if pieces.last().is_none_or(|last| last.end <= start) {
            pieces.push(Found::at(text, start, piece.end));
        } else if let Some(last) = pieces.last_mut() {
            *last = Found::at(text, last.start, piece.end);
        }
    }
    Some(pieces)
}

const INTENSIFIERS: [&str; 12] = [
    "tres",
    "trop",
    "vraiment",
    "si",
    "so",
    "very",
    "really",
    "truly",
    "tellement",
    "plutot",
    "just",
    "quite",
];

/// Words that cannot end a sentence or stand before nothing.
const LEFT_OPEN: [&str; 30] = [
    "est", "sont", "etait", "etaient", "reste", "restent", "is", "are", "was", "were", "looks",
    "look", "feels", "rend", "en", "de", "d", "l", "la", "le", "les", "the", "et", "and", "ou",
    "or", "plus", "pour", "with", "for",
];

#[cfg(test)]
mod tests;
