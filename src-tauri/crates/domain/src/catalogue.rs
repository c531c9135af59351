//! The tree of categories: looked up by path, hint or site id.
//!
//! The starter tree ships with the program, so that drafts can be checked without a network. The tree
//! read from the site in the person's session takes its place through [`Catalogue::from_nodes`] and
//! [`Catalogue::informed_by`].

mod audience;
mod nouns;
mod resolve;
mod starter;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

pub use audience::Audience;
pub(crate) use nouns::spellings as noun_spellings;
pub use nouns::{Noun, noun, nouns};

use resolve::Names;

/// Which kind of sizes a category has. The labels themselves differ by leaf and are read from the
/// site (vinted-facts B "Sizes", H that they vary).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeKind {
    /// The site asks for no size.
    None,
    /// Letters or numbers of clothes: `M`, `38`.
    Clothes,
    /// Waist: `W32`, `42`.
    Waist,
    /// Shoe sizes of adults.
    Shoes,
    /// Children's ages and heights: `6 ans / 116 cm`.
    ChildAges,
    /// Shoe sizes of children.
    ChildShoes,
}

/// One category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueNode {
    /// Tells nodes of one tree apart. In a tree read from the site it is the site's id.
    pub key: u32,
    /// The parent's key; none for a root.
    pub parent: Option<u32>,
    /// The site's id, where known.
    pub site_id: Option<u32>,
    /// Title in the tree's own language (French in the starter).
    pub title: String,
    /// Title in English, where known.
    #[serde(default)]
    pub title_en: Option<String>,
    /// Other words for the title.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Key of its garment [`Noun`], where known; children without one have their parent's.
    #[serde(default)]
    pub noun: Option<String>,
    /// Sizes, where known; children without have their parent's.
    #[serde(default)]
    pub sizes: Option<SizeKind>,
}

/// A leaf of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Its node's key.
    pub key: u32,
    /// The site's id, where known.
    pub site_id: Option<u32>,
    /// Titles from root to leaf joined by [`SEPARATOR`].
    pub path: String,
}

/// What stands between the titles of a path.
pub const SEPARATOR: &str = " > ";

/// Parts of a typed path that are looked at; the site's own tree has up to five (vinted-facts B, H).
const MAX_DEPTH: usize = 10;

/// What a category text means in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Exactly one leaf.
    One(Leaf),
    /// Several fit, in the tree's order: the person chooses.
    Several(Vec<Leaf>),
    /// None fits.
    None,
}

/// The nodes do not make a tree.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CatalogueError {
    /// Two nodes share a key.
    #[error("two categories have the key {0}")]
    DuplicateKey(u32),
    /// A parent that is not there.
    #[error("category {key} names the parent {parent}, which is not there")]
    MissingParent {
        /// The node.
        key: u32,
        /// What it names.
        parent: u32,
    },
    /// A node is its own ancestor.
    #[error("category {0} is its own ancestor")]
    Cycle(u32),
}

/// A tree of categories.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Parents before children, siblings in the order given.
    nodes: Vec<CatalogueNode>,
    places: Vec<Place>,
    by_key: HashMap<u32, usize>,
    /// Leaves by their folded path; none where two leaves share it.
    by_path: HashMap<String, Option<usize>>,
}

/// What is worked out once about the node at the same index.
#[derive(Clone, Debug)]
struct Place {
    parent: Option<usize>,
    leaf: bool,
    path: String,
    names: Names,
}

impl Catalogue {
    /// A tree from its nodes in any order, such as the one read from the site.
    ///
    /// # Errors
    /// Nodes that do not make a tree.
    pub fn from_nodes(nodes: Vec<CatalogueNode>) -> Result<Self, CatalogueError> {
        let mut keys = HashSet::new();
        for node in &nodes {
            if !keys.insert(node.key) {
                return Err(CatalogueError::DuplicateKey(node.key));
            }
        }
        let mut children: HashMap<Option<u32>, Vec<CatalogueNode>> = HashMap::new();
        let count = nodes.len();
        let all: Vec<u32> = nodes.iter().map(|n| n.key).collect();
        for node in nodes {
            if let Some(parent) = node.parent.filter(|p| !keys.contains(p)) {
                return Err(CatalogueError::MissingParent {
                    key: node.key,
                    parent,
                });
            }
            children.entry(node.parent).or_default().push(node);
        }
        let mut tree = Self::default();
        // A stack, last first, so that a deep tree from outside cannot overflow ours.
        let mut waiting = children.remove(&None).unwrap_or_default();
        waiting.reverse();
        while let Some(node) = waiting.pop() {
            let mut below = children.remove(&Some(node.key)).unwrap_or_default();
            tree.push(node, below.is_empty());
            below.reverse();
            waiting.append(&mut below);
        }
        if tree.nodes.len() < count {
            let lost = all.into_iter().find(|k| !tree.by_key.contains_key(k));
            return Err(CatalogueError::Cycle(lost.unwrap_or_default()));
        }
        Ok(tree)
    }

    fn push(&mut self, node: CatalogueNode, leaf: bool) {
        let parent = node.parent.and_then(|p| self.by_key.get(&p).copied());
        let path = match parent {
            Some(parent) => format!("{}{SEPARATOR}{}", self.places[parent].path, node.title),
            None => node.title.clone(),
        };
        let names = Names::of(&node);
        self.by_key.insert(node.key, self.nodes.len());
        if leaf {
            self.by_path
                .entry(resolve::path_key(&resolve::parts(&path)))
                .and_modify(|place| *place = None)
                .or_insert(Some(self.nodes.len()));
        }
        self.places.push(Place {
            parent,
            leaf,
            path,
            names,
        });
        self.nodes.push(node);
    }

    /// The same tree with what `other` knows of the same categories: English titles, aliases, nouns,
    /// sizes. Categories are the same where the site's id or the whole path agrees.
    #[must_use]
    pub fn informed_by(mut self, other: &Self) -> Self {
        let by_id: HashMap<u32, usize> = (0..other.nodes.len())
            .filter_map(|i| Some((other.nodes[i].site_id?, i)))
            .collect();
        let by_path: HashMap<String, usize> = (0..other.nodes.len())
            .map(|i| (crate::values::fold(&other.places[i].path), i))
            .collect();
        for (node, place) in self.nodes.iter_mut().zip(&mut self.places) {
            let known = node
                .site_id
                .and_then(|id| by_id.get(&id))
                .or_else(|| by_path.get(&crate::values::fold(&place.path)));
            let Some(known) = known.map(|&i| &other.nodes[i]) else {
                continue;
            };
            node.title_en = node.title_en.take().or_else(|| known.title_en.clone());
            node.noun = node.noun.take().or_else(|| known.noun.clone());
            node.sizes = node.sizes.or(known.sizes);
            if node.aliases.is_empty() {
                node.aliases.clone_from(&known.aliases);
            }
            place.names = Names::of(node);
        }
        self
    }

    /// The nodes, parents before children.
    #[must_use]
    pub fn nodes(&self) -> &[CatalogueNode] {
        &self.nodes
    }

    /// Every leaf, in the tree's order.
    #[must_use]
    pub fn leaves(&self) -> Vec<Leaf> {
        (0..self.nodes.len())
            .filter(|&i| self.places[i].leaf)
            .map(|i| self.leaf_at(i))
            .collect()
    }

    /// The kind of sizes of a node, its own or the nearest ancestor's.
    #[must_use]
    pub fn sizes(&self, key: u32) -> Option<SizeKind> {
        self.upwards(*self.by_key.get(&key)?)
            .find_map(|i| self.nodes[i].sizes)
    }

    /// The garment noun of a node, its own or the nearest ancestor's.
    #[must_use]
    pub fn noun(&self, key: u32) -> Option<&'static Noun> {
        self.upwards(*self.by_key.get(&key)?)
            .find_map(|i| self.nodes[i].noun.as_deref())
            .and_then(noun)
    }

    /// The titles of a node itself, in every language known.
    pub(crate) fn titles(&self, key: u32) -> impl Iterator<Item = &str> {
        let node = self.by_key.get(&key).map(|&i| &self.nodes[i]);
        node.into_iter()
            .flat_map(|n| [Some(&n.title), n.title_en.as_ref()].into_iter().flatten())
            .map(String::as_str)
    }

    /// Whether the category has sizes; none where the tree cannot tell, or where leaves that fit
    /// differ. A path that is not in the tree is judged by the part of it that is.
    #[must_use]
    pub fn is_sized(&self, text: &str) -> Option<bool> {
        let leaves = std::iter::successors(Some(text), |path| {
            path.rsplit_once('>').map(|(above, _)| above)
        })
        .take(MAX_DEPTH)
        .map(|path| self.leaves_of(path))
        .find(|leaves| !leaves.is_empty())?;
        let mut kinds = leaves
            .iter()
            .map(|l| self.sizes(l.key).map(|k| k != SizeKind::None));
        let first = kinds.next()??;
        kinds.all(|k| k == Some(first)).then_some(first)
    }

    /// Every leaf that the text may mean.
    fn leaves_of(&self, text: &str) -> Vec<Leaf> {
        match self.resolve(text) {
            Resolution::One(leaf) => vec![leaf],
            Resolution::Several(leaves) => leaves,
            Resolution::None => Vec::new(),
        }
    }

    /// The node itself, its parent, and so on to the root.
    fn upwards(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |&i| self.places[i].parent)
    }

    fn leaf_at(&self, index: usize) -> Leaf {
        let node = &self.nodes[index];
        Leaf {
            key: node.key,
            site_id: node.site_id,
            path: self.places[index].path.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(key: u32, parent: Option<u32>, title: &str) -> CatalogueNode {
        CatalogueNode {
            key,
            parent,
            site_id: Some(key),
            title: title.into(),
            ..CatalogueNode::default()
        }
    }

    #[test]
    fn sizes_follow_the_category() {
        let starter = Catalogue::starter();
        for (text, sized) in [
            ("Femmes > Vêtements > Robes > Robes courtes", Some(true)),
            ("Femmes > Sacs > Sacs à main", Some(false)),
            ("Hommes > Accessoires > Cravates", Some(false)),
            ("Hommes > Chaussures", Some(true)),
            ("Femmes > Vêtements > Kimonos", Some(true)),
            ("Femmes > Sacs > Valises", Some(false)),
            ("Femmes", None),
            ("Maison > Linge de lit", None),
            ("", None),
        ] {
            assert_eq!(starter.is_sized(text), sized, "sizes of {text:?}");
        }
    }

    #[test]
    fn what_makes_no_tree_is_refused() {
        assert_eq!(
            Catalogue::from_nodes(vec![node(1, None, "A"), node(1, None, "B")]).err(),
            Some(CatalogueError::DuplicateKey(1)),
            "a key names one node"
        );
        assert_eq!(
            Catalogue::from_nodes(vec![node(2, Some(1), "A")]).err(),
            Some(CatalogueError::MissingParent { key: 2, parent: 1 }),
            "a parent must be there"
        );
        assert_eq!(
            Catalogue::from_nodes(vec![node(1, Some(2), "A"), node(2, Some(1), "B")]).err(),
            Some(CatalogueError::Cycle(1)),
            "a circle has no root"
        );
    }

    #[test]
    fn a_deep_tree_from_outside_does_not_overflow() {
        let chain = (1..=2_000)
            .map(|k| node(k, (k > 1).then(|| k - 1), "x"))
            .collect();
        let tree = Catalogue::from_nodes(chain).unwrap();
        assert_eq!(tree.leaves().len(), 1, "a chain has one leaf");
    }

    #[test]
    fn another_tree_learns_from_the_starter() {
        let site = vec![
            node(5001, Some(5000), "Robes courtes"),
            node(5000, Some(4), "Robes"),
            node(4, Some(1904), "Vêtements"),
            node(1904, None, "Femmes"),
        ];
        let tree = Catalogue::from_nodes(site)
            .unwrap()
            .informed_by(Catalogue::starter());
        let Resolution::One(leaf) = tree.resolve("Women > Mini dresses") else {
            panic!("the English titles of the starter name the site's leaf");
        };
        assert_eq!(leaf.site_id, Some(5001), "the leaf is the site's");
        assert_eq!(
            leaf.path, "Femmes > Vêtements > Robes > Robes courtes",
            "in its own words"
        );
        assert_eq!(
            tree.noun(leaf.key).map(|n| n.fr.as_str()),
            Some("robe"),
            "its noun is known"
        );
        assert_eq!(
            tree.sizes(leaf.key),
            Some(SizeKind::Clothes),
            "its sizes are known"
        );
    }
}
