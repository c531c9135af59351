//! A vision model of the person's own: where it answers, what it may cost, what it did.

use serde::{Deserialize, Serialize};

use crate::{DraftView, Failure};

/// What is set of the model. The key itself never crosses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct OwnModelView {
    /// Base of an OpenAI-compatible API; empty where none is set.
    pub address: String,
    /// Where the address comes from: `settings`, `environment`, `default` (a key in the environment, and no address) or
    /// `none`.
    pub address_from: String,
    /// Why the address that is set, or the environment's, cannot be used; then there is none.
    pub address_problem: Option<Failure>,
    /// Host and port, for a person.
    pub host: String,
    /// How far photos travel: `this_machine`, `local_network`, `elsewhere`; empty without an address.
    pub place: String,
    /// Photos and key travel unreadable for others.
    pub encrypted: bool,
    /// The model's name there; empty where none is set.
    pub model: String,
    /// `stored`, `environment`, `other_address` (the stored one belongs to another address and is not sent) or `none`.
    pub key: String,
    /// Price of a million tokens asked, in the currency of `budget_month`.
    pub price_question: Option<f64>,
    /// Price of a million tokens answered.
    pub price_answer: Option<f64>,
    /// The person allowed photos to go to this address (RFC 3339).
    pub consent_at: Option<String>,
    /// What the person allows, or would: what is sent where. English, for the command line.
    pub consent_text: String,
    /// What is missing before a photo can be sent: `address`, `model`, `price`, `consent`.
    pub lacks: Vec<String>,
    /// This month.
    pub spending: ModelSpendingView,
}

/// What the model cost in a calendar month (UTC), with what is still open counted at its estimate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ModelSpendingView {
    /// `2026-11`.
    pub month: String,
    /// In the currency of the prices.
    pub spent: f64,
    /// Of `spent`: calls whose end is not known, at their estimate.
    pub open: f64,
    /// What the month may cost.
    pub budget: f64,
    /// Calls.
    pub calls: u32,
    /// Photos sent.
    pub photos: u32,
    /// Tokens asked.
    pub question_tokens: u32,
    /// Tokens answered.
    pub answer_tokens: u32,
}

/// A tiny question without photos was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ModelTestView {
    /// The host that answered.
    pub host: String,
    /// The model.
    pub model: String,
    /// How long it took.
    pub duration_ms: u32,
    /// What it cost.
    pub cost: f64,
    /// The server counts tokens. Where it does not, calls are counted at their estimate.
    pub counts_tokens: bool,
}

/// What a run over drafts gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ModelAnalysisView {
    /// The drafts that were filled, as they are now.
    pub drafts: Vec<DraftView>,
    /// Those without an answer that can be used.
    pub failed: Vec<ModelFailureView>,
    /// Questions that were sent.
    pub asked: u32,
    /// Drafts whose answer was there already: nothing was sent or paid for them.
    pub reused: u32,
    /// What the run cost.
    pub cost: f64,
}

/// A draft that got no usable answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct ModelFailureView {
    /// The draft.
    pub draft_id: String,
    /// Why.
    pub failure: Failure,
}
