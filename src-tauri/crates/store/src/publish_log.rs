//! Tables `confirmations` and `publish_attempts`: why nothing is published twice.

use app::ports::{
    Attempt, AttemptFacts, Confirmation, Evidence, IntentRefused, PublishLog, RecordError, Recorded,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    AccountId, AttemptId, ConfirmationId, DraftId,
    attempt::{AttemptEvent, AttemptState},
    content::content_hash,
    listing::Listing,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    Database,
    convert::{json, read_id, read_json, read_time, time, unreadable},
    drafts,
    error::record,
    listings,
};

/// The columns of an attempt, read by name.
///
/// Newest means written last (`rowid`): ids follow the laptop's clock, which may be set back.
macro_rules! attempts {
    ($condition:literal) => {
        concat!(
            "SELECT id, confirmation_id, draft_id, account_id, content_hash, idempotency_key, state, baseline, \
             fingerprint, boot_id, by_hand, evidence, listing_id, listing_url, reason, result, created_at, \
             updated_at FROM publish_attempts ",
            $condition
        )
    };
}

fn read(row: &SqliteRow) -> Recorded<Attempt> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(record);
    Ok(Attempt {
        id: read_id(&text("id")?)?,
        confirmation_id: read_id(&text("confirmation_id")?)?,
        draft_id: read_id(&text("draft_id")?)?,
        account_id: read_id(&text("account_id")?)?,
        content_hash: text("content_hash")?,
        idempotency_key: text("idempotency_key")?,
        state: AttemptState::parse(&text("state")?).ok_or_else(|| unreadable("a state"))?,
        baseline: read_json(&text("baseline")?, "a baseline")?,
        fingerprint: read_json(&text("fingerprint")?, "a fingerprint")?,
        boot_id: read_id(&text("boot_id")?)?,
        by_hand: row.try_get("by_hand").map_err(record)?,
        evidence: maybe("evidence")?
            .map(|json| read_json(&json, "evidence"))
            .transpose()?,
        listing_id: maybe("listing_id")?,
        listing_url: maybe("listing_url")?,
        reason: maybe("reason")?,
        result: maybe("result")?,
        created_at: read_time(&text("created_at")?)?,
        updated_at: read_time(&text("updated_at")?)?,
    })
}

impl Database {
    async fn one_attempt(&self, sql: &'static str, values: &[String]) -> Recorded<Option<Attempt>> {
        let mut query = sqlx::query(sql);
        for value in values {
            query = query.bind(value);
        }
        let row = query.fetch_optional(&self.reader).await.map_err(record)?;
        row.as_ref().map(read).transpose()
    }
}

#[async_trait]
impl PublishLog for Database {
    async fn confirm(&self, c: &Confirmation) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO confirmations (id, draft_id, account_id, login, site_url, content_hash, fields, dry_only, \
             prepared_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(c.id.to_string())
        .bind(c.draft_id.to_string())
        .bind(c.account_id.to_string())
        .bind(&c.login)
        .bind(&c.site_url)
        .bind(&c.content_hash)
        .bind(json(&c.fields)?)
        .bind(c.dry_only)
        .bind(time(c.prepared_at))
        .bind(time(c.expires_at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.confirmation_written");
        Ok(())
    }

    async fn confirmation(&self, id: ConfirmationId) -> Recorded<Confirmation> {
        let row = sqlx::query(
            "SELECT id, draft_id, account_id, login, site_url, content_hash, fields, dry_only, prepared_at, expires_at \
             FROM confirmations WHERE id = ?",
        )
        .bind(id.to_string())
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
        Ok(Confirmation {
            id: read_id(&text("id")?)?,
            draft_id: read_id(&text("draft_id")?)?,
            account_id: read_id(&text("account_id")?)?,
            login: text("login")?,
            site_url: text("site_url")?,
            content_hash: text("content_hash")?,
            fields: read_json(&text("fields")?, "a field report")?,
            dry_only: row.try_get("dry_only").map_err(record)?,
            prepared_at: read_time(&text("prepared_at")?)?,
            expires_at: read_time(&text("expires_at")?)?,
        })
    }

    async fn begin(&self, attempt: &Attempt, draft_revision: u32) -> Result<(), IntentRefused> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        match drafts::stored(&mut tx, attempt.draft_id).await {
            // A photo that was turned or cropped changes the content and leaves the revision.
            Ok(draft)
                if draft.revision == draft_revision
                    && content_hash(&draft) == attempt.content_hash => {}
            Ok(_) | Err(RecordError::NotFound) => return Err(IntentRefused::DraftChanged),
            Err(error) => return Err(error.into()),
        }
        let inserted = sqlx::query(
            "INSERT INTO publish_attempts (id, confirmation_id, draft_id, account_id, content_hash, \
             idempotency_key, state, baseline, fingerprint, boot_id, by_hand, created_at, updated_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(attempt.id.to_string())
        .bind(attempt.confirmation_id.to_string())
        .bind(attempt.draft_id.to_string())
        .bind(attempt.account_id.to_string())
        .bind(&attempt.content_hash)
        .bind(&attempt.idempotency_key)
        .bind(AttemptState::Intent.code())
        .bind(json(&attempt.baseline)?)
        .bind(json(&attempt.fingerprint)?)
        .bind(attempt.boot_id.to_string())
        .bind(attempt.by_hand)
        .bind(time(attempt.created_at))
        .bind(time(attempt.updated_at))
        .execute(&mut *tx)
        .await;
        if let Err(error) = inserted {
            return Err(refused(&mut tx, attempt, error).await);
        }
        failpoint::reached("store.intent_inserted");
        tx.commit()
            .await
            .map_err(|e| IntentRefused::Record(record(e)))?;
        failpoint::reached("store.intent_committed");
        Ok(())
    }

    async fn advance(
        &self,
        id: AttemptId,
        event: AttemptEvent,
        facts: &AttemptFacts,
    ) -> Recorded<Attempt> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let select = attempts!("WHERE id = ?");
        let row = sqlx::query(select)
            .bind(id.to_string())
            .fetch_one(&mut *tx)
            .await
            .map_err(record)?;
        let before = read(&row)?;
        let state = before.state.after(event).ok_or(RecordError::Illegal {
            state: before.state,
            event,
        })?;
        let at = facts.at.unwrap_or(before.updated_at);
        sqlx::query(
            "UPDATE publish_attempts SET state = ?, reason = ?, \
             evidence = coalesce(?, evidence), listing_id = coalesce(?, listing_id), listing_url = coalesce(?, listing_url), updated_at = ? \
             WHERE id = ?",
        )
        .bind(state.code())
        .bind(&facts.reason)
        .bind(facts.evidence.as_ref().map(json).transpose()?)
        .bind(facts.listing.as_ref().map(|l| &l.site_id))
        .bind(facts.listing.as_ref().map(|l| &l.url))
        .bind(time(at))
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        failpoint::reached(match state {
            AttemptState::Submitted => "store.press_updated",
            AttemptState::Settled => "store.settled_updated",
            _ => "store.outcome_updated",
        });
        if let Some(listing) = &facts.listing {
            listings::insert(&mut tx, listing).await?;
            // Not a change of the person's: the revision stays, so an open editor goes on.
            sqlx::query("UPDATE drafts SET status = 'published', updated_at = ? WHERE id = ?")
                .bind(time(at))
                .bind(before.draft_id.to_string())
                .execute(&mut *tx)
                .await
                .map_err(record)?;
        }
        let row = sqlx::query(select)
            .bind(id.to_string())
            .fetch_one(&mut *tx)
            .await
            .map_err(record)?;
        let after = read(&row)?;
        tx.commit().await.map_err(record)?;
        failpoint::reached(match state {
            AttemptState::Submitted => "store.press_committed",
            AttemptState::Settled => "store.settled_committed",
            _ => "store.outcome_committed",
        });
        Ok(after)
    }

    async fn note_result(&self, id: AttemptId, result: &str, listing: &Listing) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let done = sqlx::query(
            "UPDATE publish_attempts SET result = ? WHERE id = ? AND state = 'settled' AND listing_id = ?",
        )
        .bind(result)
        .bind(id.to_string())
        .bind(&listing.site_id)
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        if done.rows_affected() == 0 {
            return Err(RecordError::NotFound);
        }
        listings::insert(&mut tx, listing).await?;
        failpoint::reached("store.result_updated");
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.result_committed");
        Ok(())
    }

    async fn note_evidence(&self, id: AttemptId, evidence: &Evidence) -> Recorded<()> {
        sqlx::query("UPDATE publish_attempts SET evidence = ? WHERE id = ? AND state = 'unknown'")
            .bind(json(evidence)?)
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn attempt(&self, id: AttemptId) -> Recorded<Attempt> {
        self.one_attempt(attempts!("WHERE id = ?"), &[id.to_string()])
            .await?
            .ok_or(RecordError::NotFound)
    }

    async fn unsettled(&self) -> Recorded<Vec<Attempt>> {
        let sql = attempts!("WHERE state IN ('submitted', 'unknown') ORDER BY rowid");
        let rows = sqlx::query(sql)
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn not_read_back(&self, since: DateTime<Utc>) -> Recorded<Vec<Attempt>> {
        let sql = attempts!(
            "WHERE state = 'settled' AND result IS NULL AND created_at >= ? ORDER BY rowid"
        );
        let rows = sqlx::query(sql)
            .bind(time(since))
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn by_key(&self, account: AccountId, key: &str) -> Recorded<Option<Attempt>> {
        self.one_attempt(
            attempts!("WHERE account_id = ? AND idempotency_key = ? ORDER BY state IN ('refused', 'needs_manual'), rowid DESC LIMIT 1"),
            &[account.to_string(), key.to_owned()],
        )
        .await
    }

    async fn by_confirmation(&self, id: ConfirmationId) -> Recorded<Option<Attempt>> {
        let sql = attempts!(
            "WHERE confirmation_id = ? ORDER BY state IN ('refused', 'needs_manual'), rowid DESC LIMIT 1"
        );
        self.one_attempt(sql, &[id.to_string()]).await
    }

    async fn latest_of_draft(&self, id: DraftId) -> Recorded<Option<Attempt>> {
        let sql = attempts!(
            "WHERE draft_id = ? ORDER BY state IN ('refused', 'needs_manual'), rowid DESC LIMIT 1"
        );
        self.one_attempt(sql, &[id.to_string()]).await
    }

    async fn drafts_with_unknown_outcome(&self) -> Recorded<Vec<DraftId>> {
        // A draft has one attempt that is no proven failure, so an unknown one is its newest that counts.
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT draft_id FROM publish_attempts WHERE state = 'unknown'",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        ids.iter().map(|id| read_id(id)).collect()
    }

    async fn open_of_other_processes(&self, boot_id: Uuid) -> Recorded<Vec<Attempt>> {
        let sql =
            attempts!("WHERE state IN ('intent', 'submitted') AND boot_id <> ? ORDER BY rowid");
        let rows = sqlx::query(sql)
            .bind(boot_id.to_string())
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }
}

/// Which of the unique indices said no, and which attempt holds the place: token first, then key, then draft.
///
/// SQLite names one index of several that are violated, in no order that means anything.
async fn refused(
    connection: &mut SqliteConnection,
    attempt: &Attempt,
    error: sqlx::Error,
) -> IntentRefused {
    if !error
        .as_database_error()
        .is_some_and(|e| e.is_unique_violation())
    {
        return IntentRefused::Record(record(error));
    }
    type Make = fn(AttemptId) -> IntentRefused;
    macro_rules! holder {
        ($column:literal) => {
            concat!(
                "SELECT id FROM publish_attempts WHERE account_id = ? AND ",
                $column,
                " = ? AND state NOT IN ('refused', 'needs_manual')"
            )
        };
    }
    let places: [(Make, &'static str, String); 3] = [
        (
            IntentRefused::TokenUsed,
            holder!("confirmation_id"),
            attempt.confirmation_id.to_string(),
        ),
        (
            IntentRefused::KeyInUse,
            holder!("idempotency_key"),
            attempt.idempotency_key.clone(),
        ),
        (
            IntentRefused::ContentInUse,
            holder!("draft_id"),
            attempt.draft_id.to_string(),
        ),
    ];
    for (make, sql, value) in places {
        let holder: Result<Option<String>, sqlx::Error> = sqlx::query_scalar(sql)
            .bind(attempt.account_id.to_string())
            .bind(value)
            .fetch_optional(&mut *connection)
            .await;
        match holder
            .map_err(record)
            .and_then(|id| id.map(|id| read_id(&id)).transpose())
        {
            Ok(Some(id)) => return make(id),
            Ok(None) => {}
            Err(error) => return IntentRefused::Record(error),
        }
    }
    IntentRefused::Record(record(error))
}
