//! What can be chosen on the form: categories, sizes, brands, colours, materials, conditions. The data files name
//! their facts; ids that the facts do not give are invented.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::SandboxError;
use crate::switches::Language;

/// A text in the site's languages, by ISO 639-1 code; French is always there.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Titles(BTreeMap<String, String>);

impl Titles {
    pub(crate) fn get(&self, language: Language) -> &str {
        self.0
            .get(language.code())
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.get("fr"))
            .map_or("", String::as_str)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Node {
    pub(crate) id: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) titles: Titles,
    #[serde(default)]
    pub(crate) leaf: Option<Leaf>,
}

fn yes() -> bool {
    true
}

/// What a leaf category asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leaf {
    /// Name of a set in `sizes.json`; absent where the category has no sizes.
    #[serde(default)]
    pub(crate) sizes: Option<String>,
    /// `grid`, or `grid_chips` (the test id differs; vinted-facts A2).
    #[serde(default)]
    pub(crate) size_display: Option<String>,
    /// The recommended parcel: 1 small, 2 medium, 3 large.
    pub(crate) parcel: u64,
    #[serde(default)]
    pub(crate) material: bool,
    #[serde(default)]
    pub(crate) measurements: bool,
    #[serde(default)]
    pub(crate) unisex: bool,
    #[serde(default)]
    pub(crate) isbn: bool,
    #[serde(default = "yes")]
    pub(crate) brand: bool,
    #[serde(default = "yes")]
    pub(crate) color: bool,
    /// Codes of lists in `extra_attributes.json`.
    #[serde(default)]
    pub(crate) extra: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizeGroup {
    pub(crate) set: String,
    pub(crate) id: u64,
    pub(crate) titles: Titles,
    #[serde(rename = "system")]
    _system: String,
    pub(crate) options: Vec<SizeOption>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizeOption {
    pub(crate) id: u64,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    titles: Option<Titles>,
}

impl SizeOption {
    pub(crate) fn title(&self, language: Language) -> &str {
        match (&self.title, &self.titles) {
            (Some(title), _) => title,
            (None, Some(titles)) => titles.get(language),
            (None, None) => "",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brand {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) luxury: bool,
    pub(crate) high_value: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Colour {
    pub(crate) id: u64,
    pub(crate) code: String,
    pub(crate) hex: String,
    pub(crate) titles: Titles,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Material {
    pub(crate) id: u64,
    pub(crate) titles: Titles,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    pub(crate) id: u64,
    pub(crate) titles: Titles,
    pub(crate) hints: Titles,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtraAttribute {
    pub(crate) code: String,
    pub(crate) titles: Titles,
    pub(crate) options: Vec<Material>,
}

pub(crate) struct Catalogue {
    nodes: Vec<Node>,
    pub(crate) sizes: Vec<SizeGroup>,
    pub(crate) brands: Vec<Brand>,
    pub(crate) colours: Vec<Colour>,
    pub(crate) materials: Vec<Material>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) extras: Vec<ExtraAttribute>,
    labels: BTreeMap<String, BTreeMap<String, String>>,
}

fn built_in<T: DeserializeOwned>(name: &'static str, text: &str) -> Result<T, SandboxError> {
    serde_json::from_str(text).map_err(|source| SandboxError::BuiltInData { name, source })
}

macro_rules! data_file {
    ($name:literal) => {
        built_in($name, include_str!(concat!("../data/", $name)))
    };
}

impl Catalogue {
    pub(crate) fn load() -> Result<Self, SandboxError> {
        Ok(Self {
            nodes: data_file!("catalogue.json")?,
            sizes: data_file!("sizes.json")?,
            brands: data_file!("brands.json")?,
            colours: data_file!("colours.json")?,
            materials: data_file!("materials.json")?,
            conditions: data_file!("conditions.json")?,
            extras: data_file!("extra_attributes.json")?,
            labels: data_file!("labels.json")?,
        })
    }

    /// The sentence for a key, in English where the language lacks it.
    pub(crate) fn label(&self, language: Language, key: &str) -> String {
        [language.code(), "en", "fr"]
            .iter()
            .find_map(|code| self.labels.get(*code)?.get(key))
            .map_or_else(|| key.to_owned(), Clone::clone)
    }

    /// All sentences of a language, completed with the English ones.
    pub(crate) fn labels(&self, language: Language) -> BTreeMap<&str, &str> {
        let mut all = BTreeMap::new();
        for code in ["fr", "en", language.code()] {
            for (key, text) in self.labels.get(code).into_iter().flatten() {
                all.insert(key.as_str(), text.as_str());
            }
        }
        all
    }

    pub(crate) fn node(&self, id: u64) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    pub(crate) fn leaf(&self, id: u64) -> Option<&Leaf> {
        self.node(id)?.leaf.as_ref()
    }

    /// From the root to the node.
    pub(crate) fn path(&self, id: u64) -> Vec<&Node> {
        let mut path = Vec::new();
        let mut next = self.node(id);
        while let Some(node) = next {
            path.push(node);
            next = node.parent.and_then(|parent| self.node(parent));
        }
        path.reverse();
        path
    }

    /// The titles from root to leaf joined by ` > `.
    pub(crate) fn path_title(&self, id: u64, language: Language) -> String {
        let titles: Vec<_> = self
            .path(id)
            .iter()
            .map(|n| n.titles.get(language))
            .collect();
        titles.join(" > ")
    }

    /// The tree below `parent` as the site sends it.
    pub(crate) fn tree(&self, parent: Option<u64>, language: Language) -> Vec<Value> {
        self.nodes
            .iter()
            .filter(|node| node.parent == parent)
            .map(|node| {
                json!({
                    "id": node.id,
                    "title": node.titles.get(language),
                    "package_size_ids": [1, 2, 3],
                    "catalogs": self.tree(Some(node.id), language),
                })
            })
            .collect()
    }

    /// Leaves whose own title or path holds every word of the keyword; own titles first.
    pub(crate) fn search(&self, keyword: &str, language: Language) -> Vec<&Node> {
        let words: Vec<String> = keyword.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(bool, &Node)> = self
            .nodes
            .iter()
            .filter(|node| node.leaf.is_some())
            .filter_map(|node| {
                let own = node.titles.get(language).to_lowercase();
                let path = self.path_title(node.id, language).to_lowercase();
                let all = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
                all(&path).then(|| (!all(&own), node))
            })
            .collect();
        hits.sort_by_key(|(by_path, _)| *by_path);
        hits.into_iter().map(|(_, node)| node).take(30).collect()
    }

    pub(crate) fn size_groups(&self, set: &str) -> impl Iterator<Item = &SizeGroup> {
        self.sizes.iter().filter(move |group| group.set == set)
    }

    pub(crate) fn size(&self, set: &str, id: u64) -> Option<&SizeOption> {
        self.size_groups(set)
            .flat_map(|group| &group.options)
            .find(|option| option.id == id)
    }

    pub(crate) fn brand(&self, id: u64) -> Option<&Brand> {
        self.brands.iter().find(|brand| brand.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn data_is_whole() {
        let catalogue = Catalogue::load().unwrap();
        let ids: BTreeSet<u64> = catalogue.nodes.iter().map(|n| n.id).collect();
        assert_eq!(
            ids.len(),
            catalogue.nodes.len(),
            "a category id is used once"
        );
        let leaves: Vec<_> = catalogue
            .nodes
            .iter()
            .filter(|n| n.leaf.is_some())
            .collect();
        assert!(
            leaves.len() >= 80,
            "the tree is a realistic one: {} leaves",
            leaves.len()
        );
        for node in &catalogue.nodes {
            let has_children = catalogue.nodes.iter().any(|n| n.parent == Some(node.id));
            assert_ne!(
                has_children,
                node.leaf.is_some(),
                "{} is a branch or a leaf",
                node.id
            );
            if let Some(parent) = node.parent {
                assert!(ids.contains(&parent), "{} hangs on a known branch", node.id);
            }
        }
        for node in leaves {
            let leaf = node.leaf.as_ref().unwrap();
            if let Some(set) = &leaf.sizes {
                assert!(
                    catalogue.size_groups(set).count() > 0,
                    "{set} of {} exists",
                    node.id
                );
            }
            for code in &leaf.extra {
                assert!(
                    catalogue.extras.iter().any(|e| &e.code == code),
                    "{code} exists"
                );
            }
        }
        // vinted-facts B: counts and ids, confidence H.
        assert_eq!(catalogue.colours.len(), 29);
        assert_eq!(catalogue.materials.len(), 55);
        let conditions: Vec<u64> = catalogue.conditions.iter().map(|c| c.id).collect();
        assert_eq!(conditions, [6, 1, 2, 3, 4]);
        assert_eq!(catalogue.brand(53).map(|b| b.title.as_str()), Some("Nike"));
    }

    #[test]
    fn paths_are_unique_in_every_language() {
        let catalogue = Catalogue::load().unwrap();
        use Language::*;
        for language in [Fr, En, De, Es, It, Nl, Pl, Pt] {
            let mut seen = BTreeSet::new();
            for node in &catalogue.nodes {
                let path = catalogue.path_title(node.id, language);
                assert!(
                    seen.insert(path.clone()),
                    "{path} names one category in {language:?}"
                );
            }
        }
    }

    #[test]
    fn the_documented_path_exists() {
        let catalogue = Catalogue::load().unwrap();
        assert_eq!(
            catalogue.path_title(267, Language::Fr),
            "Hommes > Vêtements > Sweats à capuche",
            "the path that the documentation uses as its example"
        );
        assert!(catalogue.leaf(267).is_some());
    }

    #[test]
    fn every_language_has_every_form_label() {
        let catalogue = Catalogue::load().unwrap();
        let french = &catalogue.labels["fr"];
        assert_eq!(
            french.keys().collect::<Vec<_>>(),
            catalogue.labels["en"].keys().collect::<Vec<_>>(),
            "French and English are complete"
        );
        for (language, labels) in &catalogue.labels {
            for key in french.keys().filter(|key| key.starts_with("form.")) {
                assert!(labels.contains_key(key), "{language} lacks {key}");
            }
        }
    }
}
