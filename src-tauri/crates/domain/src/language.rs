//! The languages in which texts are composed and checked.

use serde::{Deserialize, Serialize};

/// A language of composed texts. Gates always know both, whatever the account's language is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// Reads a code or a tag such as `fr-FR`; other languages are none.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_first_part() {
        assert_eq!(
            Language::parse("fr-FR"),
            Some(Language::Fr),
            "the country does not matter"
        );
        assert_eq!(Language::parse("EN"), Some(Language::En), "nor does case");
        assert_eq!(
            Language::parse("de"),
            None,
            "a language without texts is not taken for another"
        );
        for language in [Language::Fr, Language::En] {
            assert_eq!(
                Language::parse(language.code()),
                Some(language),
                "a code reads back"
            );
        }
    }
}
