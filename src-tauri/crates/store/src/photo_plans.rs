//! Table `photo_plans`.

use app::ports::{Cause, DraftChanges, PhotoPlan, PhotoPlans, PlanState, RecordError, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Draft, DraftId, PhotoId};
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
async fn take_out(
    connection: &mut SqliteConnection,
    (id, revision): (DraftId, u32),
    by_person: bool,
    at: DateTime<Utc>,
) -> Recorded<()> {
    let done = sqlx::query(
        "UPDATE drafts SET removed_at = ?, taken_out_by = ? \
         WHERE id = ? AND revision = ? AND removed_at IS NULL",
    )
    .bind(time(at))
    .bind(if by_person { "person" } else { "look" })
    .bind(id.to_string())
    .bind(revision)
    .execute(connection)
    .await
    .map_err(record)?;
    one(done.rows_affected())
}

/// Puts a draft that was taken out back into all lists, with these photos.
async fn put_back(connection: &mut SqliteConnection, draft: &Draft) -> Recorded<()> {
    let done = sqlx::query(
        "UPDATE drafts SET removed_at = NULL, taken_out_by = NULL \
         WHERE id = ? AND revision = ? AND taken_out_by IS NOT NULL",
    )
    .bind(draft.id.to_string())
    .bind(draft.revision)
    .execute(&mut *connection)
    .await
    .map_err(record)?;
    one(done.rows_affected())?;
    drafts::replace_photos(connection, draft).await
}

fn one(rows: u64) -> Recorded<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(RecordError::Stale)
    }
}

/// All changes, in the transaction that `connection` is in.
async fn apply(connection: &mut SqliteConnection, changes: &DraftChanges) -> Recorded<()> {
    drafts::insert(&mut *connection, &changes.new).await?;
    for draft in &changes.changed {
        // Removed by the person meanwhile: that is a change, too.
        match drafts::update(&mut *connection, draft, Cause::Photos).await {
            Err(RecordError::NotFound) => return Err(RecordError::Stale),
            done => done?,
        }
    }
    let written = changes.new.iter().chain(&changes.changed);
    let at = written.map(|draft| draft.updated_at).max();
    let at = at.unwrap_or_else(Utc::now);
    for gone in &changes.gone {
        take_out(&mut *connection, *gone, changes.by_person, at).await?;
    }
    for draft in &changes.back {
        put_back(&mut *connection, draft).await?;
    }
    Ok(())
}

#[async_trait]
impl PhotoPlans for Database {
    async fn begin(&self, plans: &[PhotoPlan]) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for plan in plans {
            insert(&mut tx, plan).await?;
        }
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.plans_begun");
        Ok(())
    }

    async fn plans_of(&self, import: Uuid) -> Recorded<Vec<PhotoPlan>> {
        let rows =
            sqlx::query("SELECT * FROM photo_plans WHERE import_id = ? ORDER BY created_at, id")
                .bind(import.to_string())
                .fetch_all(&self.reader)
                .await
                .map_err(record)?;
        rows.iter().map(read).collect()
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
        apply(&mut tx, changes).await?;
        failpoint::reached("store.plan_written");
        tx.commit().await.map_err(record)
    }

    async fn change_drafts(&self, changes: &DraftChanges) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        apply(&mut tx, changes).await?;
        failpoint::reached("store.drafts_put_back");
        tx.commit().await.map_err(record)
    }

    async fn taken_out(&self, draft: DraftId) -> Recorded<(Draft, bool)> {
        let mut connection = self.reader.acquire().await.map_err(record)?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{} WHERE id = ? AND removed_at IS NOT NULL AND taken_out_by IS NOT NULL",
            drafts::COLUMNS
        )))
        .bind(draft.to_string())
        .fetch_one(&mut *connection)
        .await
        .map_err(record)?;
        let by: String = sqlx::query_scalar("SELECT taken_out_by FROM drafts WHERE id = ?")
            .bind(draft.to_string())
            .fetch_one(&mut *connection)
            .await
            .map_err(record)?;
        let found = drafts::with_photos(&mut *connection, vec![row])
            .await?
            .pop();
        found
            .map(|draft| (draft, by == "person"))
            .ok_or(RecordError::NotFound)
    }

    async fn holders(&self, photos: &[PhotoId]) -> Recorded<Vec<Draft>> {
        let mut connection = self.reader.acquire().await.map_err(record)?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{} WHERE removed_at IS NULL AND id IN (SELECT draft_id FROM draft_photos \
             WHERE photo_id IN (SELECT value FROM json_each(?))) ORDER BY id",
            drafts::COLUMNS
        )))
        .bind(json(&photos)?)
        .fetch_all(&mut *connection)
        .await
        .map_err(record)?;
        drafts::with_photos(&mut *connection, rows).await
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
    async fn an_import_has_its_own_plans() {
        let (_folder, db) = database().await;
        let begun = [plan(1, Some(7)), plan(2, Some(7))];
        db.begin(&begun).await.unwrap();
        db.begin(&[plan(3, Some(8)), plan(4, None)]).await.unwrap();
        let of_import = db.plans_of(Uuid::from_u128(7)).await.unwrap();
        assert_eq!(of_import, begun, "it reads back whole, in order");
        assert!(matches!(
            db.plan(Uuid::from_u128(5)).await,
            Err(RecordError::NotFound)
        ));
    }

    #[tokio::test]
    async fn a_draft_that_was_taken_out_comes_back_once() {
        let (_folder, db) = database().await;
        let draft = Draft::new(Uuid::from_u128(10).into(), DateTime::UNIX_EPOCH);
        Drafts::insert(&db, std::slice::from_ref(&draft))
            .await
            .unwrap();
        assert!(
            matches!(db.taken_out(draft.id).await, Err(RecordError::NotFound)),
            "it is in all lists"
        );
        let out = |by_person| DraftChanges {
            gone: vec![(draft.id, 1)],
            by_person,
            ..DraftChanges::default()
        };
        db.change_drafts(&out(false)).await.unwrap();
        assert_eq!(
            db.taken_out(draft.id).await.unwrap(),
            (draft.clone(), false)
        );
        let back = DraftChanges {
            back: vec![draft.clone()],
            ..DraftChanges::default()
        };
        db.change_drafts(&back).await.unwrap();
        assert_eq!(Drafts::get(&db, draft.id).await.unwrap(), draft);
        let again = db.change_drafts(&back).await;
        assert!(matches!(again, Err(RecordError::Stale)), "{again:?}");
        db.change_drafts(&out(true)).await.unwrap();
        assert!(
            db.taken_out(draft.id).await.unwrap().1,
            "by the person's word"
        );
        Drafts::restore(&db, draft.id).await.unwrap();
        Drafts::remove(&db, draft.id, DateTime::UNIX_EPOCH)
            .await
            .unwrap();
        assert!(
            matches!(db.taken_out(draft.id).await, Err(RecordError::NotFound)),
            "the person removed it: no plan brings it back"
        );
    }

    #[tokio::test]
    async fn plan_and_drafts_change_together_or_not_at_all() {
        let (_folder, db) = database().await;
        let mut plan = plan(1, None);
        db.begin(std::slice::from_ref(&plan)).await.unwrap();
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
