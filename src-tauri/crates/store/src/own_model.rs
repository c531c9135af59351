//! Tables `model_consents`, `model_calls` and `model_answers`.

use app::ports::{
    ModelBegun, ModelCall, ModelCallEnd, ModelRecords, ModelSpent, ModelTokens, Recorded,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use crate::{
    Database,
    convert::{json, read_id, read_json, read_time, time},
    error::record,
};

/// How long an answer can be used again, and a call is remembered.
const KEPT: TimeDelta = TimeDelta::days(400);
/// How long a question is taken to be under way: longer than any call may take. A process that died claims it no longer.
const CLAIM: TimeDelta = TimeDelta::minutes(15);
/// Calls from which it is learnt what a photo takes, and the most tokens that are believed of one: a count gone wild
/// must not keep a model from being asked.
const LOOKED_AT: u32 = 20;
const MOST_PER_PHOTO: u32 = 60_000;

/// Millionths that calls cost since then.
async fn micros(
    connection: &mut SqliteConnection,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(cost_micros), 0) FROM model_calls WHERE started_at >= ?",
    )
    .bind(time(since))
    .fetch_one(connection)
    .await
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

#[async_trait]
impl ModelRecords for Database {
    async fn consent(&self, address: &str) -> Recorded<Option<DateTime<Utc>>> {
        let given: Option<String> =
            sqlx::query_scalar("SELECT given_at FROM model_consents WHERE address = ?")
                .bind(address)
                .fetch_optional(&self.reader)
                .await
                .map_err(record)?;
        given.as_deref().map(read_time).transpose()
    }

    async fn give_consent(&self, address: &str, at: DateTime<Utc>) -> Recorded<()> {
        sqlx::query(
            "INSERT INTO model_consents (address, given_at) VALUES (?, ?) ON CONFLICT (address) DO NOTHING",
        )
        .bind(address)
        .bind(time(at))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        failpoint::reached("store.model_consent_given");
        Ok(())
    }

    async fn withdraw_consent(&self, address: &str) -> Recorded<()> {
        sqlx::query("DELETE FROM model_consents WHERE address = ?")
            .bind(address)
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn answer(&self, question: &str) -> Recorded<Option<(Value, DateTime<Utc>)>> {
        let row = sqlx::query("SELECT answer, made_at FROM model_answers WHERE question = ?")
            .bind(question)
            .fetch_optional(&self.reader)
            .await
            .map_err(record)?;
        let Some(row) = row else { return Ok(None) };
        let answer: String = row.try_get("answer").map_err(record)?;
        let made_at: String = row.try_get("made_at").map_err(record)?;
        Ok(Some((
            read_json(&answer, "a model's answer")?,
            read_time(&made_at)?,
        )))
    }

    async fn begin_call(
        &self,
        call: &ModelCall,
        since: DateTime<Utc>,
        budget_micros: u64,
    ) -> Recorded<ModelBegun> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        if let Some((question, _)) = &call.claim {
            let claimed: Option<String> = sqlx::query_scalar(
                "SELECT claimed_by FROM model_calls WHERE claim = ? AND started_at > ? LIMIT 1",
            )
            .bind(question)
            .bind(time(call.started_at - CLAIM))
            .fetch_optional(&mut *tx)
            .await
            .map_err(record)?;
            if let Some(by) = claimed {
                let by = read_id(&by)?;
                return Ok(ModelBegun::AskedElsewhere { by });
            }
        }
        let spent = micros(&mut tx, since).await.map_err(record)?;
        let estimate = whole(call.estimate_micros);
        // What costs nothing passes no budget, not even one that is used up.
        if estimate > 0 && spent.saturating_add(estimate) > whole(budget_micros) {
            return Ok(ModelBegun::OverBudget);
        }
        sqlx::query(
            "INSERT INTO model_calls (id, address, model, started_at, photos, state, cost_micros, claim, \
             claimed_by) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?)",
        )
        .bind(call.id.to_string())
        .bind(&call.address)
        .bind(&call.model)
        .bind(time(call.started_at))
        .bind(call.photos)
        .bind(estimate)
        .bind(call.claim.as_ref().map(|(question, _)| question))
        .bind(call.claim.as_ref().map(|(_, by)| by.to_string()))
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        let old = time(call.started_at - KEPT);
        sqlx::query("DELETE FROM model_calls WHERE started_at < ?")
            .bind(&old)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        sqlx::query("DELETE FROM model_answers WHERE made_at < ?")
            .bind(&old)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.model_call_begun");
        Ok(ModelBegun::Yes)
    }

    async fn end_claims(&self, by: Uuid) -> Recorded<()> {
        sqlx::query("UPDATE model_calls SET claim = NULL WHERE claimed_by = ?")
            .bind(by.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Ok(())
    }

    async fn end_call(&self, end: ModelCallEnd<'_>) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        sqlx::query("UPDATE model_calls SET claim = NULL WHERE id = ?")
            .bind(end.id.to_string())
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        // A call of unknown cost stays open: its estimate goes on counting.
        if let Some(cost) = end.cost_micros {
            sqlx::query(
                "UPDATE model_calls SET state = 'done', cost_micros = ?, question_tokens = ?, answer_tokens = ? \
                 WHERE id = ?",
            )
            .bind(whole(cost))
            .bind(end.tokens.map(|t| t.question))
            .bind(end.tokens.map(|t| t.answer))
            .bind(end.id.to_string())
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        }
        if let Some((question, answer)) = end.answer {
            sqlx::query(
                "INSERT INTO model_answers (question, answer, made_at) VALUES (?, ?, ?) \
                 ON CONFLICT (question) DO UPDATE SET answer = excluded.answer, made_at = excluded.made_at",
            )
            .bind(question)
            .bind(json(answer)?)
            .bind(time(end.at))
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        }
        failpoint::reached("store.model_call_ended");
        tx.commit().await.map_err(record)
    }

    async fn spent(&self, since: DateTime<Utc>) -> Recorded<ModelSpent> {
        let row = sqlx::query(
            "SELECT coalesce(sum(cost_micros), 0) AS micros, \
             coalesce(sum(CASE state WHEN 'open' THEN cost_micros END), 0) AS open_micros, \
             count(*) AS calls, coalesce(sum(photos), 0) AS photos, \
             coalesce(sum(question_tokens), 0) AS asked, coalesce(sum(answer_tokens), 0) AS answered \
             FROM model_calls WHERE started_at >= ?",
        )
        .bind(time(since))
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        let number = |column: &str| row.try_get::<i64, _>(column).map_err(record);
        Ok(ModelSpent {
            micros: number("micros")?.unsigned_abs(),
            open_micros: number("open_micros")?.unsigned_abs(),
            calls: count(number("calls")?),
            photos: count(number("photos")?),
            tokens: ModelTokens {
                question: count(number("asked")?),
                answer: count(number("answered")?),
            },
        })
    }

    async fn tokens_per_photo(&self, address: &str, model: &str) -> Recorded<Option<u32>> {
        let most: Option<i64> = sqlx::query_scalar(
            "SELECT max(each) FROM (SELECT min(question_tokens / photos, ?) AS each FROM model_calls \
             WHERE address = ? AND model = ? AND photos > 0 AND question_tokens IS NOT NULL \
             ORDER BY started_at DESC LIMIT ?)",
        )
        .bind(MOST_PER_PHOTO)
        .bind(address)
        .bind(model)
        .bind(LOOKED_AT)
        .fetch_one(&self.reader)
        .await
        .map_err(record)?;
        Ok(most.map(count))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(n: u128, estimate_micros: u64) -> ModelCall {
        ModelCall {
            id: Uuid::from_u128(n),
            address: "http://127.0.0.1:1/v1".into(),
            model: "m".into(),
            photos: 4,
            started_at: DateTime::UNIX_EPOCH + TimeDelta::days(1),
            estimate_micros,
            claim: None,
        }
    }

    #[tokio::test]
    async fn of_two_that_ask_the_same_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let since = DateTime::UNIX_EPOCH;
        let asks = |n: u128, minute: i64| ModelCall {
            claim: Some(("a".repeat(64), Uuid::from_u128(99))),
            started_at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute),
            ..call(n, 10)
        };
        let begin = |call: ModelCall| {
            let db = &db;
            async move { db.begin_call(&call, since, 1_000).await.unwrap() }
        };
        assert_eq!(begin(asks(1, 0)).await, ModelBegun::Yes);
        let by = Uuid::from_u128(99);
        let elsewhere = ModelBegun::AskedElsewhere { by };
        assert_eq!(begin(asks(2, 1)).await, elsewhere);
        let other = ModelCall {
            claim: Some(("b".repeat(64), Uuid::from_u128(99))),
            ..asks(3, 1)
        };
        assert_eq!(begin(other).await, ModelBegun::Yes, "another question");
        let cut_off = ModelCallEnd {
            id: Uuid::from_u128(1),
            cost_micros: None,
            tokens: None,
            answer: None,
            at: since,
        };
        db.end_call(cut_off).await.unwrap();
        assert_eq!(begin(asks(4, 2)).await, ModelBegun::Yes, "it has ended");
        assert_eq!(begin(asks(5, 10)).await, elsewhere);
        db.end_claims(Uuid::from_u128(98)).await.unwrap();
        assert_eq!(begin(asks(6, 10)).await, elsewhere, "another process died");
        db.end_claims(by).await.unwrap();
        assert_eq!(begin(asks(7, 10)).await, ModelBegun::Yes, "this one did");
        assert_eq!(
            begin(asks(8, 26)).await,
            ModelBegun::Yes,
            "no call takes that long"
        );
    }

    #[tokio::test]
    async fn a_count_gone_wild_does_not_lock_the_model_out() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let counted = async |n: u128, tokens: u32| {
            let started_at = DateTime::UNIX_EPOCH + TimeDelta::minutes(i64::try_from(n).unwrap());
            let call = ModelCall {
                started_at,
                ..call(n, 0)
            };
            db.begin_call(&call, started_at, 0).await.unwrap();
            let end = ModelCallEnd {
                id: call.id,
                cost_micros: Some(0),
                tokens: Some(ModelTokens {
                    question: tokens,
                    answer: 1,
                }),
                answer: None,
                at: started_at,
            };
            db.end_call(end).await.unwrap();
        };
        let known = async || {
            let of = ("http://127.0.0.1:1/v1", "m");
            db.tokens_per_photo(of.0, of.1).await.unwrap()
        };
        counted(1, 10_000_000).await;
        assert_eq!(known().await, Some(60_000), "believed up to a bound");
        for n in 2..=21 {
            counted(n, 4_000).await;
        }
        assert_eq!(known().await, Some(1_000), "and not for ever");
    }

    #[tokio::test]
    async fn a_budget_holds_and_a_cut_call_keeps_its_estimate() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let since = DateTime::UNIX_EPOCH;
        let begin = async |n, estimate, budget| {
            let call = call(n, estimate);
            db.begin_call(&call, since, budget).await.unwrap()
        };
        assert_eq!(begin(1, 600, 1_000).await, ModelBegun::Yes);
        assert_eq!(
            begin(2, 401, 1_000).await,
            ModelBegun::OverBudget,
            "the first is open and counts"
        );
        assert_eq!(
            begin(3, 0, 0).await,
            ModelBegun::Yes,
            "what costs nothing needs no budget"
        );
        let tokens = ModelTokens {
            question: 2_000,
            answer: 100,
        };
        let (question, answer) = ("a".repeat(64), json!({ "colors": ["Noir"] }));
        let mut end = ModelCallEnd {
            id: Uuid::from_u128(1),
            cost_micros: Some(150),
            tokens: Some(tokens),
            answer: Some((&question, &answer)),
            at: since,
        };
        db.end_call(end.clone()).await.unwrap();
        assert_eq!(begin(4, 800, 1_000).await, ModelBegun::Yes);
        end.id = Uuid::from_u128(4);
        end.cost_micros = None;
        end.answer = None;
        db.end_call(end).await.unwrap();
        let spent = db.spent(since).await.unwrap();
        assert_eq!((spent.micros, spent.open_micros), (950, 800));
        assert_eq!((spent.calls, spent.photos, spent.tokens), (3, 12, tokens));
        assert_eq!(
            db.tokens_per_photo(&call(1, 0).address, "m").await.unwrap(),
            Some(500)
        );
        let later = since + TimeDelta::days(2);
        assert_eq!(db.spent(later).await.unwrap(), ModelSpent::default());
        let kept = db.answer(&question).await.unwrap();
        assert_eq!(kept, Some((answer, since)), "with the cost, in one step");
    }

    #[tokio::test]
    async fn consent_is_of_one_address() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let (at, address) = (DateTime::UNIX_EPOCH, "https://a.test/v1");
        db.give_consent(address, at).await.unwrap();
        db.give_consent(address, at + TimeDelta::days(1))
            .await
            .unwrap();
        assert_eq!(
            db.consent(address).await.unwrap(),
            Some(at),
            "the first word counts"
        );
        assert_eq!(db.consent("https://b.test/v1").await.unwrap(), None);
        db.withdraw_consent(address).await.unwrap();
        assert_eq!(db.consent(address).await.unwrap(), None);
    }
}
