use crate::ImageError;
use crate::pixels::{Raster, Samples};
use crate::resize;

/// 64-bit difference hash: the picture as 9 x 8 gray means; a bit is 1 where brightness falls from
/// a pixel to its right neighbour. The first pair of the first row is the highest bit.
///
/// Two pictures are compared by the number of bits that differ: resized or re-encoded twins differ
/// in a few, unrelated pictures in about half.
pub(crate) fn difference_hash(picture: &Raster) -> Result<u64, ImageError> {
    debug_assert_eq!(picture.samples, Samples::Rgb);
    let mut gray = Raster::zeroed(picture.width, picture.height, Samples::Gray)?;
    for (sample, rgb) in gray.data.iter_mut().zip(picture.data.chunks_exact(3)) {
        // Luma of BT.601 in thousandths.
        let luma = u32::from(rgb[0]) * 299 + u32::from(rgb[1]) * 587 + u32::from(rgb[2]) * 114;
        *sample = (luma / 1000) as u8;
    }
    let small = resize::average(&gray, (9, 8))?;
    let falls = small
        .data
        .chunks_exact(9)
        .flat_map(|row| row.windows(2))
        .map(|p| p[0] > p[1]);
    Ok(falls.fold(0, |hash, falls| (hash << 1) | u64::from(falls)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, at: impl Fn(f64, f64) -> f64) -> Raster {
        let mut data = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let value = at(
                    f64::from(x) / f64::from(width),
                    f64::from(y) / f64::from(height),
                );
                data.extend([(value * 255.0) as u8; 3]);
            }
        }
        Raster {
            width,
            height,
            samples: Samples::Rgb,
            data,
        }
    }

    #[test]
    fn brightness_to_the_right_makes_the_bits() {
        let falling = difference_hash(&picture(90, 80, |x, _| 1.0 - x)).expect("hash");
        assert_eq!(falling, u64::MAX, "falls everywhere");
        let rising = difference_hash(&picture(90, 80, |x, _| x)).expect("hash");
        assert_eq!(rising, 0, "falls nowhere");
    }

    #[test]
    fn size_does_not_matter_much() {
        let waves = |x: f64, y: f64| ((x * 9.0).sin() * (y * 7.0).cos() + 1.0) / 2.0;
        let large = difference_hash(&picture(320, 240, waves)).expect("hash");
        let small = difference_hash(&picture(161, 121, waves)).expect("hash");
        let apart = (large ^ small).count_ones();
        assert!(apart <= 4, "twins differ in {apart} bits");
        let other = picture(320, 240, |x, y| ((x * 31.0 + y * 17.0).sin() + 1.0) / 2.0);
        let apart = (large ^ difference_hash(&other).expect("hash")).count_ones();
        assert!(apart >= 16, "unlike pictures differ in only {apart} bits");
    }
}
