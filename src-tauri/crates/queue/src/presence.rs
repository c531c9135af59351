//! Which processes live: each holds a lock on a file of its own, which the system releases when
//! the process dies, however it dies. No clock is compared, so neither a jump of the clock nor a
//! reused process number makes a living process look dead.

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// This process among those that work on one queue.
#[derive(Debug)]
pub struct Presence {
    boot_id: Uuid,
    folder: Option<PathBuf>,
    /// Locked as long as this value lives.
    lock: Option<fs_err::File>,
}

impl Presence {
    /// Tells the other processes that share `folder` (a folder of the data folder, made if it is
    /// missing) that this one lives, under a new boot id. Removes what dead processes left there.
    ///
    /// # Errors
    /// The folder or the file cannot be made or locked.
    pub fn announce(folder: &Path) -> std::io::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let boot_id = Uuid::new_v4();
        // Locked before it has its name: nobody ever sees this file unlocked.
        let unnamed = folder.join(format!("{boot_id}.new"));
        let lock = fs_err::OpenOptions::new()
            .create_new(true)
            .write(true)
            .open(&unnamed)?;
        lock.file().try_lock().map_err(|error| match error {
            TryLockError::Error(error) => error,
            TryLockError::WouldBlock => std::io::Error::other("a new file is locked already"),
        })?;
        fs_err::rename(&unnamed, file_of(folder, boot_id))?;
        let presence = Self {
            boot_id,
            folder: Some(folder.to_owned()),
            lock: Some(lock),
        };
        presence.sweep(folder)?;
        Ok(presence)
    }

    /// The only process there is: every other boot id is dead.
    #[must_use]
    pub fn alone(boot_id: Uuid) -> Self {
        Self {
            boot_id,
            folder: None,
            lock: None,
        }
    }

    /// This process's id, new at every start.
    #[must_use]
    pub fn boot_id(&self) -> Uuid {
        self.boot_id
    }

    /// Whether the process with this boot id lives. What cannot be found out counts as alive: the
    /// job of a living process must never be taken away.
    #[must_use]
    pub fn is_alive(&self, boot_id: Uuid) -> bool {
        if boot_id == self.boot_id {
            return true;
        }
        match &self.folder {
            None => false,
            Some(folder) => is_held(&file_of(folder, boot_id)),
        }
    }

    fn sweep(&self, folder: &Path) -> std::io::Result<()> {
        for entry in fs_err::read_dir(folder)? {
            let path = entry?.path();
            let boot_id = path
                .extension()
                .filter(|extension| *extension == "alive")
                .and(path.file_stem())
                .and_then(|stem| stem.to_str())
                .and_then(|stem| Uuid::parse_str(stem).ok());
            if boot_id.is_some_and(|boot_id| !self.is_alive(boot_id))
                && let Err(error) = fs_err::remove_file(&path)
                && error.kind() != ErrorKind::NotFound
            {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl From<Uuid> for Presence {
    fn from(boot_id: Uuid) -> Self {
        Self::alone(boot_id)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let (Some(folder), Some(lock)) = (&self.folder, self.lock.take()) {
            // What stays is unlocked, thus dead, and swept by the next start.
            let _ = fs_err::remove_file(file_of(folder, self.boot_id));
            drop(lock);
        }
    }
}

fn file_of(folder: &Path, boot_id: Uuid) -> PathBuf {
    folder.join(format!("{boot_id}.alive"))
}

fn is_held(path: &Path) -> bool {
    let file = match fs_err::File::open(path) {
        Ok(file) => file,
        Err(error) => return error.kind() != ErrorKind::NotFound,
    };
    // Shared, so that two processes that look at the same time do not take each other for it.
    match file.file().try_lock_shared() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, path = %path.display(), "cannot tell whether a process lives");
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_alive_until_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let ours = Presence::announce(folder.path()).unwrap();
        let other = Presence::announce(folder.path()).unwrap();
        let other_id = other.boot_id();
        assert_ne!(ours.boot_id(), other_id);
        assert!(ours.is_alive(other_id), "it lives");
        assert!(
            other.is_alive(ours.boot_id()),
            "a later start must not sweep a living one"
        );
        drop(other);
        assert!(!ours.is_alive(other_id), "it ended");
        assert!(ours.is_alive(ours.boot_id()), "this one lives");
        assert!(!ours.is_alive(Uuid::new_v4()), "one that never was is dead");
    }

    #[test]
    fn a_start_sweeps_what_dead_processes_left() {
        let folder = tempfile::tempdir().unwrap();
        let dead = file_of(folder.path(), Uuid::new_v4());
        fs_err::write(&dead, b"").unwrap();
        let stranger = folder.path().join("notes.alive");
        fs_err::write(&stranger, b"").unwrap();
        let ours = Presence::announce(folder.path()).unwrap();
        assert!(!dead.exists(), "a dead process's file stayed");
        assert!(stranger.exists(), "a file that is not ours was removed");
        assert!(file_of(folder.path(), ours.boot_id()).exists());
    }
}
