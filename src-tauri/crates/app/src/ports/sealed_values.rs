//! Secrets of the installation that are no session: the local API's token, the key that signs webhooks.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Recorded;

/// Sealed values by name. What is kept here was sealed by [`super::Secrets::seal`]; nothing is in plain.
#[async_trait]
pub trait SealedValues: Send + Sync {
    /// One.
    async fn sealed(&self, name: &str) -> Recorded<Option<Vec<u8>>>;

    /// Keeps it unless there is one of that name; gives the one that is there then.
    async fn seal_once(&self, name: &str, sealed: &[u8], at: DateTime<Utc>) -> Recorded<Vec<u8>>;

    /// Keeps it in the place of what was there.
    async fn reseal(&self, name: &str, sealed: &[u8], at: DateTime<Utc>) -> Recorded<()>;

    /// Forgets it.
    async fn unseal(&self, name: &str) -> Recorded<()>;
}
