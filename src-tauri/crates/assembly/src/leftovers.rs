//! Files that a crash left, and pictures of forms that nobody needs any more, go once a day at a start.
//!
//! Only a process that is alone on the data folder tidies it: no other one can be between storing a photo and
//! writing its row. Whatever is younger than a day stays in any case.

use std::{
    collections::HashSet,
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use fs_err::File;
use store::Database;

use crate::folder::DataFolder;

/// Younger files stay: somebody may look for them after a crash.
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the picture of a filled form is kept; longer where its outcome is open.
const PREVIEWS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the files of a form are kept that never became photos: as long as the run over them can be gone on with.
const FORMS: Duration = Duration::from_secs(31 * 24 * 3600);
/// How long a start waits for another one that tidies.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Says that this process works on the data folder, as long as it lives; the system takes it back when the
/// process ends, however it ends.
pub(crate) struct InUse {
    _file: File,
}

/// What was removed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Removed {
    half_files: usize,
    photos: usize,
    previews: usize,
}

/// Joins those who work on the folder, and tidies it first where nobody else does.
///
/// # Errors
/// When the folder's lock cannot be had. What cannot be removed is logged and stays.
pub(crate) async fn enter(folder: &DataFolder, database: &Database) -> io::Result<InUse> {
    let running = folder.running();
    fs_err::create_dir_all(&running)?;
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(running.join("in-use.lock"))?;
    let now = SystemTime::now();
    let tidied = running.join("tidied");
    if is_due(&tidied, now) && file.file().try_lock().is_ok() {
        match tidy(folder, database, now).await {
            Ok(removed) if removed != Removed::default() => {
                tracing::info!(?removed, "removed what was left behind");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the data folder could not be tidied"),
        }
        if let Err(error) = fs_err::write(&tidied, b"") {
            tracing::warn!(%error, "the data folder will be tidied again at the next start");
        }
        file.file().unlock()?;
    }
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while let Err(refused) = file.file().try_lock_shared() {
        if let std::fs::TryLockError::Error(error) = refused {
            return Err(error);
        }
        if tokio::time::Instant::now() > deadline {
            return Err(io::Error::other(
                "another process has been tidying the data folder for a long time",
            ));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(InUse { _file: file })
}

/// Not tidied within a day; a mark from the future counts as none.
fn is_due(mark: &Path, now: SystemTime) -> bool {
    fs_err::metadata(mark)
        .and_then(|m| m.modified())
        .ok()
        .and_then(|at| now.duration_since(at).ok())
        .is_none_or(|age| age > DAY)
}

async fn tidy(
    folder: &DataFolder,
    database: &Database,
    now: SystemTime,
) -> Result<Removed, Box<dyn std::error::Error + Send + Sync>> {
    let hashes = database.photo_hashes().await?;
    let confirmations = database.confirmations_in_use(now.into()).await?;
    let folder = folder.clone();
    // Thousands of files: not on a thread that others wait for.
    let done = tokio::task::spawn_blocking(move || remove(&folder, &hashes, &confirmations, now));
    Ok(done.await??)
}

fn remove(
    folder: &DataFolder,
    hashes: &HashSet<String>,
    confirmations: &HashSet<String>,
    now: SystemTime,
) -> io::Result<Removed> {
    let mut removed = Removed::default();
    let half = |name: &str| name.starts_with(".incoming-") || name.starts_with(".probe-");
    removed.half_files += sweep(folder.root(), now, DAY, half)?;
    for shelf in fs_err::read_dir(folder.photos())? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        removed.half_files += sweep(&shelf.path(), now, DAY, half)?;
        removed.photos += sweep(&shelf.path(), now, DAY, |name| {
            let hash = name
                .strip_suffix(".thumb.jpg")
                .or_else(|| name.strip_suffix(".jpg"));
            hash.is_some_and(|hash| hash.len() == 64 && !hashes.contains(hash))
        })?;
    }
    let previews = folder.previews();
    removed.half_files += sweep(&previews, now, DAY, half)?;
    removed.previews += sweep(&previews, now, PREVIEWS, |name| {
        name.strip_suffix(".png")
            .is_some_and(|id| !confirmations.contains(id))
    })?;
    forget_forms(&folder.root().join("uploads"), now)?;
    Ok(removed)
}

/// Removes folders of forms that nobody goes on with.
fn forget_forms(uploads: &Path, now: SystemTime) -> io::Result<()> {
    let entries = match fs_err::read_dir(uploads) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let form = entry
            .file_name()
            .to_string_lossy()
            .starts_with(".incoming-");
        let age = entry.metadata()?.modified().ok();
        let age = age.and_then(|at| now.duration_since(at).ok());
        if form && entry.file_type()?.is_dir() && age.is_some_and(|age| age > FORMS) {
            fs_err::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Removes the folder's own files that `chosen` names and that are older than `age`.
fn sweep(
    folder: &Path,
    now: SystemTime,
    age: Duration,
    chosen: impl Fn(&str) -> bool,
) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() || !chosen(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let old = entry
            .metadata()?
            .modified()
            .ok()
            .and_then(|at| now.duration_since(at).ok())
            .is_some_and(|passed| passed > age);
        if old {
            fs_err::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use app::ports::Photos;
    use chrono::Utc;
    use uuid::Uuid;

    use super::*;

    struct Place {
        _temp: tempfile::TempDir,
        folder: DataFolder,
        database: Database,
    }

    impl Place {
        async fn new() -> Self {
            let temp = tempfile::tempdir().unwrap();
            let folder = DataFolder::choose(Some(temp.path().to_owned())).unwrap();
            let database = Database::open(folder.root()).await.unwrap();
            fs_err::create_dir_all(folder.photos().join("ab")).unwrap();
            fs_err::create_dir_all(folder.previews()).unwrap();
            Self {
                _temp: temp,
                folder,
                database,
            }
        }

        /// A file as old as `age`.
        fn file(&self, name: &str, age: Duration) {
            let file = File::create(self.folder.root().join(name)).unwrap();
            file.file().set_modified(SystemTime::now() - age).unwrap();
        }

        fn has(&self, name: &str) -> bool {
            self.folder.root().join(name).exists()
        }
    }

    const OLD: Duration = Duration::from_secs(25 * 3600);
    const VERY_OLD: Duration = Duration::from_secs(8 * 24 * 3600);
    const YOUNG: Duration = Duration::from_secs(23 * 3600);

    #[tokio::test]
    async fn only_what_nobody_needs_goes() {
        let place = Place::new().await;
        let kept = format!("ab{}", "0".repeat(62));
        let orphan = format!("ab{}", "1".repeat(62));
        let young = format!("ab{}", "2".repeat(62));
        let photo = domain::Photo {
            id: Uuid::from_u128(7).into(),
            sha256: kept.clone(),
            filename: "IMG_1.JPG".into(),
            width: 4,
            height: 3,
            phash: 0,
            captured_at: None,
            camera: None,
            orientation: 1,
            edited: None,
            created_at: Utc::now(),
        };
        place.database.insert_once(&photo).await.unwrap();
        let stays = [
            (format!("photos/ab/{kept}.jpg"), OLD),
            (format!("photos/ab/{kept}.thumb.jpg"), OLD),
            (format!("photos/ab/{young}.jpg"), YOUNG),
            ("photos/ab/.incoming-now".to_owned(), YOUNG),
            ("photos/ab/notes.txt".to_owned(), VERY_OLD),
            (format!("previews/{}.png", Uuid::from_u128(1)), OLD),
            ("installation-id".to_owned(), VERY_OLD),
        ];
        let goes = [
            (format!("photos/ab/{orphan}.jpg"), OLD),
            (format!("photos/ab/{orphan}.thumb.jpg"), OLD),
            ("photos/ab/.incoming-then".to_owned(), OLD),
            (".incoming-id".to_owned(), OLD),
            ("previews/.incoming-form".to_owned(), OLD),
            (format!("previews/{}.png", Uuid::from_u128(2)), VERY_OLD),
        ];
        for (name, age) in stays.iter().chain(&goes) {
            place.file(name, *age);
        }
        let _here = enter(&place.folder, &place.database).await.unwrap();
        for (name, _) in &stays {
            assert!(place.has(name), "{name} is needed, or young, or not ours");
        }
        for (name, _) in &goes {
            assert!(!place.has(name), "{name} is a leftover");
        }
    }

    #[tokio::test]
    async fn nothing_goes_while_somebody_else_works_on_the_folder() {
        let place = Place::new().await;
        let first = enter(&place.folder, &place.database).await.unwrap();
        place.file(".incoming-x", OLD);
        place.file("running/tidied", OLD);
        let second = enter(&place.folder, &place.database).await.unwrap();
        assert!(
            place.has(".incoming-x"),
            "the first may be about to name it"
        );
        drop((first, second));
        let _third = enter(&place.folder, &place.database).await.unwrap();
        assert!(!place.has(".incoming-x"), "alone, it is tidied");
        place.file(".incoming-y", OLD);
        drop(_third);
        let _fourth = enter(&place.folder, &place.database).await.unwrap();
        assert!(place.has(".incoming-y"), "once a day is enough");
    }
}
