use turbojpeg::{Compressor, PixelFormat, Subsamp};

use crate::ImageError;
use crate::pixels::{Raster, Samples};

/// A baseline JPEG with 4:2:0 chroma and optimised Huffman tables. Holds a JFIF header (without
/// thumbnail), tables and pixels: no metadata, no profile, no comment.
pub(crate) fn jpeg(raster: &Raster, quality: u8) -> Result<Vec<u8>, ImageError> {
    debug_assert_eq!(raster.samples, Samples::Rgb);
    let mut compressor = Compressor::new().map_err(ImageError::failed)?;
    compressor
        .set_quality(quality.clamp(1, 100).into())
        .map_err(ImageError::failed)?;
    compressor
        .set_subsamp(Subsamp::Sub2x2)
        .map_err(ImageError::failed)?;
    compressor.set_optimize(true).map_err(ImageError::failed)?;
    let picture = turbojpeg::Image {
        pixels: raster.data.as_slice(),
        width: raster.width as usize,
        pitch: raster.width as usize * 3,
        height: raster.height as usize,
        format: PixelFormat::RGB,
    };
    compressor
        .compress_to_vec(picture)
        .map_err(ImageError::failed)
}
