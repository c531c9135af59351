//! What is known of an item, as the values of a template.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{template::Placeholder, words::words};
use crate::{
    catalogue::{Catalogue, Leaf},
    draft::{Brand, Draft, Size},
    language::Language,
    size_guide::{self, SizeSystem},
    title::Subject,
    vocabulary::{self, colour},
};

/// What a description may say of an item.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Title, brand, size, condition, category, colours, materials.
    pub draft: &'a Draft,
    /// The tree in which its category is looked up.
    pub catalogue: &'a Catalogue,
    /// The system of its size, where whoever read the size knows it.
    pub size_system: Option<SizeSystem>,
    /// What the label says of the fibres; without it the draft's materials are named.
    pub composition: &'a [FibreShare],
    /// Measures that the person typed.
    pub measures: &'a [Measure],
    /// Defects that the person typed.
    pub defects: &'a [String],
    /// Photos of the listing.
    pub photos: usize,
}

/// A fibre and its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FibreShare {
    /// Percent, where the label says it.
    pub percent: Option<u8>,
    /// The site's name of the material in any language, or the label's word.
    pub fibre: String,
}

/// A measure of the garment, lying flat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Of what.
    pub kind: MeasureKind,
    /// In millimetres.
    pub millimetres: u32,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// From shoulder or waistband to hem.
    Length,
    /// From armpit to armpit.
    Chest,
    /// From shoulder seam to shoulder seam.
    Shoulders,
    /// From shoulder seam to cuff.
    Sleeve,
    /// Waist, lying flat.
    Waist,
    /// Hips, lying flat.
    Hips,
    /// From crotch to hem.
    Inseam,
    /// Of a shoe.
    Insole,
    /// Height of the heel.
    Heel,
    /// Of a bag.
    Width,
    /// Of a bag.
    Height,
    /// Of a bag.
    Depth,
}

impl MeasureKind {
    /// All, in the order in which they are named.
    pub const ALL: [Self; 12] = [
        Self::Length,
        Self::Chest,
        Self::Shoulders,
        Self::Sleeve,
        Self::Waist,
        Self::Hips,
        Self::Inseam,
        Self::Insole,
        Self::Heel,
        Self::Width,
        Self::Height,
        Self::Depth,
    ];
}

impl<'a> Facts<'a> {
    /// What the draft itself says.
    #[must_use]
    pub fn of(draft: &'a Draft, catalogue: &'a Catalogue) -> Self {
        Self {
            draft,
            catalogue,
            size_system: None,
            composition: &[],
            measures: &[],
            defects: &[],
            photos: draft.site_photos().len(),
        }
    }

    /// The values of every placeholder of which something is known, on one line each.
    pub(super) fn values(
        &self,
        subject: &Subject<'_>,
        language: Language,
    ) -> BTreeMap<Placeholder, String> {
        let words = words(language);
        let brand = self.draft.brand.as_ref().map(|brand| match brand {
            Brand::Named(name) => name.clone(),
            Brand::None => words.no_brand.clone(),
        });
        let photos = (self.photos > 0).then(|| self.photos.to_string());
        let audience = self.audience(subject).and_then(|a| words.audience.get(&a));
        let category = match subject.leaves() {
            [leaf] => leaf.path.rsplit(" > ").next().map(str::to_owned),
            _ => None,
        };
        let all = [
            (Placeholder::Article, self.article(subject, language)),
            (Placeholder::Brand, brand),
            (Placeholder::Size, self.size(subject, language)),
            (Placeholder::Color, self.colours(language)),
            (
                Placeholder::Condition,
                self.draft.condition.map(|c| c.label(language).to_owned()),
            ),
            (Placeholder::Composition, self.composition(language)),
            (Placeholder::Measures, self.measures(language)),
            (Placeholder::Defects, joined(self.defects.iter().cloned())),
            (Placeholder::Audience, audience.cloned()),
            (Placeholder::Category, category),
            (Placeholder::Photos, photos),
        ];
        all.into_iter()
            .filter_map(|(placeholder, value)| {
                let line = value?.split_whitespace().collect::<Vec<_>>().join(" ");
                (!line.is_empty()).then_some((placeholder, line))
            })
            .collect()
    }

    /// The garment with its colours: `Robe noire et blanche`.
    fn article(&self, subject: &Subject<'_>, language: Language) -> Option<String> {
        let noun = subject.noun()?;
        let name = noun.name(language);
        let colours: Vec<String> = self
            .draft
            .colors
            .iter()
            .filter_map(|typed| colour(typed))
            .map(|known| known.adjective(language, noun.agreement_in(language)))
            .collect();
        let and = format!(" {} ", words(language).and);
        let said = [name.to_owned(), colours.join(&and)].join(" ");
        Some(crate::gates::capitalised(said.trim_end()))
    }

    fn audience(&self, subject: &Subject<'_>) -> Option<crate::catalogue::Audience> {
        let mut all = subject
            .leaves()
            .iter()
            .map(|leaf: &Leaf| self.catalogue.audience(leaf.key));
        let first = all.next()??;
        all.all(|a| a == Some(first)).then_some(first)
    }

    /// The label with what stands for it in other systems.
    fn size(&self, subject: &Subject<'_>, language: Language) -> Option<String> {
        let Size::Label(label) = &self.draft.size else {
            return None;
        };
        let mut kinds = subject.leaves().iter().map(|l| self.catalogue.sizes(l.key));
        let kind = kinds.next().flatten();
        let kind = kind.filter(|k| kinds.all(|other| other == Some(*k)));
        let also = match (kind, self.audience(subject)) {
            (Some(kind), Some(audience)) => {
                size_guide::equivalents(label, kind, audience, self.size_system)
            }
            _ => Vec::new(),
        };
        Some(match also.as_slice() {
            [] => label.clone(),
            also => format!(
                "{label} ({} {})",
                words(language).approximately,
                also.join(", ")
            ),
        })
    }

    fn colours(&self, language: Language) -> Option<String> {
        joined(self.draft.colors.iter().map(|typed| match colour(typed) {
            Some(known) if known.is_named(typed) => known.name(language).to_lowercase(),
            _ => typed.clone(),
        }))
    }

    fn composition(&self, language: Language) -> Option<String> {
        if self.composition.is_empty() {
            let materials = self.draft.materials.iter();
            return joined(materials.map(|m| fibre_name(m, language)));
        }
        joined(self.composition.iter().map(|part| {
            let name = fibre_name(&part.fibre, language);
            match part.percent {
                Some(percent) => format!("{percent}{} {name}", words(language).percent),
                None => name,
            }
        }))
    }

    fn measures(&self, language: Language) -> Option<String> {
        let words = words(language);
        let mut measures = self.measures.to_vec();
        measures.sort_by_key(|m| m.kind);
        joined(measures.iter().filter_map(|measure| {
            let name = words.measures.get(&measure.kind)?;
            let (whole, tenth) = (measure.millimetres / 10, measure.millimetres % 10);
            Some(match tenth {
                0 => format!("{name} {whole} cm"),
                tenth => format!("{name} {whole}{}{tenth} cm", words.decimal_mark),
            })
        }))
    }
}

/// The site's name of a material in a language; a word that is none stays.
fn fibre_name(fibre: &str, language: Language) -> String {
    match vocabulary::material(fibre) {
        // German nouns keep their capital.
        Some(known) if language == Language::De => known.name(language).to_owned(),
        Some(known) => known.name(language).to_lowercase(),
        None => fibre.to_owned(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.filter(|p| !p.trim().is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
