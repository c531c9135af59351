//! The anti-bot challenge, as a frame and as the answer to a request.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::{Page, escape, label};
use crate::api::Call;
use crate::faults::Door;
use crate::state::Market;
use crate::switches::{Challenge, ChallengeKind};

/// An address of the challenge on another site than the page's, though on this machine: the loopback interface has
/// two names. The path names the real service, which is what a client looks for; nothing leaves the machine.
pub(super) fn captcha_address(headers: &HeaderMap, kind: ChallengeKind) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or("127.0.0.1");
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let other = if name == "localhost" {
        "127.0.0.1"
    } else {
        "localhost"
    };
    let path = match kind {
        ChallengeKind::CloudflareIframe => "challenges.cloudflare.com/turnstile/?practice",
        _ => "geo.captcha-delivery.com/captcha/?initialCid=practice&t=fe",
    };
    format!("http://{other}:{port}/{path}")
}

pub(super) async fn frame(State(market): State<Arc<Market>>, call: Call) -> Response {
    let mut page = Page::new(
        &market,
        &call,
        "challenge",
        label(&market, "challenge.title"),
    );
    page.data = json!({ "frame": true });
    page.send()
}

/// The challenge as the answer to a request (vinted-facts A8, confidence H for the signs).
pub(crate) fn challenge_answer(challenge: Challenge, door: Door, headers: &HeaderMap) -> Response {
    let status = challenge
        .status
        .and_then(|code| StatusCode::from_u16(code).ok())
        .unwrap_or(StatusCode::FORBIDDEN);
    let address = captcha_address(headers, challenge.kind);
    match challenge.kind {
        ChallengeKind::DatadomeJson
        | ChallengeKind::DatadomeIframe
        | ChallengeKind::CloudflareIframe => {
            let mut answer = (status, axum::Json(json!({ "url": address }))).into_response();
            if door == Door::Api && challenge.kind != ChallengeKind::DatadomeJson {
                // Tells the page's script to show the frame; the real one does so by itself.
                answer
                    .headers_mut()
                    .insert("x-dd-b", HeaderValue::from_static("1"));
            }
            answer
        }
        ChallengeKind::DatadomePage => (
            status,
            Html(
                include_str!("../../web/challenge_datadome.html")
                    .replace("{{address}}", &escape(&address)),
            ),
        )
            .into_response(),
        ChallengeKind::LogInPage => {
            (status, Html(include_str!("../../web/log_in_instead.html"))).into_response()
        }
        ChallengeKind::CloudflarePage => (
            status,
            Html(include_str!("../../web/challenge_cloudflare.html")),
        )
            .into_response(),
    }
}
