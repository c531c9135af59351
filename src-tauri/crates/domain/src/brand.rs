//! Brand names that ship with the program, and which known name a misread one means.
//!
//! The list (`data/brands.tsv`) stands in where the site's own has not been read. A brand is never
//! guessed: a name is found by its letters or not at all.

use std::{collections::HashMap, sync::LazyLock};

use crate::{values::fold, words::folded_words};

/// A brand of the shipped list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownBrand {
    /// Spelled as the brand spells itself.
    pub name: &'static str,
    /// Key of its price class (`data/prices.json`): `none`, `premium`, `luxury`, ...
    pub class: &'static str,
    /// The name is an ordinary word (`Only`, `Next`): on a label it counts only where it stands alone.
    pub word: bool,
}

/// All brands of the shipped list, by folded name.
#[must_use]
pub fn brands() -> &'static [KnownBrand] {
    static BRANDS: LazyLock<Vec<KnownBrand>> = LazyLock::new(|| {
        include_str!("../data/brands.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut columns = line.split('\t');
                Some(KnownBrand {
                    name: columns.next()?,
                    class: columns.next()?,
                    word: columns.next() == Some("word"),
                })
            })
            .collect()
    });
    &BRANDS
}

/// The brand of the shipped list with that name, case, accents, blanks and signs aside.
#[must_use]
pub fn known(name: &str) -> Option<&'static KnownBrand> {
    static BY_KEY: LazyLock<HashMap<String, &'static KnownBrand>> =
        LazyLock::new(|| brands().iter().map(|b| (key(b.name), b)).collect());
    BY_KEY.get(&key(name)).copied()
}

/// Whether two names have the same letters.
#[must_use]
pub fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (key(a), key(b));
    !a.is_empty() && a == b
}

/// Letters and digits in lower case without accents: what stays equal however a name is set.
pub(crate) fn key(name: &str) -> String {
    folded_words(name).concat()
}

/// What a read text means among names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// The name itself, case, accents, blanks and signs aside.
    Exact(&'a str),
    /// One name, and no other, is this near.
    Near {
        /// It.
        name: &'a str,
        /// Letters that were changed, added, lost or swapped with their neighbour.
        edits: usize,
    },
    /// No name, or more than one.
    None,
}

impl<'a> Reading<'a> {
    /// The name, where there is one.
    #[must_use]
    pub fn name(self) -> Option<&'a str> {
        match self {
            Self::Exact(name) | Self::Near { name, .. } => Some(name),
            Self::None => None,
        }
    }
}

/// Names to look read texts up in: the site's brands, or the shipped ones. Folded once.
#[derive(Clone, Debug)]
pub struct BrandNames<'a> {
    /// Key, its length in letters, name; by length.
    names: Vec<(String, usize, &'a str)>,
    by_key: HashMap<String, Vec<&'a str>>,
}

/// Longest text that is looked at, in letters: no brand of the list has more than 40.
const MAX_LETTERS: usize = 60;

impl<'a> BrandNames<'a> {
    /// Makes the names ready to be looked up. Where two have the same letters, the first one wins.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<(String, usize, &'a str)> = Vec::new();
        let mut by_key: HashMap<String, Vec<&'a str>> = HashMap::new();
        for name in names {
            let key = key(name);
            if key.is_empty() {
                continue;
            }
            let same = by_key.entry(key.clone()).or_default();
            if same.is_empty() {
                let letters = key.chars().count();
                all.push((key, letters, name));
            }
            same.push(name);
        }
        all.sort_by_key(|(_, letters, _)| *letters);
        Self { names: all, by_key }
    }

    /// The shipped list.
    #[must_use]
    pub fn shipped() -> &'static BrandNames<'static> {
        static NAMES: LazyLock<BrandNames<'static>> =
            LazyLock::new(|| BrandNames::new(brands().iter().map(|b| b.name)));
        &NAMES
    }

    /// Which name the text means.
    ///
    /// First the exact letters; names of at most three letters also need the same signs (`CA` on a
    /// label is no `C&A`). Else the one name that is [`max_edits`] away at most, if no other name is
    /// as near or only one edit farther.
    #[must_use]
    pub fn closest(&self, text: &str) -> Reading<'a> {
        let wanted = key(text);
        let letters = wanted.chars().count();
        if letters == 0 || letters > MAX_LETTERS {
            return Reading::None;
        }
        if let Some(same) = self.by_key.get(&wanted) {
            let set = |name: &str| -> String {
                fold(name).chars().filter(|c| !c.is_whitespace()).collect()
            };
            let exact = if letters <= 3 {
                same.iter().find(|name| set(name) == set(text))
            } else {
                same.first()
            };
            return exact.copied().map_or(Reading::None, Reading::Exact);
        }
        let most = max_edits(letters);
        if most == 0 {
            return Reading::None;
        }
        let from = self.names.partition_point(|n| n.1 + most < letters);
        let to = self.names.partition_point(|n| n.1 <= letters + most);
        let mut near: Option<(usize, &'a str)> = None;
        let mut second = usize::MAX;
        for (key, length, name) in &self.names[from..to] {
            let edits = strsim::osa_distance(&wanted, key);
            // A short name is held to its own limit too: `Ellus` is no misread `Elle`.
            let candidate = edits <= most && edits <= max_edits(*length);
            match near {
                Some((best, _)) if edits >= best => second = second.min(edits),
                _ if candidate => {
                    second = near.map_or(second, |(best, _)| second.min(best));
                    near = Some((edits, *name));
                }
                _ => second = second.min(edits),
            }
        }
        match near {
            Some((edits, name)) if second > edits + 1 => Reading::Near { name, edits },
            _ => Reading::None,
        }
    }
}

/// How many edits a name of that many letters bears: none up to four, then one to seven letters, two
/// to eleven, three beyond.
#[must_use]
pub fn max_edits(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5..=7 => 1,
        8..=11 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::price::PriceRules;

    #[test]
    fn the_list_is_whole() {
        let all = brands();
        assert!(all.len() >= 1_500, "{} brands are not enough", all.len());
        let keys: Vec<String> = all.iter().map(|b| key(b.name)).collect();
        assert!(keys.is_sorted(), "sorted, so that a change is easy to read");
        let different: HashSet<&String> = keys.iter().collect();
        assert_eq!(different.len(), all.len(), "no brand stands there twice");
        let rules = PriceRules::shipped();
        for brand in all {
            assert_eq!(brand.name.trim(), brand.name, "{:?}", brand.name);
            assert!(
                rules.class(brand.class).is_some(),
                "{}: {} is a price class",
                brand.name,
                brand.class
            );
        }
    }

    #[rstest]
    #[case("Ralph Lauren", "premium")]
    #[case("karl lagerfeld", "premium")]
    #[case("DIESEL", "premium")]
    #[case("Tommy Hilfiger", "premium")]
    #[case("Lacoste", "premium")]
    #[case("Hugo Boss", "premium")]
    #[case("Burberry", "luxury")]
    #[case("Dior", "luxury")]
    #[case("Gucci", "luxury")]
    #[case("Louis Vuitton", "luxury")]
    #[case("Prada", "luxury")]
    #[case("Fear of God Essentials", "streetwear")]
    #[case("Supreme", "streetwear")]
    #[case("Off-White", "streetwear")]
    #[case("Nike", "none")]
    fn classes_of_known_brands(#[case] name: &str, #[case] class: &str) {
        assert_eq!(known(name).map(|b| b.class), Some(class), "{name}");
    }

    #[rstest]
    #[case("ZARA", Some("Zara"))]
    #[case("Levis", Some("Levi's"))]
    #[case("comptoir des cotonniers", Some("Comptoir des Cotonniers"))]
    #[case("KARL LAGERFE1D", Some("Karl Lagerfeld"))]
    #[case("Tomrny Hilfiger", Some("Tommy Hilfiger"))]
    #[case("Zadig & Voltalre", Some("Zadig & Voltaire"))]
    #[case("Petit Bateua", Some("Petit Bateau"))]
    #[case("Nikee", None)]
    #[case("Zora", None)]
    #[case("CA", None)]
    #[case("C&A", Some("C&A"))]
    #[case("100% coton", None)]
    #[case("Made in Italy", None)]
    #[case("Machine wash cold", None)]
    #[case("", None)]
    fn names_are_found_by_their_letters(#[case] read: &str, #[case] wanted: Option<&str>) {
        let found = BrandNames::shipped().closest(read);
        assert_eq!(found.name(), wanted, "{read:?} read as {found:?}");
    }

    #[test]
    fn between_two_near_names_none_is_taken() {
        let names = BrandNames::new(["Mellow", "Yellow", "Zalando"]);
        assert_eq!(
            names.closest("ellow"),
            Reading::None,
            "both are one letter away"
        );
        assert_eq!(
            names.closest("Zalamdo"),
            Reading::Near {
                name: "Zalando",
                edits: 1
            },
            "here there is no other"
        );
    }

    proptest! {
        #[test]
        fn one_wrong_letter_never_names_another_brand(
            brand in prop::sample::select(brands()),
            at in 0usize..40,
            letter in "[a-z]",
        ) {
            let mut letters: Vec<char> = key(brand.name).chars().collect();
            let at = at % letters.len();
            letters[at] = letter.chars().next().unwrap_or('a');
            let read: String = letters.iter().collect();
            let found = BrandNames::shipped().closest(&read).name();
            let itself = known(&read).map(|b| b.name);
            prop_assert!(
                found.is_none() || found == Some(brand.name) || found == itself,
                "{read} is no {found:?}"
            );
        }

        #[test]
        fn any_text_is_looked_up(text in any::<String>()) {
            let _ = BrandNames::shipped().closest(&text);
        }
    }
}
