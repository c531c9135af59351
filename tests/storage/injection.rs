//! `strace` as the hand that breaks a system call, and reading what it wrote.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    path::{Path, PathBuf},
};

/// The calls by which the app changes a disk, opening apart.
pub(crate) const CALLS: [&str; 15] = [
    "write",
    "writev",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "unlink",
    "unlinkat",
];

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill,
    Eio,
    Enospc,
}

pub(crate) const FAULTS: [Fault; 3] = [Fault::Kill, Fault::Eio, Fault::Enospc];

/// The N-th call of a kind, counted in each thread, and what happens to it.
#[derive(Clone, Debug)]
pub(crate) struct Injection {
    pub(crate) call: &'static str,
    pub(crate) nth: usize,
    pub(crate) fault: Fault,
}

impl fmt::Display for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.call, self.nth, self.fault)
    }
}

impl Injection {
    /// The words before the program. Threads are followed, children are not (`-b execve`): the decoder and the
    /// browser have no part in what is stored.
    pub(crate) fn words(&self, trace: &Path) -> Vec<String> {
        let fault = match self.fault {
            Fault::Kill => "signal=KILL",
            Fault::Eio => "error=EIO",
            Fault::Enospc => "error=ENOSPC",
        };
        let mut words = tracing(trace, &[self.call]);
        words.extend([
            "-e".to_owned(),
            format!("inject={}:{fault}:when={}", self.call, self.nth),
        ]);
        words
    }

    /// The fault came, and where it came was one of the folders. With an error in a thread that works on
    /// something else (a pipe, an event counter) the run says nothing about storage.
    pub(crate) fn fired_in(&self, trace: &Trace, folders: &[PathBuf]) -> bool {
        let hit: Vec<&Call> = match self.fault {
            Fault::Kill => {
                if !trace.killed {
                    return false;
                }
                // The call that was not finished any more; other threads may stand in one that was let through.
                trace
                    .calls
                    .iter()
                    .filter(|c| c.ordinal == self.nth)
                    .collect()
            }
            Fault::Eio | Fault::Enospc => trace.calls.iter().filter(|c| c.injected).collect(),
        };
        match self.fault {
            Fault::Kill => hit.iter().any(|c| c.is_in(folders)),
            _ => !hit.is_empty() && hit.iter().all(|c| c.is_in(folders)),
        }
    }
}

/// `strace` with a log and no fault.
pub(crate) fn tracing(trace: &Path, calls: &[&str]) -> Vec<String> {
    [
        "strace",
        "--quiet=all",
        "-f",
        "-b",
        "execve",
        "-y",
        "-s",
        "4",
        "-o",
        &trace.display().to_string(),
        "-e",
        &format!("trace={}", calls.join(",")),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// One call as the log has it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// 1 for the first of its name in its thread.
    pub(crate) ordinal: usize,
    pub(crate) text: String,
    injected: bool,
}

impl Call {
    pub(crate) fn is_in(&self, folders: &[PathBuf]) -> bool {
        folders
            .iter()
            .any(|folder| self.text.contains(&*folder.to_string_lossy()))
    }
}

/// A log of strace.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) calls: Vec<Call>,
    killed: bool,
}

impl Trace {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = fs_err::read(path).unwrap();
        Self::parse(&String::from_utf8_lossy(&bytes))
    }

    fn parse(log: &str) -> Self {
        let mut trace = Self::default();
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        let mut open: HashMap<&str, usize> = HashMap::new();
        for line in log.lines() {
            let Some((thread, rest)) = line.split_once(' ') else {
                continue;
            };
            let rest = rest.trim_start();
            let injected = rest.ends_with("(INJECTED)");
            if rest.starts_with("+++ killed by SIGKILL") {
                trace.killed = true;
            } else if rest.starts_with("<...") {
                if injected && let Some(&call) = open.get(thread) {
                    trace.calls[call].injected = true;
                }
            } else if let Some((name, _)) = rest.split_once('(')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            {
                let ordinal = counts.entry((thread, name)).or_default();
                *ordinal += 1;
                open.insert(thread, trace.calls.len());
                trace.calls.push(Call {
                    name: name.to_owned(),
                    ordinal: *ordinal,
                    text: rest.to_owned(),
                    injected,
                });
            }
        }
        trace
    }

    /// The (call, N) whose N-th call in some thread is on one of the folders.
    pub(crate) fn points(&self, folders: &[PathBuf]) -> BTreeSet<(&'static str, usize)> {
        self.calls
            .iter()
            .filter(|c| c.is_in(folders))
            .filter_map(|c| {
                let name = CALLS.iter().find(|name| **name == c.name)?;
                Some((*name, c.ordinal))
            })
            .collect()
    }
}

#[test]
fn a_log_of_strace_is_read() {
    let log = "7 write(4<anon_inode:[eventfd]>, \"\\1\"..., 8) = 8\n\
               8 write(9</d/photos/.incoming-x>, \"\\377\"..., 296 <unfinished ...>\n\
               7 write(4<anon_inode:[eventfd]>, \"\\1\"..., 8) = 8\n\
               8 <... write resumed>) = -1 EIO (Input/output error) (INJECTED)\n\
               8 rename(\"/d/a\", \"/d/b\") = 0\n\
               7 +++ exited with 1 +++\n";
    let trace = Trace::parse(log);
    let folders = [PathBuf::from("/d")];
    assert_eq!(
        trace.points(&folders).into_iter().collect::<Vec<_>>(),
        [("rename", 1), ("write", 1)],
        "counted by thread; the event counter is none of ours"
    );
    let fault = |fault| Injection {
        call: "write",
        nth: 1,
        fault,
    };
    assert!(fault(Fault::Eio).fired_in(&trace, &folders));
    assert!(!fault(Fault::Eio).fired_in(&trace, &[PathBuf::from("/elsewhere")]));
    assert!(
        !fault(Fault::Kill).fired_in(&trace, &folders),
        "nobody died"
    );
}
