//! Table `sealed_values`.

use app::ports::{Recorded, SealedValues};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Database, convert::time, error::record};

#[async_trait]
impl SealedValues for Database {
    async fn sealed(&self, name: &str) -> Recorded<Option<Vec<u8>>> {
        sqlx::query_scalar("SELECT sealed FROM sealed_values WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.reader)
            .await
            .map_err(record)
    }

    async fn seal_once(&self, name: &str, sealed: &[u8], at: DateTime<Utc>) -> Recorded<Vec<u8>> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        sqlx::query(
            "INSERT INTO sealed_values (name, sealed, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(sealed)
        .bind(time(at))
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        let kept = sqlx::query_scalar("SELECT sealed FROM sealed_values WHERE name = ?")
            .bind(name)
            .fetch_one(&mut *tx)
            .await
            .map_err(record)?;
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.value_sealed");
        Ok(kept)
    }

    async fn reseal(&self, name: &str, sealed: &[u8], at: DateTime<Utc>) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO sealed_values (name, sealed, created_at) VALUES (?, ?, ?) \
             ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at",
        )
        .bind(name)
        .bind(sealed)
        .bind(time(at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.value_resealed");
        Ok(())
    }

    async fn unseal(&self, name: &str) -> Recorded<()> {
        sqlx::query("DELETE FROM sealed_values WHERE name = ?")
            .bind(name)
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_value_stays_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let now = Utc::now();
        assert_eq!(db.sealed("api").await.unwrap(), None);
        assert_eq!(db.seal_once("api", b"first", now).await.unwrap(), b"first");
        assert_eq!(
            db.seal_once("api", b"second", now).await.unwrap(),
            b"first",
            "two first starts at once agree on one"
        );
        db.reseal("api", b"third", now).await.unwrap();
        assert_eq!(db.sealed("api").await.unwrap().unwrap(), b"third");
        db.unseal("api").await.unwrap();
        assert_eq!(db.sealed("api").await.unwrap(), None);
    }
}
