//! From what a person typed to a leaf of the tree.

use super::{Catalogue, CatalogueNode, Leaf, Resolution, nouns};
use crate::words::{folded_words, stem};

/// The names of a node, folded once.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Title, English title and aliases as folded words.
    folded: Vec<Vec<String>>,
    /// The same as stems.
    stems: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn of(node: &CatalogueNode) -> Self {
        let all = [Some(&node.title), node.title_en.as_ref()]
            .into_iter()
            .flatten()
            .chain(&node.aliases)
            .map(|name| folded_words(name));
        let folded: Vec<Vec<String>> = all.filter(|words| !words.is_empty()).collect();
        let stems = folded
            .iter()
            .map(|n| n.iter().map(|w| stem(w)).collect())
            .collect();
        Self { folded, stems }
    }

    /// How well a part of the typed text names the node.
    fn fit(&self, part: &Part) -> Fit {
        if self.folded.contains(&part.folded) {
            Fit::Exact
        } else if self.stems.contains(&part.stems) {
            Fit::Form
        } else if self
            .stems
            .iter()
            .any(|name| part.stems.iter().all(|w| name.contains(w)))
        {
            Fit::Words
        } else {
            Fit::None
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    None,
    /// Its words are among the title's: `Sweats` for `Sweats à capuche`.
    Words,
    /// Equal but for number and gender.
    Form,
    Exact,
}

/// Bytes of a category text beyond which it names nothing: paths are some hundred at most.
const MAX_TEXT: usize = 1_000;

/// One part of a typed path.
pub(super) struct Part {
    folded: Vec<String>,
    stems: Vec<String>,
}

/// The parts of a typed path that hold words.
pub(super) fn parts(text: &str) -> Vec<Part> {
    text.split(['>', '›', '»'])
        .map(folded_words)
        .filter(|words| !words.is_empty())
        .map(|folded| Part {
            stems: folded.iter().map(|w| stem(w)).collect(),
            folded,
        })
        .collect()
}

/// A path without case, accents and signs.
pub(super) fn path_key(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| part.folded.join(" "))
        .collect::<Vec<_>>()
        .join(">")
}

/// How well a leaf fits a hint, worst first. A branch stands for all leaves below it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    BranchByWords,
    LeafByNoun,
    LeafByWords,
    BranchByForm,
    LeafByForm,
    Branch,
    Leaf,
}

impl Catalogue {
    /// Reads a path (`Hommes > Vêtements > Sweats à capuche`), a hint (`Homme > Sweats`) or the
    /// site's id; French or English, without regard to case, accents and number.
    ///
    /// A hint may leave parts of the path out, but not turn their order. A branch stands for all its
    /// leaves. A whole title wins over a part of one, a leaf over a branch, a title over a garment
    /// noun (`Femme > Doudounes longues`, `Men > Sweater`); what fits equally well is several.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Resolution {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Resolution::None;
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return self.by_site_id(text);
        }
        let parts = parts(text);
        let Some((last, above)) = parts.split_last() else {
            return Resolution::None;
        };
        if let Some(Some(leaf)) = self.by_path.get(&path_key(&parts)) {
            return self.resolution(vec![*leaf]);
        }
        for least in [Fit::Exact, Fit::Form] {
            let whole: Vec<usize> = self
                .leaf_indices()
                .filter(|&leaf| self.is_path_of(leaf, &parts, least))
                .collect();
            if !whole.is_empty() {
                return self.resolution(whole);
            }
        }
        let mut best: Option<Rank> = None;
        let mut fitting = Vec::new();
        for leaf in self.leaf_indices() {
            let Some(rank) = self.rank(leaf, above, last) else {
                continue;
            };
            if best.is_none_or(|b| rank > b) {
                best = Some(rank);
                fitting.clear();
            }
            if best == Some(rank) {
                fitting.push(leaf);
            }
        }
        self.resolution(fitting)
    }

    fn leaf_indices(&self) -> impl Iterator<Item = usize> {
        (0..self.nodes.len()).filter(|&i| self.places[i].leaf)
    }

    fn resolution(&self, leaves: Vec<usize>) -> Resolution {
        let mut leaves: Vec<Leaf> = leaves.into_iter().map(|i| self.leaf_at(i)).collect();
        match leaves.len() {
            0 => Resolution::None,
            1 => Resolution::One(leaves.remove(0)),
            _ => Resolution::Several(leaves),
        }
    }

    fn by_site_id(&self, digits: &str) -> Resolution {
        let Ok(id) = digits.parse::<u32>() else {
            return Resolution::None;
        };
        let Some(node) = self.nodes.iter().position(|n| n.site_id == Some(id)) else {
            return Resolution::None;
        };
        let below = self
            .leaf_indices()
            .filter(|&leaf| self.upwards(leaf).any(|i| i == node));
        self.resolution(below.collect())
    }

    /// Every title of the leaf's path is named, none left out.
    fn is_path_of(&self, leaf: usize, parts: &[Part], least: Fit) -> bool {
        let mut parts = parts.iter().rev();
        for i in self.upwards(leaf) {
            match parts.next() {
                Some(part) if self.places[i].names.fit(part) >= least => {}
                _ => return false,
            }
        }
        parts.next().is_none()
    }

    /// How well the leaf fits `last`, below nodes that fit `above` in their order.
    fn rank(&self, leaf: usize, above: &[Part], last: &Part) -> Option<Rank> {
        self.upwards(leaf)
            .filter(|&i| self.lies_below(i, above))
            .filter_map(|i| {
                let fit = self.places[i].names.fit(last);
                if i != leaf {
                    return match fit {
                        Fit::Exact => Some(Rank::Branch),
                        Fit::Form => Some(Rank::BranchByForm),
                        Fit::Words => Some(Rank::BranchByWords),
                        Fit::None => None,
                    };
                }
                match fit {
                    Fit::Exact => Some(Rank::Leaf),
                    Fit::Form => Some(Rank::LeafByForm),
                    Fit::Words => Some(Rank::LeafByWords),
                    Fit::None => self
                        .noun(self.nodes[leaf].key)
                        .filter(|noun| nouns::names(noun, &last.folded))
                        .map(|_| Rank::LeafByNoun),
                }
            })
            .max()
    }

    /// The ancestors of a node fit `above` in its order, others between them allowed.
    fn lies_below(&self, index: usize, above: &[Part]) -> bool {
        let mut ancestors = self.upwards(index).skip(1);
        above
            .iter()
            .rev()
            .all(|part| ancestors.any(|i| self.places[i].names.fit(part) >= Fit::Words))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn path(text: &str) -> Option<String> {
        match Catalogue::starter().resolve(text) {
            Resolution::One(leaf) => Some(leaf.path),
            _ => None,
        }
    }

    #[rstest]
    #[case(
        "Hommes > Vêtements > Sweats à capuche",
        "Hommes > Vêtements > Sweats à capuche"
    )]
    #[case(
        "hommes>vetements>sweats a capuche",
        "Hommes > Vêtements > Sweats à capuche"
    )]
    #[case("Homme > Sweats", "Hommes > Vêtements > Sweats à capuche")]
    #[case("Homme > Sweat à capuche", "Hommes > Vêtements > Sweats à capuche")]
    #[case("Men > Clothing > Hoodies", "Hommes > Vêtements > Sweats à capuche")]
    #[case("Man > Hoodie", "Hommes > Vêtements > Sweats à capuche")]
    #[case("Femme > Robe courte", "Femmes > Vêtements > Robes > Robes courtes")]
    #[case("Women > Mini dress", "Femmes > Vêtements > Robes > Robes courtes")]
    #[case("Femmes > Sneakers", "Femmes > Chaussures > Baskets")]
    #[case("Femmes > Chaussures > Baskets", "Femmes > Chaussures > Baskets")]
    #[case("2632", "Femmes > Chaussures > Baskets")]
    #[case("246", "Hommes > Accessoires > Sacs et sacoches > Sacs à dos")]
    #[case(
        "Hommes > Sacs à dos",
        "Hommes > Accessoires > Sacs et sacoches > Sacs à dos"
    )]
    #[case("Filles > Jupe", "Enfants > Filles > Vêtements > Jupes")]
    #[case("Enfants > Filles > Jean", "Enfants > Filles > Vêtements > Jeans")]
    #[case("Hommes > Derby", "Hommes > Chaussures > Derbies")]
    #[case("Escarpin", "Femmes > Chaussures > Escarpins")]
    fn one_leaf_fits(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(
            path(text).as_deref(),
            Some(wanted),
            "{text:?} names one leaf"
        );
    }

    #[rstest]
    #[case("Femmes > Robes", 10)]
    #[case("Femmes > Sweats", 2)]
    #[case("Hommes > T-shirts", 4)]
    #[case("Hommes > Pulls", 5)]
    #[case("Hommes > Chaussures", 11)]
    #[case("183", 8)]
    #[case("Enfants > T-shirts", 2)]
    fn several_leaves_are_all_named(#[case] text: &str, #[case] count: usize) {
        let Resolution::Several(leaves) = Catalogue::starter().resolve(text) else {
            panic!("{text:?} fits several leaves, and the person chooses");
        };
        assert_eq!(leaves.len(), count, "{text:?}: {leaves:?}");
    }

    #[rstest]
    #[case("")]
    #[case(" > ")]
    #[case("999999")]
    #[case("99999999999999999999")]
    #[case("Vêtements > Femmes > Robes courtes")]
    #[case("Maison > Linge de lit")]
    #[case("Hommes > Escarpins")]
    fn nothing_is_guessed(#[case] text: &str) {
        assert_eq!(
            Catalogue::starter().resolve(text),
            Resolution::None,
            "{text:?} fits nothing"
        );
    }

    #[test]
    fn every_path_names_its_leaf() {
        let starter = Catalogue::starter();
        for leaf in starter.leaves() {
            assert_eq!(
                starter.resolve(&leaf.path),
                Resolution::One(leaf.clone()),
                "{} is its own name",
                leaf.path
            );
            assert_eq!(
                starter.resolve(&crate::values::fold(&leaf.path)),
                Resolution::One(leaf.clone()),
                "{} without case and accents too",
                leaf.path
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(text in "\\PC{0,40}") {
            let starter = Catalogue::starter();
            let first = starter.resolve(&text);
            prop_assert_eq!(starter.resolve(&text), first, "the same text, the same answer");
            let _ = starter.is_sized(&text);
        }

        #[test]
        fn ids_of_the_site_name_their_node(at in 0usize..1000) {
            let starter = Catalogue::starter();
            let with_ids: Vec<_> = starter.nodes().iter().filter(|n| n.site_id.is_some()).collect();
            let node = with_ids[at % with_ids.len()];
            let id = node.site_id.unwrap_or_default().to_string();
            prop_assert!(starter.resolve(&id) != Resolution::None, "{id} is in the tree");
        }
    }
}
