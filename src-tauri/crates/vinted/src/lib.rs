//! The marketplace: profile of hooks, page flows, parsers and the proof of an outcome.
//!
//! [`Marketplace`] implements `app`'s port over the crate `browser`. It decides nothing: it returns what it saw. A run
//! is one browser with the account's session (`visit`); the form is filled step by step (`flow`), read back, and
//! published only through the page that the filling returned (`submit`), whose answer is read from the network
//! (`lookout`) and then from the stored listing (`readback`). Where elements are found is data (`profile/vinted.toml`).

mod answers;
mod challenge;
mod check;
mod cookies;
mod filled;
mod flow;
mod held;
mod login;
mod lookout;
mod marketplace;
mod matching;
mod orphans;
mod own_items;
mod page;
pub mod profile;
mod readback;
mod stop;
mod submit;
mod visit;

#[cfg(test)]
mod bed;

pub use marketplace::{Marketplace, MarketplaceConfig};
