//! The site's colours and materials, and the words that people use for them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

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
    /// The other languages: names as the practice marketplace shows them (G).
    more: BTreeMap<Language, ColourWords>,
}

/// A colour in a language beside French and English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct ColourWords {
    name: String,
    /// The adjective by [`Agreement`]; one where the language does not inflect it after a noun.
    forms: Vec<String>,
}

impl Colour {
    /// The site's name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
            other => self.more.get(&other).map_or(&self.en, |w| &w.name),
        }
    }

    /// The adjective as it stands after a noun, in lower case: `noir`, `noire`, `noirs`, `noires`.
    #[must_use]
    pub fn adjective(&self, language: Language, agreement: Agreement) -> String {
        let forms = match language {
            Language::En => return self.en.to_lowercase(),
            Language::Fr => &self.forms[..],
            other => self
                .more
                .get(&other)
                .map_or(&[][..], |w| w.forms.as_slice()),
        };
        forms
            .get(agreement as usize)
            .or_else(|| forms.first())
            .unwrap_or(&self.en)
            .to_lowercase()
    }

    /// Whether the text is a name or a form of it, not a shade.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        static NAMED: LazyLock<HashSet<(String, u32)>> = LazyLock::new(|| {
            let all = colours().iter();
            all.flat_map(|c| c.names().map(|n| (fold(n), c.id)))
                .collect()
        });
        NAMED.contains(&(fold(text), self.id))
    }

    /// Names and forms, French and English first.
    fn names(&self) -> impl Iterator<Item = &str> {
        [&self.fr, &self.en]
            .into_iter()
            .chain(&self.forms)
            .chain(self.other_names())
            .map(String::as_str)
    }

    fn other_names(&self) -> impl Iterator<Item = &String> {
        self.more
            .values()
            .flat_map(|w| std::iter::once(&w.name).chain(&w.forms))
    }

    /// Every way to write it, names first.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        self.names().chain(self.also.iter().map(String::as_str))
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
    /// The names in the other languages: our own translations too.
    #[serde(flatten)]
    more: BTreeMap<Language, String>,
}

impl Material {
    /// The name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
            other => self.more.get(&other).unwrap_or(&self.en),
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

/// The colour of that name, in any gender and number.
///
/// The site's own names in French and English win over forms, those over the names in other languages
/// (`Lila` is lilac, though it is purple in German), those over shades; of the colours that share a
/// word the first is taken.
#[must_use]
pub fn colour(name: &str) -> Option<&'static Colour> {
    static BY_NAME: LazyLock<HashMap<String, &'static Colour>> = LazyLock::new(|| {
        let own = colours().iter().map(|c| (c, vec![&c.fr]));
        let english = colours().iter().map(|c| (c, vec![&c.en]));
        let forms = colours().iter().map(|c| (c, c.forms.iter().collect()));
        let others = colours().iter().map(|c| (c, c.other_names().collect()));
        let shades = colours().iter().map(|c| (c, c.also.iter().collect()));
        let mut by_name = HashMap::new();
        for (colour, names) in own.chain(english).chain(forms).chain(others).chain(shades) {
            for name in names {
                by_name.entry(fold(name)).or_insert(colour);
            }
        }
        by_name
    });
    BY_NAME.get(&fold(name)).copied()
}

/// The material of that name; French and English win over the other languages.
#[must_use]
pub fn material(name: &str) -> Option<&'static Material> {
    static BY_NAME: LazyLock<HashMap<String, &'static Material>> = LazyLock::new(|| {
        let own = materials().iter().map(|m| (m, vec![&m.fr, &m.en]));
        let others = materials().iter().map(|m| (m, m.more.values().collect()));
        let mut by_name = HashMap::new();
        for (material, names) in own.chain(others) {
            for name in names {
                by_name.entry(fold(name)).or_insert(material);
            }
        }
        by_name
    });
    BY_NAME.get(&fold(name)).copied()
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
        for c in colours() {
            assert_eq!(c.more.len(), 6, "{} has its words in every language", c.fr);
        }
        for m in materials() {
            assert_eq!(m.more.len(), 6, "{} has its names in every language", m.fr);
        }
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
        let forms: Vec<String> = [
            Agreement::MasculineSingular,
            Agreement::FeminineSingular,
            Agreement::MasculinePlural,
            Agreement::FemininePlural,
        ]
        .map(|a| white.adjective(Language::Fr, a))
        .to_vec();
        assert_eq!(
            forms,
            ["blanc", "blanche", "blancs", "blanches"],
            "French adjectives agree"
        );
        let navy = colour("marine").unwrap();
        assert_eq!(
            navy.adjective(Language::Fr, Agreement::FemininePlural),
            "marine",
            "colours from things stay"
        );
        let black = colour("Noir").unwrap();
        for (language, wanted) in [
            (Language::En, "black"),
            (Language::De, "schwarz"),
            (Language::Es, "negras"),
            (Language::It, "nere"),
            (Language::Nl, "zwart"),
            (Language::Pl, "czarne"),
            (Language::Pt, "pretas"),
        ] {
            assert_eq!(
                black.adjective(language, Agreement::FemininePlural),
                wanted,
                "{language:?} agrees as it does"
            );
        }
    }
}
