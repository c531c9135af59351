//! Webhooks: what became of a publish is told to the addresses of the setting `webhooks`, signed, until it is taken.
//!
//! Ended attempts are read from the publish log and ended jobs from the queue, so that nothing is lost between an end and
//! a crash, whichever process saw it; each is told once for each address. Nothing is told of what ended before the address
//! was named. No message holds a secret: ids, a state, the listing's address.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contract::Failure;
use domain::AccountId;
use hmac::{Hmac, KeyInit, Mac};
use queue::{Job, JobStatus};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

use super::{
    change_draft::draft_id,
    queue_add::{Payload, queue_failure},
};
use crate::{
    App, fail,
    ports::{Delivery, EndedAttempt, SecretError},
};

/// The setting that names the addresses.
pub(super) const SETTING: &str = "webhooks";
/// What the key is sealed for.
const KEY: &str = "webhook-key";
/// How often it is looked whether something is to be told.
const LOOK: Duration = Duration::from_secs(2);
/// How long one address may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a message that a process took is nobody else's: longer than its try; a dead process's is tried then.
const TAKEN: TimeDelta = TimeDelta::seconds(60);
/// Messages of one look.
const AT_ONCE: u32 = 20;
/// How far back the first look goes; what ended before was told or given up.
const BACK: TimeDelta = TimeDelta::hours(24);
/// How far the later ones go back behind the last: longer than it takes to write an end down.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
/// How long told messages are kept, so that none is told twice.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Tries of one message: the last some ten hours after the first.
const TRIES: u32 = 10;

impl App {
    /// Tells what happens until `cancel`. A message that is under way then is sent again later, under the same id.
    pub async fn run_webhooks(&self, cancel: CancellationToken) {
        let mut looked = None;
        loop {
            let round = async {
                tokio::time::sleep(LOOK).await;
                let now = self.parts.clock.now();
                // A clock that was set back hides nothing.
                let since =
                    looked.map_or(now - BACK, |last: DateTime<Utc>| last.min(now) - OVERLAP);
                self.tell_webhooks(now, since).await.map(|()| now)
            };
            tokio::select! {
                () = cancel.cancelled() => return,
                told = round => match told {
                    Ok(now) => looked = Some(now),
                    Err(failure) => tracing::warn!(%failure, "webhooks could not be told"),
                },
            }
        }
    }

    /// The key that signs messages: made at the first call.
    ///
    /// # Errors
    /// `vault_unavailable`, storage.
    pub async fn webhook_key(&self) -> Result<SecretString, Failure> {
        let kept = self.parts.sealed_values.sealed(KEY).await;
        if let Some(sealed) = kept.map_err(fail::record("reading the webhooks' key"))? {
            match self.parts.secrets.open(KEY, &sealed).await {
                Ok(plain) => return text_of(&plain),
                Err(error @ (SecretError::Damaged | SecretError::KeyLost)) => {
                    tracing::warn!(%error, "the webhooks' key cannot be opened and is made anew");
                    let forgotten = self.parts.sealed_values.unseal(KEY).await;
                    forgotten.map_err(fail::record("forgetting the webhooks' key"))?;
                }
                Err(error) => return Err(fail::secret(error)),
            }
        }
        let mut random = [0; 32];
        rand::rng().fill_bytes(&mut random);
        let plain = SecretSlice::from(hex::encode(random).into_bytes());
        let sealed = self
            .parts
            .secrets
            .seal(KEY, &plain)
            .await
            .map_err(fail::secret)?;
        let now = self.parts.clock.now();
        let kept = self.parts.sealed_values.seal_once(KEY, &sealed, now).await;
        let kept = kept.map_err(fail::record("keeping the webhooks' key"))?;
        text_of(
            &self
                .parts
                .secrets
                .open(KEY, &kept)
                .await
                .map_err(fail::secret)?,
        )
    }

    /// The addresses, each since when.
    pub(super) async fn webhook_targets(&self) -> Result<Vec<(String, DateTime<Utc>)>, Failure> {
        let set = self.parts.settings.get(SETTING).await;
        let urls = addresses(set.map_err(fail::record("reading the settings"))?.as_ref());
        let targets = self
            .parts
            .webhooks
            .set_targets(&urls, self.parts.clock.now())
            .await;
        targets.map_err(fail::record("noting the webhooks"))
    }

    /// Notes what ended since, and sends what is due.
    async fn tell_webhooks(&self, now: DateTime<Utc>, since: DateTime<Utc>) -> Result<(), Failure> {
        let targets = self.webhook_targets().await?;
        let Some(first) = targets.iter().map(|(_, since)| *since).min() else {
            return Ok(());
        };
        let since = first.max(since);
        let ended = self.parts.webhooks.ended_attempts(since).await;
        for attempt in ended.map_err(fail::record("reading the attempts"))? {
            let (source, event) = (attempt.id.to_string(), event_of(&attempt.state));
            self.keep_for(&targets, attempt.at, event, &source, &body_of(&attempt))
                .await?;
        }
        let ended = self.parts.queue.ended_since(since).await;
        for job in ended.map_err(queue_failure)? {
            self.note_job(&targets, &job).await?;
        }
        // The window and `studio serve` both tell: each message is one's alone until its try is over.
        let due = self
            .parts
            .webhooks
            .take_due_deliveries(now, now + TAKEN, AT_ONCE)
            .await;
        let due = due.map_err(fail::record("reading the webhooks"))?;
        if due.is_empty() {
            return Ok(());
        }
        let key = self.webhook_key().await?;
        // One slow address does not hold up the others.
        let sends = due.iter().map(|delivery| self.send(delivery, &key));
        for done in futures::future::join_all(sends).await {
            done?;
        }
        Ok(())
    }

    /// The end of a job that has no attempt to tell of it: the form could not be filled, or the site asked for the
    /// person before the click.
    async fn note_job(
        &self,
        targets: &[(String, DateTime<Utc>)],
        job: &Job,
    ) -> Result<(), Failure> {
        let live = serde_json::from_value(job.payload.clone()).is_ok_and(|p: Payload| p.live);
        let (Ok(account), Ok(_)) = (job.lane.parse::<AccountId>(), draft_id(&job.subject)) else {
            return Ok(());
        };
        if !live {
            return Ok(());
        }
        // A job publishes under its own id as key. An attempt of this very run tells of it.
        let log = &self.parts.publish_log;
        let attempt = log.by_key(account, &job.id.to_string()).await;
        let attempt = attempt.map_err(fail::record("reading the job's attempt"))?;
        if attempt.is_some_and(|a| job.started_at.is_none_or(|begun| a.created_at >= begun)) {
            return Ok(());
        }
        let event = match job.status {
            JobStatus::NeedsManual => "needs_manual",
            _ => "failed",
        };
        // What is done with the job afterwards changes the row, not when its run ended.
        let ran = job.duration_ms.and_then(|ms| i64::try_from(ms).ok());
        let at = match (job.started_at, ran) {
            (Some(begun), Some(ms)) => begun + TimeDelta::milliseconds(ms),
            _ => job.updated_at,
        };
        let body = json!({
            "draft_id": job.subject, "job_id": job.id, "listing_id": null, "listing_url": null,
            "reason": job.last_error.as_ref().map(|reason| &reason.code), "at": contract::time(at),
        });
        let source = format!("{}#{}", job.id, job.attempt);
        self.keep_for(targets, at, event, &source, &body).await
    }

    /// Keeps a message for each address that was named before it happened.
    async fn keep_for(
        &self,
        targets: &[(String, DateTime<Utc>)],
        at: DateTime<Utc>,
        event: &str,
        source: &str,
        data: &Value,
    ) -> Result<(), Failure> {
        for (url, _) in targets.iter().filter(|(_, since)| at >= *since) {
            self.keep(url, event, source, data).await?;
        }
        Ok(())
    }

    async fn keep(
        &self,
        url: &str,
        event: &str,
        source: &str,
        data: &Value,
    ) -> Result<(), Failure> {
        let id = self.parts.clock.new_id();
        let delivery = Delivery {
            id,
            url: url.to_owned(),
            event: event.to_owned(),
            source: source.to_owned(),
            body: json!({ "id": id.to_string(), "event": event, "data": data }).to_string(),
            attempts: 0,
            next_at: self.parts.clock.now(),
        };
        let kept = self.parts.webhooks.add_delivery(&delivery).await;
        kept.map_err(fail::record("keeping a webhook"))
    }

    async fn send(&self, delivery: &Delivery, key: &SecretString) -> Result<(), Failure> {
        let now = self.parts.clock.now();
        let stamp = now.timestamp().to_string();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("x-studio-event", delivery.event.clone()),
            ("x-studio-delivery", delivery.id.to_string()),
            ("x-studio-timestamp", stamp.clone()),
            (
                "x-studio-signature",
                signature(key, &stamp, &delivery.body)?,
            ),
        ];
        let messenger = &self.parts.messenger;
        let sent = messenger
            .post(&delivery.url, &headers, delivery.body.clone(), PATIENCE)
            .await;
        failpoint::reached("webhook.sent");
        let next = match sent {
            Ok(status) if (200..300).contains(&status) => None,
            other => {
                let tries = delivery.attempts + 1;
                tracing::warn!(delivery = %delivery.id, tries, answer = ?other, "a webhook was not taken");
                (tries < TRIES).then(|| now + wait_after(tries))
            }
        };
        let noted = self
            .parts
            .webhooks
            .note_delivery(delivery.id, next, now - KEPT)
            .await;
        noted.map_err(fail::record("noting a webhook"))
    }
}

/// `v1=` and HMAC-SHA256 (hex) of `timestamp.body`: a receiver refuses what is old or changed.
fn signature(key: &SecretString, stamp: &str, body: &str) -> Result<String, Failure> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .map_err(|e| fail::internal("signing a webhook", e))?;
    mac.update(stamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Ok(format!("v1={}", hex::encode(mac.finalize().into_bytes())))
}

/// 10 s, 40 s, 160 s … at most 3 hours.
fn wait_after(tries: u32) -> TimeDelta {
    let seconds = 10_i64.saturating_mul(4_i64.saturating_pow(tries.saturating_sub(1)));
    TimeDelta::seconds(seconds.min(3 * 3600))
}

fn event_of(state: &str) -> &'static str {
    match state {
        "settled" => "published",
        "needs_manual" | "unknown" => "needs_manual",
        _ => "failed",
    }
}

fn body_of(attempt: &EndedAttempt) -> Value {
    let reason = match attempt.state.as_str() {
        "unknown" => Some("outcome_unknown".to_owned()),
        _ => attempt.reason.clone(),
    };
    json!({
        "draft_id": attempt.draft_id.to_string(),
        "job_id": null,
        "reason": reason,
        "listing_id": attempt.listing_id,
        "listing_url": attempt.listing_url,
        "at": contract::time(attempt.at),
    })
}

fn text_of(plain: &SecretSlice<u8>) -> Result<SecretString, Failure> {
    std::str::from_utf8(plain.expose_secret())
        .map(|text| SecretString::from(text.to_owned()))
        .map_err(|e| fail::internal("reading the webhooks' key", e))
}

/// The setting's addresses: a list, or texts separated by commas.
pub(super) fn addresses(setting: Option<&Value>) -> Vec<String> {
    let texts: Vec<&str> = match setting {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split(',').collect(),
        _ => Vec::new(),
    };
    let mut found: Vec<String> = Vec::new();
    for text in texts.into_iter().map(str::trim).filter(|t| is_address(t)) {
        if !found.iter().any(|f| f == text) {
            found.push(text.to_owned());
        }
    }
    found
}

/// `http` or `https` with a host, and no name or password in it.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    text.len() <= 500
        && host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_time_and_body() {
        let key = SecretString::from("key");
        // The same by `printf '1790000000.{}' | openssl dgst -sha256 -hmac key`.
        let signed = signature(&key, "1790000000", "{}").unwrap();
        assert_eq!(
            signed,
            "v1=099d33989336226b12c85da813adf6100e1bbab1e91bede9a41ddeb7882d66b8"
        );
        assert_ne!(
            signed,
            signature(&key, "1790000001", "{}").unwrap(),
            "another time"
        );
        assert_ne!(
            signed,
            signature(&key, "1790000000", "{ }").unwrap(),
            "another body"
        );
        let other = SecretString::from("kez");
        assert_ne!(
            signed,
            signature(&other, "1790000000", "{}").unwrap(),
            "another key"
        );
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<i64> = (1..TRIES).map(|n| wait_after(n).num_seconds()).collect();
        assert!(waits.windows(2).all(|w| w[0] <= w[1]), "{waits:?}");
        assert_eq!((waits[0], waits[8]), (10, 3 * 3600));
    }

    #[test]
    fn only_addresses_are_addresses() {
        let set = json!([
            "https://a.test/hook",
            "ftp://b.test",
            "https://u:p@c.test/",
            " http://127.0.0.1:9/x "
        ]);
        assert_eq!(
            addresses(Some(&set)),
            ["https://a.test/hook", "http://127.0.0.1:9/x"]
        );
        assert_eq!(
            addresses(Some(&json!("https://a.test,https://a.test"))),
            ["https://a.test"]
        );
    }
}
