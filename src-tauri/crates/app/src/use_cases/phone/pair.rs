//! Pairing: the person shows a code, a phone brings its secret, and gets a token of its own.

use std::time::Instant;

use contract::{Code, Event, Failure};
use secrecy::{ExposeSecret, SecretString};

use super::devices::{MOST_NAME, MOST_PHONES};
use crate::{
    App, fail,
    pairing::{self, LIFE},
    ports::PairedPhone,
};

/// A code that pairs one phone.
#[derive(Debug)]
pub struct PairingCode {
    /// Known to nobody else; only its hash is kept.
    pub secret: SecretString,
    /// For how long.
    pub seconds: u32,
}

impl App {
    /// A new code; one that was open pairs nobody any more.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn open_pairing(&self) -> Result<PairingCode, Failure> {
        let (secret, hash) = pairing::new_secret()
            .map_err(|error| fail::internal("making a code that pairs a phone", error))?;
        self.pairing().open(hash, Instant::now());
        Ok(PairingCode {
            secret,
            seconds: u32::try_from(LIFE.as_secs()).unwrap_or(u32::MAX),
        })
    }

    /// For how many seconds the open code pairs a phone yet; none: there is none, or it was used.
    #[must_use]
    pub fn pairing_seconds_left(&self) -> Option<u32> {
        self.pairing().seconds_left(Instant::now())
    }

    /// No code pairs a phone any more.
    pub fn close_pairing(&self) {
        self.pairing().close();
    }

    /// Pairs a phone: its id and its token, which is kept here as a hash only, and holds for this scheme (`http` or
    /// `https`) alone.
    ///
    /// # Errors
    /// `token_invalid` for a secret that is wrong, used or too old; `not_available` where there are too many phones: the
    /// code serves again once one is removed.
    pub async fn pair_phone(
        &self,
        secret: &str,
        name: &str,
        scheme: &str,
    ) -> Result<(String, SecretString), Failure> {
        if !self.pairing().takes(secret, Instant::now()) {
            return Err(Failure::new(
                Code::TokenInvalid,
                "This code was used already, or is too old. Show a new one on the computer, then scan it.",
            ));
        }
        failpoint::reached("phone.code_used");
        let noted = self.note_phone(name, scheme).await;
        self.pairing().settle(secret, noted.is_ok());
        let paired = noted?;
        failpoint::reached("phone.paired");
        self.tell(Event::PhonesChanged);
        Ok(paired)
    }

    async fn note_phone(
        &self,
        name: &str,
        scheme: &str,
    ) -> Result<(String, SecretString), Failure> {
        let (token, _) = pairing::new_secret()
            .map_err(|error| fail::internal("making a phone's token", error))?;
        let now = self.parts.clock.now();
        let phone = PairedPhone {
            id: self.parts.clock.new_id(),
            name: name
                .chars()
                .filter(|c| !c.is_control())
                .take(MOST_NAME)
                .collect(),
            token_hash: pairing::token_hash(scheme, token.expose_secret()),
            paired_at: now,
            last_seen: now,
        };
        let paired = self.parts.phones.pair(&phone, MOST_PHONES).await;
        if !paired.map_err(fail::record("keeping a paired phone"))? {
            return Err(Failure::new(
                Code::NotAvailable,
                format!(
                    "{MOST_PHONES} phones are paired. Remove one on the computer, then scan the code again."
                ),
            ));
        }
        Ok((phone.id.to_string(), token))
    }
}
