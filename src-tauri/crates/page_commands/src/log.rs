//! The app's own log, and the report of a problem.

use contract::{LogPage, LogQuery, ProblemReport};

use crate::{Answer, Engine};

/// Lines of the log that fit, oldest first; `after` asks for what was written since.
pub async fn own_log(engine: &Engine, query: LogQuery) -> Answer<LogPage> {
    engine.app.own_log(&query).await
}

/// What helps to find a fault, without secrets; nothing is sent or saved.
pub async fn problem_report(engine: &Engine) -> Answer<ProblemReport> {
    engine.app.problem_report().await
}
