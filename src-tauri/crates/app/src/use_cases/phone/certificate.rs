//! Where the certificate of this installation lies: sealed, as all that is secret.

use contract::Failure;
use secrecy::SecretSlice;

use crate::{App, fail, ports::SecretError};

/// What it is sealed for; no account has such a name.
const NAME: &str = "phone-certificate";

impl App {
    /// The certificate with its key, as it was kept; none: there is none that can be opened.
    ///
    /// # Errors
    /// `vault_unavailable`, storage.
    pub async fn phone_certificate(&self) -> Result<Option<SecretSlice<u8>>, Failure> {
        let kept = self.parts.sealed_values.sealed(NAME).await;
        let Some(sealed) = kept.map_err(fail::record("reading the certificate"))? else {
            return Ok(None);
        };
        match self.parts.secrets.open(NAME, &sealed).await {
            Ok(plain) => Ok(Some(plain)),
            Err(error @ (SecretError::Damaged | SecretError::KeyLost)) => {
                tracing::warn!(%error, "the certificate cannot be opened and is made anew");
                Ok(None)
            }
            Err(error) => Err(fail::secret(error)),
        }
    }

    /// Keeps a certificate in the place of the one before.
    ///
    /// # Errors
    /// `vault_unavailable`, storage.
    pub async fn keep_phone_certificate(&self, plain: &SecretSlice<u8>) -> Result<(), Failure> {
        let sealed = self
            .parts
            .secrets
            .seal(NAME, plain)
            .await
            .map_err(fail::secret)?;
        let values = &self.parts.sealed_values;
        let keeping = fail::record("keeping the certificate");
        values.unseal(NAME).await.map_err(&keeping)?;
        let now = self.parts.clock.now();
        values
            .seal_once(NAME, &sealed, now)
            .await
            .map_err(&keeping)?;
        failpoint::reached("phone.certificate_kept");
        Ok(())
    }
}
