//! Words of a text, folded so that people's spelling compares equal, with their place in it.

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::values::fold;

/// A piece of a text that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The text as written.
    pub text: String,
    /// First byte in the field's UTF-8 text. A window that counts UTF-16 units converts it.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Found {
    /// The piece of `text` at those bytes; empty where they are out of bounds.
    pub(crate) fn at(text: &str, start: usize, end: usize) -> Self {
        Self {
            text: text.get(start..end).unwrap_or_default().to_owned(),
            start,
            end,
        }
    }
}

/// A run of letters and digits. `Levi's` is two, `T-shirt` is two, `38,5` is two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without accents.
    pub(crate) folded: String,
    /// First byte in the text.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

/// The words of a text, in order. Accents typed as marks of their own (as macOS does) fold too.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || is_combining_mark(c);
        match start {
            None if inside => start = Some(at),
            Some(from) if !inside => {
                let folded = fold_marks(&text[from..at]);
                if !folded.is_empty() {
                    found.push(Word {
                        folded,
                        start: from,
                        end: at,
                    });
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn fold_marks(text: &str) -> String {
    fold(
        &text
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .collect::<String>(),
    )
}

/// The folded words alone.
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| w.folded).collect()
}

/// The stems of the words: what stays equal between singular and plural, masculine and feminine.
pub(crate) fn stems(text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| stem(&w.folded)).collect()
}

/// Cuts a folded word to what stays when number or gender change: `robes` and `robe`, `noirs` and
/// `noire`, `dresses` and `dress`, `derbies` and `derby` come out equal. Words of up to three letters
/// stay whole. It is no dictionary: different words may come out equal, so exact matches go first.
pub(crate) fn stem(folded: &str) -> String {
    let cut = |s: &str, ends: &[char]| -> String {
        match s.strip_suffix(ends) {
            Some(rest) if rest.len() >= 3 => rest.to_owned(),
            _ => s.to_owned(),
        }
    };
    let singular = if folded.ends_with("ss") {
        folded.to_owned()
    } else {
        cut(folded, &['s', 'x'])
    };
    let bare = cut(&singular, &['e']);
    match bare.strip_suffix('y') {
        Some(rest) if rest.len() >= 3 => format!("{rest}i"),
        _ => bare,
    }
}

/// Where `needle` stands in `haystack` from word `from` on, as its first word.
pub(crate) fn find(haystack: &[Word], needle: &[String], from: usize) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    (from..haystack.len()).find(|&at| starts_at(haystack, needle, at))
}

/// Whether `needle` stands in `haystack` at word `at`.
pub(crate) fn starts_at(haystack: &[Word], needle: &[String], at: usize) -> bool {
    haystack.len() >= at + needle.len()
        && haystack[at..]
            .iter()
            .zip(needle)
            .all(|(word, wanted)| word.folded == *wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_fold_and_know_their_place() {
        let text = "T-shirt d’Été (38,5)";
        let found = words(text);
        assert_eq!(
            found.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>(),
            ["t", "shirt", "d", "ete", "38", "5"],
            "hyphens, apostrophes and commas part words"
        );
        assert_eq!(
            &text[found[3].start..found[3].end],
            "Été",
            "the range is that of the original"
        );
        assert_eq!(
            folded_words("e\u{301}te\u{301}"),
            ["ete"],
            "marks of their own do not part words"
        );
        assert_eq!(folded_words("cœur"), ["coeur"], "ligatures open");
    }

    #[test]
    fn stems_join_number_and_gender() {
        for (a, b) in [
            ("robe", "robes"),
            ("noire", "noirs"),
            ("dress", "dresses"),
            ("manteau", "manteaux"),
            ("derby", "derbies"),
            ("body", "bodies"),
            ("poche", "poches"),
            ("homme", "hommes"),
            ("hoodie", "hoodies"),
        ] {
            assert_eq!(stem(a), stem(b), "{a} and {b} are one word in two forms");
        }
        assert_ne!(stem("jupe"), stem("jean"), "different words stay apart");
    }

    proptest! {
        #[test]
        fn ranges_are_in_order_and_on_character_bounds(text in ".{0,60}") {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(word.start >= last && word.end > word.start, "words come in order");
                prop_assert!(text.get(word.start..word.end).is_some(), "a range cuts no character");
                last = word.end;
            }
        }
    }
}
