//! Better titles, from the typed one where it can be kept, else from the draft's values.

use super::{
    DASH, Subject, compose_for,
    form::{Role, condition_labels, read},
};
use crate::{
    gates::cut,
    language::Language,
    values::Condition,
    words::{Found, Word, words},
};

/// Titles to try, the one nearest to what was typed first. Whoever takes one checks it.
pub(crate) fn proposals(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let typed = subject.draft.title.trim();
    let mut proposals = Vec::new();
    if let Some(mended) = mended(subject, typed, language) {
        proposals.push(mended.clone());
        proposals.extend(shortened(subject, &mended));
    }
    proposals.extend(shortened(subject, typed));
    proposals.extend(compose_for(subject, language));
    proposals
}

/// The typed words with one proper dash and the draft's condition after it.
fn mended(subject: &Subject<'_>, title: &str, language: Language) -> Option<String> {
    let (left, said) = split_condition(title);
    let label = match (said, subject.draft.condition) {
        (Some((named, label)), wanted) if wanted.is_none_or(|w| w == named) => label.to_owned(),
        (_, Some(wanted)) => wanted.label(language).to_owned(),
        (_, None) => return None,
    };
    let left: Vec<String> = left
        .split(DASH)
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty())
        .collect();
    let left = left.join(" ");
    (!left.is_empty()).then(|| format!("{left} {DASH} {label}"))
}

/// The words before the condition, and the condition that closes the title, if one does.
fn split_condition(title: &str) -> (&str, Option<(Condition, &str)>) {
    let all = words(title);
    let ends_with = |label: &[String]| {
        all.len() >= label.len()
            && all[all.len() - label.len()..]
                .iter()
                .zip(label)
                .all(|(w, l)| w.folded == *l)
    };
    let longest = Condition::ALL
        .into_iter()
        .flat_map(|c| {
            condition_labels(c)
                .iter()
                .map(move |label| (c, label.len(), label))
        })
        .filter(|(_, _, label)| ends_with(label))
        .max_by_key(|(_, count, _)| *count);
    match longest {
        Some((condition, count, _)) => {
            let first: &Word = &all[all.len() - count];
            let label = &title[first.start..all[all.len() - 1].end];
            (
                without_joint(&title[..first.start]),
                Some((condition, label)),
            )
        }
        None => (
            without_joint(title.split(DASH).next().unwrap_or_default()),
            None,
        ),
    }
}

/// The text without the signs by which people part the condition from the rest.
fn without_joint(text: &str) -> &str {
    text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | '―' | '−' | '|' | ',' | ':' | '/' | '(')
    })
}

/// The title without descriptions from the end on, then without model, size and brand.
fn shortened(subject: &Subject<'_>, title: &str) -> Vec<String> {
    let form = read(subject, title);
    let mut pieces: Vec<Found> = Vec::new();
    let mut shorter = Vec::new();
    for role in [Role::Descriptor, Role::Model, Role::Size, Role::Brand] {
        for run in runs(&form.words, role).into_iter().rev() {
            pieces.push(Found::at(title, run.0, run.1));
            pieces.sort_by_key(|p| p.start);
            shorter.push(cut(title, &pieces));
        }
    }
    shorter
}

/// Stretches of neighbouring words of one role, as bytes.
fn runs(words: &[(Word, Role)], role: Role) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (word, own) in words {
        match runs.last_mut() {
            Some(last) if open && *own == role => last.1 = word.end,
            _ if *own == role => runs.push((word.start, word.end)),
            _ => {}
        }
        open = *own == role;
    }
    runs
}
