//! What was published when, in a time that cannot be set.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;

use super::{Reading, Recorded, Steady};

/// What live attempts of an account have taken of its budgets.
#[async_trait]
pub trait Budgets: Send + Sync {
    /// Moves the stored counted clock on to `reading` ([`CountedClock::advanced`]) and gives its time. An intent that
    /// is written afterwards is counted at the stored time.
    async fn counted_now(&self, reading: &Reading) -> Recorded<DateTime<Utc>>;

    /// When the account's attempts that are no proven failures were begun, oldest first, after `since`; all in
    /// counted time.
    async fn spent_since(
        &self,
        account: AccountId,
        since: DateTime<Utc>,
    ) -> Recorded<Vec<DateTime<Utc>>>;
}

/// The time that budgets are counted in.
///
/// It goes on by the steady clock, sleep included, as long as the machine runs: whatever the wall clock is set to
/// changes nothing. Over a restart of the machine the wall clock alone tells how long it was off. Of the times that it
/// could have been, the shortest is taken: the clock may be right again as it was at any moment before the restart. So
/// one that was set, seen here and set right since makes no time. One that is set forward while the machine is off, or
/// before anybody here looks at it after a start, cannot be told from a long night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedClock {
    /// The reading that it was last moved by.
    pub last: Reading,
    /// Its time then.
    pub counted: DateTime<Utc>,
    /// How far the wall clock stood before this time, at most, in this run of the machine; never negative.
    pub ahead: TimeDelta,
}

impl CountedClock {
    /// Begins with the wall clock.
    #[must_use]
    pub fn begun(reading: Reading) -> Self {
        Self {
            counted: reading.wall,
            ahead: TimeDelta::zero(),
            last: reading,
        }
    }

    /// The clock at a later reading.
    #[must_use]
    pub fn advanced(&self, reading: Reading) -> Self {
        let (went_on, ahead) = match (&self.last.steady, &reading.steady) {
            (Some(Steady { boot, since }), Some(now)) if *boot == now.boot => (
                TimeDelta::from_std(now.since.saturating_sub(*since)).unwrap_or(TimeDelta::MAX),
                self.ahead,
            ),
            _ => (
                (reading.wall - self.counted - self.ahead).max(TimeDelta::zero()),
                TimeDelta::zero(),
            ),
        };
        let counted = self
            .counted
            .checked_add_signed(went_on)
            .unwrap_or(self.counted);
        Self {
            ahead: ahead.max(reading.wall - counted),
            counted,
            last: reading,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reading(boot: &str, since: u64, wall: i64) -> Reading {
        Reading {
            steady: Some(Steady {
                boot: boot.to_owned(),
                since: Duration::from_secs(since),
            }),
            wall: DateTime::from_timestamp(1_790_000_000 + wall, 0).unwrap(),
        }
    }

    #[test]
    fn the_wall_clock_moves_nothing_while_the_machine_runs() {
        let clock = CountedClock::begun(reading("a", 100, 0));
        let begun = clock.counted;
        let forward = clock.advanced(reading("a", 160, 10 * 365 * 86_400));
        assert_eq!(
            forward.counted - begun,
            TimeDelta::seconds(60),
            "set forward"
        );
        let back = forward.advanced(reading("a", 220, -10 * 365 * 86_400));
        assert_eq!(back.counted - begun, TimeDelta::seconds(120), "set back");
    }

    #[test]
    fn over_a_restart_of_the_machine_time_goes_on_or_stands() {
        let clock = CountedClock::begun(reading("a", 100, 0));
        let later = clock.advanced(reading("b", 5, 3600));
        assert_eq!(
            later.counted - clock.counted,
            TimeDelta::hours(1),
            "it was off for an hour"
        );
        let earlier = later.advanced(reading("c", 5, -86_400));
        assert_eq!(earlier.counted, later.counted, "time never goes back");
    }

    #[test]
    fn a_false_clock_that_was_seen_and_set_right_makes_no_time() {
        let clock = CountedClock::begun(reading("a", 100, 0));
        let false_back = clock.advanced(reading("a", 160, -56 * 365 * 86_400));
        let right = false_back.advanced(reading("b", 5, 3660));
        assert_eq!(
            right.counted - clock.counted,
            TimeDelta::seconds(3660),
            "an hour off, not 56 years"
        );
        let false_ahead = right.advanced(reading("b", 65, 10 * 365 * 86_400));
        let right = false_ahead.advanced(reading("c", 5, 7200));
        assert_eq!(
            right.counted, false_ahead.counted,
            "how long it was off is not known: no time at all"
        );
        let set_back = right.advanced(reading("c", 6, 3600));
        let again_right = set_back.advanced(reading("x", 5, 7202));
        assert_eq!(
            again_right.counted - set_back.counted,
            TimeDelta::seconds(1),
            "back by an hour and right again makes a second, however much was lost before"
        );
        let next = right.advanced(reading("d", 5, 10_800));
        assert_eq!(
            next.counted - right.counted,
            TimeDelta::hours(1),
            "and it goes on again"
        );
    }
}
