//! Files that a command reads whole, within bounds.

use std::path::Path;

use contract::{Code, Failure};
use tokio::io::AsyncReadExt;

/// The file's bytes, or those of stdin for `-`; `what` names it to the person.
///
/// # Errors
/// `file_unreadable`, `file_too_large`.
pub(crate) async fn read(file: &Path, max: usize, what: &str) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(
            Code::FileUnreadable,
            format!("The {what} cannot be read: {error}."),
        )
    };
    // One byte more tells a file that is too long.
    let most = max as u64 + 1;
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        tokio::io::stdin()
            .take(most)
            .read_to_end(&mut bytes)
            .await
            .map_err(unreadable)?;
    } else {
        fs_err::tokio::File::open(file)
            .await
            .map_err(unreadable)?
            .take(most)
            .read_to_end(&mut bytes)
            .await
            .map_err(unreadable)?;
    }
    if bytes.len() > max {
        return Err(Failure::new(
            Code::FileTooLarge,
            format!("The {what} has more than {} MB.", max / 1_000_000),
        ));
    }
    Ok(bytes)
}
