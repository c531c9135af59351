//! The call.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use parking_lot::Mutex;
use reqwest::{
    Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
    },
    redirect, retry,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    Address, Answer, BadAnswer, Limits, MAX_PHOTOS, Question, VisionError, dialect::Dialect, reply,
    resolve::WhereItSays,
};

/// What is read of a refusal, to learn what the server did not understand. It is shown to nobody.
const MAX_COMPLAINT: usize = 16 * 1024;

/// Whom to ask, and as whom.
#[derive(Clone, Debug)]
pub struct Access {
    /// The base of the API.
    pub address: Address,
    /// The model's name there.
    pub model: String,
    /// Sent as a bearer token; none for servers that ask for none.
    pub key: Option<SecretString>,
}

/// Asks, within its limits. Cheap to share; remembers which older form a server needs.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    limits: Limits,
    dialects: Mutex<HashMap<(String, String), Dialect>>,
}

/// What one try gave beside an answer.
enum Tried {
    Failed(VisionError),
    /// The server did not understand the form.
    Complained(String, VisionError),
}

impl Client {
    /// A client for any number of addresses.
    ///
    /// # Errors
    /// Where the system's certificates cannot be used.
    pub fn new(limits: Limits) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .dns_resolver(Arc::new(WhereItSays))
            .referer(false)
            .connect_timeout(limits.connect)
            .user_agent(concat!("VintedBotStudio/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            limits,
            dialects: Mutex::default(),
        })
    }

    /// One question. Further tries are made only where the question was surely not worked on: of 429, 5xx and a server
    /// that was not reached. What was cut off may have been counted, and is left to the caller.
    ///
    /// # Errors
    /// See [`VisionError`]; `Cancelled` as soon as `cancel` is.
    pub async fn ask(
        &self,
        access: &Access,
        question: &Question,
        cancel: &CancellationToken,
    ) -> Result<Answer, VisionError> {
        if question.photos.len() > MAX_PHOTOS {
            return Err(VisionError::TooManyPhotos(question.photos.len()));
        }
        let under_way = AtomicBool::new(false);
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(VisionError::Cancelled {
                sent: under_way.load(Ordering::Relaxed),
            }),
            answer = self.ask_in_some_form(access, question, &under_way) => answer,
        }
    }

    async fn ask_in_some_form(
        &self,
        access: &Access,
        question: &Question,
        under_way: &AtomicBool,
    ) -> Result<Answer, VisionError> {
        let headers = headers(access.key.as_ref())?;
        let whom = (access.address.as_str().to_owned(), access.model.clone());
        let mut dialect = self.dialects.lock().get(&whom).copied().unwrap_or_default();
        loop {
            let body = Bytes::from(question.body(&access.model, dialect).to_string());
            let asked = self.ask_again_where_safe(access, &headers, body, under_way);
            match asked.await {
                Ok(answer) => {
                    self.dialects.lock().insert(whom, dialect);
                    return Ok(answer);
                }
                Err(Tried::Failed(error)) => return Err(error),
                // Each step is to an older form, so this ends.
                Err(Tried::Complained(complaint, error)) => match dialect.after(&complaint) {
                    Some(older) => {
                        tracing::info!(?older, "the model's server is asked in an older form");
                        dialect = older;
                    }
                    None => return Err(error),
                },
            }
        }
    }

    async fn ask_again_where_safe(
        &self,
        access: &Access,
        headers: &HeaderMap,
        body: Bytes,
        under_way: &AtomicBool,
    ) -> Result<Answer, Tried> {
        let waits = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(self.limits.first_wait)
            .with_max_delay(self.limits.longest_wait)
            .with_max_times(self.limits.retries);
        let once = || async {
            under_way.store(true, Ordering::Relaxed);
            let tried = timeout(self.limits.whole, self.once(access, headers, body.clone()));
            let tried = match tried.await {
                Ok(tried) => tried,
                Err(_) => Err(Tried::Failed(VisionError::TimedOut)),
            };
            // Between two tries nothing is on its way, and nothing was counted yet.
            under_way.store(false, Ordering::Relaxed);
            tried
        };
        once.retry(waits)
            .when(|tried| matches!(tried, Tried::Failed(error) if error.may_be_asked_again()))
            .adjust(|tried, wait| self.wait(tried, wait))
            .notify(|tried, wait| {
                if let Tried::Failed(error) = tried {
                    tracing::info!(%error, ?wait, "the model is asked again");
                }
            })
            .await
    }

    /// As long as the server asked for, unless that is too long.
    fn wait(&self, tried: &Tried, wait: Option<Duration>) -> Option<Duration> {
        let wait = wait?;
        match tried {
            Tried::Failed(VisionError::Busy {
                retry_after: Some(seconds),
            }) => {
                let asked = Duration::from_secs(*seconds);
                (asked <= self.limits.longest_wait).then(|| asked.max(wait))
            }
            _ => Some(wait),
        }
    }

    async fn once(
        &self,
        access: &Access,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Tried> {
        let request = self.http.post(access.address.questions());
        let sent = request.headers(headers.clone()).body(body).send().await;
        let answer = sent.map_err(|error| Tried::Failed(not_answered(&error)))?;
        let status = answer.status();
        if status.is_success() {
            let body = self.body(answer).await.map_err(Tried::Failed)?;
            return reply::read(&body).map_err(Tried::Failed);
        }
        tracing::info!(status = status.as_u16(), length = ?answer.content_length(), "the model's server refused");
        let refusal = refusal(status, answer.headers());
        if matches!(refusal, VisionError::Rejected(400 | 415 | 422 | 501)) {
            let complaint = self.complaint(answer).await;
            return Err(Tried::Complained(complaint, refusal));
        }
        Err(Tried::Failed(refusal))
    }

    /// All of an answer's body, and no more than is allowed.
    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, VisionError> {
        let too_large = || VisionError::Unusable {
            why: BadAnswer::TooLarge,
            tokens: None,
        };
        let most = self.limits.max_answer;
        if answer.content_length().is_some_and(|l| l > most as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            match timeout(self.limits.silence, answer.chunk()).await {
                Err(_) => return Err(VisionError::TimedOut),
                Ok(Err(_)) => return Err(VisionError::BrokenOff),
                Ok(Ok(None)) => return Ok(body),
                Ok(Ok(Some(piece))) if body.len() + piece.len() > most => return Err(too_large()),
                Ok(Ok(Some(piece))) => body.extend_from_slice(&piece),
            }
        }
    }

    /// The beginning of a refusal; empty where it does not come.
    async fn complaint(&self, mut answer: Response) -> String {
        let mut text = Vec::new();
        while text.len() < MAX_COMPLAINT
            && let Ok(Ok(Some(piece))) = timeout(self.limits.silence, answer.chunk()).await
        {
            text.extend_from_slice(&piece[..piece.len().min(MAX_COMPLAINT - text.len())]);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

fn headers(key: Option<&SecretString>) -> Result<HeaderMap, VisionError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()))
            .map_err(|_| VisionError::UnsendableKey)?;
        // Whoever prints headers prints "Sensitive".
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn not_answered(error: &reqwest::Error) -> VisionError {
    // Its text may hold the address with what the person put in it.
    if error.is_connect() {
        VisionError::Unreachable
    } else if error.is_timeout() {
        VisionError::TimedOut
    } else {
        VisionError::BrokenOff
    }
}

fn refusal(status: StatusCode, headers: &HeaderMap) -> VisionError {
    match status.as_u16() {
        300..=399 => VisionError::Redirected,
        401 | 403 => VisionError::KeyRefused,
        404 => VisionError::NotThere,
        429 => VisionError::Busy {
            retry_after: headers.get(RETRY_AFTER).and_then(seconds),
        },
        status @ 500..=599 if status != 501 => VisionError::ServerFault(status),
        status => VisionError::Rejected(status),
    }
}

/// Seconds, or a date (RFC 9110, 10.2.3).
fn seconds(value: &HeaderValue) -> Option<u64> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    let wait = date.signed_duration_since(chrono::Utc::now());
    Some(u64::try_from(wait.num_seconds()).unwrap_or(0))
}
