//! What this process takes of the machine.

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

/// Processor time of this process so far, in seconds; 0 where the system does not say. Linux counts in hundredths.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold blanks; after it, user and system time are the 12th and 13th.
    let fields = stat
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace();
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}
