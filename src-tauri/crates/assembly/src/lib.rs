//! Puts the parts behind the use cases: environment, data folder, logs. Used by every shell.
//!
//! The only crate that knows every part. A shell calls [`worker_if_asked`] first in `main`, reads the
//! [`Environment`], and [`assemble`]s an [`app::App`].

mod analyst;
mod archive;
mod assemble;
mod browsers;
mod came_along;
mod clock;
mod environment;
mod folder;
mod grouping;
mod leftovers;
mod logs;
mod machine;
mod messenger;
mod own_log;
mod own_model;
mod photo_files;
mod photo_pipeline;
mod practice;
mod processes;
mod secrets;
mod unpack;

use std::process::ExitCode;

pub use assemble::{Assembled, AssemblyError, Options, assemble};
pub use came_along::{built_page, sample_photos};
pub use environment::{Environment, VaultChoice};
pub use folder::DataFolder;
pub use logs::{LogGuard, keep_logs};
pub use practice::{Practice, PracticeError};

/// Decodes photos and returns, where this process was started for that.
///
/// First in `main`, before threads, logs or arguments: the child has nothing to lose and needs nothing.
#[must_use]
pub fn worker_if_asked() -> Option<ExitCode> {
    std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == images::WORKER_ARG)
        .then(images::worker_main)
}
