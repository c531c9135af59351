use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    TransferCharacteristics, TransformOptions,
};

use crate::ImageError;
use crate::pixels::{Raster, Samples};

/// What the samples of a picture mean.
#[derive(Debug, Clone, Default)]
pub(crate) enum Colour {
    /// Nothing was said: sRGB.
    #[default]
    Unmarked,
    /// An ICC profile.
    Icc(Vec<u8>),
    /// Code points of ITU-T H.273: PNG's cICP, HEIF's nclx.
    Cicp { primaries: u8, transfer: u8 },
}

/// Largest profile that is looked at; a larger one counts as none.
pub(crate) const MAX_ICC: usize = 4 * 1024 * 1024;

const PQ: u8 = 16;

impl Colour {
    /// Code points as a colour, `Unmarked` where they say sRGB or nothing.
    ///
    /// # Errors
    /// PQ (HDR up to 10,000 nits): showing it on paper white needs tone mapping, done nowhere here.
    pub(crate) fn from_cicp(primaries: u8, transfer: u8) -> Result<Self, ImageError> {
        if transfer == PQ {
            return Err(ImageError::unsupported("HDR picture (PQ)"));
        }
        if matches!(primaries, 0..=2) && !matches!(transfer, 4 | 5 | 8) {
            return Ok(Self::Unmarked);
        }
        Ok(Self::Cicp {
            primaries,
            transfer,
        })
    }

    /// The picture in sRGB. A profile that is damaged or made for other samples counts as none.
    pub(crate) fn to_srgb(&self, raster: Raster) -> Result<Raster, ImageError> {
        let profile = match self {
            Self::Unmarked => None,
            Self::Icc(bytes) if bytes.len() > MAX_ICC => None,
            Self::Icc(bytes) => ColorProfile::new_from_slice(bytes).ok(),
            Self::Cicp {
                primaries,
                transfer,
            } => from_code_points(*primaries, *transfer),
        };
        let raster = match (profile.as_ref().map(|p| p.color_space), raster.samples) {
            (Some(DataColorSpace::Rgb), Samples::Gray) => gray_to_rgb(&raster)?,
            _ => raster,
        };
        if let Some(profile) = profile
            && let Some(converted) = convert(&profile, &raster)?
        {
            return Ok(converted);
        }
        match raster.samples {
            Samples::Rgb => Ok(raster),
            Samples::Gray => gray_to_rgb(&raster),
            Samples::Cmyk => cmyk_to_rgb(&raster),
        }
    }
}

/// `None` for code points without a meaning.
fn from_code_points(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let color_primaries = CicpColorPrimaries::try_from(primaries).ok()?;
    // Cameras mean "as shown on a screen" by the curves of BT.709 and its kin, and HLG was made to
    // look right on such screens: all of them are read as sRGB's curve, as other decoders do.
    let transfer_characteristics = match transfer {
        4 | 5 | 8 => TransferCharacteristics::try_from(transfer).ok()?,
        _ => TransferCharacteristics::Srgb,
    };
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries,
        transfer_characteristics,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    profile.red_trc.is_some().then_some(profile)
}

/// `None` where the profile does not fit the samples.
fn convert(profile: &ColorProfile, raster: &Raster) -> Result<Option<Raster>, ImageError> {
    let layout = match (profile.color_space, raster.samples) {
        (DataColorSpace::Rgb, Samples::Rgb) => Layout::Rgb,
        (DataColorSpace::Gray, Samples::Gray) => Layout::Gray,
        // moxcms takes CMYK in its four-sample layout.
        (DataColorSpace::Cmyk, Samples::Cmyk) => Layout::Rgba,
        _ => return Ok(None),
    };
    let srgb = ColorProfile::new_srgb();
    // In 12 bits: the 8-bit transform of moxcms 0.9 cuts fractions off, which darkens by a level,
    // and the tables of the 16-bit one take longer to make than a photo to convert.
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_12bit(layout, &srgb, Layout::Rgb, options) else {
        return Ok(None);
    };
    let mut converted = Raster::zeroed(raster.width, raster.height, Samples::Rgb)?;
    let width = raster.width as usize;
    let stored = width * raster.samples.count();
    let (mut from, mut to) = (vec![0u16; stored], vec![0u16; width * 3]);
    let rows = raster
        .data
        .chunks_exact(stored)
        .zip(converted.data.chunks_exact_mut(width * 3));
    for (source, target) in rows {
        let widen = |sample: u8| ((u32::from(sample) * 4095 + 127) / 255) as u16;
        from.iter_mut()
            .zip(source)
            .for_each(|(wide, sample)| *wide = widen(*sample));
        if transform.transform(&from, &mut to).is_err() {
            return Ok(None);
        }
        let narrow = |wide: u16| ((u32::from(wide) * 255 + 2047) / 4095) as u8;
        target
            .iter_mut()
            .zip(&to)
            .for_each(|(sample, wide)| *sample = narrow(*wide));
    }
    Ok(Some(converted))
}

fn gray_to_rgb(raster: &Raster) -> Result<Raster, ImageError> {
    let mut rgb = Raster::zeroed(raster.width, raster.height, Samples::Rgb)?;
    for (pixel, gray) in rgb.data.chunks_exact_mut(3).zip(&raster.data) {
        pixel.fill(*gray);
    }
    Ok(rgb)
}

/// Ink without a profile: each ink takes its share of the light, black takes of all three.
fn cmyk_to_rgb(raster: &Raster) -> Result<Raster, ImageError> {
    let mut rgb = Raster::zeroed(raster.width, raster.height, Samples::Rgb)?;
    for (pixel, ink) in rgb
        .data
        .chunks_exact_mut(3)
        .zip(raster.data.chunks_exact(4))
    {
        let light = 255 - u32::from(ink[3]);
        for (sample, ink) in pixel.iter_mut().zip(ink) {
            *sample = (((255 - u32::from(*ink)) * light + 127) / 255) as u8;
        }
    }
    Ok(rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(samples: Samples, data: &[u8]) -> Raster {
        Raster {
            width: 1,
            height: 1,
            samples,
            data: data.to_vec(),
        }
    }

    fn close(actual: &[u8], expected: [u8; 3]) -> bool {
        actual.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2)
    }

    #[test]
    fn unmarked_pixels_stay_to_the_bit() {
        let out = Colour::Unmarked
            .to_srgb(pixel(Samples::Rgb, &[1, 128, 254]))
            .expect("sRGB");
        assert_eq!(out.data, [1, 128, 254]);
    }

    #[test]
    fn display_p3_is_converted_by_profile_and_by_code_points() {
        // Expected value: CSS Color 4 sample code, P3 (200, 100, 50) in sRGB.
        let expected = [215, 93, 31];
        let icc = ColorProfile::new_display_p3().encode().expect("profile");
        for colour in [Colour::Icc(icc), Colour::from_cicp(12, 13).expect("known")] {
            let out = colour
                .to_srgb(pixel(Samples::Rgb, &[200, 100, 50]))
                .expect("converted");
            assert!(
                close(&out.data, expected),
                "{:?} is not {expected:?}",
                out.data
            );
        }
    }

    #[test]
    fn a_profile_that_does_not_fit_counts_as_none() {
        let gray = ColorProfile::new_gray_with_gamma(2.2)
            .encode()
            .expect("profile");
        let out = Colour::Icc(gray)
            .to_srgb(pixel(Samples::Rgb, &[9, 8, 7]))
            .expect("kept");
        assert_eq!(out.data, [9, 8, 7], "a gray profile says nothing of RGB");
        let out = Colour::Icc(vec![0; 300]).to_srgb(pixel(Samples::Rgb, &[9, 8, 7]));
        assert_eq!(
            out.expect("kept").data,
            [9, 8, 7],
            "a damaged profile is none"
        );
    }

    #[test]
    fn ink_becomes_light() {
        let out = Colour::Unmarked.to_srgb(pixel(Samples::Cmyk, &[0, 255, 255, 0]));
        assert_eq!(
            out.expect("converted").data,
            [255, 0, 0],
            "magenta and yellow make red"
        );
        let out = Colour::Unmarked.to_srgb(pixel(Samples::Cmyk, &[0, 0, 0, 255]));
        assert_eq!(
            out.expect("converted").data,
            [0, 0, 0],
            "black ink takes all light"
        );
    }

    #[test]
    fn pq_is_refused_rather_than_shown_dark() {
        assert_eq!(
            Colour::from_cicp(9, 16).expect_err("HDR").code(),
            "unsupported_format"
        );
    }
}
