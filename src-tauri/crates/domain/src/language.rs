//! The languages in which texts are composed and checked.

use serde::{Deserialize, Serialize};

/// A language of composed texts. Gates always know all of them, whatever the account's language is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
    /// German.
    De,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Dutch.
    Nl,
    /// Polish.
    Pl,
    /// Portuguese.
    Pt,
}

impl Language {
    /// All, French and English first.
    pub const ALL: [Self; 8] = [
        Self::Fr,
        Self::En,
        Self::De,
        Self::Es,
        Self::It,
        Self::Nl,
        Self::Pl,
        Self::Pt,
    ];

    /// ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pl => "pl",
            Self::Pt => "pt",
        }
    }

    /// Reads a code or a tag such as `fr-FR`; other languages are none.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|l| l.code().eq_ignore_ascii_case(first))
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
            Language::parse("sv"),
            None,
            "a language without texts is not taken for another"
        );
        for language in Language::ALL {
            assert_eq!(
                Language::parse(language.code()),
                Some(language),
                "a code reads back"
            );
        }
    }
}
