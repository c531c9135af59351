//! Table `uploads`.

use app::ports::{ImportFile, Recorded, Upload, UploadStatus, Uploads};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::Photo;
use sqlx::{Row, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    Database,
    convert::{read_id, read_time, read_u32, time, unreadable},
    error::record,
    imports,
};

fn read(row: &SqliteRow) -> Recorded<Upload> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(record);
    let length = |column: &str| {
        row.try_get::<i64, _>(column)
            .map_err(record)
            .and_then(|n| u64::try_from(n).map_err(|_| unreadable("a length")))
    };
    Ok(Upload {
        id: read_id(&text("id")?)?,
        filename: text("filename")?,
        mime: text("mime")?,
        size: length("size")?,
        part_size: length("part_size")?,
        status: UploadStatus::parse(&text("status")?).ok_or_else(|| unreadable("a status"))?,
        boot_id: read_id(&text("boot_id")?)?,
        photo_id: maybe("photo_id")?.as_deref().map(read_id).transpose()?,
        sha256: maybe("sha256")?,
        reason: maybe("reason")?,
        device: maybe("device_id")?.as_deref().map(read_id).transpose()?,
        mark: maybe("mark")?,
        created_at: read_time(&text("created_at")?)?,
        updated_at: read_time(&text("updated_at")?)?,
    })
}

fn length(bytes: u64) -> Recorded<i64> {
    i64::try_from(bytes).map_err(|_| unreadable("a length"))
}

#[async_trait]
impl Uploads for Database {
    async fn begin(&self, upload: &Upload) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO uploads (id, filename, mime, size, part_size, status, boot_id, device_id, mark, created_at, \
             updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(upload.id.to_string())
        .bind(&upload.filename)
        .bind(&upload.mime)
        .bind(length(upload.size)?)
        .bind(length(upload.part_size)?)
        .bind(upload.status.code())
        .bind(upload.boot_id.to_string())
        .bind(upload.device.map(|id| id.to_string()))
        .bind(&upload.mark)
        .bind(time(upload.created_at))
        .bind(time(upload.updated_at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.upload_begun");
        Ok(())
    }

    async fn upload(&self, id: Uuid) -> Recorded<Upload> {
        let row = sqlx::query(
            "SELECT u.*, p.sha256 FROM uploads u LEFT JOIN photos p ON p.id = u.photo_id WHERE u.id = ?",
        )
        .bind(id.to_string())
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        read(&row)
    }

    async fn pending(&self) -> Recorded<(u32, u64)> {
        let (count, bytes): (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(size), 0) FROM uploads WHERE status IN ('pending', 'processing')",
        )
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        let bytes = u64::try_from(bytes).map_err(|_| unreadable("a length"))?;
        Ok((read_u32(count)?, bytes))
    }

    async fn touch(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<()> {
        sqlx::query("UPDATE uploads SET updated_at = ? WHERE id = ?")
            .bind(time(at))
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn advance(&self, before: &Upload, after: &Upload) -> Recorded<bool> {
        let done = sqlx::query(
            "UPDATE uploads SET status = ?, boot_id = ?, photo_id = ?, reason = ?, updated_at = ? \
             WHERE id = ? AND status = ? AND boot_id = ?",
        )
        .bind(after.status.code())
        .bind(after.boot_id.to_string())
        .bind(after.photo_id.map(|id| id.to_string()))
        .bind(&after.reason)
        .bind(time(after.updated_at))
        .bind(before.id.to_string())
        .bind(before.status.code())
        .bind(before.boot_id.to_string())
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.upload_advanced");
        Ok(done.rows_affected() == 1)
    }

    async fn pending_of(&self, device: Uuid) -> Recorded<Vec<Upload>> {
        let rows = sqlx::query(
            "SELECT *, NULL AS sha256 FROM uploads WHERE device_id = ? AND status = 'pending' ORDER BY updated_at, id",
        )
        .bind(device.to_string())
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn processing(&self) -> Recorded<Vec<Upload>> {
        let rows = sqlx::query(
            "SELECT *, NULL AS sha256 FROM uploads WHERE status = 'processing' ORDER BY id",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn begun_by(&self, device: Uuid, since: DateTime<Utc>) -> Recorded<(u32, u64)> {
        let (count, bytes): (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(size), 0) FROM uploads WHERE device_id = ? AND created_at >= ?",
        )
        .bind(device.to_string())
        .bind(time(since))
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        let bytes = u64::try_from(bytes).map_err(|_| unreadable("a length"))?;
        Ok((read_u32(count)?, bytes))
    }

    async fn same_of(&self, upload: &Upload) -> Recorded<Option<Upload>> {
        // A photo that no draft has any more is sent anew: the person took it out, and wants it back. One that is here
        // is here whichever phone brought it: a phone that is paired again is another one to us.
        let row = sqlx::query(
            "SELECT u.*, p.sha256 FROM uploads u LEFT JOIN photos p ON p.id = u.photo_id \
             WHERE u.filename = ?2 AND u.size = ?3 AND u.mark = ?4 AND ((u.device_id = ?1 AND u.status IN \
             ('pending', 'processing')) OR (u.device_id IS NOT NULL AND u.status = 'ready' AND (EXISTS (SELECT 1 FROM \
             draft_photos dp JOIN drafts d ON d.id = dp.draft_id WHERE dp.photo_id = u.photo_id AND d.removed_at IS \
             NULL) OR EXISTS (SELECT 1 FROM import_files f WHERE f.photo_id = u.photo_id AND NOT f.drafted)))) \
             ORDER BY u.status = 'ready' DESC, u.created_at DESC, u.id DESC LIMIT 1",
        )
        .bind(upload.device.map(|id| id.to_string()))
        .bind(&upload.filename)
        .bind(length(upload.size)?)
        .bind(&upload.mark)
        .fetch_optional(&self.reader)
        .await
        .map_err(record)?;
        row.as_ref().map(read).transpose()
    }

    async fn arriving(&self, since: DateTime<Utc>) -> Recorded<u32> {
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM uploads WHERE device_id IS NOT NULL AND status IN ('pending', 'processing') \
             AND updated_at >= ?",
        )
        .bind(time(since))
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        read_u32(count)
    }

    async fn settle_in_import(
        &self,
        before: &Upload,
        run: Uuid,
        file: &ImportFile,
        photo: &Photo,
        at: DateTime<Utc>,
    ) -> Recorded<Option<(Photo, bool)>> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let (photo, new) = imports::note_photo(&mut tx, run, file, photo).await?;
        let done = sqlx::query(
            "UPDATE uploads SET status = 'ready', photo_id = ?, updated_at = ? \
             WHERE id = ? AND status = ? AND boot_id = ?",
        )
        .bind(photo.id.to_string())
        .bind(time(at))
        .bind(before.id.to_string())
        .bind(before.status.code())
        .bind(before.boot_id.to_string())
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        if done.rows_affected() == 0 {
            tx.rollback().await.map_err(record)?;
            return Ok(None);
        }
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.upload_in_import");
        Ok(Some((photo, new)))
    }

    async fn stale(&self, open: DateTime<Utc>, done: DateTime<Utc>) -> Recorded<Vec<Uuid>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM uploads WHERE (status IN ('pending', 'processing') AND updated_at < ?1) \
             OR (status IN ('ready', 'failed') AND updated_at < ?2)",
        )
        .bind(time(open))
        .bind(time(done))
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        ids.iter().map(|id| read_id(id)).collect()
    }

    async fn forget(&self, id: Uuid) -> Recorded<()> {
        sqlx::query("DELETE FROM uploads WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use app::ports::Photos;
    use chrono::TimeDelta;

    use super::*;
    use crate::photos::tests::photo;

    fn upload(id: u128, at: DateTime<Utc>) -> Upload {
        Upload {
            id: Uuid::from_u128(id),
            filename: "IMG_1.HEIC".into(),
            mime: "image/heic".into(),
            size: 3_000_000,
            part_size: 1_048_576,
            status: UploadStatus::Pending,
            boot_id: Uuid::from_u128(9),
            photo_id: None,
            sha256: None,
            reason: None,
            device: None,
            mark: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[tokio::test]
    async fn an_upload_moves_on_once_and_old_ones_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let pending = upload(1, now);
        db.begin(&pending).await.unwrap();
        assert_eq!(
            db.upload(pending.id).await.unwrap(),
            pending,
            "it reads back whole"
        );
        assert_eq!(db.pending().await.unwrap(), (1, 3_000_000));
        let taken = Upload {
            status: UploadStatus::Processing,
            ..pending.clone()
        };
        assert!(db.advance(&pending, &taken).await.unwrap());
        assert!(
            !db.advance(&pending, &taken).await.unwrap(),
            "of two that complete it at once, one does"
        );
        let (stored, _) = db.insert_once(&photo(1)).await.unwrap();
        let ready = Upload {
            status: UploadStatus::Ready,
            photo_id: Some(stored.id),
            sha256: Some(stored.sha256.clone()),
            ..taken.clone()
        };
        assert!(db.advance(&taken, &ready).await.unwrap());
        assert_eq!(
            db.upload(pending.id).await.unwrap(),
            ready,
            "with its photo"
        );
        assert_eq!(db.pending().await.unwrap(), (0, 0));
        let later = now + TimeDelta::hours(1);
        assert!(
            db.stale(later, now).await.unwrap().is_empty(),
            "a ready one is not an abandoned one"
        );
        assert_eq!(db.stale(now, later).await.unwrap(), [pending.id]);
        db.forget(pending.id).await.unwrap();
        assert!(db.upload(pending.id).await.is_err(), "it is forgotten");
    }
}
