//! Takes secrets and personal details out of a text that is going to be read by others.
//!
//! The log never holds a secret by its own rules (docs/privacy.md); this is the second wall, for what a page, a library or
//! a person brought in.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in place of what was taken out.
pub(crate) const TAKEN: &str = "[…]";

struct Rule {
    pattern: Regex,
    /// Group that is taken out; what stands before and after it stays.
    group: usize,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    [
        // A whole header may have several values in a row.
        (
            r"(?i)\b[\w-]*(?:cookies?|authorization)\b\\*[\x22']?\s*[=:]\s*([^\r\n]+)",
            1,
        ),
        (
            // Names in front (`client_secret`), quotes that are escaped in a text within a text.
            r"(?i)\b[\w-]*(?:csrf|token|session[_-]?id|[_-]session|passw(?:or)?d|pwd|passphrase|secret|(?:api|private|access)[_-]?key|confirm|ticket|otp)(?:[_-]\w+)?\b\\*[\x22']?\s*[=:]\s*(\\*[\x22'][^\x22'\r\n]*[\x22']|[^\s,;]+(?:\s+[A-Za-z0-9._~+/=-]{16,})?)",
            1,
        ),
        (r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})", 1),
        (r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?", 0),
        (r"\bv[1-4]\.(?:local|public)\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?", 0),
        (r"\b(?:sk|pk|ghp|gho|xox[bp])[-_][A-Za-z0-9_-]{12,}", 0),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", 0),
        (r"(?:\+33|\b0)[ .-]?[1-9](?:[ .-]?\d{2}){4}\b", 0),
        (r"(?i)\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]{4}){3,7}\b", 0),
        (r"https?://([^\s/@\x22']+@)", 1),
        (r"https?://[^\s?\x22']+\?([^\s\x22']+)", 1),
        // Whatever else is this long and opaque.
        (r"\b[A-Za-z0-9+_-]{40,}={0,2}", 0),
    ]
    .into_iter()
    // The patterns are part of the program; a test reads them.
    .filter_map(|(pattern, group)| {
        Some(Rule {
            pattern: Regex::new(pattern).ok()?,
            group,
        })
    })
    .collect()
});

/// Words that are known to be personal, such as log-in names, and what stands for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known(Vec<(String, String)>);

impl Known {
    /// Adds a word; one of fewer than three letters is no detail, and would tear every text apart.
    pub(crate) fn add(&mut self, word: &str, stands_for: impl Into<String>) {
        let word = word.trim();
        if word.chars().count() >= 3 {
            self.0.push((word.to_owned(), stands_for.into()));
        }
    }
}

/// The text without secrets and personal details, and how many were taken out.
pub(crate) fn redact(text: &str, known: &Known) -> (String, u32) {
    let mut taken = 0;
    let mut text = text.to_owned();
    for (word, stands_for) in &known.0 {
        let (without, found) = replace_words(&text, word, stands_for);
        taken += found;
        text = without;
    }
    for rule in RULES.iter() {
        let replaced = rule.pattern.replace_all(&text, |found: &Captures<'_>| {
            let (Some(all), Some(part)) = (found.get(0), found.get(rule.group)) else {
                return String::new();
            };
            if part.as_str().trim_matches(['"', '\'', '\\']) == TAKEN {
                return all.as_str().to_owned();
            }
            taken += 1;
            let before = part.start() - all.start();
            let after = part.end() - all.start();
            format!(
                "{}{TAKEN}{}",
                &all.as_str()[..before],
                &all.as_str()[after..]
            )
        });
        text = replaced.into_owned();
    }
    (text, taken)
}

/// The text with a word replaced wherever it stands by itself, and how often it did: a name that is part of a longer
/// word is another word.
fn replace_words(text: &str, word: &str, stands_for: &str) -> (String, u32) {
    let (mut out, mut rest, mut found) = (String::with_capacity(text.len()), text, 0);
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let last = before
            .chars()
            .next_back()
            .or_else(|| out.chars().next_back());
        let inside = last.is_some_and(char::is_alphanumeric)
            || after.chars().next().is_some_and(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if inside { word } else { stands_for });
        found += u32::from(!inside);
        rest = after;
    }
    out.push_str(rest);
    (out, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line holds one canary, in a shape in which a secret may come by.
    const CANARIES: &[(&str, &str)] = &[
        (
            "Cookie: _vinted_fr_session=CANARY1abc; access_token_web=CANARY1def",
            "CANARY1",
        ),
        ("set-cookie=\"anon_id=CANARY2\"", "CANARY2"),
        ("{\"cookie\":\"a=CANARY3\"}", "CANARY3"),
        ("Authorization: Bearer CANARY4xyzxyz", "CANARY4"),
        ("header bearer CANARY5.abc-def_ghi", "CANARY5"),
        ("X-CSRF-Token: CANARY6-75f6", "CANARY6"),
        ("refresh_token=CANARY7", "CANARY7"),
        ("passphrase = 'CANARY8 with blanks'", "CANARY8"),
        ("OPENAI_API_KEY=sk-CANARY9abcdefghijkl", "CANARY9"),
        ("key sk-proj-CANARY10abcdefghijkl in use", "CANARY10"),
        ("token v4.local.CANARY11_abcdef.CANARY11", "CANARY11"),
        ("jwt eyJCANARY12abc.eyJCANARY12def.sig", "CANARY12"),
        ("mail ana.canary13@example.org came", "canary13"),
        ("call 06 12 34 56 78 or +33 6 12 34 56 78", "34 56 78"),
        ("https://ana:CANARY14@proxy.example/x", "CANARY14"),
        (
            "GET https://www.vinted.fr/api/v2/items?user=CANARY15&p=1 200",
            "CANARY15",
        ),
        (
            "blob CANARY16aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "CANARY16",
        ),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "3456 7890"),
        ("session_id: CANARY17", "CANARY17"),
        ("\"password\":\"CANARY18\"", "CANARY18"),
        ("STUDIO_VAULT_PASSPHRASE=CANARY19", "CANARY19"),
        ("client_secret=CANARY20", "CANARY20"),
        ("OPENAI_API_KEY=CANARY21", "CANARY21"),
        (r#"body {\"password\":\"CANARY22\"}"#, "CANARY22"),
        (r#"{\\\"cookie\\\":\\\"a=CANARY23\\\"}"#, "CANARY23"),
        ("user_password_hash: CANARY24", "CANARY24"),
        ("db-pwd='CANARY25 x'", "CANARY25"),
        ("aws_secret_access_key = CANARY26", "CANARY26"),
    ];

    #[test]
    fn no_canary_gets_through_and_what_helps_stays() {
        assert_eq!(RULES.len(), 12, "every pattern is one");
        for (line, canary) in CANARIES {
            let (text, taken) = redact(line, &Known::default());
            assert!(!text.contains(canary), "{line} became {text}");
            assert!(taken > 0, "it is counted: {line}");
        }
        for line in [
            "2026-11-20T20:42:00.123Z INFO app::use_cases::prepare field=brand filled draft=0197a000-0000-7000-8000-000000000001",
            "the form's field \"title\" was not found after 3 tries in 1.2 s",
            "browser Chromium 142.0.7444.59 at /usr/bin/chromium",
            "https://www.vinted.fr/items/new answered 403",
        ] {
            let (text, taken) = redact(line, &Known::default());
            assert_eq!(
                (text.as_str(), taken),
                (line, 0),
                "it helps, and is no secret"
            );
        }
    }

    #[test]
    fn what_is_known_to_be_personal_goes_wherever_it_stands() {
        let mut known = Known::default();
        known.add("/home/ana", "~");
        known.add("atelier.rue9", "[account 1]");
        known.add("a", "[never]");
        known.add("ana", "[user]");
        let (text, taken) = redact(
            "/home/ana/x as atelier.rue9, a plan of ana's: banana, ananas",
            &known,
        );
        assert_eq!(
            text, "~/x as [account 1], a plan of [user]'s: banana, ananas",
            "words that only hold a name stay readable"
        );
        assert_eq!(taken, 3);
    }
}
