//! What a person can do, one file each. Every function answers with a view or a [`contract::Failure`].

mod about;
mod accounts;
mod add_photos;
mod arrange_photos;
mod change_draft;
mod check_draft;
mod check_session;
mod doctor;
mod forget_session;
mod import_photos;
mod list_drafts;
mod log_in;
mod media;
mod prepare;
mod publish;
mod queue_add;
mod queue_control;
mod queue_work;
mod reconcile_jobs;
mod remove_draft;
mod resolve_publish;
mod session_file;
mod set_session;
mod settings;
mod settle;
mod vocabulary;

pub use import_photos::ImportRequest;
pub use prepare::PrepareRequest;
