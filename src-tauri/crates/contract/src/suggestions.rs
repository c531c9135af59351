//! What is proposed for a draft, and where it comes from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DraftChange, JsonValue};

/// A value that somebody other than the person proposes for a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct SuggestionView {
    /// The contract's name of the field.
    pub field: String,
    /// What `drafts set` takes to make it the draft's.
    pub changes: Vec<DraftChange>,
    /// Where it comes from: `kind` is `label` (with `photo`, `region`, `text`), `look`, `measured` (with `photo`),
    /// `model` (with `address`, `model`, `photo`, `text`), `default` (to be confirmed), `template`, `prices` (with `reason`).
    #[specta(type = JsonValue)]
    pub source: Value,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// It is what the draft says now.
    pub stands: bool,
    /// It was written into the draft without a click.
    pub filled: bool,
    /// RFC 3339.
    pub at: String,
}

/// A change that makes a gate hold, for the person to take or leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ProposalView {
    /// Code of the gate that fails without it.
    pub gate: String,
    /// The contract's name of the field that changes.
    pub field: String,
    /// The field as it is shown now.
    pub from: String,
    /// The field as it would be shown.
    pub to: String,
    /// What it rests on: `composed`, `facts_added`, `lines_joined`, `sentence_removed`, `end_removed`, `first_ones`,
    /// `nearest_name`, `one_of_several`, `in_order`, `within_bounds`, `suggested_price`, `please_confirm`.
    pub why: String,
    /// What `drafts set` takes to make it the draft's.
    pub changes: Vec<DraftChange>,
}
