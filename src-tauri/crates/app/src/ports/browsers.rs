//! The browser that is driven, and a download of one.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::SiteStop;

/// A browser that said its version.
#[derive(Clone, Debug)]
pub struct BrowserFound {
    /// Its program.
    pub path: std::path::PathBuf,
    /// As it says itself, such as `Chromium 156.0.8078.79`.
    pub version: String,
    /// `explicit`, `bundled`, `downloaded` or `installed`.
    pub source: &'static str,
}

/// A build that was signed off for this machine.
#[derive(Clone, Debug)]
pub struct BrowserOffered {
    /// Such as `159.0.8154.6`.
    pub version: String,
    /// Size of the archive.
    pub bytes: u64,
}

/// How far a download is.
#[derive(Clone, Copy, Debug)]
pub struct DownloadProgress {
    /// `fetching`, `checking` or `unpacking`.
    pub stage: &'static str,
    /// Bytes that are here.
    pub received: u64,
    /// Bytes of the whole.
    pub total: u64,
}

/// Why a download ended without a browser.
#[derive(Debug, thiserror::Error)]
pub enum DownloadStop {
    /// No build was signed off for this machine; why, as a sentence.
    #[error("{0}")]
    NotOffered(String),
    /// The address in the settings.
    #[error("{0}")]
    Address(String),
    /// Another window or command is downloading.
    #[error("another download is under way")]
    Busy,
    /// The connection or the server. What came is kept.
    #[error("{0}")]
    Broken(String),
    /// Not the bytes that were signed off, or no browser. Nothing is kept.
    #[error("{0}")]
    Refused(String),
    /// The disk.
    #[error(transparent)]
    Disk(std::io::Error),
    /// The person stopped it. What came is kept.
    #[error("stopped")]
    Cancelled,
}

/// Browsers of this machine.
#[async_trait]
pub trait Browsers: Send + Sync {
    /// The one that the next run would drive; bounded to a few seconds.
    ///
    /// # Errors
    /// `BrowserNotFound`, `BrowserTooOld`.
    async fn found(&self) -> Result<BrowserFound, SiteStop>;

    /// The build that may be downloaded.
    ///
    /// # Errors
    /// `NotOffered`.
    fn offered(&self) -> Result<BrowserOffered, DownloadStop>;

    /// Where it comes from unless the settings name a mirror.
    fn usual_source(&self) -> &'static str;

    /// Downloads it; one that is there and whole is not fetched again. `tell` must not block.
    ///
    /// # Errors
    /// [`DownloadStop`].
    async fn download(
        &self,
        source: &str,
        tell: &(dyn Fn(DownloadProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<BrowserFound, DownloadStop>;
}
