//! HEIF: HEIC of phones and cameras, and AVIF.
//!
//! What phones write (one HEVC picture or a grid of them, 4:2:0 or 4:4:4, up to 12 bits) goes
//! through [`photo`]: the container is read here, the pictures by a decoder in safe Rust, and the
//! planes are shrunk before they become RGB. All else (AVIF, alpha, 4:2:2, overlays, properties
//! not known here) goes through [`libheif`]; so does what the first way finds damaged, since two
//! decoders forgive more than one. docs/decisions/0022 says why there are two.

mod boxes;
mod container;
mod hevc;
mod hevc_colour;
mod libheif;
mod photo;
mod tiles;

use super::Decoded;
use crate::{Format, ImageError, Limits, isolation};

/// Tiles of a grid: phones write 512 x 512 pixels, so 1,024 is far above 100 megapixels.
const MAX_TILES: usize = 1024;

pub(super) fn decode(format: Format, bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut damage = None;
    if format == Format::Heic {
        match photo::decode(bytes, limits) {
            Ok(Some(photo)) => return Ok(photo),
            Err(error @ ImageError::ImageTooLarge { .. }) => return Err(error),
            Ok(None) => {}
            Err(error) => damage = Some(error),
        }
    }
    if let Err(refused) = isolation::admit_native_codecs(format) {
        return Err(damage.unwrap_or(refused));
    }
    match (libheif::decode(format, bytes, limits), damage) {
        // Where libheif has no decoder for it: what is wrong was found by the first one.
        (Err(ImageError::UnsupportedFormat { .. }), Some(damage)) => Err(damage),
        (read, _) => read,
    }
}

/// Colour by code points of ITU-T H.273: a box `nclx`, or what the video says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CodePoints {
    primaries: u8,
    transfer: u8,
    matrix: u8,
    full_range: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways read them: without this nobody would notice that the first one never does.
    #[rstest::rstest]
    #[case("plain.heic", true)]
    #[case("grid_turned_6.heic", true)]
    #[case("turned_5_exif_6.heic", true)]
    #[case("p3_nclx.heic", true)]
    #[case("srgb_limited_range.heic", true)]
    #[case("alpha.heic", false)]
    #[case("ten_bit_422.heic", false)]
    fn what_phones_write_is_read_in_rust(#[case] name: &str, #[case] expected: bool) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");
        let bytes = fs_err::read(format!("{folder}{name}")).expect("fixture");
        let read = photo::decode(&bytes, &Limits::default());
        assert_eq!(read.expect("no damage").is_some(), expected, "{name}");
    }
}
