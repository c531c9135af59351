//! The tree that ships with the program.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Catalogue, CatalogueNode, SizeKind};

impl Catalogue {
    /// The shipped tree (303 leaves of clothes, shoes, bags and accessories in French and English).
    ///
    /// Site ids stand only where vinted-facts B gives them (H, Nov 2026).
    #[must_use]
    pub fn starter() -> &'static Self {
        static STARTER: LazyLock<Catalogue> = LazyLock::new(|| {
            // The file is part of the program; a test reads it.
            let roots: Vec<Shipped> =
                serde_json::from_str(include_str!("../../data/catalogue.json")).unwrap_or_default();
            let mut nodes = Vec::new();
            for root in roots {
                root.flatten(None, &mut nodes);
            }
            Catalogue::from_nodes(nodes).unwrap_or_default()
        });
        &STARTER
    }
}

/// A node as the data file nests it.
#[derive(Deserialize)]
struct Shipped {
    title: String,
    en: String,
    id: Option<u32>,
    #[serde(default)]
    aliases: Vec<String>,
    noun: Option<String>,
    sizes: Option<SizeKind>,
    #[serde(default)]
    children: Vec<Shipped>,
}

impl Shipped {
    fn flatten(self, parent: Option<u32>, nodes: &mut Vec<CatalogueNode>) {
        let key = u32::try_from(nodes.len() + 1).unwrap_or(u32::MAX);
        nodes.push(CatalogueNode {
            key,
            parent,
            site_id: self.id,
            title: self.title,
            title_en: Some(self.en),
            aliases: self.aliases,
            noun: self.noun,
            sizes: self.sizes,
        });
        for child in self.children {
            child.flatten(Some(key), nodes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::noun;

    #[test]
    fn the_starter_is_whole() {
        let starter = Catalogue::starter();
        let leaves = starter.leaves();
        assert_eq!(leaves.len(), 303, "every leaf of the file is read");
        for leaf in &leaves {
            assert!(
                starter.noun(leaf.key).is_some(),
                "{} has a garment noun",
                leaf.path
            );
            assert!(
                starter.sizes(leaf.key).is_some(),
                "{} says whether it has sizes",
                leaf.path
            );
        }
        for node in starter.nodes() {
            if let Some(key) = &node.noun {
                assert!(noun(key).is_some(), "{key} is in the noun data");
            }
        }
    }
}
