//! Phones that may add photos.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Recorded;

/// A phone that was paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairedPhone {
    /// Identifier.
    pub id: Uuid,
    /// What kind of phone it said to be.
    pub name: String,
    /// SHA-256 of its token; the token itself is at the phone alone.
    pub token_hash: [u8; 32],
    /// When it was paired.
    pub paired_at: DateTime<Utc>,
    /// When it last asked for something, to the minute.
    pub last_seen: DateTime<Utc>,
}

/// Paired phones. Whatever returns `Ok` is on the disk.
#[async_trait]
pub trait PairedPhones: Send + Sync {
    /// Adds one where fewer than `most` may add photos. False: there are that many.
    async fn pair(&self, phone: &PairedPhone, most: u32) -> Recorded<bool>;

    /// Those that may add photos, the newest first.
    async fn phones(&self) -> Recorded<Vec<PairedPhone>>;

    /// It asked for something.
    async fn seen(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<()>;

    /// It may add nothing from now on. False: there is no such phone.
    async fn shut_out(&self, id: Uuid, at: DateTime<Utc>) -> Recorded<bool>;
}
