//! A browser of one's own: Chrome for Testing, at a version and a SHA-256 that were signed off.
//!
//! ```text
//! Pin (data) ──> archive (.part, resumed) ──> hash ──> unpacked beside ──> moved into place ──> receipt
//! ```
//!
//! What is downloaded is used only if every byte is what was signed off: the archive's hash before it is
//! unpacked, and each file's hash again before it is driven ([`installed`]).
mod fetch;
mod pin;
mod receipt;
mod unpack;

pub use pin::{Build, Pin, PinError, platform};

use crate::BrowserError;
use crate::find::{self, Executable, Source};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Where Google keeps the archives; a mirror has the same paths below it.
pub const GOOGLE: &str = "https://storage.googleapis.com/chrome-for-testing-public";

/// What a download is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Bytes come.
    Fetching,
    /// The archive is hashed.
    Checking,
    /// Files are written.
    Unpacking,
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Bytes of the archive that are here.
    pub received: u64,
    /// Bytes of the whole archive.
    pub total: u64,
}

/// Told as the download goes on, at most every 100 ms; must not block.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Why there is no downloaded browser.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// No address that may be asked: https, or http on this machine.
    #[error("{0} is no address for a download: it must begin with https://")]
    Address(String),
    /// Another window or command is downloading.
    #[error("another download is under way")]
    Busy,
    /// The server cannot be reached, broke off, or went silent. What came is kept.
    #[error("the download broke off: {0}")]
    Connection(String),
    /// The server answered with an error. What came is kept.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// More or fewer bytes than were signed off.
    #[error("the archive has {found} bytes instead of {expected}")]
    Size {
        /// As signed off.
        expected: u64,
        /// As the server says, or as came.
        found: u64,
    },
    /// Other bytes than were signed off. Nothing of them was kept.
    #[error("the archive is not the one that was signed off: its SHA-256 is {found}")]
    Hash {
        /// What came.
        found: String,
    },
    /// The archive holds something that is not unpacked.
    #[error("the archive is refused: {0}")]
    Archive(String),
    /// What was unpacked is no browser of the version that was signed off.
    #[error("what was downloaded does not work: {0}")]
    NoBrowser(String),
    /// The disk.
    #[error("{what}: {source}")]
    Disk {
        /// What was tried.
        what: &'static str,
        /// The system's message.
        source: std::io::Error,
    },
    /// The person stopped it. What came is kept.
    #[error("stopped")]
    Cancelled,
}

pub(crate) fn disk(what: &'static str) -> impl Fn(std::io::Error) -> DownloadError {
    move |source| DownloadError::Disk { what, source }
}

/// Gets the build into `folder` and returns its program. A build that is there already and whole is not fetched
/// again; one that broke off goes on where it was. Older builds are removed.
///
/// `base` is [`GOOGLE`] or a mirror's address; whoever serves it, only the bytes that were signed off are used.
///
/// # Errors
/// [`DownloadError`]; the folder then holds no half-made browser, only what can be resumed.
pub async fn download(
    build: &Build,
    base: &str,
    folder: &Path,
    tell: Tell<'_>,
    cancel: &CancellationToken,
) -> Result<Executable, DownloadError> {
    let address = address(base, build)?;
    fs_err::create_dir_all(folder).map_err(disk("making the folder"))?;
    let _turn = turn(folder)?;
    clear_half_made(folder)?;
    let place = folder.join(&build.version);
    if receipt::whole(&place).await
        && let Ok(there) = working(&place, build).await
    {
        remove_others(folder, &place);
        return Ok(there);
    }

    let part = folder.join(format!("{}.part", &build.sha256[..16]));
    fetch::archive(&address, build, &part, tell, cancel).await?;
    failpoint::reached("browser.archive_fetched");
    let progress = |stage| Progress {
        stage,
        received: build.bytes,
        total: build.bytes,
    };
    tell(progress(Stage::Checking));
    // Of the file, not of the stream: what was resumed, and what the disk really holds.
    let found = blocking(cancel, {
        let part = part.clone();
        move |cancel| hash_of(&part, cancel)
    })
    .await?;
    if found != build.sha256 {
        fetch::forget(&part);
        return Err(DownloadError::Hash { found });
    }
    tell(progress(Stage::Unpacking));
    let fresh = folder.join(format!("{HALF_MADE}{}", uuid::Uuid::new_v4()));
    let unpacked = unpack_into(&part, &fresh, build, cancel).await;
    if let Err(error) = unpacked {
        remove_dir(&fresh);
        if matches!(
            error,
            DownloadError::Archive(_) | DownloadError::NoBrowser(_)
        ) {
            fetch::forget(&part);
        }
        return Err(error);
    }
    failpoint::reached("browser.archive_unpacked");
    if place.exists() {
        // Damaged, or it would have been used above.
        fs_err::remove_dir_all(&place).map_err(disk("removing a damaged browser"))?;
    }
    fs_err::rename(&fresh, &place).map_err(disk("moving the browser into place"))?;
    receipt::forget(&place);
    fetch::forget(&part);
    remove_others(folder, &place);
    working(&place, build).await
}

/// The downloaded browser's folder, if there is one and every file of it is what was unpacked. Hashes all of it
/// once per process.
pub(crate) async fn installed(folder: &Path) -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = builds_in(folder);
    // One in practice; the newest where an older one could not be removed.
    places.sort_by_key(|place| std::cmp::Reverse(numbers(place)));
    for place in places {
        if receipt::whole(&place).await {
            return Some(place);
        }
        tracing::warn!(place = %place.display(), "a downloaded browser is damaged and is not used");
    }
    None
}

const HALF_MADE: &str = ".half-made-";

fn builds_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| receipt::is_there(path))
        .collect()
}

fn numbers(place: &Path) -> Vec<u64> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    name.split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

/// https, or http on this machine; the build's path below it.
fn address(base: &str, build: &Build) -> Result<Url, DownloadError> {
    let wrong = || DownloadError::Address(base.to_owned());
    let mut url = Url::parse(base.trim()).map_err(|_| wrong())?;
    if !fetch::may_be_asked(&url) || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong());
    }
    url.path_segments_mut()
        .map_err(|()| wrong())?
        .pop_if_empty()
        .extend(build.path.split('/'));
    Ok(url)
}

/// One download per folder; the lock goes with its process.
fn turn(folder: &Path) -> Result<fs_err::File, DownloadError> {
    let lock = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("download.lock"))
        .map_err(disk("taking the download's turn"))?;
    match lock.file().try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(DownloadError::Busy),
        Err(std::fs::TryLockError::Error(error)) => Err(disk("taking the download's turn")(error)),
    }
}

/// What a killed download left.
fn clear_half_made(folder: &Path) -> Result<(), DownloadError> {
    let entries = fs_err::read_dir(folder).map_err(disk("reading the folder"))?;
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(HALF_MADE) {
            remove_dir(&entry.path());
        }
    }
    Ok(())
}

/// Builds of other versions. One that still runs cannot be removed everywhere: the next download does it.
fn remove_others(folder: &Path, keep: &Path) {
    for other in builds_in(folder).iter().filter(|place| *place != keep) {
        remove_dir(other);
    }
}

fn remove_dir(folder: &Path) {
    match fs_err::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, "an old browser could not be removed"),
    }
}

/// As if the program had been downloaded.
#[cfg(test)]
pub(crate) fn receipt_for_tests(place: &Path, program: &Path) {
    let file = receipt::File {
        path: program.strip_prefix(place).unwrap().to_owned(),
        bytes: fs_err::metadata(program).unwrap().len(),
        sha256: hash_of(program, &CancellationToken::new()).unwrap(),
    };
    let build = Build {
        platform: "linux64".to_owned(),
        version: "152.0.1.2".to_owned(),
        path: "x".to_owned(),
        bytes: 1,
        sha256: "0".repeat(64),
    };
    receipt::write(place, &build, vec![file]).unwrap();
}

async fn unpack_into(
    part: &Path,
    fresh: &Path,
    build: &Build,
    cancel: &CancellationToken,
) -> Result<(), DownloadError> {
    fs_err::create_dir(fresh).map_err(disk("making a folder"))?;
    let files = blocking(cancel, {
        let (part, fresh) = (part.to_owned(), fresh.to_owned());
        move |cancel| unpack::unpack(&part, &fresh, unpack::Limits::default(), cancel)
    })
    .await?;
    receipt::write(fresh, build, files)?;
    working(fresh, build).await.map(drop)
}

/// The program in a build's folder, of the version that was signed off.
async fn working(place: &Path, build: &Build) -> Result<Executable, DownloadError> {
    let found = find::in_folder(place, Source::Downloaded)
        .await
        .map_err(|error| match error {
            BrowserError::NotFound { .. } => {
                DownloadError::NoBrowser("no program in it says its version".to_owned())
            }
            other => DownloadError::NoBrowser(other.to_string()),
        })?;
    // `Google Chrome for Testing 159.0.8154.6`
    let said = found
        .version
        .split_whitespace()
        .any(|word| word == build.version);
    said.then_some(())
        .ok_or_else(|| DownloadError::NoBrowser(format!("it says {:?}", found.version)))?;
    Ok(found)
}

/// Long work on the disk, which looks at `cancel` between its pieces.
async fn blocking<T: Send + 'static>(
    cancel: &CancellationToken,
    work: impl FnOnce(&CancellationToken) -> Result<T, DownloadError> + Send + 'static,
) -> Result<T, DownloadError> {
    let cancel = cancel.clone();
    tokio::task::spawn_blocking(move || work(&cancel))
        .await
        .map_err(|error| disk("working on the disk")(std::io::Error::other(error)))?
}

fn hash_of(file: &Path, cancel: &CancellationToken) -> Result<String, DownloadError> {
    let reading = disk("reading what was downloaded");
    let mut file = fs_err::File::open(file).map_err(&reading)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        if cancel.is_cancelled() {
            return Err(DownloadError::Cancelled);
        }
        match file.read(&mut piece).map_err(&reading)? {
            0 => return Ok(hex::encode(hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}
