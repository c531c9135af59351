use std::io;
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

use rustix::param::page_size;
use rustix::process::{Resource, Signal, set_parent_process_death_signal};
use rustix::thread::set_no_new_privs;
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::unix;

/// Limits as on every Unix; and this process ends with the thread that started it (see [`spawn`]),
/// and gains no rights by running another program. `memory` is in bytes.
pub(crate) fn confine(memory: u64) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    // More than it has now: the programs that hold the worker differ in what they load at start.
    unix::limit(Resource::As, address_space()?.saturating_add(memory))?;
    unix::limit_files()
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
        let _ = answer.send(command.spawn());
    });
    STARTER
        .as_ref()
        .ok_or_else(no_thread)?
        .send(job)
        .map_err(|_| no_thread())?;
    child.await.map_err(|_| no_thread())?
}
