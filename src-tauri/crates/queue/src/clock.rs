//! Time from outside, and its form in the database.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::QueueError;

/// The wall clock. Tests give their own.
pub trait Clock: Send + Sync + 'static {
    /// The time now, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// `2026-11-20T08:00:00.000Z`: 24 characters, so that text order is time order.
pub(crate) fn to_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn from_text(text: &str) -> Result<DateTime<Utc>, QueueError> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| QueueError::Corrupt { what: "a time" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_order_is_time_order(a in 0_i64..253_402_300_799_000, b in 0_i64..253_402_300_799_000) {
            let (a, b) = (DateTime::from_timestamp_millis(a).unwrap(), DateTime::from_timestamp_millis(b).unwrap());
            prop_assert_eq!(to_text(a).len(), 24, "the tables check this length");
            prop_assert_eq!(a.cmp(&b), to_text(a).cmp(&to_text(b)), "{} {}", a, b);
            prop_assert_eq!(from_text(&to_text(a)).unwrap(), a);
        }
    }
}
