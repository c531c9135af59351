//! The queue itself: its two pools, its process, its clock, and how a job changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::record::Record;
use crate::{Clock, Job, JobEvent, Presence, QueueError, QueueEvent};

/// Listeners that fall further behind than this miss events and are told that they did.
const EVENTS_KEPT: usize = 1024;

/// Durable jobs in a SQLite database. Cheap to clone; all clones are one queue.
#[derive(Clone)]
pub struct Queue {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
    pub(crate) presence: Presence,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: broadcast::Sender<QueueEvent>,
    /// Wakes a worker: a job may have become due.
    pub(crate) wake: Notify,
    /// How to stop the runs of this process, by job.
    stops: Mutex<HashMap<Uuid, CancellationToken>>,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue")
            .field("presence", &self.inner.presence)
            .finish_non_exhaustive()
    }
}

impl Queue {
    /// A queue over an open database whose migrations are done.
    ///
    /// `writer` has one connection, with foreign keys, `synchronous=FULL` and a busy timeout;
    /// `reader` any number. `presence` is [`Presence::announce`] where several processes work on
    /// the database, or a fresh boot id where this is the only one.
    pub fn new(
        writer: SqlitePool,
        reader: SqlitePool,
        presence: impl Into<Presence>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        Self {
            inner: Arc::new(Inner {
                writer,
                reader,
                presence: presence.into(),
                clock,
                events,
                wake: Notify::new(),
                stops: Mutex::default(),
            }),
        }
    }

    /// The changes that this process makes from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<QueueEvent> {
        self.inner.events.subscribe()
    }

    /// This process's id, as leases carry it.
    #[must_use]
    pub fn boot_id(&self) -> Uuid {
        self.inner.presence.boot_id()
    }

    /// The process with this boot id lives; in doubt it does.
    #[must_use]
    pub fn is_alive(&self, boot_id: Uuid) -> bool {
        self.inner.presence.is_alive(boot_id)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// A transaction that holds the write lock from its beginning: what it reads stays true.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, QueueError> {
        Ok(self.inner.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Takes the job through `event`: `apply` changes the rest of it, knowing its old status.
    pub(crate) async fn change(
        &self,
        id: Uuid,
        event: JobEvent,
        apply: impl FnOnce(&mut Record),
    ) -> Result<Job, QueueError> {
        let mut transaction = self.begin().await?;
        let mut record = Record::find(&mut transaction, id)
            .await?
            .filter(|record| record.job.removed_at.is_none())
            .ok_or(QueueError::NotFound(id))?;
        let from = record.job.status;
        record.job.status = from
            .after(event)
            .ok_or(QueueError::IllegalTransition { from, event })?;
        apply(&mut record);
        record.job.updated_at = self.now();
        let saved = record.save(&mut transaction).await;
        self.or_duplicate(saved, &mut transaction, record.job.unique_key.as_deref())
            .await?;
        transaction.commit().await?;
        Ok(self.settled(record))
    }

    /// Tells that a job was written and gives it as it stands now.
    pub(crate) fn settled(&self, mut record: Record) -> Job {
        if record.job.status != crate::JobStatus::Running {
            record.job.boot_id = None;
            record.job.heartbeat_at = None;
            record.job.stop_requested = false;
        }
        self.tell(&record.job);
        self.inner.wake.notify_one();
        record.job
    }

    /// Turns a violated unique key into an error that names the job which holds it.
    pub(crate) async fn or_duplicate(
        &self,
        result: Result<(), QueueError>,
        transaction: &mut Transaction<'static, Sqlite>,
        key: Option<&str>,
    ) -> Result<(), QueueError> {
        let violated = matches!(&result, Err(QueueError::Storage(error))
            if error.as_database_error().is_some_and(|e| e.is_unique_violation()));
        let (true, Some(key)) = (violated, key) else {
            return result;
        };
        let existing: Option<String> = sqlx::query_scalar(
            "SELECT id FROM jobs WHERE unique_key = ? AND removed_at IS NULL \
             AND status NOT IN ('success', 'failed')",
        )
        .bind(key)
        .fetch_optional(&mut **transaction)
        .await?;
        match existing.as_deref().map(Uuid::parse_str) {
            Some(Ok(existing)) => Err(QueueError::Duplicate { existing }),
            _ => result,
        }
    }

    pub(crate) fn stops(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, CancellationToken>> {
        self.inner
            .stops
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
