//! Table `paired_devices`.

use app::ports::{PairedPhone, PairedPhones, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{Row, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    Database,
    convert::{read_id, read_time, time, unreadable},
    error::record,
};

fn read(row: &SqliteRow) -> Recorded<PairedPhone> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let hash: Vec<u8> = row.try_get("token_hash").map_err(record)?;
    Ok(PairedPhone {
        id: read_id(&text("id")?)?,
        name: text("name")?,
        token_hash: hash.try_into().map_err(|_| unreadable("a hash"))?,
        paired_at: read_time(&text("paired_at")?)?,
        last_seen: read_time(&text("last_seen")?)?,
    })
}

#[async_trait]
impl PairedPhones for Database {
    async fn pair(&self, phone: &PairedPhone, most: u32) -> Recorded<bool> {
        let done = sqlx::query(
            "INSERT INTO paired_devices (id, name, token_hash, paired_at, last_seen) SELECT ?, ?, ?, ?, ? \
             WHERE (SELECT count(*) FROM paired_devices WHERE revoked_at IS NULL) < ?",
        )
        .bind(phone.id.to_string())
        .bind(&phone.name)
        .bind(phone.token_hash.as_slice())
        .bind(time(phone.paired_at))
        .bind(time(phone.last_seen))
        .bind(most)
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.phone_paired");
        Ok(done.rows_affected() == 1)
    }

    async fn phones(&self) -> Recorded<Vec<PairedPhone>> {
        let rows = sqlx::query(
            "SELECT id, name, token_hash, paired_at, last_seen FROM paired_devices WHERE revoked_at IS NULL \
             ORDER BY paired_at DESC, id DESC",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn seen(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<()> {
        sqlx::query("UPDATE paired_devices SET last_seen = ? WHERE id = ?")
            .bind(time(at))
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn shut_out(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<bool> {
        let done = sqlx::query(
            "UPDATE paired_devices SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        )
        .bind(time(at))
        .bind(id.to_string())
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.phone_shut_out");
        Ok(done.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use app::ports::{ImportFile, ImportRun, Imports, Photos, Upload, UploadStatus, Uploads};
    use chrono::TimeDelta;
    use contract::Grouping;

    use super::*;
    use crate::photos::tests::photo;

    fn phone(id: u128, at: DateTime<Utc>) -> PairedPhone {
        PairedPhone {
            id: Uuid::from_u128(id),
            name: "iPhone".into(),
            token_hash: [u8::try_from(id).unwrap(); 32],
            paired_at: at,
            last_seen: at,
        }
    }

    #[tokio::test]
    async fn phones_are_few_and_one_shut_out_is_none_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let (first, second) = (phone(1, now), phone(2, now + TimeDelta::seconds(1)));
        assert!(db.pair(&first, 2).await.unwrap());
        assert!(db.pair(&second, 2).await.unwrap());
        assert!(!db.pair(&phone(3, now), 2).await.unwrap(), "two are enough");
        let listed = db.phones().await.unwrap();
        assert_eq!(
            listed,
            [second.clone(), first.clone()],
            "newest first, whole"
        );
        let later = now + TimeDelta::minutes(5);
        db.seen(first.id, later).await.unwrap();
        assert!(db.shut_out(second.id, later).await.unwrap());
        assert!(!db.shut_out(second.id, later).await.unwrap(), "once");
        let left = db.phones().await.unwrap();
        assert_eq!((left.len(), left[0].last_seen), (1, later));
        assert!(
            db.pair(&phone(4, now), 2).await.unwrap(),
            "its place is free"
        );
    }

    #[tokio::test]
    async fn a_phone_s_photo_its_upload_and_its_import_are_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let sender = phone(1, now);
        assert!(db.pair(&sender, 2).await.unwrap());
        let run = ImportRun {
            id: Uuid::from_u128(7),
            request: "f".repeat(64),
            paths: vec![],
            grouping: Grouping::Auto,
            total: 0,
            boot_id: Uuid::from_u128(8),
            stopped: false,
            created_at: now,
        };
        Imports::begin(&db, &run).await.unwrap();
        let upload = Upload {
            id: Uuid::from_u128(11),
            filename: "IMG_1.HEIC".into(),
            mime: "image/heic".into(),
            size: 3_000_000,
            part_size: 1_048_576,
            status: UploadStatus::Processing,
            boot_id: Uuid::from_u128(8),
            photo_id: None,
            sha256: None,
            reason: None,
            device: Some(sender.id),
            mark: Some("a1b2".into()),
            created_at: now,
            updated_at: now,
        };
        Uploads::begin(&db, &upload).await.unwrap();
        assert_eq!(db.begun_by(sender.id, now).await.unwrap(), (1, 3_000_000));
        assert_eq!(db.arriving(now).await.unwrap(), 1);
        let same = db.same_of(&upload).await.unwrap();
        assert_eq!(same.as_ref(), Some(&upload), "it is coming in");
        let stranger = Upload {
            device: Some(Uuid::from_u128(2)),
            ..upload.clone()
        };
        assert_eq!(
            db.same_of(&stranger).await.unwrap(),
            None,
            "what is under way goes on with its own phone alone"
        );
        let other = Upload {
            mark: Some("other".into()),
            ..upload.clone()
        };
        assert_eq!(db.same_of(&other).await.unwrap(), None, "another file");

        let file = ImportFile {
            path: upload.id.as_bytes().to_vec(),
            bytes: upload.size,
            modified: 0,
        };
        let settle = || db.settle_in_import(&upload, run.id, &file, photo_ref(), now);
        let (stored, new) = settle().await.unwrap().unwrap();
        assert!(new, "a new photo");
        assert_eq!(settle().await.unwrap(), None, "once");
        assert_eq!(db.files(run.id).await.unwrap().len(), 1, "in the import");
        let ready = db.upload(upload.id).await.unwrap();
        assert_eq!(
            (ready.status, ready.photo_id),
            (UploadStatus::Ready, Some(stored.id))
        );
        let same = db.same_of(&upload).await.unwrap();
        assert_eq!(
            same.map(|s| s.status),
            Some(UploadStatus::Ready),
            "here already"
        );
        let same = db.same_of(&stranger).await.unwrap();
        assert_eq!(
            same.map(|s| s.status),
            Some(UploadStatus::Ready),
            "also for a phone that was removed and paired again"
        );
        db.finish(run.id).await.unwrap();
        assert_eq!(
            db.same_of(&upload).await.unwrap(),
            None,
            "no draft has it, no import waits with it: it may be sent again"
        );
        assert!(db.get_many(&[stored.id]).await.is_ok(), "the photo stays");
    }

    fn photo_ref() -> &'static domain::Photo {
        static PHOTO: std::sync::OnceLock<domain::Photo> = std::sync::OnceLock::new();
        PHOTO.get_or_init(|| photo(1))
    }
}
