use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path};

use crate::platform;

/// Beginning of the names of files that are being written. One that is older than a day was left
/// by a crash and may be removed.
const INCOMING: &str = ".incoming-";

/// Keeps `bytes` as `folder/name`, once and durably, and says whether they were new.
///
/// The name must come from the content (its hash): a file of that name and length that is there
/// already is taken to be the same. When this returns, the file is whole and survives a power cut;
/// until then there is no file of that name (temporary file in the same folder, fsync, rename,
/// fsync of the folder). The folder must exist.
///
/// # Errors
/// `InvalidInput` for a name that is not a plain file name; else what the system said.
pub async fn store_once(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let mut parts = Path::new(name).components();
    if !matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
    {
        let message = format!("{name:?} is not a plain file name");
        return Err(io::Error::new(ErrorKind::InvalidInput, message));
    }
    let (folder, name, bytes) = (folder.to_owned(), name.to_owned(), bytes.to_owned());
    // On a thread of its own it runs to its end even if the caller stops waiting.
    let stored = tokio::task::spawn_blocking(move || store(&folder, &name, &bytes));
    stored.await.map_err(io::Error::other)?
}

fn store(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let path = folder.join(name);
    let new = !is_there(&path, bytes.len())? && write(folder, &path, bytes)?;
    failpoint::reached("photo.file_named");
    // Also for a file that was there: whoever wrote it may not have come to this line yet.
    platform::sync_folder(folder)?;
    Ok(new)
}

fn is_there(path: &Path, length: usize) -> io::Result<bool> {
    match fs_err::metadata(path) {
        Ok(found) => Ok(found.len() == length as u64),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// `false`: somebody else was faster with the same file.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = tempfile::Builder::new()
        .prefix(INCOMING)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    failpoint::reached("photo.file_synced");
    let Err(refused) = file.persist_noclobber(path) else {
        return Ok(true);
    };
    if refused.error.kind() != ErrorKind::AlreadyExists {
        return Err(refused.error);
    }
    if is_there(path, bytes.len())? {
        return Ok(false);
    }
    // A file of that name with another length is damaged: its name promises these bytes.
    refused.file.persist(path)?;
    Ok(true)
}
