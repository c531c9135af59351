//! A vision model of the person's own: any OpenAI-compatible address, asked about drafts within a budget.
//!
//! What it answers is data: bounded values in known words, offered for the draft that was asked about. It can do
//! nothing else (docs/decisions/0041).

mod analyze;
mod answer;
mod ask;
mod consent;
mod key;
mod plain;
mod question;
mod setup;
mod spending;
mod try_model;

pub use setup::ModelEnvironment;
pub(crate) use setup::{
    ADDRESS, BUDGET, KEY, MODEL, PRICE_ANSWER, PRICE_QUESTION, WHO_LOOKS, refusal,
};
