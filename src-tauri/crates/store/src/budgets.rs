//! Tables `counted_clock` and `publish_spends`.

use app::ports::{Budgets, CountedClock, Reading, Recorded, Steady};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{read_time, time, unreadable},
    error::record,
};

/// Stored where the machine's run is not known; no boot is called so.
const NO_BOOT: &str = "";

#[async_trait]
impl Budgets for Database {
    async fn counted_now(&self, reading: &Reading) -> Recorded<DateTime<Utc>> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let row =
            sqlx::query("SELECT boot, steady_ms, wall_ms, counted, ahead_ms FROM counted_clock")
                .fetch_optional(&mut *tx)
                .await
                .map_err(record)?;
        let clock = match row {
            Some(row) => read(&row)?.advanced(reading.clone()),
            None => CountedClock::begun(reading.clone()),
        };
        let (boot, steady_ms) = match &clock.last.steady {
            Some(Steady { boot, since }) => (
                boot.as_str(),
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            ),
            None => (NO_BOOT, 0),
        };
        sqlx::query(
            "INSERT INTO counted_clock (only_row, boot, steady_ms, wall_ms, counted, ahead_ms) \
             VALUES (1, ?, ?, ?, ?, ?) \
             ON CONFLICT (only_row) DO UPDATE SET boot = excluded.boot, steady_ms = excluded.steady_ms, \
             wall_ms = excluded.wall_ms, counted = excluded.counted, ahead_ms = excluded.ahead_ms",
        )
        .bind(boot)
        .bind(steady_ms)
        .bind(clock.last.wall.timestamp_millis())
        .bind(time(clock.counted))
        .bind(clock.ahead.num_milliseconds())
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        tx.commit().await.map_err(record)?;
        Ok(clock.counted)
    }

    async fn spent_since(
        &self,
        account: AccountId,
        since: DateTime<Utc>,
    ) -> Recorded<Vec<DateTime<Utc>>> {
        let times: Vec<String> = sqlx::query_scalar(
            "SELECT counted_at FROM publish_spends JOIN publish_attempts ON publish_attempts.id = attempt_id \
             WHERE publish_spends.account_id = ? AND counted_at > ? AND kind = 'new' \
             AND state NOT IN ('refused', 'needs_manual') ORDER BY counted_at",
        )
        .bind(account.to_string())
        .bind(time(since))
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        times.iter().map(|text| read_time(text)).collect()
    }
}

fn read(row: &SqliteRow) -> Recorded<CountedClock> {
    let boot: String = row.try_get("boot").map_err(record)?;
    let steady_ms: i64 = row.try_get("steady_ms").map_err(record)?;
    let wall_ms: i64 = row.try_get("wall_ms").map_err(record)?;
    let counted: String = row.try_get("counted").map_err(record)?;
    let ahead_ms: i64 = row.try_get("ahead_ms").map_err(record)?;
    let steady = (boot != NO_BOOT).then(|| Steady {
        boot,
        since: std::time::Duration::from_millis(u64::try_from(steady_ms).unwrap_or_default()),
    });
    Ok(CountedClock {
        last: Reading {
            steady,
            wall: DateTime::from_timestamp_millis(wall_ms).ok_or_else(|| unreadable("a time"))?,
        },
        counted: read_time(&counted)?,
        ahead: TimeDelta::try_milliseconds(ahead_ms).ok_or_else(|| unreadable("a time"))?,
    })
}
