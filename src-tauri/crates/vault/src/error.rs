//! What can go wrong with a vault. No variant carries a secret.

/// Why a vault could not be opened, or a value not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The keyring is absent, locked or does not answer, or the vault's file cannot be read or
    /// written. Nothing was kept elsewhere instead.
    #[error("the vault is not available: {reason}")]
    Unavailable {
        /// For the person: what failed, in one sentence without secrets.
        reason: String,
    },
    /// The disk is full: the vault's file cannot be kept. There is none, or the earlier one is whole.
    #[error("the disk is full")]
    StorageFull,
    /// Sealed values exist, but the key that opens them does not. They are lost: the caller asks
    /// for a new log-in, removes the sealed rows, and opens again without expecting a key.
    #[error("the key that opens the saved sessions is gone: log in again")]
    KeyLost,
    /// The file vault's passphrase does not fit (or the file's wrapped key was changed: the two
    /// cannot be told apart).
    #[error("the vault's passphrase is wrong")]
    WrongPassphrase,
    /// What the keyring or the file holds is not a key of this program.
    #[error("the vault's key is damaged: {reason}")]
    KeyDamaged {
        /// What is wrong with it, without its content.
        reason: &'static str,
    },
    /// A sealed value was changed, moved from another account or data folder, or sealed under
    /// another key.
    #[error("the sealed value is damaged or belongs elsewhere: log in again")]
    SealDamaged,
    /// A sealed value or vault file of a newer program.
    #[error("the sealed value has version {version}, made by a newer version of this program")]
    UnknownVersion {
        /// The version that it names.
        version: u8,
    },
    /// More than the vault takes.
    #[error("{bytes} bytes are too many to seal; the limit is {limit}")]
    TooLarge {
        /// How many were given.
        bytes: usize,
        /// How many are taken.
        limit: usize,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// A key could not be derived: a defect of this program.
    #[error("a key could not be derived")]
    Derivation,
}

impl VaultError {
    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable {
            reason: reason.into(),
        }
    }

    /// The stable error code of the interfaces: `vault_unavailable` where the person must mend the
    /// vault, `session_missing` where a new log-in is the remedy, else `internal`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. }
            | Self::WrongPassphrase
            | Self::KeyDamaged { .. }
            | Self::UnknownVersion { .. } => "vault_unavailable",
            Self::StorageFull => "storage_full",
            Self::KeyLost | Self::SealDamaged => "session_missing",
            Self::TooLarge { .. } | Self::NoRandomness | Self::Derivation => "internal",
        }
    }
}
