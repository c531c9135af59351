//! Webhooks: what became of a publish is told to the addresses of the setting `webhooks`, signed, until it is taken.
//!
//! Ended attempts are read from the publish log, so that nothing is lost between the end of an attempt and a crash; each
//! is told once for each address. Nothing is told of what ended before the address was named. No message holds a secret:
//! ids, a state, the listing's address.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contract::{Event, Failure, JobView};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

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
/// How far back ended attempts are looked for; older ones were told or given up.
const BACK: TimeDelta = TimeDelta::hours(24);
/// How long told messages are kept, so that none is told twice.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Tries of one message: the last some ten hours after the first.
const TRIES: u32 = 10;
/// A job's end is told by its attempt where that ended at most this long before.
const SAME: TimeDelta = TimeDelta::minutes(5);

impl App {
    /// Tells what happens until `cancel`.
    pub async fn run_webhooks(&self, cancel: CancellationToken) {
        let mut events = self.events();
        loop {
            let next = tokio::time::Instant::now() + LOOK;
            loop {
                let event = tokio::select! {
                    () = cancel.cancelled() => return,
                    () = tokio::time::sleep_until(next) => break,
                    event = events.recv() => event,
                };
                match event {
                    Ok(Event::JobUpdate { job }) => {
                        if let Err(failure) = self.note_job(&job).await {
                            tracing::warn!(%failure, "a job's end could not be noted for the webhooks");
                        }
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
            if let Err(failure) = self.tell_webhooks().await {
                tracing::warn!(%failure, "webhooks could not be told");
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
    async fn webhook_targets(&self) -> Result<Vec<(String, DateTime<Utc>)>, Failure> {
        let set = self.parts.settings.get(SETTING).await;
        let urls = addresses(set.map_err(fail::record("reading the settings"))?.as_ref());
        let targets = self
            .parts
            .webhooks
            .set_targets(&urls, self.parts.clock.now())
            .await;
        targets.map_err(fail::record("noting the webhooks"))
    }

    /// Notes what ended, and sends what is due.
    async fn tell_webhooks(&self) -> Result<(), Failure> {
        let targets = self.webhook_targets().await?;
        let Some(first) = targets.iter().map(|(_, since)| *since).min() else {
            return Ok(());
        };
        let now = self.parts.clock.now();
        let ended = self
            .parts
            .webhooks
            .ended_attempts(first.max(now - BACK))
            .await;
        for attempt in ended.map_err(fail::record("reading the attempts"))? {
            for (url, since) in &targets {
                if attempt.at >= *since {
                    self.keep(
                        url,
                        event_of(&attempt.state),
                        &attempt.id.to_string(),
                        &body_of(&attempt),
                    )
                    .await?;
                }
            }
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
    async fn note_job(&self, job: &JobView) -> Result<(), Failure> {
        let event = match job.status.as_str() {
            "failed" => "failed",
            "needs_manual" => "needs_manual",
            _ => return Ok(()),
        };
        let targets = self.webhook_targets().await?;
        let Ok(draft) = super::change_draft::draft_id(&job.item_id) else {
            return Ok(());
        };
        if targets.is_empty() || !job.live {
            return Ok(());
        }
        let latest = self.parts.publish_log.latest_of_draft(draft).await;
        let latest = latest.map_err(fail::record("reading the draft's attempts"))?;
        let now = self.parts.clock.now();
        if latest.is_some_and(|attempt| now - attempt.updated_at < SAME) {
            return Ok(());
        }
        let reason = job.last_error.as_deref().and_then(|e| e.split(':').next());
        let body = json!({
            "draft_id": job.item_id, "job_id": job.id, "reason": reason,
            "listing_id": null, "listing_url": null, "at": job.updated_at,
        });
        for (url, _) in &targets {
            let source = format!("{}#{}", job.id, job.attempt);
            self.keep(url, event, &source, &body).await?;
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
