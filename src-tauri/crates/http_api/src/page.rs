//! The page of the window for a browser tab: its built files, read once, and what its commands work on.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use app::App;
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use page_commands::{Engine, Files, SentFiles, Stops};
use tokio_util::sync::CancellationToken;

/// Files of a page and their bytes at most; ours has a hundred, and two megabytes.
const MOST_FILES: usize = 1_000;
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Everything from here, nothing from elsewhere, no script or style within the document: as in the window.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page needs beside the API.
#[derive(Clone, Debug)]
pub struct PageConfig {
    /// The built page: `index.html` and `assets`.
    pub built: PathBuf,
    /// The sample photos; none: they did not come along.
    pub samples: Option<PathBuf>,
}

/// Why the page cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// It is for this machine alone.
    #[error("the page is served on this machine's own address only")]
    NotHere,
    /// The built page.
    #[error("the built page cannot be read: {0}")]
    Files(std::io::Error),
    /// The folder for files that it sends.
    #[error("the data folder cannot be used: {0}")]
    Folder(std::io::Error),
}

/// The page at work.
pub(crate) struct Page {
    /// By path: `/`, `/assets/…`.
    files: HashMap<String, File>,
    samples: Option<PathBuf>,
    pub(crate) sent: SentFiles,
    stops: Stops,
}

struct File {
    bytes: Bytes,
    kind: &'static str,
}

impl Page {
    /// Reads the page. What it began ends with `stopping`.
    ///
    /// # Errors
    /// See [`PageError`].
    pub(crate) async fn open(
        config: PageConfig,
        app: &App,
        stopping: CancellationToken,
    ) -> Result<Self, PageError> {
        let files = read(&config.built).await.map_err(PageError::Files)?;
        let sent = SentFiles::of(app).await.map_err(PageError::Folder)?;
        Ok(Self {
            files,
            samples: config.samples,
            sent,
            stops: Stops::within(stopping),
        })
    }

    /// What its commands work on.
    pub(crate) fn engine(&self, app: &App) -> Engine {
        Engine {
            app: app.clone(),
            files: Files::Sent(self.sent.clone()),
            samples: self.samples.clone(),
            stops: self.stops.clone(),
        }
    }

    /// One of its files.
    pub(crate) fn file(&self, path: &str) -> Option<Response> {
        let file = self.files.get(path)?;
        let mut response = Body::from(file.bytes.clone()).into_response();
        let kept = match path {
            "/" => "no-cache",
            // Its name has its content's hash.
            _ => "private, max-age=31536000, immutable",
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        );
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        Some(response)
    }
}

async fn read(built: &Path) -> std::io::Result<HashMap<String, File>> {
    let mut files = HashMap::new();
    let mut left = MOST_BYTES;
    let index = built.join("index.html");
    files.insert(
        "/".to_owned(),
        file(&index, "text/html; charset=utf-8", &mut left).await?,
    );
    let mut entries = fs_err::tokio::read_dir(built.join("assets")).await?;
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        let kind = path.extension().and_then(|e| kind(e.to_str()?));
        let (Some(kind), Some(name)) = (kind, path.file_name().and_then(|n| n.to_str())) else {
            continue;
        };
        if files.len() >= MOST_FILES {
            return Err(std::io::Error::other("it has too many files"));
        }
        let address = format!("/assets/{name}");
        files.insert(address, file(&path, kind, &mut left).await?);
    }
    Ok(files)
}

async fn file(path: &Path, kind: &'static str, left: &mut u64) -> std::io::Result<File> {
    let size = fs_err::tokio::metadata(path).await?.len();
    *left = left
        .checked_sub(size)
        .ok_or_else(|| std::io::Error::other("it is too large"))?;
    Ok(File {
        bytes: fs_err::tokio::read(path).await?.into(),
        kind,
    })
}

fn kind(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "woff2" => "font/woff2",
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return None,
    })
}

/// Paths that only the page asks. No other page may, whatever `allowed_origins` says.
pub(crate) fn is_of_page(path: &str) -> bool {
    path == "/" || path.starts_with("/assets/") || path.starts_with("/window/")
}
