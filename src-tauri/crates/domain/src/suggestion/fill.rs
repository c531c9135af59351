//! Filling a draft from suggestions.

use chrono::{DateTime, Utc};

use super::{Source, SuggestedValue, Suggestion, is_open};
use crate::{
    catalogue::Catalogue,
    draft::Draft,
    form::Field,
    language::Language,
    price::{self, PriceRules, Sale},
    text::{self, Facts, FibreShare, Measure, Template},
    title,
};

/// Suggestions that are kept for a field, the best first.
pub const MAX_PER_FIELD: usize = 5;
/// A category that is less sure is offered, not filled in.
const SURE_CATEGORY: f32 = 0.7;
/// The same for the other fields.
const SURE: f32 = 0.5;
/// What is composed from the draft's own values is as sure as they are.
const COMPOSED: f32 = 1.0;

/// What is known of a draft's fields from before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// Fields in which the person said something, even where they emptied it.
    pub said: Vec<Field>,
    /// Suggestions from before.
    pub kept: Vec<Kept>,
    /// The draft keeps all its values: it is published, or waits to be.
    pub frozen: bool,
}

/// A suggestion beside its draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// It.
    pub suggestion: Suggestion,
    /// It was written into the draft. Whether it still stands there, the draft says.
    pub taken: bool,
}

/// What texts and prices are made of.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The tree of categories.
    pub catalogue: &'a Catalogue,
    /// The language of the texts.
    pub language: Language,
    /// For the description.
    pub template: &'a Template,
    /// For prices.
    pub prices: &'a PriceRules,
    /// The person's own sales.
    pub sales: &'a [Sale],
    /// Measures that the person typed.
    pub measures: &'a [Measure],
    /// Defects that the person typed.
    pub defects: &'a [String],
}

/// A draft with its open fields filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// It; revision and times are as they were.
    pub draft: Draft,
    /// All suggestions to keep, by field, the best first.
    pub kept: Vec<Kept>,
}

/// Fills the open fields, then prices and texts from all that the draft says by then.
///
/// A field that the person gave a value, or emptied, keeps it; so does one whose value is other than
/// what was filled in. What was filled in before gives way to what is at least as sure. Unsure values
/// and defaults are only kept beside the draft, for a click. Filling twice changes nothing more.
#[must_use]
pub fn fill(
    draft: &Draft,
    suggestions: Vec<Suggestion>,
    memory: &Memory,
    means: &Means<'_>,
    at: DateTime<Utc>,
) -> Filled {
    let mut filling = Filling {
        draft: draft.clone(),
        memory,
        kept: Vec::new(),
    };
    let mut given: Vec<Suggestion> = suggestions
        .into_iter()
        .filter(|s| s.value.is_sane(draft) && (0.0..=1.0).contains(&s.confidence))
        .collect();
    // Surest first; of equals the one that was given first.
    given.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    for field in Field::ALL {
        let (of_field, rest): (Vec<_>, Vec<_>) =
            given.into_iter().partition(|s| s.value.field() == field);
        given = rest;
        filling.settle(field, of_field);
    }
    let composed = |value: SuggestedValue, source: Source| Suggestion {
        value,
        source,
        confidence: COMPOSED,
        at,
    };
    if let Some(price) = price::suggest(&filling.draft, means.catalogue, means.prices, means.sales)
    {
        let value = SuggestedValue::Price {
            min: price.min,
            target: price.target,
            max: price.max,
        };
        let source = Source::Prices {
            reason: price.reason,
        };
        filling.renew(Field::Price, composed(value, source));
    }
    if let Some(title) = title::compose(&filling.draft, means.language, means.catalogue) {
        filling.renew(
            Field::Title,
            composed(SuggestedValue::Title { title }, Source::Template),
        );
    }
    let (composition, size_system) = filling.read();
    let facts = Facts {
        composition: &composition,
        size_system,
        measures: means.measures,
        defects: means.defects,
        ..Facts::of(&filling.draft, means.catalogue)
    };
    if let Ok(text) = text::describe(&facts, means.language, means.template) {
        let value = SuggestedValue::Description {
            description: text.text,
        };
        filling.renew(Field::Description, composed(value, Source::Template));
    }
    Filled {
        draft: filling.draft,
        kept: filling.kept,
    }
}

struct Filling<'a> {
    draft: Draft,
    memory: &'a Memory,
    kept: Vec<Kept>,
}

impl Filling<'_> {
    fn before(&self, field: Field) -> Vec<Kept> {
        let of_field = |k: &&Kept| k.suggestion.value.field() == field;
        self.memory.kept.iter().filter(of_field).cloned().collect()
    }

    /// The field may be written: nobody said anything, or what stands there was filled in.
    fn is_ours(&self, field: Field) -> bool {
        if self.memory.said.contains(&field) {
            return false;
        }
        match self.before(field).iter().find(|k| k.taken) {
            Some(taken) => taken.suggestion.value.stands_in(&self.draft),
            None => is_open(&self.draft, field),
        }
    }

    /// Chooses among new and earlier suggestions of a field, and writes the best where it may stand.
    fn settle(&mut self, field: Field, new: Vec<Suggestion>) {
        let before = self.before(field);
        if new.is_empty() {
            self.kept.extend(before);
            return;
        }
        let ours = self.is_ours(field);
        let mut all: Vec<Kept> = new
            .into_iter()
            .take(MAX_PER_FIELD)
            .map(|suggestion| Kept {
                suggestion,
                taken: false,
            })
            .collect();
        // Of what was there before only the value in the draft goes on: the rest has been looked at anew.
        let stood =
            |k: &Kept| k.taken && ours && (self.memory.frozen || !is_composed(&k.suggestion));
        let stood = before
            .iter()
            .find(|k| stood(k))
            .map(|k| k.suggestion.clone());
        if let Some(stood) = &stood
            && !all.iter().any(|k| k.suggestion.value == stood.value)
        {
            all.truncate(MAX_PER_FIELD - 1);
            all.push(Kept {
                suggestion: stood.clone(),
                taken: false,
            });
        }
        all.sort_by(|a, b| b.suggestion.confidence.total_cmp(&a.suggestion.confidence));
        let best = all.iter_mut().filter(|_| ours).find(|k| match &stood {
            Some(stood) if self.memory.frozen => k.suggestion.value == stood.value,
            _ => !self.memory.frozen && may_fill(&k.suggestion),
        });
        if let Some(best) = best {
            best.suggestion.value.put(&mut self.draft);
            best.taken = true;
        } else if ours {
            all.extend(before.into_iter().filter(|k| k.taken));
        }
        self.kept.extend(all);
    }

    /// The same for what is composed anew each time: the newest is the best.
    fn renew(&mut self, field: Field, suggestion: Suggestion) {
        if self.memory.frozen {
            return;
        }
        let of_field = |k: &Kept| k.suggestion.value.field() == field;
        // A text that somebody else wrote, such as a model, is not written over.
        let given = self
            .kept
            .iter()
            .any(|k| of_field(k) && k.taken && !is_composed(&k.suggestion));
        let ours = self.is_ours(field) && !given;
        let same = |k: &Kept| k.suggestion.value == suggestion.value;
        let known = self.kept.iter().find(|k| same(k)).cloned();
        if let Some(known) = known.filter(|k| !is_composed(&k.suggestion) && k.taken) {
            // Somebody else found the very same.
            self.kept
                .retain(|k| !of_field(k) || !is_composed(&k.suggestion) || *k == known);
            return;
        }
        let known = self.kept.iter().find(|k| same(k)).cloned();
        self.kept
            .retain(|k| !of_field(k) || !(is_composed(&k.suggestion) || same(k)));
        if ours {
            suggestion.value.put(&mut self.draft);
        }
        self.kept.push(Kept {
            // What has not changed keeps its time.
            suggestion: known.map_or(suggestion, |k| k.suggestion),
            taken: ours,
        });
    }

    /// Fibres and size system that were read with the values that stand in the draft.
    fn read(&self) -> (Vec<FibreShare>, Option<crate::size_guide::SizeSystem>) {
        let (mut composition, mut system) = (Vec::new(), None);
        let standing = self.kept.iter().map(|k| &k.suggestion.value);
        for value in standing.filter(|v| v.stands_in(&self.draft)) {
            match value {
                SuggestedValue::Material { composition: c, .. } if composition.is_empty() => {
                    composition.clone_from(c);
                }
                SuggestedValue::Size { system: s, .. } => system = system.or(*s),
                _ => {}
            }
        }
        (composition, system)
    }
}

/// Made here from the draft's other values.
fn is_composed(suggestion: &Suggestion) -> bool {
    matches!(suggestion.source, Source::Template | Source::Prices { .. })
}

/// Sure enough to be written without a click.
fn may_fill(suggestion: &Suggestion) -> bool {
    let least = match suggestion.value.field() {
        Field::Category => SURE_CATEGORY,
        _ => SURE,
    };
    suggestion.source != Source::Default && suggestion.confidence >= least
}
