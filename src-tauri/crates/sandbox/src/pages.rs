//! The pages a person or a driven browser opens (vinted-facts A1). A page is a small HTML shell with its data as JSON;
//! its script draws it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::api::wardrobe;
use crate::api::{ApiError, Call};
use crate::assets;
use crate::faults::{Door, Passed};
use crate::listing::Listing;
use crate::session::{Visitor, cookie};
use crate::state::{Account, Market, State as MarketState};
use crate::switches::{Challenge, ChallengeKind, Stage, take};

const SHELL: &str = include_str!("../web/shell.html");

pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route("/", get(home))
        .route("/items/new", get(new_item))
        .route("/items/{id}", get(item))
        .route("/items/{id}/edit", get(edit_item))
        .route("/member/signup/select_type", get(log_in))
        .route("/member/{id}", get(member))
        .route("/users/verification", get(verification))
        .route("/users/verification/phone", get(phone_verification))
        .route("/photos/{id}", get(photo))
        .route("/assets/{*path}", get(asset))
        .route("/geo.captcha-delivery.com/captcha/", get(challenge_frame))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(unknown)
}

/// A page about to be sent.
struct Page<'a> {
    script: &'static str,
    title: String,
    status: StatusCode,
    data: Value,
    head: String,
    /// The form's traps come along.
    form: bool,
    passed: Passed,
    market: &'a Market,
    call: &'a Call,
}

impl<'a> Page<'a> {
    fn new(market: &'a Market, call: &'a Call, script: &'static str, title: String) -> Self {
        Self {
            script,
            title,
            status: StatusCode::OK,
            data: Value::Null,
            head: String::new(),
            form: false,
            passed: Passed::default(),
            market,
            call,
        }
    }

    fn send(self) -> Response {
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
            "cookie_banner": state.switches.cookie_banner,
            "challenge_frame": self.passed.challenge_frame
                .then(|| captcha_address(&self.call.headers)),
            "data": self.data,
        });
        let html = SHELL
            .replace("{{lang}}", language.code())
            .replace(
                "{{band}}",
                &escape(&self.market.catalogue.label(language, "site.band")),
            )
            .replace("{{script}}", self.script)
            .replace("{{head}}", &self.head)
            .replace("{{config}}", &inline_json(&config))
            .replace("{{title}}", &escape(&self.title));
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
fn inline_json(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn label(market: &Market, key: &str) -> String {
    market.catalogue.label(market.language(), key)
}

/// Sends a page load with a stale access token through the refresh, as the site does (vinted-facts A8, H).
fn refresh_first(market: &Market, call: &Call) -> Result<(), Response> {
    let mut state = market.lock();
    let state = &mut *state;
    if matches!(state.visitor(&call.headers), Visitor::Member(_))
        && take(&mut state.switches.stale_access_token).is_some()
    {
        state.fire("stale_access_token");
        state.make_stale(&call.headers);
    }
    match state.visitor(&call.headers) {
        Visitor::Stale => Err(Redirect::to(&format!(
            "/web/api/auth/refresh?ref_url={}",
            call.uri.path()
        ))
        .into_response()),
        Visitor::Member(_) | Visitor::Stranger => Ok(()),
    }
}

fn viewer(market: &Market, call: &Call) -> Option<Account> {
    match market.lock().visitor(&call.headers) {
        Visitor::Member(account) => Some(account),
        Visitor::Stale | Visitor::Stranger => None,
    }
}

async fn home(State(market): State<Arc<Market>>, call: Call) -> Response {
    if let Err(redirect) = refresh_first(&market, &call) {
        return redirect;
    }
    let mut page = Page::new(&market, &call, "home", label(&market, "site.name"));
    page.data = {
        let state = market.lock();
        let mut newest: Vec<&Listing> = state
            .listings
            .values()
            .filter(|l| !(l.is_draft || l.is_deleted || l.is_hidden || l.under_review))
            .collect();
        newest.sort_by_key(|l| std::cmp::Reverse(l.created_at));
        newest.truncate(24);
        let language = state.switches.language;
        let rows: Vec<Value> = newest
            .iter()
            .map(|l| wardrobe::row(&market.catalogue, l, language))
            .collect();
        json!({ "items": rows })
    };
    page.send()
}

/// Came by a link of this site rather than by its address.
fn came_by_link(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    match (text(header::REFERER), text(header::HOST)) {
        (Some(referer), Some(host)) => referer.starts_with(&format!("http://{host}/")),
        _ => false,
    }
}

async fn new_item(State(market): State<Arc<Market>>, call: Call) -> Response {
    if !came_by_link(&call.headers) {
        let mut state = market.lock();
        if take(&mut state.switches.bounce).is_some() {
            state.fire("bounce");
            return Redirect::to("/").into_response();
        }
    }
    form_page(&market, &call, None).await
}

async fn edit_item(
    State(market): State<Arc<Market>>,
    Path(id): Path<String>,
    call: Call,
) -> Response {
    match item_id(&id) {
        Some(id) => form_page(&market, &call, Some(id)).await,
        None => not_found(&market, &call),
    }
}

async fn form_page(market: &Arc<Market>, call: &Call, id: Option<u64>) -> Response {
    if let Err(redirect) = refresh_first(market, call) {
        return redirect;
    }
    let passed = match market.gate(Stage::Open, Door::Page, &call.headers).await {
        Ok(passed) => passed,
        Err(instead) => return instead,
    };
    let Some(account) = viewer(market, call) else {
        let mut page = Page::new(market, call, "join", label(market, "join.title"));
        page.data = json!({ "ref_url": call.uri.path() });
        return page.send();
    };
    let title = if id.is_none() {
        "form.new_title"
    } else {
        "form.edit_title"
    };
    let data = match id {
        None => json!({ "item": null }),
        Some(id) => {
            let own = market.lock().own_listing(&account, id).map(|l| l.is_draft);
            match own {
                Some(is_draft) => json!({ "item": {"id": id, "is_draft": is_draft} }),
                None => {
                    return notice(market, call, StatusCode::NOT_FOUND, "site.went_wrong", None);
                }
            }
        }
    };
    let mut page = Page::new(market, call, "form", label(market, title));
    page.data = data;
    page.form = true;
    page.passed = passed;
    page.send()
}

/// The number in front of `-` in `{id}-{slug}`.
fn item_id(text: &str) -> Option<u64> {
    text.split('-').next()?.parse().ok()
}

async fn item(State(market): State<Arc<Market>>, Path(id): Path<String>, call: Call) -> Response {
    if let Err(redirect) = refresh_first(&market, &call) {
        return redirect;
    }
    let passed = match market
        .gate(Stage::AfterSubmit, Door::Page, &call.headers)
        .await
    {
        Ok(passed) => passed,
        Err(instead) => return instead,
    };
    let account = viewer(&market, &call);
    let found = item_id(&id).and_then(|id| market.lock().listings.get(&id).cloned());
    let Some(listing) = found.filter(|l| {
        let own = account
            .as_ref()
            .is_some_and(|account| account.id == l.owner_id);
        !l.is_deleted && !l.is_draft && !l.under_review && (own || !l.is_hidden)
    }) else {
        return not_found(&market, &call);
    };
    let path = listing.path();
    if call.uri.path() != path {
        return Redirect::to(&path).into_response();
    }
    let language = market.language();
    let mut page = Page::new(&market, &call, "item", listing.title.clone());
    page.passed = passed;
    page.head = format!(
        "<script type=\"application/ld+json\">{}</script>",
        inline_json(&json_ld(&listing, &call.headers))
    );
    let mut row = wardrobe::row(&market.catalogue, &listing, language);
    let catalogue = &market.catalogue;
    row["description"] = json!(listing.description);
    row["owner"] = json!({"id": listing.owner_id, "login": listing.owner_login});
    row["own"] = json!(account.is_some_and(|account| account.id == listing.owner_id));
    row["category"] = json!(listing.catalog_id.map(|id| {
        catalogue
            .path(id)
            .iter()
            .map(|n| n.titles.get(language))
            .collect::<Vec<_>>()
    }));
    row["colors"] = json!(
        listing
            .color_ids
            .iter()
            .filter_map(|id| catalogue.colours.iter().find(|colour| colour.id == *id))
            .map(|colour| colour.titles.get(language))
            .collect::<Vec<_>>()
    );
    row["materials"] = json!(
        listing
            .material_ids
            .iter()
            .filter_map(|id| catalogue.materials.iter().find(|m| m.id == *id))
            .map(|material| material.titles.get(language))
            .collect::<Vec<_>>()
    );
    row["package_size_id"] = json!(listing.package_size_id);
    row["is_unisex"] = json!(listing.is_unisex);
    row["isbn"] = json!(listing.isbn);
    row["measurements"] = json!([listing.measurement_length, listing.measurement_width]);
    page.data = json!({ "item": row });
    page.send()
}

/// Public facts of an item as the site's pages carry them (vinted-facts A6, public item, H).
fn json_ld(listing: &Listing, headers: &HeaderMap) -> Value {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listing.title,
        "description": listing.description,
        "brand": {"@type": "Brand", "name": listing.brand},
        "image": listing.photos.first().map(|p| format!("http://{host}/photos/{}", p.id)),
        "url": format!("http://{host}{}", listing.path()),
        "offers": {
            "@type": "Offer",
            "price": crate::listing::decimal(listing.price_cents),
            "priceCurrency": listing.currency,
            "availability": if listing.is_closed {
                "https://schema.org/SoldOut"
            } else {
                "https://schema.org/InStock"
            },
        },
    })
}

async fn member(State(market): State<Arc<Market>>, Path(id): Path<u64>, call: Call) -> Response {
    if let Err(redirect) = refresh_first(&market, &call) {
        return redirect;
    }
    let passed = match market
        .gate(Stage::AfterSubmit, Door::Page, &call.headers)
        .await
    {
        Ok(passed) => passed,
        Err(instead) => return instead,
    };
    let account = market.lock().accounts.get(&id).cloned();
    let Some(account) = account else {
        return not_found(&market, &call);
    };
    let own = viewer(&market, &call).is_some_and(|viewer| viewer.id == id);
    let mut page = Page::new(&market, &call, "member", account.login.clone());
    page.passed = passed;
    page.data = {
        let state = market.lock();
        let language = state.switches.language;
        let rows: Vec<Value> = wardrobe::shown(&state, id, own)
            .into_iter()
            .take(500)
            .map(|listing| wardrobe::row(&market.catalogue, listing, language))
            .collect();
        json!({ "member": {"id": id, "login": account.login}, "own": own, "items": rows })
    };
    page.send()
}

async fn log_in(State(market): State<Arc<Market>>, call: Call) -> Response {
    Page::new(&market, &call, "login", label(&market, "login.title")).send()
}

async fn verification(State(market): State<Arc<Market>>, call: Call) -> Response {
    notice(
        &market,
        &call,
        StatusCode::OK,
        "wall.title",
        Some("wall.hint"),
    )
}

async fn phone_verification(State(market): State<Arc<Market>>, call: Call) -> Response {
    notice(
        &market,
        &call,
        StatusCode::OK,
        "wall.phone_title",
        Some("wall.hint"),
    )
}

async fn unknown(State(market): State<Arc<Market>>, call: Call) -> Response {
    not_found(&market, &call)
}

fn not_found(market: &Market, call: &Call) -> Response {
    let hint = Some("site.not_found_hint");
    notice(market, call, StatusCode::NOT_FOUND, "site.not_found", hint)
}

fn notice(
    market: &Market,
    call: &Call,
    status: StatusCode,
    title: &str,
    hint: Option<&str>,
) -> Response {
    let title = label(market, title);
    let mut page = Page::new(market, call, "notice", title.clone());
    page.status = status;
    page.data = json!({ "title": title, "hint": hint.map(|key| label(market, key)) });
    page.send()
}

pub(crate) async fn control(State(market): State<Arc<Market>>, call: Call) -> Response {
    let mut page = Page::new(&market, &call, "control", label(&market, "control.title"));
    page.head = "<link rel=\"stylesheet\" href=\"/assets/css/control.css\">".to_owned();
    page.send()
}

async fn asset(Path(path): Path<String>) -> Response {
    assets::serve(&path).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

async fn photo(State(market): State<Arc<Market>>, Path(id): Path<u64>) -> Response {
    let found = market.lock().photos.get(&id).cloned();
    let Some(photo) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let content = match (&photo.content, &market.file) {
        (Some(content), _) => content.clone(),
        (None, Some(file)) => match file.read_photo(&photo.file.sha256).await {
            Ok(bytes) => bytes.into(),
            Err(error) => return ApiError::storage(&error).into_response(),
        },
        // Given up to keep within the memory's bound.
        (None, None) => return StatusCode::GONE.into_response(),
    };
    ([(header::CONTENT_TYPE, photo.mime)], content).into_response()
}

/// An address of the challenge on another site than the page's, though on this machine: the loopback interface has
/// two names. The path names the real service, which is what a client looks for; nothing leaves the machine.
fn captcha_address(headers: &HeaderMap) -> String {
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
    format!("http://{other}:{port}/geo.captcha-delivery.com/captcha/?initialCid=practice&t=fe")
}

async fn challenge_frame(State(market): State<Arc<Market>>, call: Call) -> Response {
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
    let address = captcha_address(headers);
    match challenge.kind {
        ChallengeKind::DatadomeJson | ChallengeKind::DatadomeIframe => {
            let mut answer = (status, axum::Json(json!({ "url": address }))).into_response();
            if door == Door::Api && challenge.kind == ChallengeKind::DatadomeIframe {
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
                include_str!("../web/challenge_datadome.html")
                    .replace("{{address}}", &escape(&address)),
            ),
        )
            .into_response(),
        ChallengeKind::CloudflarePage => (
            status,
            Html(include_str!("../web/challenge_cloudflare.html")),
        )
            .into_response(),
    }
}
