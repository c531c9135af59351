//! What runs on the machine, from /proc.
#![cfg(target_os = "linux")]
use std::path::Path;
use std::time::{Duration, Instant};

/// Processes of the browser's group, and any that name its profile folder.
pub(crate) fn left_of(group: u32, profile: &Path) -> Vec<u32> {
    let profile = profile.display().to_string();
    let Ok(all) = fs_err::read_dir("/proc") else {
        return Vec::new();
    };
    all.flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
        .filter(|pid| *pid != std::process::id())
        .filter(|pid| {
            let read = |what: &str| fs_err::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
            let stat = String::from_utf8_lossy(&read("stat")).into_owned();
            // After the name in brackets: state, parent, group.
            let Some((_, fields)) = stat.rsplit_once(") ") else {
                return false;
            };
            let fields: Vec<&str> = fields.split(' ').collect();
            let dead = fields.first() == Some(&"Z");
            let grouped = fields.get(2) == Some(&group.to_string().as_str());
            !dead && (grouped || String::from_utf8_lossy(&read("cmdline")).contains(&profile))
        })
        .collect()
}

/// The child of a process that runs the program of this name.
pub(crate) fn child_of(parent: u32, name: &str) -> Option<u32> {
    let all = fs_err::read_dir("/proc").ok()?;
    all.flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
        .find(|pid| {
            let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let Some((before, fields)) = stat.rsplit_once(") ") else {
                return false;
            };
            before.ends_with(&format!("({name}"))
                && fields.split(' ').nth(1) == Some(&parent.to_string())
        })
}

/// The processes that are still there after up to 5 s.
pub(crate) fn left_after_5_s(group: u32, profile: &Path) -> Vec<u32> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let left = left_of(group, profile);
        if left.is_empty() || Instant::now() > end {
            return left;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Local ports on which any of the processes listens.
pub(crate) fn listening(pids: &[u32]) -> Vec<String> {
    let mut sockets = Vec::new();
    for pid in pids {
        let Ok(open) = fs_err::read_dir(format!("/proc/{pid}/fd")) else {
            continue;
        };
        for link in open
            .flatten()
            .filter_map(|fd| fs_err::read_link(fd.path()).ok())
        {
            let link = link.to_string_lossy().into_owned();
            if let Some(inode) = link
                .strip_prefix("socket:[")
                .and_then(|l| l.strip_suffix(']'))
            {
                sockets.push(inode.to_owned());
            }
        }
    }
    let mut ports = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs_err::read_to_string(table)
            .unwrap_or_default()
            .lines()
            .skip(1)
        {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, state, inode) = (fields[1], fields[3], fields[9]);
            if state == "0A" && sockets.iter().any(|own| own == inode) {
                ports.push(address.to_owned());
            }
        }
    }
    ports
}
