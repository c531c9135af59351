use std::io;
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

use rustix::param::page_size;
use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Resource, Signal, set_parent_process_death_signal};
use rustix::thread::set_no_new_privs;
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{unix, walls};
use crate::Isolation;

/// Limits as on every Unix; this process ends with the thread that started it (see [`spawn`]) and
/// gains no rights by running another program; and [`walls`]. `memory` is in bytes.
///
/// seccomp alone makes the isolation whole; landlock is the second wall where there is one.
pub(crate) fn confine(memory: u64) -> io::Result<Isolation> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    // More than it has now: the programs that hold the worker differ in what they load at start.
    let space = address_space()?.saturating_add(memory);
    let mut walls = Vec::new();
    if walls::landlock().unwrap_or(false) {
        walls.push("landlock".to_owned());
    }
    unix::limit(Resource::As, space)?;
    unix::limit_files()?;
    let missing = match walls::seccomp() {
        Ok(()) => {
            walls.insert(0, "seccomp".to_owned());
            None
        }
        Err(error) => Some(format!(
            "the kernel does not take a seccomp filter ({error})"
        )),
    };
    Ok(Isolation { walls, missing })
}

/// Address space of this process in bytes: the first number of `/proc/self/statm`, in pages.
fn address_space() -> io::Result<u64> {
    let statm = fs_err::read_to_string("/proc/self/statm")?;
    let pages = statm
        .split_whitespace()
        .next()
        .and_then(|pages| pages.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| io::Error::other("/proc/self/statm has no number"))?;
    Ok(pages * page_size() as u64)
}

/// Bytes a pipe holds: a photo goes through in a few turns instead of fifty. The most that an
/// ordinary process may ask for (/proc/sys/fs/pipe-max-size).
const PIPE: usize = 1024 * 1024;

fn widen_pipes(child: &Child) {
    // Refused where a person's pipes hold much already: the pipe then stays as it is.
    if let Some(input) = &child.stdin {
        let _ = fcntl_setpipe_size(input, PIPE);
    }
    if let Some(output) = &child.stdout {
        let _ = fcntl_setpipe_size(output, PIPE);
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The thread that starts all workers; lives as long as the process. `None`: there is none.
static STARTER: LazyLock<Option<Sender<Job>>> = LazyLock::new(|| {
    let (jobs, queue) = channel::<Job>();
    let thread = std::thread::Builder::new().name("decode-starter".into());
    thread
        .spawn(move || queue.into_iter().for_each(|job| job()))
        .ok()
        .map(|_| jobs)
});

/// Starts a child on a thread of its own: the signal at the parent's death (prctl(2),
/// PR_SET_PDEATHSIG) comes when the starting *thread* ends, and a runtime's threads come and go.
pub(crate) async fn spawn(mut command: Command) -> io::Result<Child> {
    let no_thread = || io::Error::other("no thread to start workers from");
    let (answer, child) = oneshot::channel();
    let runtime = Handle::current();
    let job = Box::new(move || {
        let _inside = runtime.enter();
        // Nobody waits any more: the child ends as it is dropped.
        let _ = answer.send(command.spawn().inspect(widen_pipes));
    });
    STARTER
        .as_ref()
        .ok_or_else(no_thread)?
        .send(job)
        .map_err(|_| no_thread())?;
    child.await.map_err(|_| no_thread())?
}
