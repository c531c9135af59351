//! How long an import will still take, by how long it took until now.

use std::time::Duration;

/// Fewer photos say nothing: the first ones also start the decoder.
const ENOUGH: u32 = 3;

/// Whole seconds, rounded up, for `left` files at the pace of `done` files in `passed`. None: too early to say.
pub(super) fn seconds(done: u32, left: u32, passed: Duration) -> Option<u32> {
    if left == 0 {
        return Some(0);
    }
    if done < ENOUGH {
        return None;
    }
    let seconds = passed.as_secs_f64() / f64::from(done) * f64::from(left);
    // A cast of a float stops at the type's ends.
    Some(seconds.ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(0, 500, 1, None)]
    #[case(2, 498, 60, None)]
    #[case(3, 97, 3, Some(97))]
    #[case(100, 400, 50, Some(200))]
    #[case(3, 1, 1, Some(1))]
    #[case(500, 0, 90, Some(0))]
    #[case(0, 0, 0, Some(0))]
    fn the_pace_until_now_goes_on(
        #[case] done: u32,
        #[case] left: u32,
        #[case] passed: u64,
        #[case] expected: Option<u32>,
    ) {
        let told = seconds(done, left, Duration::from_secs(passed));
        assert_eq!(told, expected);
    }

    #[test]
    fn a_stopped_clock_or_an_endless_wait_is_still_a_number() {
        assert_eq!(seconds(10, 10, Duration::ZERO), Some(0));
        assert_eq!(seconds(3, u32::MAX, Duration::MAX), Some(u32::MAX));
    }
}
