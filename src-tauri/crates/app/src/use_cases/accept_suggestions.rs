//! Makes suggested values the person's own: one click, or one for all.

use std::collections::HashSet;

use contract::{Code, DraftChange, DraftView, Failure, SuggestionView};
use serde_json::json;

use crate::App;

impl App {
    /// Takes the best suggestion of each of these fields (the contract's names) as if the person had typed it, then
    /// composes texts and prices anew where they are not the person's. Without fields: of all whose suggestion is not in
    /// the draft yet, except texts and prices. A field without a suggestion stays as it is.
    ///
    /// # Errors
    /// `not_found`; `invalid_field` where none of the fields has a suggestion; `draft_changed`.
    pub async fn accept_suggestions(
        &self,
        id: &str,
        fields: &[String],
    ) -> Result<DraftView, Failure> {
        let suggestions = self.draft_suggestions(id).await?;
        let standing: HashSet<&str> = suggestions
            .iter()
            .filter(|s| s.stands)
            .map(|s| s.field.as_str())
            .collect();
        let wanted = |suggestion: &SuggestionView| match fields {
            [] => {
                !standing.contains(suggestion.field.as_str())
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
