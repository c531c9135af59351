use std::io::Cursor;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};

use super::Decoded;
use crate::colour::{Colour, MAX_ICC};
use crate::metadata::Facts;
use crate::pixels::{self, Raster, Samples};
use crate::{ImageError, Limits};

/// The first frame, on a white screen where it does not cover all of it.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.check_frame_consistency(true);
    if let Some(most) = NonZeroU64::new(limits.memory / 2) {
        options.set_memory_limit(MemoryLimit::Bytes(most));
    }
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(refuse)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    pixels::check_size(width.into(), height.into(), limits)?;

    let frame = decoder
        .next_frame_info()
        .map_err(refuse)?
        .ok_or_else(|| ImageError::corrupt("there is no frame"))?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let across = usize::from(frame.width);
    let transparent = frame.transparent;
    let mut indices = pixels::zeroed(decoder.buffer_size())?;
    decoder.read_into_buffer(&mut indices).map_err(refuse)?;
    let palette = decoder.palette().map_err(refuse)?;

    let mut raster = Raster::zeroed(width, height, Samples::Rgb)?;
    raster.data.fill(255);
    let rows = raster.data.chunks_exact_mut(width as usize * 3).skip(top);
    for (row, stored) in rows.zip(indices.chunks_exact(across.max(1))) {
        for (pixel, index) in row.chunks_exact_mut(3).skip(left).zip(stored) {
            let at = usize::from(*index) * 3;
            if Some(*index) == transparent {
                continue;
            }
            // An index beyond the palette is black in every browser.
            pixel.copy_from_slice(palette.get(at..at + 3).unwrap_or(&[0; 3]));
        }
    }
    let colour = match decoder.icc_profile() {
        Some(profile) if profile.len() <= MAX_ICC => Colour::Icc(profile.to_vec()),
        _ => Colour::Unmarked,
    };
    Ok(Decoded::whole(raster, colour, Facts::default()))
}

fn refuse(error: DecodingError) -> ImageError {
    ImageError::corrupt(error)
}
