//! What an HEVC sequence parameter set says of colour: the part of it that the decoder skips
//! (ITU-T H.265, 7.3.2.2 and E.2.1). Files without an `nclx` box rely on it.

use super::CodePoints;

/// Bits of a parameter set, most significant first, without the emulation prevention bytes.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// `nal`: a whole NAL unit, its two header bytes included.
    fn of(nal: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(nal.len());
        let mut zeros = 0;
        for &byte in nal.iter().skip(2) {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, at: 0 }
    }

    fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1 == 1;
        self.at += 1;
        Some(bit)
    }

    /// At most 32 bits.
    fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | u32::from(self.bit()?)))
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at += count;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// An Exp-Golomb number (9.2), read as unsigned.
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.bits(zeros)?)
    }

    fn skip_golombs(&mut self, count: usize) -> Option<()> {
        for _ in 0..count {
            self.golomb()?;
        }
        Some(())
    }
}

/// The colour in a sequence parameter set. `None`: it says nothing, or is not understood.
pub(super) fn of_parameter_set(nal: &[u8]) -> Option<CodePoints> {
    let mut r = Bits::of(nal);
    r.skip(4)?;
    let sub_layers = r.bits(3)?;
    r.skip(1)?;
    profile_tier_level(&mut r, sub_layers)?;
    r.golomb()?; // its number
    if r.golomb()? == 3 {
        r.skip(1)?; // separate colour planes
    }
    r.skip_golombs(2)?; // width, height
    if r.bit()? {
        for _ in 0..4 {
            r.golomb()?; // conformance window
        }
    }
    r.skip_golombs(2)?; // bit depths
    let order_bits = r.golomb().filter(|bits| *bits <= 12)? + 4;
    let first = if r.bit()? { 0 } else { sub_layers };
    for _ in first..=sub_layers {
        r.skip_golombs(3)?;
    }
    for _ in 0..6 {
        r.golomb()?; // sizes and depths of blocks
    }
    if r.bit()? && r.bit()? {
        scaling_lists(&mut r)?;
    }
    r.skip(2)?; // asymmetric partitions, sample adaptive offset
    if r.bit()? {
        r.skip(8)?; // bit depths of PCM
        r.skip_golombs(2)?;
        r.skip(1)?;
    }
    reference_sets(&mut r)?;
    if r.bit()? {
        let count = r.golomb()?;
        if count > 32 {
            return None;
        }
        r.skip(count as usize * (order_bits as usize + 1))?;
    }
    r.skip(2)?; // temporal motion vectors, strong intra smoothing
    if !r.bit()? {
        return None; // no video usability information
    }
    if r.bit()? && r.bits(8)? == 255 {
        r.skip(32)?; // aspect ratio
    }
    if r.bit()? {
        r.skip(1)?; // overscan
    }
    if !r.bit()? {
        return None;
    }
    r.skip(3)?;
    let full_range = r.bit()?;
    let [primaries, transfer, matrix] = if r.bit()? {
        [r.bits(8)?, r.bits(8)?, r.bits(8)?]
    } else {
        [2; 3]
    };
    Some(CodePoints {
        primaries: primaries as u8,
        transfer: transfer as u8,
        matrix: matrix as u8,
        full_range,
    })
}

fn profile_tier_level(r: &mut Bits, sub_layers: u32) -> Option<()> {
    r.skip(88 + 8)?;
    let present = (0..sub_layers)
        .map(|_| Some((r.bit()?, r.bit()?)))
        .collect::<Option<Vec<_>>>()?;
    if sub_layers > 0 {
        r.skip(2 * (8 - sub_layers as usize))?;
    }
    for (profile, level) in present {
        r.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Some(())
}

fn scaling_lists(r: &mut Bits) -> Option<()> {
    for size in 0..4u32 {
        for _ in (0..6).step_by(if size == 3 { 3 } else { 1 }) {
            if !r.bit()? {
                r.golomb()?;
                continue;
            }
            if size > 1 {
                r.golomb()?;
            }
            for _ in 0..64.min(1 << (4 + 2 * size)) {
                r.golomb()?;
            }
        }
    }
    Some(())
}

/// A still picture has none, a picture out of a video may. Sets predicted from others (7.3.7) need
/// the others' sizes.
fn reference_sets(r: &mut Bits) -> Option<()> {
    let count = r.golomb()?;
    if count > 64 {
        return None;
    }
    let mut size = 0;
    for set in 0..count {
        if set > 0 && r.bit()? {
            r.skip(1)?;
            r.golomb()?;
            let before = size;
            size = 0;
            for _ in 0..=before {
                let used = r.bit()?;
                if used || r.bit()? {
                    size += 1;
                }
            }
        } else {
            size = r.golomb()?.checked_add(r.golomb()?)?;
            if size > 32 {
                return None;
            }
            for _ in 0..size {
                r.golomb()?;
                r.skip(1)?;
            }
        }
    }
    Some(())
}
