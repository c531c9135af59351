//! Processes that end with the story, however it ends.

use std::{
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{
    Pid, Signal, kill_process, kill_process_group, set_parent_process_death_signal,
};

/// A child that leads its own process group. The whole group is killed when this is dropped, and the child itself
/// also when the test's thread dies without dropping anything.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`; what it says goes to `log`.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        Self::start_saying(command, log, writing(log).into())
    }

    /// Starts `command`; what it says on stdout can be read, the rest goes to `log`.
    pub(crate) fn start_heard(command: &mut Command, log: &Path) -> (Self, ChildStdout) {
        let mut process = Self::start_saying(command, log, Stdio::piped());
        let stdout = process.child.stdout.take().expect("stdout is a pipe");
        (process, stdout)
    }

    fn start_saying(command: &mut Command, log: &Path, stdout: Stdio) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(writing(log))
            .process_group(0);
        // SAFETY: between fork and exec only prctl(2) is called, which is async-signal-safe; nothing is allocated.
        unsafe {
            command.pre_exec(|| {
                set_parent_process_death_signal(Some(Signal::KILL)).map_err(io::Error::from)
            });
        }
        let child = command.spawn().unwrap_or_else(|error| {
            panic!(
                "{} does not start: {error}",
                command.get_program().display()
            )
        });
        Self {
            child,
            log: log.to_owned(),
        }
    }

    /// The child's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the child to end by itself.
    pub(crate) async fn ended(&mut self, limit: Duration) -> ExitStatus {
        let until = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status;
            }
            assert!(
                Instant::now() < until,
                "the process goes on: {}",
                self.said()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The child has not ended.
    pub(crate) fn lives(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("the child can be waited for")
            .is_none()
    }

    /// The end of what it said.
    pub(crate) fn said(&self) -> String {
        let text = fs_err::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {}\n{}", self.log.display(), self.said());
        }
        // The group outlives its leader; nobody else can have the leader's number before it is reaped.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

fn writing(log: &Path) -> std::fs::File {
    let file = fs_err::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log);
    file.expect("the story's folder takes a log").into_parts().0
}

/// The child of `parent` that runs `program`, once there is one.
pub(crate) fn child_of(parent: u32, program: &Path) -> Option<u32> {
    let program = fs_err::canonicalize(program).ok()?;
    fs_err::read_dir("/proc").ok()?.find_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let (_, of) = state(pid)?;
        let runs = fs_err::read_link(format!("/proc/{pid}/exe")).ok()?;
        (of == parent && runs == program).then_some(pid)
    })
}

/// The process has not ended; one that nobody has waited for yet counts as ended.
pub(crate) fn lives(pid: u32) -> bool {
    state(pid).is_some_and(|(state, _)| state != 'Z')
}

/// Kills it as a power cut would.
pub(crate) fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).expect("a process's number is positive");
    kill_process(pid, Signal::KILL).expect("the process is ours");
}

/// State and parent: proc_pid_stat(5), the fields after the name in parentheses.
fn state(pid: u32) -> Option<(char, u32)> {
    let stat = fs_err::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// The path of a program, or a sentence that names the package that brings it.
pub(crate) fn program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| {
            panic!("{name} is missing: the package {package} brings it, and `cargo xtask test` installs it")
        })
}
