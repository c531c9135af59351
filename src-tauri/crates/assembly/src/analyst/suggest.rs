//! From what photos say to values of a draft, each with its evidence.

use analysis::{
    evidence::{Evidence, Method, Proposed},
    garment::{Category, audience_of},
    item::Item,
    label::{Composition, Size, System},
};
use app::ports::ItemKnown;
use chrono::{DateTime, Utc};
use domain::{
    Condition, PhotoId,
    catalogue::{Catalogue, Resolution, SizeKind},
    draft::MAX_MATERIALS,
    size_guide::SizeSystem,
    suggestion::{MAX_PER_FIELD, Source, SuggestedValue, Suggestion},
    text::FibreShare,
};

/// What is offered and not filled in stays below this.
const OFFERED: f32 = 0.49;
/// The same for categories, which are filled in from 0.7 on.
const OFFERED_CATEGORY: f32 = 0.69;
/// A leaf beside the likeliest one.
const SIBLING: f32 = 0.2;
/// Shares of the garment are no probabilities: of first colours 83 to 88 in 100 are right (docs/measurements.md), less
/// where the garment has many.
const COLOUR: (f32, f32) = (0.5, 0.4);
/// The usual condition; only the person can confirm it.
const CONDITION: f32 = 0.5;

/// The suggestions for a draft whose photos are `photos`, in the order in which the item counts them.
pub(super) fn suggestions(
    item: Item,
    photos: &[PhotoId],
    catalogue: &Catalogue,
    known: &ItemKnown,
    at: DateTime<Utc>,
) -> Vec<Suggestion> {
    let mut found = Found {
        photos,
        at,
        all: Vec::new(),
    };
    if let Some(Proposed { value, evidence }) = item.brand {
        let confidence = evidence.confidence;
        found.add(
            SuggestedValue::Brand { brand: value },
            &evidence,
            confidence,
        );
    }
    if let Some(composition) = &item.composition {
        found.materials(composition);
    }
    // Hills and pets have a likeliest garment and colours, too.
    if item.no_garment {
        return found.all;
    }
    if let Some(category) = &item.category {
        let sizes: Vec<Size> = item.sizes.iter().map(|size| size.value.clone()).collect();
        let for_whom = known.sells_for.is_some() || audience_of(&sizes).is_some();
        found.categories(category, catalogue, for_whom);
    }
    let kinds = match said_kind(known, catalogue) {
        // The person knows what it is.
        Some(kind) => vec![kind.unwrap_or_else(|| likely_kind(&item.sizes))],
        None => kinds(item.category.as_ref(), &item.sizes, catalogue),
    };
    found.sizes(&item.sizes, &kinds);
    if let Some(first) = item.colours.first() {
        let (least, more) = COLOUR;
        let colors = item.colours.iter().map(|colour| colour.value.clone());
        found.add(
            SuggestedValue::Color {
                colors: colors.collect(),
            },
            &first.evidence,
            least + more * first.evidence.confidence,
        );
    }
    if !photos.is_empty() {
        found.all.push(Suggestion {
            value: SuggestedValue::Condition {
                condition: Condition::VeryGood,
            },
            source: Source::Default,
            confidence: CONDITION,
            at,
        });
    }
    found.all
}

struct Found<'a> {
    photos: &'a [PhotoId],
    at: DateTime<Utc>,
    all: Vec<Suggestion>,
}

impl Found<'_> {
    fn add(&mut self, value: SuggestedValue, evidence: &Evidence, confidence: f32) {
        self.all.push(Suggestion {
            value,
            source: self.source(evidence),
            confidence: confidence.clamp(0.0, 1.0),
            at: self.at,
        });
    }

    fn source(&self, evidence: &Evidence) -> Source {
        let photo = evidence.photo.and_then(|at| self.photos.get(at).copied());
        match (evidence.method, photo) {
            (Method::Label, Some(photo)) => Source::Label {
                photo,
                region: evidence.region.map(|region| region.corners),
                text: evidence.text.clone(),
            },
            (Method::Measured, photo) => Source::Measured { photo },
            (Method::Default, _) => Source::Default,
            (Method::Look | Method::Label, photo) => Source::Look { photo },
        }
    }

    fn materials(&mut self, composition: &Proposed<Composition>) {
        let names = composition.value.materials();
        let materials: Vec<String> = names
            .into_iter()
            .take(MAX_MATERIALS)
            .map(str::to_owned)
            .collect();
        // The part named first, the shell, stands in texts; of a part that does not add up the shares are not told.
        let part = composition.value.parts.first();
        let fibres = part.filter(|part| part.adds_up).map(|part| {
            let share = |share: &analysis::label::Share| FibreShare {
                percent: Some(share.percent),
                fibre: share
                    .material
                    .clone()
                    .unwrap_or_else(|| share.fibre.clone()),
            };
            part.shares.iter().map(share).collect()
        });
        if !materials.is_empty() {
            let value = SuggestedValue::Material {
                materials,
                composition: fibres.unwrap_or_default(),
            };
            self.add(
                value,
                &composition.evidence,
                composition.evidence.confidence,
            );
        }
    }

    /// `for_whom`: the person or a size says for whom the item is; else its branch of the tree is a guess.
    fn categories(&mut self, category: &Proposed<Category>, catalogue: &Catalogue, for_whom: bool) {
        let Category {
            leaves,
            siblings,
            sure,
            ..
        } = &category.value;
        // Girls or boys: nothing in a photo tells.
        let both = leaves.first().is_some_and(|first| {
            let audience = catalogue.audience(first.leaf.key);
            siblings
                .iter()
                .any(|leaf| catalogue.audience(leaf.key) != audience)
        });
        for (rank, guess) in leaves.iter().enumerate() {
            let open = rank > 0 || !sure || both || !for_whom;
            let most = if open { OFFERED_CATEGORY } else { 1.0 };
            let value = SuggestedValue::Category {
                category: guess.leaf.path.clone(),
            };
            self.add(value, &category.evidence, guess.confidence.min(most));
        }
        for leaf in siblings
            .iter()
            .take(MAX_PER_FIELD.saturating_sub(leaves.len()))
        {
            let value = SuggestedValue::Category {
                category: leaf.path.clone(),
            };
            self.add(value, &category.evidence, SIBLING);
        }
    }

    /// The sizes that the leaf can have, in the site's words: those of the first of `kinds`. Where labels name two of
    /// one system, neither is filled in; nor is one that would mean something else in another of `kinds`.
    fn sizes(&mut self, sizes: &[Proposed<Size>], kinds: &[SizeKind]) {
        let Some(kind) = kinds.first().copied() else {
            return;
        };
        let fitting: Vec<(&Proposed<Size>, SiteSize)> = sizes
            .iter()
            .filter(|size| size.value.fits(kind))
            .filter_map(|size| Some((size, site_size(&size.value, kind)?)))
            .collect();
        for (size, word) in &fitting {
            // Two systems of labels may be one of the site: `EU 40` and `D 38`.
            let rivals = fitting.iter().any(|(other, another)| {
                let one_system = other.value.system == size.value.system
                    || (another.system.is_some() && another.system == word.system);
                one_system && another.label != word.label
            });
            let same = kinds
                .iter()
                .all(|kind| site_size(&size.value, *kind).as_ref() == Some(word));
            let most = if rivals || !same || !word.certain {
                OFFERED
            } else {
                1.0
            };
            let value = SuggestedValue::Size {
                label: word.label.clone(),
                system: word.system,
            };
            self.add(value, &size.evidence, size.evidence.confidence.min(most));
        }
    }
}

/// The kind of sizes of the category that the person gave; the inner one is none for a leaf without known sizes.
fn said_kind(known: &ItemKnown, catalogue: &Catalogue) -> Option<Option<SizeKind>> {
    match catalogue.resolve(known.category.as_deref()?) {
        Resolution::One(leaf) => Some(catalogue.sizes(leaf.key)),
        _ => None,
    }
}

/// The kinds of sizes that the item may have, the likeliest first: one where its category is sure.
fn kinds(
    category: Option<&Proposed<Category>>,
    sizes: &[Proposed<Size>],
    catalogue: &Catalogue,
) -> Vec<SizeKind> {
    let likely = likely_kind(sizes);
    let Some(Proposed { value, .. }) = category else {
        return vec![likely];
    };
    let leaves = value.leaves.iter();
    let mut kinds: Vec<SizeKind> = leaves
        .map(|guess| catalogue.sizes(guess.leaf.key).unwrap_or(likely))
        .collect();
    if value.sure {
        kinds.truncate(1);
    } else {
        kinds.push(likely);
    }
    kinds
}

fn likely_kind(sizes: &[Proposed<Size>]) -> SizeKind {
    let of_child = |size: &Proposed<Size>| {
        matches!(
            size.value.system,
            System::Years | System::Months | System::Height
        )
    };
    if sizes.iter().any(of_child) {
        SizeKind::ChildAges
    } else {
        SizeKind::Clothes
    }
}

/// A size in the site's words.
#[derive(Debug, PartialEq, Eq)]
struct SiteSize {
    label: String,
    system: Option<SizeSystem>,
    /// The label says all that the site asks for.
    certain: bool,
}

/// The site's word for a size of a leaf whose sizes are `kind` (vinted-facts B "Sizes": groups of letters, EU, UK, FR,
/// IT and US with the system's name before the number, H). Nothing is converted from one system to another.
fn site_size(size: &Size, kind: SizeKind) -> Option<SiteSize> {
    let told = |label: String, system: Option<SizeSystem>, certain: bool| {
        Some(SiteSize {
            label,
            system,
            certain,
        })
    };
    let value = size.value.as_str();
    let range = value.contains(['-', '/']);
    let shoes = matches!(kind, SizeKind::Shoes | SizeKind::ChildShoes);
    match size.system {
        System::Letters if value == "TU" => told("Taille unique".to_owned(), None, true),
        System::Letters => told(letters(value), Some(SizeSystem::Letters), !range),
        // Shoes are counted in Paris points, which the site shows without a name.
        System::Eu | System::Fr | System::De | System::Unmarked if shoes => {
            told(value.to_owned(), Some(SizeSystem::Eu), !range)
        }
        System::Eu | System::De => told(format!("EU {value}"), Some(SizeSystem::Eu), !range),
        System::Fr => told(format!("FR {value}"), Some(SizeSystem::Fr), !range),
        // Italian shoes are counted one lower than others by some makers, and alike by most.
        System::It => told(
            format!("IT {value}"),
            Some(SizeSystem::It),
            !range && !shoes,
        ),
        System::Uk => told(format!("UK {value}"), Some(SizeSystem::Uk), !range),
        System::Us => told(format!("US {value}"), Some(SizeSystem::Us), !range),
        // The site has waists only; the length stays in the evidence.
        System::WaistLength => {
            let waist = value.split(' ').next().unwrap_or(value);
            told(
                waist.to_owned(),
                Some(SizeSystem::Waist),
                kind == SizeKind::Waist,
            )
        }
        System::Years | System::Months => told(value.to_owned(), Some(SizeSystem::Age), !range),
        System::Height => told(value.to_owned(), Some(SizeSystem::Centimetres), !range),
        // 38 may be French, German or Italian.
        System::Unmarked => told(value.to_owned(), None, false),
    }
}

/// The site writes `XXXL`, and `4XL` from there on.
fn letters(value: &str) -> String {
    value.replace("3XL", "XXXL").replace("3XS", "XXXS")
}

#[cfg(test)]
mod tests {
    use analysis::garment::LeafGuess;
    use app::ports::SellsFor;
    use rstest::rstest;

    use super::*;

    fn size(system: System, value: &str) -> Size {
        Size {
            system,
            value: value.to_owned(),
            shoe: false,
            marked: true,
            line: 0,
        }
    }

    #[rstest]
    #[case(SizeKind::Clothes, System::Letters, "M", "M", true)]
    #[case(SizeKind::Clothes, System::Letters, "3XL", "XXXL", true)]
    #[case(SizeKind::Clothes, System::Letters, "S/M", "S/M", false)]
    #[case(SizeKind::Clothes, System::Letters, "TU", "Taille unique", true)]
    #[case(SizeKind::Clothes, System::Fr, "38", "FR 38", true)]
    #[case(SizeKind::Clothes, System::It, "42", "IT 42", true)]
    #[case(SizeKind::Clothes, System::De, "36", "EU 36", true)]
    #[case(SizeKind::Clothes, System::Uk, "10", "UK 10", true)]
    #[case(SizeKind::Clothes, System::Unmarked, "38", "38", false)]
    #[case(SizeKind::Waist, System::WaistLength, "W32 L34", "W32", true)]
    #[case(SizeKind::Clothes, System::WaistLength, "W28", "W28", false)]
    #[case(SizeKind::Shoes, System::Unmarked, "42,5", "42,5", true)]
    #[case(SizeKind::Shoes, System::Uk, "8", "UK 8", true)]
    #[case(SizeKind::Shoes, System::It, "42", "IT 42", false)]
    #[case(SizeKind::ChildAges, System::Years, "8 ans", "8 ans", true)]
    #[case(SizeKind::ChildAges, System::Months, "6-9 mois", "6-9 mois", false)]
    #[case(SizeKind::ChildAges, System::Height, "128 cm", "128 cm", true)]
    fn sizes_keep_their_system(
        #[case] kind: SizeKind,
        #[case] system: System,
        #[case] value: &str,
        #[case] label: &str,
        #[case] certain: bool,
    ) {
        let word = site_size(&size(system, value), kind).unwrap();
        assert_eq!((word.label.as_str(), word.certain), (label, certain));
    }

    fn read(value: Size) -> Proposed<Size> {
        Proposed {
            value,
            evidence: Evidence {
                method: Method::Label,
                photo: Some(1),
                region: None,
                text: Some("M".into()),
                confidence: 0.97,
            },
        }
    }

    fn found(item: Item) -> Vec<Suggestion> {
        let photos = [1u128, 2].map(|n| PhotoId(uuid::Uuid::from_u128(n)));
        suggestions(
            item,
            &photos,
            Catalogue::starter(),
            &for_whom(true),
            DateTime::UNIX_EPOCH,
        )
    }

    fn for_whom(said: bool) -> ItemKnown {
        ItemKnown {
            sells_for: said.then_some(SellsFor::Women),
            ..ItemKnown::default()
        }
    }

    #[test]
    fn the_category_that_the_person_gave_decides_how_a_size_is_read() {
        let photos = [1u128, 2].map(|n| PhotoId(uuid::Uuid::from_u128(n)));
        let read = |category: &str| {
            let item = Item {
                category: guessed("Femmes > Vêtements > Jeans > Jeans droits", 0.9, true),
                sizes: vec![read(size(System::Unmarked, "42"))],
                ..Item::default()
            };
            let known = ItemKnown {
                category: Some(category.to_owned()),
                ..for_whom(true)
            };
            let catalogue = Catalogue::starter();
            first_size(&suggestions(
                item,
                &photos,
                catalogue,
                &known,
                DateTime::UNIX_EPOCH,
            ))
        };
        let (label, confidence) = read("Femmes > Chaussures > Baskets");
        assert!(
            label == "42" && confidence > 0.9,
            "42 is a size of shoes: {label} {confidence}"
        );
        let (_, confidence) = read("Femmes > Vêtements > Robes > Robes midi");
        assert!(confidence < 0.5, "of dresses it may be three sizes");
        let (_, confidence) = read("nothing of the tree");
        assert!(confidence < 0.5, "what is not known decides nothing");
    }

    #[test]
    fn a_chart_of_sizes_is_no_size() {
        let sizes = ["S", "M"].map(|letter| read(size(System::Letters, letter)));
        let all = found(Item {
            sizes: sizes.to_vec(),
            ..Item::default()
        });
        let sizes = all
            .iter()
            .filter(|s| matches!(s.value, SuggestedValue::Size { .. }));
        assert!(sizes.clone().count() == 2 && sizes.clone().all(|s| s.confidence < 0.5));
        let one = found(Item {
            sizes: vec![read(size(System::Letters, "M"))],
            ..Item::default()
        });
        let label = Source::Label {
            photo: PhotoId(uuid::Uuid::from_u128(2)),
            region: None,
            text: Some("M".into()),
        };
        assert_eq!((&one[0].source, one[0].confidence), (&label, 0.97));
    }

    fn guessed(path: &str, probability: f32, sure: bool) -> Option<Proposed<Category>> {
        let Resolution::One(leaf) = Catalogue::starter().resolve(path) else {
            panic!("{path} is one leaf");
        };
        Some(Proposed {
            value: Category {
                leaves: vec![LeafGuess {
                    leaf,
                    confidence: probability,
                }],
                sure,
                ..Category::default()
            },
            evidence: Evidence {
                method: Method::Look,
                photo: Some(0),
                region: None,
                text: None,
                confidence: probability,
            },
        })
    }

    fn first_size(all: &[Suggestion]) -> (String, f32) {
        all.iter()
            .find_map(|s| match &s.value {
                SuggestedValue::Size { label, .. } => Some((label.clone(), s.confidence)),
                _ => None,
            })
            .unwrap()
    }

    #[test]
    fn a_bare_number_is_a_size_of_shoes_only_where_they_are_sure() {
        let item = |probability: f32, sure: bool| Item {
            category: guessed("Femmes > Chaussures > Baskets", probability, sure),
            sizes: vec![read(size(System::Unmarked, "42"))],
            ..Item::default()
        };
        let (label, confidence) = first_size(&found(item(0.9, true)));
        assert!(label == "42" && confidence > 0.9, "{label} {confidence}");
        let (label, confidence) = first_size(&found(item(0.35, false)));
        assert!(
            confidence < 0.5,
            "they may be trousers: {label} {confidence}"
        );
    }

    #[test]
    fn two_systems_that_are_one_of_the_site_are_rivals() {
        let two = found(Item {
            sizes: vec![
                read(size(System::Eu, "40")),
                read(size(System::De, "38")),
                read(size(System::Uk, "12")),
            ],
            ..Item::default()
        });
        let sure: Vec<&Suggestion> = two
            .iter()
            .filter(|s| matches!(s.value, SuggestedValue::Size { .. }) && s.confidence > 0.5)
            .collect();
        assert!(
            matches!(sure.as_slice(), [one] if matches!(&one.value, SuggestedValue::Size { label, .. } if label == "UK 12")),
            "neither EU 40 nor EU 38 is filled in: {sure:?}"
        );
    }

    #[test]
    fn for_whom_it_is_nobody_guesses() {
        let photos = [PhotoId(uuid::Uuid::from_u128(1))];
        for (said, most) in [(true, 0.9), (false, OFFERED_CATEGORY)] {
            let item = Item {
                category: guessed("Femmes > Chaussures > Baskets", 0.9, true),
                ..Item::default()
            };
            let all = suggestions(
                item,
                &photos,
                Catalogue::starter(),
                &for_whom(said),
                DateTime::UNIX_EPOCH,
            );
            let category = all
                .iter()
                .find(|s| matches!(s.value, SuggestedValue::Category { .. }))
                .unwrap();
            assert_eq!(category.confidence, most, "the person said so: {said}");
        }
    }

    #[test]
    fn where_no_garment_is_seen_nothing_is_said_of_one() {
        let nothing = found(Item {
            no_garment: true,
            sizes: vec![read(size(System::Letters, "M"))],
            ..Item::default()
        });
        assert_eq!(nothing, [], "not even the usual condition");
        let usual = found(Item::default());
        assert!(
            matches!(
                usual.as_slice(),
                [Suggestion {
                    source: Source::Default,
                    ..
                }]
            ),
            "a usual condition is a question to the person: {usual:?}"
        );
    }
}
