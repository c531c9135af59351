use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use crate::ImageError;
use crate::decode::{Area, Pixels};
use crate::pixels::{self, Raster, Samples, Sampling};

/// The sides of a picture of `width` x `height` once its longer side is at most `edge`: the same
/// shape, each side at least one pixel, never larger than it was.
pub(crate) fn fitted(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= edge {
        return (width, height);
    }
    let scale = |side: u32| {
        let scaled =
            (u64::from(side) * u64::from(edge) + u64::from(longer) / 2) / u64::from(longer);
        (scaled as u32).max(1)
    };
    (scale(width), scale(height))
}

/// The shown part of decoded pixels, made smaller, in the file's own colours. Planes are shrunk
/// before they become RGB: that is a sixth of the samples.
pub(crate) fn shrink(pixels: Pixels, area: Area, to: (u32, u32)) -> Result<Raster, ImageError> {
    match pixels {
        Pixels::Raster(raster) => shown(raster, area, to),
        Pixels::Planes(planes, encoding) => {
            let chroma = match planes.sampling {
                Sampling::Full => area,
                Sampling::Halved => area.scaled(0.5),
            };
            let [y, u, v] = planes.into_rasters();
            let y = shown(y, area, to)?;
            let u = shown(u, chroma, to)?;
            let v = shown(v, chroma, to)?;
            encoding.to_rgb([&y, &u, &v])
        }
    }
}

fn shown(raster: Raster, area: Area, to: (u32, u32)) -> Result<Raster, ImageError> {
    let is_all = area.left == 0.0
        && area.top == 0.0
        && area.width.ceil() as u32 == raster.width
        && area.height.ceil() as u32 == raster.height;
    if is_all && (raster.width, raster.height) == to {
        return Ok(raster);
    }
    scale(&raster, area, to, FilterType::Lanczos3)
}

/// All of a picture, by Lanczos with three lobes.
pub(crate) fn lanczos(raster: &Raster, to: (u32, u32)) -> Result<Raster, ImageError> {
    if (raster.width, raster.height) == to {
        return Ok(raster.clone());
    }
    let area = Area::whole(raster.width, raster.height);
    scale(raster, area, to, FilterType::Lanczos3)
}

/// The mean of what falls into each pixel; for hashes, where ringing would be noise.
pub(crate) fn average(raster: &Raster, to: (u32, u32)) -> Result<Raster, ImageError> {
    scale(
        raster,
        Area::whole(raster.width, raster.height),
        to,
        FilterType::Box,
    )
}

fn scale(
    raster: &Raster,
    area: Area,
    to: (u32, u32),
    filter: FilterType,
) -> Result<Raster, ImageError> {
    let data = match raster.samples {
        Samples::Gray => convolve::<U8>(raster, area, to, filter),
        Samples::Rgb => convolve::<U8x3>(raster, area, to, filter),
        Samples::Cmyk => convolve::<U8x4>(raster, area, to, filter),
    }?;
    Ok(Raster {
        width: to.0,
        height: to.1,
        samples: raster.samples,
        data,
    })
}

/// For each kind of pixel by name: the crate's own choice at run time would be compiled in here for
/// all thirteen of its kinds.
fn convolve<P: PixelTrait>(
    raster: &Raster,
    area: Area,
    (width, height): (u32, u32),
    filter: FilterType,
) -> Result<Vec<u8>, ImageError> {
    let source = TypedImageRef::<P>::from_buffer(raster.width, raster.height, &raster.data)
        .map_err(ImageError::failed)?;
    let mut data = pixels::zeroed(width as usize * height as usize * raster.samples.count())?;
    let mut target =
        TypedImage::<P>::from_buffer(width, height, &mut data).map_err(ImageError::failed)?;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .crop(area.left, area.top, area.width, area.height)
        .use_alpha(false);
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(ImageError::failed)?;
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case((4032, 3024), (1600, 1200))]
    #[case((3024, 4032), (1200, 1600))]
    #[case((1600, 1600), (1600, 1600))]
    #[case((400, 300), (400, 300))]
    #[case((1, 5000), (1, 1600))]
    #[case((100_000, 1), (1600, 1))]
    fn shape_is_kept_and_nothing_grows(#[case] from: (u32, u32), #[case] to: (u32, u32)) {
        assert_eq!(fitted(from.0, from.1, 1600), to);
    }

    proptest::proptest! {
        #[test]
        fn sides_fit(width in 1u32..70_000, height in 1u32..70_000, edge in 1u32..3_000) {
            let (w, h) = fitted(width, height, edge);
            proptest::prop_assert!(w >= 1 && h >= 1 && w <= width && h <= height);
            proptest::prop_assert!(w.max(h) == edge.min(width.max(height)));
        }
    }

    #[test]
    fn flat_stays_flat() {
        let raster = Raster {
            width: 90,
            height: 70,
            samples: Samples::Rgb,
            data: [7, 99, 250].repeat(6300),
        };
        let small = lanczos(&raster, (32, 25)).expect("resized");
        assert_eq!(
            small.data,
            [7, 99, 250].repeat(32 * 25),
            "one colour in, the same out"
        );
    }
}
