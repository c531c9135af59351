//! The app's own log, for who looks for what happened.

use contract::{Failure, LogPage, LogQuery};

use crate::{App, fail};

impl App {
    /// Lines of the log that fit, oldest first.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn own_log(&self, query: &LogQuery) -> Result<LogPage, Failure> {
        self.parts
            .own_log
            .read(query)
            .await
            .map_err(fail::disk("reading the log"))
    }
}
