//! Which processes work on the data folder, and whose turn it is on the site.

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use app::ports::{Processes, Turn};
use async_trait::async_trait;
use queue::Queue;
use uuid::Uuid;

use crate::leftovers::InUse;

/// How long a wish counts that nobody repeats: who waits repeats it at every look, and a dead process does not.
const WISH: Duration = Duration::from_secs(2);
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
        // The system frees the lock when the process ends, however it ends.
        while file.file().try_lock().is_err() {
            if tokio::time::Instant::now() > deadline {
                return None;
            }
            // One file for all who wait: nobody takes it away from another. Something is written each time: emptying an
            // empty file need not change its time.
            let now = format!("{:?}", SystemTime::now());
            if let Err(error) = fs_err::write(self.wanted_file(), now) {
                tracing::warn!(%error, "the wish for a turn cannot be told");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Some(Box::new(file))
    }

    fn turn_wanted(&self) -> bool {
        let told = fs_err::metadata(self.wanted_file()).and_then(|file| file.modified());
        told.is_ok_and(|at| match at.elapsed() {
            Ok(ago) => ago < WISH,
            // The clock was set back meanwhile.
            Err(ahead) => ahead.duration() < WISH,
        })
    }

    fn alive(&self, boot_id: Uuid) -> bool {
        self.queue.is_alive(boot_id)
    }
}
