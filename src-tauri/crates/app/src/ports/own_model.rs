//! A vision model of the person's own: the server that answers, and what is kept of asking it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Recorded;

/// How far a photo travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelPlace {
    /// It stays on this machine.
    ThisMachine,
    /// Into the local network.
    LocalNetwork,
    /// Anywhere.
    Elsewhere,
}

/// An address that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelAddress {
    /// In one spelling: consent and answers are kept under it.
    pub text: String,
    /// Host and port, for a person.
    pub host: String,
    /// How far a photo travels.
    pub place: ModelPlace,
    /// What is sent travels unreadable for others.
    pub encrypted: bool,
}

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct ModelAccess {
    /// [`ModelAddress::text`].
    pub address: String,
    /// The model's name there.
    pub model: String,
    /// Its key, where it needs one.
    pub key: Option<SecretString>,
}

/// What to ask. Not printed: photos and texts are the person's.
#[derive(Clone)]
pub struct ModelQuestion {
    /// What the model is to do.
    pub instructions: String,
    /// The question.
    pub text: String,
    /// JPEGs, at most 25.
    pub photos: Vec<Vec<u8>>,
    /// JSON schema of the answer.
    pub schema: Value,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

/// What a call used, as the server counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelTokens {
    /// Asked, photos included.
    pub question: u32,
    /// Answered.
    pub answer: u32,
}

/// An object of which nothing is known yet but that it is JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelAnswer {
    /// It.
    pub json: Map<String, Value>,
    /// What it used, where the server says so.
    pub tokens: Option<ModelTokens>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModelAnswer {
    /// Not reached, cut off, or too slow.
    Unreachable,
    /// It sends to another address.
    Redirected,
    /// The key is not taken, or cannot be sent.
    KeyRefused,
    /// No such model or address.
    NotThere,
    /// It asks to wait.
    Busy {
        /// Seconds, where it says so.
        retry_after: Option<u64>,
    },
    /// An error of its own, by status.
    Fault(u16),
    /// It refused the question, by status.
    Rejected(u16),
    /// The model will not answer this.
    Refused,
    /// The answer was cut at the bound on its length.
    Cut,
    /// The answer cannot be read.
    Unreadable,
    /// The person stopped it.
    Cancelled,
}

/// Why there is no answer, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ModelStop {
    /// Why.
    pub why: NoModelAnswer,
    /// In words; nothing of what the server said.
    pub sentence: String,
    /// What is to be counted.
    pub charge: Charge,
}

/// What a call without an answer costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// Surely nothing.
    Nothing,
    /// What the server counts.
    Counted(ModelTokens),
    /// Not known: the estimate stays.
    Unknown,
}

/// Servers of vision models.
#[async_trait]
pub trait VisionModels: Send + Sync {
    /// Understands an address as a person typed it.
    ///
    /// # Errors
    /// What it would have to be, as a phrase.
    fn address(&self, typed: &str) -> Result<ModelAddress, String>;

    /// Asks once, within fixed bounds on time and size; asks again only what was surely not worked on.
    ///
    /// # Errors
    /// See [`ModelStop`].
    async fn ask(
        &self,
        access: &ModelAccess,
        question: &ModelQuestion,
        cancel: &CancellationToken,
    ) -> Result<ModelAnswer, ModelStop>;
}

/// A question that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCall {
    /// Identifier.
    pub id: Uuid,
    /// Whom.
    pub address: String,
    /// Which model.
    pub model: String,
    /// Photos of the question.
    pub photos: u32,
    /// When.
    pub started_at: DateTime<Utc>,
    /// What it may cost, in millionths.
    pub estimate_micros: u64,
    /// Hash of the question, where its answer is kept, and the process that asks: nobody else asks it meanwhile.
    pub claim: Option<(String, Uuid)>,
}

/// Whether a question may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelBegun {
    /// It is noted, and may be.
    Yes,
    /// It would pass the budget; nothing was noted.
    OverBudget,
    /// A call has claimed the same question, and has not ended; nothing was noted.
    AskedElsewhere {
        /// Its process.
        by: Uuid,
    },
}

/// How a question ended.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCallEnd<'a> {
    /// Which.
    pub id: Uuid,
    /// What it cost; none: the estimate stays.
    pub cost_micros: Option<u64>,
    /// What the server counts.
    pub tokens: Option<ModelTokens>,
    /// The judged answer, with the hash of its question.
    pub answer: Option<(&'a str, &'a Value)>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What calls cost since some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelSpent {
    /// Millionths, open calls at their estimate.
    pub micros: u64,
    /// Of them, open calls.
    pub open_micros: u64,
    /// Calls.
    pub calls: u32,
    /// Photos.
    pub photos: u32,
    /// Tokens.
    pub tokens: ModelTokens,
}

/// Consent, calls and answers.
#[async_trait]
pub trait ModelRecords: Send + Sync {
    /// Since when photos may go to this address.
    async fn consent(&self, address: &str) -> Recorded<Option<DateTime<Utc>>>;

    /// Photos may go there.
    async fn give_consent(&self, address: &str, at: DateTime<Utc>) -> Recorded<()>;

    /// No photo may go there any more.
    async fn withdraw_consent(&self, address: &str) -> Recorded<()>;

    /// The answer to the question with this hash, and when it was made.
    async fn answer(&self, question: &str) -> Recorded<Option<(Value, DateTime<Utc>)>>;

    /// Notes a call before it is sent, unless it would bring what calls cost since `since` above `budget_micros`, or
    /// another one asks the same. Several processes at once never pass the budget together, and never ask the same at
    /// once.
    async fn begin_call(
        &self,
        call: &ModelCall,
        since: DateTime<Utc>,
        budget_micros: u64,
    ) -> Recorded<ModelBegun>;

    /// What this process claimed is free: it is dead.
    async fn end_claims(&self, by: Uuid) -> Recorded<()>;

    /// Notes how a call ended, and keeps its answer in the same step.
    async fn end_call(&self, end: ModelCallEnd<'_>) -> Recorded<()>;

    /// What calls cost since then.
    async fn spent(&self, since: DateTime<Utc>) -> Recorded<ModelSpent>;

    /// The most tokens that a photo of a question to this model took so far; none where no call was counted.
    async fn tokens_per_photo(&self, address: &str, model: &str) -> Recorded<Option<u32>>;
}
