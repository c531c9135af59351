//! The archive over HTTP: bounded, resumed by `Range` and `If-Range`, stopped at once.
use super::{Build, DownloadError, Progress, Stage, Tell, disk};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, RANGE};
use reqwest::{Client, Response, StatusCode, redirect};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

const CONNECT_BOUND: Duration = Duration::from_secs(20);
/// Silence of the server.
const SILENCE_BOUND: Duration = Duration::from_secs(30);
/// The whole, resumptions included: 180 MB at 50 kB/s.
const WHOLE_BOUND: Duration = Duration::from_secs(3600);
/// A connection that breaks is taken up again by itself this often; then the person asks again.
const RESUMPTIONS: u32 = 2;
const BEFORE_RESUMING: Duration = Duration::from_millis(500);
const REDIRECTS: usize = 5;
const TELL_EVERY: Duration = Duration::from_millis(100);

/// https, or http on this machine.
pub(super) fn may_be_asked(url: &Url) -> bool {
    let here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// Brings `part` to its full length. Its bytes are not judged here.
pub(super) async fn archive(
    address: &Url,
    build: &Build,
    part: &Path,
    tell: Tell<'_>,
    cancel: &CancellationToken,
) -> Result<(), DownloadError> {
    let whole = async {
        let client = client()?;
        let mut resumed = 0;
        loop {
            match once(&client, address, build, part, tell).await {
                Err(DownloadError::Connection(why)) if resumed < RESUMPTIONS => {
                    resumed += 1;
                    tracing::info!(why, "the download broke off: resuming");
                    tokio::time::sleep(BEFORE_RESUMING * resumed).await;
                }
                other => return other,
            }
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(DownloadError::Cancelled),
        done = tokio::time::timeout(WHOLE_BOUND, whole) => done.unwrap_or_else(|_| {
            Err(DownloadError::Connection(format!("not done in {} min", WHOLE_BOUND.as_secs() / 60)))
        }),
    }
}

/// Removes what came, and what is known of it.
pub(super) fn forget(part: &Path) {
    for file in [part, &mark_of(part)] {
        match fs_err::remove_file(file) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "what was downloaded could not be removed"),
        }
    }
}

fn client() -> Result<Client, DownloadError> {
    let follow = redirect::Policy::custom(|attempt| {
        // A server elsewhere does not send us to this machine.
        let from_here = attempt
            .previous()
            .first()
            .is_some_and(|u| u.scheme() == "http");
        let may = attempt.url().scheme() == "https" || (from_here && may_be_asked(attempt.url()));
        if attempt.previous().len() > REDIRECTS || !may {
            attempt.stop()
        } else {
            attempt.follow()
        }
    });
    Client::builder()
        .connect_timeout(CONNECT_BOUND)
        .read_timeout(SILENCE_BOUND)
        .redirect(follow)
        .referer(false)
        .build()
        .map_err(connection)
}

fn connection(error: reqwest::Error) -> DownloadError {
    // The chain says what happened; the address is known to the person.
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    DownloadError::Connection(text)
}

/// One connection: from where the file ends to the archive's end.
async fn once(
    client: &Client,
    address: &Url,
    build: &Build,
    part: &Path,
    tell: Tell<'_>,
) -> Result<(), DownloadError> {
    let (mut here, mark) = so_far(part, build)?;
    if here == build.bytes {
        return Ok(());
    }
    let mut ask = client
        .get(address.clone())
        .header(ACCEPT_ENCODING, "identity");
    if let Some(mark) = &mark {
        ask = ask
            .header(RANGE, format!("bytes={here}-"))
            .header(IF_RANGE, mark);
    }
    let answer = ask.send().await.map_err(connection)?;
    match answer.status() {
        StatusCode::PARTIAL_CONTENT if mark.is_some() => continues(&answer, here, build)?,
        // No range was asked for, the server knows none, or the archive there is another now.
        StatusCode::OK => here = 0,
        StatusCode::RANGE_NOT_SATISFIABLE => {
            forget(part);
            return Err(DownloadError::Connection("the archive changed".to_owned()));
        }
        status => return Err(DownloadError::Status(status.as_u16())),
    }
    if let Some(length) = answer.content_length()
        && here.saturating_add(length) != build.bytes
    {
        return Err(DownloadError::Size {
            expected: build.bytes,
            found: here.saturating_add(length),
        });
    }
    append(answer, here, build, part, tell).await
}

/// How many bytes are here, and the server's mark of the archive they are from. Without a mark nothing is here:
/// bytes of two archives must not be mixed.
fn so_far(part: &Path, build: &Build) -> Result<(u64, Option<String>), DownloadError> {
    let here = match fs_err::metadata(part) {
        Ok(facts) => facts.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((0, None)),
        Err(error) => return Err(disk("reading what was downloaded")(error)),
    };
    if here == build.bytes {
        return Ok((here, None));
    }
    let mark = fs_err::read_to_string(mark_of(part)).ok();
    match mark {
        Some(mark) if here > 0 && here < build.bytes => Ok((here, Some(mark))),
        _ => Ok((0, None)),
    }
}

fn mark_of(part: &Path) -> PathBuf {
    let mut name = OsString::from(part);
    name.push(".etag");
    name.into()
}

/// A strong mark of the very bytes; weak ones (RFC 9110, 8.8.1) do not serve for ranges.
fn strong_mark(headers: &HeaderMap) -> Option<String> {
    let mark = headers.get(ETAG)?.to_str().ok()?;
    (mark.starts_with('"') && mark.len() <= 200).then(|| mark.to_owned())
}

/// `Content-Range: bytes 100-999/1000` goes on exactly where we are.
fn continues(answer: &Response, here: u64, build: &Build) -> Result<(), DownloadError> {
    let range = answer.headers().get(CONTENT_RANGE);
    let said = range
        .and_then(|range| range.to_str().ok())
        .unwrap_or_default();
    let expected = format!("bytes {here}-{}/{}", build.bytes - 1, build.bytes);
    if said == expected {
        return Ok(());
    }
    Err(DownloadError::Archive(format!(
        "the server sent {said:?} where {expected:?} was asked for"
    )))
}

async fn append(
    mut answer: Response,
    mut here: u64,
    build: &Build,
    part: &Path,
    tell: Tell<'_>,
) -> Result<(), DownloadError> {
    let writing = disk("writing what is downloaded");
    let mut file = fs_err::tokio::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(part)
        .await
        .map_err(&writing)?;
    if here == 0 {
        file.set_len(0).await.map_err(&writing)?;
        match strong_mark(answer.headers()) {
            Some(mark) => fs_err::write(mark_of(part), mark).map_err(&writing)?,
            // One from an earlier time would be of other bytes.
            None => drop(fs_err::remove_file(mark_of(part))),
        }
    }
    file.seek(std::io::SeekFrom::Start(here))
        .await
        .map_err(&writing)?;
    let mut told: Option<Instant> = None;
    let outcome = loop {
        let piece = match answer.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) if here == build.bytes => break Ok(()),
            Ok(None) => break Err(DownloadError::Connection("it ended too early".to_owned())),
            Err(error) => break Err(connection(error)),
        };
        if here + piece.len() as u64 > build.bytes {
            break Err(DownloadError::Size {
                expected: build.bytes,
                found: here + piece.len() as u64,
            });
        }
        file.write_all(&piece).await.map_err(&writing)?;
        here += piece.len() as u64;
        if here == build.bytes || told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            told = Some(Instant::now());
            tell(Progress {
                stage: Stage::Fetching,
                received: here,
                total: build.bytes,
            });
        }
    };
    // Also of a broken connection: the next one goes on from what the disk holds.
    file.flush().await.map_err(&writing)?;
    file.sync_all().await.map_err(&writing)?;
    drop(file);
    if matches!(outcome, Err(DownloadError::Size { .. })) {
        forget(part);
    }
    outcome
}
