//! What this process takes of memory.

/// The most that it ever had in memory, in MB; none where the system does not say.
pub(crate) fn peak_megabytes() -> Option<f64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// The peak as a table shows it.
pub(crate) fn told() -> String {
    peak_megabytes().map_or("not told by this system".to_owned(), |peak| {
        format!("{peak:.0} MB")
    })
}

/// Starts the peak anew, where the system can.
pub(crate) fn reset_peak() {
    // Linux: 5 resets the high-water mark; elsewhere the peak is of the whole run.
    drop(fs_err::write("/proc/self/clear_refs", "5"));
}
