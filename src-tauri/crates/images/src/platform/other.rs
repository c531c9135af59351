use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

pub(crate) fn confine(_memory: u64) -> io::Result<()> {
    Ok(())
}

pub(crate) fn limit_cpu(_more: Duration) -> io::Result<()> {
    Ok(())
}

pub(crate) fn ended_by_cpu_limit(_status: ExitStatus) -> bool {
    false
}

pub(crate) async fn spawn(
    mut command: tokio::process::Command,
) -> io::Result<tokio::process::Child> {
    command.spawn()
}

/// Windows keeps renames in its journal; a folder cannot be synced there.
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
