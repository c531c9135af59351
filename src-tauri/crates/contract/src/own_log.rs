//! The app's own log, and the report of a problem.

use serde::{Deserialize, Serialize};

/// How much a line of the log matters, the least first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    specta::Type,
)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Every step; written only where the log's filter asks for it.
    Trace,
    /// Details for who looks for a fault.
    Debug,
    /// What happened.
    #[default]
    Info,
    /// Something went otherwise than wished, and the app went on.
    Warn,
    /// Something failed.
    Error,
}

/// Which lines of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct LogQuery {
    /// Of at least this level.
    pub level: LogLevel,
    /// With this text in the message, the part or a value, case aside; empty: all.
    pub search: String,
    /// Only lines after this cursor, oldest first; null: the newest.
    pub after: Option<String>,
    /// Only lines before this cursor.
    pub before: Option<String>,
    /// At most this many, at most 1,000; 0 means 300.
    pub limit: u32,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LogLine {
    /// Names the line; grows with time.
    pub cursor: String,
    /// RFC 3339.
    pub at: String,
    /// How much it matters.
    pub level: LogLevel,
    /// The part that wrote it, such as `app::use_cases::prepare`.
    pub target: String,
    /// The message.
    pub message: String,
    /// Further values, `name=value`.
    pub values: Vec<String>,
}

/// Lines of the log, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Older lines may fit too: ask with `before` the first cursor; null: there are none.
    pub older: Option<String>,
    /// Ask with `after` this for what is written from now on.
    pub newest: Option<String>,
}

/// What helps to find a fault, without secrets; shown before it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ProblemReport {
    /// A name for the file.
    pub name: String,
    /// The text, whole.
    pub text: String,
    /// How many secrets and personal details were taken out.
    pub taken_out: u32,
}
