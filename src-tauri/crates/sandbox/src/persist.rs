//! The state file: written whole after every change, so that what was answered survives a restart.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use fs_err as fs;

use crate::error::SandboxError;
use crate::state::{Market, State};
use crate::switches::Switches;

pub(crate) struct StateFile {
    path: PathBuf,
    /// One writer at a time: the last state written is the newest.
    writing: tokio::sync::Mutex<()>,
}

impl StateFile {
    /// Opens the file, or begins an empty state where there is none yet.
    pub(crate) fn open(path: &Path, switches: Switches) -> Result<(Self, State), SandboxError> {
        let file = Self {
            path: path.to_owned(),
            writing: tokio::sync::Mutex::new(()),
        };
        fs::create_dir_all(file.photo_folder())?;
        let state = match fs::read(path) {
            Ok(bytes) => {
                let mut state: State =
                    serde_json::from_slice(&bytes).map_err(|source| SandboxError::StateFormat {
                        path: path.to_owned(),
                        source,
                    })?;
                let calls = state.counts.publish_calls;
                state.switches = switches;
                state.publish_calls_at_set = calls;
                state
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::empty(switches),
            Err(error) => return Err(error.into()),
        };
        Ok((file, state))
    }

    fn photo_folder(&self) -> PathBuf {
        self.path.with_extension("photos")
    }

    fn photo_path(&self, sha256: &str) -> PathBuf {
        self.photo_folder().join(sha256)
    }

    /// Stores a photo's bytes under their SHA-256.
    pub(crate) async fn write_photo(&self, sha256: &str, content: Bytes) -> io::Result<()> {
        let target = self.photo_path(sha256);
        off_the_loop(move || {
            if fs::exists(&target)? {
                Ok(())
            } else {
                replace(&target, &content)
            }
        })
        .await
    }

    pub(crate) async fn read_photo(&self, sha256: &str) -> io::Result<Vec<u8>> {
        let path = self.photo_path(sha256);
        off_the_loop(move || fs::read(path)).await
    }
}

impl Market {
    /// Writes the state down where a state file is kept. To be awaited before a change is answered.
    pub(crate) async fn save(self: &Arc<Self>) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let _turn = file.writing.lock().await;
        let bytes = serde_json::to_vec(&*self.lock()).map_err(io::Error::other)?;
        let path = file.path.clone();
        off_the_loop(move || replace(&path, &bytes)).await
    }
}

async fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// The old content or the new one is there, at every moment, also after a power cut.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, path)?;
    // Windows has no way to sync a folder, and needs none.
    #[cfg(unix)]
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}
