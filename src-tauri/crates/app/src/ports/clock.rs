//! Time and chance, so that tests freeze them.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Time and new identifiers.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> DateTime<Utc>;

    /// A new UUIDv7 whose time is [`Clock::now`].
    fn new_id(&self) -> Uuid;

    /// The zone of the person's wall clock.
    fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::system()
    }

    /// All that the machine's clocks say at this moment, for budgets.
    fn reading(&self) -> Reading {
        Reading {
            steady: None,
            wall: self.now(),
        }
    }

    /// Lets time pass, for a second look or another try.
    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// What the machine's clocks say at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The steady clock; none where the machine has none that is known here.
    pub steady: Option<Steady>,
    /// The wall clock, which a person or a server may set.
    pub wall: DateTime<Utc>,
}

/// A clock that only goes on, through sleep too, from a beginning that `boot` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steady {
    /// The run of the machine, or of the process where that is not known: readings of two boots do not compare.
    pub boot: String,
    /// Since the beginning.
    pub since: Duration,
}
