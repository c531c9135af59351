//! HEIF through libheif: AVIF (by dav1d), and the kinds of HEIC (by libde265) that `photo` leaves.

use libheif_rs::{
    ColorSpace, CompressionFormat, DecodingOptions, HeifContext, HeifError, HeifErrorCode,
    HeifErrorSubCode, ImageHandle, LibHeif, Plane, RgbChroma, SecurityLimits,
};

use crate::colour::{Colour, MAX_ICC};
use crate::decode::Decoded;
use crate::metadata::{self, Facts};
use crate::pixels::{self, Raster, Samples};
use crate::{Format, ImageError, Limits};

pub(super) fn decode(format: Format, bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let heif = LibHeif::new_checked().map_err(refuse)?;
    let codec = match format {
        Format::Avif => CompressionFormat::Av1,
        _ => CompressionFormat::Hevc,
    };
    if heif.decoder_descriptors(1, Some(codec)).is_empty() {
        return Err(ImageError::unsupported(format.name()));
    }

    let mut context = HeifContext::new().map_err(refuse)?;
    context
        .set_security_limits(&security_limits(limits))
        .map_err(refuse)?;
    // Workers run side by side already; more threads in each would only fight for the processor.
    context.set_max_decoding_threads(0);
    context.read_bytes(bytes).map_err(refuse)?;
    let handle = context.primary_image_handle().map_err(refuse)?;
    let stored = (side(handle.ispe_width()), side(handle.ispe_height()));
    pixels::check_size(stored.0, stored.1, limits)?;
    pixels::check_size(handle.width().into(), handle.height().into(), limits)?;

    let colour = colour(&handle)?;
    let facts = facts(&handle);
    let raster = decode_pixels(&heif, &handle)?;
    Ok(Decoded::whole(raster, colour, facts))
}

/// libheif's own limits are made for servers with gigabytes (1 gigapixel, 4 GB).
fn security_limits(limits: &Limits) -> SecurityLimits {
    let mut lowered = SecurityLimits::new();
    lowered.set_max_image_size_pixels(limits.max_pixels);
    lowered.set_max_number_of_tiles(super::MAX_TILES as u64);
    lowered.set_max_color_profile_size(MAX_ICC as u32);
    lowered.set_max_memory_block_size(limits.memory / 2);
    lowered.set_max_total_memory(limits.memory / 4 * 3);
    lowered.set_max_sequence_frames(1);
    lowered.set_max_bad_pixels(0);
    lowered
}

/// The picture in RGB, cropped, turned and mirrored as the container says (clap, irot, imir).
fn decode_pixels(heif: &LibHeif, handle: &ImageHandle) -> Result<Raster, ImageError> {
    let mut options =
        DecodingOptions::new().ok_or_else(|| ImageError::failed("libheif has no memory"))?;
    options.set_convert_hdr_to_8bit(true);
    options.set_strict_decoding(true);
    options.set_autocorrect_broken_input(true);
    // The values stay what they are in the file's own primaries: a later stage converts, once.
    options.set_output_image_nclx_profile_passthrough(true);
    options.set_num_codec_threads(1);
    let alpha = handle.has_alpha_channel();
    let chroma = if alpha {
        RgbChroma::Rgba
    } else {
        RgbChroma::Rgb
    };
    let image = heif
        .decode(handle, ColorSpace::Rgb(chroma), Some(options))
        .map_err(refuse)?;
    let planes = image.planes();
    let plane = planes
        .interleaved
        .ok_or_else(|| ImageError::failed("libheif returned no pixels"))?;
    flatten(&plane, alpha, alpha && image.is_premultiplied_alpha())
}

fn flatten(plane: &Plane<&[u8]>, alpha: bool, premultiplied: bool) -> Result<Raster, ImageError> {
    let stored = if alpha { 4 } else { 3 };
    let mut raster = Raster::zeroed(plane.width, plane.height, Samples::Rgb)?;
    let (row, line) = (plane.width as usize * stored, plane.width as usize * 3);
    if plane.stride < row || plane.data.len() < plane.stride * plane.height as usize || row == 0 {
        return Err(ImageError::failed("libheif returned too few pixels"));
    }
    for (from, to) in plane
        .data
        .chunks(plane.stride)
        .zip(raster.data.chunks_exact_mut(line))
    {
        if !alpha {
            to.copy_from_slice(&from[..row]);
            continue;
        }
        for (from, to) in from[..row].chunks_exact(4).zip(to.chunks_exact_mut(3)) {
            for (from_sample, to) in from.iter().zip(to) {
                *to = if premultiplied {
                    pixels::premultiplied_over_white(*from_sample, from[3])
                } else {
                    pixels::over_white(*from_sample, from[3])
                };
            }
        }
    }
    Ok(raster)
}

/// A full profile says more than code points do, where a file has both.
fn colour(handle: &ImageHandle) -> Result<Colour, ImageError> {
    if let Some(profile) = handle.color_profile_raw() {
        return Ok(Colour::Icc(profile.data));
    }
    match handle.color_profile_nclx() {
        Some(nclx) => Colour::from_cicp(
            nclx.color_primaries() as u8,
            nclx.transfer_characteristics() as u8,
        ),
        None => Ok(Colour::Unmarked),
    }
}

/// Time and camera of the EXIF item.
fn facts(handle: &ImageHandle) -> Facts {
    let mut ids = [0];
    if handle.metadata_block_ids(&mut ids, b"Exif") == 0
        || handle.metadata_size(ids[0]) > metadata::MAX_EXIF
    {
        return Facts::default();
    }
    handle
        .metadata(ids[0])
        .map(|item| metadata::from_heif_item(&item))
        .unwrap_or_default()
}

fn side(value: i32) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn refuse(error: HeifError) -> ImageError {
    let said = format!("libheif: {}", error.message);
    match (error.code, error.sub_code) {
        (HeifErrorCode::MemoryAllocationError, _) => ImageError::failed(said),
        (_, HeifErrorSubCode::SecurityLimitExceeded) => ImageError::corrupt(said),
        (HeifErrorCode::UnsupportedFileType | HeifErrorCode::UnsupportedFeature, _) => {
            ImageError::unsupported(said)
        }
        _ => ImageError::corrupt(said),
    }
}
