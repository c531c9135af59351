//! The OpenAPI document: whole, and true.

use std::collections::BTreeSet;

use acceptance::Bed;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::served::{Served, said};

/// Paths of the contract as it writes them, those by which an unknown outcome is settled, and those by which an analysis
/// of many photos is stopped, gone on with and corrected.
const CONTRACT: &[&str] = &[
    "GET /health",
    "GET /api/v1/health",
    "GET /ready",
    "GET /version",
    "GET /stats",
    "GET /metrics",
    "POST /api/v1/ingest/upload",
    "POST /ingest/upload",
    "GET /media/{name}",
    "POST /api/upload/init",
    "POST /api/upload/{id}/part",
    "POST /api/upload/{id}/complete",
    "GET /api/uploads/{id}",
    "GET /api/jobs",
    "GET /api/jobs/{id}",
    "POST /api/jobs/{id}/run",
    "POST /api/jobs/{id}/pause",
    "POST /api/jobs/{id}/retry",
    "DELETE /api/jobs/{id}",
    "GET /api/jobs/{id}/logs",
    "GET /api/jobs/{id}/logs/stream",
    "GET /ws/queue",
    "GET /ws",
    "GET /api/listings",
    "GET /listings",
    "POST /api/listings",
    "PATCH /api/listings/{id}",
    "POST /api/listings/{id}/publish",
    "DELETE /api/listings/{id}",
    "GET /api/messages",
    "GET /api/messages/{id}",
    "POST /api/messages/{id}/reply",
    "GET /api/settings",
    "POST /api/settings",
    "POST /api/ping",
    "POST /vinted/auth/session",
    "GET /vinted/auth/check",
    "POST /vinted/photos/upload",
    "POST /vinted/listings/prepare",
    "POST /vinted/listings/publish",
    "GET /api/listings/{id}/unknown",
    "POST /api/listings/{id}/unknown/look",
    "POST /api/listings/{id}/unknown/resolve",
    "GET /vinted/publish/queue",
    "POST /bulk/photos/analyze",
    "GET /bulk/jobs/{id}",
    "POST /bulk/generate",
    "POST /bulk/jobs/{id}/cancel",
    "POST /bulk/jobs/{id}/resume",
    "GET /bulk/jobs/{id}/piles",
    "POST /bulk/jobs/{id}/piles",
    "POST /bulk/jobs/{id}/piles/undo",
    "POST /bulk/jobs/{id}/piles/redo",
    "POST /import/listings",
    "GET /export/drafts",
];

#[tokio::test]
async fn the_document_names_every_path_and_the_page_needs_no_network() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let (_, document) = server.get("/openapi.json").await;
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "OpenAPI 3.1"
    );
    let mut named = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            named.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let missing: Vec<&&str> = CONTRACT.iter().filter(|p| !named.contains(**p)).collect();
    assert!(missing.is_empty(), "not in the document: {missing:?}");
    every_reference_is_there(&document);

    let page = server.ask(Method::GET, "/docs/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("default-src 'self'"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "nothing from elsewhere: {page}"
    );
    for file in [
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "swagger-initializer.js",
    ] {
        let (status, _) = server.call(Method::GET, &format!("/docs/{file}")).await;
        assert_eq!(status, StatusCode::OK, "{file} is served here");
    }
    let login = reqwest::Client::new()
        .get(format!("{}/docs/", server.url))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(login.status(), StatusCode::UNAUTHORIZED);
    assert!(
        login.text().await.unwrap().contains("<form"),
        "a person is asked for the token"
    );
}

fn every_reference_is_there(document: &Value) {
    fn walk(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    found.insert(reference.clone());
                }
                map.values().for_each(|v| walk(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| walk(v, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(document, &mut found);
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

/// Sends the example of each request body: it is never refused for its shape.
#[tokio::test]
async fn the_examples_of_requests_are_taken() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let (_, document) = server.get("/openapi.json").await;
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(json) = operation.pointer("/requestBody/content/application~1json") else {
                continue;
            };
            let example = json.get("example").cloned().or_else(|| {
                let reference = json.pointer("/schema/$ref")?.as_str()?;
                let schema = document.pointer(reference.trim_start_matches('#'))?;
                schema
                    .get("example")
                    .cloned()
                    .or_else(|| schema.get("examples")?.get(0).cloned())
            });
            // A session's example would be a cookie, a login's the token.
            if path.starts_with("/auth/") || path == "/vinted/auth/session" {
                continue;
            }
            let example = example.unwrap_or_else(|| panic!("{method} {path} has an example"));
            let path = path.replace("{id}", "0199e1a0-0000-7000-8000-000000000000");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let request = server.ask(method.clone(), &path).json(&example);
            let (status, body) = said(request.send().await.unwrap()).await;
            assert!(
                ![400, 415, 422].contains(&status.as_u16())
                    || body.to_string().contains("token_invalid"),
                "{method} {path} does not take its own example {example}: {status} {body}"
            );
            sent += 1;
        }
    }
    assert!(sent >= 8, "{sent} examples");
}
