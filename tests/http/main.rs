//! The local HTTP API as a program sees it: a real server over a real data folder and the practice marketplace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on fails"
)]

mod bulk;
mod document;
mod doors;
mod examples;
mod hooks;
mod jobs;
mod listings;
mod page;
mod phone;
mod photos;
mod raw;
mod rebinding;
mod served;
mod slow;
mod transfer;
mod two_steps;
