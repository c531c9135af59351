//! The master key in the system's keyring.
//!
//! The store is named outright for each platform: a keyring library left to choose may fall back
//! to memory, and the key would be gone after the next start. It is opened anew for each question,
//! so that a keyring unlocked or started meanwhile is found.

use std::sync::Arc;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretBox};
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::key::{self, KEY_BYTES};
use crate::{OpenOptions, VaultError, VaultScope};

/// Opens the platform's store anew.
type OpenStore = fn() -> keyring_core::Result<Arc<CredentialStore>>;

pub(crate) async fn fetch_or_mint(
    scope: &VaultScope,
    options: &OpenOptions,
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    fetch_or_mint_in(platform_store, scope, options).await
}

async fn fetch_or_mint_in(
    open_store: OpenStore,
    scope: &VaultScope,
    options: &OpenOptions,
) -> Result<SecretBox<[u8; KEY_BYTES]>, VaultError> {
    if let Some(key) = fetch(open_store, scope, options.timeout).await? {
        return Ok(key);
    }
    if options.expects_existing {
        return Err(VaultError::KeyLost);
    }
    let key = key::mint()?;
    keep(open_store, scope, &key, options.timeout).await?;
    tracing::info!(
        service = scope.service,
        "made a new key in the system keyring"
    );
    Ok(key)
}

async fn fetch(
    open_store: OpenStore,
    scope: &VaultScope,
    limit: Duration,
) -> Result<Option<SecretBox<[u8; KEY_BYTES]>>, VaultError> {
    let found = ask(open_store, scope, limit, |entry| match entry.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    })
    .await?;
    match found {
        None => Ok(None),
        Some(bytes) => match key::from_bytes(&bytes) {
            Some(key) => Ok(Some(key)),
            None => Err(VaultError::KeyDamaged {
                reason: "the keyring's entry does not have the length of a key",
            }),
        },
    }
}

async fn keep(
    open_store: OpenStore,
    scope: &VaultScope,
    key: &SecretBox<[u8; KEY_BYTES]>,
    limit: Duration,
) -> Result<(), VaultError> {
    let bytes = Zeroizing::new(key.expose_secret().to_vec());
    ask(open_store, scope, limit, move |entry| {
        entry.set_secret(&bytes)
    })
    .await?;
    // Read back before anything is sealed under it: a keyring that took the key and lost it would
    // make the first log-in unreadable at the next start.
    match fetch(open_store, scope, limit).await? {
        Some(kept) if kept.expose_secret() == key.expose_secret() => Ok(()),
        _ => Err(VaultError::unavailable(
            "the system keyring did not keep the key",
        )),
    }
}

/// One question at a time in the whole process: a dialog that nobody answers holds one thread, not
/// one for every attempt.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Runs `question` against the entry of `scope`, for at most `limit`.
///
/// On a thread of its own: the calls block, and panic on an async thread where zbus is built with
/// tokio. Not `spawn_blocking`, because the runtime waits for such threads when it ends, and the
/// program could not be closed while a dialog of the keyring is open.
async fn ask<T: Send + 'static>(
    open_store: OpenStore,
    scope: &VaultScope,
    limit: Duration,
    question: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, VaultError> {
    let VaultScope { service, name } = scope.clone();
    let answer = async move {
        let turn = ONE_AT_A_TIME
            .acquire()
            .await
            .map_err(|_| VaultError::unavailable("the system keyring is closed to this process"))?;
        let (reply, replied) = oneshot::channel();
        std::thread::Builder::new()
            .name("keyring".into())
            .spawn(move || {
                let answer = open_store()
                    .and_then(|store| store.build(&service, &name, None))
                    .and_then(question);
                drop(turn);
                if reply.send(answer).is_err() {
                    tracing::warn!("the system keyring answered after the time limit");
                }
            })
            .map_err(|error| {
                VaultError::unavailable(format!("no thread for the keyring: {error}"))
            })?;
        match replied.await {
            Ok(answer) => answer.map_err(|error| VaultError::unavailable(explain(&error))),
            Err(_) => Err(VaultError::unavailable(
                "the keyring's client stopped unexpectedly",
            )),
        }
    };
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| {
        Err(VaultError::unavailable(format!(
            "the system keyring did not answer within {} s; is one of its windows waiting for a \
             password?",
            limit.as_secs()
        )))
    })
}

/// A sentence for the person. Only variants whose text holds no stored bytes are printed.
fn explain(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(cause) => {
            format!("the system keyring is locked or refused access ({cause})")
        }
        Error::PlatformFailure(cause) => {
            format!("no system keyring answers in this session ({cause})")
        }
        Error::Ambiguous(_) => "the system keyring holds several keys under one name".to_owned(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            "the system keyring's entry cannot be read".to_owned()
        }
        other => format!("the system keyring failed ({other})"),
    }
}

#[cfg(target_os = "linux")]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NotSupportedByStore(
        "no keyring is known for this system".to_owned(),
    ))
}

#[cfg(test)]
mod tests;
