//! Table `listings`.

use app::ports::{Listings, RecordError, Recorded};
use async_trait::async_trait;
use domain::{AccountId, DraftId, listing::Listing};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Database,
    convert::{json, read_cents, read_id, read_time, time, unreadable},
    error::record,
};

/// The columns of a listing, read by name.
macro_rules! listings {
    ($condition:literal) => {
        concat!(
            "SELECT account_id, site_id, draft_id, url, title, price_cents, currency, under_review, published_at \
             FROM listings ",
            $condition
        )
    };
}

fn read(row: &SqliteRow) -> Recorded<Listing> {
    let currency: String = row.try_get("currency").map_err(record)?;
    Ok(Listing {
        site_id: row.try_get("site_id").map_err(record)?,
        account_id: read_id(row.try_get("account_id").map_err(record)?)?,
        draft_id: read_id(row.try_get("draft_id").map_err(record)?)?,
        url: row.try_get("url").map_err(record)?,
        title: row.try_get("title").map_err(record)?,
        price_cents: read_cents(row.try_get("price_cents").map_err(record)?)?,
        currency: currency.parse().map_err(|_| unreadable("a currency"))?,
        under_review: row.try_get("under_review").map_err(record)?,
        published_at: read_time(row.try_get("published_at").map_err(record)?)?,
    })
}

#[async_trait]
impl Listings for Database {
    async fn of_draft(&self, id: DraftId) -> Recorded<Option<Listing>> {
        let sql = listings!("WHERE draft_id = ? ORDER BY published_at DESC LIMIT 1");
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await
            .map_err(record)?;
        row.as_ref().map(read).transpose()
    }

    async fn ids_of_other_drafts(
        &self,
        account: AccountId,
        draft: DraftId,
    ) -> Recorded<Vec<String>> {
        sqlx::query_scalar("SELECT site_id FROM listings WHERE account_id = ? AND draft_id <> ?")
            .bind(account.to_string())
            .bind(draft.to_string())
            .fetch_all(&self.reader)
            .await
            .map_err(record)
    }

    async fn of_drafts(&self, ids: &[DraftId]) -> Recorded<Vec<Listing>> {
        let sql =
            listings!("WHERE draft_id IN (SELECT value FROM json_each(?)) ORDER BY published_at");
        self.listings_of(sql, ids).await
    }

    async fn newest_of(&self, ids: &[DraftId]) -> Recorded<Vec<Listing>> {
        // SQLite takes the other columns from the row that holds the maximum.
        let sql = "SELECT account_id, site_id, draft_id, url, title, price_cents, currency, under_review, \
                   max(published_at) AS published_at FROM listings \
                   WHERE draft_id IN (SELECT value FROM json_each(?)) GROUP BY draft_id";
        self.listings_of(sql, ids).await
    }
}

impl Database {
    async fn listings_of(&self, sql: &'static str, ids: &[DraftId]) -> Recorded<Vec<Listing>> {
        let rows = sqlx::query(sql)
            .bind(json(&ids)?)
            .fetch_all(&self.reader)
            .await
            .map_err(record)?;
        rows.iter().map(read).collect()
    }
}

/// Stores a listing within the transaction that settles its attempt.
pub(crate) async fn insert(connection: &mut SqliteConnection, listing: &Listing) -> Recorded<()> {
    let done = sqlx::query(
        "INSERT INTO listings (account_id, site_id, draft_id, url, title, price_cents, currency, under_review, \
         published_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (account_id, site_id) DO UPDATE SET url = excluded.url, title = excluded.title, \
         price_cents = excluded.price_cents, under_review = excluded.under_review \
         WHERE listings.draft_id = excluded.draft_id",
    )
    .bind(listing.account_id.to_string())
    .bind(&listing.site_id)
    .bind(listing.draft_id.to_string())
    .bind(&listing.url)
    .bind(&listing.title)
    .bind(listing.price_cents)
    .bind(listing.currency.code())
    .bind(listing.under_review)
    .bind(time(listing.published_at))
    .execute(connection)
    .await
    .map_err(record)?;
    if done.rows_affected() == 0 {
        // One listing is never two drafts'.
        return Err(RecordError::Stale);
    }
    failpoint::reached("store.listing_written");
    Ok(())
}
