//! Windows: a job object that ends the browser with the app's last handle to it.
use super::{Spawned, dress};
use crate::BrowserError;
use parking_lot::Mutex;
use std::ffi::OsString;
use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use win32job::{ExtendedLimitInfo, Job};
use windows_sys::Win32::Foundation::{HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation};

const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// A child inside a job; closing the job ends it with all its children.
pub(crate) struct Process {
    id: u32,
    child: Mutex<Option<Child>>,
    job: Mutex<Option<Job>>,
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Ends the browser and all its children. Does nothing once it is gone.
    pub(crate) fn kill(&self) {
        drop(self.job.lock().take());
    }

    /// Blocks until the process has ended, ends what is left of its job, and says how it ended.
    pub(crate) fn wait(&self) -> String {
        let Some(mut child) = self.child.lock().take() else {
            return "ended".to_owned();
        };
        let status = child.wait();
        self.kill();
        match status {
            Ok(status) => match status.code() {
                Some(code) => format!("exit code {code}"),
                None => "ended".to_owned(),
            },
            Err(error) => format!("ended ({error})"),
        }
    }
}

/// Starts the program with the DevTools pipe on two inherited handles, named to it by number
/// (`--remote-debugging-io-pipes`, as ChromeDriver does).
pub(crate) fn spawn(
    program: &Path,
    mut args: Vec<OsString>,
    crash_dir: &Path,
) -> io::Result<Spawned> {
    let (child_reads, commands) = io::pipe()?;
    let (messages, child_writes) = io::pipe()?;
    let (from, to) = (child_reads.as_raw_handle(), child_writes.as_raw_handle());
    for handle in [from, to] {
        // SAFETY: the handle is open: its owner lives until the end of this function.
        let done = unsafe {
            SetHandleInformation(handle as HANDLE, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
        };
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
    }
    args.push("--remote-debugging-pipe".into());
    args.push(
        format!(
            "--remote-debugging-io-pipes={},{}",
            from as usize, to as usize
        )
        .into(),
    );
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
    let mut command = Command::new(program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .creation_flags(CREATE_NO_WINDOW);
    dress(&mut command, crash_dir);
    let mut child = command.spawn()?;
    if let Err(error) = job.assign_process(child.as_raw_handle() as isize) {
        child.kill()?;
        return Err(io::Error::other(error));
    }
    let stderr = child
        .stderr
        .take()
        .ok_or_else(|| io::Error::other("no pipe for stderr"))?;
    let process = Process {
        id: child.id(),
        child: Mutex::new(Some(child)),
        job: Mutex::new(Some(job)),
    };
    Ok(Spawned {
        process,
        commands,
        messages,
        stderr,
    })
}

/// The user's own folders are closed to other users already.
pub(crate) fn own_only(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Chromium's sandbox works for administrators too.
pub(crate) fn is_root() -> bool {
    false
}

/// Chrome's launcher prints no version on Windows and opens a window instead, so the version is
/// read from the folder named after it that lies beside the program.
pub(crate) fn version(program: &Path, _bound: Duration) -> io::Result<String> {
    let folder = program
        .parent()
        .ok_or_else(|| io::Error::other("no folder"))?;
    fs_err::read_dir(folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| {
            // `156.0.8078.79`, or `156.0.8078.79.manifest` in builds without an installer.
            let number = name.strip_suffix(".manifest").unwrap_or(&name);
            let parts: Option<Vec<u32>> = number.split('.').map(|part| part.parse().ok()).collect();
            parts.filter(|parts| parts.len() == 4)
        })
        .max()
        .map(|parts| {
            parts
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(".")
        })
        .ok_or_else(|| io::Error::other("no version beside the program"))
}

/// The job object leaves none behind.
pub(crate) fn end_orphan(_profile: &Path) -> Result<(), BrowserError> {
    Ok(())
}

pub(crate) fn has_display() -> bool {
    true
}

pub(crate) fn installed() -> Vec<PathBuf> {
    let programs = [
        r"Chromium\Application\chrome.exe",
        r"Google\Chrome\Application\chrome.exe",
        r"Microsoft\Edge\Application\msedge.exe",
    ];
    let roots = ["LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)"];
    roots
        .iter()
        .filter_map(std::env::var_os)
        .flat_map(|root| {
            programs
                .iter()
                .map(move |program| Path::new(&root).join(program))
        })
        .collect()
}
