use crate::ImageError;
use crate::pixels::Raster;

/// How a stored picture is to be turned to stand upright: the values 1 to 8 of the EXIF tag
/// Orientation (CIPA DC-008, 4.6.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    pub(crate) const UPRIGHT: Self = Self(1);

    /// `None` for values that the standard does not know: they turn nothing.
    pub(crate) fn new(value: u32) -> Option<Self> {
        u8::try_from(value)
            .ok()
            .filter(|v| (1..=8).contains(v))
            .map(Self)
    }

    pub(crate) fn value(self) -> u8 {
        self.0
    }

    fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// Turns the picture upright.
    pub(crate) fn apply(self, stored: Raster) -> Result<Raster, ImageError> {
        if self == Self::UPRIGHT {
            return Ok(stored);
        }
        let (width, height) = if self.swaps_sides() {
            (stored.height, stored.width)
        } else {
            (stored.width, stored.height)
        };
        let mut upright = Raster::zeroed(width, height, stored.samples)?;
        let size = stored.samples.count();
        let (right, bottom) = (stored.width as usize - 1, stored.height as usize - 1);
        for (y, row) in upright
            .data
            .chunks_exact_mut(width as usize * size)
            .enumerate()
        {
            for (x, pixel) in row.chunks_exact_mut(size).enumerate() {
                let (from_x, from_y) = match self.0 {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                let from = (from_y * stored.width as usize + from_x) * size;
                pixel.copy_from_slice(&stored.data[from..from + size]);
            }
        }
        Ok(upright)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Samples;

    /// The upright picture is `ab / cd / ef`; each row is how a camera stores it for that value.
    #[rstest::rstest]
    #[case(1, "abcdef", 2)]
    #[case(2, "badcfe", 2)]
    #[case(3, "fedcba", 2)]
    #[case(4, "efcdab", 2)]
    #[case(5, "acebdf", 3)]
    #[case(6, "bdface", 3)]
    #[case(7, "fdbeca", 3)]
    #[case(8, "ecafdb", 3)]
    fn every_value_ends_upright(#[case] value: u32, #[case] stored: &str, #[case] width: u32) {
        let stored = Raster {
            width,
            height: 6 / width,
            samples: Samples::Gray,
            data: stored.as_bytes().to_vec(),
        };
        let upright = Orientation::new(value)
            .expect("1 to 8")
            .apply(stored)
            .expect("turned");
        assert_eq!(
            (upright.width, upright.height),
            (2, 3),
            "sides of the upright picture"
        );
        assert_eq!(upright.data, b"abcdef", "orientation {value}");
    }

    #[test]
    fn unknown_values_turn_nothing() {
        for value in [0, 9, 255, 65_536] {
            assert_eq!(Orientation::new(value), None, "{value} is no orientation");
        }
    }
}
