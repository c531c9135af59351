//! Table `draft_versions`: what drafts were, and changes of many in one transaction.

use app::ports::{Cause, DraftVersions, ManyChanged, RecordError, Recorded, Said, Version};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Brand, Condition, Draft, DraftId, PackageSize, PhotoId, Size};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{json, read_json, read_time, read_u32, time, unreadable},
    drafts,
    error::record,
    photos, suggestions,
};

/// Versions of a draft that are kept, the newest.
const KEPT: u32 = 40;
/// Steps that follow each other within this are one version.
const SESSION: TimeDelta = TimeDelta::minutes(5);

/// What a version holds of a draft, in words that stay readable when the draft's types change.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Content {
    title: String,
    description: String,
    price_min_cents: Option<u32>,
    price_target_cents: Option<u32>,
    price_max_cents: Option<u32>,
    currency: String,
    brand: Option<String>,
    size: String,
    condition: Option<String>,
    category: Option<String>,
    colors: Vec<String>,
    materials: Vec<String>,
    package_size: Option<String>,
}

impl Default for Content {
    fn default() -> Self {
        Self::of(&Draft::new(
            DraftId(uuid::Uuid::nil()),
            DateTime::UNIX_EPOCH,
        ))
    }
}

impl Content {
    fn of(draft: &Draft) -> Self {
        Self {
            title: draft.title.clone(),
            description: draft.description.clone(),
            price_min_cents: draft.price_min_cents,
            price_target_cents: draft.price_target_cents,
            price_max_cents: draft.price_max_cents,
            currency: draft.currency.code().to_owned(),
            brand: draft.brand.as_ref().map(|b| b.as_text().to_owned()),
            size: draft.size.as_text().to_owned(),
            condition: draft.condition.map(|c| c.code().to_owned()),
            category: draft.category.clone(),
            colors: draft.colors.clone(),
            materials: draft.materials.clone(),
            package_size: draft.package_size.map(|p| p.code().to_owned()),
        }
    }

    fn into_draft(self, present: &Draft) -> Recorded<Draft> {
        Ok(Draft {
            title: self.title,
            description: self.description,
            price_min_cents: self.price_min_cents,
            price_target_cents: self.price_target_cents,
            price_max_cents: self.price_max_cents,
            currency: self
                .currency
                .parse()
                .map_err(|_| unreadable("a currency"))?,
            brand: self.brand.as_deref().and_then(Brand::parse),
            size: Size::parse(&self.size),
            condition: self.condition.as_deref().and_then(Condition::parse),
            category: self.category,
            colors: self.colors,
            materials: self.materials,
            package_size: self.package_size.as_deref().and_then(PackageSize::parse),
            ..present.clone()
        })
    }
}

impl Content {
    /// A text of these is gone from the draft, or more than half of it: what it was is worth a version of its own.
    fn would_lose(&self, draft: &Draft) -> bool {
        [
            (&self.title, &draft.title),
            (&self.description, &draft.description),
        ]
        .into_iter()
        .any(|(before, after)| after.chars().count() * 2 < before.chars().count())
    }
}

/// Before the first change that is kept: what stood until then.
pub(crate) async fn keep_first(connection: &mut SqliteConnection, id: DraftId) -> Recorded<()> {
    let kept: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM draft_versions WHERE draft_id = ?)")
            .bind(id.to_string())
            .fetch_one(&mut *connection)
            .await
            .map_err(record)?;
    if kept {
        return Ok(());
    }
    let draft = drafts::stored(&mut *connection, id).await?;
    insert(&mut *connection, &draft, Cause::Made, draft.updated_at).await
}

/// What a draft holds from now on. A step of the session that the newest version belongs to takes its place.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    draft: &Draft,
    cause: Cause,
) -> Recorded<()> {
    let newest = sqlx::query(
        "SELECT revision, cause, began_at, content FROM draft_versions WHERE draft_id = ? \
         ORDER BY revision DESC LIMIT 1",
    )
    .bind(draft.id.to_string())
    .fetch_optional(&mut *connection)
    .await
    .map_err(record)?;
    let mut began = draft.updated_at;
    if let Some(row) = newest {
        let same: String = row.try_get("cause").map_err(record)?;
        let since = read_time(row.try_get("began_at").map_err(record)?)?;
        // A clock that was set back begins a session of its own.
        let pause = draft.updated_at - since;
        let content: String = row.try_get("content").map_err(record)?;
        let before: Content = read_json(&content, "a version")?;
        if cause.joins()
            && same == cause.code()
            && pause >= TimeDelta::zero()
            && pause < SESSION
            && !before.would_lose(draft)
        {
            sqlx::query("DELETE FROM draft_versions WHERE draft_id = ? AND revision = ?")
                .bind(draft.id.to_string())
                .bind(row.try_get::<i64, _>("revision").map_err(record)?)
                .execute(&mut *connection)
                .await
                .map_err(record)?;
            began = since;
        }
    }
    insert(&mut *connection, draft, cause, began).await?;
    sqlx::query(
        "DELETE FROM draft_versions WHERE draft_id = ?1 AND revision NOT IN \
         (SELECT revision FROM draft_versions WHERE draft_id = ?1 ORDER BY revision DESC LIMIT ?2)",
    )
    .bind(draft.id.to_string())
    .bind(KEPT)
    .execute(&mut *connection)
    .await
    .map_err(record)?;
    failpoint::reached("store.version_kept");
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    draft: &Draft,
    cause: Cause,
    began: DateTime<Utc>,
) -> Recorded<()> {
    let photos: Vec<PhotoId> = draft.photos.iter().map(|p| p.id).collect();
    sqlx::query(
        "INSERT INTO draft_versions (draft_id, revision, cause, began_at, saved_at, content, photos) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(draft.id.to_string())
    .bind(draft.revision)
    .bind(cause.code())
    .bind(time(began))
    .bind(time(draft.updated_at))
    .bind(json(&Content::of(draft))?)
    .bind(json(&photos)?)
    .execute(connection)
    .await
    .map_err(record)?;
    Ok(())
}

async fn read(
    connection: &mut SqliteConnection,
    present: &Draft,
    row: &SqliteRow,
) -> Recorded<Version> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let content: Content = read_json(&text("content")?, "a version")?;
    let saved_at = read_time(&text("saved_at")?)?;
    let draft = Draft {
        photos: photos_of(connection, &text("photos")?).await?,
        revision: read_u32(row.try_get("revision").map_err(record)?)?,
        updated_at: saved_at,
        ..content.into_draft(present)?
    };
    Ok(Version {
        draft,
        cause: Cause::parse(&text("cause")?).ok_or_else(|| unreadable("a cause"))?,
        began_at: read_time(&text("began_at")?)?,
        saved_at,
    })
}

/// Photos by a list of ids as JSON, in its order; those that are not stored any more are left out.
async fn photos_of(connection: &mut SqliteConnection, ids: &str) -> Recorded<Vec<domain::Photo>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {} FROM json_each(?) wanted JOIN photos p ON p.id = wanted.value ORDER BY wanted.key",
        photos::COLUMNS
    )))
    .bind(ids.to_owned())
    .fetch_all(connection)
    .await
    .map_err(record)?;
    rows.iter().map(photos::read).collect()
}

#[async_trait]
impl DraftVersions for Database {
    async fn versions(&self, id: DraftId) -> Recorded<Vec<Version>> {
        let mut connection = self.reader.acquire().await.map_err(record)?;
        let present = drafts::stored(&mut connection, id).await?;
        let rows = sqlx::query(
            "SELECT revision, cause, began_at, saved_at, content, photos FROM draft_versions \
             WHERE draft_id = ? ORDER BY revision DESC",
        )
        .bind(id.to_string())
        .fetch_all(&mut *connection)
        .await
        .map_err(record)?;
        let mut versions = Vec::with_capacity(rows.len());
        for row in &rows {
            versions.push(read(&mut connection, &present, row).await?);
        }
        Ok(versions)
    }

    async fn change_many(
        &self,
        drafts: &[Draft],
        said: Said<'_>,
        cause: Cause,
        at: DateTime<Utc>,
    ) -> Recorded<ManyChanged> {
        let mut changed = ManyChanged::default();
        if drafts.is_empty() {
            return Ok(changed);
        }
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for draft in drafts {
            match drafts::update(&mut tx, draft, cause).await {
                Ok(()) => match said {
                    Said::In(fields) => {
                        let before = suggestions::said(&mut tx, draft.id).await?;
                        suggestions::say(&mut tx, draft.id, fields, at).await?;
                        let newly = fields.iter().filter(|f| !before.contains(f));
                        changed
                            .newly_said
                            .insert(draft.id, newly.copied().collect());
                    }
                    Said::TakenBack(fields) => {
                        let fields = fields.get(&draft.id).map_or(&[][..], Vec::as_slice);
                        suggestions::unsay(&mut tx, draft.id, fields).await?;
                    }
                },
                // Nothing of it was written: the revision is looked at first.
                Err(RecordError::Stale | RecordError::NotFound) => changed.left.push(draft.id),
                Err(error) => return Err(error),
            }
        }
        failpoint::reached("store.many_changed");
        tx.commit().await.map_err(record)?;
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use app::ports::{Drafts, Suggestions};
    use domain::form::Field;
    use uuid::Uuid;

    use super::*;

    async fn bed() -> (tempfile::TempDir, Database, Draft) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).await.unwrap();
        let mut draft = Draft::new(Uuid::from_u128(1).into(), minute(0));
        draft.title = "made".into();
        Drafts::insert(&database, std::slice::from_ref(&draft))
            .await
            .unwrap();
        (dir, database, draft)
    }

    fn minute(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(n)
    }

    fn titled(draft: &Draft, title: &str, at: DateTime<Utc>) -> Draft {
        Draft {
            title: title.into(),
            revision: draft.revision + 1,
            updated_at: at,
            ..draft.clone()
        }
    }

    async fn typed(db: &Database, draft: &mut Draft, title: &str, at: DateTime<Utc>) {
        *draft = titled(draft, title, at);
        db.person_changed(draft, &[Field::Title], at).await.unwrap();
    }

    async fn titles(db: &Database, id: DraftId) -> Vec<(Cause, String)> {
        let versions = db.versions(id).await.unwrap();
        versions
            .into_iter()
            .map(|v| (v.cause, v.draft.title))
            .collect()
    }

    #[tokio::test]
    async fn a_typing_session_is_one_version_and_what_stood_before_is_kept() {
        let (_dir, db, mut draft) = bed().await;
        assert!(
            titles(&db, draft.id).await.is_empty(),
            "nothing was changed yet"
        );
        typed(&db, &mut draft, "R", minute(10)).await;
        typed(&db, &mut draft, "Ro", minute(11)).await;
        typed(&db, &mut draft, "Robe", minute(14)).await;
        typed(&db, &mut draft, "Robe bleue", minute(16)).await;
        draft = titled(&draft, "Robe rouge", minute(17));
        let many = std::slice::from_ref(&draft);
        let stale = db
            .change_many(many, Said::In(&[Field::Title]), Cause::Bulk, minute(17))
            .await
            .unwrap();
        assert!(stale.left.is_empty(), "nobody changed it meanwhile");
        typed(&db, &mut draft, "Robe verte", minute(18)).await;
        let kept: Vec<_> = [
            (Cause::Edit, "Robe verte"),
            (Cause::Bulk, "Robe rouge"),
            (Cause::Edit, "Robe bleue"),
            (Cause::Edit, "Robe"),
            (Cause::Made, "made"),
        ]
        .map(|(cause, title)| (cause, title.to_owned()))
        .into();
        assert_eq!(
            titles(&db, draft.id).await,
            kept,
            "steps within five minutes are one, any other change stands alone"
        );
        let versions = db.versions(draft.id).await.unwrap();
        assert_eq!(
            versions[0].draft, draft,
            "the newest version is the draft itself"
        );
    }

    #[tokio::test]
    async fn what_is_wiped_while_typing_is_kept() {
        let (_dir, db, mut draft) = bed().await;
        typed(&db, &mut draft, "Robe bleue à pois", minute(1)).await;
        typed(&db, &mut draft, "", minute(2)).await;
        typed(&db, &mut draft, "J", minute(2)).await;
        typed(&db, &mut draft, "Jupe", minute(3)).await;
        let kept: Vec<_> = [
            (Cause::Edit, "Jupe"),
            (Cause::Edit, "Robe bleue à pois"),
            (Cause::Made, "made"),
        ]
        .map(|(cause, title)| (cause, title.to_owned()))
        .into();
        assert_eq!(titles(&db, draft.id).await, kept, "within one session too");
    }

    #[tokio::test]
    async fn no_draft_keeps_more_than_its_share() {
        let (_dir, db, mut draft) = bed().await;
        for n in 1..=60 {
            typed(&db, &mut draft, &format!("{n}"), minute(n * 10)).await;
        }
        let kept = titles(&db, draft.id).await;
        assert_eq!(kept.len(), KEPT as usize);
        assert_eq!(kept[0].1, "60", "the newest are kept");
    }

    #[tokio::test]
    async fn of_many_drafts_only_those_that_somebody_changed_are_left() {
        let (_dir, db, mut first) = bed().await;
        let second = Draft::new(Uuid::from_u128(2).into(), minute(0));
        Drafts::insert(&db, std::slice::from_ref(&second))
            .await
            .unwrap();
        let gone = Draft::new(Uuid::from_u128(3).into(), minute(0));
        let late = titled(&first, "late", minute(2));
        typed(&db, &mut first, "typed", minute(1)).await;
        let many = [
            late,
            titled(&second, "changed", minute(2)),
            titled(&gone, "gone", minute(2)),
        ];
        let changed = db
            .change_many(&many, Said::In(&[Field::Title]), Cause::Bulk, minute(2))
            .await
            .unwrap();
        assert_eq!(changed.left, [first.id, gone.id], "each is named");
        assert_eq!(
            Drafts::get(&db, first.id).await.unwrap().title,
            "typed",
            "what the person typed meanwhile stays"
        );
        assert_eq!(
            Drafts::get(&db, second.id).await.unwrap().title,
            "changed",
            "one that cannot be changed holds no other up"
        );
        let memory = Suggestions::of_draft(&db, second.id).await.unwrap();
        assert_eq!(memory.said, [Field::Title], "the person said it");

        // Taken back, only what it said for the first time is unsaid.
        let brand = Field::Brand;
        db.person_changed(&titled(&many[1], "changed", minute(3)), &[brand], minute(3))
            .await
            .unwrap();
        let again = titled(&titled(&many[1], "", minute(3)), "again", minute(4));
        let both = Said::In(&[Field::Title, brand, Field::Size]);
        let said = db
            .change_many(std::slice::from_ref(&again), both, Cause::Bulk, minute(4))
            .await
            .unwrap();
        assert_eq!(said.newly_said[&second.id], [Field::Size]);
        let back = titled(&again, "changed", minute(5));
        db.change_many(
            std::slice::from_ref(&back),
            Said::TakenBack(&said.newly_said),
            Cause::Undone,
            minute(5),
        )
        .await
        .unwrap();
        let mut memory = Suggestions::of_draft(&db, second.id).await.unwrap().said;
        memory.sort_by_key(|field| field.code());
        assert_eq!(
            memory,
            [brand, Field::Title],
            "an analysis may fill the size again"
        );
    }
}
