//! A vision model behind any OpenAI-compatible address: one bounded question with photos, one bounded answer.
//!
//! A general tool: it knows chat completions, not what is asked. [`Client::ask`] sends a question to exactly the
//! address that the person named, follows no redirect, uses no proxy, and takes no more of an answer than
//! [`Limits`] allow. What comes back is a JSON object that nobody has judged yet.

mod address;
mod client;
mod dialect;
mod error;
mod limits;
mod question;
mod reply;
mod resolve;

pub use address::{Address, AddressError, Place};
pub use client::{Access, Client};
pub use error::{BadAnswer, VisionError};
pub use limits::Limits;
pub use question::{MAX_PHOTOS, Question};
pub use reply::{Answer, Tokens};
