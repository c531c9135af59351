//! Garment nouns with their synonyms in French and English.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::{
    language::Language,
    vocabulary::Agreement,
    words::{stem, stems},
};

/// A garment noun: how titles begin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Noun {
    /// Tells nouns apart.
    pub key: String,
    /// French, in lower case, in the number in which it is sold: `robe`, `baskets`.
    pub fr: String,
    /// Gender and number of the French noun.
    #[serde(rename = "form")]
    pub agreement: Agreement,
    /// English, in lower case.
    pub en: String,
    /// Synonyms and narrower or wider words in French and English.
    also: Vec<String>,
    /// The other languages: our own translations.
    more: BTreeMap<Language, NounWord>,
}

/// A noun in a language beside French and English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct NounWord {
    /// As it stands within a sentence, in the number in which it is sold.
    name: String,
    /// Gender and number; Polish neuter nouns are told as masculine plural, whose adjectives look the same.
    form: Agreement,
}

impl Noun {
    /// The noun in a language.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
            other => self.more.get(&other).map_or(&self.en, |w| &w.name),
        }
    }

    /// Gender and number of the noun in a language. English, German and Dutch do not show it.
    #[must_use]
    pub fn agreement_in(&self, language: Language) -> Agreement {
        self.more.get(&language).map_or(self.agreement, |w| w.form)
    }

    /// Every word that names the garment.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        [&self.fr, &self.en]
            .into_iter()
            .chain(self.more.values().map(|w| &w.name))
            .chain(&self.also)
            .map(String::as_str)
    }
}

/// A spelling by the stems of its words.
pub(crate) struct Spelling {
    pub(crate) stems: Vec<String>,
    pub(crate) noun: &'static Noun,
}

/// All nouns.
#[must_use]
pub fn nouns() -> &'static [Noun] {
    static NOUNS: LazyLock<Vec<Noun>> = LazyLock::new(|| {
        // The file is part of the program; a test reads it.
        serde_json::from_str(include_str!("../../data/nouns.json")).unwrap_or_default()
    });
    &NOUNS
}

/// The noun of that key.
#[must_use]
pub fn noun(key: &str) -> Option<&'static Noun> {
    nouns().iter().find(|n| n.key == key)
}

/// Every spelling of every noun, longest first.
pub(crate) fn spellings() -> &'static [Spelling] {
    static SPELLINGS: LazyLock<Vec<Spelling>> = LazyLock::new(|| {
        let mut all: Vec<Spelling> = nouns()
            .iter()
            .flat_map(|noun| {
                noun.spellings().map(move |s| Spelling {
                    stems: stems(s),
                    noun,
                })
            })
            .collect();
        all.sort_by_key(|s| std::cmp::Reverse(s.stems.len()));
        all
    });
    &SPELLINGS
}

/// Whether folded words name the noun, in any number.
pub(crate) fn names(noun: &Noun, folded: &[String]) -> bool {
    let wanted: Vec<String> = folded.iter().map(|w| stem(w)).collect();
    spellings()
        .iter()
        .any(|s| s.noun.key == noun.key && s.stems == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::folded_words;

    #[test]
    fn every_noun_is_whole() {
        assert!(nouns().len() >= 60, "the file is read");
        for noun in nouns() {
            assert_eq!(
                noun.more.len(),
                6,
                "{} has a word in every language",
                noun.key
            );
            for spelling in noun.spellings() {
                assert!(
                    !stems(spelling).is_empty(),
                    "{}: {spelling:?} has words",
                    noun.key
                );
            }
        }
    }

    #[test]
    fn synonyms_name_the_garment_in_any_number() {
        let hoodie = noun("hoodie").unwrap();
        for word in ["sweat", "Hoodies", "Pull à capuche", "sweat-shirt", "hoody"] {
            assert!(
                names(hoodie, &folded_words(word)),
                "{word} is a word for a hoodie"
            );
        }
        assert!(!names(hoodie, &folded_words("jean")), "jeans are no hoodie");
    }
}
