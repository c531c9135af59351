use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use super::process::{Lost, Request, Worker, WorkerCommand, unavailable};
use crate::pipeline::{self, Photo, Processed};
use crate::{Edit, Format, ImageError, Isolation, Limits};

/// How long a worker may wait for the next photo.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Turns files into photos in a few child processes that can be lost without harm.
///
/// Each worker has an empty environment, no files, no network, no other programs, limits on memory
/// and processor time, and ends with this process. Where it cannot be shut off like that, HEIC and
/// AVIF are refused unless [`Limits::unisolated`] says otherwise.
///
/// A worker serves one file after another and is replaced after any failure; one that failed at its
/// second or a later file is not believed: the file gets a fresh worker once. Workers are started
/// when needed and ended after 30 s without work. Clones share the workers.
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

fn timed_out(limits: &Limits) -> ImageError {
    ImageError::DecodeTimeout {
        seconds: limits.wall.as_secs_f64().ceil() as u64,
    }
}
