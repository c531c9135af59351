//! Everything of the seller in one ZIP file. The format is described in `docs/export.md`.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind, Read, Write},
    mem::ManuallyDrop,
    path::{Path, PathBuf},
};

use app::ports::{Archives, ManifestOf, Packed};
use async_trait::async_trait;
use fs_err::{File, OpenOptions};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::folder::sync_folder;

/// Read and written at once; an archive of any size takes no more memory than this.
const PIECE: usize = 64 * 1024;

/// How often a file that another export finishes at the same moment is let go.
const CLAIMS: usize = 5;

/// ZIP files on the disk.
pub(crate) struct ZipFiles;

#[async_trait]
impl Archives for ZipFiles {
    async fn write(
        &self,
        target: &Path,
        photos: BTreeMap<String, PathBuf>,
        manifest: ManifestOf,
        cancel: CancellationToken,
    ) -> io::Result<Packed> {
        let target = target.to_owned();
        // On a thread of its own it ends tidily even if the caller stops waiting.
        tokio::task::spawn_blocking(move || write(&target, &photos, manifest, &cancel))
            .await
            .map_err(io::Error::other)?
    }
}

fn write(
    target: &Path,
    photos: &BTreeMap<String, PathBuf>,
    manifest: ManifestOf,
    cancel: &CancellationToken,
) -> io::Result<Packed> {
    let partial = Partial::claim(target)?;
    // One that failed is not brought to its end: dropped, it would write on to a disk that just refused, and zip 9.2
    // asserts that all it was given is there. What stays in memory then is its buffer and the names.
    let mut archive = ManuallyDrop::new(ZipWriter::new(io::BufWriter::with_capacity(
        PIECE,
        &partial.file,
    )));
    let mut packed = Packed::default();
    // JPEG does not shrink any further.
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o600);
    for (sha256, path) in photos {
        if cancel.is_cancelled() {
            return Err(io::Error::from(ErrorKind::Interrupted));
        }
        match whole(path, sha256)? {
            None => packed.missing.push(sha256.clone()),
            Some(length) => {
                archive.start_file(format!("photos/{sha256}.jpg"), stored)?;
                io::copy(&mut File::open(path)?, &mut *archive)?;
                packed.photos.insert(sha256.clone(), length);
            }
        }
        failpoint::reached("export.photo_packed");
    }
    let deflated = stored.compression_method(CompressionMethod::Deflated);
    archive.start_file("manifest.json", deflated)?;
    archive.write_all(&manifest(&packed)?)?;
    archive.flush()?;
    ManuallyDrop::into_inner(archive).finish()?.flush()?;
    failpoint::reached("export.written");
    partial.name(target)?;
    Ok(packed)
}

/// The file's length where its bytes are those that the hash promises; none where it is missing or damaged.
/// Looked at before it is packed: an entry that is taken back leaves its bytes in the file.
fn whole(path: &Path, sha256: &str) -> io::Result<Option<u64>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let n = file.read(&mut piece)?;
        if n == 0 {
            break;
        }
        hash.update(&piece[..n]);
        length += n as u64;
    }
    let fits = hex::encode(hash.finalize()) == sha256;
    if !fits {
        tracing::error!(photo = sha256, "a photo on the disk is damaged");
    }
    Ok(fits.then_some(length))
}

/// The archive while it is written: beside its target, under one name, so that a next export goes on from a
/// crashed one's file instead of leaving it there. Removed when dropped unnamed.
struct Partial {
    file: File,
    path: PathBuf,
    named: bool,
}

impl Partial {
    fn claim(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            io::Error::new(ErrorKind::InvalidInput, "the export needs a file name")
        })?;
        if target.is_dir() {
            return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
        }
        let path = target.with_file_name(format!(".{}.partial", name.to_string_lossy()));
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        {
            use fs_err::os::unix::fs::OpenOptionsExt;
            // Drafts are nobody else's business.
            options.mode(0o600);
        }
        for _ in 0..CLAIMS {
            let file = options.open(&path)?;
            match file.file().try_lock() {
                Ok(()) => {}
                Err(std::fs::TryLockError::WouldBlock) => {
                    return Err(io::Error::from(ErrorKind::WouldBlock));
                }
                Err(std::fs::TryLockError::Error(error)) => return Err(error),
            }
            // Between opening and locking another export may have given this very file its name: it is whole now.
            let locked = same_file::Handle::from_file(file.file().try_clone()?)?;
            if same_file::Handle::from_path(&path).is_ok_and(|named| named == locked) {
                file.set_len(0)?;
                return Ok(Self {
                    file,
                    path,
                    named: false,
                });
            }
        }
        Err(io::Error::from(ErrorKind::WouldBlock))
    }

    /// Whole and synced first, then the name, then the folder that holds the name.
    fn name(mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs_err::rename(&self.path, target)?;
        self.named = true;
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        sync_folder(folder)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.named
            && let Err(error) = fs_err::remove_file(&self.path)
        {
            tracing::warn!(%error, "a half export stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> ManifestOf {
        Box::new(|packed| Ok(format!("{} of them", packed.photos.len()).into_bytes()))
    }

    fn photo(folder: &Path, bytes: &[u8]) -> (String, PathBuf) {
        let hash = hex::encode(Sha256::digest(bytes));
        let path = folder.join(format!("{hash}.jpg"));
        fs_err::write(&path, bytes).unwrap();
        (hash, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn photos_come_back_whole_and_damaged_ones_are_named() {
        let (source, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let large: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let (good, good_path) = photo(source.path(), &large);
        let (bad, bad_path) = photo(source.path(), b"bytes that will change");
        fs_err::write(&bad_path, b"other bytes").unwrap();
        let (gone, gone_path) = photo(source.path(), b"bytes that will go");
        fs_err::remove_file(&gone_path).unwrap();
        let photos = BTreeMap::from([
            (good.clone(), good_path),
            (bad.clone(), bad_path),
            (gone.clone(), gone_path),
        ]);
        let target = out.path().join("all.zip");
        let packed = write(&target, &photos, nothing(), &CancellationToken::new()).unwrap();
        assert_eq!(packed.photos, BTreeMap::from([(good.clone(), 300_000)]));
        let mut missing = vec![bad, gone];
        missing.sort();
        assert_eq!(packed.missing, missing, "what cannot be packed is said");
        assert_eq!(
            names(out.path()),
            ["all.zip"],
            "no half file stays beside it"
        );
        let mut archive = zip::ZipArchive::new(File::open(&target).unwrap()).unwrap();
        let mut read = Vec::new();
        archive
            .by_name(&format!("photos/{good}.jpg"))
            .unwrap()
            .read_to_end(&mut read)
            .unwrap();
        assert_eq!(read, large, "the very bytes");
        assert_eq!(archive.len(), 2, "one photo and the manifest");
    }

    #[test]
    fn an_earlier_export_stays_until_the_new_one_is_whole() {
        let out = tempfile::tempdir().unwrap();
        let target = out.path().join("all.zip");
        fs_err::write(&target, b"the earlier one").unwrap();
        let stopped = CancellationToken::new();
        stopped.cancel();
        let photos = BTreeMap::from([("0".repeat(64), out.path().join("none"))]);
        let error = write(&target, &photos, nothing(), &stopped).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(fs_err::read(&target).unwrap(), b"the earlier one");
        assert_eq!(names(out.path()), ["all.zip"], "no half file stays");
        fs_err::write(out.path().join(".all.zip.partial"), b"left by a crash").unwrap();
        write(
            &target,
            &BTreeMap::new(),
            nothing(),
            &CancellationToken::new(),
        )
        .unwrap();
        assert!(zip::ZipArchive::new(File::open(&target).unwrap()).is_ok());
        assert_eq!(
            names(out.path()),
            ["all.zip"],
            "what the crash left is taken over"
        );
    }

    #[test]
    fn two_exports_to_one_name_do_not_mix() {
        let out = tempfile::tempdir().unwrap();
        let target = out.path().join("all.zip");
        let first = Partial::claim(&target).unwrap();
        let second = write(
            &target,
            &BTreeMap::new(),
            nothing(),
            &CancellationToken::new(),
        );
        assert_eq!(
            second.unwrap_err().kind(),
            ErrorKind::WouldBlock,
            "the second is told, not mixed into the first"
        );
        drop(first);
        assert!(
            write(
                &target,
                &BTreeMap::new(),
                nothing(),
                &CancellationToken::new()
            )
            .is_ok(),
            "afterwards it is free"
        );
    }
}
