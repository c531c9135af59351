//! The practice marketplace: a stand-in of the seller's side of the site, for people who practise and for tests.
//!
//! It serves the site's pages and JSON calls on loopback, keeps what it is sent, and has switches for the traps and
//! faults that the real site is known for. What it imitates, and how sure that is, stands where it is imitated
//! ("vinted-facts": public observations gathered in November 2026; confidence H, M or L).
//!
//! ```no_run
//! # async fn practise() -> Result<(), sandbox::SandboxError> {
//! let market = sandbox::Sandbox::start(sandbox::SandboxConfig::default()).await?;
//! let cookie = market.session_cookie(sandbox::DEMO_LOGIN);
//! // ... drive a browser to market.url() with that cookie ...
//! assert_eq!(market.created().len(), 1);
//! market.stop().await
//! # }
//! ```

// A refused request's answer is the error of many functions here; boxing it would only hide that.
#![allow(clippy::result_large_err)]

mod api;
mod assets;
mod catalogue;
mod connection;
mod control;
mod error;
mod faults;
mod listing;
mod pages;
mod persist;
mod server;
mod session;
mod state;
/// Traps and faults.
pub mod switches;

pub use error::SandboxError;
pub use listing::{Listing, ListingPhoto};
pub use server::{RunningSandbox, Sandbox, SandboxConfig};
pub use session::{DEMO_LOGIN, PASSWORD};
pub use state::Counts;
pub use switches::{Language, Switches};
