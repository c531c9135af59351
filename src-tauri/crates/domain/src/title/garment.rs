//! The garment noun at a title's beginning.

use std::collections::HashSet;

use super::{
    Subject, TitleProblem,
    form::{Reading, Role},
};
use crate::{
    catalogue::{Noun, noun_spellings},
    words::{stem, stems},
};

/// What the draft's category allows a title to say.
pub(super) struct CategoryWords {
    /// Its garment nouns; any noun where the category is not known.
    nouns: Vec<&'static Noun>,
    /// Titles of the category itself, as stems: a title may begin with them.
    titles: Vec<Vec<String>>,
    /// Stems of all words of its path.
    pub(super) stems: HashSet<String>,
}

impl CategoryWords {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let (mut nouns, mut titles, mut all) = (Vec::new(), Vec::new(), HashSet::new());
        for leaf in subject.leaves() {
            let noun = subject.catalogue.noun(leaf.key);
            nouns.extend(noun.filter(|n| !nouns.contains(n)));
            for name in subject.catalogue.titles(leaf.key) {
                titles.push(stems(name));
            }
            all.extend(stems(&leaf.path));
        }
        if let (true, Some(typed)) = (subject.leaves().is_empty(), &subject.draft.category) {
            let last = typed.rsplit('>').next().unwrap_or_default();
            titles.push(stems(last));
            all.extend(stems(typed));
        }
        titles.retain(|t| !t.is_empty());
        all.extend(titles.iter().flatten().cloned());
        Self {
            nouns,
            titles,
            stems: all,
        }
    }
}

pub(super) fn read_noun(
    reading: &mut Reading<'_>,
    category: &CategoryWords,
    problems: &mut Vec<TitleProblem>,
) {
    let title: Vec<String> = reading.words.iter().map(|w| stem(&w.folded)).collect();
    let begins = |wanted: &[String]| !wanted.is_empty() && title.starts_with(wanted);
    // Longest first, so the first that fits is the longest.
    let any = noun_spellings()
        .iter()
        .find(|s| begins(&s.stems))
        .map(|s| s.stems.len());
    let ours = if category.nouns.is_empty() {
        any
    } else {
        noun_spellings()
            .iter()
            .find(|s| category.nouns.contains(&s.noun) && begins(&s.stems))
            .map(|s| s.stems.len())
    };
    let named = category
        .titles
        .iter()
        .filter(|t| begins(t))
        .map(Vec::len)
        .max();
    match ours.max(named) {
        Some(count) => reading.mark(0, count, Role::Noun),
        None => match any {
            Some(count) => {
                problems.push(TitleProblem::OtherNoun {
                    found: reading.found(0, count),
                    expected: category.nouns.iter().map(|n| n.fr.clone()).collect(),
                });
                reading.mark(0, count, Role::Noun);
            }
            None => {
                let found = (!reading.words.is_empty()).then(|| reading.found(0, 1));
                problems.push(TitleProblem::NoNoun { found });
            }
        },
    }
}
