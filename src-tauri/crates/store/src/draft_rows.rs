//! Rows of table `drafts` for lists of thousands, by the full-text index `draft_words`.

use app::ports::{DraftRowQuery, DraftRows, Recorded, RowKind, StoredRow};
use async_trait::async_trait;
use contract::{DraftSort, DraftState};
use domain::{Draft, DraftId, gates::RULES, values::fold};
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{json, read_cents, read_id, read_time, read_u32, unreadable},
    drafts::{COLUMNS, missing_text, with_photos},
    error::record,
};

/// Words of a search that are looked at; more make no list narrower in practice.
const MAX_WORDS: usize = 8;
/// Drafts of one import come this close one after the other (seconds); a longer pause between two begins another.
const BREATH: u32 = 20;

fn code(state: DraftState) -> &'static str {
    match state {
        DraftState::Unknown => "unknown",
        DraftState::Open => "open",
        DraftState::Ready => "ready",
        DraftState::Queued => "queued",
        DraftState::Published => "published",
        DraftState::Archived => "archived",
    }
}

fn parse(text: &str) -> Recorded<DraftState> {
    [
        DraftState::Unknown,
        DraftState::Open,
        DraftState::Ready,
        DraftState::Queued,
        DraftState::Published,
        DraftState::Archived,
    ]
    .into_iter()
    .find(|state| code(*state) == text)
    .ok_or_else(|| unreadable("a state"))
}

/// A search as the index takes it: every word as a beginning. None where there is no word in it.
fn match_text(search: &str) -> Option<String> {
    let folded = fold(search);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        // In quotes nothing is an operator.
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// Which of the query's conditions hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Narrow {
    /// All of them.
    All,
    /// Not states and failing gates: for their counts.
    Kinds,
    /// Not the brand either: for its counts.
    Brands,
}

/// `WITH found AS (…)`: the drafts that fit, each with where it stands.
fn found(query: &DraftRowQuery, narrow: Narrow) -> Recorded<QueryBuilder<Sqlite>> {
    let mut sql = QueryBuilder::new(
        "WITH found AS (SELECT * FROM (SELECT d.id, d.created_at, d.updated_at, d.title, d.brand, \
         substr(d.search, 1, 120) AS folded, \
         d.price_target_cents AS cents, d.missing, CASE d.status WHEN 'published' THEN 'published' \
         WHEN 'archived' THEN 'archived' ELSE CASE WHEN d.id IN (SELECT value FROM json_each(",
    );
    sql.push_bind(json(&query.unknown)?)
        .push(")) THEN 'unknown' WHEN d.id IN (SELECT value FROM json_each(");
    sql.push_bind(json(&query.queued)?).push(
        ")) THEN 'queued' WHEN d.missing = ' ' THEN 'ready' ELSE 'open' END END AS state \
         FROM drafts d WHERE d.removed_at IS NULL",
    );
    if query.search.trim().is_empty() {
        // Everything is listed.
    } else if let Some(words) = match_text(&query.search) {
        sql.push(
            " AND d.id IN (SELECT n.draft_id FROM draft_words w JOIN draft_numbers n \
             ON n.number = w.rowid WHERE w.text MATCH ",
        )
        .push_bind(words)
        .push(")");
    } else {
        // Signs alone are in no draft; a list of all would be taken for what was found.
        sql.push(" AND 0");
    }
    if let Some((account, waiting)) = &query.account {
        sql.push(" AND (d.id IN (SELECT draft_id FROM listings WHERE account_id = ")
            .push_bind(account.to_string())
            .push(") OR d.id IN (SELECT value FROM json_each(")
            .push_bind(json(waiting)?)
            .push(")))");
    }
    if narrow != Narrow::Brands
        && let Some(brand) = &query.brand
    {
        sql.push(" AND d.brand = ").push_bind(brand.clone());
    }
    if narrow == Narrow::All && !query.missing.is_empty() {
        sql.push(" AND (");
        for (place, code) in query.missing.iter().enumerate() {
            if place > 0 {
                sql.push(" OR ");
            }
            sql.push("instr(d.missing, ")
                .push_bind(format!(" {code} "))
                .push(") > 0");
        }
        sql.push(")");
    }
    sql.push(")");
    if narrow == Narrow::All && !query.states.is_empty() {
        let states: Vec<&str> = query.states.iter().copied().map(code).collect();
        sql.push(" WHERE state IN (SELECT value FROM json_each(")
            .push_bind(json(&states)?)
            .push("))");
    } else {
        sql.push(" WHERE state <> 'archived'");
    }
    sql.push(")");
    Ok(sql)
}

fn row(row: &SqliteRow) -> Recorded<StoredRow> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(record);
    Ok(StoredRow {
        id: read_id(&text("id")?)?,
        title: text("title")?,
        brand: maybe("brand")?,
        size: text("size")?,
        condition: maybe("condition")?,
        price_target_cents: read_cents(row.try_get("price_target_cents").map_err(record)?)?,
        currency: text("currency")?,
        status: text("status")?,
        missing: codes(&maybe("missing")?.unwrap_or_default()),
        cover_sha256: maybe("cover")?,
        photos: read_u32(row.try_get("photos").map_err(record)?)?,
        revision: read_u32(row.try_get("revision").map_err(record)?)?,
        updated_at: read_time(&text("updated_at")?)?,
    })
}

fn codes(missing: &str) -> Vec<String> {
    missing.split_whitespace().map(str::to_owned).collect()
}

#[async_trait]
impl DraftRows for Database {
    async fn order(&self, query: &DraftRowQuery) -> Recorded<Vec<DraftId>> {
        let mut sql = found(query, Narrow::All)?;
        // One row holds them all: thousands of rows of one id each cost more than the search.
        sql.push(match query.sort {
            DraftSort::Import => format!(
                ", paused AS (SELECT *, coalesce(unixepoch(lag(created_at) OVER newest) - \
                 unixepoch(created_at) > {BREATH}, 0) AS pause FROM found \
                 WINDOW newest AS (ORDER BY created_at DESC, id DESC)), \
                 piled AS (SELECT *, sum(pause) OVER (ORDER BY created_at DESC, id DESC) AS import \
                 FROM paused) SELECT json_group_array(id ORDER BY \
                 CASE state WHEN 'unknown' THEN 0 WHEN 'open' THEN 1 WHEN 'ready' THEN 2 \
                 WHEN 'queued' THEN 3 WHEN 'published' THEN 4 ELSE 5 END, import, created_at, id) FROM piled"
            ),
            DraftSort::Changed => by("updated_at DESC, id DESC"),
            DraftSort::PriceDown => by("cents IS NULL, cents DESC, created_at DESC, id DESC"),
            DraftSort::PriceUp => by("cents IS NULL, cents, created_at DESC, id DESC"),
            DraftSort::Title => by("title = '', folded, id"),
        });
        let ids: String = sql
            .build_query_scalar()
            .fetch_one(&self.reader)
            .await
            .map_err(record)?;
        serde_json::from_str(&ids).map_err(|_| unreadable("an id"))
    }

    async fn rows(&self, ids: &[DraftId]) -> Recorded<Vec<StoredRow>> {
        let rows = sqlx::query(
            "SELECT d.id, d.title, d.brand, d.size, d.condition, d.price_target_cents, d.currency, \
             d.status, d.missing, d.revision, d.updated_at, \
             (SELECT count(*) FROM draft_photos WHERE draft_id = d.id) AS photos, \
             (SELECT p.sha256 FROM draft_photos dp JOIN photos p ON p.id = dp.photo_id \
              WHERE dp.draft_id = d.id ORDER BY dp.place LIMIT 1) AS cover \
             FROM json_each(?) wanted JOIN drafts d ON d.id = wanted.value \
             WHERE d.removed_at IS NULL",
        )
        .bind(json(&ids)?)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.iter().map(row).collect()
    }

    async fn kinds(&self, query: &DraftRowQuery) -> Recorded<Vec<RowKind>> {
        let mut sql = found(query, Narrow::Kinds)?;
        sql.push(
            " SELECT state, coalesce(missing, ' ') AS missing, count(*) AS number, \
             coalesce(sum(cents), 0) AS cents FROM found GROUP BY 1, 2 ORDER BY number DESC, 1, 2",
        );
        let rows = sql.build().fetch_all(&self.reader).await.map_err(record)?;
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<String, _>(column).map_err(record);
                let cents: i64 = row.try_get("cents").map_err(record)?;
                Ok(RowKind {
                    state: parse(&text("state")?)?,
                    missing: codes(&text("missing")?),
                    count: read_u32(row.try_get("number").map_err(record)?)?,
                    cents: u64::try_from(cents).unwrap_or_default(),
                })
            })
            .collect()
    }

    async fn brands(&self, query: &DraftRowQuery, most: u32) -> Recorded<Vec<(String, u32)>> {
        let mut sql = found(query, Narrow::Brands)?;
        sql.push(
            " SELECT brand, count(*) AS number FROM found WHERE brand IS NOT NULL \
             GROUP BY brand ORDER BY number DESC, brand LIMIT ",
        )
        .push_bind(most);
        let rows: Vec<(String, i64)> = sql
            .build_query_as()
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.into_iter()
            .map(|(brand, number)| Ok((brand, read_u32(number)?)))
            .collect()
    }

    async fn terms(&self, beginning: &str, most: u32) -> Recorded<Vec<(String, u32)>> {
        // The last character of all: what begins so lies below it.
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT term, doc FROM draft_terms WHERE term >= ?1 AND term < ?1 || char(1114111) \
             ORDER BY term LIMIT ?2",
        )
        .bind(beginning)
        .bind(most)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        rows.into_iter()
            .map(|(term, drafts)| Ok((term, read_u32(drafts)?)))
            .collect()
    }

    async fn whole(&self, ids: &[DraftId]) -> Recorded<Vec<Draft>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE id IN (SELECT value FROM json_each(?)) AND removed_at IS NULL"
        )))
        .bind(json(&ids)?)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        with_photos(&self.reader, rows).await
    }

    async fn judged_by_others(&self, rules: &str, most: u32) -> Recorded<Vec<Draft>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE removed_at IS NULL AND judged_by IS NOT ? LIMIT ?"
        )))
        .bind(rules)
        .bind(most)
        .fetch_all(&self.reader)
        .await
        .map_err(record)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        with_photos(&self.reader, rows).await
    }

    async fn judged(&self, drafts: &[Draft]) -> Recorded<()> {
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        for draft in drafts {
            sqlx::query(
                "UPDATE drafts SET missing = ?, judged_by = ? WHERE id = ? AND revision = ?",
            )
            .bind(missing_text(app::failing_gates(draft)))
            .bind(RULES)
            .bind(draft.id.to_string())
            .bind(draft.revision)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
        }
        tx.commit().await.map_err(record)
    }
}

fn by(order: &str) -> String {
    format!(" SELECT json_group_array(id ORDER BY {order}) FROM found")
}

#[cfg(test)]
mod tests {
    use app::ports::Drafts;
    use chrono::{DateTime, TimeDelta};
    use domain::{Brand, Condition, PackageSize, Size};
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> DraftId {
        Uuid::from_u128(n).into()
    }

    fn draft(n: u128, title: &str, brand: &str, second: i64) -> Draft {
        let mut draft = Draft::new(
            id(n),
            DateTime::UNIX_EPOCH + TimeDelta::seconds(1_790_000_000 + second),
        );
        draft.title = title.into();
        draft.brand = Brand::parse(brand);
        draft.price_target_cents = Some(u32::try_from(n).unwrap() * 100);
        draft
    }

    struct Bed {
        _dir: tempfile::TempDir,
        db: Database,
    }

    impl Bed {
        async fn of(drafts: &[Draft]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let db = Database::open(dir.path()).await.unwrap();
            Drafts::insert(&db, drafts).await.unwrap();
            Self { _dir: dir, db }
        }

        async fn found(&self, query: DraftRowQuery) -> Vec<u128> {
            let ids = self.db.order(&query).await.unwrap();
            ids.into_iter().map(|id| id.0.as_u128()).collect()
        }
    }

    fn search(text: &str) -> DraftRowQuery {
        DraftRowQuery {
            search: text.into(),
            ..DraftRowQuery::default()
        }
    }

    #[tokio::test]
    async fn search_goes_by_beginnings_of_words_without_case_and_accents_and_follows_changes() {
        let mut coat = draft(1, "Manteau d'été Sézane", "Sézane", 0);
        coat.description = "Velours côtelé, doublé.".into();
        let bed = Bed::of(&[coat.clone(), draft(2, "Robe ETE", "Mango", 1)]).await;
        assert_eq!(bed.found(search("ete")).await, [1, 2]);
        assert_eq!(bed.found(search("ÉTÉ man")).await, [1, 2], "as one types");
        assert_eq!(bed.found(search("velour cote")).await, [1]);
        assert_eq!(
            bed.found(search("manteau mango")).await,
            [0_u128; 0],
            "every word"
        );
        for odd in ["\"", "été\" OR \"robe", "NEAR(", "*", "robe-", "a:b", "'"] {
            bed.db.order(&search(odd)).await.unwrap();
        }
        for signs in ["!!!", "…", "\u{1f457}", "\"*\""] {
            assert_eq!(bed.found(search(signs)).await, [0_u128; 0], "{signs}");
            let kinds = bed.db.kinds(&search(signs)).await.unwrap();
            assert!(kinds.is_empty(), "nothing is counted either: {signs}");
        }
        coat.title = "Trench".into();
        coat.revision += 1;
        Drafts::update(&bed.db, &coat).await.unwrap();
        assert_eq!(bed.found(search("manteau")).await, [0_u128; 0]);
        assert_eq!(bed.found(search("tren")).await, [1]);
        Drafts::remove(&bed.db, coat.id, coat.updated_at)
            .await
            .unwrap();
        assert_eq!(bed.found(search("tren")).await, [0_u128; 0], "removed");
        Drafts::restore(&bed.db, coat.id).await.unwrap();
        assert_eq!(bed.found(search("tren")).await, [1], "and back");
        let words = bed.db.terms("tre", 9).await.unwrap();
        assert_eq!(words, [("trench".to_owned(), 1)], "words of the index");
    }

    fn ready(n: u128, second: i64) -> Draft {
        let mut draft = draft(n, "Robe bleue Mango M – Très bon état", "Mango", second);
        draft.price_min_cents = draft.price_target_cents;
        draft.price_max_cents = draft.price_target_cents;
        draft.size = Size::Label("M".into());
        draft.condition = Some(Condition::VeryGood);
        draft.package_size = Some(PackageSize::Small);
        draft
    }

    #[tokio::test]
    async fn states_filters_and_counts_agree() {
        let mut published = draft(4, "Jupe", "Sans marque", 3);
        published.status = domain::DraftStatus::Published;
        let mut archived = draft(5, "Short", "Mango", 4);
        archived.status = domain::DraftStatus::Archived;
        let bed = Bed::of(&[
            draft(1, "", "", 0),
            ready(2, 1),
            draft(3, "Robe", "Sézane", 2),
            published,
            archived,
        ])
        .await;
        let all = DraftRowQuery {
            queued: vec![id(3)],
            ..DraftRowQuery::default()
        };
        assert_eq!(bed.found(all.clone()).await, [1, 2, 3, 4], "by state");
        let open = DraftRowQuery {
            states: vec![DraftState::Open],
            missing: vec!["missing_brand".into()],
            ..all.clone()
        };
        assert_eq!(bed.found(open.clone()).await, [1]);
        let gone = DraftRowQuery {
            states: vec![DraftState::Archived],
            ..all.clone()
        };
        assert_eq!(bed.found(gone).await, [5]);
        let kinds = bed.db.kinds(&open).await.unwrap();
        let count = |state| -> u32 {
            let of_state = kinds.iter().filter(|k| k.state == state);
            of_state.map(|k| k.count).sum()
        };
        assert_eq!(
            [
                count(DraftState::Open) + count(DraftState::Ready),
                count(DraftState::Queued),
                count(DraftState::Published),
                count(DraftState::Archived),
            ],
            [2, 1, 1, 0],
            "counts go over every state that is listed, whatever filter is on"
        );
        let brands = bed.db.brands(&all, 9).await.unwrap();
        assert_eq!(brands.len(), 3, "{brands:?}");
        let row = &bed.db.rows(&[id(1)]).await.unwrap()[0];
        assert!(
            row.missing.iter().any(|code| code == "missing_photos"),
            "what the gates say stands beside the draft: {:?}",
            row.missing
        );
    }

    #[tokio::test]
    async fn the_newest_import_comes_first_and_stands_as_its_piles() {
        let bed = Bed::of(&[
            draft(1, "a", "", 0),
            draft(2, "b", "", 15),
            draft(3, "c", "", 30),
            draft(4, "d", "", 300),
            draft(5, "e", "", 301),
        ])
        .await;
        assert_eq!(bed.found(search("")).await, [4, 5, 1, 2, 3]);
        let by = |sort| DraftRowQuery {
            sort,
            ..DraftRowQuery::default()
        };
        assert_eq!(bed.found(by(DraftSort::PriceUp)).await, [1, 2, 3, 4, 5]);
        assert_eq!(bed.found(by(DraftSort::PriceDown)).await, [5, 4, 3, 2, 1]);
        assert_eq!(bed.found(by(DraftSort::Title)).await, [1, 2, 3, 4, 5]);
        let accents = Bed::of(&[
            draft(1, "Zèbre", "", 0),
            draft(2, "écharpe", "", 1),
            draft(3, "Étole", "", 2),
            draft(4, "", "", 3),
            draft(5, "Eau", "", 4),
        ])
        .await;
        assert_eq!(
            accents.found(by(DraftSort::Title)).await,
            [5, 2, 3, 1, 4],
            "as a dictionary has them"
        );
    }

    #[tokio::test]
    async fn verdicts_of_other_rules_are_found_and_replaced() {
        let bed = Bed::of(&[draft(1, "a", "", 0), draft(2, "b", "", 1)]).await;
        let db = &bed.db;
        assert!(
            db.judged_by_others(RULES, 9).await.unwrap().is_empty(),
            "what was just written was judged by the present rules"
        );
        sqlx::query("UPDATE drafts SET judged_by = 'old', missing = ' '")
            .execute(&db.writer)
            .await
            .unwrap();
        let old = db.judged_by_others(RULES, 1).await.unwrap();
        assert_eq!(old.len(), 1, "a few at a time");
        db.judged(&old).await.unwrap();
        let left = db.judged_by_others(RULES, 9).await.unwrap();
        assert_eq!(left.len(), 1, "the other one is left");
        let row = &db.rows(&[old[0].id]).await.unwrap()[0];
        assert!(!row.missing.is_empty(), "judged anew");
    }
}
