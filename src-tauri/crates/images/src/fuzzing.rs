//! What the fuzz targets in `fuzz/` enter, and the replay of their corpus as a test.
//!
//! Built for them only (`cfg(fuzzing)`, which cargo-fuzz sets, and `cfg(test)`): nothing of this ships.

use crate::{Format, Limits, decode, metadata, sniff};

/// A way into this crate for bytes of strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Telling the format.
    Sniff,
    /// EXIF and XMP.
    Metadata,
    /// JPEG, with its segments.
    Jpeg,
    /// PNG, with its chunks.
    Png,
    /// WebP.
    WebP,
    /// GIF and TIFF.
    GifTiff,
    /// HEIC and AVIF.
    Heif,
}

impl Target {
    /// All of them, by the names of their folders in `fuzz/corpus`.
    pub const ALL: [(&'static str, Self); 7] = [
        ("sniff", Self::Sniff),
        ("metadata", Self::Metadata),
        ("jpeg", Self::Jpeg),
        ("png", Self::Png),
        ("webp", Self::WebP),
        ("gif_tiff", Self::GifTiff),
        ("heif", Self::Heif),
    ];

    /// Takes any bytes; whatever becomes of them, this returns.
    pub fn enter(self, bytes: &[u8]) {
        match self {
            Self::Sniff => drop(std::hint::black_box(sniff(bytes).map(Format::name))),
            Self::Metadata => {
                std::hint::black_box(metadata::from_exif(bytes));
                std::hint::black_box(metadata::orientation_from_xmp(bytes));
            }
            Self::Jpeg => decoded(Format::Jpeg, bytes),
            Self::Png => decoded(Format::Png, bytes),
            Self::WebP => decoded(Format::WebP, bytes),
            Self::GifTiff if bytes.starts_with(b"GIF") => decoded(Format::Gif, bytes),
            Self::GifTiff => decoded(Format::Tiff, bytes),
            Self::Heif if sniff(bytes) == Some(Format::Avif) => decoded(Format::Avif, bytes),
            Self::Heif => decoded(Format::Heic, bytes),
        }
    }
}

/// The decoder alone: what comes after it works on pixels of sizes that were checked.
fn decoded(format: Format, bytes: &[u8]) {
    let limits = Limits {
        max_pixels: 1_000_000,
        ..Limits::default()
    };
    let _ = std::hint::black_box(decode::decode(format, bytes, &limits));
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Every file that a fuzz run found worth keeping, and the seeds: none may upset its target again.
    #[test]
    fn the_corpus_upsets_nothing() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        for (name, target) in Target::ALL {
            let files = fs_err::read_dir(corpus.join(name)).expect("a corpus");
            let mut seeds = 0;
            for file in files {
                let bytes = fs_err::read(file.expect("entry").path()).expect("a seed");
                target.enter(&bytes);
                seeds += 1;
            }
            assert!(seeds > 0, "{name} has no seeds");
        }
    }
}
