//! A draft's open fields from what an analysis found out, each value with its evidence; never over what a person typed.

use contract::{DraftView, Event, Failure, ProposalView, SuggestionView};
use domain::{
    Draft, DraftId, DraftStatus, Language,
    catalogue::Catalogue,
    gates::{self, Sources},
    price::PriceRules,
    suggestion::{Means, Memory, Suggestion, fill},
    text::{self, Facts, Template},
};
use serde_json::{Value, json};

use super::change_draft::draft_id;
use crate::{App, fail, ports::RecordError, view};

/// Setting: the person's own price rules.
pub(crate) const PRICE_RULES: &str = "price_rules";
/// Setting: the person's own template of descriptions.
pub(crate) const TEMPLATE: &str = "description_template";
/// Largest price rules that are stored (bytes of JSON): room for some thousand brands.
const MAX_RULES: usize = 500_000;
/// How often a run starts again because the person typed meanwhile.
const TRIES: usize = 3;

/// What texts and prices are made of, as the person set it.
pub(crate) struct OwnMeans {
    language: Language,
    template: Template,
    prices: PriceRules,
}

impl App {
    /// Fills the open fields of a draft, and keeps every suggestion with its evidence beside it.
    ///
    /// A draft that is published, put away, or waits to be published keeps all its values: there the suggestions are
    /// only kept.
    ///
    /// # Errors
    /// `not_found`; `draft_changed` where the person types faster than this can look.
    pub async fn fill_draft(
        &self,
        id: &str,
        suggestions: Vec<Suggestion>,
    ) -> Result<DraftView, Failure> {
        let own = self.own_means().await?;
        let (_, view) = self.fill_draft_with(id, suggestions, &own).await?;
        Ok(view)
    }

    /// The same with given means; with the revision that was filled.
    pub(crate) async fn fill_draft_with(
        &self,
        id: &str,
        suggestions: Vec<Suggestion>,
        own: &OwnMeans,
    ) -> Result<(u32, DraftView), Failure> {
        let key = draft_id(id)?;
        let mut last = RecordError::Stale;
        for _ in 0..TRIES {
            match self.fill_once(key, suggestions.clone(), own).await? {
                Ok((read, draft)) => {
                    self.tell(Event::DraftChanged { id: id.to_owned() });
                    return Ok((read, self.view_of(draft).await?));
                }
                // The person typed meanwhile: what they said is looked at again.
                Err(error) => last = error,
            }
        }
        Err(fail::record("filling the draft")(last))
    }

    /// The revision that was read, and the draft after it. The inner error is a change by the person between reading
    /// and writing.
    async fn fill_once(
        &self,
        id: DraftId,
        suggestions: Vec<Suggestion>,
        own: &OwnMeans,
    ) -> Result<Result<(u32, Draft), RecordError>, Failure> {
        let reading = || fail::record("reading the draft");
        let draft = self.parts.drafts.get(id).await.map_err(reading())?;
        let records = &self.parts.suggestions;
        let mut memory: Memory = records.of_draft(id).await.map_err(reading())?;
        memory.frozen = draft.status != DraftStatus::Draft || self.is_queued(id).await?;
        let now = self.parts.clock.now();
        let filled = fill(&draft, suggestions, &memory, &own.means(), now);
        failpoint::reached("fill.worked_out");
        let mut after = filled.draft;
        let changed = after != draft;
        if changed {
            after.revision += 1;
            after.updated_at = now;
        }
        match records
            .filled(id, changed.then_some(&after), &filled.kept)
            .await
        {
            Ok(()) => {
                failpoint::reached("fill.stored");
                Ok(Ok((draft.revision, after)))
            }
            Err(RecordError::Stale) => Ok(Err(RecordError::Stale)),
            Err(error) => Err(fail::record("filling the draft")(error)),
        }
    }

    /// What is proposed for a draft, by field, the best first, with where it comes from.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn draft_suggestions(&self, id: &str) -> Result<Vec<SuggestionView>, Failure> {
        let key = draft_id(id)?;
        let reading = || fail::record("reading the suggestions");
        let draft = self.parts.drafts.get(key).await.map_err(reading())?;
        let memory = self
            .parts
            .suggestions
            .of_draft(key)
            .await
            .map_err(reading())?;
        Ok(memory
            .kept
            .iter()
            .map(|kept| SuggestionView {
                field: kept.suggestion.value.field().code().to_owned(),
                changes: view::suggested(&kept.suggestion.value),
                source: serde_json::to_value(&kept.suggestion.source).unwrap_or(Value::Null),
                confidence: f64::from(kept.suggestion.confidence),
                stands: kept.suggestion.value.stands_in(&draft),
                filled: kept.taken,
                at: contract::time(kept.suggestion.at),
            })
            .collect())
    }

    /// Changes that would make failing gates of a draft hold, where none is certain.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn draft_proposals(&self, id: &str) -> Result<Vec<ProposalView>, Failure> {
        let key = draft_id(id)?;
        let draft = self
            .parts
            .drafts
            .get(key)
            .await
            .map_err(fail::record("reading the draft"))?;
        let own = self.own_means().await?;
        let sources = Sources {
            facts: Facts::of(&draft, Catalogue::starter()),
            template: &own.template,
            prices: &own.prices,
            sales: &[],
        };
        Ok(gates::proposals(&sources, own.language)
            .into_iter()
            .map(|proposal| ProposalView {
                gate: proposal.gate.code().to_owned(),
                field: proposal.field.code().to_owned(),
                from: proposal.from,
                to: proposal.to,
                why: json!(proposal.why).as_str().unwrap_or_default().to_owned(),
                changes: view::changes(&proposal.repair),
            })
            .collect())
    }

    /// The person's rules and template, or the shipped ones; the language of the account that is used where nobody
    /// named one.
    pub(crate) async fn own_means(&self) -> Result<OwnMeans, Failure> {
        let settings = &self.parts.settings;
        let reading = || fail::record("reading the settings");
        let template = settings.get(TEMPLATE).await.map_err(reading())?;
        let prices = settings.get(PRICE_RULES).await.map_err(reading())?;
        // Several accounts and none named `main`: French, as in the practice marketplace.
        let account = self.account(None).await.ok().flatten();
        let language = account
            .and_then(|account| Language::parse(account.country().language()))
            .unwrap_or_default();
        let own = template.as_ref().and_then(Value::as_str);
        let template = own.and_then(|text| match Template::parse(text) {
            Ok(template) => Some(template),
            Err(error) => {
                tracing::warn!(%error, "the person's template cannot be read; the shipped one is used");
                None
            }
        });
        let own = prices.filter(|value| !value.is_null());
        let prices = own.and_then(|value| match PriceRules::parse(&value.to_string()) {
            Ok(rules) => Some(rules),
            Err(error) => {
                tracing::warn!(%error, "the person's price rules cannot be read; the shipped ones are used");
                None
            }
        });
        Ok(OwnMeans {
            language,
            template: template.unwrap_or_else(|| Template::shipped(language).clone()),
            prices: prices.unwrap_or_else(|| PriceRules::shipped().clone()),
        })
    }
}

/// Why a setting of this file does not take a value; none for other settings.
pub(crate) fn refusal(key: &str, value: &Value) -> Option<String> {
    match key {
        PRICE_RULES => {
            let json = value.to_string();
            if json.len() > MAX_RULES {
                return Some(format!("more than {MAX_RULES} bytes"));
            }
            PriceRules::parse(&json).err().map(|e| e.to_string())
        }
        TEMPLATE => {
            let Some(text) = value.as_str() else {
                return Some("a text".to_owned());
            };
            match Template::parse(text) {
                Ok(template) => text::check_template(&template, Language::default())
                    .err()
                    .map(|e| e.to_string()),
                Err(error) => Some(error.to_string()),
            }
        }
        _ => None,
    }
}

impl OwnMeans {
    /// The language of texts.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Texts of short facts only.
    pub(crate) fn minimal(self) -> Self {
        Self {
            template: self.template.facts_only(),
            ..self
        }
    }

    fn means(&self) -> Means<'_> {
        Means {
            catalogue: Catalogue::starter(),
            language: self.language,
            template: &self.template,
            prices: &self.prices,
            sales: &[],
            measures: &[],
            defects: &[],
        }
    }
}
