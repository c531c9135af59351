use std::alloc::{Layout, alloc_zeroed};

use crate::{ImageError, Limits};

/// How the samples of a [`Raster`] lie, one byte each, rows without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Samples {
    Gray,
    Rgb,
    /// 255 is full ink (the opposite of how Adobe writes it into JPEG files).
    Cmyk,
}

impl Samples {
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// A picture in memory, without alpha.
#[derive(Debug, Clone)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Samples,
    pub(crate) data: Vec<u8>,
}

impl Raster {
    /// A black raster (white in CMYK). Zeroed, so that no decoder leaves old memory in a photo.
    pub(crate) fn zeroed(width: u32, height: u32, samples: Samples) -> Result<Self, ImageError> {
        let bytes = width as usize * height as usize * samples.count();
        Ok(Self {
            width,
            height,
            samples,
            data: zeroed(bytes)?,
        })
    }
}

/// How many colour samples there are to the samples of brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// As many (4:4:4).
    Full,
    /// One to each two by two (4:2:0), sides rounded up.
    Halved,
}

impl Sampling {
    /// Colour samples along a side of so many samples of brightness.
    pub(crate) fn of(self, side: u32) -> u32 {
        match self {
            Self::Full => side,
            Self::Halved => side.div_ceil(2),
        }
    }
}

/// A picture as video codecs keep it: brightness and two colour differences, eight bits each.
#[derive(Debug, Clone)]
pub(crate) struct Planes {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) sampling: Sampling,
    pub(crate) y: Vec<u8>,
    pub(crate) u: Vec<u8>,
    pub(crate) v: Vec<u8>,
}

impl Planes {
    /// Zeroed planes, so that no decoder leaves old memory in a photo.
    pub(crate) fn zeroed(width: u32, height: u32, sampling: Sampling) -> Result<Self, ImageError> {
        let mut this = Self {
            width,
            height,
            sampling,
            y: zeroed(width as usize * height as usize)?,
            u: Vec::new(),
            v: Vec::new(),
        };
        let (across, down) = this.chroma_size();
        let chroma = across as usize * down as usize;
        (this.u, this.v) = (zeroed(chroma)?, zeroed(chroma)?);
        Ok(this)
    }

    /// Sides of the two colour planes.
    pub(crate) fn chroma_size(&self) -> (u32, u32) {
        (self.sampling.of(self.width), self.sampling.of(self.height))
    }

    /// The picture cut across, each part with so many rows of brightness, the last one with what is
    /// left. Rows of colour are not shared: `rows` must be even where there is more than one band.
    pub(crate) fn bands(&mut self, rows: u32) -> impl Iterator<Item = Band<'_>> {
        let (width, sampling) = (self.width, self.sampling);
        let luma = (rows as usize * width as usize).max(1);
        let chroma = (sampling.of(rows) as usize * sampling.of(width) as usize).max(1);
        let planes = self.y.chunks_mut(luma);
        let planes = planes.zip(self.u.chunks_mut(chroma));
        let planes = planes.zip(self.v.chunks_mut(chroma));
        planes.map(move |((y, u), v)| Band {
            width,
            sampling,
            y,
            u,
            v,
        })
    }
}

/// Some rows of [`Planes`], to be filled.
pub(crate) struct Band<'a> {
    pub(crate) width: u32,
    pub(crate) sampling: Sampling,
    pub(crate) y: &'a mut [u8],
    pub(crate) u: &'a mut [u8],
    pub(crate) v: &'a mut [u8],
}

/// Zeroed memory, or an error where there is not enough. It comes zeroed from the system: what a
/// lying header claims and no data fill costs nothing.
pub(crate) fn zeroed(bytes: usize) -> Result<Vec<u8>, ImageError> {
    let layout = Layout::array::<u8>(bytes).map_err(ImageError::failed)?;
    if layout.size() == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the layout has a size; a null pointer is checked.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        return Err(ImageError::failed(format_args!(
            "{bytes} bytes are more than there are"
        )));
    }
    // SAFETY: from the global allocator, with the layout that a vector of this capacity has; every
    // byte is written (as zero).
    Ok(unsafe { Vec::from_raw_parts(memory, bytes, bytes) })
}

/// Refuses a picture by what its header says, before anything is allocated for it.
pub(crate) fn check_size(width: u64, height: u64, limits: &Limits) -> Result<(), ImageError> {
    if width == 0 || height == 0 {
        return Err(ImageError::corrupt("the header says zero pixels"));
    }
    let too_large = width.saturating_mul(height) > limits.max_pixels;
    if too_large || width > u64::from(u32::MAX) || height > u64::from(u32::MAX) {
        return Err(ImageError::ImageTooLarge {
            width,
            height,
            max: limits.max_pixels,
        });
    }
    Ok(())
}

/// A sample that was multiplied by `alpha` already, laid over white.
pub(crate) fn premultiplied_over_white(sample: u8, alpha: u8) -> u8 {
    sample.saturating_add(255 - alpha)
}

/// A sample of a colour with `alpha` laid over white, both of 0 to 255.
pub(crate) fn over_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u32::from(sample), u32::from(alpha));
    ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_share_no_sample_and_leave_none_out() {
        let mut planes = Planes::zeroed(5, 7, Sampling::Halved).expect("small");
        let lengths: Vec<_> = planes
            .bands(4)
            .map(|band| (band.y.len(), band.u.len(), band.v.len()))
            .collect();
        assert_eq!(
            lengths,
            [(20, 6, 6), (15, 6, 6)],
            "4 and 3 rows of 5; 2 and 2 rows of 3"
        );
        assert_eq!(planes.bands(512).count(), 1, "one tile is one band");
    }

    #[test]
    fn memory_that_is_not_there_is_an_error() {
        assert!(zeroed(0).expect("nothing").is_empty());
        assert_eq!(zeroed(3).expect("little"), [0; 3]);
        for bytes in [usize::MAX, isize::MAX as usize] {
            assert_eq!(zeroed(bytes).expect_err("too much").code(), "decode_failed");
        }
    }

    #[test]
    fn white_shows_through_what_is_transparent() {
        assert_eq!(over_white(0, 255), 0, "opaque black stays");
        assert_eq!(over_white(0, 0), 255, "nothing is white");
        assert_eq!(
            over_white(10, 128),
            132,
            "half is half: (10 * 128 + 255 * 127) / 255"
        );
    }

    #[test]
    fn a_header_is_believed_before_memory_is_taken() {
        let limits = Limits::default();
        assert!(
            check_size(10_000, 10_000, &limits).is_ok(),
            "the limit itself is allowed"
        );
        for (width, height) in [(10_000, 10_001), (u64::MAX, u64::MAX), (1 << 33, 1)] {
            let error = check_size(width, height, &limits).expect_err("too many pixels");
            assert_eq!(error.code(), "image_too_large", "{width} x {height}");
        }
        assert_eq!(
            check_size(0, 7, &limits).expect_err("no pixels").code(),
            "corrupt_image"
        );
    }
}
