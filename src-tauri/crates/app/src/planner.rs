//! When each of several listings goes out: a pure plan, the same for the same seed.
//!
//! A window is filled evenly, with some chance in each place; what the budgets do not let into it goes to the next
//! window. Without a window listings follow each other as soon as spacing and budgets allow.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::budget::{Limit, Limits};

/// A span in which listings may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// From here on.
    pub(crate) from: DateTime<Utc>,
    /// Not at or after this.
    pub(crate) until: DateTime<Utc>,
}

/// What is to be planned.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    /// How many.
    pub(crate) count: usize,
    /// In this window, and what does not fit in the next ones. They follow each other in time.
    pub(crate) windows: &'a [Window],
    /// Over the whole window, evenly; else from its beginning, as close as they may.
    pub(crate) spread: bool,
    /// When the account published within the last day, and when it is going to, oldest first.
    pub(crate) taken: &'a [DateTime<Utc>],
    /// What it may do.
    pub(crate) limits: Limits,
    /// Chance.
    pub(crate) seed: u64,
}

/// One planned time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// In which of the windows.
    pub(crate) window: usize,
    /// The budget that moved it from where it would have been.
    pub(crate) moved_by: Option<Limit>,
}

/// Plans as many as the windows hold: fewer than asked where they are full. In the order of time.
#[must_use]
pub(crate) fn plan(asked: &Asked<'_>) -> Vec<Planned> {
    let mut chance = StdRng::seed_from_u64(asked.seed);
    let mut calendar = Calendar {
        times: asked.taken.to_vec(),
        limits: asked.limits,
    };
    calendar.times.sort_unstable();
    let mut planned: Vec<Planned> = Vec::with_capacity(asked.count);
    let mut moved_by = None;
    for (index, window) in asked.windows.iter().enumerate() {
        let missing = asked.count - planned.len();
        if missing == 0 {
            break;
        }
        // As close as they may: nothing fits more of them, so this says how many there are to spread.
        let close = calendar.close(window, missing, &mut chance);
        let fitting = close.len();
        let best = if asked.spread && fitting > 0 {
            let places = [Place::Chance, Place::Middle, Place::Beginning];
            places
                .into_iter()
                .find_map(|place| calendar.spread(window, fitting, place, &mut chance))
                .unwrap_or(close)
        } else {
            close
        };
        for (at, limit) in best {
            calendar.add(at);
            planned.push(Planned {
                at,
                window: index,
                moved_by: limit.or(moved_by),
            });
        }
        if fitting < missing {
            // Why the rest has to wait for the next window.
            moved_by = calendar
                .earliest(window.from, DateTime::<Utc>::MAX_UTC)
                .and_then(|(_, limit)| limit)
                .or(moved_by);
        }
    }
    planned
}

/// Where in its share of a window a listing is put.
#[derive(Clone, Copy)]
enum Place {
    /// Somewhere in its middle half: neighbours keep half a share between them.
    Chance,
    Middle,
    Beginning,
}

/// The listings of an account, and what may stand beside them.
#[derive(Clone)]
struct Calendar {
    /// Oldest first.
    times: Vec<DateTime<Utc>>,
    limits: Limits,
}

type Slot = (DateTime<Utc>, Option<Limit>);

impl Calendar {
    fn add(&mut self, at: DateTime<Utc>) {
        let index = self.times.partition_point(|time| *time <= at);
        self.times.insert(index, at);
    }

    /// What forbids a listing at `at`: a limit, or none where only the spacing does.
    fn forbids(&self, at: DateTime<Utc>) -> Option<Option<Limit>> {
        let index = self.times.partition_point(|time| *time <= at);
        for limit in [Limit::Day, Limit::Hour] {
            let most = usize::try_from(self.limits.of(limit)).unwrap_or(usize::MAX);
            if most > self.times.len() {
                continue;
            }
            // Of every `most + 1` neighbours with the new one among them, first and last stand a span apart.
            for before in 0..=most.min(index) {
                let after = most - before;
                let first = match before {
                    0 => at,
                    _ => self.times[index - before],
                };
                let last = match after {
                    0 => at,
                    _ => match index.checked_add(after - 1).and_then(|i| self.times.get(i)) {
                        Some(last) => *last,
                        None => continue,
                    },
                };
                if last - first < limit.span() {
                    return Some(Some(limit));
                }
            }
        }
        let near = |other: Option<&DateTime<Utc>>| {
            other.is_some_and(|other| (at - *other).abs() < self.limits.gap)
        };
        let beside = index.checked_sub(1).and_then(|i| self.times.get(i));
        (near(beside) || near(self.times.get(index))).then_some(None)
    }

    /// The first time at or after `from` and before `until` at which a listing may stand, and the limit that it had
    /// to wait for.
    fn earliest(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<Slot> {
        let mut at = from;
        let mut waited: Option<Limit> = None;
        while at < until {
            let Some(by) = self.forbids(at) else {
                return Some((at, waited));
            };
            waited = waited.max(by);
            // Room can only come where some listing leaves a span or the spacing behind it.
            let spans = [self.limits.gap, Limit::Hour.span(), Limit::Day.span()];
            at = spans
                .into_iter()
                .filter_map(|span| {
                    let index = self.times.partition_point(|time| {
                        time.checked_add_signed(span).is_none_or(|end| end <= at)
                    });
                    self.times
                        .get(index)
                        .and_then(|t| t.checked_add_signed(span))
                })
                .min()?;
        }
        None
    }

    /// As close as they may, from the window's beginning.
    fn close(&self, window: &Window, most: usize, chance: &mut StdRng) -> Vec<Slot> {
        let mut trial = self.clone();
        let mut slots = Vec::new();
        let mut from = window.from;
        while slots.len() < most {
            let Some((at, limit)) = trial.earliest(from, window.until) else {
                break;
            };
            trial.add(at);
            slots.push((at, limit));
            // Half the spacing more at most: nobody publishes by the metronome.
            let half = i32::try_from(self.limits.gap.num_milliseconds() / 2).unwrap_or(i32::MAX);
            let more = chance.random_range(0..=half.max(0));
            from = at + self.limits.gap + TimeDelta::milliseconds(i64::from(more));
        }
        slots
    }

    /// One in each of `count` equal shares of the window; none where one of them finds no room.
    fn spread(
        &self,
        window: &Window,
        count: usize,
        place: Place,
        chance: &mut StdRng,
    ) -> Option<Vec<Slot>> {
        let whole = (window.until - window.from).num_milliseconds();
        let share = whole / i64::try_from(count).ok()?.max(1);
        let mut trial = self.clone();
        let mut slots: Vec<Slot> = Vec::with_capacity(count);
        for number in 0..count {
            let within = match place {
                Place::Chance => chance.random_range(share / 4..=(share * 3 / 4).max(share / 4)),
                Place::Middle => share / 2,
                Place::Beginning => 0,
            };
            let at =
                window.from + TimeDelta::milliseconds(share * i64::try_from(number).ok()? + within);
            let from = slots.last().map_or(at, |(last, _)| at.max(*last));
            let (at, limit) = trial.earliest(from, window.until)?;
            trial.add(at);
            slots.push((at, limit));
        }
        Some(slots)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GAP: TimeDelta = TimeDelta::minutes(2);
    const LIMITS: Limits = Limits {
        hour: 10,
        day: 30,
        gap: GAP,
    };

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap()
    }

    /// 19 to 22 h on this day and the next ones; minute 0 is 19 h.
    fn evenings() -> Vec<Window> {
        (0..10)
            .map(|day| Window {
                from: at(day * 1440),
                until: at(day * 1440 + 180),
            })
            .collect()
    }

    fn asked<'a>(count: usize, windows: &'a [Window], taken: &'a [DateTime<Utc>]) -> Asked<'a> {
        Asked {
            count,
            windows,
            spread: true,
            taken,
            limits: LIMITS,
            seed: 7,
        }
    }

    /// Every rule at once, over what was there and what is planned.
    fn keeps_the_rules(planned: &[Planned], asked: &Asked<'_>) -> Result<(), String> {
        let mut all: Vec<DateTime<Utc>> = asked.taken.to_vec();
        all.extend(planned.iter().map(|p| p.at));
        all.sort_unstable();
        let mine: std::collections::BTreeSet<_> = planned.iter().map(|p| p.at).collect();
        for limit in [Limit::Hour, Limit::Day] {
            let most = usize::try_from(asked.limits.of(limit)).unwrap();
            for group in all.windows(most + 1) {
                // What was there before may break a rule by itself; what is planned may not.
                if group[most] - group[0] < limit.span() && group.iter().any(|t| mine.contains(t)) {
                    return Err(format!("{limit:?} is exceeded from {}", group[0]));
                }
            }
        }
        for pair in all.windows(2) {
            let ours = mine.contains(&pair[0]) || mine.contains(&pair[1]);
            if ours && pair[1] - pair[0] < asked.limits.gap {
                return Err(format!("too close at {}", pair[1]));
            }
        }
        for one in planned {
            let window = &asked.windows[one.window];
            if one.at < window.from || one.at >= window.until {
                return Err(format!("{} lies outside its window", one.at));
            }
        }
        Ok(())
    }

    #[test]
    fn twenty_eight_fit_into_one_evening() {
        let windows = evenings();
        let asked = asked(28, &windows, &[]);
        let planned = plan(&asked);
        keeps_the_rules(&planned, &asked).unwrap();
        assert!(
            planned.iter().all(|p| p.window == 0),
            "nothing is left for tomorrow"
        );
        assert!(
            planned.iter().all(|p| p.moved_by.is_none()),
            "no budget was in the way"
        );
        let last = planned.last().unwrap().at;
        assert!(
            last > at(160),
            "the whole window is used, not its beginning: {last}"
        );
    }

    #[test]
    fn what_a_day_does_not_hold_goes_to_the_next_evening() {
        let windows = evenings();
        // Eight went out this morning.
        let taken: Vec<_> = (0..8).map(|i| at(-600 + i * 10)).collect();
        let asked = asked(28, &windows, &taken);
        let planned = plan(&asked);
        keeps_the_rules(&planned, &asked).unwrap();
        let today = planned.iter().filter(|p| p.window == 0).count();
        assert_eq!(
            (today, planned.len()),
            (22, 28),
            "22 this evening, the last 6 tomorrow"
        );
        let later = planned.iter().find(|p| p.window == 1).unwrap();
        assert_eq!(later.moved_by, Some(Limit::Day), "the plan says why");
    }

    #[test]
    fn without_a_window_they_follow_each_other() {
        let windows = [Window {
            from: at(0),
            until: at(1_000_000),
        }];
        let asked = Asked {
            spread: false,
            ..asked(12, &windows, &[])
        };
        let planned = plan(&asked);
        keeps_the_rules(&planned, &asked).unwrap();
        assert_eq!(planned[0].at, at(0), "the first goes at once");
        assert!(planned[9].at < at(45), "ten follow within the hour");
        assert_eq!(
            planned[10].moved_by,
            Some(Limit::Hour),
            "the eleventh waits for the hour"
        );
        assert!(planned[10].at >= at(61));
    }

    #[test]
    fn a_seed_is_a_plan() {
        let windows = evenings();
        let one = plan(&asked(9, &windows, &[]));
        assert_eq!(one, plan(&asked(9, &windows, &[])), "asked again, the same");
        let other = plan(&Asked {
            seed: 8,
            ..asked(9, &windows, &[])
        });
        assert_ne!(one, other, "chance comes from the seed");
    }

    #[test]
    fn a_short_window_takes_what_fits() {
        let windows = [Window {
            from: at(0),
            until: at(5),
        }];
        let asked = asked(28, &windows, &[]);
        let planned = plan(&asked);
        keeps_the_rules(&planned, &asked).unwrap();
        assert!(
            (2..=3).contains(&planned.len()),
            "five minutes hold two or three at a spacing of two: {}",
            planned.len()
        );
    }

    proptest! {
        #[test]
        fn no_plan_breaks_a_rule(
            count in 0_usize..70,
            spread in any::<bool>(),
            taken in prop::collection::vec(-1500_i64..6000, 0..60),
            (hour, day) in (1_u32..=20, 1_u32..=60),
            gap in 0_i64..10,
            length in 1_i64..400,
            seed in any::<u64>(),
        ) {
            let windows: Vec<Window> = (0..12)
                .map(|day| Window { from: at(day * 1440), until: at(day * 1440 + length) })
                .collect();
            let mut taken: Vec<_> = taken.into_iter().map(at).collect();
            taken.sort_unstable();
            let asked = Asked {
                count,
                windows: &windows,
                spread,
                taken: &taken,
                limits: Limits { hour, day, gap: TimeDelta::minutes(gap) },
                seed,
            };
            let planned = plan(&asked);
            prop_assert!(planned.len() <= count);
            if let Err(broken) = keeps_the_rules(&planned, &asked) {
                prop_assert!(false, "{broken}");
            }
        }
    }
}
