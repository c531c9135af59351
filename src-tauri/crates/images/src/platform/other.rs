use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use crate::Isolation;

/// A job object or a low-integrity token would neither keep a worker from reading files nor from
/// the network, so nothing is claimed: HEIC and AVIF are refused here unless the person allows them.
pub(crate) fn confine(_memory: u64) -> io::Result<Isolation> {
    Ok(Isolation {
        walls: Vec::new(),
        missing: Some("there is no isolation for this system yet".to_owned()),
    })
}

pub(crate) fn limit_cpu(_more: Duration) -> io::Result<()> {
    Ok(())
}

/// The exit status of a crash is an NTSTATUS of severity "error" (0xC…), as for 0xC0000005.
pub(crate) fn crashed(status: ExitStatus) -> bool {
    status
        .code()
        .is_some_and(|code| code.cast_unsigned() >> 30 == 3)
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
