//! The key in the system's keyring, sessions sealed under it, and types that do not print secrets.
//!
//! One random 32-byte master key per data folder lives in the system's keyring, or, on machines
//! without one, in a file locked by a passphrase. Everything secret that the store keeps (a
//! session's cookies, an API key) is sealed under it before it is written. There is no path by
//! which a secret is kept in the clear: without the key, [`Vault::open`] fails.

mod error;
mod key;
mod keyring;
mod passphrase_file;
mod seal;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{SecretBox, SecretString};
use zeroize::Zeroizing;

pub use error::VaultError;
pub use key::KEY_BYTES;
pub use seal::{MAX_PLAIN_BYTES, SEAL_OVERHEAD_BYTES};

/// How long one question to the keyring may take. A locked keyring asks the person in a dialog of
/// its own, which can stay open for ever.
pub const KEYRING_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the master key lives.
pub enum VaultKind {
    /// The system's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on
    /// Windows.
    Keyring,
    /// A file of this machine, locked by a passphrase: for machines without a keyring.
    File {
        /// The file; made at the first use, readable by its owner only.
        path: PathBuf,
        /// What unlocks it. Given anew at every start, kept nowhere.
        passphrase: SecretString,
    },
}

impl std::fmt::Debug for VaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keyring => f.write_str("Keyring"),
            Self::File { path, .. } => f
                .debug_struct("File")
                .field("path", path)
                .finish_non_exhaustive(),
        }
    }
}

/// Whose key it is. Two scopes never share a key, and a value sealed in one does not open in
/// another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultScope {
    /// The program's name, as the keyring's own window shows it. Not empty.
    pub service: String,
    /// Unique for the data folder: an id made with it, or a hash of its path. Not empty.
    pub name: String,
}

/// How [`Vault::open`] behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// True when sealed values exist already. Then a missing key is [`VaultError::KeyLost`] and no
    /// new one is made, since a new key would hide that the old values cannot be read any more.
    pub expects_existing: bool,
    /// The most that one question to the keyring may take.
    pub timeout: Duration,
    /// A file in the data folder, locked while the key is looked up and made. With it, two
    /// processes that start for the first time at the same moment make one key; without it the
    /// later key replaces the earlier.
    pub lock_file: Option<PathBuf>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            expects_existing: false,
            timeout: KEYRING_TIMEOUT,
            lock_file: None,
        }
    }
}

/// An open vault: seals and opens values, and gives the key that signs confirm tokens.
///
/// It holds the master key in memory, overwritten when dropped. Its `Debug` shows the scope only.
pub struct Vault {
    scope: VaultScope,
    master: SecretBox<[u8; KEY_BYTES]>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Fetches the master key, or makes and keeps one where none exists and none is expected.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`] when the keyring is absent, locked or silent, or the file cannot
    /// be used; [`VaultError::KeyLost`] when sealed values exist and the key does not;
    /// [`VaultError::WrongPassphrase`]; [`VaultError::KeyDamaged`] when what is kept is not a key.
    pub async fn open(
        kind: VaultKind,
        scope: VaultScope,
        options: OpenOptions,
    ) -> Result<Self, VaultError> {
        if scope.service.is_empty() || scope.name.is_empty() {
            return Err(VaultError::unavailable("the vault's scope has no name"));
        }
        let _lock = match &options.lock_file {
            Some(path) => Some(key::lock(path.clone(), options.timeout).await?),
            None => None,
        };
        let master = match kind {
            VaultKind::Keyring => keyring::fetch_or_mint(&scope, &options).await?,
            VaultKind::File { path, passphrase } => {
                passphrase_file::fetch_or_mint(
                    path,
                    passphrase,
                    passphrase_file::Cost::STANDARD,
                    options.expects_existing,
                )
                .await?
            }
        };
        Ok(Self { scope, master })
    }

    /// Seals `plain` for `account`: version byte, random nonce, XChaCha20-Poly1305 ciphertext.
    /// The result is [`SEAL_OVERHEAD_BYTES`] longer than `plain`, and opens only in this scope and
    /// for this account.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] past [`MAX_PLAIN_BYTES`].
    pub fn seal(&self, account: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = key::subkey(&self.master, key::SEAL_LABEL)?;
        seal::seal(&key, &self.associated_data(account), plain)
    }

    /// Opens what [`Vault::seal`] made for the same account. The result is overwritten when
    /// dropped.
    ///
    /// # Errors
    /// [`VaultError::SealDamaged`] when a bit of it changed, when it was sealed for another account
    /// or scope, or under another key; [`VaultError::UnknownVersion`] when a newer program made it.
    pub fn open_sealed(
        &self,
        account: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = key::subkey(&self.master, key::SEAL_LABEL)?;
        seal::open(&key, &self.associated_data(account), sealed)
    }

    /// The key that signs confirm tokens: HKDF-SHA256 of the master key under a label of its own,
    /// so that it tells nothing about the key that seals. The same at every start.
    ///
    /// # Errors
    /// [`VaultError::Derivation`], which would be a defect of the key derivation.
    pub fn token_key(&self) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
        key::subkey(&self.master, key::TOKEN_LABEL)
    }

    /// Each part carries its length, so that no two (service, name, account) give the same bytes.
    fn associated_data(&self, account: &str) -> Vec<u8> {
        let mut data = Vec::new();
        for part in [
            self.scope.service.as_str(),
            self.scope.name.as_str(),
            account,
        ] {
            data.extend_from_slice(&(part.len() as u64).to_le_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

#[cfg(test)]
mod tests;
