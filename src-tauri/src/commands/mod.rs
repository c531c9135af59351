//! The commands of the page: each hands over to one use case.

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
pub(crate) type Answer<T> = Result<T, contract::Failure>;
