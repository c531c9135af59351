//! Opening: version floor, check, copy, migrations, pools.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{backup::copy_before_upgrade, error::OpenError};

static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations");

/// The oldest SQLite that keeps WAL databases whole (reliability: WAL-reset bug, fixed in 3.51.3, 2026-03-13).
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);

/// How long a call waits for another process's write.
const BUSY: Duration = Duration::from_secs(10);
/// How long a start waits for another process's upgrade.
const UPGRADE: Duration = Duration::from_secs(120);
/// Connections that read at once.
const READERS: u32 = 4;

/// The database of one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
}

impl Database {
    /// Opens `studio.sqlite` in the data folder, makes it where it is missing, and brings it to this version's
    /// schema after copying it to `backups`.
    ///
    /// # Errors
    /// See [`OpenError`]. A newer database is refused before anything is written.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let at = |source| OpenError::Folder {
            path: folder.to_owned(),
            source,
        };
        fs_err::create_dir_all(folder).map_err(at)?;
        private(folder).map_err(at)?;
        let path = folder.join("studio.sqlite");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // A statement's text may hold what a person typed; it is never logged.
            .disable_statement_logging();
        // Two first starts, or two upgrades, at once: the second waits until the first is done.
        let lock = upgrade_lock(folder).await.map_err(at)?;
        let mut connection = SqliteConnection::connect_with(&options).await?;
        floor(&mut connection).await?;
        check(&mut connection, &path).await?;
        migrate(&mut connection, folder, &path).await?;
        failpoint::reached("store.migrated");
        connection.close().await?;
        drop(lock);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // On a full disk SQLite ends a transaction by itself, and the driver goes on believing in it: such a
            // connection would refuse every later write until a restart.
            .before_acquire(|connection, _| {
                let usable = !connection.is_in_transaction();
                Box::pin(async move { Ok(usable) })
            })
            .connect_with(options.clone())
            .await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.create_if_missing(false).read_only(true))
            .await?;
        failpoint::reached("store.opened");
        Ok(Self { writer, reader })
    }

    /// The one connection that writes; for the crate `queue`.
    #[must_use]
    pub fn writer(&self) -> SqlitePool {
        self.writer.clone()
    }

    /// The connections that read; for the crate `queue`.
    #[must_use]
    pub fn reader(&self) -> SqlitePool {
        self.reader.clone()
    }

    /// SQLite's version, as it runs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sqlite_version(&self) -> Result<String, OpenError> {
        Ok(sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&self.reader)
            .await?)
    }

    /// Ends all connections; everything is on the disk already.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Held while the schema is looked at and changed; the system frees it when the process ends.
async fn upgrade_lock(folder: &Path) -> std::io::Result<fs_err::File> {
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("upgrade.lock"))?;
    let end = tokio::time::Instant::now() + UPGRADE;
    while file.file().try_lock().is_err() {
        if tokio::time::Instant::now() > end {
            return Err(std::io::Error::other(
                "another process has been upgrading the data for a long time",
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(file)
}

async fn floor(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    let mut parts = found.split('.').map(|p| u32::from_str(p).unwrap_or(0));
    let version = (
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
    );
    if version < SQLITE_FLOOR {
        return Err(OpenError::SqliteTooOld {
            found,
            needed: "3.51.3",
        });
    }
    Ok(())
}

async fn check(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let finding: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(connection)
        .await
        .map_err(|e| OpenError::Damaged {
            path: path.to_owned(),
            finding: e.to_string(),
        })?;
    if finding == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged {
            path: path.to_owned(),
            finding,
        })
    }
}

async fn migrate(
    connection: &mut SqliteConnection,
    folder: &Path,
    path: &Path,
) -> Result<(), OpenError> {
    let present = applied(connection).await?;
    let newest = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    match present {
        Some(version) if version > newest => {
            return Err(OpenError::Newer {
                path: path.to_owned(),
            });
        }
        Some(version) if version < newest => {
            let copy = copy_before_upgrade(connection, &folder.join("backups"), version).await?;
            tracing::info!(copy = %copy.display(), from = version, to = newest, "copied before the upgrade");
        }
        _ => {}
    }
    // Each file runs in a transaction of its own.
    MIGRATIONS.run(&mut *connection).await.map_err(|e| match e {
        MigrateError::VersionMissing(_) => OpenError::Newer {
            path: path.to_owned(),
        },
        other => OpenError::Migrate(other),
    })
}

/// The newest migration that the database has; none for a new one.
async fn applied(connection: &mut SqliteConnection) -> Result<Option<i64>, OpenError> {
    let table: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    if table == 0 {
        return Ok(None);
    }
    Ok(
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(connection)
            .await?,
    )
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_folder: &Path) -> std::io::Result<()> {
    // The application-data folder belongs to its user already.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn opens_with_the_promised_durability() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        for pool in [&db.writer, &db.reader] {
            let sync: i64 = sqlx::query_scalar("PRAGMA synchronous")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(
                sync, 2,
                "only FULL keeps an acknowledged intent through a power cut"
            );
            let keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(keys, 1, "a listing must never point at no draft");
        }
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&db.writer)
            .await
            .unwrap();
        assert_eq!(mode, "wal", "readers must not wait for the writer");
        let loose: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'")
                .fetch_all(&db.writer)
                .await
                .unwrap();
        assert!(
            loose.is_empty(),
            "every table of ours is STRICT, but {loose:?} is not"
        );
        let write = sqlx::query("INSERT INTO settings VALUES ('a', '1')")
            .execute(&db.reader)
            .await;
        assert!(write.is_err(), "a reader must not be able to write");
    }

    #[tokio::test]
    async fn a_newer_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .execute(&db.writer)
        .await
        .unwrap();
        db.close().await;
        let error = Database::open(folder.path()).await.err().unwrap();
        assert!(
            matches!(error, OpenError::Newer { .. }),
            "an older app says so politely: {error}"
        );
        assert!(
            !folder.path().join("backups").exists(),
            "nothing was written on the way"
        );
    }

    #[tokio::test]
    async fn an_upgrade_is_preceded_by_a_whole_copy() {
        let folder = tempfile::tempdir().unwrap();
        let first = MIGRATIONS.iter().map(|m| m.version).min().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("studio.sqlite"))
            .create_if_missing(true);
        let mut old = SqliteConnection::connect_with(&options).await.unwrap();
        let only_first = Migrator {
            migrations: MIGRATIONS
                .iter()
                .filter(|m| m.version == first)
                .cloned()
                .collect::<Vec<_>>()
                .into(),
            ..Migrator::DEFAULT
        };
        only_first.run(&mut old).await.unwrap();
        sqlx::query("INSERT INTO settings VALUES ('language', '\"fr\"')")
            .execute(&mut old)
            .await
            .unwrap();
        old.close().await.unwrap();

        Database::open(folder.path()).await.unwrap().close().await;
        let copies: Vec<_> = fs_err::read_dir(folder.path().join("backups"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        assert_eq!(copies.len(), 1, "one upgrade, one copy");
        let mut copy =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&copies[0]))
                .await
                .unwrap();
        let value: String = sqlx::query_scalar("SELECT value FROM settings WHERE key = 'language'")
            .fetch_one(&mut copy)
            .await
            .unwrap();
        assert_eq!(
            value, "\"fr\"",
            "the copy holds what was there before the upgrade"
        );
    }

    #[tokio::test]
    async fn two_first_starts_at_once_both_open() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = tokio::join!(Database::open(folder.path()), Database::open(folder.path()));
        assert!(
            one.is_ok() && two.is_ok(),
            "the second waits for the first instead of failing"
        );
    }

    #[tokio::test]
    async fn a_damaged_file_is_named_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.sqlite");
        let junk = vec![0x5a_u8; 8192];
        fs_err::write(&path, &junk).unwrap();
        assert!(
            Database::open(folder.path()).await.is_err(),
            "junk is no database"
        );
        assert_eq!(
            fs_err::read(&path).unwrap(),
            junk,
            "what is not understood is not touched"
        );
    }

    #[tokio::test]
    async fn damage_inside_a_database_is_found_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("studio.sqlite");
        Database::open(folder.path()).await.unwrap().close().await;
        let mut bytes = fs_err::read(&path).unwrap();
        let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
        // No kind of page begins so (fileformat2, section 1.6).
        let last = bytes.len() - page;
        bytes[last] = 0xff;
        fs_err::write(&path, &bytes).unwrap();
        let opened = Database::open(folder.path()).await;
        assert!(
            matches!(opened, Err(OpenError::Damaged { .. })),
            "SQLite opens it without a word, and reads wrong later"
        );
        assert_eq!(
            fs_err::read(&path).unwrap(),
            bytes,
            "a damaged file is left for a rescue"
        );
    }
}
