//! The OpenAPI document: whole, and true.

use std::collections::BTreeSet;

use acceptance::Bed;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

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
    "POST /import/drafts",
    "GET /export/listings",
    "POST /auth/login",
    "POST /auth/ticket",
    "GET /api/orders",
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

/// What an example is refused for that is no fault of its own: by the state of the store, never by its shape.
const REFUSED: [(&str, u16, &str); 5] = [
    ("POST /api/listings/{id}/publish", 422, "not_ready"),
    (
        "POST /api/listings/{id}/unknown/resolve",
        409,
        "illegal_transition",
    ),
    ("POST /api/messages/{id}/reply", 409, "not_available"),
    ("POST /vinted/listings/prepare", 422, "missing_photos"),
    ("POST /vinted/listings/publish", 400, "token_invalid"),
];

/// The example of a body, where it stands or in the shape that it has.
fn example(document: &Value, content: &Value) -> Option<Value> {
    let json = content.pointer("/application~1json")?;
    let shape = || {
        let reference = json.pointer("/schema/$ref")?.as_str()?;
        document.pointer(reference.trim_start_matches('#'))
    };
    json.get("example")
        .or_else(|| shape()?.get("example"))
        .or_else(|| shape()?.get("examples")?.get(0))
        .cloned()
}

/// Fields and kinds of values; null may stand for any, an empty list too.
fn has_shape_of(example: &Value, real: &Value, place: &str) {
    match (example, real) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(example), Value::Object(real)) => {
            let names = |map: &serde_json::Map<String, Value>| -> BTreeSet<String> {
                map.keys().cloned().collect()
            };
            assert_eq!(names(example), names(real), "the fields of {place}");
            for (name, value) in example {
                has_shape_of(value, &real[name], &format!("{place}.{name}"));
            }
        }
        (Value::Array(example), Value::Array(real)) => {
            for (one, other) in example.iter().zip(real) {
                has_shape_of(one, other, place);
            }
        }
        _ => assert_eq!(
            std::mem::discriminant(example),
            std::mem::discriminant(real),
            "{place}: {example} stands for {real}"
        ),
    }
}

/// A run over so many photos, each a pile of its own.
async fn looked_at(server: &Served, photos: usize) -> String {
    let files: Vec<(&str, Vec<u8>)> = acceptance::samples()[..photos]
        .iter()
        .map(|photo| ("IMG.jpg", crate::served::read(photo)))
        .collect();
    let path = "/bulk/photos/analyze?auto_grouping=false";
    let (_, plan) = server.form(path, "files[]", &files).await;
    let plan = plan["plan_id"].as_str().unwrap().to_owned();
    while server.get(&format!("/bulk/jobs/{plan}")).await.1["status"] == "processing" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    plan
}

/// Sends the example of each request body, to things that are there, and holds the example of each answer beside the
/// answer.
#[tokio::test]
async fn the_examples_are_true() {
    let mut bed = Bed::new().await;
    // Without any setting but those of the examples.
    let server = Served::with_usual_limits(&mut bed).await;
    let (_, document) = server.get("/openapi.json").await;
    let (_, made) = server
        .post("/api/listings", &json!({ "title": "Robe" }))
        .await;
    let draft = made["data"]["id"].as_str().unwrap().to_owned();
    let file = json!({ "filename": "IMG_1.HEIC", "size": 2_400_000, "mime": "image/heic" });
    let (_, begun) = server.post("/api/upload/init", &file).await;
    let upload = begun["data"]["upload_id"].as_str().unwrap().to_owned();
    let plan = looked_at(&server, 1).await;
    let piles = looked_at(&server, 3).await;
    let some = "0199e1a0-0000-7000-8000-000000000000";

    let (mut sent, mut compared) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // A session's example would be a cookie, a login's the token.
            if path.starts_with("/auth/") || path == "/vinted/auth/session" {
                continue;
            }
            let named = format!("{} {path}", method.to_uppercase());
            let asked = operation
                .pointer("/requestBody/content")
                .filter(|content| content.get("application/json").is_some());
            let answers = operation["responses"].as_object().unwrap();
            let answer = answers.iter().find(|(status, _)| status.starts_with('2'));
            let answer = answer.and_then(|(_, answer)| example(&document, answer.get("content")?));
            if asked.is_none() && answer.is_none() {
                continue;
            }
            let id = match path.as_str() {
                upload_path if upload_path.starts_with("/api/upload") => &upload,
                bulk_path if bulk_path.starts_with("/bulk/") => &piles,
                _ => &draft,
            };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = server.ask(method, &path.replace("{id}", id));
            if let Some(content) = asked {
                let body = example(&document, content);
                let body = body.unwrap_or_else(|| panic!("{named} has an example"));
                // Ids stand for what is there.
                let thing = if path.starts_with("/bulk/") {
                    &plan
                } else {
                    &draft
                };
                let body = body.to_string().replace(some, thing);
                request = request
                    .header("content-type", "application/json")
                    .body(body);
                sent += 1;
            }
            let (status, said) = said(request.send().await.unwrap()).await;
            let refused = REFUSED.iter().find(|(of, _, _)| *of == named);
            if let Some((_, expected, code)) = refused {
                assert_eq!(
                    (status.as_u16(), said["error"]["code"].as_str()),
                    (*expected, Some(*code)),
                    "{named}: {said}"
                );
                continue;
            }
            assert!(status.is_success(), "{named} takes its own example: {said}");
            if let Some(example) = answer {
                has_shape_of(&example, &said, &named);
                compared += 1;
            }
        }
    }
    assert!(
        sent >= 9 && compared >= 9,
        "{sent} sent, {compared} compared"
    );
}
