//! Makes suggested values the person's own: one click, or one for all.

use std::collections::HashSet;

use contract::{Code, DraftChange, DraftView, Failure, SuggestionView};
use domain::{
    Draft,
    form::Field,
    suggestion::{Memory, is_open},
};
use serde_json::json;

use super::change_draft::draft_id;
use crate::{App, fail};

impl App {
    /// Takes the best suggestion of each of these fields (the contract's names) as if the person had typed it, then
    /// composes texts and prices anew where they are not the person's. Without fields: of all that are empty and in
    /// which the person said nothing, not even by emptying them, except texts and prices. A field without a suggestion
    /// stays as it is.
    ///
    /// # Errors
    /// `not_found`; `invalid_field` where none of the fields has a suggestion; `draft_changed`.
    pub async fn accept_suggestions(
        &self,
        id: &str,
        fields: &[String],
    ) -> Result<DraftView, Failure> {
        let key = draft_id(id)?;
        let reading = || fail::record("reading the draft");
        let draft = self.draft_to_change(key).await?;
        let suggestions = self.draft_suggestions(id).await?;
        let memory = self.parts.suggestions.of_draft(key).await;
        let open = open_fields(&draft, &memory.map_err(reading())?);
        let wanted = |suggestion: &SuggestionView| match fields {
            [] => {
                open.contains(suggestion.field.as_str())
                    && !matches!(
                        suggestion.source["kind"].as_str(),
                        Some("template" | "prices")
                    )
            }
            fields => fields.contains(&suggestion.field),
        };
        let mut taken: HashSet<&str> = HashSet::new();
        let mut changes: Vec<DraftChange> = Vec::new();
        // The best of a field comes first.
        for suggestion in suggestions.iter().filter(|s| wanted(s)) {
            if taken.insert(&suggestion.field) {
                changes.extend(suggestion.changes.iter().cloned());
            }
        }
        if changes.is_empty() {
            return Err(Failure::new(
                Code::InvalidField,
                "Nothing is suggested for these fields. Fill the draft from its photos first.",
            )
            .with(json!({ "fields": { "fields": "invalid_field" } })));
        }
        self.change_draft(id, None, &changes).await?;
        failpoint::reached("accept.said");
        self.fill_draft(id, Vec::new()).await
    }
}

/// The fields, by the contract's names, that are empty and in which the person said nothing.
fn open_fields(draft: &Draft, memory: &Memory) -> HashSet<&'static str> {
    Field::ALL
        .into_iter()
        .filter(|field| is_open(draft, *field) && !memory.said.contains(field))
        .map(Field::code)
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_the_person_typed_or_emptied_is_not_open() {
        let mut draft = Draft::new(Uuid::from_u128(1).into(), DateTime::UNIX_EPOCH);
        draft.colors = vec!["Rouge".to_owned()];
        let memory = Memory {
            said: vec![Field::Color, Field::Brand],
            ..Memory::default()
        };
        let open = open_fields(&draft, &memory);
        assert!(
            !open.contains(Field::Color.code()) && !open.contains(Field::Brand.code()),
            "nobody's word is replaced by all at once: {open:?}"
        );
        assert!(open.contains(Field::Category.code()), "{open:?}");
    }
}
