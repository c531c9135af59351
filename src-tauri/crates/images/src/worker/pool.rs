use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::{timeout, timeout_at};

use super::protocol::{self, Answer, MAX_TEXT, Ready, VERSION};
use crate::error::short;
use crate::pipeline::{self, Photo, PhotoFacts, Processed};
use crate::{Edit, Format, ImageError, Isolation, Limits, platform};

/// How a worker is started: an executable that calls [`crate::worker_main`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The executable, by its full path (the worker's environment, `PATH` too, is empty).
    pub program: PathBuf,
    /// Its arguments, as a rule only [`crate::WORKER_ARG`].
    pub args: Vec<OsString>,
}

/// Longest time from starting a worker until it is confined and ready.
const START_LIMIT: Duration = Duration::from_secs(10);
/// Longest wait for an ended worker's exit status.
const EXIT_LIMIT: Duration = Duration::from_secs(2);
/// How glibc keeps a worker's memory. One heap for all threads: it otherwise sets aside address
/// space for each. Planes of a usual photo come from that heap, and what they took stays for the
/// next photo: asking the system again for each costs a tenth of a JPEG's time. More than 128 MB
/// free goes back.
const HEAP: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "33554432"),
    ("MALLOC_TRIM_THRESHOLD_", "134217728"),
];
/// How long a worker may wait for the next photo.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Turns files into photos in a few child processes that can be lost without harm.
///
/// Each worker has an empty environment, no files, no network, no other programs, limits on memory
/// and processor time, and ends with this process. Where it cannot be shut off like that, HEIC and
/// AVIF are refused unless [`Limits::unisolated`] says otherwise. A worker serves one file after another and is replaced after any failure; one that
/// failed at its second or a later file is not believed: the file gets a fresh worker once. Workers
/// are started when needed and ended after 30 s without work. Clones share the workers.
#[derive(Debug, Clone)]
pub struct Decoder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    command: WorkerCommand,
    limits: Limits,
    permits: Semaphore,
    idle_limit: Duration,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    /// The one used last is last: a smaller batch leaves the others to be ended.
    workers: Vec<(Worker, Instant)>,
    watched: bool,
}

/// A file, and what is to be changed of its photo.
struct Request {
    bytes: Bytes,
    edit: Edit,
}

impl Decoder {
    /// A pool of at most `workers` (at least one) child processes, none of which runs yet.
    pub fn new(command: WorkerCommand, workers: usize, limits: Limits) -> Self {
        Self::with_idle_limit(command, workers, limits, IDLE_LIMIT)
    }

    /// Like [`Decoder::new`], with another time after which a worker without work is ended.
    pub fn with_idle_limit(
        command: WorkerCommand,
        workers: usize,
        limits: Limits,
        idle_limit: Duration,
    ) -> Self {
        let permits = Semaphore::new(workers.max(1));
        let idle = Mutex::default();
        Self {
            shared: Arc::new(Shared {
                command,
                limits,
                permits,
                idle_limit,
                idle,
            }),
        }
    }

    /// The limits every file is held to.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Makes a clean photo of a file's bytes in a worker, waiting until one is free. Dropping the
    /// future ends the worker.
    ///
    /// # Errors
    /// Every refusal is an [`ImageError`] of this file. [`ImageError::DecoderUnavailable`] alone
    /// says nothing about the file.
    pub async fn process(&self, bytes: impl Into<Bytes>) -> Result<Processed, ImageError> {
        self.process_showing(bytes, |_| {}).await
    }

    /// Like [`Decoder::process`]; `show` gets the thumbnail (a JPEG) as soon as there is one. The
    /// photo may be refused after that, and a file that is tried twice is shown twice.
    ///
    /// # Errors
    /// As [`Decoder::process`].
    pub async fn process_showing(
        &self,
        bytes: impl Into<Bytes>,
        mut show: impl FnMut(&[u8]) + Send,
    ) -> Result<Processed, ImageError> {
        let file = Request {
            bytes: bytes.into(),
            edit: Edit::default(),
        };
        self.request(&file, &mut show).await
    }

    /// Like [`Decoder::process`], of a photo that was processed before (the master), and then the
    /// edit. Made of the master each time, not of the last result: losses do not pile up.
    ///
    /// # Errors
    /// As [`Decoder::process`]; a crop outside the picture is [`ImageError::CorruptImage`].
    pub async fn edit(
        &self,
        master: impl Into<Bytes>,
        edit: Edit,
    ) -> Result<Processed, ImageError> {
        let file = Request {
            bytes: master.into(),
            edit,
        };
        self.request(&file, &mut |_: &[u8]| {}).await
    }

    async fn request(
        &self,
        file: &Request,
        show: &mut (impl FnMut(&[u8]) + Send),
    ) -> Result<Processed, ImageError> {
        let format = pipeline::admit(&file.bytes, &self.shared.limits)?;
        let permit = self.shared.permits.acquire().await.map_err(unavailable)?;
        let photo = self.decode(format, file, show).await;
        drop(permit);
        photo.map(Photo::finish)
    }

    /// What the workers are shut off from on this machine; starts one if none waits.
    ///
    /// # Errors
    /// [`ImageError::DecoderUnavailable`].
    pub async fn isolation(&self) -> Result<Isolation, ImageError> {
        let _permit = self.shared.permits.acquire().await.map_err(unavailable)?;
        let worker = match self.idle_worker() {
            Some(worker) => worker,
            None => self.start().await?,
        };
        let isolation = worker.isolation.clone();
        self.keep(worker);
        Ok(isolation)
    }

    async fn start(&self) -> Result<Worker, ImageError> {
        Worker::start(&self.shared.command, &self.shared.limits).await
    }

    async fn decode(
        &self,
        format: Format,
        file: &Request,
        show: &mut (impl FnMut(&[u8]) + Send),
    ) -> Result<Photo, ImageError> {
        // One limit for both tries.
        let end = tokio::time::Instant::now() + self.shared.limits.wall;
        if let Some(used) = self.idle_worker() {
            match self.decode_in(used, format, file, end, show).await {
                Ok(answer) => return answer,
                Err(Lost::Stuck) => return Err(timed_out(&self.shared.limits)),
                // Not this file's fault, perhaps: an earlier file may have harmed the worker.
                Err(Lost::Ended(error)) => {
                    tracing::warn!(%error, "a used decode worker failed, trying a fresh one");
                }
            }
        }
        let fresh = self.start().await?;
        match self.decode_in(fresh, format, file, end, show).await {
            Ok(answer) => answer,
            Err(Lost::Stuck) => Err(timed_out(&self.shared.limits)),
            Err(Lost::Ended(error)) => Err(error),
        }
    }

    /// The worker goes back to the idle ones only if it answered as it should.
    async fn decode_in(
        &self,
        mut worker: Worker,
        format: Format,
        file: &Request,
        end: tokio::time::Instant,
        show: &mut (impl FnMut(&[u8]) + Send),
    ) -> Result<Result<Photo, ImageError>, Lost> {
        let limits = &self.shared.limits;
        if !limits.unisolated && !worker.isolation.admits(format) {
            let missing = worker.isolation.to_string();
            self.keep(worker);
            let format = format.name().to_owned();
            return Ok(Err(ImageError::IsolationUnavailable {
                format,
                missing,
                allowable: true,
            }));
        }
        let answer = match timeout_at(end, worker.exchange(file, limits, show)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(worker.explain(&error).await),
            Err(_) => {
                worker.end().await;
                return Err(Lost::Stuck);
            }
        };
        self.keep(worker);
        Ok(answer)
    }

    fn idle_worker(&self) -> Option<Worker> {
        let mut idle = self.shared.idle();
        while let Some((mut worker, _)) = idle.workers.pop() {
            if worker.is_alive() {
                return Some(worker);
            }
        }
        None
    }

    fn keep(&self, worker: Worker) {
        let mut idle = self.shared.idle();
        idle.workers.push((worker, Instant::now()));
        if !idle.watched {
            idle.watched = true;
            tokio::spawn(end_idle(
                Arc::downgrade(&self.shared),
                self.shared.idle_limit,
            ));
        }
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        // Nothing that holds the lock can leave the list half changed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends workers that have waited for too long; itself ends with the last of them.
async fn end_idle(shared: Weak<Shared>, limit: Duration) {
    loop {
        tokio::time::sleep(limit).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let mut idle = shared.idle();
        // Dropping a worker kills it.
        idle.workers.retain(|(_, since)| since.elapsed() < limit);
        if idle.workers.is_empty() {
            idle.watched = false;
            return;
        }
    }
}

/// A child process that is confined and ready. Dropping it kills it.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    isolation: Isolation,
}

/// Why a worker is no more.
enum Lost {
    /// Its time was over: it was ended.
    Stuck,
    /// It ended, or was ended because it talked nonsense.
    Ended(ImageError),
}

impl Worker {
    async fn start(command: &WorkerCommand, limits: &Limits) -> Result<Self, ImageError> {
        let mut process = Command::new(&command.program);
        process
            .args(&command.args)
            .env_clear()
            .envs(HEAP)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        // Without it Windows finds none of its own libraries.
        #[cfg(windows)]
        if let Some(root) = std::env::var_os("SystemRoot") {
            process.env("SystemRoot", root);
        }
        let mut child = platform::spawn(process)
            .await
            .map_err(|error| unavailable(format!("{}: {error}", command.program.display())))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(unavailable("the worker has no pipes"));
        };
        let mut worker = Self {
            child,
            input,
            output,
            isolation: Isolation {
                walls: Vec::new(),
                missing: Some("not known yet".to_owned()),
            },
        };
        match timeout(START_LIMIT, worker.greet(limits)).await {
            Ok(Ok(isolation)) => Ok(Self {
                isolation,
                ..worker
            }),
            Ok(Err(error)) => {
                let status = worker.status(&error).await;
                Err(unavailable(format!(
                    "{}: {}",
                    command.program.display(),
                    describe(status, &error)
                )))
            }
            Err(_) => Err(unavailable(format!(
                "{} was not ready within {} s",
                command.program.display(),
                START_LIMIT.as_secs()
            ))),
        }
    }

    /// What it says here is said before the first byte of any photo reached it.
    async fn greet(&mut self, limits: &Limits) -> io::Result<Isolation> {
        protocol::send(&mut self.input, &serde_json::to_vec(limits)?).await?;
        let ready = protocol::receive(&mut self.output, MAX_TEXT).await?;
        let ready: Ready = serde_json::from_slice(&ready)?;
        if ready.version == VERSION {
            Ok(ready.isolation)
        } else {
            Err(senseless("another version of the protocol"))
        }
    }

    /// One file there, its outcome back. An `io::Error` means that the worker is lost.
    async fn exchange(
        &mut self,
        file: &Request,
        limits: &Limits,
        show: &mut impl FnMut(&[u8]),
    ) -> io::Result<Result<Photo, ImageError>> {
        protocol::send(&mut self.input, &serde_json::to_vec(&file.edit)?).await?;
        protocol::send(&mut self.input, &file.bytes).await?;
        let mut thumb = None;
        loop {
            let answer = protocol::receive(&mut self.output, MAX_TEXT).await?;
            match (serde_json::from_slice(&answer)?, thumb.take()) {
                (Answer::Refused(error), _) => {
                    return Ok(Err(believable(error, &self.isolation)?));
                }
                (Answer::Thumb, None) => {
                    let jpeg = receive_jpeg(&mut self.output, limits.thumb_edge).await?;
                    show(&jpeg);
                    thumb = Some(jpeg);
                }
                (Answer::Photo(facts), Some(thumb)) => {
                    check(&facts, limits)?;
                    let jpeg = receive_jpeg(&mut self.output, limits.max_edge).await?;
                    return Ok(Ok(Photo { jpeg, thumb, facts }));
                }
                (Answer::Thumb, Some(_)) => return Err(senseless("two thumbnails")),
                (Answer::Photo(_), None) => return Err(senseless("a photo before its thumbnail")),
            }
        }
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What became of a worker that did not answer.
    async fn explain(mut self, error: &io::Error) -> Lost {
        let status = self.status(error).await;
        if status.is_some_and(platform::ended_by_cpu_limit) {
            return Lost::Stuck;
        }
        let detail = describe(status, error);
        Lost::Ended(if status.is_some_and(platform::crashed) {
            // A good file does not make its decoder run over its own memory.
            ImageError::corrupt(detail)
        } else {
            ImageError::failed(detail)
        })
    }

    /// How it ended by itself. `None`: it was still running, and was ended only now.
    async fn status(&mut self, error: &io::Error) -> Option<ExitStatus> {
        if error.kind() == io::ErrorKind::InvalidData {
            self.end().await;
            return None;
        }
        match timeout(EXIT_LIMIT, self.child.wait()).await {
            Ok(status) => status.ok(),
            Err(_) => {
                self.end().await;
                None
            }
        }
    }

    async fn end(&mut self) {
        // Fails only if it has ended already.
        let _ = self.child.start_kill();
        if timeout(EXIT_LIMIT, self.child.wait()).await.is_err() {
            tracing::error!(pid = self.child.id(), "a killed decode worker does not end");
        }
    }
}

fn describe(status: Option<ExitStatus>, error: &io::Error) -> String {
    match status {
        Some(status) => format!("the worker ended ({status}): {error}"),
        None => format!("the worker was ended: {error}"),
    }
}

/// A photo of the wanted size at quality 100 takes fewer bytes than its pixels do.
async fn receive_jpeg(output: &mut ChildStdout, edge: u32) -> io::Result<Vec<u8>> {
    let max = u64::from(edge) * u64::from(edge) * 3 + MAX_TEXT;
    let jpeg = protocol::receive(output, max).await?;
    if jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Ok(jpeg)
    } else {
        Err(senseless("no JPEG"))
    }
}

/// A file may have taken the worker over: what it says is checked like any stranger's word.
fn check(facts: &PhotoFacts, limits: &Limits) -> io::Result<()> {
    let sides = 1..=limits.max_edge;
    let camera = facts.camera.as_deref().unwrap_or_default();
    let fine = sides.contains(&facts.width)
        && sides.contains(&facts.height)
        && (1..=8).contains(&facts.orientation)
        && camera.chars().count() <= 64
        && !camera.contains(char::is_control);
    if fine {
        Ok(())
    } else {
        Err(senseless("facts out of range"))
    }
}

/// Only what decoding can find out; texts are cut and cleaned again.
fn believable(error: ImageError, isolation: &Isolation) -> io::Result<ImageError> {
    match error {
        ImageError::UnsupportedFormat { what } => Ok(ImageError::unsupported(what)),
        ImageError::CorruptImage { detail } => Ok(ImageError::corrupt(detail)),
        ImageError::DecodeFailed { detail } => Ok(ImageError::failed(detail)),
        ImageError::NotAnImage | ImageError::ImageTooLarge { .. } => Ok(error),
        ImageError::IsolationUnavailable {
            format, missing, ..
        } if !isolation.is_whole() => Ok(ImageError::IsolationUnavailable {
            format: short(format),
            missing: short(missing),
            allowable: false,
        }),
        _ => Err(senseless("an outcome that is not the worker's to tell")),
    }
}

fn senseless(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the worker's answer is senseless: {what}"),
    )
}

fn unavailable(detail: impl std::fmt::Display) -> ImageError {
    ImageError::DecoderUnavailable {
        detail: detail.to_string(),
    }
}

fn timed_out(limits: &Limits) -> ImageError {
    ImageError::DecodeTimeout {
        seconds: limits.wall.as_secs_f64().ceil() as u64,
    }
}
