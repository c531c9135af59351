//! Reading a title: which word is noun, colour, brand, size, and what keeps it from its form.
//!
//! The rule: one en dash with a blank on each side; after it a condition label in a language of the texts,
//! the draft's where it has one. Before it, in this order:
//! 1. a garment noun: the category's, a synonym, or the category's own title;
//! 2. a colour: one of the draft's where it has some. A second colour may follow (`à pois blancs`);
//! 3. the brand, if any: the draft's. Names after it are taken for the model (`Levi's 501`);
//! 4. the size, if any: the draft's.
//!
//! Words that describe may stand anywhere: what `data/descriptors.txt` lists, materials, words of the
//! category, and any other word in lower case. A capitalised word that is none of these is taken for
//! a name, and a name that is not the draft's brand may not stand there.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    DASH, Subject, TitleProblem,
    garment::{CategoryWords, read_noun},
    size::{is_measure, looks_like_size, read_size},
};
use crate::{
    draft::Brand,
    language::Language,
    values::Condition,
    vocabulary::{colour_spellings, colours, materials},
    words::{Found, Word, find, folded_words, starts_at, stem, stems, words},
};

/// What a word of the title is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Noun,
    Colour,
    Brand,
    /// After the brand: the model.
    Model,
    Size,
    Descriptor,
    /// Nobody knows.
    Other,
}

/// A title taken apart.
pub(super) struct Form {
    pub(super) problems: Vec<TitleProblem>,
    /// Words before the dash with their roles; empty where there is not exactly one dash.
    pub(super) words: Vec<(Word, Role)>,
}

/// What keeps the title from its form, in order.
pub(crate) fn problems(subject: &Subject<'_>, title: &str) -> Vec<TitleProblem> {
    read(subject, title).problems
}

pub(super) fn read(subject: &Subject<'_>, title: &str) -> Form {
    let mut problems = Vec::new();
    let dashes = title.matches(DASH).count();
    let Some((left, right)) = title.split_once(DASH).filter(|_| dashes == 1) else {
        problems.push(TitleProblem::Dashes { count: dashes });
        return Form {
            problems,
            words: Vec::new(),
        };
    };
    if !left.ends_with(is_blank) || !right.starts_with(is_blank) {
        problems.push(TitleProblem::DashBlanks);
    }
    let words = read_left(subject, left, &mut problems);
    let found = || {
        let start = title.len() - right.trim_start().len();
        Found::at(title, start, title.trim_end().len().max(start))
    };
    match (condition_of(right), subject.draft.condition) {
        (None, _) => problems.push(TitleProblem::NoCondition { found: found() }),
        (Some(named), Some(expected)) if named != expected => {
            problems.push(TitleProblem::OtherCondition {
                found: found(),
                expected,
            });
        }
        _ => {}
    }
    Form { problems, words }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}')
}

/// The condition that a text names with its whole label. `Very good condition` is one too.
pub(super) fn condition_of(text: &str) -> Option<Condition> {
    if text
        .chars()
        .any(|c| !c.is_alphanumeric() && !is_blank(c) && !is_mark(c))
    {
        return None;
    }
    let said = folded_words(text);
    Condition::ALL
        .into_iter()
        .find(|c| condition_labels(*c).contains(&said))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// The words of a condition's labels.
pub(super) fn condition_labels(condition: Condition) -> &'static [Vec<String>] {
    static LABELS: LazyLock<[Vec<Vec<String>>; 5]> = LazyLock::new(|| {
        Condition::ALL.map(|condition| {
            let more: &[&str] = match condition {
                Condition::VeryGood => &[
                    "very good condition",
                    "sehr guter Zustand",
                    "ottime condizioni",
                ],
                Condition::Good => &["good condition", "guter Zustand", "buone condizioni"],
                Condition::Satisfactory => &["état satisfaisant", "discrete condizioni"],
                Condition::NewWithTags | Condition::NewWithoutTags => &[],
            };
            let labels = Language::ALL.map(|language| condition.label(language));
            let all = labels.into_iter().chain(more.iter().copied());
            all.map(folded_words).collect()
        })
    });
    &LABELS[condition as usize]
}

/// The words before the dash while they are told apart.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
    pub(super) roles: Vec<Role>,
}

impl Reading<'_> {
    pub(super) fn mark(&mut self, at: usize, count: usize, role: Role) {
        for r in self.roles.iter_mut().skip(at).take(count) {
            *r = role;
        }
    }

    pub(super) fn is_free(&self, at: usize, count: usize) -> bool {
        self.roles.len() >= at + count
            && self.roles[at..at + count].iter().all(|r| *r == Role::Other)
    }

    fn first(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|r| *r == role)
    }

    pub(super) fn found(&self, at: usize, count: usize) -> Found {
        let end = (at + count).min(self.words.len()) - 1;
        Found::at(self.text, self.words[at].start, self.words[end].end)
    }

    /// The sign right before and after a word.
    pub(super) fn around(&self, at: usize) -> (Option<char>, Option<char>) {
        let word = &self.words[at];
        (
            self.text[..word.start].chars().next_back(),
            self.text[word.end..].chars().next(),
        )
    }
}

fn read_left(
    subject: &Subject<'_>,
    left: &str,
    problems: &mut Vec<TitleProblem>,
) -> Vec<(Word, Role)> {
    let words = words(left);
    let mut reading = Reading {
        text: left,
        roles: vec![Role::Other; words.len()],
        words,
    };
    let category = CategoryWords::of(subject);
    read_noun(&mut reading, &category, problems);
    read_brand(&mut reading, subject);
    read_size(&mut reading, subject);
    read_colours(&mut reading, subject, problems);
    read_rest(&mut reading, subject, &category, problems);
    let order: Vec<usize> = [Role::Colour, Role::Brand, Role::Size]
        .into_iter()
        .filter_map(|role| reading.first(role))
        .collect();
    if !order.is_sorted() {
        problems.push(TitleProblem::Order);
    }
    read_signs(&reading, subject, problems);
    reading.words.into_iter().zip(reading.roles).collect()
}

fn read_brand(reading: &mut Reading<'_>, subject: &Subject<'_>) {
    let spellings: Vec<Vec<String>> = match &subject.draft.brand {
        Some(Brand::Named(name)) => vec![folded_words(name)],
        Some(Brand::None) => Brand::NONE_LABELS.iter().map(|l| folded_words(l)).collect(),
        None => Vec::new(),
    };
    for brand in spellings {
        let mut from = 0;
        while let Some(at) = find(&reading.words, &brand, from) {
            if reading.is_free(at, brand.len()) {
                reading.mark(at, brand.len(), Role::Brand);
            }
            from = at + 1;
        }
    }
}

fn read_colours(
    reading: &mut Reading<'_>,
    subject: &Subject<'_>,
    problems: &mut Vec<TitleProblem>,
) {
    let drafts = &subject.draft.colors;
    let own_ids: Vec<u32> = drafts
        .iter()
        .filter_map(|c| crate::vocabulary::colour(c))
        .map(|c| c.id)
        .collect();
    // A colour that is none of the site's is known by its own words.
    let own_words: Vec<Vec<String>> = drafts
        .iter()
        .map(|c| folded_words(c))
        .filter(|w| !w.is_empty())
        .collect();
    let mut first: Option<(Found, bool)> = None;
    let mut at = 0;
    while at < reading.words.len() {
        let mut count = 0;
        let mut own = false;
        let known = colour_spellings()
            .get(&reading.words[at].folded)
            .map_or(&[][..], Vec::as_slice);
        for spelling in known {
            let length = spelling.words.len();
            if starts_at(&reading.words, &spelling.words, at) && reading.is_free(at, length) {
                count = count.max(length);
                own |= spelling.ids.iter().any(|id| own_ids.contains(id));
            }
        }
        for typed in &own_words {
            if starts_at(&reading.words, typed, at) && reading.is_free(at, typed.len()) {
                count = count.max(typed.len());
                own = true;
            }
        }
        if count == 0 {
            at += 1;
            continue;
        }
        if first.is_none() {
            first = Some((reading.found(at, count), own));
        }
        reading.mark(at, count, Role::Colour);
        at += count;
    }
    let expected = || drafts.clone();
    match first {
        None => problems.push(TitleProblem::NoColour {
            expected: expected(),
        }),
        Some((found, false)) if !drafts.is_empty() => {
            problems.push(TitleProblem::OtherColour {
                found,
                expected: expected(),
            });
        }
        Some(_) => {}
    }
}

/// What is left: descriptions, the model after the brand, sizes and names that are not the draft's.
fn read_rest(
    reading: &mut Reading<'_>,
    subject: &Subject<'_>,
    category: &CategoryWords,
    problems: &mut Vec<TitleProblem>,
) {
    let materials: HashSet<String> = subject
        .draft
        .materials
        .iter()
        .flat_map(|m| stems(m))
        .collect();
    let brand = reading.first(Role::Brand);
    let mut last_name: Option<(usize, usize)> = None;
    for at in 0..reading.words.len() {
        if reading.roles[at] != Role::Other {
            continue;
        }
        let stem = stem(&reading.words[at].folded);
        let listed = descriptors().contains(&stem)
            || category.stems.contains(&stem)
            || materials.contains(&stem);
        let start = reading.text[reading.words[at].start..].chars().next();
        let plain = start.is_some_and(char::is_lowercase);
        if looks_like_size(reading, at) && !category.stems.contains(&stem) {
            problems.push(TitleProblem::OtherSize {
                found: reading.found(at, 1),
            });
        } else if listed {
            reading.mark(at, 1, Role::Descriptor);
        } else if brand.is_some_and(|b| b < at) {
            reading.mark(at, 1, Role::Model);
        } else if plain || is_measure(reading, at) {
            reading.mark(at, 1, Role::Descriptor);
        } else {
            match last_name {
                Some((from, count)) if from + count == at => {
                    problems.pop();
                    last_name = Some((from, count + 1));
                }
                _ => last_name = Some((at, 1)),
            }
            if let Some((from, count)) = last_name {
                problems.push(TitleProblem::UnknownName {
                    found: reading.found(from, count),
                });
            }
        }
    }
}

/// Signs that stand in garment titles beside letters and digits. Emoji have a gate of their own.
fn read_signs(reading: &Reading<'_>, subject: &Subject<'_>, problems: &mut Vec<TitleProblem>) {
    let brand = match &subject.draft.brand {
        Some(Brand::Named(name)) => reading
            .text
            .find(name.trim())
            .map(|at| (at, name.trim().len())),
        _ => None,
    };
    for (at, c) in reading.text.char_indices() {
        let of_brand = brand.is_some_and(|(start, len)| (start..start + len).contains(&at));
        if !of_brand && (c.is_control() || FORBIDDEN.contains(c)) {
            problems.push(TitleProblem::Sign {
                found: Found::at(reading.text, at, at + c.len_utf8()),
            });
        }
    }
}

/// Signs of shouting, decoration and tags.
const FORBIDDEN: &str = "!?*~#@|_=<>{}[]\\^$€£¤—―•…★☆♥«»\u{2028}\u{2029}";

/// Stems of words that describe a garment.
fn descriptors() -> &'static HashSet<String> {
    static DESCRIPTORS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let listed = include_str!("../../data/descriptors.txt");
        let lines = listed.lines().filter(|l| !l.starts_with('#'));
        let of_materials = materials()
            .iter()
            .flat_map(|m| [m.fr.as_str(), m.en.as_str()]);
        let of_colours = colours()
            .iter()
            .flat_map(|c| [c.fr.as_str(), c.en.as_str()]);
        lines
            .chain(of_materials)
            .chain(of_colours)
            .flat_map(stems)
            .collect()
    });
    &DESCRIPTORS
}
