//! Table `photo_facts`.

use std::collections::HashMap;

use app::ports::{Facts, Recorded, SeenPhotos};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::Row;

use crate::{
    Database,
    convert::{json, time},
    error::record,
};

#[async_trait]
impl SeenPhotos for Database {
    async fn facts(&self, version: &str, photos: &[String]) -> Recorded<HashMap<String, Facts>> {
        let rows = sqlx::query(
            "SELECT sha256, facts FROM photo_facts \
             WHERE version = ? AND sha256 IN (SELECT value FROM json_each(?))",
        )
        .bind(version)
        .bind(json(&photos)?)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter()
            .map(|row| {
                let sha256 = row.try_get("sha256").map_err(record)?;
                Ok((sha256, Facts(row.try_get("facts").map_err(record)?)))
            })
            .collect()
    }

    async fn keep_facts(
        &self,
        version: &str,
        sha256: &str,
        facts: &Facts,
        at: DateTime<Utc>,
    ) -> Recorded<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO photo_facts (sha256, version, facts, looked_at) VALUES (?, ?, ?, ?)",
        )
        .bind(sha256)
        .bind(version)
        .bind(&facts.0)
        .bind(time(at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.facts_kept");
        Ok(())
    }

    async fn forget_facts(&self, most: u32) -> Recorded<()> {
        sqlx::query(
            "DELETE FROM photo_facts WHERE looked_at < \
             (SELECT looked_at FROM photo_facts ORDER BY looked_at DESC LIMIT 1 OFFSET ?)",
        )
        .bind(most.saturating_sub(1))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[tokio::test]
    async fn facts_are_of_a_photo_and_of_who_looked_and_the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let sha = |n: u32| format!("{n:064x}");
        for n in 0..4 {
            let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(n.into());
            db.keep_facts("one", &sha(n), &Facts(format!("{n}")), at)
                .await
                .unwrap();
        }
        let asked = [sha(1), sha(3), sha(9)];
        let found = db.facts("one", &asked).await.unwrap();
        assert_eq!(found.len(), 2, "the third was never looked at: {found:?}");
        assert_eq!(found[&sha(3)], Facts("3".into()));
        assert!(
            db.facts("two", &asked).await.unwrap().is_empty(),
            "another looker knows nothing"
        );
        db.forget_facts(2).await.unwrap();
        let left = db
            .facts("one", &[sha(0), sha(1), sha(2), sha(3)])
            .await
            .unwrap();
        assert_eq!(left.len(), 2, "the two newest stay");
        assert!(left.contains_key(&sha(2)) && left.contains_key(&sha(3)));
    }
}
