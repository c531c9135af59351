//! Chromium: find, launch, contexts, robust actions. Knows nothing of a marketplace.
//!
//! A [`Browser`] is one process with one profile folder; a [`Context`] is one off-the-record
//! cookie jar in it; a [`Page`] is one tab. Every call is bounded in time, ends with
//! [`BrowserError::Crashed`] soon after the process died, and with [`BrowserError::Cancelled`]
//! when the token given to [`Page::bound_to`] fires. Nothing here hides that a program drives the
//! browser: no disguise switches, the user agent is Chromium's own.
//!
//! The protocol's types are chromiumoxide's; the transport is a pipe of our own (`connection.rs`).
//!
//! ```text
//! find() ──> Launch ──> Browser ──> new_context(cookies) ──> new_page(url) ──> goto, click, …
//! ```

mod advice;
mod browser;
mod connection;
mod context;
pub mod download;
mod error;
pub mod find;
mod launch;
mod network;
mod pace;
mod page;
mod platform;
mod targets;

pub use browser::Browser;
pub use context::{Context, Cookie, Partition, SameSite};
pub use error::{BrowserError, CrashOf};
pub use find::{Executable, Source};
pub use launch::{Launch, end_orphan};
pub use network::{
    Exchange, Forbidden, FreshConnections, Refusal, RequestSeen, ResourceKind, ResponseSeen,
    ResponseStream, UrlPattern, Watched,
};
pub use pace::Pace;
pub use page::{
    Condition, DialogKind, DialogSeen, ElementRef, FrameSeen, FrameSource, Key, Locator, Page,
    PopupSeen, Shot,
};
pub use platform::running_as_root;
pub use targets::TargetSeen;

/// Add these directives to every tracing filter, whatever the person asked for. chromiumoxide
/// writes whole messages, cookie values included, at debug level (measured with 0.9.1: 26 lines
/// per run; none at warn). Only its types are used here, which log nothing; this holds also on the
/// day when more of it is.
pub const LOG_CAP: &str = "chromiumoxide=warn,chromiumoxide_cdp=warn";
