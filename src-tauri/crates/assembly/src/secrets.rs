//! The vault behind the app's port. It is opened at the first secret, so that everything else works without a
//! keyring.

use std::sync::Arc;

use app::ports::{Accounts, SecretError, Secrets};
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretBox, SecretSlice};
use tokio::sync::OnceCell;
use vault::{OpenOptions, Vault, VaultError, VaultKind, VaultScope};

use crate::{environment::VaultChoice, folder::DataFolder};

/// The name that the keyring's own window shows.
const SERVICE: &str = "VintedBot Studio";

pub(crate) struct VaultSecrets {
    choice: VaultChoice,
    folder: DataFolder,
    accounts: Arc<dyn Accounts>,
    open: OnceCell<Vault>,
}

impl VaultSecrets {
    pub(crate) fn new(
        choice: VaultChoice,
        folder: DataFolder,
        accounts: Arc<dyn Accounts>,
    ) -> Self {
        Self {
            choice,
            folder,
            accounts,
            open: OnceCell::new(),
        }
    }

    pub(crate) async fn vault(&self) -> Result<&Vault, SecretError> {
        self.open.get_or_try_init(|| self.open_vault()).await
    }

    async fn open_vault(&self) -> Result<Vault, SecretError> {
        let unavailable = |why: String| SecretError::Unavailable(why);
        let kind = match &self.choice {
            VaultChoice::Keyring => VaultKind::Keyring,
            VaultChoice::File {
                passphrase: Some(passphrase),
            } => VaultKind::File {
                path: self.folder.vault_file(),
                passphrase: passphrase.clone(),
            },
            VaultChoice::File { passphrase: None } => {
                return Err(unavailable(
                    "STUDIO_VAULT=file needs STUDIO_VAULT_PASSPHRASE".to_owned(),
                ));
            }
        };
        let name = self
            .folder
            .installation_id()
            .map_err(|e| unavailable(e.to_string()))?;
        // Sealed rows without their key mean that the key is lost: a new one must not hide that.
        let expects_existing = self
            .accounts
            .any_sealed()
            .await
            .map_err(|e| unavailable(e.to_string()))?;
        let running = self.folder.running();
        fs_err::create_dir_all(&running).map_err(|e| unavailable(e.to_string()))?;
        let options = OpenOptions {
            expects_existing,
            lock_file: Some(running.join("vault.lock")),
            ..OpenOptions::default()
        };
        Vault::open(
            kind,
            VaultScope {
                service: SERVICE.to_owned(),
                name,
            },
            options,
        )
        .await
        .map_err(translate)
    }
}

fn translate(error: VaultError) -> SecretError {
    match error {
        VaultError::KeyLost => SecretError::KeyLost,
        VaultError::SealDamaged | VaultError::UnknownVersion { .. } => SecretError::Damaged,
        other => SecretError::Unavailable(other.to_string()),
    }
}

#[async_trait]
impl Secrets for VaultSecrets {
    async fn seal(&self, account: &str, plain: &SecretSlice<u8>) -> Result<Vec<u8>, SecretError> {
        self.vault()
            .await?
            .seal(account, plain.expose_secret())
            .map_err(translate)
    }

    async fn open(&self, account: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SecretError> {
        let plain = self
            .vault()
            .await?
            .open_sealed(account, sealed)
            .map_err(translate)?;
        Ok(SecretSlice::from(plain.to_vec()))
    }

    async fn token_key(&self) -> Result<SecretBox<[u8; 32]>, SecretError> {
        self.vault().await?.token_key().map_err(translate)
    }
}
