//! `restore`: what an export holds, back as drafts. All of it or nothing; what is here already stays as it is.
//!
//! Nothing in the file can act: no session, setting, job or attempt is read from it, and a draft that was queued is a
//! draft. A published one stays published, so that it is not published a second time.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use contract::{Code, DraftChange, Failure, RestoreResult};
use domain::{
    AccountId, Currency, Draft, DraftId, DraftStatus, Photo, PhotoId, listing::Listing,
    photo::is_sha256,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    change_draft::apply,
    export_drafts::{FORMAT, VERSION},
    set_session::checked_name,
    upload::file_name,
};
use crate::{
    App, fail,
    ports::{Account, PhotoRefusal, Processed, Restore, UnpackRefused},
};

/// Photos of one draft: more than anybody takes of one garment.
const MAX_PHOTOS: usize = 1_000;
/// Longest address of a listing.
const MAX_URL: usize = 2_000;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    drafts: Vec<DraftEntry>,
    #[serde(default)]
    listings: Vec<ListingEntry>,
    #[serde(default)]
    photos: Vec<PhotoEntry>,
}

#[derive(Deserialize)]
struct DraftEntry {
    id: DraftId,
    #[serde(default)]
    title: Value,
    #[serde(default)]
    description: Value,
    #[serde(default)]
    price_min_cents: Value,
    #[serde(default)]
    price_target_cents: Value,
    #[serde(default)]
    price_max_cents: Value,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    brand: Value,
    #[serde(default)]
    size: Value,
    #[serde(default)]
    condition: Value,
    #[serde(default)]
    category: Value,
    #[serde(default)]
    colors: Value,
    #[serde(default)]
    materials: Value,
    #[serde(default)]
    package_size: Value,
    #[serde(default)]
    status: String,
    #[serde(default)]
    confidence: Option<f64>,
    #[serde(default)]
    photos: Vec<PhotoId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct ListingEntry {
    site_id: String,
    draft_id: DraftId,
    #[serde(default)]
    account: Option<String>,
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    price_cents: Option<u32>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    under_review: bool,
    published_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct PhotoEntry {
    id: PhotoId,
    sha256: String,
    #[serde(default)]
    filename: String,
    created_at: DateTime<Utc>,
}

impl App {
    /// Reads an archive that `export` made and puts back what is not here.
    ///
    /// # Errors
    /// `invalid_field` where the file is no whole export of this app, `data_newer` where a newer version made it,
    /// `cancelled`, or why the disk refuses. Nothing was put back then.
    pub async fn restore_drafts(
        &self,
        file: &Path,
        cancel: CancellationToken,
    ) -> Result<RestoreResult, Failure> {
        let staging = self.parts.data_dir.join("uploads");
        let unpacked = self
            .parts
            .unpacker
            .unpack(file, &staging, cancel.clone())
            .await
            .map_err(refused)?;
        failpoint::reached("restore.unpacked");
        // `unpacked` holds the staging folder until the photos were taken out of it.
        self.restore_manifest(&unpacked.manifest, &unpacked.photos, &cancel)
            .await
    }

    /// The same from a manifest alone: photos are those that are here already.
    ///
    /// # Errors
    /// As [`App::restore_drafts`].
    pub async fn restore_json(&self, manifest: &[u8]) -> Result<RestoreResult, Failure> {
        self.restore_manifest(manifest, &BTreeMap::new(), &CancellationToken::new())
            .await
    }

    async fn restore_manifest(
        &self,
        manifest: &[u8],
        files: &BTreeMap<String, PathBuf>,
        cancel: &CancellationToken,
    ) -> Result<RestoreResult, Failure> {
        let manifest = read(manifest)?;
        // Everything is looked at before anything is stored. One photo at a time is in memory: made, it waits in the
        // staging folder.
        let wanted: HashSet<PhotoId> = manifest
            .drafts
            .iter()
            .flat_map(|d| d.photos.iter().copied())
            .collect();
        let mut photos = HashMap::new();
        let mut staged = Vec::new();
        let mut missing = Vec::new();
        for entry in manifest.photos {
            if !wanted.contains(&entry.id) || photos.contains_key(&entry.id) {
                continue;
            }
            if cancel.is_cancelled() {
                return Err(stopped());
            }
            let Some((made, file)) = self.photo_of_entry(&entry, files).await? else {
                missing.push(entry.sha256);
                continue;
            };
            photos.insert(entry.id, photo(&entry, &made));
            match file {
                Some(file) => staged.push(stage(made, file).await?),
                // It is here under its hash: at most a lost thumbnail comes back.
                None => self.put_photo(&made).await?,
            }
        }
        let mut restore = Restore {
            drafts: drafts(manifest.drafts, &photos)?,
            ..Restore::default()
        };
        self.listings_of(manifest.listings, &mut restore)?;
        restore.photos = photos.into_values().collect();
        for photo in staged {
            self.put_photo(&photo.read().await?).await?;
        }
        failpoint::reached("restore.photos_stored");
        let done = self
            .parts
            .restores
            .restore_all(&restore)
            .await
            .map_err(fail::record("storing the drafts"))?;
        for draft in &restore.drafts {
            self.tell(contract::Event::DraftChanged {
                id: draft.id.to_string(),
            });
        }
        Ok(RestoreResult {
            drafts: done.drafts,
            photos: done.photos,
            skipped: done.skipped,
            missing,
        })
    }

    async fn put_photo(&self, made: &Processed) -> Result<(), Failure> {
        let stored = self.parts.files.put(made).await;
        stored.map(drop).map_err(fail::disk("storing a photo"))
    }

    /// The photo's bytes as they go to the site: as they are in the archive where they are a plain JPEG, made anew where
    /// they hold anything else; and their file in the archive, where they are not here already. None: they are neither
    /// in the archive nor here.
    async fn photo_of_entry(
        &self,
        entry: &PhotoEntry,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<Option<(Processed, Option<PathBuf>)>, Failure> {
        if !is_sha256(&entry.sha256) {
            return Err(not_ours("a photo has no SHA-256"));
        }
        let here = self.parts.files.picture(&entry.sha256);
        let in_archive = files.get(&entry.sha256);
        let path = match in_archive {
            Some(path) => path.clone(),
            None if here.is_file() => here,
            None => return Ok(None),
        };
        let bytes = fs_err::tokio::read(&path)
            .await
            .map_err(fail::disk("reading a photo of the archive"))?;
        let made = self
            .parts
            .pipeline
            .process(bytes.clone(), &mut |_| {})
            .await;
        match made {
            Ok(made) if is_plain_jpeg(&bytes) => {
                let plain = Processed {
                    jpeg: bytes,
                    sha256: entry.sha256.clone(),
                    ..made
                };
                Ok(Some((plain, in_archive.cloned())))
            }
            Ok(made) => Ok(Some((made, in_archive.cloned()))),
            Err(PhotoRefusal { code, message }) => Err(Failure::new(
                code,
                format!("A photo of the archive cannot be read ({message}) Nothing was put back."),
            )
            .with(json!({ "sha256": entry.sha256 }))),
        }
    }

    /// Listings with the accounts that they belong to, which have no session here.
    fn listings_of(
        &self,
        entries: Vec<ListingEntry>,
        restore: &mut Restore,
    ) -> Result<(), Failure> {
        let mut accounts: HashMap<String, AccountId> = HashMap::new();
        for entry in entries {
            let known = restore.drafts.iter().any(|d| d.id == entry.draft_id);
            let (Some(name), true) = (entry.account, known) else {
                continue;
            };
            let name = checked_name(&name).map_err(|_| not_ours("an account's name"))?;
            let site = site_of(&entry.url).ok_or_else(|| not_ours("a listing's address"))?;
            let is_id = (1..=40).contains(&entry.site_id.len())
                && entry.site_id.bytes().all(|b| b.is_ascii_alphanumeric());
            if !is_id || entry.title.len() > MAX_URL {
                return Err(not_ours("a listing"));
            }
            let id = *accounts.entry(name.clone()).or_insert_with(|| {
                let id: AccountId = self.parts.clock.new_id().into();
                restore.accounts.push(Account::new(id, name, site));
                id
            });
            restore.listings.push(Listing {
                site_id: entry.site_id,
                account_id: id,
                draft_id: entry.draft_id,
                url: entry.url,
                title: entry.title,
                price_cents: entry.price_cents,
                currency: currency(entry.currency.as_deref())?,
                under_review: entry.under_review,
                published_at: entry.published_at,
            });
        }
        Ok(())
    }
}

/// A made photo whose bytes wait beside its file of the archive.
struct Staged {
    /// Without its bytes.
    known: Processed,
    jpeg: PathBuf,
    thumb: PathBuf,
}

/// Writes a photo beside the file that it was made of.
async fn stage(mut made: Processed, file: PathBuf) -> Result<Staged, Failure> {
    // The file is named by its hash alone.
    let jpeg = file.with_extension("made");
    let thumb = file.with_extension("thumb");
    let write = async {
        fs_err::tokio::write(&jpeg, std::mem::take(&mut made.jpeg)).await?;
        fs_err::tokio::write(&thumb, std::mem::take(&mut made.thumb)).await
    };
    write
        .await
        .map_err(fail::disk("keeping a photo of the archive"))?;
    Ok(Staged {
        known: made,
        jpeg,
        thumb,
    })
}

impl Staged {
    async fn read(self) -> Result<Processed, Failure> {
        let read = async {
            Ok(Processed {
                jpeg: fs_err::tokio::read(&self.jpeg).await?,
                thumb: fs_err::tokio::read(&self.thumb).await?,
                ..self.known
            })
        };
        read.await
            .map_err(fail::disk("reading a photo of the archive"))
    }
}

fn read(manifest: &[u8]) -> Result<Manifest, Failure> {
    // Format and version first: a newer file may have another shape.
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        format: String,
        #[serde(default)]
        version: u64,
    }
    let head: Head = serde_json::from_slice(manifest).map_err(|_| not_ours("its manifest"))?;
    if head.format != FORMAT {
        return Err(not_ours("its manifest"));
    }
    if head.version > u64::from(VERSION) {
        return Err(Failure::new(
            Code::DataNewer,
            "A newer version of the app made this export. Update the app, then try again. Nothing was put back.",
        )
        .with(json!({ "version": head.version, "reads": VERSION })));
    }
    serde_json::from_slice(manifest).map_err(|e| not_ours(&format!("line {}", e.line())))
}

fn drafts(
    entries: Vec<DraftEntry>,
    photos: &HashMap<PhotoId, Photo>,
) -> Result<Vec<Draft>, Failure> {
    let mut seen = HashSet::new();
    let mut drafts = Vec::with_capacity(entries.len());
    for entry in entries {
        if !seen.insert(entry.id) || entry.photos.len() > MAX_PHOTOS {
            return Err(not_ours("a draft"));
        }
        let mut draft = Draft::new(entry.id, entry.created_at);
        // The very checks that a person's own input passes.
        let values = [
            ("title", entry.title),
            ("description", entry.description),
            ("price_min_cents", entry.price_min_cents),
            ("price_target_cents", entry.price_target_cents),
            ("price_max_cents", entry.price_max_cents),
            ("brand", entry.brand),
            ("size", entry.size),
            ("condition", entry.condition),
            ("category", entry.category),
            ("color", entry.colors),
            ("material", entry.materials),
            ("package_size", entry.package_size),
        ];
        let changes = values.map(|(key, value)| DraftChange {
            key: key.to_owned(),
            value,
        });
        apply(&mut draft, &changes).map_err(|failure| {
            let fields = failure.details["fields"].clone();
            not_ours("a draft").and("fields", fields)
        })?;
        draft.currency = currency(entry.currency.as_deref())?;
        draft.confidence = entry.confidence.filter(|c| (0.0..=1.0).contains(c));
        draft.updated_at = entry.updated_at;
        draft.status = match DraftStatus::parse(&entry.status) {
            Some(DraftStatus::Published) => DraftStatus::Published,
            Some(DraftStatus::Archived) => DraftStatus::Archived,
            // No job comes with the file.
            _ => DraftStatus::Draft,
        };
        let mut placed = HashSet::new();
        draft.photos = entry
            .photos
            .iter()
            .filter(|id| placed.insert(**id))
            .filter_map(|id| photos.get(id).cloned())
            .collect();
        drafts.push(draft);
    }
    Ok(drafts)
}

fn photo(entry: &PhotoEntry, made: &Processed) -> Photo {
    Photo {
        id: entry.id,
        sha256: made.sha256.clone(),
        filename: file_name(&entry.filename).unwrap_or_else(|| "photo.jpg".to_owned()),
        width: made.width,
        height: made.height,
        phash: made.phash,
        captured_at: None,
        camera: None,
        orientation: 1,
        edited: None,
        created_at: entry.created_at,
    }
}

fn currency(code: Option<&str>) -> Result<Currency, Failure> {
    match code {
        None => Ok(Currency::default()),
        Some(code) => code.parse().map_err(|_| not_ours("a currency")),
    }
}

/// Scheme and host of a listing's address.
fn site_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    let is_host = !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
    let fits = matches!(scheme, "https" | "http")
        && is_host
        && url.len() <= MAX_URL
        && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    fits.then(|| format!("{scheme}://{host}"))
}

/// A JPEG with nothing but a picture in it: no segment for metadata or comments, nothing after its end.
fn is_plain_jpeg(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(&[0xff, 0xd8]) else {
        return false;
    };
    let mut scans = 0;
    loop {
        if *rest == [0xff, 0xd9] {
            return scans > 0;
        }
        let [0xff, marker, high, low, ..] = *rest else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let segment = match rest.get(2..2 + length) {
            Some(segment) if length >= 2 => segment,
            _ => return false,
        };
        rest = &rest[2 + length..];
        match marker {
            0xe0 if segment.get(2..7) == Some(b"JFIF\0") => {}
            // Tables, frames, restart intervals.
            0xc0..=0xc7 | 0xc9..=0xcf | 0xdb | 0xdd => {}
            0xda => {
                scans += 1;
                // In a scan, 0xff comes before a zero, a restart mark, or the marker that ends it.
                let end = rest
                    .windows(2)
                    .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7));
                match end {
                    Some(at) => rest = &rest[at..],
                    None => return false,
                }
            }
            _ => return false,
        }
    }
}

fn refused(refused: UnpackRefused) -> Failure {
    match refused {
        UnpackRefused::NotOurs(why) | UnpackRefused::TooLarge(why) => {
            Failure::new(Code::InvalidField, format!("{why} Nothing was put back."))
                .with(json!({ "fields": { "file": "invalid_field" } }))
        }
        UnpackRefused::Cancelled => stopped(),
        UnpackRefused::Disk(error) => fail::disk("reading the archive")(error),
    }
}

fn stopped() -> Failure {
    Failure::new(Code::Cancelled, "Stopped. Nothing was put back.")
}

fn not_ours(what: &str) -> Failure {
    Failure::new(
        Code::InvalidField,
        format!("The file is no whole export of this app ({what}). Nothing was put back."),
    )
    .with(json!({ "fields": { "file": "invalid_field" } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(segments: &[(u8, &[u8])], after: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        for (marker, content) in segments {
            let length = u16::try_from(content.len() + 2).unwrap();
            bytes.extend([0xff, *marker]);
            bytes.extend(length.to_be_bytes());
            bytes.extend(*content);
        }
        bytes.extend([1, 2, 3, 0xff, 0xd9]);
        bytes.extend(after);
        bytes
    }

    #[test]
    fn only_a_picture_and_nothing_else_is_taken_as_it_is() {
        let jfif: (u8, &[u8]) = (0xe0, b"JFIF\0\x01\x01");
        let scan: (u8, &[u8]) = (0xda, b"x");
        assert!(is_plain_jpeg(&jpeg(
            &[jfif, (0xdb, b"t"), (0xc2, b"f"), scan],
            b""
        )));
        assert!(
            is_plain_jpeg(&jpeg(&[jfif, scan, (0xc4, b"\xff\xd9"), scan], b"")),
            "a progressive one has several scans"
        );
        for (what, bytes) in [
            ("EXIF", jpeg(&[jfif, (0xe1, b"Exif\0\0"), scan], b"")),
            (
                "EXIF between scans",
                jpeg(&[jfif, scan, (0xe1, b"Exif\0\0"), scan], b""),
            ),
            ("a comment", jpeg(&[jfif, (0xfe, b"hello"), scan], b"")),
            ("something after the end", jpeg(&[jfif, scan], b"PK")),
            ("another APP0", jpeg(&[(0xe0, b"AVI1xx"), scan], b"")),
            ("no scan", vec![0xff, 0xd8, 0xff, 0xdb, 0, 3, 1]),
            (
                "a length beyond the end",
                vec![0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff, 1],
            ),
            ("no picture", b"hello".to_vec()),
        ] {
            assert!(!is_plain_jpeg(&bytes), "{what}");
        }
    }

    #[test]
    fn the_address_of_a_listing_is_one() {
        assert_eq!(
            site_of("https://www.vinted.fr/items/1").as_deref(),
            Some("https://www.vinted.fr")
        );
        for url in [
            "javascript:alert(1)",
            "https://",
            "https://a b/",
            "file:///etc/passwd",
            "https://a@b/",
        ] {
            assert_eq!(site_of(url), None, "{url}");
        }
    }

    #[test]
    fn a_newer_export_is_refused_before_its_shape_is_looked_at() {
        let newer = format!("{{\"format\":\"{FORMAT}\",\"version\":2,\"drafts\":7}}");
        assert_eq!(read(newer.as_bytes()).err().unwrap().code, Code::DataNewer);
        for not_ours in ["", "[]", "{}", "{\"format\":\"other\",\"version\":1}"] {
            assert_eq!(
                read(not_ours.as_bytes()).err().unwrap().code,
                Code::InvalidField,
                "{not_ours}"
            );
        }
    }
}
