//! Time and chance, so that tests freeze them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Time and new identifiers.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> DateTime<Utc>;

    /// A new UUIDv7 whose time is [`Clock::now`].
    fn new_id(&self) -> Uuid;
}
