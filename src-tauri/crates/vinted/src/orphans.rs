//! Browsers that a dead process of this installation left behind.

use std::path::PathBuf;

use browser::{Browser, BrowserError, Launch};

use crate::{marketplace::MarketplaceConfig, visit};

/// Ends them. A folder that a living process uses is left alone.
///
/// A browser that starts on a profile folder ends the orphan on it first ([`Browser::launch`]), so one is started
/// where there is a trace of an orphan, and closed. On most systems a browser goes with the app anyway.
pub(crate) async fn end(config: &MarketplaceConfig) {
    let left = left_behind(config);
    if left.is_empty() {
        return;
    }
    let executable = match visit::executable(config).await {
        Ok(executable) => executable,
        Err(error) => {
            tracing::warn!(code = error.code(), "no browser to end orphans with");
            return;
        }
    };
    for profile in left {
        let mut launch = Launch::new(executable.clone(), &profile);
        launch.extra_args.clone_from(&config.extra_args);
        let ended = match Browser::launch(launch).await {
            Ok(browser) => browser.close().await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) | Err(BrowserError::ProfileInUse { .. }) => {}
            Err(error) => tracing::warn!(code = error.code(), "an orphan may still run"),
        }
    }
}

/// Profile folders with Chromium's lock: in use, or left in the middle.
fn left_behind(config: &MarketplaceConfig) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(&config.profiles_dir) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|profile| profile.join("SingletonLock").symlink_metadata().is_ok())
        .collect()
}
