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

    /// Where the key lies, for the person: `keyring` or `file`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.choice {
            VaultChoice::Keyring => "keyring",
            VaultChoice::File { .. } => "file",
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
        let name = self.folder.installation_id().map_err(of_disk)?;
        // Sealed rows without their key mean that the key is lost: a new one must not hide that.
        let expects_existing = self
            .accounts
            .any_sealed()
            .await
            .map_err(|e| unavailable(e.to_string()))?;
        let running = self.folder.running();
        fs_err::create_dir_all(&running).map_err(of_disk)?;
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

fn of_disk(error: std::io::Error) -> SecretError {
    if app::is_full_disk(&error) {
        SecretError::Full
    } else {
        SecretError::Disk(error.to_string())
    }
}

fn translate(error: VaultError) -> SecretError {
    match error {
        VaultError::KeyLost => SecretError::KeyLost,
        VaultError::StorageFull => SecretError::Full,
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

#[cfg(test)]
mod tests {
    use app::ports::Account;
    use secrecy::SecretString;
    use store::Database;
    use uuid::Uuid;

    use super::*;

    fn account(n: u128, sealed: Vec<u8>) -> Account {
        Account {
            id: Uuid::from_u128(n).into(),
            name: format!("account {n}"),
            site_url: "https://www.vinted.fr".to_owned(),
            login: None,
            site_user_id: None,
            user_agent: None,
            sealed_session: Some(sealed),
            checked_at: None,
            country: None,
            budget_hour: None,
            budget_day: None,
        }
    }

    fn secrets(folder: &DataFolder, database: &Database) -> VaultSecrets {
        let choice = VaultChoice::File {
            passphrase: Some(SecretString::from("a passphrase")),
        };
        VaultSecrets::new(choice, folder.clone(), Arc::new(database.clone()))
    }

    /// What the row of an account says about its session.
    async fn opened(
        secrets: &VaultSecrets,
        database: &Database,
        name: &str,
    ) -> Result<Vec<u8>, SecretError> {
        let row = database.by_name(name).await.unwrap().unwrap();
        let sealed = row.sealed_session.unwrap();
        let plain = secrets.open(&row.id.to_string(), &sealed).await?;
        Ok(plain.expose_secret().to_vec())
    }

    #[tokio::test]
    async fn a_moved_or_damaged_row_opens_for_nobody() {
        let temp = tempfile::tempdir().unwrap();
        let folder = DataFolder::choose(Some(temp.path().to_owned())).unwrap();
        let database = Database::open(folder.root()).await.unwrap();
        let secrets = secrets(&folder, &database);
        let plain = SecretSlice::from(b"cookies".to_vec());
        let first = account(1, Vec::new());
        let sealed = secrets.seal(&first.id.to_string(), &plain).await.unwrap();
        database.save(&account(1, sealed.clone())).await.unwrap();
        database.save(&account(2, sealed.clone())).await.unwrap();
        assert_eq!(
            opened(&secrets, &database, "account 1").await.unwrap(),
            b"cookies"
        );
        let moved = opened(&secrets, &database, "account 2").await;
        assert!(
            matches!(moved, Err(SecretError::Damaged)),
            "a session belongs to its account: {moved:?}"
        );
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            database.save(&account(1, bent)).await.unwrap();
            let damaged = opened(&secrets, &database, "account 1").await;
            assert!(
                matches!(damaged, Err(SecretError::Damaged)),
                "byte {at}: a clean refusal, never something else: {damaged:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_lost_key_is_said_and_not_replaced() {
        let temp = tempfile::tempdir().unwrap();
        let folder = DataFolder::choose(Some(temp.path().to_owned())).unwrap();
        let database = Database::open(folder.root()).await.unwrap();
        let plain = SecretSlice::from(b"cookies".to_vec());
        let row = account(1, Vec::new());
        let sealed = secrets(&folder, &database)
            .seal(&row.id.to_string(), &plain)
            .await
            .unwrap();
        database.save(&account(1, sealed)).await.unwrap();
        fs_err::remove_file(folder.vault_file()).unwrap();
        let later = secrets(&folder, &database);
        assert!(matches!(
            opened(&later, &database, "account 1").await,
            Err(SecretError::KeyLost)
        ));
        assert!(
            matches!(
                later.seal(&row.id.to_string(), &plain).await,
                Err(SecretError::KeyLost)
            ),
            "no new key behind the person's back"
        );
        assert!(!folder.vault_file().exists());
    }
}
