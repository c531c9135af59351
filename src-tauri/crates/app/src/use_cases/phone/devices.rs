//! The phones that are paired: which there are, who one is, shutting one out.

use chrono::TimeDelta;
use contract::{Code, Event, Failure, PairedPhoneView};
use uuid::Uuid;

use crate::{App, fail, pairing};

/// Phones that may add photos at once.
pub(super) const MOST_PHONES: u32 = 20;
/// Longest name of a phone (characters).
pub(super) const MOST_NAME: usize = 40;
/// How exactly it is known when a phone was last here.
const SEEN: TimeDelta = TimeDelta::minutes(1);

impl App {
    /// Phones that may add photos, the newest first.
    ///
    /// # Errors
    /// Storage only.
    pub async fn paired_phones(&self) -> Result<Vec<PairedPhoneView>, Failure> {
        let phones = self.parts.phones.phones().await;
        let phones = phones.map_err(fail::record("reading the paired phones"))?;
        Ok(phones
            .into_iter()
            .map(|phone| PairedPhoneView {
                id: phone.id.to_string(),
                name: phone.name,
                paired_at: contract::time(phone.paired_at),
                last_seen: contract::time(phone.last_seen),
            })
            .collect())
    }

    /// The phone that got this token over this scheme (`http` or `https`); none: nobody, or one that was shut out.
    ///
    /// # Errors
    /// Storage only.
    pub async fn phone_of_token(&self, scheme: &str, token: &str) -> Result<Option<Uuid>, Failure> {
        let given = pairing::token_hash(scheme, token);
        let phones = self.parts.phones.phones().await;
        let phones = phones.map_err(fail::record("reading the paired phones"))?;
        // All are compared: the time does not tell which one, or how many, came close.
        let mut found = None;
        for phone in &phones {
            if pairing::same(&phone.token_hash, &given) {
                found = Some(phone);
            }
        }
        let Some(phone) = found else { return Ok(None) };
        let now = self.parts.clock.now();
        if now - phone.last_seen >= SEEN || now < phone.last_seen {
            self.parts
                .phones
                .seen(phone.id, now)
                .await
                .map_err(fail::record("noting a phone"))?;
        }
        Ok(Some(phone.id))
    }

    /// The door opened or closed: who shows it looks again.
    pub fn phones_door_changed(&self) {
        self.tell(Event::PhonesChanged);
    }

    /// A phone may add nothing any more. What it sent stays.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn shut_phone_out(&self, id: &str) -> Result<(), Failure> {
        let unknown = || {
            Failure::new(
                Code::NotFound,
                "There is no such phone. `studio phones list` names those that may add photos.",
            )
        };
        let id = Uuid::parse_str(id).map_err(|_| unknown())?;
        let done = self
            .parts
            .phones
            .shut_out(id, self.parts.clock.now())
            .await
            .map_err(fail::record("shutting a phone out"))?;
        if !done {
            return Err(unknown());
        }
        failpoint::reached("phone.shut_out");
        self.tell(Event::PhonesChanged);
        Ok(())
    }
}
