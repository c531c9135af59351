//! The DevTools protocol over a pipe: commands out, answers and events in.
//!
//! A pipe and not a port: DevTools knows no password, so a port would hand the seller's session to
//! every local process. Two threads block on the pipe's ends; events are handed to listeners on the
//! reading thread, in order, so a listener must never block.
use crate::BrowserError;
use crate::platform::Process;
use chromiumoxide_types::Method;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// A longer message ends the browser: nothing we ask for comes near (a picture is a few MB).
const LONGEST_MESSAGE: u64 = 128 * 1024 * 1024;

/// Commands waiting to be written. More means that the browser has stopped reading.
const QUEUED_COMMANDS: usize = 4096;

/// For commands that the browser answers at once.
pub(crate) const CALL_BOUND: Duration = Duration::from_secs(10);

/// Why a session ended.
#[derive(Debug, Clone)]
pub(crate) enum Gone {
    /// Its target was closed.
    Detached,
    /// The whole browser died; how.
    Died(String),
}

/// Gets the events of one session. Called on the reading thread: must not block.
pub(crate) trait Listener: Send + Sync {
    fn event(self: Arc<Self>, method: &str, params: Value);
    fn gone(&self, why: Gone);
}

struct Pending {
    session: Option<String>,
    answer: oneshot::Sender<Result<Value, CallError>>,
}

/// Why a command has no result.
#[derive(Debug, Clone)]
pub(crate) enum CallError {
    Died(String),
    Detached,
    Timeout { method: String, bound: Duration },
    Refused { method: String, message: String },
}

impl From<CallError> for BrowserError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Died(reason) => Self::Crashed {
                of: crate::CrashOf::Browser,
                reason,
            },
            CallError::Detached => Self::PageClosed,
            CallError::Timeout { method, bound } => Self::Timeout {
                what: method,
                seconds: bound.as_secs_f64(),
            },
            CallError::Refused { method, message } => Self::Protocol { method, message },
        }
    }
}

/// One browser's pipe.
pub(crate) struct Connection {
    commands: mpsc::Sender<Vec<u8>>,
    next_id: AtomicU64,
    pending: Mutex<HashMap<u64, Pending>>,
    /// By session; the browser's own events are under the empty name.
    listeners: Mutex<HashMap<String, Arc<dyn Listener>>>,
    died: CancellationToken,
    reason: OnceLock<String>,
    process: Arc<Process>,
    exited: AtomicBool,
}

#[derive(Serialize)]
struct Outgoing<'a, C> {
    id: u64,
    #[serde(rename = "sessionId", skip_serializing_if = "Option::is_none")]
    session: Option<&'a str>,
    method: &'a str,
    params: &'a C,
}

#[derive(Deserialize)]
struct Incoming {
    id: Option<u64>,
    #[serde(rename = "sessionId")]
    session: Option<String>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Refused>,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(default)]
    message: String,
}

impl Connection {
    /// Starts the threads that read, write and wait for the end of the process.
    pub(crate) fn open(
        process: Arc<Process>,
        commands: PipeWriter,
        messages: PipeReader,
    ) -> std::io::Result<Arc<Self>> {
        let (sender, receiver) = mpsc::channel(QUEUED_COMMANDS);
        let connection = Arc::new(Self {
            commands: sender,
            next_id: AtomicU64::new(1),
            pending: Mutex::default(),
            listeners: Mutex::default(),
            died: CancellationToken::new(),
            reason: OnceLock::new(),
            process,
            exited: AtomicBool::new(false),
        });
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        named("browser-write").spawn(move || write_commands(commands, receiver))?;
        let reading = Arc::clone(&connection);
        named("browser-read").spawn(move || reading.read_messages(messages))?;
        let waiting = Arc::clone(&connection);
        named("browser-wait").spawn(move || {
            let how = waiting.process.wait();
            waiting.exited.store(true, Ordering::SeqCst);
            waiting.fail(&how);
        })?;
        Ok(connection)
    }

    /// Fires once the process is gone or cannot be spoken to any more.
    pub(crate) fn died(&self) -> &CancellationToken {
        &self.died
    }

    /// Whether the process has ended and was reaped.
    pub(crate) fn exited(&self) -> bool {
        self.exited.load(Ordering::SeqCst)
    }

    /// From now on `listener` gets the session's events; told at once if the browser is dead.
    pub(crate) fn listen(&self, session: &str, listener: Arc<dyn Listener>) {
        self.listeners.lock().insert(session.to_owned(), listener);
        // `fail` marks the death before it empties the table: what came too late for it is seen
        // here.
        if self.died.is_cancelled() {
            let late = self.listeners.lock().remove(session);
            if let Some(late) = late {
                late.gone(Gone::Died(self.why()));
            }
        }
    }

    /// Sends a command and waits for its result, at most `bound`.
    pub(crate) fn call<'c, C: Method + Serialize>(
        &'c self,
        session: Option<&str>,
        command: &C,
        bound: Duration,
    ) -> impl Future<Output = Result<Value, CallError>> + Send + use<'c, C> {
        let method = command.identifier();
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let message = encode(id, session, &method, command);
        let session = session.map(str::to_owned);
        async move {
            match self.exchange(id, session, message?, bound).await {
                Some(Err(CallError::Refused { message, .. })) => Err(CallError::Refused {
                    method: method.into_owned(),
                    message,
                }),
                Some(result) => result,
                None => Err(CallError::Timeout {
                    method: method.into_owned(),
                    bound,
                }),
            }
        }
    }

    /// `None` past the bound.
    async fn exchange(
        &self,
        id: u64,
        session: Option<String>,
        message: Vec<u8>,
        bound: Duration,
    ) -> Option<Result<Value, CallError>> {
        let (answer, answered) = oneshot::channel();
        // Forgotten on every way out, cancellation too.
        let _entry = Entry {
            connection: self,
            id,
        };
        self.pending.lock().insert(id, Pending { session, answer });
        let exchange = async {
            if self.commands.send(message).await.is_err() {
                return Err(self.death());
            }
            // A sender dropped without an answer means that `fail` has cleared the table.
            answered.await.unwrap_or_else(|_| Err(self.death()))
        };
        tokio::select! {
            biased;
            result = tokio::time::timeout(bound, exchange) => result.ok(),
            // A call made after the death is in no table that would still be cleared.
            () = self.died.cancelled() => Some(Err(self.death())),
        }
    }

    /// Sends a command from a listener, without waiting for its result.
    pub(crate) fn fire<C: Method + Serialize>(&self, session: Option<&str>, command: &C) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let method = command.identifier();
        let Ok(message) = encode(id, session, &method, command) else {
            tracing::error!(%method, "a command could not be encoded");
            return;
        };
        if let Err(mpsc::error::TrySendError::Full(_)) = self.commands.try_send(message) {
            tracing::error!("the browser has stopped reading its commands: ending it");
            self.process.kill();
        }
    }

    /// How the browser died, as the error of every call made after it.
    pub(crate) fn death(&self) -> CallError {
        CallError::Died(self.why())
    }

    fn why(&self) -> String {
        self.reason
            .get()
            .cloned()
            .unwrap_or_else(|| "ended".to_owned())
    }

    fn read_messages(&self, messages: PipeReader) {
        let mut messages = BufReader::with_capacity(64 * 1024, messages);
        let mut message = Vec::new();
        let reason = loop {
            message.clear();
            // One picture must not hold its memory for the rest of the run.
            message.shrink_to(1024 * 1024);
            match (&mut messages)
                .take(LONGEST_MESSAGE)
                .read_until(0, &mut message)
            {
                Ok(_) if message.last() == Some(&0) => {
                    message.pop();
                    self.incoming(&message);
                }
                Ok(length) if length as u64 == LONGEST_MESSAGE => break "sent too long a message",
                Ok(_) => break "closed its pipe",
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break "its pipe broke",
            }
        };
        // The process mostly ends with its pipe, and then its exit code says more.
        for _ in 0..100 {
            if self.died.is_cancelled() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.process.kill();
        self.fail(reason);
    }

    fn incoming(&self, message: &[u8]) {
        let Ok(message) = serde_json::from_slice::<Incoming>(message) else {
            tracing::warn!(
                bytes = message.len(),
                "a message of the browser is not understood"
            );
            return;
        };
        match (message.id, message.method) {
            (Some(id), _) => {
                let pending = self.pending.lock().remove(&id);
                let result = match message.error {
                    None => Ok(message.result),
                    Some(Refused { message }) => {
                        if pending.is_none() {
                            tracing::debug!(id, message, "a fired command was refused");
                        }
                        Err(CallError::Refused {
                            method: String::new(),
                            message,
                        })
                    }
                };
                if let Some(pending) = pending {
                    let _ = pending.answer.send(result);
                }
            }
            (None, Some(method)) => {
                let session = message.session.unwrap_or_default();
                let listener = self.listeners.lock().get(&session).map(Arc::clone);
                if let Some(listener) = listener {
                    listener.event(&method, message.params);
                }
            }
            (None, None) => {}
        }
    }

    /// Ends a session: its calls end, its listener is told.
    pub(crate) fn detach(&self, session: &str) {
        let listener = self.listeners.lock().remove(session);
        let mut ended = Vec::new();
        self.pending.lock().retain(|_, pending| {
            let stays = pending.session.as_deref() != Some(session);
            if !stays {
                // Swapped out: the entry is dropped, its sender answered below.
                let (spare, _) = oneshot::channel();
                ended.push(std::mem::replace(&mut pending.answer, spare));
            }
            stays
        });
        for answer in ended {
            let _ = answer.send(Err(CallError::Detached));
        }
        if let Some(listener) = listener {
            listener.gone(Gone::Detached);
        }
    }

    /// The browser is dead: everything that waits for it ends.
    fn fail(&self, reason: &str) {
        let _ = self.reason.set(reason.to_owned());
        self.died.cancel();
        self.pending.lock().clear();
        let listeners = std::mem::take(&mut *self.listeners.lock());
        for listener in listeners.into_values() {
            listener.gone(Gone::Died(self.why()));
        }
    }
}

struct Entry<'a> {
    connection: &'a Connection,
    id: u64,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.connection.pending.lock().remove(&self.id);
    }
}

fn encode<C: Serialize>(
    id: u64,
    session: Option<&str>,
    method: &str,
    params: &C,
) -> Result<Vec<u8>, CallError> {
    let mut bytes = serde_json::to_vec(&Outgoing {
        id,
        session,
        method,
        params,
    })
    .map_err(|e| CallError::Refused {
        method: method.to_owned(),
        message: e.to_string(),
    })?;
    bytes.push(0);
    Ok(bytes)
}

/// Ends, and so closes the pipe, when the last sender is gone or the browser stops reading.
fn write_commands(mut pipe: PipeWriter, mut commands: mpsc::Receiver<Vec<u8>>) {
    while let Some(command) = commands.blocking_recv() {
        if pipe.write_all(&command).is_err() {
            return;
        }
    }
}

/// A command's result as the shape we read of it.
pub(crate) fn read<T: serde::de::DeserializeOwned>(
    method: &str,
    result: Value,
) -> Result<T, CallError> {
    serde_json::from_value(result).map_err(|error| CallError::Refused {
        method: method.to_owned(),
        // Names the field, never its value.
        message: format!("answered in another shape: {error}"),
    })
}
