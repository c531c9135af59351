use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

/// No file can be opened or written, and no core dump is left with somebody's photo in it.
pub(super) fn limit_files() -> io::Result<()> {
    // Standard input, output and error are open already.
    for (resource, most) in [
        (Resource::Nofile, 3),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        limit(resource, most)?;
    }
    Ok(())
}

/// Gives this process so much more processor time, in whole seconds; the signal after it is fatal.
pub(crate) fn limit_cpu(more: Duration) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let most = u64::try_from(used).unwrap_or(0) + more.as_secs() + 1;
    // Only the soft limit: each file moves it on.
    let maximum = getrlimit(Resource::Cpu).maximum;
    Ok(setrlimit(
        Resource::Cpu,
        Rlimit {
            current: Some(most),
            maximum,
        },
    )?)
}

pub(super) fn limit(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(
        resource,
        Rlimit {
            current: Some(most),
            maximum: Some(most),
        },
    )?)
}

/// Ended by its own fault, not by a limit: memory limits end in SIGABRT, time limits in SIGXCPU.
pub(crate) fn crashed(status: ExitStatus) -> bool {
    let faults = [Signal::SEGV, Signal::BUS, Signal::ILL, Signal::FPE];
    let signal = status.signal();
    faults.iter().any(|fault| signal == Some(fault.as_raw()))
}

pub(crate) fn ended_by_cpu_limit(status: ExitStatus) -> bool {
    status.signal() == Some(Signal::XCPU.as_raw())
}

/// Makes a rename in the folder last through a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}
