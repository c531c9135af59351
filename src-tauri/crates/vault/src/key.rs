//! The master key: made from the system's randomness, locked while it is made, and divided into
//! subkeys by purpose.

use std::fs::TryLockError;
use std::path::PathBuf;
use std::time::Duration;

use hkdf::Hkdf;
use rand::TryRngCore;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use sha2::Sha256;

use crate::VaultError;

/// Length of the master key and of every subkey.
pub const KEY_BYTES: usize = 32;

/// HKDF `info` (RFC 5869) of each purpose. A changed label makes everything sealed unreadable.
pub(crate) const SEAL_LABEL: &[u8] = b"vault/v1/seal";
pub(crate) const TOKEN_LABEL: &[u8] = b"vault/v1/confirm-token";

pub(crate) fn mint() -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    let mut key = SecretBox::new(Box::new([0_u8; KEY_BYTES]));
    random(key.expose_secret_mut())?;
    Ok(key)
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), VaultError> {
    OsRng
        .try_fill_bytes(bytes)
        .map_err(|_| VaultError::NoRandomness)
}

pub(crate) fn from_bytes(bytes: &[u8]) -> Option<SecretBox<[u8; KEY_BYTES]>> {
    (bytes.len() == KEY_BYTES)
        .then(|| SecretBox::init_with_mut(|key: &mut [u8; KEY_BYTES]| key.copy_from_slice(bytes)))
}

/// HKDF-SHA256 (RFC 5869) without salt: the master key is uniformly random already.
pub(crate) fn subkey(
    master: &SecretBox<[u8; KEY_BYTES]>,
    label: &[u8],
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    let mut key = SecretBox::new(Box::new([0_u8; KEY_BYTES]));
    Hkdf::<Sha256>::new(None, master.expose_secret())
        .expand(label, key.expose_secret_mut())
        .map_err(|_| VaultError::Derivation)?;
    Ok(key)
}

/// Takes the lock that lets one process at a time make a key. Released when dropped, and by the
/// system when the process dies.
pub(crate) async fn lock(path: PathBuf, limit: Duration) -> Result<fs_err::File, VaultError> {
    let failed = |error: &dyn std::fmt::Display| {
        VaultError::unavailable(format!("its lock file cannot be used: {error}"))
    };
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| failed(&error))?;
    let deadline = tokio::time::Instant::now() + limit;
    loop {
        match file.file().try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(TryLockError::WouldBlock) => {
                return Err(VaultError::unavailable(
                    "another process of this program is still opening it (is a window of the \
                     keyring waiting for an answer?)",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
    }
}
