//! The person's word that photos may go to an address, before the first one does.

use chrono::{DateTime, Utc};
use contract::{Code, Failure, OwnModelView};
use serde_json::json;

use super::{question::EDGE, setup::place};
use crate::{
    App, fail,
    ports::{ModelAddress, ModelPlace},
};

impl App {
    /// The person allows photos to go to `address`, as it was shown to them.
    ///
    /// # Errors
    /// `model_consent_missing` where another address is set by now: consent holds for what was read.
    pub async fn consent_to_model(&self, address: &str) -> Result<OwnModelView, Failure> {
        let set = self.model_setup().await?.address;
        match set {
            Some(set) if set.text == address => {
                let given = self
                    .parts
                    .model_records
                    .give_consent(address, self.parts.clock.now());
                given.await.map_err(fail::record("keeping your consent"))?;
                failpoint::reached("model.consent_given");
                self.own_model().await
            }
            Some(set) => Err(missing(&set)),
            None => Err(Failure::new(
                Code::ModelNotSet,
                "No address of a model is set. Set one first; nothing is sent anywhere meanwhile.",
            )
            .with(json!({ "lacks": ["address"] }))),
        }
    }

    /// No photo goes to the address that is set any more.
    ///
    /// # Errors
    /// Storage only.
    pub async fn withdraw_model_consent(&self) -> Result<OwnModelView, Failure> {
        if let Some(address) = self.model_setup().await?.address {
            let withdrawn = self
                .parts
                .model_records
                .withdraw_consent(&address.text)
                .await;
            withdrawn.map_err(fail::record("withdrawing your consent"))?;
        }
        self.own_model().await
    }

    pub(super) async fn model_consent(
        &self,
        address: &ModelAddress,
    ) -> Result<Option<DateTime<Utc>>, Failure> {
        let consent = self.parts.model_records.consent(&address.text).await;
        consent.map_err(fail::record("reading your consent"))
    }

    /// Asked before each question: a consent that is withdrawn stops a run in its middle.
    ///
    /// # Errors
    /// `model_consent_missing`.
    pub(super) async fn require_model_consent(
        &self,
        address: &ModelAddress,
    ) -> Result<(), Failure> {
        match self.model_consent(address).await? {
            Some(_) => Ok(()),
            None => Err(missing(address)),
        }
    }
}

fn missing(address: &ModelAddress) -> Failure {
    Failure::new(
        Code::ModelConsentMissing,
        format!(
            "You have not allowed this yet, so nothing was sent. {} Allow it in Settings, Photo analysis, or with \
             `studio model consent`.",
            sentence(address)
        ),
    )
    .with(json!({ "address": address.text, "host": address.host, "place": place(address.place) }))
}

/// What is sent where.
pub(super) fn sentence(address: &ModelAddress) -> String {
    let ModelAddress { host, .. } = address;
    let what = format!(
        "the photos of the drafts you choose, at most {EDGE} pixels wide or high and without metadata, and a fixed \
         question; no text of yours, no session, no account"
    );
    match address.place {
        ModelPlace::ThisMachine => format!(
            "To the program that listens at {host} on this computer go {what}. They stay on this computer, as far as \
             that program keeps them here."
        ),
        ModelPlace::LocalNetwork => {
            let how = if address.encrypted {
                ""
            } else {
                ", readable for others in that network"
            };
            format!("To {host} in your local network go {what}{how}.")
        }
        ModelPlace::Elsewhere => format!(
            "To {host}, over the internet and encrypted, go {what}. What becomes of them there is said by the terms of \
             whoever runs {host}."
        ),
    }
}
