//! How much an account may publish, and when there is room again: pure rules over times.
//!
//! The figures are careful guesses: the site publishes none (vinted-facts A8: what peers keep to, M).

use chrono::{DateTime, TimeDelta, Utc};

/// New listings an hour where nobody said otherwise, and the most that a setting may allow.
pub const PER_HOUR: (u32, u32) = (10, 20);
/// New listings a day where nobody said otherwise, and the most that a setting may allow.
pub const PER_DAY: (u32, u32) = (30, 60);
/// Relists a day where nobody said otherwise, and the most that a setting may allow.
pub const RELISTS_PER_DAY: (u32, u32) = (3, 3);
/// Minutes between two listings that nobody gave a time, and the longest that a setting may ask for.
pub const SPACING_MINUTES: (u32, u32) = (2, 60);

/// A minute more than the hour and the day that are promised: from an intent to its listing seconds may pass, and
/// not each time the same.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// Which of the two is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// New listings an hour.
    Hour,
    /// New listings a day.
    Day,
}

impl Limit {
    /// The word in details and views.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// How long a listing is counted.
    #[must_use]
    pub fn span(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::hours(1) + SLACK,
            Self::Day => TimeDelta::days(1) + SLACK,
        }
    }
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// New listings within any hour.
    pub hour: u32,
    /// New listings within any 24 hours.
    pub day: u32,
    /// Between two listings of the queue, at least.
    pub gap: TimeDelta,
}

impl Limits {
    /// For dry runs, which publish nothing.
    pub const NONE: Self = Self {
        hour: u32::MAX,
        day: u32::MAX,
        gap: TimeDelta::zero(),
    };

    /// The figure for a limit.
    #[must_use]
    pub fn of(&self, limit: Limit) -> u32 {
        match limit {
            Limit::Hour => self.hour,
            Limit::Day => self.day,
        }
    }
}

/// Whether one more listing may be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It may.
    Now,
    /// Not before.
    From(DateTime<Utc>, Limit),
}

/// Judges one more listing at `now` after those at `spent` (oldest first, all in one time).
#[must_use]
pub fn room(spent: &[DateTime<Utc>], now: DateTime<Utc>, limits: &Limits) -> Room {
    [Limit::Hour, Limit::Day]
        .into_iter()
        .filter_map(|limit| {
            let allowed = usize::try_from(limits.of(limit)).unwrap_or(usize::MAX);
            // The listing whose leaving makes room: the last but `allowed - 1`.
            let oldest = spent.len().checked_sub(allowed)?;
            let free = match spent.get(oldest) {
                Some(at) => *at + limit.span(),
                // Nothing is allowed at all: a span later it is asked again.
                None => now + limit.span(),
            };
            (free > now).then_some((free, limit))
        })
        .max()
        .map_or(Room::Now, |(at, limit)| Room::From(at, limit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        hour: 2,
        day: 3,
        gap: TimeDelta::zero(),
    };

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn room_comes_back_when_the_oldest_that_counts_leaves() {
        assert_eq!(room(&[], at(0), &LIMITS), Room::Now);
        assert_eq!(room(&[at(0)], at(1), &LIMITS), Room::Now);
        assert_eq!(
            room(&[at(0), at(5)], at(10), &LIMITS),
            Room::From(at(61), Limit::Hour),
            "an hour after the first, and the minute of slack"
        );
        assert_eq!(room(&[at(0), at(5)], at(61), &LIMITS), Room::Now);
        assert_eq!(
            room(&[at(0), at(5), at(61)], at(70), &LIMITS),
            Room::From(at(24 * 60 + 1), Limit::Day),
            "the day's limit is the longer wait"
        );
    }

    proptest! {
        /// However it is asked, no hour and no day ever holds more than its limit.
        #[test]
        fn no_span_holds_more_than_its_limit(steps in prop::collection::vec(0_i64..90, 1..200)) {
            let mut spent: Vec<DateTime<Utc>> = Vec::new();
            let mut now = at(0);
            for step in steps {
                now += TimeDelta::minutes(step);
                match room(&spent, now, &LIMITS) {
                    Room::Now => spent.push(now),
                    Room::From(later, _) => prop_assert!(later > now, "a wait ends later"),
                }
            }
            for limit in [Limit::Hour, Limit::Day] {
                let most = usize::try_from(LIMITS.of(limit)).unwrap();
                for pair in spent.windows(most + 1) {
                    prop_assert!(pair[most] - pair[0] >= limit.span(), "{limit:?} held one more");
                }
            }
        }
    }
}
