//! What was unpacked, file by file. Written before the browser is moved into place, compared before it is used.
//!
//! It finds what a disk, a cleaner or half a restore broke. A program that runs as the same person can change the
//! receipt as well: docs/security.md.
use super::{Build, DownloadError, disk};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const NAME: &str = "receipt.json";

#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    version: String,
    archive_sha256: String,
    files: Vec<File>,
}

/// One file that was unpacked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct File {
    /// Below the build's folder.
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Builds that were compared by this process, and whether they were whole.
static COMPARED: LazyLock<Mutex<HashMap<PathBuf, bool>>> = LazyLock::new(Mutex::default);

/// For the comparison; a build that takes longer is not used this time.
const COMPARE_BOUND: Duration = Duration::from_secs(60);

pub(super) fn is_there(place: &Path) -> bool {
    place.join(NAME).is_file()
}

pub(super) fn write(place: &Path, build: &Build, files: Vec<File>) -> Result<(), DownloadError> {
    let writing = disk("writing the receipt");
    let receipt = Receipt {
        version: build.version.clone(),
        archive_sha256: build.sha256.clone(),
        files,
    };
    let text = serde_json::to_vec(&receipt).map_err(|error| writing(error.into()))?;
    let path = place.join(NAME);
    fs_err::write(&path, text).map_err(&writing)?;
    let file = fs_err::File::open(&path).map_err(&writing)?;
    file.sync_all().map_err(&writing)
}

/// Compare it again: it was put in place anew.
pub(super) fn forget(place: &Path) {
    COMPARED.lock().remove(place);
}

/// Every file is there as it was unpacked. Compared once per process: the hashes of 400 MB take a second.
pub(super) async fn whole(place: &Path) -> bool {
    if !is_there(place) {
        return false;
    }
    if let Some(whole) = COMPARED.lock().get(place) {
        return *whole;
    }
    let folder = place.to_owned();
    let cancel = CancellationToken::new();
    let comparing = super::blocking(&cancel, move |cancel| Ok(compare(&folder, cancel)));
    let Ok(Ok(compared)) = tokio::time::timeout(COMPARE_BOUND, comparing).await else {
        cancel.cancel();
        tracing::warn!("the downloaded browser could not be compared in time");
        return false;
    };
    if let Err(why) = &compared {
        tracing::warn!(why, "the downloaded browser is not whole");
    }
    COMPARED.lock().insert(place.to_owned(), compared.is_ok());
    compared.is_ok()
}

fn compare(place: &Path, cancel: &CancellationToken) -> Result<(), String> {
    let text = fs_err::read(place.join(NAME)).map_err(|error| error.to_string())?;
    let receipt: Receipt = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    for file in &receipt.files {
        let path = place.join(&file.path);
        let facts = fs_err::metadata(&path).map_err(|error| error.to_string())?;
        if facts.len() != file.bytes {
            return Err(format!("{} has another size", file.path.display()));
        }
        let hash = super::hash_of(&path, cancel).map_err(|e| e.to_string())?;
        if hash != file.sha256 {
            return Err(format!("{} was changed", file.path.display()));
        }
    }
    Ok(())
}
