//! Where switches become faults: the gate that pages and JSON calls pass at each stage.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::ApiError;
use crate::pages;
use crate::state::{Market, State};
use crate::switches::{Challenge, ChallengeKind, Stage, take};

/// A request hangs for ten minutes at most.
const HANG_MAX: Duration = Duration::from_secs(600);

/// Whether a page or a JSON call stands at the gate: the answers differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Page,
    Api,
}

/// What a page that passed the gate shows besides itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Passed {
    /// A challenge's frame lies over it.
    pub(crate) challenge_frame: Option<ChallengeKind>,
}

impl Market {
    /// Waits, unless the marketplace stops first.
    pub(crate) async fn pause(&self, time: Duration) {
        if !time.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = self.stopping.cancelled() => {}
            }
        }
    }

    /// Lets the request pass, or says what it gets instead. `headers` tells whose session a fault ends.
    pub(crate) async fn gate(
        self: &Arc<Self>,
        stage: Stage,
        door: Door,
        headers: &HeaderMap,
    ) -> Result<Passed, Response> {
        self.hang(stage, false).await;
        let (answer, changed) = {
            let mut state = self.lock();
            let state = &mut *state;
            if matches!(stage, Stage::AfterSubmit | Stage::Readback)
                && state.counts.publish_calls == state.publish_calls_at_set
            {
                return Ok(Passed::default());
            }
            let mut passed = Passed::default();
            let mut changed = false;
            let answer = if session_expires(state, stage) {
                state.revoke(headers);
                state.fire("session_expired");
                changed = true;
                (door == Door::Api).then(|| ApiError::session_gone().into_response())
            } else if let Some(retry_after) = rate_limits(state, stage) {
                state.fire("rate_limited");
                Some(ApiError::rate_limited(retry_after).into_response())
            } else if let Some(challenge) = challenges(state, stage) {
                state.fire("challenge");
                // A frame over the page leaves the page itself as it is.
                let framed = matches!(
                    challenge.kind,
                    ChallengeKind::DatadomeIframe | ChallengeKind::CloudflareIframe
                ) && door == Door::Page;
                passed.challenge_frame = framed.then_some(challenge.kind);
                (!framed).then(|| pages::challenge_answer(challenge, door, headers))
            } else if let Some(code) = walls(state, stage) {
                state.fire("verification_wall");
                Some(match door {
                    Door::Api => ApiError::verification_wall(code).into_response(),
                    Door::Page => Redirect::to(wall_path(code)).into_response(),
                })
            } else {
                None
            };
            (answer.map_or(Ok(passed), Err), changed)
        };
        if changed {
            self.save()
                .await
                .map_err(|error| ApiError::storage(&error).into_response())?;
        }
        answer
    }

    /// Hangs when the switch says so; `after_storing` names the side of the storing we are on.
    pub(crate) async fn hang(&self, stage: Stage, after_storing: bool) {
        let time = {
            let mut state = self.lock();
            let wanted = state
                .switches
                .hang
                .as_ref()
                .is_some_and(|h| h.stage == stage && h.after_storing == after_storing);
            let taken = if wanted {
                take(&mut state.switches.hang)
            } else {
                None
            };
            taken.map(|hang| {
                state.fire("hang");
                hang.ms
                    .map_or(HANG_MAX, Duration::from_millis)
                    .min(HANG_MAX)
            })
        };
        if let Some(time) = time {
            self.pause(time).await;
        }
    }
}

/// The page behind a verification wall (vinted-facts A1, confidence H).
pub(crate) fn wall_path(code: u16) -> &'static str {
    if code == 168 {
        "/users/verification/phone"
    } else {
        "/users/verification"
    }
}

fn session_expires(state: &mut State, stage: Stage) -> bool {
    let wanted = state
        .switches
        .session_expired
        .as_ref()
        .is_some_and(|f| f.stage == stage);
    wanted && take(&mut state.switches.session_expired).is_some()
}

fn rate_limits(state: &mut State, stage: Stage) -> Option<Option<u64>> {
    state
        .switches
        .rate_limited
        .as_ref()
        .filter(|f| f.stage == stage)?;
    take(&mut state.switches.rate_limited).map(|fault| fault.retry_after_s)
}

fn challenges(state: &mut State, stage: Stage) -> Option<Challenge> {
    state
        .switches
        .challenge
        .as_ref()
        .filter(|f| f.stage == stage)?;
    take(&mut state.switches.challenge)
}

fn walls(state: &mut State, stage: Stage) -> Option<u16> {
    state
        .switches
        .verification_wall
        .as_ref()
        .filter(|f| f.stage == stage)?;
    take(&mut state.switches.verification_wall).map(|fault| fault.code)
}

impl ApiError {
    pub(crate) fn rate_limited(retry_after_s: Option<u64>) -> Self {
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            429,
            "too_many_requests",
            "Too many requests. Try again later.",
        );
        error.retry_after_s = retry_after_s;
        error
    }

    pub(crate) fn verification_wall(code: u16) -> Self {
        let (message_code, message) = if code == 168 {
            (
                "phone_verification_required",
                "Verify your phone number to go on.",
            )
        } else {
            (
                "user_verification_required",
                "Verify your account to go on.",
            )
        };
        Self::new(
            StatusCode::FORBIDDEN,
            i64::from(code),
            message_code,
            message,
        )
    }
}
