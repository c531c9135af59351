//! Table `hook_uses`.

use app::ports::{HookUse, HookUses, HookWorked, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    Database,
    convert::{read_time, read_u32, time},
    error::record,
};

/// Rows kept; a site profile has some hundred ways. The longest unused go.
const MAX_ROWS: i64 = 1_000;

#[async_trait]
impl HookUses for Database {
    async fn worked(&self, uses: &[HookUse], profile: &str, at: DateTime<Utc>) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for used in uses {
            sqlx::query(
                "INSERT INTO hook_uses (field, way, hook, profile, last_worked, count) VALUES (?, ?, ?, ?, ?, 1) \
                 ON CONFLICT (field, way, hook) DO UPDATE SET \
                 profile = excluded.profile, last_worked = excluded.last_worked, count = min(count + 1, 4294967295)",
            )
            .bind(&used.field)
            .bind(&used.way)
            .bind(&used.hook)
            .bind(profile)
            .bind(time(at))
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        }
        sqlx::query(
            "DELETE FROM hook_uses WHERE (field, way, hook) IN \
             (SELECT field, way, hook FROM hook_uses ORDER BY last_worked DESC LIMIT -1 OFFSET ?)",
        )
        .bind(MAX_ROWS)
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        tx.commit().await.map_err(record)
    }

    async fn all(&self) -> Recorded<Vec<HookWorked>> {
        let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(
            "SELECT field, way, hook, profile, last_worked, count FROM hook_uses \
             ORDER BY last_worked DESC, field, way, hook",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.into_iter()
            .map(|(field, way, hook, profile, last_worked, count)| {
                Ok(HookWorked {
                    used: HookUse { field, way, hook },
                    profile,
                    last_worked: read_time(&last_worked)?,
                    count: read_u32(count)?,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_use_counts_and_the_newest_stands_first() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).await.unwrap();
        let hook = |hook: &str| HookUse {
            field: "title".into(),
            way: "id".into(),
            hook: hook.into(),
        };
        let at = |day: u32| {
            DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T10:00:00Z"))
                .unwrap()
                .to_utc()
        };
        let (old, new) = (hook("title"), hook("heading"));
        database
            .worked(std::slice::from_ref(&old), "2026-10-08", at(1))
            .await
            .unwrap();
        database
            .worked(&[old.clone(), new.clone()], "2026-11-20", at(2))
            .await
            .unwrap();
        database
            .worked(std::slice::from_ref(&new), "2026-11-20", at(3))
            .await
            .unwrap();
        let all = HookUses::all(&database).await.unwrap();
        let told: Vec<(&str, u32, &str)> = all
            .iter()
            .map(|w| (w.used.hook.as_str(), w.count, w.profile.as_str()))
            .collect();
        assert_eq!(
            told,
            [("heading", 2, "2026-11-20"), ("title", 2, "2026-11-20")],
            "counted, with the profile of the last use"
        );
        assert_eq!(all[0].last_worked, at(3), "and its time");
    }
}
