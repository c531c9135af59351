//! Hashtags that say what is known.

use super::words::words;
use crate::{
    draft::Brand,
    gates::{self, MAX_HASHTAGS, MIN_HASHTAGS},
    language::Language,
    title::Subject,
    words::folded_words,
};

/// Names of hashtags that say what the draft says: garment, colour, brand, for whom; at the end those
/// that are true of everything second-hand. Without `#`.
pub(crate) fn candidates(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let mut names = of_draft(subject, language);
    names.extend(words(language).hashtags.iter().cloned());
    names
}

fn of_draft(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let joined = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut names = Vec::new();
    if let Some(noun) = subject.noun() {
        let first = noun.name(language).split(' ').next();
        names.extend(first.map(|n| joined(&n.to_lowercase())));
        names.extend(subject.colour(noun, language).as_deref().map(joined));
    }
    if let Some(Brand::Named(name)) = &subject.draft.brand {
        names.push(joined(name));
    }
    let mut audiences = subject
        .leaves()
        .iter()
        .map(|leaf| subject.catalogue.audience(leaf.key));
    if let Some(first) = audiences.next().flatten()
        && audiences.all(|a| a == Some(first))
    {
        names.extend(words(language).audience.get(&first).map(|w| joined(w)));
    }
    names.retain(|name| name.chars().any(char::is_alphabetic));
    names
}

/// Hashtags for a composed text, [`MIN_HASHTAGS`] to [`MAX_HASHTAGS`], none twice, none that a gate
/// rejects. Those true of everything only fill up.
pub(super) fn chosen(subject: &Subject<'_>, language: Language) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    let mut add = |name: String, most: usize| {
        let folded = folded_words(&name);
        let new = !chosen.iter().any(|c| folded_words(c) == folded);
        let tag = format!("#{name}");
        if new && chosen.len() < most && gates::tag_holds(&tag, subject.draft) {
            chosen.push(name);
        }
    };
    for name in of_draft(subject, language) {
        add(name, MAX_HASHTAGS);
    }
    for name in &words(language).hashtags {
        add(name.clone(), MIN_HASHTAGS);
    }
    chosen
}
