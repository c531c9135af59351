//! What is printed: one JSON document, or lines for a person.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

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
            put(&mut io::stdout(), &document)
        } else {
            let text = text(view);
            if text.is_empty() {
                return Ok(());
            }
            put(&mut io::stdout(), &text)
        }
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
            // There is nowhere left to say that this could not be said.
            let _ = put(&mut io::stdout(), &json!({ "error": error }).to_string());
        } else {
            note(&failure.to_string());
        }
        ExitCode::FAILURE
    }
}

/// A line for the person on stderr; nobody may be reading there, and that stops nothing.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A piece of text as it is, such as a part of a log. False: the reader is gone, and more need not be written.
pub(crate) fn piece(text: &str) -> Result<bool, Failure> {
    write(&mut io::stdout(), text)
}

fn put(to: &mut impl Write, line: &str) -> Result<(), Failure> {
    write(to, &format!("{line}\n")).map(drop)
}

/// `println!` would panic where the reader has gone (`studio ... | head -1`): sessions would not be handed back.
fn write(to: &mut impl Write, text: &str) -> Result<bool, Failure> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Ok(()) => Ok(true),
        // It read what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new(
            contract::Code::StorageUnavailable,
            format!("It is done, but the answer cannot be written: {error}."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Refuses(ErrorKind);

    impl Write for Refuses {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(self.0))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_is_gone_is_no_failure_and_a_full_disk_is() {
        assert!(
            put(&mut Refuses(ErrorKind::BrokenPipe), "x").is_ok(),
            "head has read its line"
        );
        let failure = put(&mut Refuses(ErrorKind::StorageFull), "x").unwrap_err();
        assert_eq!(failure.code, contract::Code::StorageUnavailable);
        assert!(
            failure.message.starts_with("It is done"),
            "what was done is not taken back: {failure}"
        );
    }
}
