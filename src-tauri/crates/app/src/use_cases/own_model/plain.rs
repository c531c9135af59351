//! Words of a stranger as plain text: what is left when nothing in them can act, hide or lead away.

/// One line of plain text of at most `most` characters; none where nothing is left.
///
/// Tags of HTML, addresses of pages and mailboxes, control characters, and characters that are invisible or turn the
/// reading direction are taken out; blanks are joined.
pub(super) fn plain(text: &str, most: usize) -> Option<String> {
    let mut visible = String::new();
    let mut in_tag = false;
    // Far more than is kept, so that a huge text costs nothing.
    for c in text.chars().take(most.saturating_mul(20)) {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                visible.push(' ');
            }
            _ if in_tag || is_hidden(c) => {}
            c if c.is_control() || c.is_whitespace() => visible.push(' '),
            c => visible.push(c),
        }
    }
    let words: Vec<&str> = visible
        .split(' ')
        .filter(|w| !w.is_empty() && !leads_away(w))
        .collect();
    let line: String = words.join(" ").chars().take(most).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Format characters: bidirectional controls, joiners, marks of no width, tags (Unicode 16, general category Cf).
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// An address of a page or a mailbox.
fn leads_away(word: &str) -> bool {
    let word = word.to_lowercase();
    let host = |word: &str| {
        // `exemple.fr`, not `100.5` nor an abbreviation at the end of a sentence.
        let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let host = host.trim_matches(|c: char| !c.is_alphanumeric());
        host.rsplit_once('.').is_some_and(|(name, end)| {
            end.len() >= 2
                && end.chars().all(char::is_alphabetic)
                && name.chars().filter(|c| c.is_alphanumeric()).count() >= 2
        })
    };
    word.contains("://")
        || word.starts_with("www.")
        || word.starts_with("mailto:")
        || word.starts_with("javascript:")
        || word.starts_with("data:")
        || (word.contains('@') && word.contains('.'))
        || host(&word)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Col rond, manches longues", Some("Col rond, manches longues"))]
    #[case("  Trou de 0.5 cm\tau coude.\n ", Some("Trou de 0.5 cm au coude."))]
    #[case("<b>Laine</b> épaisse", Some("Laine épaisse"))]
    #[case("<script>alert(1)</script>", Some("alert(1)"))]
    #[case("Voir https://evil.test/x ou evil.test/x", Some("Voir ou"))]
    #[case("Écrire à moi@evil.test", Some("Écrire à"))]
    #[case("javascript:alert(1)", None)]
    #[case("abc\u{202e}def\u{200b}ghi\u{0}", Some("abcdefghi"))]
    #[case("\u{e0041}\u{feff}", None)]
    #[case("a <unclosed", Some("a"))]
    fn nothing_that_acts_hides_or_leads_away_stays(#[case] said: &str, #[case] left: Option<&str>) {
        assert_eq!(plain(said, 80).as_deref(), left);
    }

    #[test]
    fn it_is_bounded() {
        let long = plain(&"mot ".repeat(1_000_000), 120).unwrap();
        assert!(long.chars().count() <= 120, "{}", long.len());
        assert_eq!(plain(&"<".repeat(1_000_000), 120), None);
    }
}
