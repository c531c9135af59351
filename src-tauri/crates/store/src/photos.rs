//! Table `photos`.

use std::collections::HashMap;

use app::ports::{Photos, RecordError, Recorded};
use async_trait::async_trait;
use domain::{DraftId, Edited, Photo, PhotoId};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{
        WALL_CLOCK, json, read_id, read_json, read_time, read_u32, read_wall_clock, time,
        unreadable,
    },
    error::record,
};

/// The columns of a photo under the alias `p`.
pub(crate) const COLUMNS: &str = "p.id, p.sha256, p.filename, p.width, p.height, p.phash, p.captured_at, p.camera, p.orientation, \
     p.master, p.edits, p.created_at";

pub(crate) fn read(row: &SqliteRow) -> Recorded<Photo> {
    let captured_at: Option<String> = row.try_get("captured_at").map_err(record)?;
    let phash: i64 = row.try_get("phash").map_err(record)?;
    let master: Option<String> = row.try_get("master").map_err(record)?;
    let edits: String = row.try_get("edits").map_err(record)?;
    let orientation: i64 = row.try_get("orientation").map_err(record)?;
    Ok(Photo {
        id: read_id(row.try_get("id").map_err(record)?)?,
        sha256: row.try_get("sha256").map_err(record)?,
        filename: row.try_get("filename").map_err(record)?,
        width: read_u32(row.try_get("width").map_err(record)?)?,
        height: read_u32(row.try_get("height").map_err(record)?)?,
        phash: phash.cast_unsigned(),
        captured_at: captured_at.as_deref().map(read_wall_clock).transpose()?,
        camera: row.try_get("camera").map_err(record)?,
        orientation: u8::try_from(orientation).map_err(|_| unreadable("an orientation"))?,
        edited: match master {
            Some(master) => Some(Edited {
                master: read_json(&master, "a photo's master")?,
                edits: read_json(&edits, "a photo's edits")?,
            }),
            None => None,
        },
        created_at: read_time(row.try_get("created_at").map_err(record)?)?,
    })
}

/// Stores it unless a photo with the same SHA-256 is there, or one that was made of it by edits; returns the stored
/// one and whether it is new.
pub(crate) async fn insert_once(
    connection: &mut SqliteConnection,
    photo: &Photo,
) -> Recorded<(Photo, bool)> {
    let inserted = sqlx::query(
        "INSERT INTO photos (id, sha256, filename, width, height, phash, captured_at, camera, orientation, created_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS \
         (SELECT 1 FROM photos WHERE json_extract(master, '$.sha256') = ?2 AND master IS NOT NULL) \
         ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(photo.id.to_string())
    .bind(&photo.sha256)
    .bind(&photo.filename)
    .bind(photo.width)
    .bind(photo.height)
    .bind(photo.phash.cast_signed())
    .bind(photo.captured_at.map(|t| t.format(WALL_CLOCK).to_string()))
    .bind(&photo.camera)
    .bind(photo.orientation)
    .bind(time(photo.created_at))
    .execute(&mut *connection)
    .await
    .map_err(record)?;
    failpoint::reached("store.photo_recorded");
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM photos p WHERE p.sha256 = ?1 \
         OR (json_extract(p.master, '$.sha256') = ?1 AND p.master IS NOT NULL) \
         ORDER BY p.sha256 = ?1 DESC LIMIT 1"
    )))
    .bind(&photo.sha256)
    .fetch_one(&mut *connection)
    .await
    .map_err(record)?;
    Ok((read(&row)?, inserted.rows_affected() == 1))
}

#[async_trait]
impl Photos for Database {
    async fn insert_once(&self, photo: &Photo) -> Recorded<(Photo, bool)> {
        let mut connection = self.writer.acquire().await.map_err(record)?;
        insert_once(&mut connection, photo).await
    }

    async fn replace(&self, photo: &Photo, before: &str) -> Recorded<Vec<DraftId>> {
        let edits = photo.edited.as_ref();
        let mut tx = self.writer.begin().await.map_err(record)?;
        let changed = sqlx::query(
            "UPDATE photos SET sha256 = ?, width = ?, height = ?, phash = ?, master = ?, edits = ? \
             WHERE id = ? AND sha256 = ?",
        )
        .bind(&photo.sha256)
        .bind(photo.width)
        .bind(photo.height)
        .bind(photo.phash.cast_signed())
        .bind(edits.map(|e| json(&e.master)).transpose()?)
        .bind(json(&photo.edits())?)
        .bind(photo.id.to_string())
        .bind(before)
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        if changed.rows_affected() == 0 {
            return Err(RecordError::Stale);
        }
        let drafts: Vec<String> =
            sqlx::query_scalar("SELECT draft_id FROM draft_photos WHERE photo_id = ?")
                .bind(photo.id.to_string())
                .fetch_all(&mut *tx)
                .await
                .map_err(record)?;
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.photo_edited");
        drafts.iter().map(|id| read_id(id)).collect()
    }

    async fn get_many(&self, ids: &[PhotoId]) -> Recorded<Vec<Photo>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM photos p WHERE p.id IN (SELECT value FROM json_each(?))"
        )))
        .bind(json(&ids)?)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        let mut found: HashMap<PhotoId, Photo> = rows
            .iter()
            .map(|r| read(r).map(|p| (p.id, p)))
            .collect::<Recorded<_>>()?;
        ids.iter()
            .map(|id| found.remove(id).ok_or(RecordError::NotFound))
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::{TimeZone, Utc};
    use uuid::Uuid;

    use super::*;

    pub(crate) fn photo(n: u128) -> Photo {
        Photo {
            id: Uuid::from_u128(n).into(),
            sha256: format!("{n:064x}"),
            filename: format!("IMG_{n}.HEIC"),
            width: 1600,
            height: 1200,
            phash: u64::MAX - 1,
            captured_at: chrono::NaiveDate::from_ymd_opt(2026, 11, 1)
                .unwrap()
                .and_hms_opt(10, 2, 3),
            camera: Some("iPhone".into()),
            orientation: 6,
            edited: None,
            created_at: Utc.timestamp_opt(1_700_000_000, 0).single().unwrap(),
        }
    }

    #[tokio::test]
    async fn the_same_picture_is_one_row() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let first = photo(1);
        assert_eq!(
            db.insert_once(&first).await.unwrap(),
            (first.clone(), true),
            "it reads back whole"
        );
        let again = Photo {
            id: Uuid::from_u128(2).into(),
            ..first.clone()
        };
        let (stored, new) = db.insert_once(&again).await.unwrap();
        assert!(!new, "the same bytes are no new photo");
        assert_eq!(stored.id, first.id, "the first row is the photo");
    }

    #[tokio::test]
    async fn an_edited_photo_is_still_the_one_that_was_imported() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let imported = photo(1);
        db.insert_once(&imported).await.unwrap();
        let turned = Photo {
            sha256: "ab".repeat(32),
            width: imported.height,
            height: imported.width,
            edited: Some(Edited {
                master: imported.master(),
                edits: vec![domain::PhotoEdit::Turn { quarter_turns: 1 }],
            }),
            ..imported.clone()
        };
        db.replace(&turned, &imported.sha256).await.unwrap();
        assert_eq!(
            db.get_many(&[imported.id]).await.unwrap(),
            std::slice::from_ref(&turned),
            "it reads back whole"
        );
        let stale = db.replace(&turned, &imported.sha256).await;
        assert!(
            matches!(stale, Err(RecordError::Stale)),
            "two edits at once are not both taken"
        );
        let again = Photo {
            id: Uuid::from_u128(2).into(),
            ..imported.clone()
        };
        assert_eq!(
            db.insert_once(&again).await.unwrap(),
            (turned.clone(), false),
            "the same file is no new photo"
        );
        let hashes = db.photo_hashes().await.unwrap();
        assert!(
            hashes.contains(&imported.sha256),
            "the master's bytes are still needed"
        );
        assert!(
            hashes.contains(&turned.sha256),
            "so are those of the edited photo"
        );
    }

    #[tokio::test]
    async fn photos_come_in_the_order_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        for n in 1..=3 {
            db.insert_once(&photo(n)).await.unwrap();
        }
        let ids: Vec<PhotoId> = [3_u128, 1].map(|n| Uuid::from_u128(n).into()).into();
        let got: Vec<PhotoId> = db
            .get_many(&ids)
            .await
            .unwrap()
            .iter()
            .map(|p| p.id)
            .collect();
        assert_eq!(got, ids, "the order is the draft's order");
        let missing = db.get_many(&[Uuid::from_u128(99).into()]).await;
        assert!(
            matches!(missing, Err(RecordError::NotFound)),
            "an unknown photo is not left out silently"
        );
    }
}
