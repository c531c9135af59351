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
    title::{self, Subject},
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
        Repair::Colors { colors } => repaired.colors.clone_from(colors),
        Repair::Materials { materials } => repaired.materials.clone_from(materials),
    }
    repaired
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
            let repaired = apply(subject.draft, repair);
            let after = look(&Subject {
                draft: &repaired,
                ..*subject
            });
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
            let known = known_hashtags(subject, language);
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

/// Hashtags that say what the draft says: garment, colour, brand, for whom.
fn known_hashtags(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let joined = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut known = Vec::new();
    if let Some(noun) = subject.noun() {
        known.extend(noun.name(language).split(' ').next().map(joined));
        known.extend(subject.colour(noun, language).as_deref().map(joined));
    }
    if let Some(Brand::Named(name)) = &subject.draft.brand {
        known.push(joined(name));
    }
    let root = subject
        .leaves()
        .first()
        .and_then(|leaf| leaf.path.split(" > ").next());
    known.extend(root.map(|r| joined(&r.to_lowercase())));
    known.retain(|tag| tag.chars().any(char::is_alphabetic));
    known
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
