//! The stories, one file a subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a story that cannot go on fails"
)]

mod analysis;
mod browser;
mod import;
mod own_model;
mod publish;
mod queue;
mod secrets;
mod two_steps;
