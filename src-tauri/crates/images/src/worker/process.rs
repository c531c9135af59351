//! One worker: a child process, what is asked of it, and how its answers are checked.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::protocol::{self, Answer, MAX_TEXT, Ready, VERSION};
use crate::error::short;
use crate::pipeline::{Photo, PhotoFacts};
use crate::{Edit, ImageError, Isolation, Limits, platform};

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
/// A file, and what is to be changed of its photo.
pub(super) struct Request {
    pub(super) bytes: Bytes,
    pub(super) edit: Edit,
}

/// A child process that is confined and ready. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    pub(super) isolation: Isolation,
}

/// Why a worker is no more.
pub(super) enum Lost {
    /// Its time was over: it was ended.
    Stuck,
    /// It ended, or was ended because it talked nonsense.
    Ended(ImageError),
}

impl Worker {
    pub(super) async fn start(
        command: &WorkerCommand,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
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
    pub(super) async fn exchange(
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

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What became of a worker that did not answer.
    pub(super) async fn explain(mut self, error: &io::Error) -> Lost {
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

    pub(super) async fn end(&mut self) {
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

pub(super) fn unavailable(detail: impl std::fmt::Display) -> ImageError {
    ImageError::DecoderUnavailable {
        detail: detail.to_string(),
    }
}
