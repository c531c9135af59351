//! The HTML shell around a page: its data, its script, its hooks and traps.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::challenge;
use crate::api::Call;
use crate::catalogue::Catalogue;
use crate::faults::Passed;
use crate::session::{Visitor, cookie};
use crate::state::{Market, State as MarketState};
use crate::switches::{Language, take};

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
            "labels": labels(&self.market.catalogue, state, self.form),
            "hooks": hooks(state, self.form),
            "traps": if self.form { traps(state) } else { Value::Null },
            "cookie_banner": self.cookie_banner && state.switches.cookie_banner,
            "challenge_frame": self.passed.challenge_frame
                .map(|kind| challenge::captcha_address(&self.call.headers, kind)),
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

/// The sentences of the page; on a form that drifted, some labels are in another language or in no language.
fn labels<'a>(
    catalogue: &'a Catalogue,
    state: &MarketState,
    form: bool,
) -> BTreeMap<&'a str, Cow<'a, str>> {
    const DRIFTING: [&str; 13] = [
        "form.back",
        "form.brand",
        "form.category",
        "form.close",
        "form.color",
        "form.condition",
        "form.description",
        "form.done",
        "form.material",
        "form.no_brand",
        "form.price",
        "form.size",
        "form.title",
    ];
    let mut labels: BTreeMap<&str, Cow<'_, str>> = catalogue
        .labels(state.switches.language)
        .into_iter()
        .map(|(key, text)| (key, Cow::Borrowed(text)))
        .collect();
    let Some(drift) = state.switches.drift.filter(|_| form) else {
        return labels;
    };
    for key in DRIFTING {
        let roll = chance(drift.seed, &format!("label:{key}"));
        let Some(label) = labels.get_mut(key) else {
            continue;
        };
        if roll < drift.unknown_labels {
            *label = Cow::Owned(label.chars().rev().collect());
        } else if roll < drift.unknown_labels + drift.translate_labels {
            let at = (chance(drift.seed, &format!("language:{key}")) * Language::ALL.len() as f64)
                as usize;
            let language = Language::ALL[at.min(Language::ALL.len() - 1)];
            *label = Cow::Owned(catalogue.label(language, key));
        }
    }
    labels
}

/// A number from 0 to 1 that belongs to the text: the one of `web/js/drift.js`.
fn chance(seed: u32, text: &str) -> f64 {
    let mut hash = 0x811c_9dc5 ^ seed;
    for c in text.chars() {
        hash = (hash ^ u32::from(c)).wrapping_mul(0x0100_0193);
    }
    for (shift, factor) in [(15, 0x2c1b_3c6d), (12, 0x297a_2d39)] {
        hash = (hash ^ (hash >> shift)).wrapping_mul(factor);
    }
    f64::from(hash ^ (hash >> 15)) / 2f64.powi(32)
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
        "price_suggestion": switches.price_suggestion,
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
