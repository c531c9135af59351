//! What crosses a boundary: requests, views, events and error codes.
//!
//! The same shapes go to the window (generated TypeScript), to `studio --json` and, later, over HTTP.
//! Fields may be added, never renamed: other programs rely on them. Ids are UUIDv7 texts, times RFC 3339
//! in UTC, money integer minor units.

mod api;
mod browser;
mod code;
mod draft_rows;
mod drafts;
mod events;
mod export;
mod failure;
mod import;
mod jobs;
mod json;
mod own_log;
mod own_model;
mod phone;
mod plans;
mod publish;
mod session;
mod site;
mod suggestions;
mod system;
mod table;

pub use api::*;
pub use browser::*;
pub use code::Code;
pub use draft_rows::*;
pub use drafts::*;
pub use events::*;
pub use export::*;
pub use failure::Failure;
pub use import::*;
pub use jobs::*;
pub use json::JsonValue;
pub use own_log::*;
pub use own_model::*;
pub use phone::*;
pub use plans::*;
pub use publish::*;
pub use session::*;
pub use site::*;
pub use suggestions::*;
pub use system::*;
pub use table::*;

use chrono::{DateTime, SecondsFormat, Utc};

/// A time as it crosses the boundary: RFC 3339, UTC, whole seconds.
#[must_use]
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
