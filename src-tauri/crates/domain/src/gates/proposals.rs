//! Changes on offer where no repair is certain: the person takes one with a click, or none.

use serde::{Deserialize, Serialize};

use super::{
    GateContext, MAX_REPAIRED_BYTES, Repair, apply, look, repair,
    report::{Detail, Gate, GateLine},
    resolve,
    rewrite::{facts_added, lines_joined, without_end, without_sentences},
    typed_bytes,
};
use crate::{
    brand::BrandNames,
    catalogue::{Catalogue, Leaf, Resolution, SEPARATOR},
    draft::{Brand, Draft, MAX_COLORS, MAX_MATERIALS},
    form::Field,
    language::Language,
    money::major_units,
    price::{self, PriceRules, Sale},
    text::{self, Facts, Template},
    title::Subject,
    values::Condition,
    vocabulary,
};

/// Leaves of a category that are offered one by one; more are no choice for a click.
const MAX_LEAVES: usize = 10;

/// A change that a person may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The gate that fails without it.
    pub gate: Gate,
    /// The field that changes.
    pub field: Field,
    /// The field as it is, as it is shown.
    pub from: String,
    /// The field as it would be.
    pub to: String,
    /// The change itself.
    pub repair: Repair,
    /// What it rests on.
    pub why: Why,
}

/// What a proposal rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Composed from the draft's values.
    Composed,
    /// The typed lines, with what the draft's values say beyond them.
    FactsAdded,
    /// The last lines are put together; nothing is lost.
    LinesJoined,
    /// Without the sentence in which the word stands.
    SentenceRemoved,
    /// Without the last lines.
    EndRemoved,
    /// The first of too many.
    FirstOnes,
    /// The nearest name that the site has.
    NearestName,
    /// One of several categories that fit.
    OneOfSeveral,
    /// The three prices in order.
    InOrder,
    /// The nearest price that the site takes.
    WithinBounds,
    /// From the price table or the person's own sales.
    SuggestedPrice,
    /// A common answer that only the person can confirm.
    PleaseConfirm,
}

/// What proposals are made of, beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What is known of the item.
    pub facts: Facts<'a>,
    /// For descriptions.
    pub template: &'a Template,
    /// For prices.
    pub prices: &'a PriceRules,
    /// For prices.
    pub sales: &'a [Sale],
}

/// Proposals for every gate that fails and has no certain repair, in the gates' order.
///
/// Each was tried out: its gate holds with it, and no gate fails that had something to look at and
/// held before. It may ask for more: a chosen category asks for its size.
#[must_use]
pub fn proposals(sources: &Sources<'_>, language: Language) -> Vec<Proposal> {
    let draft = sources.facts.draft;
    if typed_bytes(draft) > MAX_REPAIRED_BYTES {
        return Vec::new();
    }
    let context = GateContext {
        catalogue: sources.facts.catalogue,
        language,
    };
    let category = resolve(draft, &context);
    let subject = Subject {
        draft,
        catalogue: sources.facts.catalogue,
        category: &category,
    };
    let lines = look(&subject);
    let mut all: Vec<Proposal> = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.ok) {
        if repair::certain(&subject, language, &lines, at).is_some() {
            continue;
        }
        for (why, repair) in candidates(&subject, sources, language, line) {
            let known = all
                .iter()
                .any(|p| p.gate == line.code && p.repair == repair);
            if !known && holds(&subject, &lines, at, &repair) {
                all.push(proposal(draft, line.code, repair, why));
            }
        }
    }
    all
}

fn holds(subject: &Subject<'_>, lines: &[GateLine], at: usize, repair: &Repair) -> bool {
    let after = repair::tried_out(subject, repair);
    after.get(at).is_some_and(|line| line.ok)
        && lines
            .iter()
            .zip(&after)
            .all(|(before, after)| after.ok || !before.ok || before.detail == Detail::NotApplicable)
}

fn proposal(draft: &Draft, gate: Gate, repair: Repair, why: Why) -> Proposal {
    let field = repair.field();
    Proposal {
        gate,
        field,
        from: shown(draft, field),
        to: shown(&apply(draft, &repair), field),
        repair,
        why,
    }
}

/// A field as a person reads it.
fn shown(draft: &Draft, field: Field) -> String {
    match field {
        Field::Title => draft.title.clone(),
        Field::Description => draft.description.clone(),
        Field::Category => draft.category.clone().unwrap_or_default(),
        Field::Brand => draft
            .brand
            .as_ref()
            .map_or_else(String::new, |b| b.as_text().to_owned()),
        Field::Size => draft.size.as_text().to_owned(),
        Field::Condition => draft
            .condition
            .map_or_else(String::new, |c| c.code().to_owned()),
        Field::Color => draft.colors.join(", "),
        Field::Material => draft.materials.join(", "),
        Field::Price => [
            draft.price_min_cents,
            draft.price_target_cents,
            draft.price_max_cents,
        ]
        .map(|p| p.map_or_else(|| "–".to_owned(), |p| major_units(p, '.')))
        .join(" / "),
        Field::Photos | Field::PackageSize => String::new(),
    }
}

/// Changes worth trying, the best first.
fn candidates(
    subject: &Subject<'_>,
    sources: &Sources<'_>,
    language: Language,
    line: &GateLine,
) -> Vec<(Why, Repair)> {
    let draft = subject.draft;
    let one = |why: Why, repair: Option<Repair>| -> Vec<(Why, Repair)> {
        repair.map(|r| (why, r)).into_iter().collect()
    };
    match line.code {
        Gate::MissingDescription | Gate::HashtagsInvalid => {
            one(Why::Composed, composed(sources, language))
        }
        Gate::DescriptionLines => {
            let tags = text::hashtag_candidates(subject, language);
            let added = composed(sources, language).and_then(|repair| match repair {
                Repair::Description { description } => {
                    facts_added(&draft.description, &description, &tags)
                }
                _ => None,
            });
            let joined = lines_joined(&draft.description);
            [(Why::FactsAdded, added), (Why::LinesJoined, joined)]
                .into_iter()
                .filter_map(|(why, d)| Some((why, Repair::Description { description: d? })))
                .collect()
        }
        Gate::EmojiFound | Gate::MarketingPhrase | Gate::SuperlativeFound
            if line.field == Field::Description =>
        {
            let description = without_sentences(line.code, draft);
            let removed = Repair::Description { description };
            let mut all = vec![(Why::SentenceRemoved, removed)];
            all.extend(composed(sources, language).map(|r| (Why::Composed, r)));
            all
        }
        Gate::DescriptionTooLong => {
            let description = without_end(&draft.description);
            one(Why::EndRemoved, Some(Repair::Description { description }))
        }
        Gate::MissingBrand => {
            let brand = Brand::None;
            one(Why::PleaseConfirm, Some(Repair::Brand { brand }))
        }
        Gate::MissingCondition => [Condition::VeryGood, Condition::Good]
            .map(|condition| (Why::PleaseConfirm, Repair::Condition { condition }))
            .to_vec(),
        Gate::MissingPrice | Gate::PriceOutOfBounds | Gate::PriceOrder => {
            prices(line.code, draft, sources)
        }
        Gate::TooManyColors => {
            let colors = draft.colors.iter().take(MAX_COLORS).cloned().collect();
            one(Why::FirstOnes, Some(Repair::Colors { colors }))
        }
        Gate::TooManyMaterials => {
            let materials = draft.materials.iter().take(MAX_MATERIALS);
            let materials = materials.cloned().collect();
            one(Why::FirstOnes, Some(Repair::Materials { materials }))
        }
        Gate::AmbiguousCategory | Gate::UnknownCategory => leaves(subject)
            .into_iter()
            .map(|leaf| {
                (
                    Why::OneOfSeveral,
                    Repair::Category {
                        category: leaf.path,
                    },
                )
            })
            .collect(),
        Gate::UnknownColor => {
            let names = BrandNames::new(vocabulary::colours().iter().flat_map(|c| c.spellings()));
            let colors = nearest(&draft.colors, &names, |n| vocabulary::colour(n).is_some());
            one(Why::NearestName, Some(Repair::Colors { colors }))
        }
        Gate::UnknownMaterial => {
            let all = vocabulary::materials().iter();
            let names = BrandNames::new(all.flat_map(|m| [m.fr.as_str(), m.en.as_str()]));
            let materials = nearest(&draft.materials, &names, |n| {
                vocabulary::material(n).is_some()
            });
            one(Why::NearestName, Some(Repair::Materials { materials }))
        }
        // What only the person knows, and titles: whatever can be composed is a certain repair.
        _ => Vec::new(),
    }
}

fn composed(sources: &Sources<'_>, language: Language) -> Option<Repair> {
    let composed = text::describe(&sources.facts, language, sources.template).ok()?;
    Some(Repair::Description {
        description: composed.text,
    })
}

fn prices(code: Gate, draft: &Draft, sources: &Sources<'_>) -> Vec<(Why, Repair)> {
    let mut all = Vec::new();
    let typed = [
        draft.price_min_cents,
        draft.price_target_cents,
        draft.price_max_cents,
    ];
    if let [Some(min), Some(target), Some(max)] = typed {
        let (low, high) = draft.currency.price_bounds();
        let mut three = [min, target, max];
        let why = if code == Gate::PriceOrder {
            three.sort_unstable();
            Why::InOrder
        } else {
            three = three.map(|p| p.clamp(low, high));
            Why::WithinBounds
        };
        let [min, target, max] = three;
        all.push((why, Repair::Prices { min, target, max }));
    }
    let suggested = price::suggest(
        draft,
        sources.facts.catalogue,
        sources.prices,
        sources.sales,
    );
    all.extend(suggested.map(|s| {
        // A price that the person typed stays the one that is published.
        let target = draft.price_target_cents.unwrap_or(s.target);
        let (min, max) = (s.min.min(target), s.max.max(target));
        (Why::SuggestedPrice, Repair::Prices { min, target, max })
    }));
    all
}

/// The leaves to choose from: those that fit, else those below what of the path is known.
fn leaves(subject: &Subject<'_>) -> Vec<Leaf> {
    let few = |leaves: &[Leaf]| (leaves.len() <= MAX_LEAVES).then(|| leaves.to_vec());
    match subject.category {
        Resolution::Several(leaves) => few(leaves).unwrap_or_default(),
        _ => {
            let typed = subject.draft.category.as_deref().unwrap_or_default();
            let above = typed.rsplit_once(SEPARATOR.trim()).map(|(above, _)| above);
            above
                .and_then(|path| few(&below(subject.catalogue, path)))
                .unwrap_or_default()
        }
    }
}

fn below(catalogue: &Catalogue, path: &str) -> Vec<Leaf> {
    match catalogue.resolve(path) {
        Resolution::One(leaf) => vec![leaf],
        Resolution::Several(leaves) => leaves,
        Resolution::None => Vec::new(),
    }
}

/// The names with each unknown one replaced by the one it must mean; such a one without stays.
fn nearest(typed: &[String], names: &BrandNames<'_>, known: impl Fn(&str) -> bool) -> Vec<String> {
    typed
        .iter()
        .map(|name| match names.closest(name).name() {
            Some(meant) if !known(name) => crate::gates::capitalised(meant),
            _ => name.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
