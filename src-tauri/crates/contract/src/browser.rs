//! The browser that is driven, and the download of one.

use serde::{Deserialize, Serialize};

use crate::Failure;

/// What there is to drive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
pub struct BrowserView {
    /// The browser that the next run drives.
    pub found: Option<BrowserFound>,
    /// Why there is none, with what to install.
    pub problem: Option<Failure>,
    /// A browser of one's own.
    pub download: BrowserDownload,
}

/// A browser that said its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BrowserFound {
    /// Its program.
    pub path: String,
    /// As it says itself.
    pub version: String,
    /// `explicit|bundled|downloaded|installed`.
    pub source: String,
}

/// Whether a browser can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BrowserDownload {
    /// A build was signed off for this machine.
    pub available: bool,
    /// Why not, as an English sentence.
    pub reason: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Size of the download.
    pub bytes: Option<u32>,
    /// The address below which it lies: the setting `browser_source`, or the usual one.
    pub from: String,
}

/// How far a download is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BrowserDownloadProgress {
    /// `fetching|checking|unpacking`.
    pub stage: String,
    /// Bytes that are here.
    pub received: u32,
    /// Bytes of the whole.
    pub total: u32,
}
