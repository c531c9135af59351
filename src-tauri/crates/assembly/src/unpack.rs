//! Reads the archives of `docs/export.md`, whoever made them.
//!
//! An archive is read from its first byte on, entry by entry, and its central directory is not looked at: what it says
//! of names, sizes and places can contradict the entries, overlap or repeat, and nothing here would notice. No name of
//! the archive ever names a file: a photo is stored under the hash of its bytes, and whatever is no photo and not the
//! manifest ends the reading.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use app::ports::{UnpackRefused, Unpacked, Unpacker};
use async_trait::async_trait;
use domain::photo::is_sha256;
use fs_err::File;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use zip::{read::read_zipfile_from_stream, result::ZipError};

const PIECE: usize = 64 * 1024;
/// Longest photo: what leaves the pipeline is far below.
const MAX_PHOTO: u64 = 32 * 1024 * 1024;
/// Longest manifest: some hundred thousand drafts.
const MAX_MANIFEST: u64 = 128 * 1024 * 1024;
/// Entries of one archive.
const MAX_ENTRIES: usize = 200_000;
/// Bytes of all photos of one archive.
const MAX_TOTAL: u64 = 64 * 1024 * 1024 * 1024;

/// Reads ZIP files.
pub(crate) struct ZipReader;

#[async_trait]
impl Unpacker for ZipReader {
    async fn unpack(
        &self,
        source: &Path,
        staging: &Path,
        cancel: CancellationToken,
    ) -> Result<Unpacked, UnpackRefused> {
        let (source, staging) = (source.to_owned(), staging.to_owned());
        tokio::task::spawn_blocking(move || unpack(&source, &staging, &cancel))
            .await
            .map_err(|e| UnpackRefused::Disk(io::Error::other(e)))?
    }
}

fn unpack(
    source: &Path,
    staging: &Path,
    cancel: &CancellationToken,
) -> Result<Unpacked, UnpackRefused> {
    fs_err::create_dir_all(staging).map_err(UnpackRefused::Disk)?;
    let folder = tempfile::Builder::new()
        .prefix(".incoming-")
        .tempdir_in(staging)
        .map_err(UnpackRefused::Disk)?;
    let file = File::open(source).map_err(UnpackRefused::Disk)?;
    let mut reader = BufReader::with_capacity(PIECE, file);
    let mut manifest = None;
    let mut photos = BTreeMap::new();
    let mut total = 0;
    for entry in 0.. {
        if cancel.is_cancelled() {
            return Err(UnpackRefused::Cancelled);
        }
        if entry >= MAX_ENTRIES {
            return Err(UnpackRefused::TooLarge(format!(
                "The archive has more than {MAX_ENTRIES} entries."
            )));
        }
        let Some(mut item) = read_zipfile_from_stream(&mut reader).map_err(no_archive)? else {
            break;
        };
        let name = std::str::from_utf8(item.name_raw())
            .map(str::to_owned)
            .map_err(|_| unexpected())?;
        if name == "photos/" && item.size() == 0 {
            continue;
        }
        if name == "manifest.json" {
            let mut bytes = Vec::new();
            let read = (&mut item).take(MAX_MANIFEST + 1).read_to_end(&mut bytes);
            read.map_err(damaged)?;
            if bytes.len() as u64 > MAX_MANIFEST {
                return Err(UnpackRefused::TooLarge(
                    "The archive's manifest is too long.".into(),
                ));
            }
            if manifest.replace(bytes).is_some() {
                return Err(unexpected());
            }
            continue;
        }
        let hash = photo_hash(&name).ok_or_else(unexpected)?.to_owned();
        let path = folder.path().join(&hash);
        if photos.contains_key(&hash) {
            return Err(unexpected());
        }
        total += store(&mut item, &path, &hash)?;
        if total > MAX_TOTAL {
            return Err(UnpackRefused::TooLarge(
                "The archive's photos are too many.".into(),
            ));
        }
        photos.insert(hash, path);
        failpoint::reached("restore.photo_staged");
    }
    let manifest = manifest.ok_or_else(|| {
        UnpackRefused::NotOurs(
            "The archive has no manifest.json: it is no export of this app.".into(),
        )
    })?;
    Ok(Unpacked {
        manifest,
        photos,
        staging: Box::new(folder),
    })
}

/// `photos/<64 hex digits>.jpg`, and nothing like it.
fn photo_hash(name: &str) -> Option<&str> {
    let hash = name.strip_prefix("photos/")?.strip_suffix(".jpg")?;
    is_sha256(hash).then_some(hash)
}

/// Writes an entry's bytes, where they are those that its name promises.
fn store(item: &mut impl Read, path: &PathBuf, promised: &str) -> Result<u64, UnpackRefused> {
    let mut file = File::create(path).map_err(UnpackRefused::Disk)?;
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let n = item.read(&mut piece).map_err(damaged)?;
        if n == 0 {
            break;
        }
        length += n as u64;
        if length > MAX_PHOTO {
            return Err(UnpackRefused::TooLarge(
                "A photo of the archive is too large.".into(),
            ));
        }
        hash.update(&piece[..n]);
        file.write_all(&piece[..n]).map_err(UnpackRefused::Disk)?;
    }
    if hex::encode(hash.finalize()) == promised {
        Ok(length)
    } else {
        Err(UnpackRefused::NotOurs(
            "A photo of the archive does not have the bytes that its name promises: the archive is damaged.".into(),
        ))
    }
}

fn unexpected() -> UnpackRefused {
    UnpackRefused::NotOurs("The archive holds something that no export of this app has.".into())
}

fn no_archive(error: ZipError) -> UnpackRefused {
    match error {
        ZipError::Io(error) => damaged(error),
        ZipError::UnsupportedArchive(why) => UnpackRefused::NotOurs(format!(
            "The archive is written in a way that is not read here ({why}). Use the file that the export made, as it is."
        )),
        _ => UnpackRefused::NotOurs("The file is no whole ZIP archive.".into()),
    }
}

/// What the archive's own bytes lead to is its fault; the rest is the disk's.
fn damaged(error: io::Error) -> UnpackRefused {
    match error.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::InvalidData
        | ErrorKind::InvalidInput
        | ErrorKind::Unsupported
        | ErrorKind::Other => UnpackRefused::NotOurs("The archive is damaged or cut short.".into()),
        _ => UnpackRefused::Disk(error),
    }
}

#[cfg(test)]
mod tests;
