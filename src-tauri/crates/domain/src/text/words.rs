//! The words of texts, by language: `data/texts/`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::facts::MeasureKind;
use crate::{catalogue::Audience, language::Language};

/// The words of one language.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Words {
    /// The lines of the shipped template.
    pub(super) template: Vec<String>,
    /// Between two colours.
    pub(super) and: String,
    pub(super) measures: BTreeMap<MeasureKind, String>,
    pub(super) audience: BTreeMap<Audience, String>,
    pub(super) no_brand: String,
    /// Before sizes that stand for each other only roughly.
    pub(super) approximately: String,
    /// The sign after a number, with its blank where the language sets one.
    pub(super) percent: String,
    pub(super) decimal_mark: char,
    /// Hashtags that are true of everything second-hand.
    pub(super) hashtags: Vec<String>,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    static WORDS: LazyLock<BTreeMap<Language, Words>> = LazyLock::new(|| {
        let files = [
            (Language::Fr, include_str!("../../data/texts/fr.json")),
            (Language::En, include_str!("../../data/texts/en.json")),
            (Language::De, include_str!("../../data/texts/de.json")),
            (Language::Es, include_str!("../../data/texts/es.json")),
            (Language::It, include_str!("../../data/texts/it.json")),
            (Language::Nl, include_str!("../../data/texts/nl.json")),
            (Language::Pl, include_str!("../../data/texts/pl.json")),
            (Language::Pt, include_str!("../../data/texts/pt.json")),
        ];
        // The files are part of the program; a test reads them.
        files
            .into_iter()
            .filter_map(|(language, json)| Some((language, serde_json::from_str(json).ok()?)))
            .collect()
    });
    static NONE: LazyLock<Words> = LazyLock::new(Words::default);
    WORDS.get(&language).unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_all_words() {
        for language in Language::ALL {
            let words = words(language);
            assert_eq!(words.measures.len(), MeasureKind::ALL.len(), "{language:?}");
            assert_eq!(words.audience.len(), 6, "{language:?}");
            assert!(words.hashtags.len() >= 3, "{language:?}");
            let shipped = super::super::Template::shipped(language);
            assert_eq!(
                super::super::check_template(shipped, language),
                Ok(()),
                "the shipped template of {language:?} passes"
            );
        }
    }
}
