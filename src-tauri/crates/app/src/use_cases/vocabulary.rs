//! The closed lists of the form, for pickers.

use std::collections::HashMap;

use contract::{CategoryView, TermView, Vocabulary};
use domain::{
    Condition, PackageSize,
    catalogue::{Catalogue, CatalogueNode, SEPARATOR},
    vocabulary::{colours, materials},
};

use crate::App;

/// Colours as they look on a screen, by the site's id; our own choice, the site's own are not known.
const HEX: [(u32, &str); 28] = [
    (1, "#1b1b1b"),
    (3, "#919191"),
    (12, "#ffffff"),
    (20, "#f8f1dc"),
    (4, "#d9c7a5"),
    (21, "#f4bd8c"),
    (11, "#f08428"),
    (22, "#f4756b"),
    (7, "#cc2b2b"),
    (23, "#7a1f2f"),
    (5, "#d6227a"),
    (24, "#f3a6bd"),
    (6, "#6b3fa0"),
    (25, "#c3a5dc"),
    (26, "#a8cdea"),
    (9, "#2f63c4"),
    (27, "#1c2a52"),
    (17, "#3cbfc2"),
    (30, "#a6e3c8"),
    (10, "#3f9b4f"),
    (28, "#1f4d30"),
    (16, "#8a8756"),
    (2, "#6f4a2d"),
    (29, "#d3a625"),
    (8, "#f6dc3c"),
    (13, "#c3c7cc"),
    (14, "#d4af37"),
    (15, "#888888"),
];

impl App {
    /// Colours, materials, conditions, parcels and categories, as the drafts store them.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            colors: colours()
                .iter()
                .map(|c| TermView {
                    value: c.fr.clone(),
                    fr: c.fr.clone(),
                    en: c.en.clone(),
                    hex: HEX
                        .iter()
                        .find(|(id, _)| *id == c.id)
                        .map(|(_, hex)| (*hex).to_owned()),
                })
                .collect(),
            materials: materials()
                .iter()
                .map(|m| TermView {
                    value: m.fr.clone(),
                    fr: m.fr.clone(),
                    en: m.en.clone(),
                    hex: None,
                })
                .collect(),
            conditions: Condition::ALL
                .into_iter()
                .map(|c| term(c.code(), c.label_fr(), c.label_en()))
                .collect(),
            package_sizes: PackageSize::ALL
                .into_iter()
                .map(|p| match p {
                    PackageSize::Small => term(p.code(), "Petit", "Small"),
                    PackageSize::Medium => term(p.code(), "Moyen", "Medium"),
                    PackageSize::Large => term(p.code(), "Grand", "Large"),
                })
                .collect(),
            categories: categories(Catalogue::starter()),
            brands: Vec::new(),
        }
    }
}

fn term(value: &str, fr: &str, en: &str) -> TermView {
    TermView {
        value: value.to_owned(),
        fr: fr.to_owned(),
        en: en.to_owned(),
        hex: None,
    }
}

pub(crate) fn categories(catalogue: &Catalogue) -> Vec<CategoryView> {
    let nodes: HashMap<u32, &CatalogueNode> =
        catalogue.nodes().iter().map(|n| (n.key, n)).collect();
    catalogue
        .leaves()
        .into_iter()
        .map(|leaf| CategoryView {
            path_en: english(&nodes, leaf.key),
            sized: catalogue.is_sized(&leaf.path).unwrap_or(true),
            path: leaf.path,
        })
        .collect()
}

/// None where one of the titles is not known in English.
fn english(nodes: &HashMap<u32, &CatalogueNode>, leaf: u32) -> Option<String> {
    let mut titles = Vec::new();
    let mut key = Some(leaf);
    while let Some(node) = key.and_then(|k| nodes.get(&k)) {
        titles.push(node.title_en.as_deref()?);
        key = node.parent;
    }
    titles.reverse();
    Some(titles.join(SEPARATOR))
}
