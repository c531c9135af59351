//! Hashtags: 3 to 5, all at the end of the description, well formed, none twice.

use std::collections::HashSet;

use unicode_normalization::char::is_combining_mark;

use super::{cut::cut, report::Detail};
use crate::words::{Found, folded_words};

pub(crate) const MIN: usize = 3;
pub(crate) const MAX: usize = 5;

/// A piece of the text between blanks.
struct Token<'a> {
    text: &'a str,
    start: usize,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut at = 0;
    text.split(char::is_whitespace)
        .map(|piece| {
            let start = at;
            at += piece.len()
                + text[at + piece.len()..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
            Token { text: piece, start }
        })
        .filter(|token| !token.text.is_empty())
        .collect()
}

/// `#` and letters or digits, a letter among them.
pub(super) fn is_valid(tag: &str) -> bool {
    tag.strip_prefix('#').is_some_and(|name| {
        name.chars()
            .all(|c| c.is_alphanumeric() || is_combining_mark(c))
            && name.chars().any(char::is_alphabetic)
    })
}

/// A line of hashtags only.
pub(crate) fn is_hashtag_line(line: &str) -> bool {
    line.contains('#') && line.split_whitespace().all(|t| t.starts_with('#'))
}

/// What the gate sees. Any piece with a `#` in it is taken for a hashtag.
pub(crate) fn look(text: &str) -> (bool, Detail) {
    let tokens = tokens(text);
    let last_word = tokens.iter().rposition(|t| !t.text.contains('#'));
    let (mut count, mut seen) = (0, HashSet::new());
    let (mut invalid, mut duplicates, mut misplaced) = (Vec::new(), Vec::new(), Vec::new());
    for (at, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, t)| t.text.contains('#'))
    {
        count += 1;
        let found = || Found::at(text, token.start, token.start + token.text.len());
        if !is_valid(token.text) {
            invalid.push(found());
        }
        if !seen.insert(folded_words(token.text).concat()) {
            duplicates.push(found());
        }
        if last_word.is_some_and(|last| at < last) {
            misplaced.push(found());
        }
    }
    let ok = (MIN..=MAX).contains(&count)
        && invalid.is_empty()
        && duplicates.is_empty()
        && misplaced.is_empty();
    (
        ok,
        Detail::Hashtags {
            count,
            min: MIN,
            max: MAX,
            invalid,
            duplicates,
            misplaced,
        },
    )
}

/// The text with its hashtags well formed, once each, at most [`MAX`], on a line of their own at the
/// end; where they are fewer than [`MIN`], `known` fills up. A hashtag within a sentence leaves its
/// word there.
pub(crate) fn gathered(text: &str, known: &[String]) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: String, most: usize| {
        let folded = folded_words(&name);
        let new = !names.iter().any(|n| folded_words(n) == folded);
        if new && names.len() < most && name.chars().any(char::is_alphabetic) {
            names.push(name);
        }
    };
    let all = tokens(text);
    let mut pieces = Vec::new();
    for token in all.iter().filter(|t| t.text.contains('#')) {
        let mut parts = token.text.split('#');
        let before = parts.next().unwrap_or_default();
        for part in parts {
            add(
                part.chars()
                    .filter(|c| c.is_alphanumeric() || is_combining_mark(*c))
                    .collect(),
                MAX,
            );
        }
        let end = token.start + token.text.len();
        let rest_of_line = text[end..].split('\n').next().unwrap_or_default();
        let within = rest_of_line.split_whitespace().any(|t| !t.contains('#'));
        for (at, _) in token.text.match_indices('#') {
            if within {
                pieces.push(Found::at(text, token.start + at, token.start + at + 1));
            }
        }
        if !within {
            pieces.push(Found::at(text, token.start + before.len(), end));
        }
    }
    for name in known {
        add(name.clone(), MIN);
    }
    let body = cut(text, &pieces);
    let tags = names
        .iter()
        .map(|n| format!("#{n}"))
        .collect::<Vec<_>>()
        .join(" ");
    [body.trim_end(), tags.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Texte\n#robe #noire #zara")]
    #[case("Texte #robe #noire #zara #été #90s")]
    #[case("Texte\n#robe\n#noire\n#zara")]
    fn good_ones_hold(#[case] text: &str) {
        assert!(look(text).0, "{text:?} has 3 to 5 hashtags at its end");
    }

    #[rstest]
    #[case("Texte", "none at all")]
    #[case("Texte #a #b", "too few")]
    #[case("Texte #a #b #c #d #e #f", "too many")]
    #[case("#a #b #c Texte", "not at the end")]
    #[case("Texte #a #b #c .", "text after them")]
    #[case("Texte #a #b #b", "one twice")]
    #[case("Texte #été #ete #b", "one twice but for accents")]
    #[case("Texte #a #b #c-d", "a hyphen")]
    #[case("Texte #a #b #c,", "a comma")]
    #[case("Texte #a #b #", "an empty one")]
    #[case("Texte #a #b #12", "no letter")]
    #[case("Texte #a#b #c #d", "two in one piece")]
    fn bad_ones_fail(#[case] text: &str, #[case] why: &str) {
        assert!(!look(text).0, "{text:?}: {why}");
    }

    #[rstest]
    #[case(
        "#robe #noire #zara Texte",
        "robe noire zara Texte\n#robe #noire #zara"
    )]
    #[case("Un\n#a #b\nDeux #c", "Un\nDeux\n#a #b #c")]
    #[case("Texte #a-b #c,#d #e", "Texte\n#ab #c #d #e")]
    #[case("Texte #a #A #b #c #d #e #f", "Texte\n#a #b #c #d #e")]
    #[case("Texte", "Texte\n#jupe #bleue #zara")]
    #[case("Texte #jupe", "Texte\n#jupe #bleue #zara")]
    fn gathered_at_the_end(#[case] text: &str, #[case] wanted: &str) {
        let known = ["jupe".to_owned(), "bleue".to_owned(), "zara".to_owned()];
        let text_after = gathered(text, &known);
        assert_eq!(text_after, wanted, "{text:?}");
        assert!(
            look(&text_after).0,
            "the gate holds after it: {text_after:?}"
        );
    }

    proptest! {
        #[test]
        fn gathering_twice_changes_nothing_more(text in "[a-z#é,. \n]{0,60}") {
            let known = ["jupe".to_owned(), "bleue".to_owned(), "zara".to_owned()];
            let once = gathered(&text, &known);
            prop_assert!(look(&once).0, "the gate holds after it: {once:?}");
            prop_assert_eq!(gathered(&once, &known), once.clone(), "and stays as it is");
        }
    }
}
