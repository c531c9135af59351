use std::io::Cursor;

use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::Decoded;
use crate::colour::{Colour, MAX_ICC};
use crate::metadata;
use crate::pixels::{self, Raster, Samples};
use crate::{ImageError, Limits};

/// Tag of Adobe's raw files (DNG specification, DNGVersion).
const DNG_VERSION: Tag = Tag::Unknown(50_706);

/// The first page. Raw files of cameras begin with a small preview and are refused: it would pass
/// for the photo.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut bounds = TiffLimits::default();
    let most = usize::try_from(limits.memory / 2).unwrap_or(usize::MAX);
    bounds.decoding_buffer_size = most;
    bounds.intermediate_buffer_size = most;
    bounds.ifd_value_size = MAX_ICC;
    let mut decoder = Decoder::new(Cursor::new(bytes))
        .map_err(refuse)?
        .with_limits(bounds);
    let (width, height) = decoder.dimensions().map_err(refuse)?;
    pixels::check_size(width.into(), height.into(), limits)?;
    let reduced = decoder
        .find_tag_unsigned::<u32>(Tag::NewSubfileType)
        .map_err(refuse)?
        .is_some_and(|kind| kind & 1 == 1);
    let raw =
        bytes.get(8..10) == Some(b"CR") || decoder.find_tag(DNG_VERSION).map_err(refuse)?.is_some();
    if reduced || raw {
        return Err(ImageError::unsupported("camera raw"));
    }

    let profile = decoder.get_tag_u8_vec(Tag::IccProfile).ok();
    let (samples, stored, alpha) = match decoder.colortype().map_err(refuse)? {
        ColorType::Gray(8 | 16) => (Samples::Gray, 1, false),
        ColorType::GrayA(8 | 16) => (Samples::Gray, 2, true),
        ColorType::RGB(8 | 16) | ColorType::YCbCr(8) => (Samples::Rgb, 3, false),
        ColorType::RGBA(8 | 16) => (Samples::Rgb, 4, true),
        ColorType::CMYK(8 | 16) => (Samples::Cmyk, 4, false),
        other => return Err(ImageError::unsupported(format!("TIFF with {other:?}"))),
    };
    let data = match decoder.read_image().map_err(refuse)? {
        DecodingResult::U8(data) => data,
        // Nearest of 256 levels; cutting off the low byte would darken.
        DecodingResult::U16(wide) => wide
            .into_iter()
            .map(|value| ((u32::from(value) * 255 + 32_767) / 65_535) as u8)
            .collect(),
        _ => return Err(ImageError::unsupported("TIFF of such samples")),
    };
    let count = width as usize * height as usize;
    if data.len() < count * stored {
        return Err(ImageError::corrupt("rows are missing"));
    }
    let data = if alpha {
        let colours = stored - 1;
        let mut flat = pixels::zeroed(count * colours)?;
        for (pixel, out) in data
            .chunks_exact(stored)
            .zip(flat.chunks_exact_mut(colours))
        {
            for (sample, out) in pixel.iter().zip(out) {
                *out = pixels::over_white(*sample, pixel[colours]);
            }
        }
        flat
    } else {
        data
    };
    let mut data = data;
    data.truncate(count * samples.count());
    let colour = match profile {
        Some(profile) if !profile.is_empty() => Colour::Icc(profile),
        _ => Colour::Unmarked,
    };
    // EXIF is TIFF: time, camera and orientation are tags of the file itself.
    let facts = metadata::from_tiff(bytes);
    Ok(Decoded::whole(
        Raster {
            width,
            height,
            samples,
            data,
        },
        colour,
        facts,
    ))
}

fn refuse(error: TiffError) -> ImageError {
    match error {
        TiffError::UnsupportedError(what) => ImageError::unsupported(what),
        other => ImageError::corrupt(other),
    }
}
