//! Sealing of what must not lie in plain on the disk.

use async_trait::async_trait;
use secrecy::{SecretBox, SecretSlice};

/// Why sealing or opening failed. Sealing never falls back to plain.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No keyring, or it is locked, or it did not answer; or the file vault cannot be opened.
    #[error("the vault cannot be used: {0}")]
    Unavailable(String),
    /// The disk is full: the key or its name cannot be kept.
    #[error("the disk is full")]
    Full,
    /// The disk refused otherwise; the vault itself was not asked.
    #[error("the disk refused: {0}")]
    Disk(String),
    /// Sealed data exist but their key is gone.
    #[error("the key that sealed the sessions is gone")]
    KeyLost,
    /// The sealed data were damaged or belong to another account.
    #[error("the sealed session cannot be opened")]
    Damaged,
}

/// The vault as the use cases see it.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Seals bytes for an account.
    ///
    /// # Errors
    /// See [`SecretError`].
    async fn seal(&self, account: &str, plain: &SecretSlice<u8>) -> Result<Vec<u8>, SecretError>;

    /// Opens what [`Secrets::seal`] made for the same account.
    ///
    /// # Errors
    /// See [`SecretError`].
    async fn open(&self, account: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SecretError>;

    /// The key that signs confirm tokens; the same as long as the vault lives.
    ///
    /// # Errors
    /// See [`SecretError`].
    async fn token_key(&self) -> Result<SecretBox<[u8; 32]>, SecretError>;
}
