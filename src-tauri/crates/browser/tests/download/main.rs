//! The download of a browser from a server on loopback, with everything that goes wrong with downloads.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
mod server;

use browser::download::{Build, DownloadError, Progress, Stage, download};
use browser::{BrowserError, Executable, Source, find};
use server::{Answer, Server};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use zip::write::{SimpleFileOptions, ZipWriter};

const VERSION: &str = "159.0.8154.6";

/// A zip of a program that says its version, and of data that do not compress.
fn archive(version: &str, strange: &[&str]) -> Vec<u8> {
    archive_with(version, strange, 0)
}

fn archive_with(version: &str, strange: &[&str], zeroes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let program = SimpleFileOptions::default().unix_permissions(0o755);
    zip.start_file("chrome-linux64/chrome", program).unwrap();
    write!(zip, "#!/bin/sh\necho Google Chrome for Testing {version}\n").unwrap();
    zip.start_file("chrome-linux64/resources.pak", SimpleFileOptions::default())
        .unwrap();
    let mut noise = 1_u64;
    for _ in 0..50_000 {
        // xorshift
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        zip.write_all(&noise.to_le_bytes()).unwrap();
    }
    zip.start_file("chrome-linux64/zeroes", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(&vec![0; zeroes]).unwrap();
    for name in strange {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"x").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The signed-off entry for these bytes.
fn signed_off(version: &str, archive: &[u8]) -> Build {
    Build {
        platform: "linux64".to_owned(),
        version: version.to_owned(),
        path: format!("{version}/linux64/chrome-linux64.zip"),
        bytes: archive.len() as u64,
        sha256: hex::encode(Sha256::digest(archive)),
    }
}

struct Bed {
    server: Server,
    build: Build,
    folder: tempfile::TempDir,
    told: Mutex<Vec<Progress>>,
}

impl Bed {
    async fn new() -> Self {
        Self::of(archive(VERSION, &[])).await
    }

    async fn of(bytes: Vec<u8>) -> Self {
        let build = signed_off(VERSION, &bytes);
        Self {
            server: Server::start(bytes).await,
            build,
            folder: tempfile::tempdir().unwrap(),
            told: Mutex::default(),
        }
    }

    fn browsers(&self) -> PathBuf {
        self.folder.path().join("browsers")
    }

    async fn get(&self) -> Result<Executable, DownloadError> {
        self.get_until(&CancellationToken::new()).await
    }

    async fn get_until(&self, cancel: &CancellationToken) -> Result<Executable, DownloadError> {
        let tell = |progress| self.told.lock().unwrap().push(progress);
        let (from, to) = (self.server.url(), self.browsers());
        let done = download(&self.build, &from, &to, &tell, cancel);
        tokio::time::timeout(Duration::from_secs(60), done)
            .await
            .expect("every download ends")
    }

    /// Bytes of the archive that are kept for the next try.
    fn kept(&self) -> u64 {
        let part = self
            .browsers()
            .join(format!("{}.part", &self.build.sha256[..16]));
        fs_err::metadata(part).map_or(0, |facts| facts.len())
    }

    /// No browser is there, whole or half.
    fn assert_no_browser(&self) {
        let names: Vec<String> = fs_err::read_dir(self.browsers())
            .map(|entries| {
                entries
                    .flatten()
                    .map(|e| e.file_name().to_string_lossy().into_owned())
                    .collect()
            })
            .unwrap_or_default();
        let left: Vec<_> = names
            .iter()
            .filter(|name| {
                !name.ends_with(".part") && !name.ends_with(".etag") && *name != "download.lock"
            })
            .collect();
        assert!(left.is_empty(), "half a browser lies there: {left:?}");
    }

    /// What is driven when nobody names a browser.
    async fn found(&self) -> Result<Executable, BrowserError> {
        find::find(None, None, Some(&self.browsers())).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_download_is_what_is_driven_until_it_is_damaged() {
    let bed = Bed::new().await;
    let got = bed.get().await.unwrap();
    assert_eq!((got.major, got.source), (159, Source::Downloaded));
    assert_eq!(
        bed.found().await.unwrap().path,
        got.path,
        "it is found where it was put"
    );
    assert_eq!(bed.kept(), 0, "the archive is not kept");

    let told = std::mem::take(&mut *bed.told.lock().unwrap());
    let stages: Vec<Stage> = told.iter().map(|p| p.stage).collect();
    assert!(
        stages.ends_with(&[Stage::Fetching, Stage::Checking, Stage::Unpacking]),
        "the person sees what happens: {stages:?}"
    );
    assert!(
        told.windows(2).all(|w| w[0].received <= w[1].received),
        "progress never goes back"
    );
    assert_eq!(told.last().unwrap().received, bed.build.bytes, "to its end");

    bed.get().await.unwrap();
    assert_eq!(
        bed.server.asked().len(),
        1,
        "what is there is not fetched again"
    );

    // Another process has not compared the files yet; this one does it after a download.
    let resources = got.path.with_file_name("resources.pak");
    let mut bytes = fs_err::read(&resources).unwrap();
    bytes[1000] ^= 1;
    fs_err::write(&resources, bytes).unwrap();
    let other = tempfile::tempdir().unwrap();
    let moved = other.path().join("browsers");
    fs_err::rename(bed.browsers(), &moved).unwrap();
    let instead = find::find(None, None, Some(&moved)).await;
    assert!(
        instead.is_err() || instead.unwrap().source == Source::Installed,
        "a browser with a changed file is driven"
    );
    fs_err::rename(&moved, bed.browsers()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_browser_is_fetched_anew_and_an_old_one_goes() {
    let bed = Bed::new().await;
    // As an earlier version of the app left it.
    let old = Bed::of(archive("158.0.1.2", &[])).await;
    let build = signed_off("158.0.1.2", &archive("158.0.1.2", &[]));
    let tell = |_| {};
    let place = bed.browsers();
    let ours = download(
        &build,
        &old.server.url(),
        &place,
        &tell,
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!(ours.major, 158, "the old one was there");
    // As a killed download left it.
    fs_err::create_dir(place.join(".half-made-x")).unwrap();
    let damaged = place.join(VERSION);
    fs_err::create_dir(&damaged).unwrap();
    fs_err::write(damaged.join("receipt.json"), "{").unwrap();

    let new = bed.get().await.unwrap();

    assert_eq!(
        (new.major, bed.server.asked().len()),
        (159, 1),
        "a damaged one is no reason to stop"
    );
    assert!(!place.join("158.0.1.2").exists(), "two browsers of 400 MB");
    assert!(
        !place.join(".half-made-x").exists(),
        "half a browser stays for ever"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let bed = Bed::new().await;
    bed.server.next(Answer::CutAfter(100_000));
    bed.get().await.unwrap();
    let asked = bed.server.asked();
    assert_eq!(asked.len(), 2, "once more, by itself");
    assert_eq!(
        asked[1].range.as_deref(),
        Some("bytes=100000-"),
        "not from the start"
    );
    assert_eq!(
        asked[1].if_range.as_deref(),
        Some("\"v1\""),
        "only if it is still the same archive"
    );

    // More often than it resumes by itself: the person's next try goes on.
    let bed = Bed::new().await;
    for _ in 0..3 {
        bed.server.next(Answer::CutAfter(50_000));
    }
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Connection(_)), "{error}");
    assert_eq!(bed.kept(), 150_000, "what came is kept");
    bed.assert_no_browser();
    bed.get().await.unwrap();
    assert_eq!(
        bed.server.asked()[3].range.as_deref(),
        Some("bytes=150000-"),
        "a later try goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_download_ends_at_once_and_goes_on_later() {
    let bed = Bed::new().await;
    bed.server.next(Answer::SilentAfter(120_000));
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let waiting = async {
        while bed.kept() < 120_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
    };
    let (stopped, ()) = tokio::join!(bed.get_until(&cancel), waiting);
    assert!(
        matches!(stopped, Err(DownloadError::Cancelled)),
        "{stopped:?}"
    );
    assert_eq!(bed.kept(), 120_000, "what came is kept");
    bed.assert_no_browser();
    bed.get().await.unwrap();
    assert_eq!(
        bed.server.asked()[1].range.as_deref(),
        Some("bytes=120000-")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_ignore_ranges_or_changed_the_archive_are_asked_for_the_whole() {
    for second in [Answer::Whole, Answer::Changed] {
        let bed = Bed::new().await;
        bed.server.next(Answer::CutAfter(100_000));
        bed.server.next(second);
        bed.get().await.unwrap();
        assert!(
            bed.server.asked()[1].range.is_some(),
            "a range was asked for"
        );
    }
    // Without a mark of the archive nothing is resumed: two archives must not be mixed.
    let bed = Bed::new().await;
    bed.server.next(Answer::CutAfterUnmarked(100_000));
    bed.get().await.unwrap();
    assert_eq!(
        bed.server.asked()[1].range,
        None,
        "bytes of two archives were mixed"
    );
    // A range that was not asked for.
    let bed = Bed::new().await;
    bed.server.next(Answer::CutAfter(100_000));
    bed.server.next(Answer::WrongRange);
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Archive(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bytes_than_the_signed_off_ones_are_never_unpacked() {
    let mut bed = Bed::new().await;
    bed.build.sha256 = "0".repeat(64);
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Hash { .. }), "{error}");
    assert_eq!(bed.kept(), 0, "wrong bytes are not built upon");
    bed.assert_no_browser();

    let bed = Bed::new().await;
    for endless in [Answer::TooLong, Answer::Endless] {
        bed.server.next(endless);
        let error = bed.get().await.unwrap_err();
        assert!(matches!(error, DownloadError::Size { .. }), "{error}");
        assert_eq!(bed.kept(), 0, "nothing of it is kept");
    }
    for status in [404, 500] {
        bed.server.next(Answer::Status(status));
        let error = bed.get().await.unwrap_err();
        assert!(
            matches!(error, DownloadError::Status(s) if s == status),
            "{error}"
        );
    }
    bed.assert_no_browser();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_off_archive_that_is_no_browser_is_refused() {
    let bed = Bed::of(archive(VERSION, &["../outside"])).await;
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Archive(_)), "{error}");
    bed.assert_no_browser();
    assert!(
        !bed.folder.path().join("outside").exists() && !bed.browsers().join("outside").exists()
    );

    let bed = Bed::of(b"PK no archive at all, but as long as it says".to_vec()).await;
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Archive(_)), "{error}");

    let bed = Bed::of(archive("158.0.0.0", &[])).await;
    let error = bed.get().await.unwrap_err();
    assert!(
        matches!(error, DownloadError::NoBrowser(_)),
        "another version than signed off: {error}"
    );
    bed.assert_no_browser();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_tls_and_this_machine_are_asked() {
    let bed = Bed::new().await;
    for wrong in [
        "http://example.test/x",
        "http://127.0.0.1.example.test/",
        "ftp://127.0.0.1/",
        "file:///etc",
        "nonsense",
        "https://example.test/?a=b",
    ] {
        let done = download(
            &bed.build,
            wrong,
            &bed.browsers(),
            &|_| {},
            &CancellationToken::new(),
        )
        .await;
        assert!(
            matches!(done, Err(DownloadError::Address(_))),
            "{wrong}: {done:?}"
        );
    }
    // Nor by a detour.
    bed.server
        .next(Answer::RedirectTo("http://example.test/x".to_owned()));
    let error = bed.get().await.unwrap_err();
    assert!(matches!(error, DownloadError::Status(302)), "{error}");
    bed.server.next(Answer::RedirectTo(format!(
        "{}/elsewhere",
        bed.server.url()
    )));
    bed.get().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_write_the_same_file() {
    let bed = Bed::new().await;
    bed.server.next(Answer::SilentAfter(10_000));
    let cancel = CancellationToken::new();
    let second = async {
        while bed.kept() < 10_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let error = bed.get().await.unwrap_err();
        cancel.cancel();
        error
    };
    let (_, error) = tokio::join!(bed.get_until(&cancel), second);
    assert!(matches!(error, DownloadError::Busy), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_no_more_is_said_and_nothing_half_made_stays() {
    // The kernel refuses every byte past the limit, as a full disk does (EFBIG for ENOSPC).
    let limit = |bytes: u64| {
        let limit = libc::rlimit {
            rlim_cur: bytes,
            rlim_max: libc::RLIM_INFINITY,
        };
        // SAFETY: plain system calls; nextest gives each test a process of its own.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit), 0);
        }
    };
    let bed = Bed::new().await;
    limit(200_000);
    let error = bed.get().await.unwrap_err();
    limit(libc::RLIM_INFINITY);
    assert!(matches!(error, DownloadError::Disk { .. }), "{error}");
    bed.assert_no_browser();
    bed.get().await.unwrap();

    // While it is unpacked: the archive fits, what it unpacks to does not.
    let bed = Bed::of(archive_with(VERSION, &[], 3_000_000)).await;
    limit(1_000_000);
    let error = bed.get().await.unwrap_err();
    limit(libc::RLIM_INFINITY);
    assert!(
        matches!(
            error,
            DownloadError::Disk {
                what: "unpacking a file",
                ..
            }
        ),
        "{error}"
    );
    bed.assert_no_browser();
    assert_eq!(
        bed.kept(),
        bed.build.bytes,
        "the archive is whole and is not fetched again"
    );
    bed.get().await.unwrap();
    assert_eq!(
        bed.server.asked().len(),
        1,
        "once space is free, it goes on without the network"
    );
    assert!(Path::new(&bed.browsers().join(VERSION)).is_dir());
}
