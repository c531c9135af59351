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
        match self.sampling {
            Sampling::Full => (self.width, self.height),
            Sampling::Halved => (self.width.div_ceil(2), self.height.div_ceil(2)),
        }
    }
}

/// Zeroed memory, or an error where there is not enough.
pub(crate) fn zeroed(bytes: usize) -> Result<Vec<u8>, ImageError> {
    let mut data = Vec::new();
    data.try_reserve_exact(bytes).map_err(ImageError::failed)?;
    data.resize(bytes, 0);
    Ok(data)
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

/// A sample of a colour with `alpha` laid over white, both of 0 to 255.
pub(crate) fn over_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u32::from(sample), u32::from(alpha));
    ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

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
