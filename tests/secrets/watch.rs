//! Sees what would be gone at the end: deleted files, and processes' arguments and environments.

use std::{
    collections::{BTreeSet, HashSet},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// Looks again after this long. A file or process of less than that may be missed once; the run makes hundreds.
const PAUSE: Duration = Duration::from_millis(4);

/// One process as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) arguments: Vec<u8>,
    pub(crate) environment: Vec<u8>,
    /// The program that it runs.
    pub(crate) program: PathBuf,
}

/// Watches until it is ended.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<BTreeSet<Process>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Watch {
    /// Keeps every file that appears below `folder` alive by a link in `kept` (the same disk), and every process
    /// below this one in mind.
    pub(crate) fn start(folder: &Path, kept: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let files = {
            let (folder, kept, stop) = (folder.to_owned(), kept.to_owned(), stop.clone());
            move || {
                let mut known = HashSet::new();
                while !stop.load(Ordering::Relaxed) {
                    keep(&folder, &kept, &mut known);
                    std::thread::sleep(PAUSE);
                }
            }
        };
        let processes = {
            let (seen, stop) = (seen.clone(), stop.clone());
            move || {
                while !stop.load(Ordering::Relaxed) {
                    seen.lock().unwrap().extend(descendants());
                    std::thread::sleep(PAUSE);
                }
            }
        };
        Self {
            stop,
            seen,
            threads: vec![std::thread::spawn(files), std::thread::spawn(processes)],
        }
    }

    pub(crate) fn end(self) -> BTreeSet<Process> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        Arc::into_inner(self.seen).unwrap().into_inner().unwrap()
    }
}

/// Files come and go while this looks: what is gone already is no fault.
fn keep(folder: &Path, kept: &Path, known: &mut HashSet<u64>) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            keep(&entry.path(), kept, known);
        } else if kind.is_file()
            && let Ok(meta) = entry.metadata()
            && known.insert(meta.ino())
        {
            let name = format!("{}-{}", meta.ino(), entry.file_name().to_string_lossy());
            let _ = fs_err::hard_link(entry.path(), kept.join(name));
        }
    }
}

/// All processes below this one.
fn descendants() -> Vec<Process> {
    let mut parents: Vec<(u32, u32)> = Vec::new();
    let Ok(entries) = fs_err::read_dir("/proc") else {
        return Vec::new();
    };
    for entry in entries.flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        // `pid (name) state parent`; a name may hold brackets.
        if let Ok(stat) = fs_err::read_to_string(entry.path().join("stat"))
            && let Some((_, rest)) = stat.rsplit_once(") ")
            && let Some(parent) = rest.split(' ').nth(1).and_then(|p| p.parse().ok())
        {
            parents.push((pid, parent));
        }
    }
    let mut ours: HashSet<u32> = HashSet::from([std::process::id()]);
    loop {
        let before = ours.len();
        for (pid, parent) in &parents {
            if ours.contains(parent) {
                ours.insert(*pid);
            }
        }
        if ours.len() == before {
            break;
        }
    }
    ours.remove(&std::process::id());
    ours.into_iter()
        .filter_map(|pid| {
            let of = |name: &str| fs_err::read(format!("/proc/{pid}/{name}")).ok();
            Some(Process {
                arguments: of("cmdline")?,
                environment: of("environ")?,
                program: fs_err::read_link(format!("/proc/{pid}/exe")).ok()?,
            })
        })
        .collect()
}
