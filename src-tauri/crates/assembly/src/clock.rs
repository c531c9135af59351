//! The machine's clock.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Time and identifiers of the machine.
pub(crate) struct SystemClock;

impl app::ports::Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
