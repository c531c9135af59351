//! The processes of one data folder, found in `/proc` and ended by their number.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// The main processes of the browsers that use a profile in the data folder.
pub(crate) fn browsers(data: &Path) -> Vec<i32> {
    let switch = format!("--user-data-dir={}/", data.display());
    processes(|pid| {
        let line = command_line(pid);
        line.contains(&switch) && !line.contains("\0--type=")
    })
}

/// Everything that was started for the data folder, except the calling process: told by command line or environment.
pub(crate) fn all_of(data: &Path) -> Vec<i32> {
    let folder = data.display().to_string();
    let own = std::process::id().cast_signed();
    processes(|pid| {
        let environment = format!("/proc/{pid}/environ");
        let started_for_it = || {
            let text = fs_err::read(environment).unwrap_or_default();
            String::from_utf8_lossy(&text).contains(&folder)
        };
        pid != own && (command_line(pid).contains(&folder) || started_for_it())
    })
}

/// What is left of [`all_of`] after the time; looks several times.
pub(crate) async fn left_after(data: &Path, time: Duration) -> Vec<String> {
    let end = Instant::now() + time;
    loop {
        let left = all_of(data);
        if left.is_empty() || Instant::now() > end {
            return left
                .into_iter()
                .map(|pid| format!("{pid} {}", command_line(pid).replace('\0', " ")))
                .collect();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Ends the process at once; false where it is gone already.
pub(crate) fn kill(pid: i32) -> bool {
    Pid::from_raw(pid).is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok())
}

/// Empty for one that is gone, also when nobody has asked for its exit code yet.
fn command_line(pid: i32) -> String {
    let line = fs_err::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).into_owned()
}

fn processes(fits: impl Fn(i32) -> bool) -> Vec<i32> {
    fs_err::read_dir("/proc")
        .expect("the system's list of processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| fits(*pid))
        .collect()
}
