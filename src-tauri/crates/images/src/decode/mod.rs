//! One file per format. Each tells by the header whether the picture is small enough before it
//! allocates for it, and leaves turning, colour and size to later stages.

mod gif;
mod heif;
mod jpeg;
mod jpeg_segments;
mod png;
mod png_chunks;
mod tiff;
mod webp;

use crate::colour::Colour;
use crate::metadata::Facts;
use crate::orientation::Orientation;
use crate::pixels::{Planes, Raster};
use crate::planes::Encoding;
use crate::{Format, ImageError, Limits};

/// A decoded picture, as stored in the file.
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    /// Sides of what is shown, by the file's header. There are fewer pixels where the decoder
    /// already shrank.
    pub(crate) full_size: (u32, u32),
    /// The part of the pixels that is shown.
    pub(crate) area: Area,
    pub(crate) colour: Colour,
    /// How the container itself says that the picture is to be turned.
    pub(crate) turned: Orientation,
    pub(crate) facts: Facts,
}

/// Samples in the form in which they come cheapest.
pub(crate) enum Pixels {
    Raster(Raster),
    Planes(Planes, Encoding),
}

/// Part of a picture, in pixels; not always whole ones: a decoder that halves rounds odd sides up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// All of a picture.
    pub(crate) fn whole(width: u32, height: u32) -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            width: width.into(),
            height: height.into(),
        }
    }

    /// The same part of a picture with `share` as many pixels a side.
    pub(crate) fn scaled(self, share: f64) -> Self {
        Self {
            left: self.left * share,
            top: self.top * share,
            width: self.width * share,
            height: self.height * share,
        }
    }
}

impl Decoded {
    /// A picture decoded at full size.
    fn whole(raster: Raster, colour: Colour, facts: Facts) -> Self {
        let (width, height) = (raster.width, raster.height);
        Self {
            pixels: Pixels::Raster(raster),
            full_size: (width, height),
            area: Area::whole(width, height),
            colour,
            turned: Orientation::UPRIGHT,
            facts,
        }
    }
}

/// Whether there is a decoder for the format at all.
pub(crate) fn is_read(format: Format) -> bool {
    matches!(
        format,
        Format::Jpeg
            | Format::Png
            | Format::WebP
            | Format::Heic
            | Format::Avif
            | Format::Gif
            | Format::Tiff
    )
}

pub(crate) fn decode(format: Format, bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    match format {
        Format::Jpeg => jpeg::decode(bytes, limits),
        Format::Png => png::decode(bytes, limits),
        Format::WebP => webp::decode(bytes, limits),
        Format::Heic | Format::Avif => heif::decode(format, bytes, limits),
        Format::Gif => gif::decode(bytes, limits),
        Format::Tiff => tiff::decode(bytes, limits),
        other => Err(ImageError::unsupported(other.name())),
    }
}
