use std::time::Duration;

/// Pauses between actions, so that the site is asked for no more than a person would ask.
///
/// They keep the load low and give re-rendering forms time; they are plain fixed lengths, no
/// imitation of a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Factor on every pause: 1 is the normal length, 0 leaves the pauses out (tests). Negative
    /// or not-a-number counts as 1; at most 20.
    pub factor: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { factor: 1.0 }
    }
}

impl Pace {
    /// No pauses at all: for tests.
    pub const NONE: Self = Self { factor: 0.0 };

    /// `base` times the factor.
    pub fn of(self, base: Duration) -> Duration {
        let factor = if self.factor.is_nan() || self.factor < 0.0 {
            1.0
        } else {
            self.factor
        };
        base.mul_f64(factor.min(20.0))
    }
}
