//! One HEVC picture (a tile, or the whole) as planes of samples, by a decoder in safe Rust.

use rust_h265::{DecodeError, DecodeLimits, Decoder, Frame, PixelData, parse_hvcc, parse_nal};

use super::boxes::Reader;
use super::{CodePoints, hevc_colour};
use crate::pixels::{Band, Sampling};
use crate::{ImageError, Limits};

/// What the box `hvcC` says (ISO/IEC 14496-15, 8.3.3.1).
#[derive(Debug)]
pub(super) struct Configuration<'a> {
    /// Bytes of each NAL unit's length.
    length_size: u8,
    pub(super) sampling: Sampling,
    parameter_sets: Vec<&'a [u8]>,
}

const SEQUENCE_PARAMETER_SET: u8 = 33;

impl<'a> Configuration<'a> {
    /// `None`: damaged, or of samples that this decoder does not read (4:2:2, gray alone, more than
    /// 12 bits).
    pub(super) fn read(hvcc: &'a [u8]) -> Option<Self> {
        let head = hvcc.get(..22)?;
        let sampling = match head[16] & 3 {
            1 => Sampling::Halved,
            3 => Sampling::Full,
            _ => return None,
        };
        let (luma, chroma) = (8 + (head[17] & 7), 8 + (head[18] & 7));
        if luma != chroma || luma > 12 {
            return None;
        }
        let mut rest = Reader(&hvcc[22..]);
        let mut parameter_sets = Vec::new();
        for _ in 0..rest.byte()? {
            rest.byte()?;
            for _ in 0..rest.short()? {
                let length = rest.short()?;
                parameter_sets.push(rest.take(length.into())?);
            }
        }
        Some(Self {
            length_size: (head[21] & 3) + 1,
            sampling,
            parameter_sets,
        })
    }

    /// What the video itself says of its colours.
    pub(super) fn colour(&self) -> Option<CodePoints> {
        self.parameter_sets
            .iter()
            .filter(|nal| nal.first().map(|byte| byte >> 1 & 63) == Some(SEQUENCE_PARAMETER_SET))
            .find_map(|nal| hevc_colour::of_parameter_set(nal))
    }
}

/// Decodes pictures that share a configuration.
pub(super) struct Pictures<'a> {
    configuration: &'a Configuration<'a>,
    decoder: Decoder,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(
        configuration: &'a Configuration<'a>,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let mut decoder = Decoder::with_limits(DecodeLimits {
            max_picture_pixels: limits.max_pixels,
            max_picture_memory_bytes: limits.memory / 2,
        });
        for set in &configuration.parameter_sets {
            if let Some(nal) = parse_nal(set) {
                decoder.decode_nal(&nal).map_err(refuse)?;
            }
        }
        Ok(Self {
            configuration,
            decoder,
        })
    }

    /// Decodes one item's bytes and lays the picture into `band`, at its upper edge and `left`
    /// pixels from its left one; what reaches over an edge is cut off.
    pub(super) fn decode_into(
        &mut self,
        data: &[u8],
        band: &mut Band<'_>,
        left: u32,
        expected: (u32, u32),
    ) -> Result<(), ImageError> {
        if !self.is_whole(data) {
            return Err(ImageError::corrupt("the picture is cut off"));
        }
        for nal in parse_hvcc(data, self.configuration.length_size) {
            self.decoder.decode_nal(&nal).map_err(refuse)?;
        }
        // A picture ends where the next one begins, or here.
        let frame = self
            .decoder
            .flush()
            .ok_or_else(|| ImageError::corrupt("there is no picture"))?;
        // One item is one picture.
        while self.decoder.flush().is_some() {}
        let format = match band.sampling {
            Sampling::Halved => 1,
            Sampling::Full => 3,
        };
        if (frame.width, frame.height) != expected || frame.chroma_format_idc != format {
            return Err(ImageError::corrupt(
                "a picture is not what its container says",
            ));
        }
        lay(&frame, band, left)
    }
}

impl Pictures<'_> {
    /// Whether the NAL units fill the item to its last byte: the decoder leaves out the ones that
    /// reach beyond it, and fills the hole with gray.
    fn is_whole(&self, data: &[u8]) -> bool {
        let mut rest = Reader(data);
        while !rest.0.is_empty() {
            let length = rest.number(self.configuration.length_size.into());
            let unit = length
                .and_then(|length| usize::try_from(length).ok())
                .filter(|length| *length > 0)
                .and_then(|length| rest.take(length));
            if unit.is_none() {
                return false;
            }
        }
        true
    }
}

fn lay(frame: &Frame, band: &mut Band<'_>, left: u32) -> Result<(), ImageError> {
    let (sampling, depth) = (band.sampling, frame.bit_depth);
    let luma = (frame.width, frame.height);
    blit(&frame.y, luma, depth, band.y, band.width, left)?;
    let chroma = (sampling.of(frame.width), sampling.of(frame.height));
    let (across, left) = (sampling.of(band.width), sampling.of(left));
    blit(&frame.u, chroma, depth, band.u, across, left)?;
    blit(&frame.v, chroma, depth, band.v, across, left)
}

/// Copies rows; samples of more than eight bits become the nearest of eight.
fn blit(
    from: &PixelData,
    (width, height): (u32, u32),
    depth: u8,
    to: &mut [u8],
    across: u32,
    left: u32,
) -> Result<(), ImageError> {
    let samples = match from {
        PixelData::U8(samples) => samples.len(),
        PixelData::U16(samples) => samples.len(),
    };
    let (stored, across, left) = (width as usize, across as usize, left as usize);
    if samples != stored * height as usize || stored == 0 || across == 0 {
        return Err(ImageError::failed(
            "the decoder returned other sides than it said",
        ));
    }
    let shown = stored.min(across.saturating_sub(left));
    let targets = to.chunks_exact_mut(across).take(height as usize);
    for (row, target) in targets.enumerate() {
        let Some(target) = target.get_mut(left..left + shown) else {
            break;
        };
        let range = row * stored..row * stored + shown;
        match from {
            PixelData::U8(samples) => target.copy_from_slice(&samples[range]),
            PixelData::U16(samples) => {
                let shift = depth.saturating_sub(8);
                let half = (1u16 << shift) >> 1;
                for (to, from) in target.iter_mut().zip(&samples[range]) {
                    *to = (from.saturating_add(half) >> shift).min(255) as u8;
                }
            }
        }
    }
    Ok(())
}

fn refuse(error: DecodeError) -> ImageError {
    match error {
        DecodeError::Unsupported(what) => ImageError::unsupported(what),
        DecodeError::ResourceLimit(what) => ImageError::failed(what),
        other => ImageError::corrupt(other),
    }
}
