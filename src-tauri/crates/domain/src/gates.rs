//! Quality gates: what a draft needs before it may be published unattended.
//!
//! Every gate is a pure rule with a stable code. [`check`] looks at all of them; [`site_refusals`]
//! names those without which the site takes no listing. A [`Repair`] is on offer only where, tried
//! out, it makes its gate hold and no other gate fail that held before.

mod cut;
mod description;
mod emoji;
mod hashtags;
mod phrases;
mod proposals;
mod repair;
mod report;
mod rewrite;

use unicode_segmentation::UnicodeSegmentation;

pub use crate::words::Found;
pub(crate) use cut::{capitalised, cut};
pub(crate) use description::{MIN_LINES, factual_lines};
pub(crate) use hashtags::{MAX as MAX_HASHTAGS, MIN as MIN_HASHTAGS};
pub use proposals::{Proposal, Sources, Why, proposals};
pub use repair::{Repair, apply};
pub use report::{Detail, Gate, GateLine, GateReport, Weight};

use crate::{
    catalogue::{Catalogue, Resolution},
    draft::{Draft, MAX_COLORS, MAX_MATERIALS, MAX_SITE_PHOTOS, Size},
    form::Field,
    language::Language,
    title::{self, MAX_TITLE, Subject},
    vocabulary,
};

/// What the gates need to know beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct GateContext<'a> {
    /// The tree in which the draft's category is looked up.
    pub catalogue: &'a Catalogue,
    /// The language in which repairs are written.
    pub language: Language,
}

/// Names this state of the rules, code and data: a verdict that another state gave may be wrong.
pub const RULES: &str = env!("STUDIO_RULES");

/// Drafts with more text than this get no proposals: trying them out costs several looks at the whole draft.
const MAX_REPAIRED_BYTES: usize = 20_000;

/// Looks at every gate, and proposes repairs for those that fail.
#[must_use]
pub fn check(draft: &Draft, context: &GateContext<'_>) -> GateReport {
    let category = resolve(draft, context);
    let subject = Subject {
        draft,
        catalogue: context.catalogue,
        category: &category,
    };
    let mut lines = look(&subject);
    if typed_bytes(draft) <= MAX_REPAIRED_BYTES {
        for at in 0..lines.len() {
            if !lines[at].ok {
                lines[at].repair = repair::certain(&subject, context.language, &lines, at);
            }
        }
    }
    GateReport::from_lines(lines)
}

fn typed_bytes(draft: &Draft) -> usize {
    let brand = draft.brand.as_ref().map_or(0, |b| b.as_text().len());
    let category = draft.category.as_ref().map_or(0, String::len);
    let lists = draft.colors.iter().chain(&draft.materials).map(String::len);
    draft.title.len()
        + draft.description.len()
        + draft.size.as_text().len()
        + brand
        + category
        + lists.sum::<usize>()
}

/// The same without repairs: for lists of drafts, at a tenth of the cost.
#[must_use]
pub fn judge(draft: &Draft, context: &GateContext<'_>) -> GateReport {
    let category = resolve(draft, context);
    let subject = Subject {
        draft,
        catalogue: context.catalogue,
        category: &category,
    };
    GateReport::from_lines(look(&subject))
}

fn resolve(draft: &Draft, context: &GateContext<'_>) -> Resolution {
    context
        .catalogue
        .resolve(draft.category.as_deref().unwrap_or_default())
}

/// The gates without which the site takes no listing, in order.
///
/// They are those of weight [`Weight::Site`]; of the three prices only the target counts here, since
/// the range never leaves the machine.
#[must_use]
pub fn site_refusals(draft: &Draft, context: &GateContext<'_>) -> Vec<Gate> {
    let mut sent = draft.clone();
    sent.price_min_cents = draft.price_target_cents;
    sent.price_max_cents = draft.price_target_cents;
    let category = resolve(draft, context);
    let subject = Subject {
        draft: &sent,
        catalogue: context.catalogue,
        category: &category,
    };
    let mut refusals: Vec<Gate> = look(&subject)
        .into_iter()
        .filter(|line| !line.ok && line.code.weight() == Weight::Site)
        .map(|line| line.code)
        .collect();
    refusals.dedup();
    refusals
}

/// The title passes every gate that looks at titles.
pub(crate) fn title_holds(subject: &Subject<'_>, title: &str) -> bool {
    let lists = phrases::lists();
    title_length(title) <= MAX_TITLE
        && title::problems(subject, title).is_empty()
        && emoji::find(title).is_empty()
        && lists.marketing.find(title, subject.draft).is_empty()
        && lists.superlatives.find(title, subject.draft).is_empty()
}

/// The gates that a description fails by its own words.
pub(crate) fn description_failures(text: &str, draft: &Draft) -> Vec<Gate> {
    let described = Draft {
        description: text.to_owned(),
        ..draft.clone()
    };
    let length = text.trim().graphemes(true).count();
    let mut failing: Vec<Gate> = description_lines(&described)
        .into_iter()
        .filter(|line| !line.ok)
        .map(|line| line.code)
        .collect();
    failing.extend(
        WORDING
            .into_iter()
            .filter(|code| !find_wording(*code, text, draft).is_empty()),
    );
    if text.trim().is_empty() {
        failing.push(Gate::MissingDescription);
    }
    if length > description::MAX_LENGTH {
        failing.push(Gate::DescriptionTooLong);
    }
    failing
}

/// A value may stand in a text: no gate on words finds anything in it, and it holds no hashtag.
pub(crate) fn value_holds(value: &str, draft: &Draft) -> bool {
    !value.chars().any(|c| c == '#' || c.is_control())
        && WORDING
            .into_iter()
            .all(|code| find_wording(code, value, draft).is_empty())
}

/// A hashtag is well formed, and no gate on words finds anything in it.
pub(crate) fn tag_holds(tag: &str, draft: &Draft) -> bool {
    hashtags::is_valid(tag)
        && WORDING
            .into_iter()
            .all(|code| find_wording(code, tag, draft).is_empty())
}

fn title_length(title: &str) -> usize {
    title.trim().graphemes(true).count()
}

/// Every gate without repairs: always the same gates in the same order.
fn look(subject: &Subject<'_>) -> Vec<GateLine> {
    let draft = subject.draft;
    let mut lines = vec![
        present(Gate::MissingPhotos, !draft.photos.is_empty()),
        present(Gate::MissingTitle, !draft.title.trim().is_empty()),
        present(
            Gate::MissingDescription,
            !draft.description.trim().is_empty(),
        ),
        present(Gate::MissingCategory, category_text(draft).is_some()),
        present(Gate::MissingBrand, draft.brand.is_some()),
        size_line(subject),
        present(Gate::MissingCondition, draft.condition.is_some()),
    ];
    lines.extend(price_lines(draft));
    lines.push(at_most(Gate::TooManyColors, draft.colors.len(), MAX_COLORS));
    lines.push(at_most(
        Gate::TooManyMaterials,
        draft.materials.len(),
        MAX_MATERIALS,
    ));
    lines.extend(title_lines(subject));
    lines.extend(description_lines(draft));
    lines.extend(wording_lines(draft));
    lines.push(at_most(
        Gate::TooManyPhotos,
        draft.photos.len(),
        MAX_SITE_PHOTOS,
    ));
    lines.push(at_most(
        Gate::DescriptionTooLong,
        draft.description.trim().graphemes(true).count(),
        description::MAX_LENGTH,
    ));
    lines.extend(category_lines(subject));
    let unknown = |names: &[String], known: fn(&str) -> bool| -> Vec<String> {
        names.iter().filter(|n| !known(n)).cloned().collect()
    };
    lines.push(names_line(
        Gate::UnknownColor,
        unknown(&draft.colors, |n| vocabulary::colour(n).is_some()),
    ));
    lines.push(names_line(
        Gate::UnknownMaterial,
        unknown(&draft.materials, |n| vocabulary::material(n).is_some()),
    ));
    lines
}

fn line(code: Gate, ok: bool, detail: Detail) -> GateLine {
    GateLine {
        code,
        ok,
        field: code.field(),
        detail,
        repair: None,
    }
}

fn present(code: Gate, ok: bool) -> GateLine {
    line(code, ok, Detail::None)
}

fn at_most(code: Gate, count: usize, max: usize) -> GateLine {
    line(code, count <= max, Detail::Count { count, min: 0, max })
}

fn names_line(code: Gate, names: Vec<String>) -> GateLine {
    line(code, names.is_empty(), Detail::Names { names })
}

fn category_text(draft: &Draft) -> Option<&str> {
    draft
        .category
        .as_deref()
        .map(str::trim)
        .filter(|c| !c.is_empty())
}

/// A size is asked for where the category is known to have sizes. Where it is not known, `prepare`
/// learns it from the form.
fn size_line(subject: &Subject<'_>) -> GateLine {
    let sized = category_text(subject.draft).and_then(|c| subject.catalogue.is_sized(c));
    let known = matches!(&subject.draft.size, Size::Label(label) if !label.trim().is_empty());
    let detail = if sized == Some(true) {
        Detail::None
    } else {
        Detail::NotApplicable
    };
    line(Gate::MissingSize, known || sized != Some(true), detail)
}

fn price_lines(draft: &Draft) -> [GateLine; 3] {
    let prices = [
        ("price_min_cents", draft.price_min_cents),
        ("price_target_cents", draft.price_target_cents),
        ("price_max_cents", draft.price_max_cents),
    ];
    let names = |wanted: &dyn Fn(Option<u32>) -> bool| -> Vec<String> {
        prices
            .iter()
            .filter(|p| wanted(p.1))
            .map(|p| p.0.to_owned())
            .collect()
    };
    let missing = names(&|p| p.is_none());
    let (min, max) = draft.currency.price_bounds();
    let outside = names(&|p| p.is_some_and(|p| !(min..=max).contains(&p)));
    let order = match prices {
        [(_, Some(low)), (_, Some(target)), (_, Some(high))] => line(
            Gate::PriceOrder,
            low <= target && target <= high,
            Detail::Prices {
                min: low,
                target,
                max: high,
            },
        ),
        _ => line(Gate::PriceOrder, true, Detail::NotApplicable),
    };
    [
        line(
            Gate::MissingPrice,
            missing.is_empty(),
            Detail::MissingPrices { fields: missing },
        ),
        order,
        line(
            Gate::PriceOutOfBounds,
            outside.is_empty(),
            Detail::Bounds {
                min,
                max,
                fields: outside,
            },
        ),
    ]
}

fn title_lines(subject: &Subject<'_>) -> [GateLine; 2] {
    let title = &subject.draft.title;
    if title.trim().is_empty() {
        return [Gate::TitleTooLong, Gate::TitleForm].map(|g| line(g, true, Detail::NotApplicable));
    }
    let count = title_length(title);
    let problems = title::problems(subject, title);
    [
        line(
            Gate::TitleTooLong,
            count <= MAX_TITLE,
            Detail::Count {
                count,
                min: 0,
                max: MAX_TITLE,
            },
        ),
        line(
            Gate::TitleForm,
            problems.is_empty(),
            Detail::TitleForm { problems },
        ),
    ]
}

fn description_lines(draft: &Draft) -> [GateLine; 2] {
    let text = &draft.description;
    if text.trim().is_empty() {
        return [Gate::DescriptionLines, Gate::HashtagsInvalid]
            .map(|g| line(g, true, Detail::NotApplicable));
    }
    let (min, max) = (description::MIN_LINES, description::MAX_LINES);
    let count = description::factual_lines(text);
    let (tags_ok, tags) = hashtags::look(text);
    [
        line(
            Gate::DescriptionLines,
            (min..=max).contains(&count),
            Detail::Count { count, min, max },
        ),
        line(Gate::HashtagsInvalid, tags_ok, tags),
    ]
}

/// The gates on words.
const WORDING: [Gate; 3] = [
    Gate::EmojiFound,
    Gate::MarketingPhrase,
    Gate::SuperlativeFound,
];

/// Emoji, marketing and superlatives, in title and description each.
fn wording_lines(draft: &Draft) -> Vec<GateLine> {
    let fields = [
        (Field::Title, &draft.title),
        (Field::Description, &draft.description),
    ];
    WORDING
        .into_iter()
        .flat_map(|code| fields.map(|(field, text)| (code, field, text)))
        .map(|(code, field, text)| {
            let words = find_wording(code, text, draft);
            GateLine {
                field,
                ..line(code, words.is_empty(), Detail::Words { words })
            }
        })
        .collect()
}

/// What a gate on words finds in a text; nothing for other gates.
fn find_wording(code: Gate, text: &str, draft: &Draft) -> Vec<Found> {
    match code {
        Gate::EmojiFound => emoji::find(text),
        Gate::MarketingPhrase => phrases::lists().marketing.find(text, draft),
        Gate::SuperlativeFound => phrases::lists().superlatives.find(text, draft),
        _ => Vec::new(),
    }
}

fn category_lines(subject: &Subject<'_>) -> [GateLine; 2] {
    let given = category_text(subject.draft).is_some();
    let unknown = given && *subject.category == Resolution::None;
    let paths: Vec<String> = match subject.category {
        Resolution::Several(leaves) => leaves.iter().map(|l| l.path.clone()).collect(),
        _ => Vec::new(),
    };
    [
        line(Gate::UnknownCategory, !unknown, Detail::None),
        line(
            Gate::AmbiguousCategory,
            paths.is_empty(),
            Detail::Candidates { paths },
        ),
    ]
}

#[cfg(test)]
mod tests;
