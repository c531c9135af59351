//! The app's own log: JSON lines in a file a day, two weeks kept; on the terminal where asked for.

use std::path::Path;

use tracing_appender::{non_blocking::WorkerGuard, rolling};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Days that are kept.
const KEPT: usize = 14;

/// Logs are written as long as this lives.
pub struct LogGuard(#[expect(dead_code, reason = "held for its drop")] Option<WorkerGuard>);

/// Starts logging. `filter` is a tracing filter; `terminal` repeats warnings on stderr.
///
/// The browser protocol crate writes whole messages, cookies among them, below `warn`: it is capped whatever the
/// filter says. A log that cannot be written never stops the app: it is said once on stderr by the caller.
pub fn keep_logs(folder: &Path, filter: &str, terminal: bool) -> (LogGuard, Option<String>) {
    let capped = |filter: &str| {
        EnvFilter::try_new(format!("{filter},{}", browser::LOG_CAP))
            .unwrap_or_else(|_| EnvFilter::new(format!("info,{}", browser::LOG_CAP)))
    };
    let appender = fs_err::create_dir_all(folder)
        .map_err(|e| e.to_string())
        .and_then(|()| {
            rolling::Builder::new()
                .rotation(rolling::Rotation::DAILY)
                .filename_prefix("studio")
                .filename_suffix("jsonl")
                .max_log_files(KEPT)
                .build(folder)
                .map_err(|e| e.to_string())
        });
    let (file, guard, fault) = match appender {
        Ok(appender) => {
            let (writer, guard) = tracing_appender::non_blocking(appender);
            let layer = tracing_subscriber::fmt::layer()
                .json()
                .with_writer(writer)
                .with_filter(capped(filter));
            (Some(layer), Some(guard), None)
        }
        Err(error) => (
            None,
            None,
            Some(format!("The log cannot be written: {error}")),
        ),
    };
    let terminal = terminal.then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_target(false)
            .without_time()
            .with_filter(capped("warn"))
    });
    // A second call in one process (tests) keeps the first.
    let _ = tracing_subscriber::registry()
        .with(file)
        .with(terminal)
        .try_init();
    (LogGuard(guard), fault)
}
