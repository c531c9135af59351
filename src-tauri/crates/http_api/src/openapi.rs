//! The OpenAPI document: its head, what all paths have in common, and the page to browse it, which needs no network.

use axum::{
    Router,
    http::{HeaderValue, header},
};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

use crate::answer::{EnvelopedError, ErrorAnswer, is_enveloped};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "VintedBot Studio",
        description = "The local API of VintedBot Studio. Publishing has two steps: `prepare` fills the site's form and \
                       stops; `publish` presses the button once, on the token that `prepare` gave. Without an explicit \
                       `dry_run: false` nothing is published.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(ErrorAnswer, EnvelopedError)),
    security(("token" = []), ("cookie" = []))
)]
struct Head;

/// The document before any path is in it.
pub(crate) fn head() -> Document {
    let mut document = Head::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The token that `studio serve` shows"))
                .build(),
        ),
    );
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "studio_session_PORT",
            "What `POST /auth/login` sets, with the server's port in its name; opens reading only",
        ))),
    );
    document
}

/// Adds the document and its page to the routes.
pub(crate) fn served(router: Router, mut document: Document) -> Router {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            any_other_answer(path, operation);
        }
    }
    let page = Router::from(SwaggerUi::new("/docs").url("/openapi.json", document)).layer(
        SetResponseHeaderLayer::overriding(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
            ),
        ),
    );
    router.merge(page)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

/// Whatever refuses, the doors included, answers in one of two shapes.
fn any_other_answer(path: &str, operation: &mut Operation) {
    let name = if is_enveloped(path) {
        EnvelopedError::name()
    } else {
        ErrorAnswer::name()
    };
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(name)))
        .build();
    let refused = ResponseBuilder::new()
        .description(
            "Refused: 401 without the token, 403 for a page from elsewhere, 421 for another name of the server, 429 past \
             a limit (`Retry-After`), or why the call itself was refused, by `error.code`",
        )
        .content("application/json", body)
        .build();
    operation
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert(RefOr::T(refused));
}
