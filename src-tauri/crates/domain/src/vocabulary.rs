//! The site's colours and materials, and the words that people use for them.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::{language::Language, values::fold, words::folded_words};

/// Gender and number of a French noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Agreement {
    /// Masculine singular.
    #[serde(rename = "ms")]
    MasculineSingular,
    /// Feminine singular.
    #[serde(rename = "fs")]
    FeminineSingular,
    /// Masculine plural.
    #[serde(rename = "mp")]
    MasculinePlural,
    /// Feminine plural.
    #[serde(rename = "fp")]
    FemininePlural,
}

/// One of the site's 29 colours (vinted-facts B "Colours", H, Nov 2026).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Colour {
    /// The site's id.
    pub id: u32,
    /// The site's name in French.
    pub fr: String,
    /// The site's name in English.
    pub en: String,
    /// The French adjective: masculine, feminine, masculine plural, feminine plural.
    forms: [String; 4],
    /// Shades and other words that people use for it; a shade may belong to several colours.
    also: Vec<String>,
}

impl Colour {
    /// The site's name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }

    /// The French adjective as it stands after a noun: `noir`, `noire`, `noirs`, `noires`.
    #[must_use]
    pub fn french(&self, agreement: Agreement) -> &str {
        &self.forms[match agreement {
            Agreement::MasculineSingular => 0,
            Agreement::FeminineSingular => 1,
            Agreement::MasculinePlural => 2,
            Agreement::FemininePlural => 3,
        }]
    }

    /// Whether the text is a name or a form of it, not a shade.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        let wanted = fold(text);
        [&self.fr, &self.en]
            .into_iter()
            .chain(&self.forms)
            .any(|n| fold(n) == wanted)
    }

    /// Every way to write it, names first.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        [&self.fr, &self.en]
            .into_iter()
            .chain(&self.forms)
            .chain(&self.also)
            .map(String::as_str)
    }
}

/// One of the site's 55 materials (ids and French names: vinted-facts B "Materials", H, Nov 2026).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Material {
    /// The site's id.
    pub id: u32,
    /// The site's name in French.
    pub fr: String,
    /// The name in English: our own translation, the facts give French names only.
    pub en: String,
}

impl Material {
    /// The name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }
}

static COLOURS: LazyLock<Vec<Colour>> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    serde_json::from_str(include_str!("../data/colours.json")).unwrap_or_default()
});

static MATERIALS: LazyLock<Vec<Material>> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    serde_json::from_str(include_str!("../data/materials.json")).unwrap_or_default()
});

/// All colours, in the site's order.
#[must_use]
pub fn colours() -> &'static [Colour] {
    &COLOURS
}

/// All materials, in the site's order.
#[must_use]
pub fn materials() -> &'static [Material] {
    &MATERIALS
}

/// The colour of that name in French or English, in any gender and number.
///
/// The site's own names win over forms, forms over shades; of the colours that share a shade the
/// first is taken.
#[must_use]
pub fn colour(name: &str) -> Option<&'static Colour> {
    let wanted = fold(name);
    let by = |matches: fn(&Colour, &str) -> bool| colours().iter().find(|c| matches(c, &wanted));
    by(|c, w| fold(&c.fr) == w)
        .or_else(|| by(|c, w| fold(&c.en) == w))
        .or_else(|| by(|c, w| c.forms.iter().any(|f| fold(f) == w)))
        .or_else(|| by(|c, w| c.also.iter().any(|a| fold(a) == w)))
}

/// The material of that name in French or English.
#[must_use]
pub fn material(name: &str) -> Option<&'static Material> {
    let wanted = fold(name);
    materials()
        .iter()
        .find(|m| fold(&m.fr) == wanted || fold(&m.en) == wanted)
}

/// A way to write one or several colours.
pub(crate) struct Spelling {
    /// Folded words.
    pub(crate) words: Vec<String>,
    /// The site's ids of the colours it may mean.
    pub(crate) ids: Vec<u32>,
}

/// Every way to write a colour, by its first folded word.
pub(crate) fn colour_spellings() -> &'static HashMap<String, Vec<Spelling>> {
    static SPELLINGS: LazyLock<HashMap<String, Vec<Spelling>>> = LazyLock::new(|| {
        let mut by_first: HashMap<String, Vec<Spelling>> = HashMap::new();
        for colour in colours() {
            for words in colour.spellings().map(folded_words) {
                let Some(first) = words.first() else { continue };
                let spellings = by_first.entry(first.clone()).or_default();
                match spellings.iter_mut().find(|s| s.words == words) {
                    Some(known) if known.ids.contains(&colour.id) => {}
                    Some(known) => known.ids.push(colour.id),
                    None => spellings.push(Spelling {
                        words,
                        ids: vec![colour.id],
                    }),
                }
            }
        }
        by_first
    });
    &SPELLINGS
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_files_hold_the_site_s_vocabularies() {
        assert_eq!(colours().len(), 29, "the site has 29 colours");
        assert_eq!(materials().len(), 55, "the site has 55 materials");
        let mut ids: Vec<u32> = colours().iter().map(|c| c.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 29, "no colour stands there twice");
        let mut ids: Vec<u32> = materials().iter().map(|m| m.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 55, "no material stands there twice");
    }

    #[rstest]
    #[case("Noir", 1)]
    #[case("noires", 1)]
    #[case("BLANCHE", 12)]
    #[case("Navy", 27)]
    #[case("bleu marine", 27)]
    #[case("bleu clair", 26)]
    #[case("Pink", 5)]
    #[case("Rose", 24)]
    #[case("gray", 3)]
    #[case("doree", 14)]
    #[case("Clear", 32)]
    fn colours_are_read_in_every_form(#[case] name: &str, #[case] id: u32) {
        assert_eq!(
            colour(name).map(|c| c.id),
            Some(id),
            "{name} names the colour {id}"
        );
    }

    #[test]
    fn names_and_forms_read_back() {
        for c in colours() {
            assert_eq!(
                colour(&c.fr).map(|f| f.id),
                Some(c.id),
                "{} is its own name",
                c.fr
            );
            assert_eq!(
                colour(&c.en).map(|f| f.id),
                Some(c.id),
                "{} is its own name",
                c.en
            );
            for form in &c.forms {
                assert_eq!(
                    colour(form).map(|f| f.id),
                    Some(c.id),
                    "{form} is a form of {}",
                    c.fr
                );
            }
        }
        for m in materials() {
            assert_eq!(
                material(&m.fr).map(|f| f.id),
                Some(m.id),
                "{} is its own name",
                m.fr
            );
            assert_eq!(
                material(&m.en).map(|f| f.id),
                Some(m.id),
                "{} is its own name",
                m.en
            );
        }
        assert_eq!(colour("chaud"), None, "a word that is no colour is none");
        assert_eq!(material("noir"), None, "a colour is no material");
    }

    #[test]
    fn adjectives_agree_with_their_noun() {
        let white = colour("blanc").unwrap();
        let forms: Vec<&str> = [
            Agreement::MasculineSingular,
            Agreement::FeminineSingular,
            Agreement::MasculinePlural,
            Agreement::FemininePlural,
        ]
        .map(|a| white.french(a))
        .to_vec();
        assert_eq!(
            forms,
            ["blanc", "blanche", "blancs", "blanches"],
            "French adjectives agree"
        );
        let navy = colour("marine").unwrap();
        assert_eq!(
            navy.french(Agreement::FemininePlural),
            "marine",
            "colours from things stay"
        );
    }
}
