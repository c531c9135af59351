//! The paths, one file a subject. A handler reads the request, calls one use case, and gives its answer.

mod auth;
mod bulk;
mod bulk_piles;
mod ingest;
mod job_stream;
mod jobs;
mod listings;
mod media;
mod messages;
mod queue_socket;
mod service;
mod session;
mod settings;
mod transfer;
mod two_steps;
mod unknown;
mod uploads;
mod window;

use axum::{Router, extract::DefaultBodyLimit};
use utoipa_axum::router::OpenApiRouter;

use crate::{openapi, state::Api};

#[cfg(test)]
pub(crate) use listings::ListingMeta;
pub(crate) use listings::{Listing, status};

/// Every path, with the document that describes them.
pub(crate) fn all(api: &Api) -> Router {
    let routes = OpenApiRouter::with_openapi(openapi::head())
        .merge(service::routes())
        .merge(auth::routes())
        .merge(ingest::routes())
        .merge(media::routes())
        .merge(uploads::routes())
        .merge(jobs::routes())
        .merge(job_stream::routes())
        .merge(queue_socket::routes())
        .merge(listings::routes())
        .merge(messages::routes())
        .merge(settings::routes())
        .merge(session::routes())
        .merge(two_steps::routes())
        .merge(unknown::routes())
        .merge(bulk::routes())
        .merge(transfer::routes())
        .with_state(api.clone());
    let (router, document) = routes.split_for_parts();
    let served = openapi::served(router, document);
    let served = match &api.page {
        Some(_) => served.merge(window::routes(api)),
        None => served,
    };
    served
        // Every body has a limit of its own, by its kind: `body` and `incoming`.
        .layer(DefaultBodyLimit::disable())
}
