//! The few texts that the system shows for us: tray, notifications, file choosers. French and English.

use std::{collections::HashMap, sync::LazyLock};

type Texts = HashMap<String, String>;

static FRENCH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../messages/fr.toml")));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read(include_str!("../messages/en.toml")));

fn read(text: &str) -> Texts {
    // The files are part of the program; a test reads them.
    toml::from_str(text).unwrap_or_default()
}

/// The text in the language of the setting `language`: `fr`, else `en`.
pub(crate) fn text(language: &str, key: &str) -> String {
    let texts = if language == "en" { &ENGLISH } else { &FRENCH };
    texts.get(key).cloned().unwrap_or_else(|| key.to_owned())
}

/// The language that the system is set to, where it is one of ours; French otherwise.
pub(crate) fn system_language() -> &'static str {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
        .unwrap_or_default();
    if tag.to_ascii_lowercase().starts_with("en") {
        "en"
    } else {
        "fr"
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_languages_have_every_text() {
        let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        assert!(!FRENCH.is_empty(), "the file must be readable");
        assert_eq!(
            keys(&FRENCH),
            keys(&ENGLISH),
            "a text in one language only shows its key in the other"
        );
    }
}
