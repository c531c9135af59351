//! From the photos of one item to what its draft can say, each value with its evidence.

use domain::catalogue::Catalogue;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Method, Proposed};
use crate::garment::{Audience, Category, Guess, Kind, NamedColour, category};
use crate::label::{BrandList, Composition, Size, composition, sizes};
use crate::photo::{PhotoFacts, label_lines};

/// A colour on less of the garment, over all photos, is no main colour.
const LEAST_COLOUR: f32 = 0.12;
/// A brand read off a print rather than a label is less sure.
const PRINT: f32 = 0.7;

/// What an item is proposed to be. What was not found is left open; nothing is guessed from style.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// A brand of the list that was handed in.
    pub brand: Option<Proposed<String>>,
    /// Every size that was read, systems kept apart, surest first.
    pub sizes: Vec<Proposed<Size>>,
    /// The composition of the best-read label.
    pub composition: Option<Proposed<Composition>>,
    /// The category, with the evidence of its first kind.
    pub category: Option<Proposed<Category>>,
    /// Up to two main colours, as the site names them in French.
    pub colours: Vec<Proposed<String>>,
    /// None of the photos shows a garment or a label, as far as the models can tell.
    pub no_garment: bool,
}

/// What the rules know beside the photos.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Brands that may be read.
    pub brands: &'a BrandList,
    /// The tree of categories.
    pub catalogue: &'a Catalogue,
    /// For whom the account mostly sells.
    pub audience: Audience,
}

/// What the photos of one item say together. Each is given with the number that the evidence names it by.
#[must_use]
pub fn item(photos: &[(usize, &PhotoFacts)], known: &Known<'_>) -> Item {
    let sizes = all_sizes(photos);
    let composition = best_composition(photos);
    let colours = main_colours(photos);
    let plain: Vec<Size> = sizes.iter().map(|size| size.value.clone()).collect();
    let denim = is_denim(composition.as_ref(), &colours, &plain);
    let category = kinds(photos).map(|(guesses, evidence)| Proposed {
        value: category(known.catalogue, &guesses, known.audience, &plain, denim),
        evidence,
    });
    let looked = photos.iter().any(|(_, facts)| facts.garment.is_some());
    Item {
        brand: best_brand(photos, known.brands),
        no_garment: looked
            && !photos
                .iter()
                .any(|(_, facts)| facts.label || facts.garment == Some(true)),
        sizes,
        composition,
        category,
        colours,
    }
}

/// The evidence of a line of a photo's text.
fn read(photo: usize, facts: &PhotoFacts, line: usize, factor: f32) -> Evidence {
    let line = facts.text.as_ref().and_then(|text| text.lines.get(line));
    Evidence {
        method: Method::Label,
        photo: Some(photo),
        region: line.map(|line| line.region),
        text: line.map(|line| line.text.clone()),
        confidence: line.map_or(0.0, |line| line.confidence) * factor,
    }
}

fn best_brand(photos: &[(usize, &PhotoFacts)], brands: &BrandList) -> Option<Proposed<String>> {
    let mut best: Option<Proposed<String>> = None;
    for &(photo, facts) in photos {
        let Some(text) = &facts.text else { continue };
        let Some(found) = brands.read(&label_lines(text)) else {
            continue;
        };
        let factor = found.likeness * if facts.label { 1.0 } else { PRINT };
        let evidence = read(photo, facts, found.line, factor);
        if best
            .as_ref()
            .is_none_or(|best| evidence.confidence > best.evidence.confidence)
        {
            best = Some(Proposed {
                value: found.name,
                evidence,
            });
        }
    }
    best
}

fn all_sizes(photos: &[(usize, &PhotoFacts)]) -> Vec<Proposed<Size>> {
    let mut all: Vec<Proposed<Size>> = Vec::new();
    // Prints are full of numbers: sizes are read off labels.
    for &(photo, facts) in photos.iter().filter(|(_, facts)| facts.label) {
        let Some(text) = &facts.text else { continue };
        for size in sizes(&label_lines(text)) {
            // A lone number or letter may be something else.
            let factor = if size.marked { 1.0 } else { 0.9 };
            let evidence = read(photo, facts, size.line, factor);
            let same = |known: &&mut Proposed<Size>| {
                known.value.system == size.system && known.value.value == size.value
            };
            match all.iter_mut().find(same) {
                Some(known) if known.evidence.confidence >= evidence.confidence => {}
                Some(known) => {
                    *known = Proposed {
                        value: size,
                        evidence,
                    }
                }
                None => all.push(Proposed {
                    value: size,
                    evidence,
                }),
            }
        }
    }
    all.sort_by(|a, b| {
        b.value
            .marked
            .cmp(&a.value.marked)
            .then(b.evidence.confidence.total_cmp(&a.evidence.confidence))
    });
    all
}

fn best_composition(photos: &[(usize, &PhotoFacts)]) -> Option<Proposed<Composition>> {
    let mut best: Option<(bool, usize, Proposed<Composition>)> = None;
    for &(photo, facts) in photos {
        let Some(text) = &facts.text else { continue };
        let found = composition(&label_lines(text));
        let Some(first) = found.parts.first().and_then(|part| part.shares.first()) else {
            continue;
        };
        let count = found.parts.iter().map(|part| part.shares.len()).sum();
        // The least sure line decides: one wrong share makes the whole wrong.
        let lines = found
            .parts
            .iter()
            .flat_map(|part| &part.shares)
            .map(|share| read(photo, facts, share.line, 1.0).confidence);
        let least = lines.fold(1.0, f32::min);
        let adds_up = found.adds_up();
        let evidence = Evidence {
            confidence: if adds_up { least } else { least * 0.5 },
            ..read(photo, facts, first.line, 1.0)
        };
        let better = best
            .as_ref()
            .is_none_or(|(sum, most, _)| (adds_up, count) > (*sum, *most));
        if better {
            best = Some((
                adds_up,
                count,
                Proposed {
                    value: found,
                    evidence,
                },
            ));
        }
    }
    best.map(|(_, _, composition)| composition)
}

/// The kinds over all photos that show the garment: the mean of their probabilities, so that one odd view does not
/// decide. The evidence is the photo that is surest of the first kind.
fn kinds(photos: &[(usize, &PhotoFacts)]) -> Option<(Vec<Guess>, Evidence)> {
    let shows = |strict: bool| {
        photos
            .iter()
            .filter(move |(_, facts)| {
                !facts.guesses.is_empty()
                    && !facts.label
                    && (!strict || facts.garment == Some(true))
            })
            .collect::<Vec<_>>()
    };
    let mut used = shows(true);
    let certain = !used.is_empty();
    if !certain {
        used = shows(false);
    }
    let mut guesses: Vec<Guess> = Kind::ALL
        .iter()
        .map(|&kind| {
            let of = |facts: &PhotoFacts| {
                facts
                    .guesses
                    .iter()
                    .find(|g| g.kind == kind)
                    .map_or(0.0, |g| g.probability)
            };
            let sum: f32 = used.iter().map(|(_, facts)| of(facts)).sum();
            // What does not look like a garment is never sure.
            let most = if certain { 1.0 } else { 0.5 };
            Guess {
                kind,
                probability: (sum / used.len().max(1) as f32).min(most),
            }
        })
        .collect();
    guesses.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let first = *guesses.first()?;
    let surest = used.iter().copied().max_by(|a, b| {
        let of = |facts: &PhotoFacts| {
            facts
                .guesses
                .iter()
                .find(|g| g.kind == first.kind)
                .map_or(0.0, |g| g.probability)
        };
        of(a.1).total_cmp(&of(b.1))
    })?;
    let evidence = Evidence {
        method: Method::Look,
        photo: Some(surest.0),
        region: None,
        text: None,
        confidence: first.probability,
    };
    Some((guesses, evidence))
}

/// The colours that the photos of the garment agree on.
fn main_colours(photos: &[(usize, &PhotoFacts)]) -> Vec<Proposed<String>> {
    let garments: Vec<_> = photos
        .iter()
        .filter(|(_, facts)| !facts.label && facts.colours.is_some())
        .collect();
    let mut votes: Vec<(NamedColour, usize, f32)> = Vec::new();
    for (photo, facts) in garments.iter().copied() {
        for colour in facts.colours.iter().flat_map(|colours| &colours.main) {
            match votes
                .iter_mut()
                .find(|(known, ..)| known.name == colour.name)
            {
                Some((known, photo_of_most, most)) => {
                    known.share += colour.share;
                    if colour.share > *most {
                        (*photo_of_most, *most) = (*photo, colour.share);
                    }
                }
                None => votes.push((colour.clone(), *photo, colour.share)),
            }
        }
    }
    let count = garments.len().max(1) as f32;
    votes.sort_by(|a, b| b.0.share.total_cmp(&a.0.share));
    votes
        .into_iter()
        .map(|(colour, photo, _)| (colour.name, photo, colour.share / count))
        .filter(|(_, _, share)| *share >= LEAST_COLOUR)
        .take(2)
        .map(|(name, photo, share)| Proposed {
            value: name,
            evidence: Evidence {
                method: Method::Measured,
                photo: Some(photo),
                region: None,
                text: None,
                confidence: share.min(1.0),
            },
        })
        .collect()
}

/// Jeans or not, where something tells: inches are of jeans and chinos, denim is blue, gray or black and mostly cotton.
fn is_denim(
    composition: Option<&Proposed<Composition>>,
    colours: &[Proposed<String>],
    sizes: &[Size],
) -> Option<bool> {
    let first = colours.first().map(|colour| colour.value.as_str())?;
    let as_denim = ["Bleu", "Bleu clair", "Marine", "Noir", "Gris", "Blanc"].contains(&first);
    if !as_denim {
        return Some(false);
    }
    let cotton = composition.map(|c| {
        c.value
            .materials()
            .first()
            .is_some_and(|m| *m == "Coton" || *m == "Denim")
    });
    if cotton == Some(false) {
        return Some(false);
    }
    let inches = sizes
        .iter()
        .any(|size| size.system == crate::label::System::WaistLength);
    (["Bleu", "Bleu clair"].contains(&first) || inches).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Region;
    use crate::garment::Colours;
    use crate::text::{Line, Reading};

    fn label(text: &str) -> PhotoFacts {
        let line = |(number, text): (usize, &str)| Line {
            text: text.to_owned(),
            confidence: 0.9 + number as f32 / 100.0,
            region: Region {
                corners: [[number as f32 / 10.0; 2]; 4],
            },
        };
        PhotoFacts {
            text: Some(Reading {
                lines: text.lines().enumerate().map(line).collect(),
                turn: None,
                area: 0.2,
            }),
            label: true,
            garment: Some(false),
            ..PhotoFacts::default()
        }
    }

    fn garment(kind: Kind, probability: f32, colour: &str) -> PhotoFacts {
        let rest = (1.0 - probability) / 9.0;
        let mut guesses: Vec<Guess> = Kind::ALL
            .iter()
            .map(|&k| Guess {
                kind: k,
                probability: if k == kind { probability } else { rest },
            })
            .collect();
        guesses.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        PhotoFacts {
            guesses,
            garment: Some(true),
            colours: Some(Colours {
                main: vec![NamedColour {
                    name: colour.to_owned(),
                    share: 0.8,
                }],
                shares: Vec::new(),
                palette: Vec::new(),
            }),
            ..PhotoFacts::default()
        }
    }

    fn of(photos: &[PhotoFacts]) -> Item {
        let brands = BrandList::new(["Zara", "Lacoste"]);
        let numbered: Vec<(usize, &PhotoFacts)> = photos.iter().enumerate().collect();
        item(
            &numbered,
            &Known {
                brands: &brands,
                catalogue: Catalogue::starter(),
                audience: Audience::Women,
            },
        )
    }

    #[test]
    fn each_value_names_its_photo_and_place() {
        let found = of(&[
            garment(Kind::TShirt, 0.9, "Marine"),
            garment(Kind::TShirt, 0.7, "Marine"),
            label("ZARA\nM"),
            label("95% coton\n5% élasthanne"),
        ]);
        let brand = found.brand.unwrap();
        assert_eq!(
            (
                brand.value.as_str(),
                brand.evidence.photo,
                brand.evidence.text.as_deref()
            ),
            ("Zara", Some(2), Some("ZARA"))
        );
        let size = &found.sizes[0];
        assert_eq!(
            (size.value.value.as_str(), size.evidence.photo),
            ("M", Some(2))
        );
        assert_eq!(
            size.evidence.region.unwrap().corners[0],
            [0.1; 2],
            "the second line of the label"
        );
        let composition = found.composition.unwrap();
        assert_eq!(composition.value.materials(), ["Coton", "Élasthanne"]);
        assert_eq!(composition.evidence.photo, Some(3));
        let category = found.category.unwrap();
        assert!(
            category.value.sure && category.evidence.photo == Some(0),
            "{category:?}"
        );
        assert!(
            (category.evidence.confidence - 0.8).abs() < 1e-5,
            "the mean over both views"
        );
        assert_eq!(found.colours[0].value, "Marine");
        assert!(!found.no_garment);
    }

    #[test]
    fn what_is_not_there_stays_open() {
        let found = of(&[garment(Kind::Skirt, 0.5, "Rouge")]);
        assert!(
            found.brand.is_none() && found.sizes.is_empty() && found.composition.is_none(),
            "{found:?}"
        );
        assert!(!found.category.unwrap().value.sure, "0.5 is unsure");
        assert_eq!(of(&[]), Item::default(), "no photo says nothing");
    }

    #[test]
    fn landscapes_are_no_garments() {
        let mut hill = garment(Kind::Shoes, 0.95, "Vert");
        hill.garment = Some(false);
        let found = of(&[hill]);
        assert!(found.no_garment, "the sentence for it hangs on this");
        assert!(
            !found.category.unwrap().value.sure,
            "whatever the classifier says"
        );
    }

    #[test]
    fn a_composition_that_does_not_add_up_gives_way() {
        let found = of(&[
            label("65% coton\n30% polyester"),
            label("65% coton\n30% polyester\n5% lin"),
        ])
        .composition
        .unwrap();
        assert_eq!(found.evidence.photo, Some(1), "the whole one");
        let half = of(&[label("65% coton\n30% polyester")])
            .composition
            .unwrap();
        assert!(
            !half.value.adds_up() && half.evidence.confidence < 0.5,
            "marked and less sure"
        );
    }
}
