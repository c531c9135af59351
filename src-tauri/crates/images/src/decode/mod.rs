//! One file per format. Each tells by the header whether the picture is small enough before it
//! allocates for it, and leaves turning, colour and size to later stages.

mod heic;
mod jpeg;
mod jpeg_segments;
mod png;
mod png_chunks;
mod webp;

use crate::colour::Colour;
use crate::metadata::Facts;
use crate::pixels::Raster;
use crate::{Format, ImageError, Limits};

/// A decoded picture, as stored in the file.
pub(crate) struct Decoded {
    pub(crate) raster: Raster,
    /// Sides by the file's header. The raster has fewer pixels where the decoder already shrank.
    pub(crate) full_size: (u32, u32),
    /// The part of the raster that is picture, see [`crate::resize::lanczos`].
    pub(crate) covered: (f64, f64),
    pub(crate) colour: Colour,
    pub(crate) facts: Facts,
}

impl Decoded {
    /// A picture decoded at full size.
    fn whole(raster: Raster, colour: Colour, facts: Facts) -> Self {
        let (width, height) = (raster.width, raster.height);
        let covered = (f64::from(width), f64::from(height));
        Self {
            raster,
            full_size: (width, height),
            covered,
            colour,
            facts,
        }
    }
}

/// Whether there is a decoder for the format at all.
pub(crate) fn is_read(format: Format) -> bool {
    matches!(
        format,
        Format::Jpeg | Format::Png | Format::WebP | Format::Heic | Format::Avif
    )
}

pub(crate) fn decode(format: Format, bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    match format {
        Format::Jpeg => jpeg::decode(bytes, limits),
        Format::Png => png::decode(bytes, limits),
        Format::WebP => webp::decode(bytes, limits),
        Format::Heic | Format::Avif => heic::decode(format, bytes, limits),
        other => Err(ImageError::unsupported(other.name())),
    }
}
