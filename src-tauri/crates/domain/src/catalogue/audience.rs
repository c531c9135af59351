//! For whom a category is.

use serde::{Deserialize, Serialize};

use super::Catalogue;
use crate::values::fold;

/// For whom a garment is made, as the tree of categories says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Women.
    Women,
    /// Men.
    Men,
    /// Girls.
    Girls,
    /// Boys.
    Boys,
    /// Babies.
    Babies,
    /// Children, where the tree does not say which.
    Children,
}

impl Audience {
    /// Girls, boys, babies and children.
    #[must_use]
    pub fn is_child(self) -> bool {
        !matches!(self, Self::Women | Self::Men)
    }
}

/// Roots by the site's id (vinted-facts B "Category roots", H).
const ROOTS: [(u32, Audience); 3] = [
    (1904, Audience::Women),
    (5, Audience::Men),
    (1193, Audience::Children),
];

/// Titles of roots and of the branches below the children's, folded; for trees without ids.
const TITLES: [(Audience, &[&str]); 6] = [
    (
        Audience::Women,
        &[
            "femmes", "women", "damen", "mujer", "donna", "dames", "kobiety", "mulher",
        ],
    ),
    (
        Audience::Men,
        &[
            "hommes",
            "men",
            "herren",
            "hombre",
            "uomo",
            "heren",
            "mezczyzni",
            "homem",
        ],
    ),
    (
        Audience::Girls,
        &[
            "filles",
            "girls",
            "madchen",
            "ninas",
            "bambine",
            "meisjes",
            "dziewczynki",
            "meninas",
        ],
    ),
    (
        Audience::Boys,
        &[
            "garcons",
            "boys",
            "jungen",
            "ninos",
            "bambini maschi",
            "jongens",
            "chlopcy",
            "meninos",
        ],
    ),
    (
        Audience::Babies,
        &[
            "bebes",
            "babies",
            "babys",
            "neonati",
            "baby's",
            "niemowleta",
        ],
    ),
    (
        Audience::Children,
        &[
            "enfants", "kids", "children", "kinder", "bambini", "kinderen", "dzieci", "criancas",
        ],
    ),
];

impl Catalogue {
    /// For whom a node is; none outside the branches of women, men and children.
    #[must_use]
    pub fn audience(&self, key: u32) -> Option<Audience> {
        let told = |index: usize| {
            let node = &self.nodes[index];
            let by_id = ROOTS.iter().find(|(id, _)| node.site_id == Some(*id));
            by_id.map(|(_, audience)| *audience).or_else(|| {
                let title = fold(&node.title);
                let mut titles = TITLES.iter();
                titles
                    .find(|(_, names)| names.contains(&title.as_str()))
                    .map(|(audience, _)| *audience)
            })
        };
        let all: Vec<Audience> = self
            .upwards(*self.by_key.get(&key)?)
            .filter_map(told)
            .collect();
        // The root decides; below the children's the branch says more.
        match (all.last()?, all.first()?) {
            (Audience::Children, narrower) if narrower.is_child() => Some(*narrower),
            (root, _) => Some(*root),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::catalogue::Resolution;

    #[rstest]
    #[case("Femmes > Chaussures > Baskets", Some(Audience::Women))]
    #[case("Hommes > Vêtements > Sweats à capuche", Some(Audience::Men))]
    #[case("Enfants > Filles > Vêtements > Jupes", Some(Audience::Girls))]
    #[case("Enfants > Garçons > Vêtements > Jeans", Some(Audience::Boys))]
    #[case("Enfants > Bébés > Bodies", Some(Audience::Babies))]
    #[case("Articles de créateurs > Sacs de créateurs", None)]
    fn the_branch_says_for_whom(#[case] path: &str, #[case] wanted: Option<Audience>) {
        let starter = Catalogue::starter();
        let Resolution::One(leaf) = starter.resolve(path) else {
            panic!("{path} is a leaf");
        };
        assert_eq!(starter.audience(leaf.key), wanted, "{path}");
    }
}
