//! The app's own log, as it lies on the disk.

use async_trait::async_trait;
use contract::{LogPage, LogQuery};

/// Reads the log.
#[async_trait]
pub trait OwnLog: Send + Sync {
    /// Lines that fit, oldest first. Looks at a bounded part of the log at a time.
    ///
    /// # Errors
    /// When the disk refuses; a log that is not there is empty.
    async fn read(&self, query: &LogQuery) -> std::io::Result<LogPage>;
}
