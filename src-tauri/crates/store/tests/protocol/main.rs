//! The publish protocol as a whole: the use cases over the real SQLite store, against a marketplace without pages.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod bed;
mod histories;
mod market;
mod model;
mod races;
