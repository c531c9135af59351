//! The HTML shell around a page: its data, its script, its hooks and traps.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::challenge;
use crate::api::Call;
use crate::faults::Passed;
use crate::session::{Visitor, cookie};
use crate::state::{Market, State as MarketState};
use crate::switches::take;

const SHELL: &str = include_str!("../../web/shell.html");

/// A page about to be sent.
pub(super) struct Page<'a> {
    script: &'static str,
    pub(super) title: String,
    pub(super) status: StatusCode,
    pub(super) data: Value,
    pub(super) head: String,
    /// The form's traps come along.
    pub(super) form: bool,
    pub(super) cookie_banner: bool,
    pub(super) passed: Passed,
    market: &'a Market,
    call: &'a Call,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        market: &'a Market,
        call: &'a Call,
        script: &'static str,
        title: String,
    ) -> Self {
        Self {
            script,
            title,
            status: StatusCode::OK,
            data: Value::Null,
            head: String::new(),
            form: false,
            cookie_banner: true,
            passed: Passed::default(),
            market,
            call,
        }
    }

    pub(super) fn send(self) -> Response {
        let mut state = self.market.lock();
        let state = &mut *state;
        let viewer = match state.visitor(&self.call.headers) {
            Visitor::Member(account) => json!({"id": account.id, "login": account.login}),
            Visitor::Stale | Visitor::Stranger => Value::Null,
        };
        let language = state.switches.language;
        let known_visitor = cookie(&self.call.headers, "anon_id").map(str::to_owned);
        let anon_id = known_visitor
            .clone()
            .unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        let config = json!({
            "CSRF_TOKEN": state.csrf_token,
            "ANON_ID": anon_id,
            "lang": language.code(),
            "viewer": viewer,
            "labels": self.market.catalogue.labels(language),
            "hooks": hooks(state, self.form),
            "traps": if self.form { traps(state) } else { Value::Null },
            "cookie_banner": self.cookie_banner && state.switches.cookie_banner,
            "challenge_frame": self.passed.challenge_frame
                .then(|| challenge::captcha_address(&self.call.headers)),
            "data": self.data,
        });
        let html = fill(&[
            ("lang", language.code()),
            ("title", &escape(&self.title)),
            (
                "band",
                &escape(&self.market.catalogue.label(language, "site.band")),
            ),
            ("script", self.script),
            ("head", &self.head),
            ("config", &inline_json(&config)),
        ]);
        let mut answer = (self.status, Html(html)).into_response();
        if known_visitor.is_none()
            && let Ok(value) = HeaderValue::from_str(&format!(
                "anon_id={anon_id}; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax"
            ))
        {
            answer.headers_mut().append(header::SET_COOKIE, value);
        }
        answer
    }
}

/// Puts the values in the shell's places in one pass: what stands in a value is never taken for a place.
fn fill(values: &[(&str, &str)]) -> String {
    let mut parts = SHELL.split("{{");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        html += values
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value);
        html += rest;
    }
    html
}

/// Which hooks the page wears.
fn hooks(state: &mut MarketState, form: bool) -> Value {
    let switches = state.switches.clone();
    if form {
        for (on, name) in [
            (switches.missing_test_ids, "missing_test_ids"),
            (switches.missing_ids, "missing_ids"),
            (switches.drift.is_some(), "drift"),
        ] {
            if on {
                state.fire(name);
            }
        }
    }
    json!({
        "test_ids": !switches.missing_test_ids,
        "ids": !(form && switches.missing_ids),
        "drift": if form { json!(switches.drift) } else { Value::Null },
    })
}

/// What the form's script plays on the seller.
fn traps(state: &mut MarketState) -> Value {
    let swallowed_click = take(&mut state.switches.swallowed_click);
    let switches = &state.switches;
    json!({
        "layout": switches.layout,
        "done_button_when_wide": switches.done_button_when_wide,
        "price_mount_delay_ms": switches.price_mount_delay_ms,
        "rerender": switches.rerender,
        "swallowed_click": swallowed_click.map(|trap| json!({"each_control": trap.each_control})),
    })
}

/// JSON inside a script element: nothing in it may end the element.
pub(super) fn inline_json(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
