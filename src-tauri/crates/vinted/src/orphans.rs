//! Browsers that a dead process of this installation left behind.

use std::path::{Path, PathBuf};

/// Ends them. A folder that a living process uses is left alone.
pub(crate) async fn end(profiles_dir: &Path) {
    for profile in left_behind(profiles_dir) {
        if let Err(error) = browser::end_orphan(&profile).await {
            tracing::warn!(code = error.code(), "an orphan may still run");
        }
    }
}

/// Profile folders with Chromium's lock: in use, or left in the middle.
fn left_behind(profiles_dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(profiles_dir) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|profile| profile.join("SingletonLock").symlink_metadata().is_ok())
        .collect()
}
