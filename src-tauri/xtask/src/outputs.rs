//! Build outputs that several clones share, as in CI: one run at a time, never stale, bounded in size.

use std::fs::TryLockError;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail};

use crate::place::Place;

/// Past this, outputs of versions long gone are most of it: a cold build costs less than the disk.
const LARGEST_BYTES: u64 = 30 << 30;
/// A cold run takes up to an hour.
const LONGEST_WAIT: Duration = Duration::from_secs(90 * 60);
/// What cargo builds from. `ui/dist` is made anew by every run.
const SOURCES: [&str; 6] = [
    "Cargo.toml",
    "icons",
    "migrations",
    "src-tauri",
    "tauri.conf.json",
    "tests",
];

/// Keeps other runs away from the outputs until it is dropped.
pub(crate) struct Claim(
    #[expect(dead_code, reason = "dropping it unlocks the file")] Option<fs_err::File>,
);

/// Waits until no other run uses the shared outputs, and makes them safe to build on. Does nothing
/// where the outputs belong to one clone.
pub(crate) fn claim(place: &Place) -> Result<Claim> {
    let Some(cache) = place.target.parent().filter(|_| place.shared_target) else {
        return Ok(Claim(None));
    };
    fs_err::create_dir_all(cache)?;
    let lock = fs_err::File::create(cache.join("target.lock"))?;
    wait_for(&lock)?;
    if size(&place.target)? > LARGEST_BYTES {
        println!(
            "{} grew past its bound and starts anew.",
            place.target.display()
        );
        fs_err::remove_dir_all(&place.target)?;
    }
    // Cargo compares the times of files, and takes a clone that is older than the last build for
    // what was built, though another clone with other content may have been.
    let now = SystemTime::now();
    for source in SOURCES {
        each_file(&place.root.join(source), &mut |file| {
            Ok(fs_err::OpenOptions::new()
                .write(true)
                .open(file)?
                .set_modified(now)?)
        })?;
    }
    Ok(Claim(Some(lock)))
}

fn wait_for(lock: &fs_err::File) -> Result<()> {
    let start = Instant::now();
    loop {
        match lock.file().try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if start.elapsed() < LONGEST_WAIT => {
                if start.elapsed() < Duration::from_secs(1) {
                    println!("Another run uses the shared build outputs: waiting for its end.");
                }
                thread::sleep(Duration::from_secs(1));
            }
            Err(TryLockError::WouldBlock) => {
                bail!("Another run has used the shared build outputs for too long.")
            }
        }
    }
}

fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    each_file(folder, &mut |file| {
        bytes += fs_err::symlink_metadata(file)?.len();
        Ok(())
    })?;
    Ok(bytes)
}

/// Calls `act` for a file, or for every file below a folder; links are not followed.
fn each_file(path: &Path, act: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let kind = fs_err::symlink_metadata(path)?.file_type();
    if kind.is_dir() {
        for entry in fs_err::read_dir(path)? {
            each_file(&entry?.path(), act)?;
        }
    } else if kind.is_file() {
        act(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path, shared: bool) -> Place {
        Place::at(folder.join("clone"), folder.join("cache/target"), shared)
    }

    #[test]
    fn a_clone_older_than_the_last_build_is_built_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path(), true);
        let source = place.root.join("src-tauri/src/lib.rs");
        fs_err::create_dir_all(source.parent().unwrap()).unwrap();
        fs_err::write(&source, "").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs_err::OpenOptions::new()
            .write(true)
            .open(&source)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
        claim(&place).unwrap();
        assert!(
            fs_err::metadata(&source).unwrap().modified().unwrap() > long_ago,
            "cargo would take another clone's outputs for this one's"
        );
    }

    #[test]
    fn two_runs_never_share_the_outputs_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path(), true);
        let first = claim(&place).unwrap();
        let other = fs_err::File::open(folder.path().join("cache/target.lock")).unwrap();
        assert!(
            matches!(other.file().try_lock(), Err(TryLockError::WouldBlock)),
            "a second run would build over the first one's files"
        );
        drop(first);
        other.file().try_lock().unwrap();
    }

    #[test]
    fn a_persons_own_outputs_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        claim(&place(folder.path(), false)).unwrap();
        assert!(
            !folder.path().join("cache").exists(),
            "nothing is shared, nothing is locked"
        );
    }

    #[test]
    fn the_size_counts_every_file_below() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("a/b")).unwrap();
        fs_err::write(folder.path().join("a/b/c"), [0; 10]).unwrap();
        fs_err::write(folder.path().join("d"), [0; 5]).unwrap();
        assert_eq!(size(folder.path()).unwrap(), 15);
        assert_eq!(size(&folder.path().join("none")).unwrap(), 0);
    }
}
