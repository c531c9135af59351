use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits as PngLimits, Transformations};

use super::{Decoded, png_chunks};
use crate::colour::Colour;
use crate::metadata;
use crate::pixels::{self, Raster, Samples};
use crate::{ImageError, Limits};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let head = decoder.read_header_info().map_err(refuse)?;
    let (width, height) = (head.width, head.height);
    pixels::check_size(width.into(), height.into(), limits)?;
    // A row at its widest (four samples of two bytes), twice for filtering, and what is no pixel.
    let row = width as usize * 8;
    decoder.set_limits(PngLimits {
        bytes: png_chunks::MAX_ANCILLARY + 2 * row,
    });
    let mut reader = decoder.read_info().map_err(refuse)?;

    let (colour_type, depth) = reader.output_color_type();
    let wide = depth == BitDepth::Sixteen;
    let (samples, alpha) = match colour_type {
        ColorType::Grayscale => (Samples::Gray, false),
        ColorType::GrayscaleAlpha => (Samples::Gray, true),
        ColorType::Rgb => (Samples::Rgb, false),
        ColorType::Rgba => (Samples::Rgb, true),
        ColorType::Indexed => return Err(ImageError::corrupt("a palette was not expanded")),
    };
    let info = reader.info();
    let interlaced = info.interlaced;
    let exif = png_chunks::exif(bytes);
    let mut facts = exif.as_deref().map(metadata::from_exif).unwrap_or_default();
    facts.orientation = facts
        .orientation
        .or_else(|| png_chunks::xmp(bytes).and_then(metadata::orientation_from_xmp));
    let colour = match (&info.coding_independent_code_points, &info.icc_profile) {
        (Some(cicp), _) => Colour::from_cicp(cicp.color_primaries, cicp.transfer_function)?,
        (None, Some(profile)) => Colour::Icc(profile.to_vec()),
        (None, None) => Colour::Unmarked,
    };

    let mut raster = Raster::zeroed(width, height, samples)?;
    let stride = width as usize * samples.count();
    let take = |row: &[u8], out: &mut [u8]| flatten(row, out, samples.count(), wide, alpha);
    if interlaced {
        // Rows come in seven passes: the whole picture has to be there at once.
        let size = reader.output_buffer_size().unwrap_or(usize::MAX);
        if size as u64 > limits.memory / 2 {
            let (width, height) = (width.into(), height.into());
            return Err(ImageError::ImageTooLarge {
                width,
                height,
                max: limits.max_pixels,
            });
        }
        let mut whole = pixels::zeroed(size)?;
        reader.next_frame(&mut whole).map_err(refuse)?;
        let line = size / height as usize;
        for (row, out) in whole
            .chunks_exact(line)
            .zip(raster.data.chunks_exact_mut(stride))
        {
            take(row, out);
        }
    } else {
        for out in raster.data.chunks_exact_mut(stride) {
            let row = reader.next_row().map_err(refuse)?;
            let row = row.ok_or_else(|| ImageError::corrupt("rows are missing"))?;
            take(row.data(), out);
        }
    }
    Ok(Decoded::whole(raster, colour, facts))
}

/// One row as samples of eight bits without alpha, over white.
fn flatten(row: &[u8], out: &mut [u8], samples: usize, wide: bool, alpha: bool) {
    let bytes = if wide { 2 } else { 1 };
    let stored = samples + usize::from(alpha);
    let sample = |pixel: &[u8], index: usize| {
        if wide {
            // Nearest of 256 levels; cutting off the low byte would darken.
            let value = u16::from_be_bytes([pixel[index * 2], pixel[index * 2 + 1]]);
            ((u32::from(value) * 255 + 32_767) / 65_535) as u8
        } else {
            pixel[index]
        }
    };
    for (pixel, out) in row
        .chunks_exact(stored * bytes)
        .zip(out.chunks_exact_mut(samples))
    {
        for (index, out) in out.iter_mut().enumerate() {
            let value = sample(pixel, index);
            *out = if alpha {
                pixels::over_white(value, sample(pixel, samples))
            } else {
                value
            };
        }
    }
}

fn refuse(error: DecodingError) -> ImageError {
    match error {
        DecodingError::LimitsExceeded => {
            ImageError::corrupt("palette, profile or metadata are too large")
        }
        other => ImageError::corrupt(other),
    }
}
