//! Giving files to the page.
use super::click::{ACTION_BOUND, PAUSE};
use super::script::document_gone;
use super::{Locator, Page};
use crate::BrowserError;
use crate::connection::CALL_BOUND;
use chromiumoxide_cdp::cdp::browser_protocol::dom::SetFileInputFilesParams;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// Checking and taking over the files; a disk may have to wake up.
const FILES_BOUND: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Input {
    file: bool,
    multiple: bool,
    disabled: bool,
}

impl Page {
    /// Gives the files to a file input (also a hidden one), replacing what it held; waits for the
    /// input at most 10 s. Every file is checked first: there, a file, not empty, readable.
    /// Chromium itself says nothing about a file that it cannot read. The page's own upload must be
    /// watched by the caller.
    ///
    /// # Errors
    /// `File`, `ElementNotFound`, `Disabled`.
    pub async fn set_files(
        &self,
        target: impl Into<Locator>,
        files: &[PathBuf],
    ) -> Result<(), BrowserError> {
        let target = target.into();
        self.pause(PAUSE).await?;
        let list = files.to_vec();
        let check = async {
            tokio::task::spawn_blocking(move || list.iter().map(|file| checked(file)).collect())
                .await
                .map_err(|error| BrowserError::Io {
                    what: "checking the files".to_owned(),
                    reason: error.to_string(),
                })?
        };
        let paths: Vec<String> = self
            .bounded("checking the files", FILES_BOUND, check)
            .await?;
        let end = Instant::now() + ACTION_BOUND;
        let input = loop {
            match self.element(&target).await {
                Ok(Some(input)) => break input,
                Ok(None) => {}
                Err(error) if document_gone(&error) => {}
                Err(error) => return Err(error),
            }
            if Self::left(end).is_zero() {
                return Err(BrowserError::ElementNotFound {
                    what: target.to_string(),
                });
            }
            self.wait_a_little().await?;
        };
        let kind: Input = self
            .call_on(
                &input,
                "function () { return { file: this.type === 'file', multiple: !!this.multiple, \
                 disabled: !!this.disabled }; }",
            )
            .await?;
        if !kind.file || (files.len() > 1 && !kind.multiple) {
            return Err(BrowserError::Script {
                message: format!(
                    "{target} takes {}",
                    if kind.file { "one file" } else { "none" }
                ),
            });
        }
        if kind.disabled {
            return Err(BrowserError::Disabled {
                what: target.to_string(),
            });
        }
        let set = SetFileInputFilesParams {
            object_id: Some(input.id.clone().into()),
            ..SetFileInputFilesParams::new(paths)
        };
        self.call(&set, CALL_BOUND).await?;
        failpoint::reached("browser.files_given");
        Ok(())
    }
}

/// The absolute path of a file that can be read now.
fn checked(file: &Path) -> Result<String, BrowserError> {
    let refuse = |reason: &str| BrowserError::File {
        path: file.to_owned(),
        reason: reason.to_owned(),
    };
    let absolute = std::path::absolute(file).map_err(|error| refuse(&error.to_string()))?;
    let facts = fs_err::metadata(&absolute).map_err(|error| refuse(&error.to_string()))?;
    if !facts.is_file() {
        return Err(refuse("not a file"));
    }
    if facts.len() == 0 {
        return Err(refuse("empty"));
    }
    fs_err::File::open(&absolute).map_err(|error| refuse(&error.to_string()))?;
    // The protocol is JSON, which has no place for other paths.
    absolute
        .to_str()
        .map(str::to_owned)
        .ok_or_else(|| refuse("its name is not Unicode"))
}
