//! The stories, one file a subject.

mod import;
mod publish;
mod queue;
mod secrets;
mod two_steps;
