//! Pages of drafts, and counts over all tables.

use std::collections::BTreeMap;

use app::ports::{DraftPageQuery, Overview, Recorded, StoredCounts};
use async_trait::async_trait;
use domain::Draft;
use sqlx::{QueryBuilder, Sqlite};

use crate::{
    Database,
    convert::unreadable,
    drafts::{COLUMNS, search_words, with_photos},
    error::record,
};

/// What the query asks for, as conditions; every value is bound.
fn narrow(sql: &mut QueryBuilder<Sqlite>, query: &DraftPageQuery) {
    sql.push(" WHERE removed_at IS NULL");
    if let Some(status) = query.status {
        sql.push(" AND status = ").push_bind(status.code());
    }
    if let Some(category) = &query.category {
        sql.push(" AND (category = ")
            .push_bind(category.clone())
            .push(" OR substr(category, 1, length(")
            .push_bind(format!("{category} > "))
            .push(")) = ")
            .push_bind(format!("{category} > "))
            .push(")");
    }
    if let Some(cents) = query.min_cents {
        sql.push(" AND price_target_cents >= ").push_bind(cents);
    }
    if let Some(cents) = query.max_cents {
        sql.push(" AND price_target_cents <= ").push_bind(cents);
    }
    for word in search_words(&query.search) {
        sql.push(" AND search LIKE ")
            .push_bind(word)
            .push(" ESCAPE '\\'");
    }
}

fn count(number: i64) -> Recorded<u64> {
    u64::try_from(number).map_err(|_| unreadable("a count"))
}

impl Database {
    async fn count_by(&self, sql: &'static str) -> Recorded<BTreeMap<String, u64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(sql)
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.into_iter()
            .map(|(name, number)| Ok((name, count(number)?)))
            .collect()
    }

    async fn count_of(&self, sql: &'static str) -> Recorded<u64> {
        let number: i64 = sqlx::query_scalar(sql)
            .fetch_one(&self.reader)
            .await
            .map_err(record)?;
        count(number)
    }
}

#[async_trait]
impl Overview for Database {
    async fn draft_page(&self, query: &DraftPageQuery) -> Recorded<(Vec<Draft>, u64)> {
        let mut total = QueryBuilder::new("SELECT count(*) FROM drafts");
        narrow(&mut total, query);
        let total: i64 = total
            .build_query_scalar()
            .fetch_one(&self.reader)
            .await
            .map_err(record)?;
        let mut page = QueryBuilder::new(COLUMNS);
        narrow(&mut page, query);
        page.push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .push_bind(query.limit)
            .push(" OFFSET ")
            .push_bind(query.offset);
        let rows = page.build().fetch_all(&self.reader).await.map_err(record)?;
        Ok((with_photos(&self.reader, rows).await?, count(total)?))
    }

    async fn counts(&self) -> Recorded<StoredCounts> {
        Ok(StoredCounts {
            drafts: self
                .count_by(
                    "SELECT status, count(*) FROM drafts WHERE removed_at IS NULL GROUP BY status",
                )
                .await?,
            photos: self.count_of("SELECT count(*) FROM photos").await?,
            listings: self.count_of("SELECT count(*) FROM listings").await?,
            attempts: self
                .count_by("SELECT state, count(*) FROM publish_attempts GROUP BY state")
                .await?,
        })
    }
}

#[cfg(test)]
mod tests {
    use app::ports::Drafts;
    use chrono::{DateTime, TimeDelta};
    use domain::DraftStatus;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_page_holds_what_was_asked_for_and_the_total_counts_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::open(folder.path()).await.unwrap();
        let begin = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let drafts: Vec<Draft> = (0_u32..30)
            .map(|n| {
                let at = begin + TimeDelta::minutes(n.into());
                let mut draft = Draft::new(Uuid::from_u128(n.into()).into(), at);
                draft.title = format!("Robe {n}");
                draft.price_target_cents = Some(n * 100);
                draft.category = Some(
                    if n % 2 == 0 {
                        "Femmes > Robes"
                    } else {
                        "Femmes > Robes longues"
                    }
                    .to_owned(),
                );
                if n % 3 == 0 {
                    draft.status = DraftStatus::Archived;
                }
                draft
            })
            .collect();
        Drafts::insert(&db, &drafts).await.unwrap();
        let titles =
            |drafts: &[Draft]| -> Vec<String> { drafts.iter().map(|d| d.title.clone()).collect() };
        let all = DraftPageQuery {
            limit: 2,
            offset: 1,
            ..DraftPageQuery::default()
        };
        let (page, total) = db.draft_page(&all).await.unwrap();
        assert_eq!(
            (titles(&page), total),
            (vec!["Robe 28".into(), "Robe 27".into()], 30)
        );
        let narrow = DraftPageQuery {
            status: Some(DraftStatus::Draft),
            category: Some("Femmes > Robes".into()),
            min_cents: Some(400),
            max_cents: Some(1000),
            limit: 100,
            ..DraftPageQuery::default()
        };
        let (page, total) = db.draft_page(&narrow).await.unwrap();
        assert_eq!(
            (titles(&page), total),
            (vec!["Robe 10".into(), "Robe 8".into(), "Robe 4".into()], 3),
            "a category is not the beginning of another's name"
        );
        let below = DraftPageQuery {
            category: Some("Femmes".into()),
            search: "robe 29".into(),
            limit: 100,
            ..DraftPageQuery::default()
        };
        assert_eq!(
            db.draft_page(&below).await.unwrap().1,
            1,
            "all below it, and every word"
        );
        let counts = db.counts().await.unwrap();
        assert_eq!(
            (
                counts.drafts["draft"],
                counts.drafts["archived"],
                counts.photos
            ),
            (20, 10, 0)
        );
    }
}
