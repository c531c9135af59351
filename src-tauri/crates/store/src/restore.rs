//! What an archive held, into its tables: one transaction over drafts, photos, accounts and listings.

use std::collections::HashMap;

use app::ports::{Recorded, Restore, Restored, Restores};
use async_trait::async_trait;
use domain::{AccountId, Photo, PhotoId};
use uuid::Uuid;

use crate::{Database, convert::read_id, drafts, error::record, listings, photos};

#[async_trait]
impl Restores for Database {
    async fn restore_all(&self, restore: &Restore) -> Recorded<Restored> {
        let mut done = Restored::default();
        let mut tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(record)?;
        let mut stored: HashMap<PhotoId, Photo> = HashMap::new();
        for photo in &restore.photos {
            // An id that another photo has here names this one no more.
            let taken: Option<String> =
                sqlx::query_scalar("SELECT sha256 FROM photos WHERE id = ?")
                    .bind(photo.id.to_string())
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(record)?;
            let id = match taken {
                Some(sha256) if sha256 != photo.sha256 => Uuid::now_v7().into(),
                _ => photo.id,
            };
            let own = Photo {
                id,
                ..photo.clone()
            };
            let (kept, new) = photos::insert_once(&mut tx, &own).await?;
            done.photos += u32::from(new);
            stored.insert(photo.id, kept);
        }
        failpoint::reached("store.restore_photos_written");
        let mut new_drafts = Vec::new();
        for draft in &restore.drafts {
            let there: Option<i64> = sqlx::query_scalar("SELECT 1 FROM drafts WHERE id = ?")
                .bind(draft.id.to_string())
                .fetch_optional(&mut *tx)
                .await
                .map_err(record)?;
            if there.is_some() {
                done.skipped += 1;
                continue;
            }
            let mut draft = draft.clone();
            let mut seen = std::collections::HashSet::new();
            draft.photos = draft
                .photos
                .into_iter()
                .filter_map(|photo| stored.get(&photo.id).cloned())
                .filter(|photo| seen.insert(photo.id))
                .collect();
            new_drafts.push(draft);
        }
        drafts::insert(&mut tx, &new_drafts).await?;
        done.drafts = u32::try_from(new_drafts.len()).unwrap_or(u32::MAX);
        let mut accounts: HashMap<AccountId, AccountId> = HashMap::new();
        for account in &restore.accounts {
            sqlx::query(
                "INSERT INTO accounts (id, name, site_url) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
            )
            .bind(account.id.to_string())
            .bind(&account.name)
            .bind(&account.site_url)
            .execute(&mut *tx)
            .await
            .map_err(record)?;
            let id: String = sqlx::query_scalar("SELECT id FROM accounts WHERE name = ?")
                .bind(&account.name)
                .fetch_one(&mut *tx)
                .await
                .map_err(record)?;
            accounts.insert(account.id, read_id(&id)?);
        }
        for listing in &restore.listings {
            let (Some(account), true) = (
                accounts.get(&listing.account_id),
                new_drafts.iter().any(|d| d.id == listing.draft_id),
            ) else {
                continue;
            };
            let there: Option<i64> =
                sqlx::query_scalar("SELECT 1 FROM listings WHERE account_id = ? AND site_id = ?")
                    .bind(account.to_string())
                    .bind(&listing.site_id)
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(record)?;
            if there.is_none() {
                let mut listing = listing.clone();
                listing.account_id = *account;
                listings::insert(&mut tx, &listing).await?;
            }
        }
        failpoint::reached("store.restore_written");
        tx.commit().await.map_err(record)?;
        failpoint::reached("store.restored");
        Ok(done)
    }
}
