//! Tables `webhook_targets` and `webhook_deliveries`.

use app::ports::{Delivery, EndedAttempt, Recorded, Webhooks};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::Row;
use uuid::Uuid;

use crate::{
    Database,
    convert::{json, read_id, read_time, read_u32, time},
    error::record,
};

#[async_trait]
impl Webhooks for Database {
    async fn set_targets(
        &self,
        urls: &[String],
        now: DateTime<Utc>,
    ) -> Recorded<Vec<(String, DateTime<Utc>)>> {
        let read = "SELECT url, since FROM webhook_targets ORDER BY url";
        let mut there: Vec<(String, String)> = sqlx::query_as(read)
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        let mut wanted: Vec<&String> = urls.iter().collect();
        wanted.sort();
        wanted.dedup();
        if !there.iter().map(|(url, _)| url).eq(wanted.iter().copied()) {
            let mut tx = self
                .writer
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map_err(record)?;
            sqlx::query(
                "DELETE FROM webhook_targets WHERE url NOT IN (SELECT value FROM json_each(?))",
            )
            .bind(json(&urls)?)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
            for url in wanted {
                sqlx::query(
                    "INSERT INTO webhook_targets (url, since) VALUES (?, ?) ON CONFLICT (url) DO NOTHING",
                )
                .bind(url)
                .bind(time(now))
                .execute(&mut *tx)
                .await
                .map_err(record)?;
            }
            there = sqlx::query_as(read)
                .fetch_all(&mut *tx)
                .await
                .map_err(record)?;
            tx.commit().await.map_err(record)?;
        }
        there
            .into_iter()
            .map(|(url, since)| Ok((url, read_time(&since)?)))
            .collect()
    }

    async fn ended_attempts(&self, since: DateTime<Utc>) -> Recorded<Vec<EndedAttempt>> {
        let rows = sqlx::query(
            "SELECT id, draft_id, state, reason, listing_id, listing_url, updated_at FROM publish_attempts \
             WHERE state NOT IN ('intent', 'submitted') AND updated_at >= ? ORDER BY updated_at, id LIMIT 1000",
        )
        .bind(time(since))
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
                let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(record);
                Ok(EndedAttempt {
                    id: read_id(&text("id")?)?,
                    draft_id: read_id(&text("draft_id")?)?,
                    state: text("state")?,
                    reason: maybe("reason")?,
                    listing_id: maybe("listing_id")?,
                    listing_url: maybe("listing_url")?,
                    at: read_time(&text("updated_at")?)?,
                })
            })
            .collect()
    }

    async fn add_delivery(&self, delivery: &Delivery) -> Recorded<()> {
        let there: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM webhook_deliveries WHERE url = ? AND event = ? AND source = ?",
        )
        .bind(&delivery.url)
        .bind(&delivery.event)
        .bind(&delivery.source)
        .fetch_optional(&self.reader)
        .await
        .map_err(record)?;
        if there.is_some() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO webhook_deliveries (id, url, event, source, body, attempts, next_at, created_at) \
             SELECT ?1, ?2, ?3, ?4, ?5, 0, ?6, ?6 WHERE EXISTS (SELECT 1 FROM webhook_targets WHERE url = ?2) \
             ON CONFLICT (url, event, source) DO NOTHING",
        )
        .bind(delivery.id.to_string())
        .bind(&delivery.url)
        .bind(&delivery.event)
        .bind(&delivery.source)
        .bind(&delivery.body)
        .bind(time(delivery.next_at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.webhook_kept");
        Ok(())
    }

    async fn take_due_deliveries(
        &self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Recorded<Vec<Delivery>> {
        // Looked for every other second: nothing is written where nothing is due.
        let is_due: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM webhook_deliveries WHERE next_at <= ? LIMIT 1")
                .bind(time(now))
                .fetch_optional(&self.reader)
                .await
                .map_err(record)?;
        if is_due.is_none() {
            return Ok(Vec::new());
        }
        let mut rows = sqlx::query(
            "UPDATE webhook_deliveries SET next_at = ?1 WHERE id IN (SELECT id FROM webhook_deliveries \
             WHERE next_at <= ?2 ORDER BY next_at, id LIMIT ?3) \
             RETURNING id, url, event, source, body, attempts, next_at",
        )
        .bind(time(until))
        .bind(time(now))
        .bind(limit)
        .fetch_all(&self.writer)
        .await
        .map_err(record)?;
        // RETURNING has no order; ids are in the order of their making.
        rows.sort_by_key(|row| row.try_get::<String, _>("id").unwrap_or_default());
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
                Ok(Delivery {
                    id: read_id(&text("id")?)?,
                    url: text("url")?,
                    event: text("event")?,
                    source: text("source")?,
                    body: text("body")?,
                    attempts: read_u32(row.try_get("attempts").map_err(record)?)?,
                    next_at: read_time(&text("next_at")?)?,
                })
            })
            .collect()
    }

    async fn note_delivery(
        &self,
        id: Uuid,
        next_at: Option<DateTime<Utc>>,
        kept: DateTime<Utc>,
    ) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        sqlx::query(
            "UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = ? WHERE id = ?",
        )
        .bind(next_at.map(time))
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        sqlx::query("DELETE FROM webhook_deliveries WHERE next_at IS NULL AND created_at < ?")
            .bind(time(kept))
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        tx.commit().await.map_err(record)
    }
}
