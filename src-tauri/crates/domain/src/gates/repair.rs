//! Proposed changes that make a gate hold.

use serde::{Deserialize, Serialize};

use super::{
    cut::cut,
    description::sentence_a_line,
    emoji, find_wording, hashtags, look, phrases,
    report::{Gate, GateLine},
};
use crate::{
    draft::{Brand, Draft},
    form::Field,
    language::Language,
    text,
    title::{self, Subject},
    values::Condition,
    vocabulary,
    words::folded_words,
};

/// A whole new value for one field, ready to be shown beside the old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Repair {
    /// A new title.
    Title {
        /// It.
        title: String,
    },
    /// A new description.
    Description {
        /// It.
        description: String,
    },
    /// A brand, or that there is none.
    Brand {
        /// It.
        brand: Brand,
    },
    /// A condition.
    Condition {
        /// It.
        condition: Condition,
    },
    /// A category, from root to leaf.
    Category {
        /// Its path.
        category: String,
    },
    /// All three prices.
    Prices {
        /// Lowest, minor units.
        min: u32,
        /// Published.
        target: u32,
        /// Highest.
        max: u32,
    },
    /// A range around the published price, which stays.
    PriceRange {
        /// Lowest, minor units.
        min: u32,
        /// Highest, minor units.
        max: u32,
    },
    /// The colours by the site's names, none twice.
    Colors {
        /// Them.
        colors: Vec<String>,
    },
    /// The materials by the site's names, none twice.
    Materials {
        /// Them.
        materials: Vec<String>,
    },
}

/// The draft with the repair made. Making it twice changes nothing more.
///
/// Revision and times stay: the use case that saves the draft sets them.
#[must_use]
pub fn apply(draft: &Draft, repair: &Repair) -> Draft {
    let mut repaired = draft.clone();
    match repair {
        Repair::Title { title } => repaired.title.clone_from(title),
        Repair::Description { description } => repaired.description.clone_from(description),
        Repair::PriceRange { min, max } => {
            repaired.price_min_cents = Some(*min);
            repaired.price_max_cents = Some(*max);
        }
        Repair::Brand { brand } => repaired.brand = Some(brand.clone()),
        Repair::Condition { condition } => repaired.condition = Some(*condition),
        Repair::Category { category } => repaired.category = Some(category.clone()),
        Repair::Prices { min, target, max } => {
            repaired.price_min_cents = Some(*min);
            repaired.price_target_cents = Some(*target);
            repaired.price_max_cents = Some(*max);
        }
        Repair::Colors { colors } => repaired.colors.clone_from(colors),
        Repair::Materials { materials } => repaired.materials.clone_from(materials),
    }
    repaired
}

impl Repair {
    /// The field that it changes.
    #[must_use]
    pub fn field(&self) -> Field {
        match self {
            Self::Title { .. } => Field::Title,
            Self::Description { .. } => Field::Description,
            Self::Brand { .. } => Field::Brand,
            Self::Condition { .. } => Field::Condition,
            Self::Category { .. } => Field::Category,
            Self::Prices { .. } | Self::PriceRange { .. } => Field::Price,
            Self::Colors { .. } => Field::Color,
            Self::Materials { .. } => Field::Material,
        }
    }
}

/// Every line with the repair made.
pub(super) fn tried_out(subject: &Subject<'_>, repair: &Repair) -> Vec<GateLine> {
    let repaired = apply(subject.draft, repair);
    let other;
    let category = match repair {
        Repair::Category { category } => {
            other = subject.catalogue.resolve(category);
            &other
        }
        _ => subject.category,
    };
    look(&Subject {
        draft: &repaired,
        catalogue: subject.catalogue,
        category,
    })
}

/// The first proposal that, tried out, makes the line at `at` hold and breaks no line that held.
pub(super) fn certain(
    subject: &Subject<'_>,
    language: Language,
    lines: &[GateLine],
    at: usize,
) -> Option<Repair> {
    propose(subject, language, &lines[at])
        .into_iter()
        .find(|repair| {
            let after = tried_out(subject, repair);
            after[at].ok
                && lines
                    .iter()
                    .zip(&after)
                    .all(|(before, after)| after.ok || !before.ok)
        })
}

/// Changes worth trying for a line that fails, the smallest first.
fn propose(subject: &Subject<'_>, language: Language, line: &GateLine) -> Vec<Repair> {
    let draft = subject.draft;
    match line.code {
        Gate::MissingTitle | Gate::TitleTooLong | Gate::TitleForm => {
            title::proposals(subject, language)
                .into_iter()
                .map(|title| Repair::Title { title })
                .collect()
        }
        Gate::DescriptionLines => {
            vec![Repair::Description {
                description: sentence_a_line(&draft.description),
            }]
        }
        Gate::HashtagsInvalid => {
            let known = text::hashtag_candidates(subject, language);
            vec![Repair::Description {
                description: hashtags::gathered(&draft.description, &known),
            }]
        }
        Gate::EmojiFound | Gate::MarketingPhrase | Gate::SuperlativeFound => match line.field {
            Field::Title => without(line.code, &draft.title, draft)
                .map(|title| Repair::Title {
                    title: title.trim().to_owned(),
                })
                .into_iter()
                .chain(
                    title::proposals(subject, language)
                        .into_iter()
                        .map(|t| Repair::Title { title: t }),
                )
                .collect(),
            _ => without(line.code, &draft.description, draft)
                .map(|description| Repair::Description { description })
                .into_iter()
                .collect(),
        },
        // One price stands for a range of one: nothing is invented.
        Gate::MissingPrice => draft
            .price_target_cents
            .map(|target| Repair::PriceRange {
                min: draft.price_min_cents.unwrap_or(target),
                max: draft.price_max_cents.unwrap_or(target),
            })
            .into_iter()
            .collect(),
        Gate::TooManyColors => {
            let colors = once_each(&draft.colors, |n| vocabulary::colour(n).map(|c| c.id));
            vec![Repair::Colors { colors }]
        }
        Gate::TooManyMaterials => {
            let materials = once_each(&draft.materials, |n| vocabulary::material(n).map(|m| m.id));
            vec![Repair::Materials { materials }]
        }
        // What only the person knows.
        Gate::MissingPhotos
        | Gate::MissingDescription
        | Gate::MissingCategory
        | Gate::MissingBrand
        | Gate::MissingSize
        | Gate::MissingCondition
        | Gate::PriceOrder
        | Gate::PriceOutOfBounds
        | Gate::TooManyPhotos
        | Gate::DescriptionTooLong
        | Gate::UnknownCategory
        | Gate::AmbiguousCategory
        | Gate::UnknownColor
        | Gate::UnknownMaterial => Vec::new(),
    }
}

/// The text without what the gate finds in it.
fn without(code: Gate, text: &str, draft: &Draft) -> Option<String> {
    let mut text = text.to_owned();
    // What stays may come together to a new find; each round is shorter than the one before.
    loop {
        let found = find_wording(code, &text, draft);
        if found.is_empty() {
            return Some(text);
        }
        let pieces = match code {
            Gate::EmojiFound => emoji::find(&text),
            _ => phrases::removable(&text, &found)?,
        };
        let shorter = cut(&text, &pieces);
        if shorter.len() >= text.len() {
            return None;
        }
        text = shorter;
    }
}

/// The names without those that mean the same as one before.
fn once_each(names: &[String], id: impl Fn(&str) -> Option<u32>) -> Vec<String> {
    let mut seen = Vec::new();
    names
        .iter()
        .filter(|name| {
            let meaning = (id(name), folded_words(name).join(" "));
            let known = seen.iter().any(|(i, f): &(Option<u32>, String)| {
                (i.is_some() && *i == meaning.0) || *f == meaning.1
            });
            seen.push(meaning);
            !known
        })
        .cloned()
        .collect()
}
