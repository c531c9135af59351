use std::io::Cursor;

use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::Decoded;
use crate::colour::{Colour, MAX_ICC};
use crate::metadata;
use crate::pixels::{self, Raster, Samples};
use crate::planes::Encoding;
use crate::{ImageError, Limits};

/// Tag of Adobe's raw files (DNG specification, DNGVersion).
const DNG_VERSION: Tag = Tag::Unknown(50_706);

/// TIFF 6.0, PlanarConfiguration: each colour in a plane of its own.
const PLANES_APART: u16 = 2;
/// TIFF 6.0, ExtraSamples: colours are multiplied by alpha already.
const ASSOCIATED_ALPHA: u16 = 1;

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
    let kind = decoder.colortype().map_err(refuse)?;
    let (samples, stored, alpha) = match kind {
        ColorType::Gray(8 | 16) => (Samples::Gray, 1, false),
        ColorType::RGB(8 | 16) | ColorType::YCbCr(8) => (Samples::Rgb, 3, false),
        ColorType::RGBA(8 | 16) => (Samples::Rgb, 4, true),
        ColorType::CMYK(8 | 16) => (Samples::Cmyk, 4, false),
        other => return Err(ImageError::unsupported(format!("TIFF with {other:?}"))),
    };
    let unsigned = |decoder: &mut Decoder<_>, tag| {
        let values = decoder.find_tag_unsigned_vec::<u16>(tag).map_err(refuse)?;
        Ok::<_, ImageError>(values.and_then(|values| values.first().copied()))
    };
    if stored > 1 && unsigned(&mut decoder, Tag::PlanarConfiguration)? == Some(PLANES_APART) {
        return Err(ImageError::unsupported("TIFF with its colours apart"));
    }
    let premultiplied = unsigned(&mut decoder, Tag::ExtraSamples)? == Some(ASSOCIATED_ALPHA);
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
                *out = if premultiplied {
                    pixels::premultiplied_over_white(*sample, pixel[colours])
                } else {
                    pixels::over_white(*sample, pixel[colours])
                };
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
    let raster = Raster {
        width,
        height,
        samples,
        data,
    };
    let raster = if matches!(kind, ColorType::YCbCr(_)) {
        to_rgb(&raster)?
    } else {
        raster
    };
    Ok(Decoded::whole(raster, colour, facts))
}

/// The decoder hands brightness and colour differences out as they are stored.
fn to_rgb(raster: &Raster) -> Result<Raster, ImageError> {
    let encoding = Encoding::of(None).ok_or_else(|| ImageError::unsupported("TIFF with YCbCr"))?;
    let mut planes = Vec::with_capacity(3);
    for nth in 0..3 {
        let mut plane = Raster::zeroed(raster.width, raster.height, Samples::Gray)?;
        for (pixel, out) in raster.data.chunks_exact(3).zip(&mut plane.data) {
            *out = pixel[nth];
        }
        planes.push(plane);
    }
    encoding.to_rgb([&planes[0], &planes[1], &planes[2]])
}

fn refuse(error: TiffError) -> ImageError {
    match error {
        TiffError::UnsupportedError(what) => ImageError::unsupported(what),
        other => ImageError::corrupt(other),
    }
}
