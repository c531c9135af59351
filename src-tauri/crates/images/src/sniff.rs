use serde::{Deserialize, Serialize};

/// A picture format, told by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG (JFIF, Exif, Adobe).
    Jpeg,
    /// PNG, animated PNG (its still picture) too.
    Png,
    /// WebP, lossy, lossless or animated (first frame).
    WebP,
    /// HEIF with pictures coded in HEVC: HEIC of phones.
    Heic,
    /// HEIF with pictures coded in AV1. Read only where libheif was built with an AV1 decoder.
    Avif,
    /// GIF, still or animated (first frame).
    Gif,
    /// TIFF (first page). The raw formats of many cameras are TIFF too: those are not read.
    Tiff,
    /// Known, not read.
    Bmp,
    /// Known, not read.
    JpegXl,
    /// Known, not read.
    Jpeg2000,
    /// Known, not read.
    Psd,
    /// Known, not read.
    Ico,
}

impl Format {
    /// The name people know the format by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::JpegXl => "JPEG XL",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Psd => "Photoshop",
            Self::Ico => "ICO",
        }
    }
}

/// How many bytes of a file's beginning [`sniff`] looks at, at most.
const HEAD: usize = 4096;

/// Tells a picture's format by its first bytes, never by its name. `None`: no picture known here.
///
/// 64 bytes are enough for all but HEIF files with long lists of brands; give it more where you
/// have more.
pub fn sniff(head: &[u8]) -> Option<Format> {
    let head = &head[..head.len().min(HEAD)];
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"\xFF\xD8\xFF") {
        return Some(Format::Jpeg);
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Some(Format::Png);
    }
    if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(Format::WebP);
    }
    if head.get(4..8) == Some(b"ftyp") {
        return iso_media(head);
    }
    if starts(b"GIF87a") || starts(b"GIF89a") {
        return Some(Format::Gif);
    }
    if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        return Some(Format::Tiff);
    }
    if starts(b"BM") && is_bmp(head) {
        return Some(Format::Bmp);
    }
    if starts(b"\xFF\x0A") || starts(b"\0\0\0\x0CJXL \r\n\x87\n") {
        return Some(Format::JpegXl);
    }
    if starts(b"\0\0\0\x0CjP  \r\n\x87\n") || starts(b"\xFF\x4F\xFF\x51") {
        return Some(Format::Jpeg2000);
    }
    if starts(b"8BPS") {
        return Some(Format::Psd);
    }
    // An icon directory: reserved 0, type 1, at least one entry, whose own reserved byte is 0.
    if starts(b"\0\0\x01\0")
        && head.get(4..6).is_some_and(|n| n != [0, 0])
        && head.get(9) == Some(&0)
    {
        return Some(Format::Ico);
    }
    None
}

/// "BM" alone begins many texts: the reserved words must be 0 and the header's size a known one.
fn is_bmp(head: &[u8]) -> bool {
    head.get(6..10) == Some(&[0; 4])
        && head.get(14..18).is_some_and(|size| {
            matches!(
                u32::from_le_bytes([size[0], size[1], size[2], size[3]]),
                12..=124
            )
        })
}

/// The brands of an ISO base media file (ISO/IEC 14496-12, 4.3; HEIF: 23008-12, 10.2 and B.4).
/// The generic `mif1` says nothing of the codec: the compatible brands do.
fn iso_media(head: &[u8]) -> Option<Format> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?) as usize;
    let end = size.clamp(16, head.len().max(16)).min(head.len());
    let major = head.get(8..12)?;
    let compatible = head.get(16..end).unwrap_or_default().chunks_exact(4);
    let mut generic = false;
    for brand in std::iter::once(major).chain(compatible) {
        match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
                return Some(Format::Heic);
            }
            b"avif" | b"avis" => return Some(Format::Avif),
            b"mif1" | b"mif2" | b"msf1" => generic = true,
            _ => {}
        }
    }
    generic.then_some(Format::Heic)
}
