use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};

use super::Decoded;
use crate::colour::{Colour, MAX_ICC};
use crate::metadata;
use crate::pixels::{self, Raster, Samples};
use crate::{ImageError, Limits};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(refuse)?;
    let (width, height) = decoder.dimensions();
    pixels::check_size(width.into(), height.into(), limits)?;
    // Bounds what is read into memory beside the pixels: profile, EXIF, XMP.
    decoder.set_memory_limit(MAX_ICC);

    let mut facts = decoder
        .exif_metadata()
        .ok()
        .flatten()
        .map(|block| metadata::from_exif(&block))
        .unwrap_or_default();
    if facts.orientation.is_none() {
        let packet = decoder.xmp_metadata().ok().flatten();
        facts.orientation = packet.as_deref().and_then(metadata::orientation_from_xmp);
    }
    let colour = match decoder.icc_profile() {
        Ok(Some(profile)) => Colour::Icc(profile),
        _ => Colour::Unmarked,
    };

    let size = decoder
        .output_buffer_size()
        .ok_or_else(|| ImageError::corrupt("the header contradicts itself"))?;
    let mut data = pixels::zeroed(size)?;
    decoder.read_image(&mut data).map_err(refuse)?;
    if decoder.has_alpha() {
        // In place: three samples of each pixel move forward over what was read already.
        let mut to = 0;
        for from in (0..data.len()).step_by(4) {
            let alpha = data[from + 3];
            for sample in 0..3 {
                data[to + sample] = pixels::over_white(data[from + sample], alpha);
            }
            to += 3;
        }
        data.truncate(to);
    }
    let raster = Raster {
        width,
        height,
        samples: Samples::Rgb,
        data,
    };
    Ok(Decoded::whole(raster, colour, facts))
}

fn refuse(error: DecodingError) -> ImageError {
    match error {
        DecodingError::UnsupportedFeature(what) => ImageError::unsupported(what),
        other => ImageError::corrupt(other),
    }
}
