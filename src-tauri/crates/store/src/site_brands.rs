//! Table `site_brands`.

use app::ports::{Recorded, SiteBrands};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::values::fold;

use crate::{Database, convert::time, error::record};

#[async_trait]
impl SiteBrands for Database {
    async fn site_brands(&self) -> Recorded<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM site_brands ORDER BY folded")
            .fetch_all(&self.reader)
            .await
            .map_err(record)
    }

    async fn keep_site_brands(
        &self,
        names: &[String],
        at: DateTime<Utc>,
        most: u32,
    ) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for name in names {
            sqlx::query(
                "INSERT INTO site_brands (folded, name, seen_at) VALUES (?, ?, ?) \
                 ON CONFLICT (folded) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at",
            )
            .bind(fold(name))
            .bind(name)
            .bind(time(at))
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        }
        sqlx::query(
            "DELETE FROM site_brands WHERE folded IN \
             (SELECT folded FROM site_brands ORDER BY seen_at DESC, folded LIMIT -1 OFFSET ?)",
        )
        .bind(most)
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        tx.commit().await.map_err(record)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[tokio::test]
    async fn a_brand_is_kept_once_and_the_longest_unseen_go() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let at = |n| DateTime::UNIX_EPOCH + TimeDelta::days(n);
        let names =
            |names: &[&str]| -> Vec<String> { names.iter().map(|n| (*n).to_owned()).collect() };
        db.keep_site_brands(&names(&["Sezane", "Zara"]), at(1), 10)
            .await
            .unwrap();
        db.keep_site_brands(&names(&["Sézane", "Bonton"]), at(2), 10)
            .await
            .unwrap();
        assert_eq!(
            db.site_brands().await.unwrap(),
            ["Bonton", "Sézane", "Zara"],
            "as the site wrote it last"
        );
        db.keep_site_brands(&names(&["Kiabi"]), at(3), 3)
            .await
            .unwrap();
        assert_eq!(
            db.site_brands().await.unwrap(),
            ["Bonton", "Kiabi", "Sézane"],
            "Zara was not seen for longest"
        );
    }
}
