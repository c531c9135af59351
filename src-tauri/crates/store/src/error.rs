//! What can go wrong, and how a database error becomes a port's error.

use std::path::PathBuf;

use app::ports::RecordError;
use libsqlite3_sys::{
    SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR, SQLITE_IOERR_SHMSIZE,
    SQLITE_NOTADB, SQLITE_READONLY,
};

/// Why the database was not opened. Nothing in it was changed, or the change was rolled back.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The program carries a SQLite that may corrupt a database in WAL mode.
    #[error("SQLite {found} is older than {needed}; this build must not be used")]
    SqliteTooOld {
        /// Its version.
        found: String,
        /// The oldest that is safe.
        needed: &'static str,
    },
    /// A newer version of the app wrote it.
    #[error("the data in {path} were written by a newer version of the app; install that version")]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// It does not pass SQLite's own check.
    #[error("the database {path} is damaged ({finding}); a backup lies beside it in `backups`")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What the check said first.
        finding: String,
    },
    /// The copy before a migration could not be made; nothing was migrated.
    #[error("the copy before the upgrade could not be made")]
    Backup(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A migration failed and was rolled back.
    #[error("the data could not be brought to this version")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The folder or file cannot be used.
    #[error("the data folder {path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Anything else of SQLite.
    #[error("the database cannot be opened")]
    Sqlite(#[from] sqlx::Error),
}

/// From SQLite's error to the port's.
pub(crate) fn record(error: sqlx::Error) -> RecordError {
    match &error {
        sqlx::Error::RowNotFound => RecordError::NotFound,
        _ => match primary_code(&error) {
            Some(SQLITE_FULL) => RecordError::Full,
            Some(
                SQLITE_IOERR | SQLITE_CANTOPEN | SQLITE_READONLY | SQLITE_CORRUPT | SQLITE_NOTADB,
            ) => RecordError::Disk(error.to_string()),
            _ => RecordError::Broken(error.to_string()),
        },
    }
}

/// SQLite's result code; extended codes keep it in the low byte. Where the index of the log cannot grow, SQLite
/// says I/O error and hides that the disk is full.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    match code.parse::<i32>().ok()? {
        SQLITE_IOERR_SHMSIZE => Some(SQLITE_FULL),
        code => Some(code & 0xff),
    }
}

impl OpenError {
    /// The disk was full: it works again when there is space.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if error.downcast_ref().is_some_and(app::is_full_disk)
                || error.downcast_ref().and_then(primary_code) == Some(SQLITE_FULL)
            {
                return true;
            }
            cause = error.source();
        }
        false
    }
}
