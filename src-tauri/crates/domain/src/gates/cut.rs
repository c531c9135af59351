//! Taking pieces out of a text so that what stays reads on.

use crate::words::Found;

/// The text without the pieces.
///
/// Doubled blanks go, blanks before a full stop or comma go, a line that holds no word any more goes,
/// and a line whose beginning was taken begins with a capital again. Other lines stay as they are.
pub(crate) fn cut(text: &str, pieces: &[Found]) -> String {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let inside: Vec<(usize, usize)> = pieces
            .iter()
            .filter(|p| p.start >= at && p.end <= at + line.len())
            .map(|p| (p.start - at, p.end - at))
            .collect();
        at += line.len() + 1;
        if inside.is_empty() {
            lines.push(line.to_owned());
            continue;
        }
        let kept = cut_line(line, &inside);
        if kept.chars().any(char::is_alphanumeric) {
            lines.push(kept);
        }
    }
    lines.join("\n")
}

fn cut_line(line: &str, pieces: &[(usize, usize)]) -> String {
    let mut text = line.to_owned();
    for &(start, end) in pieces.iter().rev() {
        let (Some(before), Some(piece), Some(after)) =
            (text.get(..start), text.get(start..end), text.get(end..))
        else {
            continue;
        };
        let blank = |c: char| c.is_whitespace();
        let after = if before.is_empty() || before.ends_with(blank) {
            after.trim_start()
        } else {
            after
        };
        let before = if after.is_empty() || after.starts_with(['.', ',', ';', ')']) {
            before.trim_end()
        } else {
            before
        };
        let begins = !before.chars().any(char::is_alphanumeric);
        let capital = piece
            .chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_uppercase);
        text = if begins && capital {
            format!("{before}{}", capitalised(after))
        } else {
            format!("{before}{after}")
        };
    }
    text
}

/// The text with its first letter in upper case, where it begins with one.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Robe magnifique noire", &["magnifique"], "Robe noire")]
    #[case("Magnifique robe noire", &["Magnifique"], "Robe noire")]
    #[case("Robe noire, magnifique.", &["magnifique"], "Robe noire,.")]
    #[case("Robe noire 😀", &["😀"], "Robe noire")]
    #[case("A\n😀 !\nB", &["😀"], "A\nB")]
    #[case("A  b\nsuper c", &["super"], "A  b\nc")]
    fn what_stays_reads_on(#[case] text: &str, #[case] pieces: &[&str], #[case] wanted: &str) {
        let found: Vec<Found> = pieces
            .iter()
            .map(|p| {
                let start = text.find(p).unwrap();
                Found::at(text, start, start + p.len())
            })
            .collect();
        assert_eq!(cut(text, &found), wanted, "{text:?} without {pieces:?}");
    }
}
