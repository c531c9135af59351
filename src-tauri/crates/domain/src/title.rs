//! The title: "Category Colour Brand? Size? – Condition", composed and checked.

mod form;
mod garment;
mod problem;
mod proposals;
mod size;

use crate::{
    catalogue::{Catalogue, Leaf, Noun, Resolution},
    draft::{Brand, Draft, Size},
    gates::{self, capitalised},
    language::Language,
    vocabulary::colour,
};

pub(crate) use form::problems;
pub use problem::TitleProblem;
pub(crate) use proposals::proposals;

/// Longest title, in characters as a person counts them (grapheme clusters).
pub const MAX_TITLE: usize = 70;

/// What stands between the garment and its condition.
pub const DASH: char = '–';

/// A draft with its category looked up once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) draft: &'a Draft,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) category: &'a Resolution,
}

impl<'a> Subject<'a> {
    /// The leaves that the category may mean.
    pub(crate) fn leaves(&self) -> &'a [Leaf] {
        match self.category {
            Resolution::One(leaf) => std::slice::from_ref(leaf),
            Resolution::Several(leaves) => leaves,
            Resolution::None => &[],
        }
    }

    /// The garment noun, where all leaves that fit share it.
    pub(crate) fn noun(&self) -> Option<&'static Noun> {
        let mut nouns = self
            .leaves()
            .iter()
            .map(|leaf| self.catalogue.noun(leaf.key));
        let first = nouns.next()??;
        nouns.all(|n| n == Some(first)).then_some(first)
    }

    /// The first colour, agreeing with the noun. A colour that is none of the site's stays as typed.
    pub(crate) fn colour(&self, noun: &Noun, language: Language) -> Option<String> {
        let typed = self
            .draft
            .colors
            .iter()
            .find(|c| c.chars().any(char::is_alphanumeric))?;
        let Some(known) = colour(typed).filter(|c| c.is_named(typed)) else {
            return Some(typed.trim().to_lowercase());
        };
        Some(known.adjective(language, noun.agreement_in(language)))
    }

    /// The title passes every gate that looks at titles.
    pub(crate) fn is_good(&self, title: &str) -> bool {
        gates::title_holds(self, title)
    }
}

/// A title from the draft's known values.
///
/// Where it would be longer than [`MAX_TITLE`], the size goes first, then the brand; never the
/// condition. A brand or size that no title may hold (an emoji, an en dash) is left out. None where
/// category, colour or condition are not known, or where the category fits several garments.
#[must_use]
pub fn compose(draft: &Draft, language: Language, catalogue: &Catalogue) -> Option<String> {
    let category = catalogue.resolve(draft.category.as_deref().unwrap_or_default());
    compose_for(
        &Subject {
            draft,
            catalogue,
            category: &category,
        },
        language,
    )
}

pub(crate) fn compose_for(subject: &Subject<'_>, language: Language) -> Option<String> {
    let noun = subject.noun()?;
    let colour = subject.colour(noun, language)?;
    let condition = subject.draft.condition?.label(language);
    let brand = match &subject.draft.brand {
        Some(Brand::Named(name)) => Some(name.trim()),
        _ => None,
    };
    let size = match &subject.draft.size {
        Size::Label(label) => Some(label.trim()),
        Size::Unknown => None,
    };
    [(brand, size), (brand, None), (None, size), (None, None)]
        .into_iter()
        .find_map(|(brand, size)| {
            let words: Vec<&str> = [Some(noun.name(language)), Some(&colour), brand, size]
                .into_iter()
                .flatten()
                .collect();
            let title = format!("{} {DASH} {condition}", capitalised(&words.join(" ")));
            subject.is_good(&title).then_some(title)
        })
}

#[cfg(test)]
mod tests;
