//! `export`: all drafts, photos and listings in one file. Its format is described in `docs/export.md`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use contract::{Code, ExportResult, Failure};
use domain::{AccountId, Brand, Draft, DraftId, Photo, listing::Listing};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{
    App, fail,
    ports::{DraftQuery, Packed},
};

/// Tells our archives from others.
pub(super) const FORMAT: &str = "vintedbot-studio-export";
/// Of the format; a reader refuses a higher one.
pub(super) const VERSION: u32 = 1;
/// Drafts read at once.
const PAGE: u32 = 1000;

/// `manifest.json`. No session, key, setting, job or attempt is in it, nor when and where a photo was taken.
#[derive(Serialize)]
struct Manifest {
    format: &'static str,
    version: u32,
    app_version: &'static str,
    made_at: String,
    drafts: Vec<DraftEntry>,
    listings: Vec<ListingEntry>,
    photos: Vec<PhotoEntry>,
}

#[derive(Serialize)]
struct DraftEntry {
    id: String,
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
    status: String,
    confidence: Option<f64>,
    /// Ids, in the draft's order.
    photos: Vec<String>,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct ListingEntry {
    site_id: String,
    draft_id: String,
    /// The name that the seller gave the account.
    account: Option<String>,
    url: String,
    title: String,
    price_cents: Option<u32>,
    currency: String,
    under_review: bool,
    published_at: String,
}

#[derive(Serialize)]
struct PhotoEntry {
    id: String,
    sha256: String,
    /// Inside the archive; none: the bytes were missing.
    file: Option<String>,
    bytes: Option<u64>,
    filename: String,
    width: u32,
    height: u32,
    /// 16 hex digits.
    phash: String,
    created_at: String,
}

impl App {
    /// Writes all drafts with their photos and listings to `target`, replacing a file of that name.
    ///
    /// A photo that is missing or damaged on the disk does not stop the others: the result names it.
    ///
    /// # Errors
    /// `storage_full`, `storage_unavailable` with what the disk said, `not_available` while another process
    /// writes the same file, `cancelled`. Whatever stood under the name is untouched then.
    pub async fn export_drafts(
        &self,
        target: &Path,
        cancel: CancellationToken,
    ) -> Result<ExportResult, Failure> {
        let drafts = self.every_draft().await?;
        let ids: Vec<DraftId> = drafts.iter().map(|d| d.id).collect();
        let listings = self
            .parts
            .listings
            .of_drafts(&ids)
            .await
            .map_err(fail::record("reading the listings"))?;
        let accounts: HashMap<AccountId, String> = self
            .parts
            .accounts
            .all()
            .await
            .map_err(fail::record("reading the accounts"))?
            .into_iter()
            .map(|a| (a.id, a.name))
            .collect();
        let mut photos: Vec<Photo> = Vec::new();
        let mut files = BTreeMap::new();
        for photo in drafts.iter().flat_map(|d| &d.photos) {
            let file = self.parts.files.picture(&photo.sha256);
            if files.insert(photo.sha256.clone(), file).is_none() {
                photos.push(photo.clone());
            }
        }
        let made_at = contract::time(self.parts.clock.now());
        let count = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
        let manifest = move |packed: &Packed| {
            let manifest = Manifest {
                format: FORMAT,
                version: VERSION,
                app_version: env!("CARGO_PKG_VERSION"),
                made_at,
                drafts: drafts.into_iter().map(draft_entry).collect(),
                listings: listings
                    .into_iter()
                    .map(|l| listing_entry(l, &accounts))
                    .collect(),
                photos: photos.into_iter().map(|p| photo_entry(p, packed)).collect(),
            };
            serde_json::to_vec_pretty(&manifest).map_err(std::io::Error::other)
        };
        let packed = self
            .parts
            .archives
            .write(target, files, Box::new(manifest), cancel)
            .await
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::Interrupted => Failure::new(
                    Code::Cancelled,
                    "Stopped. No file was written.",
                ),
                std::io::ErrorKind::WouldBlock => Failure::new(
                    Code::NotAvailable,
                    "Another process is writing this very file. Wait until it is done, or choose another name.",
                ),
                _ => fail::disk("writing the export")(error),
            })?;
        Ok(ExportResult {
            drafts: count,
            photos: u32::try_from(packed.photos.len()).unwrap_or(u32::MAX),
            missing: packed.missing,
        })
    }

    /// Every draft, newest first; one that is made meanwhile moves the pages and is not taken twice.
    async fn every_draft(&self) -> Result<Vec<Draft>, Failure> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let query = DraftQuery {
                search: String::new(),
                limit: PAGE,
                offset: u32::try_from(all.len()).unwrap_or(u32::MAX),
            };
            let page = self
                .parts
                .drafts
                .list(&query)
                .await
                .map_err(fail::record("reading the drafts"))?;
            let last = page.len() < PAGE as usize;
            let before = all.len();
            all.extend(page.into_iter().filter(|d| seen.insert(d.id)));
            if last || all.len() == before {
                return Ok(all);
            }
        }
    }
}

fn draft_entry(draft: Draft) -> DraftEntry {
    DraftEntry {
        id: draft.id.to_string(),
        title: draft.title,
        description: draft.description,
        price_min_cents: draft.price_min_cents,
        price_target_cents: draft.price_target_cents,
        price_max_cents: draft.price_max_cents,
        currency: draft.currency.code().to_owned(),
        brand: draft.brand.as_ref().map(Brand::as_text).map(str::to_owned),
        size: draft.size.as_text().to_owned(),
        condition: draft.condition.map(|c| c.code().to_owned()),
        category: draft.category,
        colors: draft.colors,
        materials: draft.materials,
        package_size: draft.package_size.map(|p| p.code().to_owned()),
        status: draft.status.code().to_owned(),
        confidence: draft.confidence,
        photos: draft.photos.iter().map(|p| p.id.to_string()).collect(),
        created_at: contract::time(draft.created_at),
        updated_at: contract::time(draft.updated_at),
    }
}

fn listing_entry(listing: Listing, accounts: &HashMap<AccountId, String>) -> ListingEntry {
    ListingEntry {
        account: accounts.get(&listing.account_id).cloned(),
        site_id: listing.site_id,
        draft_id: listing.draft_id.to_string(),
        url: listing.url,
        title: listing.title,
        price_cents: listing.price_cents,
        currency: listing.currency.code().to_owned(),
        under_review: listing.under_review,
        published_at: contract::time(listing.published_at),
    }
}

fn photo_entry(photo: Photo, packed: &Packed) -> PhotoEntry {
    let bytes = packed.photos.get(&photo.sha256).copied();
    PhotoEntry {
        id: photo.id.to_string(),
        file: bytes.map(|_| format!("photos/{}.jpg", photo.sha256)),
        sha256: photo.sha256,
        bytes,
        filename: photo.filename,
        width: photo.width,
        height: photo.height,
        phash: format!("{:016x}", photo.phash),
        created_at: contract::time(photo.created_at),
    }
}
