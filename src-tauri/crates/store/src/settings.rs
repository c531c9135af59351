//! Table `settings`.

use app::ports::{Recorded, Settings};
use async_trait::async_trait;
use serde_json::Value;

use crate::{Database, convert::read_json, error::record};

#[async_trait]
impl Settings for Database {
    async fn all(&self) -> Recorded<Vec<(String, Value)>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT key, value FROM settings ORDER BY key")
                .fetch_all(&self.reader)
                .await
                .map_err(record)?;
        rows.into_iter()
            .map(|(key, value)| Ok((key, read_json(&value, "a setting")?)))
            .collect()
    }

    async fn get(&self, key: &str) -> Recorded<Option<Value>> {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
            .bind(key)
            .fetch_optional(&self.reader)
            .await
            .map_err(record)?;
        value.map(|v| read_json(&v, "a setting")).transpose()
    }

    async fn set(&self, values: &[(String, Value)]) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for (key, value) in values {
            let query = if value.is_null() {
                sqlx::query("DELETE FROM settings WHERE key = ?").bind(key)
            } else {
                sqlx::query(
                    "INSERT INTO settings (key, value) VALUES (?, ?) \
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                )
                .bind(key)
                .bind(value.to_string())
            };
            query.execute(&mut *tx).await.map_err(record)?;
        }
        tx.commit().await.map_err(record)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn values_survive_and_null_removes() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        db.set(&[
            ("language".into(), json!("fr")),
            ("welcomed".into(), json!(true)),
        ])
        .await
        .unwrap();
        db.set(&[
            ("language".into(), json!("en")),
            ("welcomed".into(), Value::Null),
        ])
        .await
        .unwrap();
        assert_eq!(
            Settings::all(&db).await.unwrap(),
            [("language".to_owned(), json!("en"))],
            "the newest value stays, a null is no value"
        );
        assert_eq!(
            Settings::get(&db, "welcomed").await.unwrap(),
            None,
            "it was removed"
        );
    }
}
