//! Listings, messages, settings: the shapes that front ends rely on.

use acceptance::Bed;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::served::{Served, said};

async fn patch(server: &Served, id: &str, body: Value) -> (StatusCode, Value) {
    let request = server
        .ask(Method::PATCH, &format!("/api/listings/{id}"))
        .json(&body);
    said(request.send().await.unwrap()).await
}

#[tokio::test]
async fn listings_are_made_found_changed_and_removed() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let mut ids = Vec::new();
    for (title, cents) in [
        ("Robe bleue", 1000),
        ("Jean noir", 2550),
        ("Robe rouge", 3000),
    ] {
        let listing = json!({ "title": title, "price_cents": cents, "category": "Femmes > Robes" });
        let (status, made) = server.post("/api/listings", &listing).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        ids.push(made["data"]["id"].as_str().unwrap().to_owned());
    }
    let found = async |query: &str| {
        let (status, body) = server.get(&format!("/api/listings?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {body}");
        body
    };
    let all = found("").await;
    assert_eq!(
        all["meta"],
        json!({ "page": 1, "page_size": 20, "total": 3 })
    );
    let row = &all["data"][0];
    for field in [
        "id",
        "title",
        "price_cents",
        "currency",
        "category",
        "status",
        "thumb_url",
        "last_synced_at",
        "meta",
    ] {
        assert!(
            row.get(field).is_some(),
            "{field} is part of the row: {row}"
        );
    }
    for (query, total) in [
        ("search=rouge", 1),
        ("min_price=25.5", 2),
        ("max_price=25.49", 1),
        ("min_price=10&max_price=10", 1),
        ("category=Femmes", 3),
        ("category=Hommes", 0),
        ("status=draft", 3),
        ("status=live", 0),
    ] {
        assert_eq!(found(query).await["meta"]["total"], total, "{query}");
    }
    assert_eq!(
        found("page=2&page_size=2").await["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        found("page_size=1000").await["meta"]["page_size"],
        100,
        "at most 100"
    );
    let (_, bare) = server.get("/listings?status=draft").await;
    assert_eq!(bare.as_array().unwrap().len(), 3, "a bare array of drafts");
    assert!(bare[0]["flags"]["publish_ready"].is_boolean(), "{bare}");

    let (status, body) = patch(
        &server,
        &ids[0],
        json!({ "title": "a\nb", "color": "a,b,c", "price_cents": -1 }),
    )
    .await;
    assert_eq!(status.as_u16(), 422, "{body}");
    assert_eq!(
        body["error"]["details"]["fields"],
        json!({ "title": "invalid_field", "color": "invalid_field", "price_cents": "invalid_field" }),
        "every field at fault is named"
    );
    let (status, body) = patch(&server, &ids[0], json!({ "size": "M", "revision": 1 })).await;
    assert_eq!(
        (status, &body["data"]["meta"]["size"]),
        (StatusCode::OK, &json!("M")),
        "{body}"
    );
    let (status, body) = patch(&server, &ids[0], json!({ "size": "L", "revision": 1 })).await;
    assert_eq!(
        (status.as_u16(), &body["error"]["code"]),
        (409, &json!("draft_changed")),
        "saved elsewhere since"
    );
    let (status, _) = patch(&server, &ids[1], json!({ "status": "archived" })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        found("status=archived").await["data"][0]["id"],
        ids[1].as_str()
    );

    let (status, body) = server
        .call(Method::POST, &format!("/api/listings/{}/publish", ids[0]))
        .await;
    assert_eq!(
        (status.as_u16(), &body["error"]["code"]),
        (422, &json!("not_ready")),
        "{body}"
    );
    let (status, body) = server
        .call(Method::DELETE, &format!("/api/listings/{}", ids[0]))
        .await;
    assert_eq!(
        (status, &body["data"]["deleted"]),
        (StatusCode::OK, &json!(true))
    );
    let (status, _) = server
        .call(Method::DELETE, &format!("/api/listings/{}", ids[0]))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is gone");

    let (_, csv) = server.get("/export/listings?format=csv").await;
    assert_eq!(
        csv.as_str().unwrap().lines().count(),
        3,
        "a head and two rows: {csv}"
    );
    let (_, rows) = server.get("/export/listings?format=json").await;
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let pdf = server
        .ask(Method::GET, "/export/listings?format=pdf")
        .send()
        .await
        .unwrap();
    assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF-"));
    assert_eq!(
        server.get("/export/listings?format=doc").await.0.as_u16(),
        422
    );
    let zip = server
        .ask(Method::GET, "/export/drafts")
        .send()
        .await
        .unwrap();
    assert_eq!(zip.headers()["content-type"], "application/zip");
    assert!(zip.bytes().await.unwrap().starts_with(b"PK"));
}

#[tokio::test]
async fn what_is_not_built_says_so() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let (_, none) = server.get("/api/messages?folder=inbox").await;
    assert_eq!(
        (&none["data"], &none["meta"]["total"]),
        (&json!([]), &json!(0)),
        "{none}"
    );
    assert_eq!(
        server.get("/api/messages?folder=spam").await.0.as_u16(),
        422
    );
    assert_eq!(server.get("/api/messages/1").await.0.as_u16(), 404);
    let (status, body) = server
        .post("/api/messages/1/reply", &json!({ "body": "Bonjour" }))
        .await;
    assert_eq!(
        (status.as_u16(), &body["error"]["code"]),
        (409, &json!("not_available")),
        "{body}"
    );
    assert_eq!(server.get("/api/orders").await.1["data"], json!([]));
}

#[tokio::test]
async fn settings_are_set_all_or_none() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let (status, body) = server
        .post(
            "/api/settings",
            &json!({ "language": "fr", "budget_day": 20 }),
        )
        .await;
    assert_eq!(
        (status, &body["data"]["language"]),
        (StatusCode::OK, &json!("fr")),
        "{body}"
    );
    for (wrong, field) in [
        (
            json!({ "language": "en", "budget_day": 1000 }),
            "budget_day",
        ),
        (json!({ "language": "en", "no_such_key": 1 }), "no_such_key"),
        (json!({ "allowed_origins": ["*"] }), "allowed_origins"),
        (
            json!({ "allowed_origins": ["https://a.test/path"] }),
            "allowed_origins",
        ),
    ] {
        let (status, body) = server.post("/api/settings", &wrong).await;
        assert_eq!(status.as_u16(), 422, "{wrong}: {body}");
        assert_eq!(
            body["error"]["details"]["fields"][field], "invalid_field",
            "{body}"
        );
    }
    let (_, kept) = server.get("/api/settings").await;
    assert_eq!(kept["data"]["language"], "fr", "all or none");
    let key = "sk-canary-of-the-story";
    let secret = json!({ "model_address": "http://127.0.0.1:9/v1", "model_key": key });
    let (status, set) = server.post("/api/settings", &secret).await;
    assert_eq!(status, StatusCode::OK, "{set}");
    let (_, shown) = server.get("/api/settings").await;
    assert_eq!(shown["data"]["model_key"], "********", "{shown}");
    assert!(
        !set.to_string().contains(key) && !shown.to_string().contains(key),
        "a secret is never returned"
    );
    let (_, ping) = server.post("/api/ping", &json!({})).await;
    for integration in ping["data"]["integrations"].as_array().unwrap() {
        assert!(integration["latency_ms"].is_u64(), "{integration}");
    }
    let names: Vec<&str> = ping["data"]["integrations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["database", "vault", "browser", "site"], "{ping}");
    assert!(
        ping["data"]["integrations"][3]["ok"] == true,
        "the practice marketplace answers: {ping}"
    );
}
