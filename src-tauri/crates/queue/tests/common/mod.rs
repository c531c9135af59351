//! A queue over a real SQLite file, and a clock that stands still.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a failed step fails the test"
)]
#![allow(dead_code, unreachable_pub, reason = "each test file uses some of it")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use queue::{Clock, Job, JobStatus, Mode, NewJob, Presence, Queue, SystemClock};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const MIGRATIONS: [&str; 3] = [
    include_str!("../../../../../migrations/0002_queue.sql"),
    include_str!("../../../../../migrations/0003_queue_plans.sql"),
    include_str!("../../../../../migrations/0025_job_changes.sql"),
];

/// How many random histories: a few with every run of the tests, `HISTORIES=2000` for the whole.
pub fn histories(few: u32) -> u32 {
    std::env::var("HISTORIES")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(few)
}

/// A temporary folder with a database in it.
pub struct Bed {
    pub folder: tempfile::TempDir,
}

impl Bed {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (writer, _) = pools(&folder.path().join("queue.db")).await;
        for migration in MIGRATIONS {
            sqlx::raw_sql(migration).execute(&writer).await.unwrap();
        }
        writer.close().await;
        Self { folder }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("queue.db")
    }

    pub fn processes(&self) -> PathBuf {
        self.folder.path().join("processes")
    }

    /// A queue with connections of its own, as another process would have it.
    pub async fn queue(&self) -> Queue {
        self.queue_at(Arc::new(SystemClock)).await
    }

    pub async fn queue_at(&self, clock: Arc<dyn Clock>) -> Queue {
        open(&self.database(), &self.processes(), clock).await
    }
}

pub async fn open(database: &Path, processes: &Path, clock: Arc<dyn Clock>) -> Queue {
    let (writer, reader) = pools(database).await;
    Queue::new(
        writer,
        reader,
        Presence::announce(processes).unwrap(),
        clock,
    )
}

pub async fn pools(database: &Path) -> (SqlitePool, SqlitePool) {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20));
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .unwrap();
    let reader = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await
        .unwrap();
    (writer, reader)
}

/// Stands still until it is moved.
pub struct StillClock(Mutex<DateTime<Utc>>);

impl StillClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-20T08:00:00Z".parse().unwrap())))
    }

    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for StillClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// A job that is due at once.
pub fn job(subject: &str, lane: &str) -> NewJob {
    NewJob {
        subject: subject.to_owned(),
        label: format!("label of {subject}"),
        lane: lane.to_owned(),
        payload: serde_json::json!({ "subject": subject }),
        planned_at: DateTime::UNIX_EPOCH,
        planned_wall: None,
        waits: None,
        mode: Mode::Automated,
        max_attempts: 1,
        unique_key: None,
    }
}

pub async fn status(queue: &Queue, job: &Job) -> JobStatus {
    queue.get(job.id).await.unwrap().status
}
