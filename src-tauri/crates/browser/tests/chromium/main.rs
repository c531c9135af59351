//! This crate against real headless Chromium and small pages on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
mod click;
mod contexts;
mod death;
mod frames;
mod hostile;
mod launch;
mod load;
mod network;
mod processes;
mod setup;
mod site;
mod typing;
