//! Table `photo_plans`.

use app::ports::{Cause, DraftChanges, PhotoPlan, PhotoPlans, PlanState, RecordError, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::DraftId;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{
    Database,
    convert::{json, read_id, read_json, read_time, read_u32, time, unreadable},
    drafts,
    error::record,
};

fn read(row: &SqliteRow) -> Recorded<PhotoPlan> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let import: Option<String> = row.try_get("import_id").map_err(record)?;
    Ok(PhotoPlan {
        id: read_id(&text("id")?)?,
        import: import.as_deref().map(read_id).transpose()?,
        state: PlanState::parse(&text("state")?).ok_or_else(|| unreadable("a state"))?,
        boot_id: read_id(&text("boot_id")?)?,
        revision: read_u32(row.try_get("revision").map_err(record)?)?,
        body: read_json(&text("body")?, "a plan")?,
        created_at: read_time(&text("created_at")?)?,
    })
}

async fn insert(connection: &mut SqliteConnection, plan: &PhotoPlan) -> Recorded<()> {
    sqlx::query(
        "INSERT INTO photo_plans (id, import_id, state, boot_id, revision, body, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(plan.id.to_string())
    .bind(plan.import.map(|id| id.to_string()))
    .bind(plan.state.code())
    .bind(plan.boot_id.to_string())
    .bind(plan.revision)
    .bind(json(&plan.body)?)
    .bind(time(plan.created_at))
    .execute(connection)
    .await
    .map_err(record)?;
    Ok(())
}

/// Takes a draft out of all lists, as long as nobody worked on it since.
async fn remove(
    connection: &mut SqliteConnection,
    id: DraftId,
    revision: u32,
    at: DateTime<Utc>,
) -> Recorded<()> {
    let done = sqlx::query(
        "UPDATE drafts SET removed_at = ? WHERE id = ? AND revision = ? AND removed_at IS NULL",
    )
    .bind(time(at))
    .bind(id.to_string())
    .bind(revision)
    .execute(connection)
    .await
    .map_err(record)?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(RecordError::Stale)
    }
}

#[async_trait]
impl PhotoPlans for Database {
    async fn begin(&self, plans: Vec<PhotoPlan>) -> Recorded<Vec<PhotoPlan>> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        if let Some(import) = plans.iter().find_map(|plan| plan.import) {
            let there = sqlx::query("SELECT * FROM photo_plans WHERE import_id = ? ORDER BY id")
                .bind(import.to_string())
                .fetch_all(&mut *tx)
                .await
                .map_err(record)?;
            if !there.is_empty() {
                return there.iter().map(read).collect();
            }
        }
        for plan in &plans {
            insert(&mut tx, plan).await?;
        }
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.plans_begun");
        Ok(plans)
    }

    async fn plan(&self, id: Uuid) -> Recorded<PhotoPlan> {
        let row = sqlx::query("SELECT * FROM photo_plans WHERE id = ?")
            .bind(id.to_string())
            .fetch_one(&self.reader)
            .await
            .map_err(record)?;
        read(&row)
    }

    async fn plans(&self) -> Recorded<Vec<PhotoPlan>> {
        let rows = sqlx::query("SELECT * FROM photo_plans ORDER BY created_at DESC, id DESC")
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn plans_under_way(&self) -> Recorded<Vec<PhotoPlan>> {
        let rows = sqlx::query(
            "SELECT * FROM photo_plans WHERE state IN ('looking', 'filling') ORDER BY created_at, id",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(read).collect()
    }

    async fn save_plan(&self, plan: &PhotoPlan, changes: &DraftChanges) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let saved = sqlx::query(
            "UPDATE photo_plans SET state = ?, boot_id = ?, revision = ?, body = ? WHERE id = ? AND revision = ?",
        )
        .bind(plan.state.code())
        .bind(plan.boot_id.to_string())
        .bind(plan.revision)
        .bind(json(&plan.body)?)
        .bind(plan.id.to_string())
        .bind(plan.revision.saturating_sub(1))
        .execute(&mut *tx)
        .await
        .map_err(record)?;
        if saved.rows_affected() != 1 {
            return Err(RecordError::Stale);
        }
        drafts::insert(&mut tx, &changes.new).await?;
        let mut latest = None;
        for draft in &changes.changed {
            // Removed by the person meanwhile: that is a change, too.
            match drafts::update(&mut tx, draft, Cause::Photos).await {
                Err(RecordError::NotFound) => return Err(RecordError::Stale),
                done => done?,
            }
            latest = latest.max(Some(draft.updated_at));
        }
        let at = changes.new.iter().map(|draft| draft.updated_at).max();
        let at = at.max(latest).unwrap_or_else(Utc::now);
        for (id, revision) in &changes.gone {
            remove(&mut tx, *id, *revision, at).await?;
        }
        failpoint::reached("store.plan_written");
        tx.commit().await.map_err(record)
    }

    async fn forget_plans(&self, before: DateTime<Utc>) -> Recorded<()> {
        sqlx::query(
            "DELETE FROM photo_plans WHERE created_at < ? AND state NOT IN ('looking', 'filling')",
        )
        .bind(time(before))
        .execute(&self.writer)
        .await
        .map_err(record)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use app::ports::{Drafts, PlanBody, PlanPile};
    use domain::Draft;

    use super::*;

    fn plan(n: u128, import: Option<u128>) -> PhotoPlan {
        PhotoPlan {
            id: Uuid::from_u128(n),
            import: import.map(Uuid::from_u128),
            state: PlanState::Looking,
            boot_id: Uuid::from_u128(99),
            revision: 1,
            body: PlanBody {
                photos: vec![Uuid::from_u128(5).into()],
                piles: vec![PlanPile {
                    number: 3,
                    photos: vec![Uuid::from_u128(5).into()],
                    by_person: false,
                    why: app::ports::PileWhy::default(),
                    confidence: 0.5,
                    unsure: Vec::new(),
                    no_garment: false,
                    draft: None,
                    written: 0,
                }],
                ..PlanBody::default()
            },
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    async fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        (folder, database)
    }

    #[tokio::test]
    async fn an_import_has_its_plans_once() {
        let (_folder, db) = database().await;
        let begun = db
            .begin(vec![plan(1, Some(7)), plan(2, Some(7))])
            .await
            .unwrap();
        let again = db.begin(vec![plan(3, Some(7))]).await.unwrap();
        assert_eq!(again, begun, "after a kill the same plans go on");
        assert_eq!(
            db.plan(Uuid::from_u128(1)).await.unwrap(),
            begun[0],
            "it reads back whole"
        );
        assert!(matches!(
            db.plan(Uuid::from_u128(3)).await,
            Err(RecordError::NotFound)
        ));
    }

    #[tokio::test]
    async fn plan_and_drafts_change_together_or_not_at_all() {
        let (_folder, db) = database().await;
        let mut plan = plan(1, None);
        db.begin(vec![plan.clone()]).await.unwrap();
        let draft = |n: u128| Draft::new(Uuid::from_u128(n).into(), DateTime::UNIX_EPOCH);
        plan.revision = 2;
        let made = DraftChanges {
            new: vec![draft(10), draft(11)],
            ..DraftChanges::default()
        };
        db.save_plan(&plan, &made).await.unwrap();
        let again = db.save_plan(&plan, &made).await;
        assert!(
            matches!(again, Err(RecordError::Stale)),
            "nobody makes them twice: {again:?}"
        );

        // The person changed one of them since.
        let typed = Draft {
            revision: 2,
            title: "typed".into(),
            ..draft(11)
        };
        Drafts::update(&db, &typed).await.unwrap();
        plan.revision = 3;
        let late = DraftChanges {
            new: vec![draft(12)],
            gone: vec![(draft(11).id, 1)],
            ..DraftChanges::default()
        };
        assert!(matches!(
            db.save_plan(&plan, &late).await,
            Err(RecordError::Stale)
        ));
        assert!(
            matches!(
                Drafts::get(&db, draft(12).id).await,
                Err(RecordError::NotFound)
            ),
            "nothing of it is written"
        );
        assert_eq!(Drafts::get(&db, typed.id).await.unwrap().title, "typed");
        let gone = DraftChanges {
            gone: vec![(draft(10).id, 1)],
            ..DraftChanges::default()
        };
        db.save_plan(&plan, &gone).await.unwrap();
        assert!(matches!(
            Drafts::get(&db, draft(10).id).await,
            Err(RecordError::NotFound)
        ));
        db.forget_plans(Utc::now()).await.unwrap();
        assert_eq!(
            db.plans().await.unwrap().len(),
            1,
            "one that is under way stays"
        );
        assert_eq!(db.plans_under_way().await.unwrap(), [plan.clone()]);
        plan.revision = 4;
        plan.state = PlanState::Done;
        db.save_plan(&plan, &DraftChanges::default()).await.unwrap();
        assert_eq!(
            db.plans_under_way().await.unwrap(),
            [],
            "nobody has to go on with one that is done"
        );
    }
}
