//! Messages and orders. The app reads neither yet: the lists are empty, and nothing is sent.

use axum::extract::{Path, State};
use contract::{Code, Failure};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

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

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct MessagesAsked {
    /// `inbox|sent|archived`; empty: all.
    folder: String,
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
    std::future::ready(Ok(nothing())).await
}

fn nothing<T>() -> Enveloped<Vec<T>> {
    Enveloped::list(Vec::new(), Meta::of(1, super::jobs::PAGE_SIZE, 0))
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
    get, path = "/api/orders", tag = "messages",
    responses((status = 200, body = Enveloped<Vec<Order>>))
)]
async fn orders(State(_): State<Api>) -> Enveloped<Vec<Order>> {
    std::future::ready(nothing()).await
}

/// One order: there is none yet.
#[utoipa::path(
    get, path = "/api/orders/{id}", tag = "messages", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<Order>))
)]
async fn order(State(_): State<Api>, Path(_): Path<String>) -> Answer<Enveloped<Order>> {
    std::future::ready(Err(Refusal::not_found("There is no such order."))).await
}
