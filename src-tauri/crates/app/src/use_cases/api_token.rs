//! The token of the local HTTP API.

use contract::Failure;
use rand::RngCore;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::{App, fail, ports::SecretError};

/// What it is sealed for; no account has such a name, since theirs are UUIDs.
const NAME: &str = "api-token";

impl App {
    /// The token: made at the first call, the same ever after.
    ///
    /// One that cannot be opened any more (its key is gone, the row is damaged) is made anew: it protects no data that
    /// would be lost with it.
    ///
    /// # Errors
    /// `vault_unavailable`, storage.
    pub async fn api_token(&self) -> Result<SecretString, Failure> {
        let kept = self.parts.sealed_values.sealed(NAME).await;
        if let Some(sealed) = kept.map_err(fail::record("reading the API's token"))? {
            match self.parts.secrets.open(NAME, &sealed).await {
                Ok(plain) => {
                    if let Ok(token) = std::str::from_utf8(plain.expose_secret()) {
                        return Ok(SecretString::from(token.to_owned()));
                    }
                    tracing::warn!("the API's token cannot be read and is made anew");
                }
                Err(error @ (SecretError::Damaged | SecretError::KeyLost)) => {
                    tracing::warn!(%error, "the API's token cannot be opened and is made anew");
                }
                Err(error) => return Err(fail::secret(error)),
            }
            self.forget_api_token().await?;
        }
        let mut random = [0; 32];
        rand::rng().fill_bytes(&mut random);
        let token = hex::encode(random);
        let sealed = self
            .parts
            .secrets
            .seal(NAME, &SecretSlice::from(token.into_bytes()))
            .await
            .map_err(fail::secret)?;
        // Of two first starts at once, one wins and both use what it made.
        let kept = self
            .parts
            .sealed_values
            .seal_once(NAME, &sealed, self.parts.clock.now())
            .await
            .map_err(fail::record("keeping the API's token"))?;
        failpoint::reached("api_token.kept");
        let plain = self
            .parts
            .secrets
            .open(NAME, &kept)
            .await
            .map_err(fail::secret)?;
        let token = std::str::from_utf8(plain.expose_secret())
            .map_err(|e| fail::internal("making the API's token", e))?;
        Ok(SecretString::from(token.to_owned()))
    }

    /// Forgets the token: the next start makes another, and whoever has this one is shut out.
    ///
    /// # Errors
    /// Storage only.
    pub async fn forget_api_token(&self) -> Result<(), Failure> {
        let forgotten = self.parts.sealed_values.unseal(NAME).await;
        forgotten.map_err(fail::record("forgetting the API's token"))
    }
}
