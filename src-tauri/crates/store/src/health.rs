//! Tables `account_health` and `account_refusals`.

use app::ports::{
    AccountHealth, Health, MAX_REFUSALS, Recorded, Refusal, Restriction, SessionState,
};
use async_trait::async_trait;
use domain::AccountId;
use sqlx::Row;

use crate::{
    Database,
    convert::{read_time, read_u32, time, unreadable},
    error::record,
};

#[async_trait]
impl Health for Database {
    async fn health(&self, account: AccountId) -> Recorded<AccountHealth> {
        let row = sqlx::query(
            "SELECT session_state, waits_in_a_row, restriction_code, restriction_seen, restriction_until \
             FROM account_health WHERE account_id = ?",
        )
        .bind(account.to_string())
        .fetch_optional(&self.reader)
        .await
        .map_err(record)?;
        let mut health = AccountHealth::default();
        if let Some(row) = row {
            let state: String = row.try_get("session_state").map_err(record)?;
            let waits: i64 = row.try_get("waits_in_a_row").map_err(record)?;
            let code: Option<String> = row.try_get("restriction_code").map_err(record)?;
            let seen: Option<String> = row.try_get("restriction_seen").map_err(record)?;
            let until: Option<String> = row.try_get("restriction_until").map_err(record)?;
            health.session =
                SessionState::parse(&state).ok_or_else(|| unreadable("a session's state"))?;
            health.waits_in_a_row = read_u32(waits)?;
            health.restriction = match code.zip(seen) {
                Some((code, seen)) => Some(Restriction {
                    code,
                    seen_at: read_time(&seen)?,
                    until: until.as_deref().map(read_time).transpose()?,
                }),
                None => None,
            };
        }
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT at, code, detail FROM account_refusals WHERE account_id = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(account.to_string())
        .bind(most())
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        health.refusals = rows
            .into_iter()
            .map(|(at, code, detail)| {
                Ok(Refusal {
                    at: read_time(&at)?,
                    code,
                    detail,
                })
            })
            .collect::<Recorded<_>>()?;
        Ok(health)
    }

    async fn note_refusal(&self, account: AccountId, refusal: &Refusal) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        sqlx::query(
            "INSERT INTO account_refusals (account_id, at, code, detail) VALUES (?, ?, ?, ?)",
        )
        .bind(account.to_string())
        .bind(time(refusal.at))
        .bind(&refusal.code)
        .bind(&refusal.detail)
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        sqlx::query(
            "DELETE FROM account_refusals WHERE account_id = ?1 AND id NOT IN \
             (SELECT id FROM account_refusals WHERE account_id = ?1 ORDER BY id DESC LIMIT ?2)",
        )
        .bind(account.to_string())
        .bind(most())
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        tx.commit().await.map_err(record)
    }

    async fn set_health(&self, account: AccountId, health: &AccountHealth) -> Recorded<()> {
        let restriction = health.restriction.as_ref();
        sqlx::query(
            "INSERT INTO account_health (account_id, session_state, waits_in_a_row, restriction_code, \
             restriction_seen, restriction_until) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (account_id) DO UPDATE SET session_state = excluded.session_state, \
             waits_in_a_row = excluded.waits_in_a_row, restriction_code = excluded.restriction_code, \
             restriction_seen = excluded.restriction_seen, restriction_until = excluded.restriction_until",
        )
        .bind(account.to_string())
        .bind(health.session.code())
        .bind(health.waits_in_a_row)
        .bind(restriction.map(|r| r.code.as_str()))
        .bind(restriction.map(|r| time(r.seen_at)))
        .bind(restriction.and_then(|r| r.until).map(time))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }
}

fn most() -> i64 {
    i64::try_from(MAX_REFUSALS).unwrap_or(i64::MAX)
}
