//! Tables `drafts` and `draft_photos`.

use std::collections::HashMap;

use app::ports::{Cause, DraftQuery, Drafts, RecordError, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    Brand, Condition, Draft, DraftId, DraftStatus, PackageSize, Photo, Size, gates::RULES,
    values::fold,
};
use sqlx::{Row, SqliteConnection, SqliteExecutor, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{json, read_cents, read_id, read_json, read_time, read_u32, time, unreadable},
    error::record,
    photos, versions,
};

pub(crate) const COLUMNS: &str = "SELECT id, title, description, price_min_cents, price_target_cents, price_max_cents, \
    currency, brand, size, condition, category, colors, materials, package_size, status, confidence, \
    revision, created_at, updated_at FROM drafts";

/// Words of a search that are looked at; more make no list narrower in practice.
const MAX_WORDS: usize = 8;

fn read(row: &SqliteRow) -> Recorded<Draft> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(record);
    let cents = |column: &str| {
        row.try_get::<Option<i64>, _>(column)
            .map_err(record)
            .and_then(read_cents)
    };
    let closed = |what: &'static str| move || unreadable(what);
    Ok(Draft {
        id: read_id(&text("id")?)?,
        title: text("title")?,
        description: text("description")?,
        price_min_cents: cents("price_min_cents")?,
        price_target_cents: cents("price_target_cents")?,
        price_max_cents: cents("price_max_cents")?,
        currency: text("currency")?
            .parse()
            .map_err(|_| unreadable("a currency"))?,
        brand: maybe("brand")?.as_deref().and_then(Brand::parse),
        size: Size::parse(&text("size")?),
        condition: maybe("condition")?
            .map(|c| Condition::parse(&c).ok_or_else(closed("a condition")))
            .transpose()?,
        category: maybe("category")?,
        colors: read_json(&text("colors")?, "colours")?,
        materials: read_json(&text("materials")?, "materials")?,
        package_size: maybe("package_size")?
            .map(|p| PackageSize::parse(&p).ok_or_else(closed("a parcel size")))
            .transpose()?,
        photos: Vec::new(),
        status: DraftStatus::parse(&text("status")?).ok_or_else(closed("a status"))?,
        confidence: row.try_get("confidence").map_err(record)?,
        revision: read_u32(row.try_get("revision").map_err(record)?)?,
        created_at: read_time(&text("created_at")?)?,
        updated_at: read_time(&text("updated_at")?)?,
    })
}

/// Drafts from rows, with their photos in order, in one further read.
pub(crate) async fn with_photos(
    reader: impl SqliteExecutor<'_>,
    rows: Vec<SqliteRow>,
) -> Recorded<Vec<Draft>> {
    let mut drafts: Vec<Draft> = rows.iter().map(read).collect::<Recorded<_>>()?;
    let ids: Vec<DraftId> = drafts.iter().map(|d| d.id).collect();
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT dp.draft_id, {} FROM draft_photos dp JOIN photos p ON p.id = dp.photo_id \
         WHERE dp.draft_id IN (SELECT value FROM json_each(?)) ORDER BY dp.draft_id, dp.place",
        photos::COLUMNS
    )))
    .bind(json(&ids)?)
    .fetch_all(reader)
    .await
    .map_err(record)?;
    let mut of_draft: HashMap<DraftId, Vec<Photo>> = HashMap::new();
    for row in &rows {
        let id = read_id(row.try_get("draft_id").map_err(record)?)?;
        of_draft.entry(id).or_default().push(photos::read(row)?);
    }
    for draft in &mut drafts {
        draft.photos = of_draft.remove(&draft.id).unwrap_or_default();
    }
    Ok(drafts)
}

/// One draft, as a connection sees it.
pub(crate) async fn stored(connection: &mut SqliteConnection, id: DraftId) -> Recorded<Draft> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{COLUMNS} WHERE id = ? AND removed_at IS NULL"
    )))
    .bind(id.to_string())
    .fetch_one(&mut *connection)
    .await
    .map_err(record)?;
    with_photos(connection, vec![row])
        .await?
        .pop()
        .ok_or(RecordError::NotFound)
}

#[async_trait]
impl Drafts for Database {
    async fn insert(&self, drafts: &[Draft]) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        insert(&mut tx, drafts).await?;
        tx.commit().await.map_err(record)
    }

    async fn get(&self, id: DraftId) -> Recorded<Draft> {
        let mut connection = self.reader.acquire().await.map_err(record)?;
        stored(&mut connection, id).await
    }

    async fn list(&self, query: &DraftQuery) -> Recorded<Vec<Draft>> {
        let words = search_words(&query.search);
        let conditions = " AND search LIKE ? ESCAPE '\\'".repeat(words.len());
        // Only our own text is put together; every word is bound.
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE removed_at IS NULL{conditions} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?"
        ));
        let mut select = sqlx::query(sql);
        for word in words {
            select = select.bind(word);
        }
        let rows = select
            .bind(query.limit)
            .bind(query.offset)
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        with_photos(&self.reader, rows).await
    }

    async fn update(&self, draft: &Draft) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        // Everything that is said in a field goes through other doors, which know why.
        update(&mut tx, draft, Cause::Photos).await?;
        failpoint::reached("store.draft_changed");
        tx.commit().await.map_err(record)
    }

    async fn remove(&self, id: DraftId, at: DateTime<Utc>) -> Recorded<()> {
        let done =
            sqlx::query("UPDATE drafts SET removed_at = ? WHERE id = ? AND removed_at IS NULL")
                .bind(time(at))
                .bind(id.to_string())
                .execute(&self.writer)
                .await
                .map_err(record)?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(RecordError::NotFound)
        }
    }

    async fn restore(&self, id: DraftId) -> Recorded<Draft> {
        sqlx::query("UPDATE drafts SET removed_at = NULL, taken_out_by = NULL WHERE id = ?")
            .bind(id.to_string())
            .execute(&self.writer)
            .await
            .map_err(record)?;
        Drafts::get(self, id).await
    }
}

/// The words of a search as patterns for LIKE, with `\\` as its escape.
pub(crate) fn search_words(search: &str) -> Vec<String> {
    fold(search)
        .split(' ')
        .filter(|w| !w.is_empty())
        .take(MAX_WORDS)
        .map(|w| {
            let escaped = w
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            format!("%{escaped}%")
        })
        .collect()
}

/// New drafts with their photos, on a connection that is in a transaction.
pub(crate) async fn insert(connection: &mut SqliteConnection, drafts: &[Draft]) -> Recorded<()> {
    for draft in drafts {
        write(
            &mut *connection,
            "INSERT INTO drafts (title, description, price_min_cents, price_target_cents, price_max_cents, \
             currency, brand, size, condition, category, colors, materials, package_size, status, \
             confidence, revision, search, missing, judged_by, updated_at, created_at, id) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            draft,
            Some(draft.created_at),
        )
        .await?;
        write_photos(&mut *connection, draft).await?;
    }
    failpoint::reached("store.drafts_written");
    Ok(())
}

/// Replaces a draft whose stored revision is one less, on a connection that is in a transaction, and keeps what it was
/// and is now in its history.
pub(crate) async fn update(
    connection: &mut SqliteConnection,
    draft: &Draft,
    cause: Cause,
) -> Recorded<()> {
    let stored: Option<i64> =
        sqlx::query_scalar("SELECT revision FROM drafts WHERE id = ? AND removed_at IS NULL")
            .bind(draft.id.to_string())
            .fetch_optional(&mut *connection)
            .await
            .map_err(record)?;
    match stored {
        None => return Err(RecordError::NotFound),
        Some(revision) if revision + 1 != i64::from(draft.revision) => {
            return Err(RecordError::Stale);
        }
        Some(_) => {}
    }
    versions::keep_first(&mut *connection, draft.id).await?;
    write(
        &mut *connection,
        "UPDATE drafts SET title = ?, description = ?, price_min_cents = ?, price_target_cents = ?, \
         price_max_cents = ?, currency = ?, brand = ?, size = ?, condition = ?, category = ?, colors = ?, \
         materials = ?, package_size = ?, status = ?, confidence = ?, revision = ?, search = ?, \
         missing = ?, judged_by = ?, updated_at = ? WHERE id = ?",
        draft,
        None,
    )
    .await?;
    replace_photos(&mut *connection, draft).await?;
    versions::keep(&mut *connection, draft, cause).await
}

/// Codes as the column `missing` has them: each between blanks, so that a search for one never finds part of another.
pub(crate) fn missing_text<'a>(codes: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::from(" ");
    for code in codes {
        text.push_str(code);
        text.push(' ');
    }
    text
}

/// Runs a statement whose places follow one order: the values, `created_at` where given, the id.
async fn write(
    connection: &mut SqliteConnection,
    sql: &'static str,
    draft: &Draft,
    created_at: Option<DateTime<Utc>>,
) -> Recorded<()> {
    let brand = draft.brand.as_ref().map(Brand::as_text);
    let search = fold(
        &[
            &draft.title,
            &draft.description,
            brand.unwrap_or(""),
            draft.category.as_deref().unwrap_or(""),
        ]
        .join(" "),
    );
    let mut query = sqlx::query(sql)
        .bind(&draft.title)
        .bind(&draft.description)
        .bind(draft.price_min_cents)
        .bind(draft.price_target_cents)
        .bind(draft.price_max_cents)
        .bind(draft.currency.code())
        .bind(brand)
        .bind(draft.size.as_text())
        .bind(draft.condition.map(Condition::code))
        .bind(&draft.category)
        .bind(json(&draft.colors)?)
        .bind(json(&draft.materials)?)
        .bind(draft.package_size.map(PackageSize::code))
        .bind(draft.status.code())
        .bind(draft.confidence)
        .bind(draft.revision)
        .bind(search)
        .bind(missing_text(app::failing_gates(draft)))
        .bind(RULES)
        .bind(time(draft.updated_at));
    if let Some(created_at) = created_at {
        query = query.bind(time(created_at));
    }
    query
        .bind(draft.id.to_string())
        .execute(connection)
        .await
        .map_err(record)?;
    Ok(())
}

/// The photos of a draft from now on, on a connection that is in a transaction.
pub(crate) async fn replace_photos(
    connection: &mut SqliteConnection,
    draft: &Draft,
) -> Recorded<()> {
    sqlx::query("DELETE FROM draft_photos WHERE draft_id = ?")
        .bind(draft.id.to_string())
        .execute(&mut *connection)
        .await
        .map_err(record)?;
    write_photos(connection, draft).await
}

async fn write_photos(connection: &mut SqliteConnection, draft: &Draft) -> Recorded<()> {
    for (place, photo) in draft.photos.iter().enumerate() {
        sqlx::query("INSERT INTO draft_photos (draft_id, place, photo_id) VALUES (?, ?, ?)")
            .bind(draft.id.to_string())
            .bind(i64::try_from(place).map_err(|_| unreadable("too many photos"))?)
            .bind(photo.id.to_string())
            .execute(&mut *connection)
            .await
            .map_err(record)?;
    }
    Ok(())
}
