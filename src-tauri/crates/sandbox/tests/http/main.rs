//! The practice marketplace as a client sees it over HTTP: shapes, rules, every switch.

// What a test's own steps may do, the functions that tests share may do too.
#![allow(clippy::unwrap_used)]

mod account;
mod choices;
mod control;
mod faults;
mod guards;
mod pages;
mod publish;
mod restart;
mod seller;
