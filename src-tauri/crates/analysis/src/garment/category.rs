//! From the kind of garment to a leaf of the catalogue.
//!
//! The kinds are coarse: a leaf follows from the kind, from whom the account sells for and from the size that was read.
//! Where the tree divides further than a photo can tell, the likeliest leaf is taken and its siblings are offered.

use domain::catalogue::{Catalogue, Leaf, Resolution, SizeKind};
use serde::{Deserialize, Serialize};

use super::head::{Guess, Kind, SURE};
use crate::label::{Size, System};

/// For whom an account mostly sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Women.
    Women,
    /// Men.
    Men,
    /// Girls and boys: which of the two, nothing on the photo tells.
    Children,
}

/// A leaf that may be right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeafGuess {
    /// The leaf.
    pub leaf: Leaf,
    /// How sure, 0 to 1: that of its kind, less where the tree divides further than the kind tells.
    pub confidence: f32,
}

/// The category of an item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// The kinds, likeliest first, at most two.
    pub kinds: Vec<Guess>,
    /// A leaf of the first kind, then of the second; none where the tree has no such leaf.
    pub leaves: Vec<LeafGuess>,
    /// Leaves beside the first one, for a choice by hand.
    pub siblings: Vec<Leaf>,
    /// The first kind is likely enough to be filled in. Otherwise the person chooses.
    pub sure: bool,
}

/// What a leaf is worth whose kind is right, where the tree divides the kind further.
const DIVIDED: f32 = 0.8;
/// Siblings that are offered.
const MOST_SIBLINGS: usize = 12;

/// Where a kind's leaves are, by the starter tree's French titles, likeliest first. The last part of a path may be a
/// branch: then its first leaf stands for it.
fn paths(kind: Kind, audience: Audience) -> &'static [&'static str] {
    use Audience::{Children, Men, Women};
    match (kind, audience) {
        (Kind::Dress, Children) => &["Filles > Vêtements > Robes courtes"],
        (Kind::Dress, _) => &["Femmes > Robes > Robes midi", "Femmes > Robes"],
        (Kind::Skirt, Children) => &["Filles > Vêtements > Jupes"],
        (Kind::Skirt, _) => &["Femmes > Jupes > Jupes midi", "Femmes > Jupes"],
        (Kind::Hat, Women) => &[
            "Femmes > Accessoires > Casquettes",
            "Femmes > Accessoires > Chapeaux",
        ],
        (Kind::Hat, Men) => &[
            "Hommes > Accessoires > Casquettes",
            "Hommes > Accessoires > Chapeaux",
        ],
        (Kind::Hat, Children) => &[
            "Filles > Accessoires > Chapeaux",
            "Garçons > Accessoires > Chapeaux",
        ],
        (Kind::Longsleeve, Women) => &["Femmes > Pulls à col rond", "Femmes > Pulls et sweats"],
        (Kind::Longsleeve, Men) => &["Hommes > Pulls à col rond", "Hommes > Pulls et gilets"],
        (Kind::Longsleeve, Children) => {
            &["Filles > Vêtements > Pulls", "Garçons > Vêtements > Pulls"]
        }
        (Kind::Outwear, Women) => &[
            "Femmes > Manteaux et vestes > Vestes > Blousons",
            "Femmes > Manteaux et vestes",
        ],
        (Kind::Outwear, Men) => &[
            "Hommes > Manteaux et vestes > Vestes > Blousons",
            "Hommes > Manteaux et vestes",
        ],
        (Kind::Outwear, Children) => &[
            "Filles > Vêtements > Vestes",
            "Garçons > Vêtements > Vestes",
        ],
        (Kind::Pants, Women) => &[
            "Femmes > Jeans > Jeans droits",
            "Femmes > Jeans",
            "Femmes > Pantalons",
        ],
        (Kind::Pants, Men) => &[
            "Hommes > Jeans > Jeans droits",
            "Hommes > Jeans",
            "Hommes > Pantalons",
        ],
        (Kind::Pants, Children) => &[
            "Filles > Vêtements > Pantalons",
            "Garçons > Vêtements > Pantalons",
        ],
        (Kind::Shirt, Women) => &["Femmes > Hauts et t-shirts > Chemises", "Femmes > Chemises"],
        (Kind::Shirt, Men) => &["Hommes > Chemises > Chemises unies", "Hommes > Chemises"],
        (Kind::Shirt, Children) => &[
            "Filles > Vêtements > Chemises",
            "Garçons > Vêtements > Chemises",
        ],
        (Kind::Shoes, Women) => &["Femmes > Chaussures > Baskets", "Femmes > Chaussures"],
        (Kind::Shoes, Men) => &["Hommes > Chaussures > Baskets", "Hommes > Chaussures"],
        (Kind::Shoes, Children) => &[
            "Filles > Chaussures > Baskets",
            "Garçons > Chaussures > Baskets",
        ],
        (Kind::Shorts, Women) => &[
            "Femmes > Vêtements > Shorts > Shorts en jean",
            "Femmes > Shorts",
        ],
        (Kind::Shorts, Men) => &["Hommes > Shorts > Shorts en jean", "Hommes > Shorts"],
        (Kind::Shorts, Children) => &[
            "Filles > Vêtements > Shorts",
            "Garçons > Vêtements > Shorts",
        ],
        (Kind::TShirt, Women) => &["Femmes > Hauts et t-shirts > T-shirts", "Femmes > T-shirts"],
        (Kind::TShirt, Men) => &["Hommes > T-shirts > T-shirts unis", "Hommes > T-shirts"],
        (Kind::TShirt, Children) => &[
            "Filles > Vêtements > T-shirts",
            "Garçons > Vêtements > T-shirts",
        ],
    }
}

/// The site's branches of the kinds that a photo tells apart in jeans and other trousers.
fn denim(kind: Kind, audience: Audience, denim: Option<bool>) -> Option<&'static str> {
    match (kind, audience, denim?) {
        (Kind::Pants, Audience::Women, false) => Some("Femmes > Pantalons > Pantalons droits"),
        (Kind::Pants, Audience::Men, false) => Some("Hommes > Pantalons > Chinos"),
        _ => None,
    }
}

/// For whom the sizes say that the item is, where they say it.
#[must_use]
pub fn audience_of(sizes: &[Size]) -> Option<Audience> {
    let is_child =
        |size: &Size| matches!(size.system, System::Years | System::Months | System::Height);
    sizes.iter().any(is_child).then_some(Audience::Children)
}

/// The category of an item whose photos were guessed as `guesses` (likeliest first), for an account that mostly sells
/// for `audience`. `is_denim` tells jeans from other trousers where the colours or the label say so.
#[must_use]
pub fn category(
    catalogue: &Catalogue,
    guesses: &[Guess],
    audience: Audience,
    sizes: &[Size],
    is_denim: Option<bool>,
) -> Category {
    let audience = audience_of(sizes).unwrap_or(audience);
    let kinds: Vec<Guess> = guesses.iter().take(2).copied().collect();
    let mut leaves: Vec<LeafGuess> = Vec::new();
    let mut siblings = Vec::new();
    for guess in &kinds {
        let special = denim(guess.kind, audience, is_denim);
        let known = special.iter().chain(paths(guess.kind, audience)).copied();
        let mut found: Vec<Leaf> = Vec::new();
        for path in known {
            match catalogue.resolve(path) {
                Resolution::One(leaf) => found.push(leaf),
                Resolution::Several(several) => found.extend(several),
                Resolution::None => {}
            }
        }
        // A size of shoes is of no jumper: such a leaf is not offered.
        found.retain(|leaf| fits(catalogue, leaf, sizes));
        let Some(first) = found.first().cloned() else {
            continue;
        };
        let mut others: Vec<Leaf> = Vec::new();
        for leaf in found.into_iter().skip(1) {
            if leaf.key != first.key && !others.iter().any(|other| other.key == leaf.key) {
                others.push(leaf);
            }
        }
        let divided = if others.is_empty() { 1.0 } else { DIVIDED };
        if leaves.is_empty() {
            others.truncate(MOST_SIBLINGS);
            siblings = others;
        }
        leaves.push(LeafGuess {
            leaf: first,
            confidence: guess.probability * divided,
        });
    }
    Category {
        sure: kinds.first().is_some_and(|guess| guess.probability >= SURE) && !leaves.is_empty(),
        kinds,
        leaves,
        siblings,
    }
}

/// Whether one of the sizes may be a size of the leaf; without sizes every leaf fits.
fn fits(catalogue: &Catalogue, leaf: &Leaf, sizes: &[Size]) -> bool {
    match catalogue.sizes(leaf.key) {
        None | Some(SizeKind::None) => true,
        Some(kind) => sizes.is_empty() || sizes.iter().any(|size| size.fits(kind)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::label::{LabelLine, sizes};

    fn read(text: &str) -> Vec<Size> {
        sizes(&[LabelLine { text, number: 0 }])
    }

    fn guesses(kind: Kind, probability: f32) -> Vec<Guess> {
        let other = if kind == Kind::TShirt {
            Kind::Shirt
        } else {
            Kind::TShirt
        };
        vec![
            Guess { kind, probability },
            Guess {
                kind: other,
                probability: 1.0 - probability,
            },
        ]
    }

    #[test]
    fn every_kind_has_a_leaf_for_everybody() {
        for kind in Kind::ALL {
            for audience in [Audience::Women, Audience::Men, Audience::Children] {
                let found = category(
                    Catalogue::starter(),
                    &guesses(kind, 0.9),
                    audience,
                    &[],
                    None,
                );
                assert_eq!(
                    found.leaves.len(),
                    2,
                    "{kind:?} for {audience:?}: {found:?}"
                );
                assert!(found.sure);
            }
        }
    }

    #[rstest]
    #[case(
        Kind::TShirt,
        Audience::Women,
        "",
        "Femmes > Vêtements > Hauts et t-shirts > T-shirts"
    )]
    #[case(
        Kind::Shoes,
        Audience::Men,
        "EU 42 UK 8",
        "Hommes > Chaussures > Baskets"
    )]
    #[case(
        Kind::Dress,
        Audience::Men,
        "M",
        "Femmes > Vêtements > Robes > Robes midi"
    )]
    #[case(
        Kind::Pants,
        Audience::Women,
        "8 ans",
        "Enfants > Filles > Vêtements > Pantalons"
    )]
    #[case(
        Kind::Pants,
        Audience::Men,
        "W32 L34",
        "Hommes > Vêtements > Jeans > Jeans droits"
    )]
    #[case(
        Kind::Hat,
        Audience::Women,
        "",
        "Femmes > Accessoires > Chapeaux et casquettes > Casquettes"
    )]
    fn kind_audience_and_size_lead_to_a_leaf(
        #[case] kind: Kind,
        #[case] audience: Audience,
        #[case] size: &str,
        #[case] wanted: &str,
    ) {
        let found = category(
            Catalogue::starter(),
            &guesses(kind, 0.95),
            audience,
            &read(size),
            None,
        );
        assert_eq!(
            found.leaves.first().map(|g| g.leaf.path.as_str()),
            Some(wanted),
            "{kind:?} {audience:?} {size:?}"
        );
    }

    #[test]
    fn what_is_not_jeans_is_other_trousers() {
        let found = category(
            Catalogue::starter(),
            &guesses(Kind::Pants, 0.95),
            Audience::Men,
            &[],
            Some(false),
        );
        assert!(
            found.leaves[0].leaf.path.ends_with("Pantalons > Chinos"),
            "{found:?}"
        );
        assert!(
            found
                .siblings
                .iter()
                .any(|leaf| leaf.path.contains("Jeans")),
            "jeans stay a choice"
        );
    }

    #[test]
    fn below_the_bound_the_person_chooses() {
        let found = category(
            Catalogue::starter(),
            &guesses(Kind::Skirt, 0.69),
            Audience::Women,
            &[],
            None,
        );
        assert!(
            !found.sure && found.leaves.len() == 2,
            "two are offered, none is filled in: {found:?}"
        );
        let none = category(
            &Catalogue::default(),
            &guesses(Kind::Skirt, 0.9),
            Audience::Women,
            &[],
            None,
        );
        assert!(
            !none.sure && none.leaves.is_empty(),
            "a tree without leaves leads nowhere"
        );
    }
}
