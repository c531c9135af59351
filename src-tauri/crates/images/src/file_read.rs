use std::io::Read;
use std::path::Path;

use crate::ImageError;

/// Reads a regular file of at most `max` bytes. Never waits for a pipe, never reads a device, and
/// takes no memory for a size that is only claimed: a sparse file of 2 GB is refused unread.
///
/// A link is followed to what it names; what is opened is looked at, not what was there before.
///
/// # Errors
/// [`ImageError::FileUnreadable`] or [`ImageError::FileTooLarge`].
pub async fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, ImageError> {
    let path = path.to_owned();
    // On a thread of its own: a slow disk or a dead network share holds up nobody else.
    let read = tokio::task::spawn_blocking(move || read(&path, max));
    read.await.map_err(unreadable)?
}

fn read(path: &Path, max: u64) -> Result<Vec<u8>, ImageError> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        // Opening a pipe that nobody writes to would wait for ever; a terminal must not become ours.
        options.custom_flags(
            (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits() as i32,
        );
    }
    let file = options.open(path).map_err(|e| unreadable(e.kind()))?;
    let found = file.metadata().map_err(|e| unreadable(e.kind()))?;
    if !found.is_file() {
        return Err(unreadable("it is not a regular file"));
    }
    let too_large = |bytes| ImageError::FileTooLarge { bytes, max };
    if found.len() > max {
        return Err(too_large(found.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    // One byte more than allowed: a file that grew while it was read is noticed.
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| unreadable(e.kind()))?;
    if bytes.len() as u64 > max {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

fn unreadable(detail: impl std::fmt::Display) -> ImageError {
    ImageError::FileUnreadable {
        detail: detail.to_string(),
    }
}
