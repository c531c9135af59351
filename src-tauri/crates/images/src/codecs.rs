use std::fmt;

use libheif_rs::{CompressionFormat, LibHeif};
use serde::Serialize;

/// A library's version: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Version(pub u32, pub u32, pub u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Oldest libheif without a publicly known hole, November 2026 (GHSA-x8r2-mggj-j6wr and
/// GHSA-w7mc-p8jc-p853 are fixed in 1.23.3, more in 1.23.4).
pub const LIBHEIF_FLOOR: Version = Version(1, 23, 4);
/// Oldest libde265 without a publicly known hole, November 2026 (two advisories fixed in 1.1.2).
pub const LIBDE265_FLOOR: Version = Version(1, 1, 3);

/// Oldest dav1d without a publicly known hole, November 2026 (CVE-2024-1580, RUSTSEC-2024-0016).
pub const DAV1D_FLOOR: Version = Version(1, 4, 0);

/// The native codecs found at run time that read HEIC and AVIF. Phones' HEIC is read without them, in Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodecVersions {
    /// The HEIF library, built in.
    pub libheif: Version,
    /// The HEVC decoder, the system's. `None`: only the HEIC that phones write can be read.
    pub libde265: Option<Version>,
    /// The AV1 decoder, the system's. `None`: AVIF cannot be read.
    pub dav1d: Option<Version>,
}

impl CodecVersions {
    /// The libraries older than what is known to be safe, as (name, found, floor). While there are
    /// any, HEIC files must be decoded in workers only.
    pub fn below_floor(&self) -> Vec<(&'static str, Version, Version)> {
        [
            ("libheif", Some(self.libheif), LIBHEIF_FLOOR),
            ("libde265", self.libde265, LIBDE265_FLOOR),
            ("dav1d", self.dav1d, DAV1D_FLOOR),
        ]
        .into_iter()
        .filter_map(|(name, found, floor)| Some((name, found?, floor)))
        .filter(|(_, found, floor)| found < floor)
        .collect()
    }
}

/// Asks the libraries themselves; reads no file.
pub fn codec_versions() -> CodecVersions {
    let heif = LibHeif::new();
    let [major, minor, patch] = heif.version();
    let decoder = |format, id: &str| {
        heif.decoder_descriptors(8, Some(format))
            .iter()
            .find(|decoder| decoder.id() == id)
            .and_then(|decoder| version_in(&decoder.name()))
    };
    CodecVersions {
        libheif: Version(major.into(), minor.into(), patch.into()),
        libde265: decoder(CompressionFormat::Hevc, "libde265"),
        dav1d: decoder(CompressionFormat::Av1, "dav1d"),
    }
}

/// The version in a name such as "libde265 HEVC decoder, version 1.0.11" or "dav1d v1.4.3".
fn version_in(name: &str) -> Option<Version> {
    let (_, version) = name.trim().rsplit_once(' ')?;
    let mut parts = version.trim_start_matches('v').split('.').map(|part| {
        part.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse::<u32>()
    });
    Some(Version(
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_libraries_themselves() {
        let found = codec_versions();
        assert!(
            found.libheif >= Version(1, 23, 1),
            "embedded libheif is {}",
            found.libheif
        );
        assert!(
            found.libde265.is_some(),
            "not every HEIC can be read without libde265"
        );
        assert!(
            found.dav1d.is_some(),
            "AVIF cannot be read without dav1d; built before it was installed? \
             `cargo clean -p libheif-sys`, then again"
        );
    }

    #[test]
    fn what_is_too_old_is_named() {
        let old = CodecVersions {
            libheif: Version(1, 23, 4),
            libde265: Some(Version(1, 0, 11)),
            dav1d: Some(Version(1, 4, 0)),
        };
        let expected = vec![("libde265", Version(1, 0, 11), LIBDE265_FLOOR)];
        assert_eq!(old.below_floor(), expected, "only the old one");
        assert_eq!(
            version_in("libde265 HEVC decoder, version 1.0.11"),
            Some(Version(1, 0, 11))
        );
        assert_eq!(version_in("dav1d v1.4.3"), Some(Version(1, 4, 3)));
        assert_eq!(version_in("no numbers"), None);
    }
}
