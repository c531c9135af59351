//! Use cases, one file each, over ports: the only door for the window, the command line and HTTP.
//!
//! [`App`] holds the ports; `use_cases/` holds what a person can do. No SQL, no browser, no HTTP here.

mod app;
pub mod budget;
mod fail;
mod held;
mod pairing;
mod planner;
pub mod ports;
mod redact;
mod token;
mod use_cases;
mod view;
mod wall_clock;

pub use app::{App, Parts};
pub use fail::is_full_disk;
pub use use_cases::*;
pub use view::failing_gates;
