//! Tables `import_runs`, `import_files` and `import_drafts`: where an import was when its process died.

use app::ports::{FileOutcome, ImportFile, ImportRun, Imports, Recorded};
use async_trait::async_trait;
use contract::{Code, Grouping, PhotoGroupView};
use domain::{Draft, Photo};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    Database,
    convert::{json, read_id, read_json, read_time, read_u32, time, unreadable},
    drafts,
    error::record,
    photos,
};

fn grouping_text(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::Auto => "auto",
        Grouping::One => "one",
        Grouping::None => "none",
    }
}

fn read_grouping(text: &str) -> Recorded<Grouping> {
    [Grouping::Auto, Grouping::One, Grouping::None]
        .into_iter()
        .find(|g| grouping_text(*g) == text)
        .ok_or_else(|| unreadable("a grouping"))
}

fn read_run(row: &SqliteRow) -> Recorded<(ImportRun, u32)> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let run = ImportRun {
        id: read_id(&text("id")?)?,
        request: text("request")?,
        paths: read_json(&text("paths")?, "paths")?,
        grouping: read_grouping(&text("grouping")?)?,
        total: read_u32(row.try_get("total").map_err(record)?)?,
        boot_id: read_id(&text("boot_id")?)?,
        stopped: row.try_get("stopped").map_err(record)?,
        created_at: read_time(&text("created_at")?)?,
    };
    Ok((run, read_u32(row.try_get("done").map_err(record)?)?))
}

fn read_file(row: &SqliteRow) -> Recorded<(ImportFile, FileOutcome)> {
    let bytes: i64 = row.try_get("bytes").map_err(record)?;
    let file = ImportFile {
        path: row.try_get("path").map_err(record)?,
        bytes: u64::try_from(bytes).map_err(|_| unreadable("a length"))?,
        modified: row.try_get("modified").map_err(record)?,
    };
    let code: Option<String> = row.try_get("code").map_err(record)?;
    let outcome = match code {
        Some(code) => FileOutcome::Rejected {
            code: Code::parse(&code).ok_or_else(|| unreadable("a code"))?,
            message: row.try_get("message").map_err(record)?,
        },
        None => FileOutcome::Photo {
            photo: Box::new(photos::read(row)?),
            new: row.try_get("new").map_err(record)?,
            drafted: row.try_get("drafted").map_err(record)?,
        },
    };
    Ok((file, outcome))
}

#[async_trait]
impl Imports for Database {
    async fn begin(&self, run: &ImportRun) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO import_runs (id, request, paths, grouping, total, boot_id, stopped, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(run.id.to_string())
        .bind(&run.request)
        .bind(json(&run.paths)?)
        .bind(grouping_text(run.grouping))
        .bind(run.total)
        .bind(run.boot_id.to_string())
        .bind(run.stopped)
        .bind(time(run.created_at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }

    async fn take_over(&self, run: Uuid, from: Uuid, to: Uuid, total: u32) -> Recorded<bool> {
        let taken = sqlx::query(
            "UPDATE import_runs SET boot_id = ?, total = ?, stopped = 0 WHERE id = ? AND boot_id = ?",
        )
        .bind(to.to_string())
        .bind(total)
        .bind(run.to_string())
        .bind(from.to_string())
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(taken.rows_affected() == 1)
    }

    async fn unfinished(&self) -> Recorded<Vec<(ImportRun, u32)>> {
        let rows = sqlx::query(
            "SELECT r.*, (SELECT count(*) FROM import_files f WHERE f.run_id = r.id) AS done \
             FROM import_runs r ORDER BY r.created_at DESC, r.id DESC",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read_run).collect()
    }

    async fn files(&self, run: Uuid) -> Recorded<Vec<(ImportFile, FileOutcome)>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT f.path, f.bytes, f.modified, f.new, f.drafted, f.code, f.message, {} \
             FROM import_files f LEFT JOIN photos p ON p.id = f.photo_id WHERE f.run_id = ?",
            photos::COLUMNS
        )))
        .bind(run.to_string())
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read_file).collect()
    }

    async fn drafts(&self, run: Uuid) -> Recorded<Vec<PhotoGroupView>> {
        let rows = sqlx::query(
            "SELECT draft_id, reason, seconds, confidence FROM import_drafts WHERE run_id = ? ORDER BY place",
        )
        .bind(run.to_string())
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter()
            .map(|row| {
                let seconds: Option<i64> = row.try_get("seconds").map_err(record)?;
                Ok(PhotoGroupView {
                    draft_id: row.try_get("draft_id").map_err(record)?,
                    reason: row.try_get("reason").map_err(record)?,
                    seconds: seconds.map(read_u32).transpose()?,
                    confidence: row.try_get("confidence").map_err(record)?,
                    ..PhotoGroupView::default()
                })
            })
            .collect()
    }

    async fn note_photo(
        &self,
        run: Uuid,
        file: &ImportFile,
        photo: &Photo,
    ) -> Recorded<(Photo, bool)> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let noted = note_photo(&mut tx, run, file, photo).await?;
        tx.commit().await.map_err(record)?;
        failpoint::reached("import.photo_recorded");
        Ok(noted)
    }

    async fn note_rejected(
        &self,
        run: Uuid,
        file: &ImportFile,
        code: Code,
        message: &str,
    ) -> Recorded<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO import_files (run_id, path, bytes, modified, new, drafted, code, message) \
             VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        )
        .bind(run.to_string())
        .bind(&file.path)
        .bind(length(file)?)
        .bind(file.modified)
        .bind(code.as_str())
        .bind(message)
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }

    async fn add_drafts(
        &self,
        run: Uuid,
        new: &[Draft],
        groups: &[PhotoGroupView],
    ) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        drafts::insert(&mut tx, new).await?;
        for (draft, group) in new.iter().zip(groups) {
            sqlx::query(
                "INSERT INTO import_drafts (run_id, draft_id, place, reason, seconds, confidence) \
                 SELECT ?1, ?2, coalesce(max(place) + 1, 0), ?3, ?4, ?5 FROM import_drafts WHERE run_id = ?1",
            )
            .bind(run.to_string())
            .bind(draft.id.to_string())
            .bind(&group.reason)
            .bind(group.seconds)
            .bind(group.confidence)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
            for photo in &draft.photos {
                sqlx::query(
                    "UPDATE import_files SET drafted = 1 WHERE run_id = ? AND photo_id = ?",
                )
                .bind(run.to_string())
                .bind(photo.id.to_string())
                .execute(&mut *tx)
                .await
                .map_err(record)?;
            }
        }
        tx.commit().await.map_err(record)?;
        failpoint::reached("import.drafts_recorded");
        Ok(())
    }

    async fn stop(&self, run: Uuid) -> Recorded<()> {
        sqlx::query("UPDATE import_runs SET stopped = 1 WHERE id = ?")
            .bind(run.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn finish(&self, run: Uuid) -> Recorded<()> {
        sqlx::query("DELETE FROM import_runs WHERE id = ?")
            .bind(run.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }
}

/// The photo and that its file is done, on a connection that is in a transaction.
pub(crate) async fn note_photo(
    connection: &mut SqliteConnection,
    run: Uuid,
    file: &ImportFile,
    photo: &Photo,
) -> Recorded<(Photo, bool)> {
    let (photo, new) = photos::insert_once(&mut *connection, photo).await?;
    // A file that comes a second time after it changed takes the place of what it was.
    sqlx::query(
        "INSERT OR REPLACE INTO import_files (run_id, path, bytes, modified, photo_id, new, drafted) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
         EXISTS (SELECT 1 FROM import_files f WHERE f.run_id = ?1 AND f.photo_id = ?5 AND f.drafted))",
    )
    .bind(run.to_string())
    .bind(&file.path)
    .bind(length(file)?)
    .bind(file.modified)
    .bind(photo.id.to_string())
    .bind(new)
    .execute(&mut *connection)
    .await
    .map_err(record)?;
    Ok((photo, new))
}

fn length(file: &ImportFile) -> Recorded<i64> {
    i64::try_from(file.bytes).map_err(|_| unreadable("a length"))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::photos::tests::photo;

    async fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        (folder, database)
    }

    fn run() -> ImportRun {
        ImportRun {
            id: Uuid::from_u128(7),
            request: "a".repeat(64),
            paths: vec!["/home/ana/Photos".into()],
            grouping: Grouping::Auto,
            total: 3,
            boot_id: Uuid::from_u128(8),
            stopped: false,
            created_at: Utc.timestamp_opt(1_700_000_000, 0).single().unwrap(),
        }
    }

    fn file(name: &[u8]) -> ImportFile {
        ImportFile {
            path: name.to_vec(),
            bytes: 12,
            modified: 34,
        }
    }

    #[tokio::test]
    async fn what_was_done_is_there_after_a_crash_and_gone_at_the_end() {
        let (_folder, db) = database().await;
        let run = run();
        db.begin(&run).await.unwrap();
        let (first, second, bad) = (file(b"1.jpg"), file(b"\xFF2.jpg"), file(b"3.txt"));
        assert!(
            db.note_photo(run.id, &first, &photo(1)).await.unwrap().1,
            "new"
        );
        let (copy, new) = db.note_photo(run.id, &second, &photo(1)).await.unwrap();
        assert!(!new, "the same picture under another name");
        db.note_rejected(run.id, &bad, Code::NotAnImage, "No.")
            .await
            .unwrap();
        assert_eq!(
            db.unfinished().await.unwrap(),
            [(run.clone(), 3)],
            "three files are done"
        );

        let mut draft = Draft::new(Uuid::from_u128(9).into(), run.created_at);
        draft.photos = vec![copy.clone()];
        let group = PhotoGroupView {
            draft_id: draft.id.to_string(),
            reason: "single".into(),
            seconds: Some(5),
            confidence: 0.5,
            ..PhotoGroupView::default()
        };
        db.add_drafts(run.id, &[draft], std::slice::from_ref(&group))
            .await
            .unwrap();
        assert_eq!(Imports::drafts(&db, run.id).await.unwrap(), [group]);
        let drafted = |new| FileOutcome::Photo {
            photo: Box::new(copy.clone()),
            new,
            drafted: true,
        };
        let mut files = db.files(run.id).await.unwrap();
        files.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let refused = FileOutcome::Rejected {
            code: Code::NotAnImage,
            message: "No.".into(),
        };
        assert_eq!(
            files,
            [
                (first, drafted(true)),
                (bad, refused),
                (second, drafted(false))
            ],
            "both files of the one photo are in its draft"
        );

        let later = ImportRun {
            boot_id: Uuid::from_u128(10),
            total: 5,
            ..run.clone()
        };
        let (dead, alive) = (run.boot_id, later.boot_id);
        assert!(db.take_over(run.id, dead, alive, 5).await.unwrap());
        assert!(
            !db.take_over(run.id, dead, Uuid::from_u128(11), 5)
                .await
                .unwrap(),
            "of two that want it, one has it"
        );
        db.stop(run.id).await.unwrap();
        let stopped = ImportRun {
            stopped: true,
            ..later
        };
        assert_eq!(
            db.unfinished().await.unwrap(),
            [(stopped, 3)],
            "taken over, stopped"
        );
        db.finish(run.id).await.unwrap();
        assert_eq!(db.unfinished().await.unwrap(), [], "nothing is kept of it");
        assert_eq!(db.files(run.id).await.unwrap(), [], "nor of its files");
    }
}
