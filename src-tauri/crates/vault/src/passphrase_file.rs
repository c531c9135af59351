//! The master key in a file, wrapped under a key that a passphrase gives.
//!
//! The file is JSON: version, the Argon2id cost, a random salt, and the random master key sealed
//! under Argon2id(passphrase, salt). Opening the wrapped key is also the check of the passphrase.
//! The wrapping lets the passphrase change without sealing every session anew.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::key::{self, KEY_BYTES};
use crate::seal;

const VERSION: u8 = 1;
const SALT_BYTES: usize = 16;
/// A vault file is about 300 bytes; whatever is longer is none.
const MAX_FILE_BYTES: u64 = 4096;
/// Beginning of the name while the file is written: what a crash leaves can be told from what is whole.
const INCOMING: &str = ".incoming-";

/// What one guess of the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, 3 passes, 1 lane: the memory and passes of RFC 9106's second recommended option
    /// (section 4), with one lane because the library computes lanes one after the other.
    pub(crate) const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// A file asks for its own cost, so a damaged or planted one could ask for all memory.
    fn is_bearable(self) -> bool {
        self.memory_kib <= 256 * 1024 && self.passes <= 16 && self.lanes <= 4
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VaultFile {
    version: u8,
    argon2id: Cost,
    salt: String,
    wrapped_key: String,
}

pub(crate) async fn fetch_or_mint(
    path: PathBuf,
    passphrase: SecretString,
    cost: Cost,
    expects_existing: bool,
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    // Bounded by itself: one small file and one Argon2 run of a bearable cost.
    tokio::task::spawn_blocking(move || {
        if passphrase.expose_secret().is_empty() {
            return Err(VaultError::unavailable("its passphrase is empty"));
        }
        if let Some(file) = read(&path)? {
            return unwrap_key(&file, &passphrase);
        }
        if expects_existing {
            return Err(VaultError::KeyLost);
        }
        let key = key::mint()?;
        if write_new(&path, &wrap(&key, &passphrase, cost)?)? {
            tracing::info!(path = %path.display(), "made a new vault file");
            return Ok(key);
        }
        // Another process made the file meanwhile: its key is the one that counts.
        match read(&path)? {
            Some(file) => unwrap_key(&file, &passphrase),
            None => Err(VaultError::unavailable(
                "its file was removed while it was opened",
            )),
        }
    })
    .await
    .map_err(|_| VaultError::unavailable("opening its file stopped unexpectedly"))?
}

fn read(path: &Path) -> Result<Option<VaultFile>, VaultError> {
    let unreadable = |error: std::io::Error| {
        VaultError::unavailable(format!("its file cannot be read: {error}"))
    };
    let length = match fs_err::metadata(path) {
        Ok(found) => found.len(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if length > MAX_FILE_BYTES {
        return Err(VaultError::KeyDamaged {
            reason: "the file is too long for a vault file",
        });
    }
    let text = fs_err::read(path).map_err(unreadable)?;
    let file: VaultFile = serde_json::from_slice(&text).map_err(|_| VaultError::KeyDamaged {
        reason: "the file is not a vault file",
    })?;
    if file.version != VERSION {
        return Err(VaultError::UnknownVersion {
            version: file.version,
        });
    }
    if !file.argon2id.is_bearable() {
        return Err(VaultError::KeyDamaged {
            reason: "the file asks for an absurd cost",
        });
    }
    Ok(Some(file))
}

fn wrap(
    key: &SecretBox<[u8; KEY_BYTES]>,
    passphrase: &SecretString,
    cost: Cost,
) -> Result<VaultFile, VaultError> {
    let mut salt = [0_u8; SALT_BYTES];
    key::random(&mut salt)?;
    let wrapping = stretch(passphrase, &salt, cost)?;
    let wrapped = seal::seal(
        &wrapping,
        &associated_data(&salt, cost),
        key.expose_secret(),
    )?;
    Ok(VaultFile {
        version: VERSION,
        argon2id: cost,
        salt: hex::encode(salt),
        wrapped_key: hex::encode(wrapped),
    })
}

fn unwrap_key(
    file: &VaultFile,
    passphrase: &SecretString,
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    let damaged = VaultError::KeyDamaged {
        reason: "the file's key or salt is cut or garbled",
    };
    let (Ok(salt), Ok(wrapped)) = (hex::decode(&file.salt), hex::decode(&file.wrapped_key)) else {
        return Err(damaged);
    };
    if salt.len() != SALT_BYTES || wrapped.len() != KEY_BYTES + seal::SEAL_OVERHEAD_BYTES {
        return Err(damaged);
    }
    let wrapping = stretch(passphrase, &salt, file.argon2id)?;
    let key: Zeroizing<Vec<u8>> =
        seal::open(&wrapping, &associated_data(&salt, file.argon2id), &wrapped).map_err(
            |error| match error {
                VaultError::SealDamaged => VaultError::WrongPassphrase,
                other => other,
            },
        )?;
    key::from_bytes(&key).ok_or(damaged)
}

fn stretch(
    passphrase: &SecretString,
    salt: &[u8],
    cost: Cost,
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY_BYTES)).map_err(|_| {
            VaultError::KeyDamaged {
                reason: "the file asks for an impossible cost",
            }
        })?;
    let mut key = SecretBox::new(Box::new([0_u8; KEY_BYTES]));
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(
            passphrase.expose_secret().as_bytes(),
            salt,
            key.expose_secret_mut(),
        )
        .map_err(|_| VaultError::Derivation)?;
    Ok(key)
}

fn associated_data(salt: &[u8], cost: Cost) -> Vec<u8> {
    let mut data = b"vault-file".to_vec();
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        data.extend_from_slice(&number.to_le_bytes());
    }
    data.extend_from_slice(salt);
    data
}

/// Writes the file whole or not at all; false when one is there already.
fn write_new(path: &Path, file: &VaultFile) -> Result<bool, VaultError> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let failed = |error: std::io::Error| match error.kind() {
        StorageFull | QuotaExceeded | FileTooLarge => VaultError::StorageFull,
        _ => VaultError::unavailable(format!("its file cannot be kept: {error}")),
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs_err::create_dir_all(folder).map_err(failed)?;
    let text = serde_json::to_vec_pretty(file).map_err(|error| failed(error.into()))?;
    // tempfile makes it readable by its owner only (0600), and it stays so when renamed.
    let mut temporary = tempfile::Builder::new()
        .prefix(INCOMING)
        .tempfile_in(folder)
        .map_err(failed)?;
    temporary.write_all(&text).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    match temporary.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(failed(error.error)),
    }
    sync_folder(folder).map_err(failed)?;
    Ok(true)
}

/// Makes the new name itself durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs_err::File::open(folder)?.sync_all()
}

/// Windows gives no handle to sync a folder by; NTFS journals the rename.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
