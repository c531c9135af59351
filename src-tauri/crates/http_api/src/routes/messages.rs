//! Messages and orders. The app reads neither yet: the lists are empty, and nothing is sent.

use axum::extract::{Path, State};
use contract::{Code, Failure};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::jobs::{MAX_PAGE_SIZE, PAGE_SIZE};
use crate::{
    answer::{Answer, Enveloped, Meta, Refusal},
    body::{Asked, Body},
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(messages))
        .routes(routes!(message))
        .routes(routes!(reply))
        .routes(routes!(orders))
        .routes(routes!(order))
}

/// A message.
#[derive(Serialize, ToSchema)]
struct Message {
    id: String,
    thread_id: String,
    from: String,
    to: String,
    subject: String,
    snippet: String,
    body: String,
    /// `inbox|sent|archived`
    folder: String,
    /// RFC 3339.
    created_at: String,
    read: bool,
}

/// An order.
#[derive(Serialize, ToSchema)]
struct Order {
    id: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct MessagesAsked {
    /// `inbox|sent|archived`; empty: all.
    folder: String,
    /// Text in them.
    search: String,
    /// From 1.
    page: u32,
    /// At most 100.
    page_size: u32,
}

impl Default for MessagesAsked {
    fn default() -> Self {
        Self {
            folder: String::new(),
            search: String::new(),
            page: 1,
            page_size: PAGE_SIZE,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct OrdersAsked {
    /// Text in them.
    search: String,
    /// From 1.
    page: u32,
    /// At most 100.
    page_size: u32,
}

impl Default for OrdersAsked {
    fn default() -> Self {
        Self {
            search: String::new(),
            page: 1,
            page_size: PAGE_SIZE,
        }
    }
}

/// Messages. Empty as long as the app does not read the site's inbox.
#[utoipa::path(
    get, path = "/api/messages", tag = "messages", params(MessagesAsked),
    responses((status = 200, body = Enveloped<Vec<Message>>))
)]
async fn messages(
    State(_): State<Api>,
    Asked(asked): Asked<MessagesAsked>,
) -> Answer<Enveloped<Vec<Message>>> {
    if !matches!(asked.folder.as_str(), "" | "inbox" | "sent" | "archived") {
        return Err(Refusal::field("folder", "One of inbox, sent, archived."));
    }
    std::future::ready(Ok(nothing(&asked.search, asked.page, asked.page_size))).await
}

/// A page of an empty list: whatever is searched for is not in it.
fn nothing<T>(_search: &str, page: u32, page_size: u32) -> Enveloped<Vec<T>> {
    let meta = Meta::of(page.max(1), page_size.clamp(1, MAX_PAGE_SIZE), 0);
    Enveloped::list(Vec::new(), meta)
}

/// One message: there is none yet.
#[utoipa::path(
    get, path = "/api/messages/{id}", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<Message>))
)]
async fn message(State(_): State<Api>, Path(_): Path<String>) -> Answer<Enveloped<Message>> {
    std::future::ready(Err(Refusal::not_found("There is no such message."))).await
}

#[derive(Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "checked for its shape only, until replies are sent"
)]
struct Reply {
    body: String,
}

/// Replies to a message: refused with `not_available` as long as the app does not read the inbox.
#[utoipa::path(
    post, path = "/api/messages/{id}/reply", tag = "messages", params(("id" = String, Path)),
    request_body(content = Reply, example = json!({ "body": "Bonjour, oui, il est disponible." })),
    responses((status = 409, body = crate::answer::EnvelopedError))
)]
async fn reply(
    State(_): State<Api>,
    Path(_): Path<String>,
    Body(_): Body<Reply>,
) -> Answer<Enveloped<Message>> {
    std::future::ready(Err(not_built())).await
}

fn not_built() -> Refusal {
    Failure::new(
        Code::NotAvailable,
        "The app does not read or write messages yet. Nothing was sent; answer on the site.",
    )
    .into()
}

/// Orders. Empty as long as the app does not read them.
#[utoipa::path(
    get, path = "/api/orders", tag = "messages", params(OrdersAsked),
    responses((status = 200, body = Enveloped<Vec<Order>>))
)]
async fn orders(State(_): State<Api>, Asked(asked): Asked<OrdersAsked>) -> Enveloped<Vec<Order>> {
    std::future::ready(nothing(&asked.search, asked.page, asked.page_size)).await
}

/// One order: there is none yet.
#[utoipa::path(
    get, path = "/api/orders/{id}", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<Order>))
)]
async fn order(State(_): State<Api>, Path(_): Path<String>) -> Answer<Enveloped<Order>> {
    std::future::ready(Err(Refusal::not_found("There is no such order."))).await
}
