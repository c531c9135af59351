//! Tables `draft_suggestions` and `draft_said`.

use app::ports::{Cause, RecordError, Recorded, Suggestions};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    Draft, DraftId,
    form::Field,
    suggestion::{Kept, Memory, Suggestion},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{json, read_json, read_time, time, unreadable},
    drafts,
    error::record,
};

fn read(row: &SqliteRow) -> Recorded<Kept> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let confidence: f64 = row.try_get("confidence").map_err(record)?;
    Ok(Kept {
        suggestion: Suggestion {
            value: read_json(&text("value")?, "a suggested value")?,
            source: read_json(&text("source")?, "the source of a suggestion")?,
            // Written from a single: nothing is lost on the way back.
            confidence: confidence as f32,
            at: read_time(&text("made_at")?)?,
        },
        taken: row.try_get("taken").map_err(record)?,
    })
}

pub(crate) async fn say(
    connection: &mut SqliteConnection,
    id: DraftId,
    fields: &[Field],
    at: DateTime<Utc>,
) -> Recorded<()> {
    for field in fields {
        sqlx::query(
            "INSERT INTO draft_said (draft_id, field, said_at) VALUES (?, ?, ?) \
             ON CONFLICT (draft_id, field) DO UPDATE SET said_at = excluded.said_at",
        )
        .bind(id.to_string())
        .bind(field.code())
        .bind(time(at))
        .execute(&mut *connection)
        .await
        .map_err(record)?;
    }
    Ok(())
}

/// The fields in which the person said something.
pub(crate) async fn said(connection: &mut SqliteConnection, id: DraftId) -> Recorded<Vec<Field>> {
    let said: Vec<String> = sqlx::query_scalar("SELECT field FROM draft_said WHERE draft_id = ?")
        .bind(id.to_string())
        .fetch_all(connection)
        .await
        .map_err(record)?;
    Ok(said.iter().filter_map(|f| Field::parse(f)).collect())
}

pub(crate) async fn unsay(
    connection: &mut SqliteConnection,
    id: DraftId,
    fields: &[Field],
) -> Recorded<()> {
    for field in fields {
        sqlx::query("DELETE FROM draft_said WHERE draft_id = ? AND field = ?")
            .bind(id.to_string())
            .bind(field.code())
            .execute(&mut *connection)
            .await
            .map_err(record)?;
    }
    Ok(())
}

#[async_trait]
impl Suggestions for Database {
    async fn of_draft(&self, id: DraftId) -> Recorded<Memory> {
        let rows = sqlx::query(
            "SELECT value, source, confidence, taken, made_at FROM draft_suggestions \
             WHERE draft_id = ? ORDER BY field, place",
        )
        .bind(id.to_string())
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        let said: Vec<String> =
            sqlx::query_scalar("SELECT field FROM draft_said WHERE draft_id = ? ORDER BY field")
                .bind(id.to_string())
                .fetch_all(&self.reader)
                .await
                .map_err(record)?;
        Ok(Memory {
            said: said
                .iter()
                .map(|field| Field::parse(field).ok_or_else(|| unreadable("a field")))
                .collect::<Recorded<_>>()?,
            kept: rows.iter().map(read).collect::<Recorded<_>>()?,
            frozen: false,
        })
    }

    async fn person_changed(
        &self,
        draft: &Draft,
        fields: &[Field],
        at: DateTime<Utc>,
    ) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        drafts::update(&mut tx, draft, Cause::Edit).await?;
        say(&mut tx, draft.id, fields, at).await?;
        failpoint::reached("store.draft_said");
        tx.commit().await.map_err(record)
    }

    async fn person_said(&self, id: DraftId, fields: &[Field], at: DateTime<Utc>) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        say(&mut tx, id, fields, at).await?;
        tx.commit().await.map_err(record)
    }

    async fn filled(&self, id: DraftId, draft: Option<&Draft>, kept: &[Kept]) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        if let Some(draft) = draft {
            drafts::update(&mut tx, draft, Cause::Filled).await?;
        } else {
            let there: Option<i64> = sqlx::query_scalar(
                "SELECT revision FROM drafts WHERE id = ? AND removed_at IS NULL",
            )
            .bind(id.to_string())
            .fetch_optional(&mut *tx)
            .await
            .map_err(record)?;
            there.ok_or(RecordError::NotFound)?;
        }
        sqlx::query("DELETE FROM draft_suggestions WHERE draft_id = ?")
            .bind(id.to_string())
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        for field in Field::ALL {
            let of_field = kept.iter().filter(|k| k.suggestion.value.field() == field);
            for (place, kept) in of_field.enumerate() {
                let suggestion = &kept.suggestion;
                sqlx::query(
                    "INSERT INTO draft_suggestions \
                     (draft_id, field, place, value, source, confidence, taken, made_at) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(id.to_string())
                .bind(field.code())
                .bind(i64::try_from(place).unwrap_or(i64::MAX))
                .bind(json(&suggestion.value)?)
                .bind(json(&suggestion.source)?)
                .bind(f64::from(suggestion.confidence))
                .bind(kept.taken)
                .bind(time(suggestion.at))
                .execute(&mut *tx)
                .await
                .map_err(record)?;
            }
        }
        failpoint::reached("store.suggestions_written");
        tx.commit().await.map_err(record)
    }
}

#[cfg(test)]
mod tests {
    use app::ports::Drafts;
    use chrono::TimeDelta;
    use domain::{
        Brand, Condition, PhotoId,
        suggestion::{Source, SuggestedValue},
    };
    use uuid::Uuid;

    use super::*;

    fn kept(value: SuggestedValue, source: Source, confidence: f32, taken: bool) -> Kept {
        Kept {
            suggestion: Suggestion {
                value,
                source,
                confidence,
                at: DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1_234),
            },
            taken,
        }
    }

    fn some() -> Vec<Kept> {
        let label = Source::Label {
            photo: PhotoId(Uuid::from_u128(7)),
            region: Some([[0.1, 0.2], [0.3, 0.2], [0.3, 0.4], [0.1, 0.4]]),
            text: Some("ZARA".into()),
        };
        let brand = |name: &str| SuggestedValue::Brand { brand: name.into() };
        vec![
            kept(brand("Zara"), label.clone(), 0.97, true),
            kept(brand("Zapa"), label, 0.6, false),
            kept(
                SuggestedValue::Condition {
                    condition: Condition::VeryGood,
                },
                Source::Default,
                0.5,
                false,
            ),
        ]
    }

    async fn bed() -> (tempfile::TempDir, Database, Draft) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).await.unwrap();
        let draft = Draft::new(Uuid::from_u128(1).into(), DateTime::UNIX_EPOCH);
        Drafts::insert(&database, std::slice::from_ref(&draft))
            .await
            .unwrap();
        (dir, database, draft)
    }

    fn changed(draft: &Draft) -> Draft {
        Draft {
            brand: Brand::parse("Zara"),
            revision: draft.revision + 1,
            ..draft.clone()
        }
    }

    #[tokio::test]
    async fn suggestions_read_back_best_first_and_replace_each_other() {
        let (_dir, database, draft) = bed().await;
        let nothing = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert_eq!(nothing, Memory::default(), "nobody analysed it");
        let filled = changed(&draft);
        database
            .filled(draft.id, Some(&filled), &some())
            .await
            .unwrap();
        let memory = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert_eq!(memory.kept, some(), "with their evidence");
        assert_eq!(
            Drafts::get(&database, draft.id).await.unwrap().brand,
            filled.brand
        );
        database.filled(draft.id, None, &some()[..1]).await.unwrap();
        let memory = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert_eq!(memory.kept, some()[..1], "the last run counts");
    }

    #[tokio::test]
    async fn what_the_person_said_is_remembered_with_the_change() {
        let (_dir, database, draft) = bed().await;
        let fields = [Field::Title, Field::Brand];
        let at = DateTime::UNIX_EPOCH;
        database
            .person_changed(&changed(&draft), &fields, at)
            .await
            .unwrap();
        database
            .person_changed(&changed(&changed(&draft)), &[Field::Brand], at)
            .await
            .unwrap();
        let memory = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert_eq!(memory.said, [Field::Brand, Field::Title], "each once");
    }

    #[tokio::test]
    async fn somebody_who_typed_meanwhile_wins() {
        let (_dir, database, draft) = bed().await;
        let at = DateTime::UNIX_EPOCH;
        database
            .person_changed(&changed(&draft), &[Field::Brand], at)
            .await
            .unwrap();
        let late = database
            .filled(draft.id, Some(&changed(&draft)), &some())
            .await;
        assert!(matches!(late, Err(RecordError::Stale)), "{late:?}");
        let memory = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert!(memory.kept.is_empty(), "nothing of the late run is kept");
        let again = database
            .person_changed(&changed(&draft), &[Field::Size], at)
            .await;
        assert!(matches!(again, Err(RecordError::Stale)), "{again:?}");
        let memory = Suggestions::of_draft(&database, draft.id).await.unwrap();
        assert_eq!(
            memory.said,
            [Field::Brand],
            "a change that was refused was not said"
        );
    }
}
