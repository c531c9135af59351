//! Shared by Linux and macOS: pipes on descriptors 3 and 4, a process group, the profile's lock.
use super::{Spawned, dress, without_secrets};
use crate::BrowserError;
use parking_lot::Mutex;
use std::ffi::OsString;
use std::fs::Permissions;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A child that leads its own process group.
pub(crate) struct Process {
    pid: libc::pid_t,
    /// Taken when the process was reaped: from then on the number may belong to somebody else.
    child: Mutex<Option<Child>>,
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.pid.unsigned_abs()
    }

    /// Kills the process and all of its group. Does nothing once it is gone.
    pub(crate) fn kill(&self) {
        let child = self.child.lock();
        if child.is_some() {
            self.signal_group();
        }
    }

    /// Blocks until the process has ended, ends what is left of its group, and says how it ended.
    pub(crate) fn wait(&self) -> String {
        loop {
            // SAFETY: siginfo_t is plain data, all zeroes is valid; `info` outlives the call.
            // WNOWAIT leaves the process unreaped, so that its number still is its own.
            let result = unsafe {
                let mut info: libc::siginfo_t = std::mem::zeroed();
                libc::waitid(
                    libc::P_PID,
                    self.pid.unsigned_abs(),
                    &mut info,
                    libc::WEXITED | libc::WNOWAIT,
                )
            };
            if result == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                break;
            }
        }
        let mut child = self.child.lock();
        self.signal_group();
        let Some(mut child) = child.take() else {
            return "ended".to_owned();
        };
        match child.wait() {
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => format!("exit code {code}"),
                (None, Some(signal)) => format!("signal {signal}"),
                (None, None) => "ended".to_owned(),
            },
            Err(error) => format!("ended ({error})"),
        }
    }

    fn signal_group(&self) {
        // SAFETY: a plain system call; the caller made sure that the process is not reaped yet,
        // so its number cannot name a stranger.
        unsafe {
            libc::killpg(self.pid, libc::SIGKILL);
        }
    }
}

/// For a start that was given up half way: then nobody waits for the process.
impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if let Some(mut child) = self.child.get_mut().take() {
            // Killed just now, so this is short.
            let _ = child.wait();
        }
    }
}

/// Starts the program with the DevTools pipe on descriptors 3 (commands) and 4 (messages).
/// `in_child` runs between fork and exec: system calls only.
pub(super) fn spawn_with(
    program: &Path,
    args: &[OsString],
    crash_dir: &Path,
    in_child: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<Spawned> {
    // With 3 and 4 taken, neither our pipes nor the one std reports a failed exec through can lie
    // where the child's pipes go.
    let _taken = take_low_descriptors()?;
    let (child_reads, commands) = io::pipe()?;
    let (messages, child_writes) = io::pipe()?;
    let mut command = Command::new(program);
    command
        .args(args)
        .arg("--remote-debugging-pipe")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0);
    dress(&mut command, crash_dir);
    let (from, to) = (child_reads.as_raw_fd(), child_writes.as_raw_fd());
    // SAFETY: only async-signal-safe calls (dup2 and what `in_child` promises) happen in the child.
    unsafe {
        command.pre_exec(move || {
            if libc::dup2(from, 3) < 0 || libc::dup2(to, 4) < 0 {
                return Err(io::Error::last_os_error());
            }
            in_child()
        });
    }
    let mut child = command.spawn()?;
    let stderr = child
        .stderr
        .take()
        .ok_or_else(|| io::Error::other("no pipe for stderr"))?;
    let pid = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
    let process = Process {
        pid,
        child: Mutex::new(Some(child)),
    };
    Ok(Spawned {
        process,
        commands,
        messages,
        stderr,
    })
}

fn take_low_descriptors() -> io::Result<Vec<fs_err::File>> {
    let mut taken = Vec::new();
    loop {
        let file = fs_err::File::open("/dev/null")?;
        let free_below = file.as_raw_fd() <= 4;
        taken.push(file);
        if !free_below {
            return Ok(taken);
        }
    }
}

/// Makes the folder readable by its owner only.
pub(crate) fn own_only(folder: &Path) -> io::Result<()> {
    fs_err::set_permissions(folder, Permissions::from_mode(0o700))
}

pub(crate) fn is_root() -> bool {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// What the program says about itself. Blocks; killed after `bound`.
pub(crate) fn version(program: &Path, bound: Duration) -> io::Result<String> {
    output_of(Command::new(program).arg("--version"), bound)
}

/// Standard output of a short program, killed after `bound`.
pub(super) fn output_of(command: &mut Command, bound: Duration) -> io::Result<String> {
    use std::io::Read;
    without_secrets(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let end = Instant::now() + bound;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, "gave no answer"));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    if !status.success() {
        return Err(io::Error::other(format!("ended with {status}")));
    }
    let mut text = String::new();
    if let Some(out) = child.stdout.take() {
        out.take(4096).read_to_string(&mut text)?;
    }
    Ok(text.trim().to_owned())
}

/// Ends a browser that an earlier run left behind on this profile, and removes its lock.
///
/// Chromium's lock is a link `SingletonLock` -> `host-pid`. The process is ended only if its own
/// command line names this profile folder: the number may belong to a stranger by now. The caller
/// holds our own lock on the folder, so no living run of the app is using it. Blocks, at most 10 s.
pub(crate) fn end_orphan(profile: &Path) -> Result<(), BrowserError> {
    let Ok(target) = fs_err::read_link(profile.join("SingletonLock")) else {
        return Ok(());
    };
    let pid = target
        .to_string_lossy()
        .rsplit_once('-')
        .and_then(|(_, pid)| pid.parse::<libc::pid_t>().ok())
        .filter(|pid| *pid > 1);
    if let Some(pid) = pid {
        for signal in [libc::SIGTERM, libc::SIGKILL] {
            if !uses_profile(pid, profile) {
                break;
            }
            tracing::warn!(
                pid,
                signal,
                "ending a browser left behind by an earlier run"
            );
            // SAFETY: a plain system call on a process just seen to be a browser on our profile.
            unsafe {
                libc::kill(pid, signal);
            }
            let end = Instant::now() + Duration::from_secs(5);
            while uses_profile(pid, profile) && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if uses_profile(pid, profile) {
            return Err(BrowserError::ProfileInUse {
                path: profile.to_owned(),
            });
        }
    }
    for name in ["SingletonLock", "SingletonSocket", "SingletonCookie"] {
        match fs_err::remove_file(profile.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(BrowserError::Io {
                    what: "removing a stale profile lock".to_owned(),
                    reason: error.to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a living process was started on this profile folder. A dead or unknown one was not.
fn uses_profile(pid: libc::pid_t, profile: &Path) -> bool {
    #[cfg(target_os = "linux")]
    use super::linux::command_line;
    #[cfg(not(target_os = "linux"))]
    use super::other::command_line;

    let switch = format!("--user-data-dir={}", profile.display());
    command_line(pid).is_some_and(|args| args.iter().any(|arg| arg == &switch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A process whose command line names the profile.
    fn sleeper(profile: &Path) -> Child {
        let switch = format!("--user-data-dir={}", profile.display());
        // `sh` keeps its further arguments in its command line.
        let child = Command::new("sh")
            .args(["-c", "read _", "sh", &switch])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // The kernel shows the arguments a moment after the start.
        while !uses_profile(child.id().try_into().unwrap(), profile) {
            std::thread::yield_now();
        }
        child
    }

    #[test]
    fn a_browser_of_a_dead_run_on_this_profile_is_ended_and_its_lock_removed() {
        let profile = tempfile::tempdir().unwrap();
        let mut orphan = sleeper(profile.path());
        symlink(
            format!("host-{}", orphan.id()),
            profile.path().join("SingletonLock"),
        )
        .unwrap();
        // `Child::wait` closes this, which would end the sleeper by itself.
        let _open = orphan.stdin.take();
        // Reaps it, as init does with a real orphan.
        let reaper = std::thread::spawn(move || orphan.wait().unwrap());

        end_orphan(profile.path()).unwrap();

        let status = reaper.join().unwrap();
        assert_eq!(status.signal(), Some(libc::SIGTERM), "asked politely first");
        assert!(
            fs_err::symlink_metadata(profile.path().join("SingletonLock")).is_err(),
            "a stale lock keeps the next browser from starting"
        );
    }

    #[test]
    fn a_stranger_with_the_number_in_the_lock_is_left_alone() {
        let profile = tempfile::tempdir().unwrap();
        let mut stranger = sleeper(Path::new("/somebody/else"));
        symlink(
            format!("host-{}", stranger.id()),
            profile.path().join("SingletonLock"),
        )
        .unwrap();

        end_orphan(profile.path()).unwrap();

        assert!(
            stranger.try_wait().unwrap().is_none(),
            "a process of somebody else was ended"
        );
        assert!(
            fs_err::symlink_metadata(profile.path().join("SingletonLock")).is_err(),
            "the lock of a dead browser stays in the way"
        );
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }
}
