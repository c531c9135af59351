//! Requests held by the browser (Fetch domain): stopped, or read and let go.
//!
//! `Network.getResponseBody` loses the body when the page navigates away on the answer (7 of 20
//! measured); a request held at its response stage gave it 20 times of 20.
use super::fresh::FreshConnections;
use super::seen::status_of;
use super::{Exchange, Refusal, RequestSeen, UrlPattern, Watched};
use crate::BrowserError;
use crate::connection::{CALL_BOUND, CallError, Connection};
use crate::context::ContextState;
use crate::page::PageState;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chromiumoxide_cdp::cdp::browser_protocol::fetch::{
    ContinueRequestParams, DisableParams, EnableParams, FailRequestParams, GetResponseBodyParams,
    RequestPattern, RequestStage,
};
use chromiumoxide_cdp::cdp::browser_protocol::network::ErrorReason;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longest answer body that is kept.
const BODY_KEPT: usize = 2 * 1024 * 1024;
/// For an answer's body to arrive; past it the request goes on and is reported without its body.
const BODY_BOUND: Duration = Duration::from_secs(20);
/// Steps waiting to be read by the caller.
const STEPS_KEPT: usize = 1024;
const REFUSALS_KEPT: usize = 100;

/// A pattern whose requests are stopped.
pub(crate) struct Ban {
    pattern: UrlPattern,
    refusals: Mutex<VecDeque<Refusal>>,
    exception: Mutex<Exception>,
    /// Gives the request that is let out a connection of its own.
    fresh: Mutex<Option<Arc<FreshConnections>>>,
}

/// The one request that a ban lets out, once that was said.
#[derive(Debug, Default, PartialEq, Eq)]
enum Exception {
    #[default]
    None,
    /// The next one goes out.
    Next,
    /// It went, and may be redirected; by its network id.
    Gone(String),
}

impl Ban {
    pub(crate) fn new(pattern: UrlPattern) -> Self {
        Self {
            pattern,
            refusals: Mutex::default(),
            exception: Mutex::default(),
            fresh: Mutex::default(),
        }
    }

    pub(crate) fn let_one_out(&self, fresh: Option<Arc<FreshConnections>>) {
        *self.fresh.lock() = fresh;
        *self.exception.lock() = Exception::Next;
    }

    /// No further one; whether one went.
    pub(crate) fn hold_back(&self) -> bool {
        let before = std::mem::take(&mut *self.exception.lock());
        matches!(before, Exception::Gone(_))
    }

    /// Decides on a request: the one that was allowed, with what it is redirected to, and no other.
    fn lets_out(&self, request: &RequestSeen) -> bool {
        let mut exception = self.exception.lock();
        match &*exception {
            Exception::None => false,
            Exception::Gone(id) => *id == request.id,
            Exception::Next => {
                *exception = Exception::Gone(request.id.clone());
                true
            }
        }
    }

    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        self.refusals.lock().iter().cloned().collect()
    }

    fn refuse(&self, request: &RequestSeen) {
        let mut refusals = self.refusals.lock();
        if refusals.len() == REFUSALS_KEPT {
            refusals.pop_front();
        }
        refusals.push_back(Refusal {
            method: request.method.clone(),
            url: request.url.clone(),
        });
    }
}

/// Patterns whose requests are reported.
pub(crate) struct Watch {
    patterns: Vec<UrlPattern>,
    steps: mpsc::Sender<Watched>,
    /// Sent and not ended yet, by network id.
    open: Mutex<HashMap<String, RequestSeen>>,
}

impl Watch {
    pub(crate) fn new(patterns: Vec<UrlPattern>) -> (Arc<Self>, mpsc::Receiver<Watched>) {
        let (steps, receiver) = mpsc::channel(STEPS_KEPT);
        (
            Arc::new(Self {
                patterns,
                steps,
                open: Mutex::default(),
            }),
            receiver,
        )
    }

    fn matches(&self, request: &RequestSeen) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.matches(&request.method, &request.url))
    }

    fn sent(&self, request: &RequestSeen) {
        self.open.lock().insert(request.id.clone(), request.clone());
        self.step(Watched::Sent(request.clone()));
    }

    fn answered(&self, exchange: &Exchange) {
        if self.open.lock().remove(&exchange.request.id).is_some() {
            self.step(Watched::Answered(exchange.clone()));
        }
    }

    pub(crate) fn failed(&self, id: &str, reason: &str) {
        let request = self.open.lock().remove(id);
        if let Some(request) = request {
            self.step(Watched::Failed {
                request,
                reason: reason.to_owned(),
            });
        }
    }

    fn step(&self, step: Watched) {
        if self.steps.try_send(step).is_err() {
            tracing::warn!("a watched request is not read by anybody: its step is lost");
        }
    }
}

/// A held request.
struct Paused {
    /// Of the holding, not of the request.
    hold: String,
    request: RequestSeen,
    /// Set at the response stage.
    answer: Option<Answer>,
}

enum Answer {
    Failed(String),
    Came {
        status: u16,
        headers: Vec<(String, String)>,
    },
}

impl Paused {
    fn read(params: &Value) -> Option<Self> {
        let hold = params["requestId"].as_str()?.to_owned();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let request = RequestSeen {
            id: params["networkId"].as_str().unwrap_or(&hold).to_owned(),
            method: text(&params["request"]["method"]),
            url: text(&params["request"]["url"]),
        };
        let answer = if let Some(reason) = params["responseErrorReason"].as_str() {
            Some(Answer::Failed(reason.to_owned()))
        } else if params["responseStatusCode"].is_null() {
            None
        } else {
            let headers = params["responseHeaders"]
                .as_array()
                .map_or(&[][..], Vec::as_slice);
            Some(Answer::Came {
                status: status_of(&params["responseStatusCode"]),
                headers: headers
                    .iter()
                    .map(|h| (text(&h["name"]).to_ascii_lowercase(), text(&h["value"])))
                    .collect(),
            })
        };
        Some(Self {
            hold,
            request,
            answer,
        })
    }
}

impl ContextState {
    /// Tells every page, iframe and worker of the context which requests to hold.
    pub(crate) async fn apply_patterns(&self) -> Result<(), BrowserError> {
        let _turn = self.pattern_gate.lock().await;
        for page in self.pages() {
            page.hold_matching(&page.sessions()).await?;
        }
        Ok(())
    }
}

impl PageState {
    /// `apply_patterns` for sessions of this page that have just come.
    pub(crate) async fn apply_patterns_to(&self, session: &str) -> Result<(), BrowserError> {
        let _turn = self.context().pattern_gate.lock().await;
        self.hold_matching(&[session.to_owned()]).await
    }

    async fn hold_matching(&self, sessions: &[String]) -> Result<(), BrowserError> {
        let mut patterns = Vec::new();
        for ban in self.context().bans.lock().iter() {
            patterns.push(at(&ban.pattern, RequestStage::Request));
        }
        for watch in self.watches.lock().iter() {
            for pattern in &watch.patterns {
                patterns.push(at(pattern, RequestStage::Request));
                patterns.push(at(pattern, RequestStage::Response));
            }
        }
        for session in sessions {
            let connection = self.connection();
            let done = if patterns.is_empty() {
                connection
                    .call(Some(session), &DisableParams::default(), CALL_BOUND)
                    .await
            } else {
                let enable = EnableParams {
                    patterns: Some(patterns.clone()),
                    ..EnableParams::default()
                };
                connection.call(Some(session), &enable, CALL_BOUND).await
            };
            match done {
                Ok(_) => {}
                // Closed meanwhile: it asks for nothing any more.
                Err(CallError::Detached) => {}
                // Some kinds of worker do not know the domain; a page and its iframes do.
                Err(CallError::Refused { message, .. }) if session != self.session() => {
                    tracing::debug!(message, "a worker's requests cannot be held");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Starts reporting; stands when this returns.
    pub(crate) async fn start_watch(
        &self,
        patterns: Vec<UrlPattern>,
    ) -> Result<(Arc<Watch>, mpsc::Receiver<Watched>), BrowserError> {
        let (watch, steps) = Watch::new(patterns);
        self.watches.lock().push(Arc::clone(&watch));
        let applied = {
            let _turn = self.context().pattern_gate.lock().await;
            self.hold_matching(&self.sessions()).await
        };
        match applied {
            Ok(()) => Ok((watch, steps)),
            Err(error) => {
                self.end_watch(&watch);
                Err(error)
            }
        }
    }

    /// Stops reporting; the browser is told in the background.
    pub(crate) fn end_watch(&self, watch: &Arc<Watch>) {
        self.watches
            .lock()
            .retain(|other| !Arc::ptr_eq(other, watch));
        let context = Arc::clone(self.context());
        self.runtime().spawn(async move {
            if let Err(error) = context.apply_patterns().await {
                tracing::debug!(code = error.code(), "a watch ended with its page");
            }
        });
    }

    /// `Fetch.requestPaused`: decides at once, on the reading thread; only an answer's body is
    /// waited for elsewhere.
    pub(crate) fn request_paused(&self, session: &str, params: &Value) {
        let Some(paused) = Paused::read(params) else {
            tracing::warn!("a held request without a number");
            return;
        };
        let connection = self.connection();
        let Some(answer) = paused.answer else {
            let request = &paused.request;
            let ban = self
                .context()
                .bans
                .lock()
                .iter()
                .find(|ban| ban.pattern.matches(&request.method, &request.url))
                .cloned();
            let allowed = ban.as_ref().is_some_and(|ban| ban.lets_out(request));
            if let Some(ban) = ban.as_ref().filter(|_| !allowed) {
                connection.fire(
                    Some(session),
                    &FailRequestParams::new(paused.hold, ErrorReason::BlockedByClient),
                );
                ban.refuse(request);
                tracing::warn!(method = request.method, "a forbidden request was stopped");
                return;
            }
            let leaving = Leaving {
                watching: self.watching(request),
                connection: Arc::clone(connection),
                session: session.to_owned(),
                hold: paused.hold,
                request: paused.request,
            };
            let fresh = ban
                .filter(|_| allowed)
                .and_then(|ban| ban.fresh.lock().clone());
            match fresh {
                Some(fresh) => {
                    self.runtime().spawn(async move {
                        fresh.prepare().await;
                        leaving.go();
                    });
                }
                None => leaving.go(),
            }
            return;
        };
        let watching = self.watching(&paused.request);
        match answer {
            Answer::Failed(reason) => {
                for watch in watching {
                    watch.failed(&paused.request.id, &reason);
                }
                connection.fire(Some(session), &ContinueRequestParams::new(paused.hold));
            }
            Answer::Came { .. } if watching.is_empty() => {
                connection.fire(Some(session), &ContinueRequestParams::new(paused.hold));
            }
            Answer::Came { status, headers } => {
                let connection = Arc::clone(connection);
                let session = session.to_owned();
                let Paused { hold, request, .. } = Paused {
                    answer: None,
                    ..paused
                };
                self.runtime().spawn(async move {
                    let (body, truncated) = match expected(status, &headers) {
                        Expected::Nothing => (Vec::new(), false),
                        Expected::TooMuch => (Vec::new(), true),
                        Expected::Body => body(&connection, &session, &hold).await,
                    };
                    let exchange = Exchange {
                        request,
                        status,
                        headers,
                        body,
                        truncated,
                    };
                    for watch in watching {
                        watch.answered(&exchange);
                    }
                    failpoint::reached("browser.answer_read");
                    connection.fire(Some(&session), &ContinueRequestParams::new(hold));
                    failpoint::reached("browser.answer_let_go");
                });
            }
        }
    }

    fn watching(&self, request: &RequestSeen) -> Vec<Arc<Watch>> {
        self.watches
            .lock()
            .iter()
            .filter(|watch| watch.matches(request))
            .cloned()
            .collect()
    }
}

/// A request that may leave the browser.
struct Leaving {
    watching: Vec<Arc<Watch>>,
    connection: Arc<Connection>,
    session: String,
    hold: String,
    request: RequestSeen,
}

impl Leaving {
    fn go(self) {
        for watch in &self.watching {
            watch.sent(&self.request);
        }
        if !self.watching.is_empty() {
            failpoint::reached("browser.request_held");
        }
        let go = ContinueRequestParams::new(self.hold);
        self.connection.fire(Some(&self.session), &go);
        if !self.watching.is_empty() {
            failpoint::reached("browser.request_let_go");
        }
    }
}

fn at(pattern: &UrlPattern, stage: RequestStage) -> RequestPattern {
    RequestPattern {
        url_pattern: Some(pattern.url.clone()),
        request_stage: Some(stage),
        ..RequestPattern::default()
    }
}

enum Expected {
    Nothing,
    TooMuch,
    Body,
}

/// Redirects have none that counts; one that says it is too long is not even asked for.
fn expected(status: u16, headers: &[(String, String)]) -> Expected {
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse::<usize>().ok());
    match (status, length) {
        (204 | 205 | 300..=399, _) | (_, Some(0)) => Expected::Nothing,
        (_, Some(length)) if length > BODY_KEPT => Expected::TooMuch,
        _ => Expected::Body,
    }
}

async fn body(connection: &Connection, session: &str, hold: &str) -> (Vec<u8>, bool) {
    let get = GetResponseBodyParams::new(hold.to_owned());
    let result = match connection.call(Some(session), &get, BODY_BOUND).await {
        Ok(result) => result,
        Err(error) => {
            tracing::debug!(?error, "the body of a watched answer did not come");
            return (Vec::new(), true);
        }
    };
    let text = result["body"].as_str().unwrap_or_default();
    let mut body = if result["base64Encoded"].as_bool() == Some(true) {
        match STANDARD.decode(text) {
            Ok(body) => body,
            Err(_) => return (Vec::new(), true),
        }
    } else {
        text.as_bytes().to_vec()
    };
    let truncated = body.len() > BODY_KEPT;
    body.truncate(BODY_KEPT);
    (body, truncated)
}
