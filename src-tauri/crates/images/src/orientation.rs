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

    /// What `self` and after it `next` do together.
    pub(crate) fn then(self, next: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.matrix(), next.matrix());
        let product = [e * a + f * c, e * b + f * d, g * a + h * c, g * b + h * d];
        (1..=8)
            .map(Self)
            .find(|all| all.matrix() == product)
            .unwrap_or(Self::UPRIGHT)
    }

    /// Where a point goes, seen from the picture's middle: x and y of the upright picture, each out
    /// of x and y of the stored one.
    fn matrix(self) -> [i8; 4] {
        match self.0 {
            2 => [-1, 0, 0, 1],
            3 => [-1, 0, 0, -1],
            4 => [1, 0, 0, -1],
            5 => [0, 1, 1, 0],
            6 => [0, -1, 1, 0],
            7 => [0, -1, -1, 0],
            8 => [0, 1, -1, 0],
            _ => [1, 0, 0, 1],
        }
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
        match stored.samples.count() {
            1 => self.turn::<1>(&stored, &mut upright),
            3 => self.turn::<3>(&stored, &mut upright),
            _ => self.turn::<4>(&stored, &mut upright),
        }
        Ok(upright)
    }

    fn turn<const SIZE: usize>(self, stored: &Raster, upright: &mut Raster) {
        let (across, down) = (stored.width as isize, stored.height as isize);
        let (from, _) = stored.data.as_chunks::<SIZE>();
        let (to, _) = upright.data.as_chunks_mut::<SIZE>();
        // Where the upright picture's first pixel lies, and how far on the next in a row and in a
        // column lie.
        let (first, right, below) = match self.0 {
            2 => (across - 1, -1, across),
            3 => (across * down - 1, -1, -across),
            4 => (across * (down - 1), 1, -across),
            5 => (0, across, 1),
            6 => (across * (down - 1), -across, 1),
            7 => (across * down - 1, -across, -1),
            8 => (across - 1, across, -1),
            _ => (0, 1, across),
        };
        for (y, row) in to.chunks_exact_mut(upright.width as usize).enumerate() {
            let mut at = first + below * y as isize;
            for pixel in row {
                if let Some(found) = from.get(at as usize) {
                    *pixel = *found;
                }
                at += right;
            }
        }
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
    fn two_turns_are_one() {
        let picture = Raster {
            width: 2,
            height: 3,
            samples: Samples::Gray,
            data: b"abcdef".to_vec(),
        };
        let all = || (1..=8).filter_map(Orientation::new);
        for (first, next) in all().flat_map(|first| all().map(move |next| (first, next))) {
            let one = first.then(next).apply(picture.clone()).expect("turned");
            let half = first.apply(picture.clone()).expect("turned");
            let both = next.apply(half).expect("turned");
            let name = format!("{} then {}", first.value(), next.value());
            assert_eq!((one.width, one.height), (both.width, both.height), "{name}");
            assert_eq!(one.data, both.data, "{name}");
        }
    }

    #[test]
    fn unknown_values_turn_nothing() {
        for value in [0, 9, 255, 65_536] {
            assert_eq!(Orientation::new(value), None, "{value} is no orientation");
        }
    }
}
