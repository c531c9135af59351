//! The pages a person or a driven browser opens (vinted-facts A1). A page is a small HTML shell with its data as JSON;
//! its script draws it.

mod challenge;
mod item;
mod shell;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};

use self::shell::{Page, escape, inline_json};

use crate::api::{ApiError, Call, wardrobe};
use crate::assets;
use crate::faults::Door;
use crate::listing::Listing;
use crate::session::Visitor;
use crate::state::{Account, Market};
use crate::switches::{Stage, take};

pub(crate) use challenge::challenge_answer;

pub(crate) fn routes() -> Router<Arc<Market>> {
    Router::new()
        .route("/", get(home))
        .route("/items/new", get(new_item))
        .route("/items/{id}", get(item::item))
        .route("/items/{id}/edit", get(edit_item))
        .route("/member/signup/select_type", get(log_in))
        .route("/member/{id}", get(member))
        .route("/users/verification", get(verification))
        .route("/users/verification/phone", get(phone_verification))
        .route("/photos/{id}", get(photo))
        .route("/assets/{*path}", get(asset))
        .route("/geo.captcha-delivery.com/captcha/", get(challenge::frame))
        .route(
            "/challenges.cloudflare.com/turnstile/",
            get(challenge::frame),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(unknown)
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
    match item::item_id(&id) {
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
    // The banner belongs to the site that is imitated; this page and the challenge's frame do not.
    page.cookie_banner = false;
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
