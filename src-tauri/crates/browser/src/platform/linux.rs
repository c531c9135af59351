//! Linux: the browser gets SIGKILL from the kernel when the app dies, however it dies.
use super::{Spawned, unix::spawn_with};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{OnceLock, mpsc};

type Job = Box<dyn FnOnce() + Send>;

/// `PR_SET_PDEATHSIG` fires when the *thread* that forked ends, so one thread that lives as long as
/// the app does all the forking.
fn on_lasting_thread(job: Job) -> io::Result<()> {
    static THREAD: OnceLock<Option<mpsc::Sender<Job>>> = OnceLock::new();
    let sender = THREAD.get_or_init(|| {
        let (sender, jobs) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("browser-parent".to_owned())
            .spawn(move || {
                for job in jobs {
                    job();
                }
            })
            .ok()
            .map(|_| sender)
    });
    sender
        .as_ref()
        .and_then(|sender| sender.send(job).ok())
        .ok_or_else(|| io::Error::other("no thread to start the browser from"))
}

/// Starts the program; blocks until it was executed or refused.
pub(crate) fn spawn(program: &Path, args: Vec<OsString>, crash_dir: &Path) -> io::Result<Spawned> {
    let (reply, result) = mpsc::channel();
    let (program, crash_dir) = (program.to_owned(), crash_dir.to_owned());
    on_lasting_thread(Box::new(move || {
        let parent = std::process::id();
        let spawned = spawn_with(&program, &args, &crash_dir, move || die_with(parent));
        let _ = reply.send(spawned);
    }))?;
    result.recv().map_err(io::Error::other)?
}

fn die_with(parent: u32) -> io::Result<()> {
    // SAFETY: plain system calls, allowed between fork and exec.
    unsafe {
        if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
            return Err(io::Error::last_os_error());
        }
        // The app may have died before the line above took effect.
        if libc::getppid().unsigned_abs() != parent {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
    }
    Ok(())
}

/// Arguments of a living process; `None` for a dead one.
pub(super) fn command_line(pid: libc::pid_t) -> Option<Vec<String>> {
    let bytes = fs_err::read(format!("/proc/{pid}/cmdline")).ok()?;
    // Chromium rewrites its title with spaces between the arguments when it forks its zygotes, but
    // its main process keeps the zero bytes.
    let args: Vec<String> = bytes
        .split(|byte| *byte == 0)
        .filter(|arg| !arg.is_empty())
        .map(|arg| String::from_utf8_lossy(arg).into_owned())
        .collect();
    (!args.is_empty()).then_some(args)
}

pub(crate) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Where distributions put Chromium, Chrome and Edge. The programs themselves come before the
/// wrapper scripts in /usr/bin, which add switches of their own. Snap's wrapper is left out: the
/// snap may not use a profile inside a hidden folder, where ours lies.
pub(crate) fn installed() -> Vec<PathBuf> {
    let paths = [
        "/usr/lib/chromium/chromium",
        "/usr/lib64/chromium-browser/chromium-browser",
        "/usr/lib/chromium-browser/chromium-browser",
        "/opt/google/chrome/chrome",
        "/opt/microsoft/msedge/msedge",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome-stable",
        "/usr/bin/google-chrome",
        "/usr/bin/microsoft-edge-stable",
        "/usr/bin/microsoft-edge",
    ];
    paths.iter().map(PathBuf::from).collect()
}
