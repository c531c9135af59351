//! The model's key: sealed, and bound to the address that it was given for.

use contract::{Code, Failure};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::json;

use super::setup::Setup;
use crate::{
    App, fail,
    ports::{ModelAddress, SecretError},
};

/// What it is sealed for; no account has such a name, since theirs are UUIDs.
const NAME: &str = "model-key";
/// Between address and key, which have no line breaks.
const BETWEEN: char = '\n';
/// Longest key, in bytes.
const MAX_KEY: usize = 4_000;

/// Which key is sent, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyState {
    Stored,
    Environment,
    /// A key is stored, for another address: it is not sent.
    OtherAddress,
    None,
}

impl App {
    /// Forgets the model's key.
    ///
    /// # Errors
    /// Storage only.
    pub async fn forget_model_key(&self) -> Result<(), Failure> {
        let forgotten = self.parts.sealed_values.unseal(NAME).await;
        forgotten.map_err(fail::record("forgetting the model's key"))
    }

    /// Keeps the key in the vault, for the address that is set. `shown` is the one that the person saw beside it.
    ///
    /// # Errors
    /// `model_not_set` without an address, `invalid_field` for what can be no key, or where another address is set than
    /// was shown; `vault_unavailable`.
    pub async fn set_model_key(
        &self,
        key: &SecretString,
        shown: Option<&str>,
    ) -> Result<(), Failure> {
        let set = self.model_setup().await?.address;
        if let (Some(shown), Some(set)) = (shown, &set)
            && shown != set.text
        {
            return Err(Failure::new(
                Code::InvalidField,
                format!(
                    "The key was not kept: it was typed for another address than {}, which is set. Save the address \
                     first.",
                    set.text
                ),
            )
            .with(json!({ "fields": { "model_address": "invalid_field" } })));
        }
        let closed = self.seal_model_key(key, set.as_ref()).await?;
        self.keep_model_key(&closed).await
    }

    /// The key sealed for an address, to be kept by [`App::keep_model_key`].
    pub(crate) async fn seal_model_key(
        &self,
        key: &SecretString,
        address: Option<&ModelAddress>,
    ) -> Result<Vec<u8>, Failure> {
        let text = key.expose_secret().trim();
        if !is_key(text) {
            return Err(Failure::new(
                Code::InvalidField,
                "This can be no key: a key has letters, digits and signs, and no blanks. Copy it whole.",
            )
            .with(json!({ "fields": { "model_key": "invalid_field" } })));
        }
        let Some(address) = address else {
            return Err(Failure::new(
                Code::ModelNotSet,
                "Set the model's address first: the key is kept for it, and sent nowhere else.",
            )
            .with(json!({ "lacks": ["address"] })));
        };
        let plain = SecretSlice::from(format!("{}{BETWEEN}{text}", address.text).into_bytes());
        let closed = self.parts.secrets.seal(NAME, &plain).await;
        closed.map_err(fail::secret)
    }

    pub(crate) async fn keep_model_key(&self, closed: &[u8]) -> Result<(), Failure> {
        let sealed = &self.parts.sealed_values;
        let kept = sealed.reseal(NAME, closed, self.parts.clock.now()).await;
        kept.map_err(fail::record("keeping the model's key"))?;
        failpoint::reached("model.key_kept");
        Ok(())
    }

    /// The key to send to the address that is set.
    ///
    /// The environment's key goes to the environment's address only, or to the usual one.
    pub(super) async fn model_key(&self, setup: &Setup) -> Result<Option<SecretString>, Failure> {
        let Some(address) = &setup.address else {
            return Ok(None);
        };
        if let Some((of, key)) = self.stored_model_key().await?
            && of == address.text
        {
            return Ok(Some(key));
        }
        Ok(match setup.address_from {
            "settings" => None,
            _ => self.parts.model_environment.key.clone(),
        })
    }

    /// A key is stored, for whichever address.
    pub(crate) async fn has_model_key(&self) -> Result<bool, Failure> {
        let kept = self.parts.sealed_values.sealed(NAME).await;
        Ok(kept
            .map_err(fail::record("reading the model's key"))?
            .is_some())
    }

    pub(super) async fn model_key_state(&self, setup: &Setup) -> Result<KeyState, Failure> {
        let kept = self.has_model_key().await?;
        if kept {
            // A vault that is locked now is told when the key is needed, not to whoever looks at the settings.
            let stored = self.stored_model_key().await.ok().flatten();
            let here = setup.address.as_ref().map(|a| a.text.as_str());
            if stored.is_none_or(|(of, _)| Some(of.as_str()) == here) {
                return Ok(KeyState::Stored);
            }
        }
        let from_environment =
            setup.address_from != "settings" && self.parts.model_environment.key.is_some();
        Ok(match (from_environment, kept) {
            (true, _) => KeyState::Environment,
            (false, true) => KeyState::OtherAddress,
            (false, false) => KeyState::None,
        })
    }

    /// The stored key and its address.
    async fn stored_model_key(&self) -> Result<Option<(String, SecretString)>, Failure> {
        let sealed = self.parts.sealed_values.sealed(NAME).await;
        let Some(sealed) = sealed.map_err(fail::record("reading the model's key"))? else {
            return Ok(None);
        };
        let plain = match self.parts.secrets.open(NAME, &sealed).await {
            Ok(plain) => plain,
            Err(SecretError::Damaged | SecretError::KeyLost) => {
                return Err(Failure::new(
                    Code::VaultKeyLost,
                    "The stored key of your model cannot be opened any more. Type it again in Settings, Photo analysis.",
                ));
            }
            Err(error) => return Err(fail::secret(error)),
        };
        let text = std::str::from_utf8(plain.expose_secret())
            .map_err(|e| fail::internal("reading the model's key", e))?;
        Ok(text
            .split_once(BETWEEN)
            .map(|(of, key)| (of.to_owned(), SecretString::from(key))))
    }
}

/// It can be sent as a bearer token.
pub(super) fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
