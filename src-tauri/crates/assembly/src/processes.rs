//! Which processes work on the data folder, and whose turn it is on the site.

use std::{path::PathBuf, time::Duration};

use app::ports::{Processes, Turn};
use async_trait::async_trait;
use queue::Queue;
use uuid::Uuid;

use crate::leftovers::InUse;

/// How long one waits for another window or command to be done with the site.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub(crate) struct OfThisFolder {
    pub(crate) queue: Queue,
    pub(crate) turn_file: PathBuf,
    /// Held as long as the app lives.
    pub(crate) _in_use: InUse,
}

impl OfThisFolder {
    fn wanted_file(&self) -> PathBuf {
        self.turn_file.with_extension("wanted")
    }
}

/// Says that somebody waits, as long as it lives. One left by a dead process only closes kept pages early.
struct Wish(PathBuf);

impl Wish {
    fn make(path: PathBuf) -> Option<Self> {
        fs_err::write(&path, b"").ok().map(|()| Self(path))
    }
}

impl Drop for Wish {
    fn drop(&mut self) {
        if let Err(error) = fs_err::remove_file(&self.0) {
            tracing::debug!(%error, "the wish for a turn was taken back by somebody else");
        }
    }
}

#[async_trait]
impl Processes for OfThisFolder {
    async fn site_turn(&self) -> Option<Turn> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let file = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.turn_file)
            .inspect_err(|error| tracing::error!(%error, "the turn on the site cannot be taken"))
            .ok()?;
        let mut wish = None;
        // The system frees the lock when the process ends, however it ends.
        while file.file().try_lock().is_err() {
            if tokio::time::Instant::now() > deadline {
                return None;
            }
            if wish.is_none() {
                wish = Wish::make(self.wanted_file());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Some(Box::new(file))
    }

    fn turn_wanted(&self) -> bool {
        self.wanted_file().exists()
    }

    fn alive(&self, boot_id: Uuid) -> bool {
        self.queue.is_alive(boot_id)
    }
}
