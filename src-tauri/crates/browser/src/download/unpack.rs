//! A zip archive into an empty folder: nothing outside of it, nothing without a bound.
use super::receipt::File;
use super::{DownloadError, disk};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use tokio_util::sync::CancellationToken;
use zip::ZipArchive;

/// Chrome for Testing (2026): about 350 files, 600 MB at most on macOS.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Files, folders and links.
    pub(super) entries: usize,
    /// All files together, unpacked.
    pub(super) bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 10_000,
            bytes: 2 << 30,
        }
    }
}

const LONGEST_LINK: u64 = 1024;

/// Unpacks into `into`, which is there and empty. Blocks; looks at `cancel` every 64 KiB.
pub(super) fn unpack(
    archive: &Path,
    into: &Path,
    limits: Limits,
    cancel: &CancellationToken,
) -> Result<Vec<File>, DownloadError> {
    let reading = disk("reading the archive");
    let mut zip =
        ZipArchive::new(fs_err::File::open(archive).map_err(reading)?).map_err(refused)?;
    if zip.len() > limits.entries {
        return Err(DownloadError::Archive(format!(
            "it has {} entries",
            zip.len()
        )));
    }
    let mut left = limits.bytes;
    let mut files = Vec::new();
    // Made last: no file is ever written through a link.
    let mut links = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(refused)?;
        let name = safe(&entry.name().map_err(refused)?)?;
        let place = into.join(&name);
        if entry.is_dir() {
            fs_err::create_dir_all(&place).map_err(disk("unpacking a folder"))?;
            continue;
        }
        if let Some(parent) = place.parent() {
            fs_err::create_dir_all(parent).map_err(disk("unpacking a folder"))?;
        }
        if entry.is_symlink() {
            let mut target = String::new();
            (&mut entry)
                .take(LONGEST_LINK)
                .read_to_string(&mut target)
                .map_err(|error| DownloadError::Archive(error.to_string()))?;
            links.push((place, inside(&name, &target)?));
            continue;
        }
        let program = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        let (bytes, sha256) = copy(&mut entry, &place, &mut left, cancel)?;
        let mode = if program { 0o700 } else { 0o600 };
        set_mode(&place, mode).map_err(disk("unpacking a file"))?;
        files.push(File {
            path: name,
            bytes,
            sha256,
        });
    }
    for (place, target) in links {
        link(&target, &place).map_err(disk("unpacking a link"))?;
    }
    Ok(files)
}

fn refused(error: zip::result::ZipError) -> DownloadError {
    match error {
        zip::result::ZipError::Io(source) => disk("reading the archive")(source),
        other => DownloadError::Archive(other.to_string()),
    }
}

/// A relative path of plain names; everything else is refused, not mended.
fn safe(name: &str) -> Result<PathBuf, DownloadError> {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    let strange = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let trimmed = name.strip_suffix('/').unwrap_or(name);
    if name.contains(strange) || name.len() > 500 || !trimmed.split('/').all(plain) {
        return Err(DownloadError::Archive(format!(
            "{name:?} is no name for a file in it"
        )));
    }
    Ok(trimmed.split('/').collect())
}

/// The target of a link, if it stays inside the archive.
fn inside(name: &Path, target: &str) -> Result<PathBuf, DownloadError> {
    let mut depth = name.components().count().saturating_sub(1);
    let target = Path::new(target);
    let stays = target.components().all(|part| match part {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::ParentDir if depth > 0 => {
            depth -= 1;
            true
        }
        _ => false,
    });
    if stays && target.components().next().is_some() {
        return Ok(target.to_owned());
    }
    Err(DownloadError::Archive(format!(
        "the link {} leaves it",
        name.display()
    )))
}

fn copy(
    from: &mut impl Read,
    place: &Path,
    left: &mut u64,
    cancel: &CancellationToken,
) -> Result<(u64, String), DownloadError> {
    let writing = disk("unpacking a file");
    let mut file = fs_err::OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(place)
        .map_err(&writing)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut piece = vec![0; 64 * 1024];
    loop {
        if cancel.is_cancelled() {
            return Err(DownloadError::Cancelled);
        }
        let read = from
            .read(&mut piece)
            .map_err(|error| DownloadError::Archive(error.to_string()))?;
        if read == 0 {
            break;
        }
        // Counted as it comes: what the archive says about its sizes is not believed.
        *left = left
            .checked_sub(read as u64)
            .ok_or_else(|| DownloadError::Archive("it unpacks to too many bytes".to_owned()))?;
        hash.update(&piece[..read]);
        file.write_all(&piece[..read]).map_err(&writing)?;
        bytes += read as u64;
    }
    file.sync_all().map_err(&writing)?;
    Ok((bytes, hex::encode(hash.finalize())))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn link(target: &Path, place: &Path) -> std::io::Result<()> {
    fs_err::os::unix::fs::symlink(target, place)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::Error::other("no links on this system"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::write::{SimpleFileOptions, ZipWriter};

    /// An archive of files and links, by name and content; a link's content is its target.
    fn archive(folder: &Path, files: &[(&str, &str)], links: &[(&str, &str)]) -> PathBuf {
        let path = folder.join("a.zip");
        let mut zip = ZipWriter::new(fs_err::File::create(&path).unwrap());
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        for (name, target) in links {
            zip.add_symlink(*name, *target, SimpleFileOptions::default())
                .unwrap();
        }
        zip.finish().unwrap();
        path
    }

    fn refused(files: &[(&str, &str)], links: &[(&str, &str)], limits: Limits) -> String {
        let root = tempfile::tempdir().unwrap();
        let into = root.path().join("deep/er/into");
        fs_err::create_dir_all(&into).unwrap();
        let zip = archive(root.path(), files, links);
        let error = unpack(&zip, &into, limits, &CancellationToken::new()).unwrap_err();
        let outside: Vec<_> = fs_err::read_dir(root.path().join("deep/er"))
            .unwrap()
            .chain(fs_err::read_dir(root.path()).unwrap())
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !["deep", "into", "a.zip"].contains(&name.as_str()))
            .collect();
        assert!(outside.is_empty(), "{outside:?} was written outside");
        error.to_string()
    }

    #[test]
    fn an_archive_that_leaves_its_folder_is_refused() {
        for name in [
            "../x",
            "a/../../x",
            "/tmp/x",
            "a//x",
            "./x",
            "a\\..\\x",
            "C:x",
        ] {
            let said = refused(&[(name, "x")], &[], Limits::default());
            assert!(said.contains("refused"), "{name:?}: {said}");
        }
        for target in ["/etc", "../..", "a/../../..", ""] {
            let said = refused(
                &[("dir/y", "x")],
                &[("dir/link", target)],
                Limits::default(),
            );
            assert!(said.contains("refused"), "a link to {target:?}: {said}");
        }
        // A file through a link that comes before it: its folder is made first, so the link has no place.
        let said = refused(&[("link/x", "x")], &[("link", "dir")], Limits::default());
        assert!(said.contains("link"), "{said}");
    }

    #[test]
    fn an_archive_without_bounds_is_refused() {
        let many: Vec<(String, &str)> = (0..20).map(|i| (format!("f{i}"), "x")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|(n, c)| (n.as_str(), *c)).collect();
        let limits = Limits {
            entries: 10,
            bytes: 1000,
        };
        assert!(
            refused(&many, &[], limits).contains("20 entries"),
            "too many files"
        );
        let zeroes = "\0".repeat(100_000);
        let said = refused(&[("bomb", &zeroes)], &[], limits);
        assert!(said.contains("too many bytes"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn files_links_and_modes_come_out() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.zip");
        let mut zip = ZipWriter::new(fs_err::File::create(&path).unwrap());
        let setuid = SimpleFileOptions::default().unix_permissions(0o4755);
        zip.start_file("app/run", setuid).unwrap();
        zip.write_all(b"program").unwrap();
        zip.start_file(
            "app/data",
            SimpleFileOptions::default().unix_permissions(0o644),
        )
        .unwrap();
        zip.add_symlink("app/v/current", "../data", SimpleFileOptions::default())
            .unwrap();
        zip.finish().unwrap();
        let into = root.path().join("into");
        fs_err::create_dir(&into).unwrap();

        let files = unpack(&path, &into, Limits::default(), &CancellationToken::new()).unwrap();

        assert_eq!(files.len(), 2, "the link is no file");
        assert_eq!(
            fs_err::read(into.join("app/v/current")).unwrap(),
            b"",
            "the link leads to the data"
        );
        let mode = |name| {
            fs_err::metadata(into.join(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o7777
        };
        assert_eq!(
            mode("app/run"),
            0o700,
            "runs, for its owner, and never as another"
        );
        assert_eq!(mode("app/data"), 0o600, "data do not run");
    }
}
