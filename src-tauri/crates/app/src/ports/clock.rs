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

    /// Lets time pass, for a second look or another try.
    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
