//! What can go wrong with the queue.

use uuid::Uuid;

use crate::{JobEvent, JobStatus};

/// Why the queue did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No job has this id, or it was removed.
    #[error("there is no job {0}")]
    NotFound(Uuid),
    /// The job's state forbids it. Nothing changed.
    #[error("a job that is {from} cannot take {event:?}")]
    IllegalTransition {
        /// The state that the job is in.
        from: JobStatus,
        /// What was asked of it.
        event: JobEvent,
    },
    /// An unfinished job holds the same unique key. Nothing changed.
    #[error("job {existing} does the same already")]
    Duplicate {
        /// The job that holds the key.
        existing: Uuid,
    },
    /// The run is not this process's any more: another one rescued the job.
    #[error("the run of job {0} was taken over")]
    LeaseLost(Uuid),
    /// A value that the queue does not take.
    #[error("{what} is not allowed here")]
    Invalid {
        /// Which value.
        what: &'static str,
    },
    /// A row cannot be understood; a newer program or a damaged file wrote it.
    #[error("the job table holds {what} that cannot be read")]
    Corrupt {
        /// What cannot be read.
        what: &'static str,
    },
    /// The disk is full. Nothing changed; it works again when there is space.
    #[error("the disk is full")]
    StorageFull,
    /// Another process held the database for longer than the connection waits.
    #[error("the database is busy")]
    Busy,
    /// The database failed.
    #[error("the job table failed")]
    Storage(#[source] sqlx::Error),
}

impl QueueError {
    /// The same request may work later without anybody's help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::StorageFull)
    }
}

impl From<sqlx::Error> for QueueError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        // SQLite's primary result code is the low byte of the extended one.
        let code = error
            .as_database_error()
            .and_then(|database| database.code())
            .and_then(|code| code.parse::<i32>().ok())
            .map(|code| match code {
                // The index of the log cannot grow: SQLite hides that the disk is full.
                libsqlite3_sys::SQLITE_IOERR_SHMSIZE => libsqlite3_sys::SQLITE_FULL,
                code => code & 0xff,
            });
        match code {
            Some(libsqlite3_sys::SQLITE_FULL) => Self::StorageFull,
            Some(libsqlite3_sys::SQLITE_BUSY | libsqlite3_sys::SQLITE_LOCKED) => Self::Busy,
            _ => Self::Storage(error),
        }
    }
}
