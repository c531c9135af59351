//! The description: 5 to 8 factual lines.

use super::hashtags::is_hashtag_line;

pub(crate) const MIN_LINES: usize = 5;
pub(crate) const MAX_LINES: usize = 8;
/// Characters that the site is said to take (vinted-facts B "Limits", M: not seen enforced).
pub(crate) const MAX_LENGTH: usize = 2000;

/// How many lines say something: those with a word, but for lines of hashtags only.
pub(crate) fn factual_lines(text: &str) -> usize {
    text.lines()
        .filter(|l| l.chars().any(char::is_alphanumeric) && !is_hashtag_line(l))
        .count()
}

/// The text with a line for each sentence.
///
/// A sentence ends with `.`, `!` or `?`, a blank and a capital; so `env. 50 cm` stays together.
pub(crate) fn sentence_a_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = matches!(c, ' ' | '\u{A0}' | '\u{202F}')
            && text[..at].ends_with(['.', '!', '?'])
            && chars.peek().is_some_and(|(_, next)| next.is_uppercase());
        out.push(if ends { '\n' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_say_something_count() {
        let text = "Robe noire\n\n  \n-----\nTaille 38\n#robe #noire #zara\nCoton #bio\n";
        assert_eq!(
            factual_lines(text),
            3,
            "blank lines, rules and lines of hashtags do not count"
        );
    }

    #[test]
    fn sentences_part_where_a_capital_follows() {
        assert_eq!(
            sentence_a_line("Robe noire. Longueur env. 90 cm. Coton ! Portée 2 fois.\nLavée"),
            "Robe noire.\nLongueur env. 90 cm.\nCoton ! Portée 2 fois.\nLavée"
                .replace("! P", "!\nP"),
            "abbreviations stay together"
        );
    }
}
