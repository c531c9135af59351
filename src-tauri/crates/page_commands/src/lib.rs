//! What the page may ask, whichever shell shows it: one function a command, over the use cases of `app`.
//!
//! The window calls the functions from its Tauri commands, which give the page its types; over HTTP `answer` calls the
//! same functions by name, with arguments of the same types. So there is one implementation of a command, and none of
//! its shells can answer otherwise. What only a window can do is in [`WINDOW_ONLY`].

mod browser;
mod by_name;
mod drafts;
mod engine;
mod files;
mod log;
mod own_model;
mod phone;
mod photos;
mod plans;
mod publish;
mod queue;
mod session;
mod site;
mod stops;
mod system;
mod table;

pub use browser::*;
pub use by_name::{COMMANDS, WINDOW_ONLY, answer, publishes};
pub use drafts::*;
pub use engine::{Engine, event_after};
pub use files::{Files, SentFiles};
pub use log::*;
pub use own_model::*;
pub use phone::*;
pub use photos::*;
pub use plans::*;
pub use publish::*;
pub use queue::*;
pub use session::*;
pub use site::*;
pub use stops::Stops;
pub use system::*;
pub use table::*;

/// What every command answers.
pub type Answer<T> = Result<T, contract::Failure>;
