//! What is printed: one JSON document, or lines for a person.

use std::process::ExitCode;

use contract::Failure;
use serde::Serialize;
use serde_json::json;

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// The view as JSON, or what `text` says of it.
    pub(crate) fn view<T: Serialize>(
        self,
        view: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            let document = serde_json::to_string(view).map_err(|e| {
                Failure::new(
                    contract::Code::Internal,
                    format!("The answer cannot be printed: {e}."),
                )
            })?;
            println!("{document}");
        } else {
            let text = text(view);
            if !text.is_empty() {
                println!("{text}");
            }
        }
        Ok(())
    }

    /// The failure, and the exit code that goes with it.
    pub(crate) fn failure(self, failure: &Failure) -> ExitCode {
        if self.json {
            let mut error = json!({
                "code": failure.code,
                "message": failure.message,
                "details": failure.details,
            });
            if let Some(at) = &failure.retry_at {
                error["retry_at"] = json!(at);
            }
            println!("{}", json!({ "error": error }));
        } else {
            eprintln!("{failure}");
        }
        ExitCode::FAILURE
    }
}
