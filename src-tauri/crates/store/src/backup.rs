//! A copy of the database before it is changed by an upgrade.

use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;

use crate::error::OpenError;

/// Copies that are kept; older ones are removed after a new one is complete.
const KEPT: usize = 3;

/// Copies the database of `connection` into `folder` as of schema version `version`, whole and synced.
pub(crate) async fn copy_before_upgrade(
    connection: &mut SqliteConnection,
    folder: &Path,
    version: i64,
) -> Result<PathBuf, OpenError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| OpenError::Backup(e);
    fs_err::create_dir_all(folder).map_err(|e| failed(e.into()))?;
    let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%S%3f");
    let path = folder.join(format!("studio-before-{version:04}-{stamp}.sqlite"));
    let partial = path.with_extension("partial");
    remove_half_copies(folder).map_err(|e| failed(e.into()))?;
    sqlx::query("VACUUM INTO ?")
        .bind(partial.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .map_err(|e| failed(e.into()))?;
    // Writable: Windows syncs no file that is open for reading only.
    fs_err::OpenOptions::new()
        .write(true)
        .open(&partial)
        .and_then(|f| f.file().sync_all())
        .and_then(|()| fs_err::rename(&partial, &path))
        .and_then(|()| sync_folder(folder))
        .map_err(|e| failed(e.into()))?;
    prune(folder).map_err(|e| failed(e.into()))?;
    Ok(path)
}

/// What earlier starts did not finish; the caller holds the upgrade lock, so nobody is writing one.
fn remove_half_copies(folder: &Path) -> std::io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "partial") {
            fs_err::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Makes the copy's name itself durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    // Folders cannot be opened for syncing here; the file system journals them.
    Ok(())
}

fn prune(folder: &Path) -> std::io::Result<()> {
    let mut copies: Vec<PathBuf> = fs_err::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| {
            p.extension().is_some_and(|e| e == "sqlite")
                && p.file_name()
                    .is_some_and(|n| n.to_string_lossy().starts_with("studio-before-"))
        })
        .collect();
    // The stamp in the name sorts by time within and across versions: the version only grows.
    copies.sort();
    let surplus = copies.len().saturating_sub(KEPT);
    copies
        .iter()
        .take(surplus)
        .try_for_each(fs_err::remove_file)
}
