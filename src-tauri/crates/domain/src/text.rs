//! Descriptions from what is known, in the words of a template.
//!
//! Nothing is invented: a line whose value is not known is left out, and where too few lines stay
//! there is no text. What comes out passes every gate that looks at descriptions. Titles are composed
//! by [`crate::title::compose`].

mod facts;
mod hashtags;
mod template;
mod words;

use std::collections::BTreeMap;

pub use facts::{Facts, FibreShare, Measure, MeasureKind};
pub(crate) use hashtags::candidates as hashtag_candidates;
pub use template::{MAX_TEMPLATE, Placeholder, Template, TemplateError};

use crate::{
    draft::{Brand, Draft, Size},
    gates::{self, Gate},
    ids::DraftId,
    language::Language,
    title::Subject,
    values::Condition,
};

/// A composed description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// It.
    pub text: String,
    /// Values that are known but may not stand in a text: an emoji in a brand, a defect that praises.
    pub left_out: Vec<Placeholder>,
}

/// Why there is no description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Too little is known for a description.
    #[error("only {known} lines can be said of this item; a description needs {needed}")]
    TooFewFacts {
        /// Lines that can be said.
        known: usize,
        /// Lines that are needed.
        needed: usize,
    },
    /// The template's own words, or how many lines it has, fail these gates.
    #[error("the template does not pass: {}", .0.iter().map(|g| g.code()).collect::<Vec<_>>().join(", "))]
    Gates(Vec<Gate>),
}

/// A description of the item in the template's words.
///
/// # Errors
/// Too little is known, or the template's own words fail a gate.
pub fn describe(
    facts: &Facts<'_>,
    language: Language,
    template: &Template,
) -> Result<Composed, TextError> {
    let category = facts
        .catalogue
        .resolve(facts.draft.category.as_deref().unwrap_or_default());
    let subject = Subject {
        draft: facts.draft,
        catalogue: facts.catalogue,
        category: &category,
    };
    let mut values: BTreeMap<Placeholder, String> = facts.values(&subject, language);
    let mut left_out = Vec::new();
    values.retain(|placeholder, value| {
        let stays = gates::value_holds(value, facts.draft);
        if !stays {
            left_out.push(*placeholder);
        }
        stays
    });
    let tags = hashtags::chosen(&subject, language);
    let text = template.render(&values, &tags, gates::MIN_LINES);
    let failing = gates::description_failures(&text, facts.draft);
    if failing.is_empty() {
        return Ok(Composed { text, left_out });
    }
    let known = gates::factual_lines(&text);
    if failing == [Gate::DescriptionLines] && known < gates::MIN_LINES {
        return Err(TextError::TooFewFacts {
            known,
            needed: gates::MIN_LINES,
        });
    }
    Err(TextError::Gates(failing))
}

/// Whether a template can make descriptions that pass: tried out on an item of which all is known.
///
/// # Errors
/// The gates that its own words, its hashtags or the number of its lines fail.
pub fn check_template(template: &Template, language: Language) -> Result<(), TextError> {
    let catalogue = crate::catalogue::Catalogue::starter();
    let draft = Draft {
        brand: Some(Brand::Named("Zara".to_owned())),
        size: Size::Label("M".to_owned()),
        condition: Some(Condition::VeryGood),
        category: Some("Femmes > Vêtements > Robes > Robes courtes".to_owned()),
        colors: vec!["Noir".to_owned()],
        materials: vec!["Coton".to_owned()],
        ..Draft::new(DraftId(uuid::Uuid::nil()), chrono::DateTime::UNIX_EPOCH)
    };
    let facts = Facts {
        measures: &[Measure {
            kind: MeasureKind::Length,
            millimetres: 920,
        }],
        defects: &["1".to_owned()],
        photos: 5,
        ..Facts::of(&draft, catalogue)
    };
    describe(&facts, language, template).map(|_| ())
}

#[cfg(test)]
mod tests;
