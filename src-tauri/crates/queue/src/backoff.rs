//! How long to wait before the next try.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use uuid::Uuid;

/// Waits that double, with a share of chance, up to a longest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait is at least this, and less than twice this.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
}

impl Backoff {
    /// The wait before try `attempt + 1`. The same for the same id and attempt whoever asks, so that
    /// a restart changes no plan; never shorter than the wait before it.
    #[must_use]
    pub fn wait(&self, id: Uuid, attempt: u32) -> Duration {
        // Past this the longest has been reached from any first wait of a millisecond or more.
        const STEPS: u32 = 64;
        let steps = usize::try_from(attempt.clamp(1, STEPS)).unwrap_or(1);
        let (high, low) = id.as_u64_pair();
        ExponentialBuilder::new()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .with_max_times(steps)
            .with_jitter()
            .with_jitter_seed(high ^ low)
            .build()
            .take(steps)
            .max()
            .unwrap_or(self.longest)
            .min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn waits_only_grow_and_end_at_the_longest(id in any::<u128>(), first in 1_u64..600, longest in 600_u64..100_000) {
            let backoff = Backoff {
                first: Duration::from_secs(first),
                longest: Duration::from_secs(longest),
            };
            let id = Uuid::from_u128(id);
            let waits: Vec<Duration> = (1..=70).map(|attempt| backoff.wait(id, attempt)).collect();
            prop_assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", waits);
            prop_assert!(waits[0] >= backoff.first, "the first wait is no shorter than asked");
            prop_assert_eq!(waits[69], backoff.longest, "the growth ends at the longest");
            prop_assert_eq!(&waits[3], &backoff.wait(id, 4), "asked again, the same plan");
        }
    }

    #[test]
    fn two_jobs_do_not_come_back_together() {
        let backoff = Backoff {
            first: Duration::from_secs(60),
            longest: Duration::from_secs(3600),
        };
        let waits: std::collections::BTreeSet<Duration> = (0..20_u128)
            .map(|id| backoff.wait(Uuid::from_u128(id * 7919), 1))
            .collect();
        assert!(waits.len() > 10, "chance spreads them: {waits:?}");
    }
}
