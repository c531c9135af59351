//! A second try to start, for the moment in which a killed instance has not let go of its name on the bus yet.

use std::process::ExitCode;

/// Set for the second try: there is no third.
#[cfg(target_os = "linux")]
const SECOND: &str = "STUDIO_SECOND_START";

/// This is the first try.
#[cfg(target_os = "linux")]
pub(crate) fn may_try() -> bool {
    std::env::var_os(SECOND).is_none()
}

/// Replaces this process by a fresh start of itself, after the bus had time to notice.
#[cfg(target_os = "linux")]
pub(crate) fn start() -> ExitCode {
    use std::{os::unix::process::CommandExt, time::Duration};

    std::thread::sleep(Duration::from_millis(700));
    let Ok(program) = std::env::current_exe() else {
        return ExitCode::FAILURE;
    };
    let error = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(SECOND, "1")
        .exec();
    tracing::error!(%error, "the second start failed");
    ExitCode::FAILURE
}

/// Elsewhere a name goes with its process at once.
#[cfg(not(target_os = "linux"))]
pub(crate) fn may_try() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn start() -> ExitCode {
    ExitCode::FAILURE
}
