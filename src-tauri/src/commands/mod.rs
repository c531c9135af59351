//! The commands of the page, as Tauri calls them: each hands over to `page_commands`, which the page in a browser tab
//! asks too. Only what needs the window itself, such as a dialog, is done here.

pub(crate) mod backup;
pub(crate) mod browser;
pub(crate) mod drafts;
pub(crate) mod log;
pub(crate) mod own_model;
pub(crate) mod phone;
pub(crate) mod photos;
pub(crate) mod plans;
pub(crate) mod publish;
pub(crate) mod queue;
pub(crate) mod session;
pub(crate) mod site;
pub(crate) mod system;

/// What every command answers.
pub(crate) use page_commands::Answer;
