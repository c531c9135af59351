//! The publish protocol as a whole: the use cases over the real SQLite store, against a marketplace without pages.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod bed;
mod challenges;
mod filling;
mod fuse;
mod histories;
mod idle;
mod market;
mod model;
mod mortal;
mod page;
mod races;
mod run;
mod steps;
