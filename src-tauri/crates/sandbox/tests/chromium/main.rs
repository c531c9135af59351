//! The pages' own behaviour in real headless Chromium: what a script on the page decides and HTTP cannot show.

// What a test's own steps may do, the functions that tests share may do too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod form;
mod site;
mod visit;
