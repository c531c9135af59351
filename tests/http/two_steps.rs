//! The main job over HTTP: session, photo, draft, form, one listing.

use acceptance::{Bed, samples};
use reqwest::{Method, StatusCode};
use sandbox::{
    DEMO_LOGIN,
    switches::{Challenge, ChallengeKind, Stage, Switches, Times},
};
use serde_json::{Value, json};

use crate::{
    hooks::Receiver,
    jobs::{Socket, Stream},
    served::{Served, read, said},
};

/// What makes a draft ready.
pub(crate) fn complete(title: &str) -> Value {
    json!({
        "title": title,
        "description": "Sweat à capuche pour homme.\nCoupe droite, taille M.\nPoche devant et cordon à la capuche.\nCoton épais.\nTrès bon état, porté quelques fois.\nLavé à 30 °C.\n#sweat #capuche #homme",
        "category": "Hommes > Vêtements > Sweats à capuche",
        "brand": "Levi's",
        "size": "M",
        "condition": "very_good",
        "color": if title.contains("noir") { "Noir" } else { "Gris" },
        "material": "Coton",
        "package_size": "medium",
        "price_min_cents": 1200,
        "price_cents": 1550,
        "price_max_cents": 1800,
    })
}

pub(crate) const TITLE: &str = "Sweat à capuche gris Levi's taille M – Très bon état";

/// Makes a ready draft of a photo.
pub(crate) async fn ready(server: &Served, title: &str) -> String {
    let photo = ("IMG.jpg", read(&samples()[0]));
    let (status, draft) = server.form("/ingest/upload", "files", &[photo]).await;
    assert_eq!(status, StatusCode::CREATED, "{draft}");
    let id = draft["id"].as_str().unwrap().to_owned();
    let path = format!("/api/listings/{id}");
    let request = server.ask(Method::PATCH, &path).json(&complete(title));
    let (status, listing) = said(request.send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{listing}");
    assert_eq!(listing["data"]["meta"]["publish_ready"], true, "{listing}");
    id
}

pub(crate) async fn log_in(bed: &Bed, server: &Served) -> Value {
    let cookie = bed.market.session_cookie(DEMO_LOGIN);
    let session = json!({ "cookie": cookie, "user_agent": "Story/1", "expires_at": null });
    let (status, kept) = server.post("/vinted/auth/session", &session).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    assert!(
        !kept.to_string().contains(&cookie),
        "the session is never returned"
    );
    kept
}

async fn publish(
    server: &Served,
    token: &str,
    dry_run: bool,
    key: Option<&str>,
) -> (u16, Value, bool) {
    let mut request = server
        .ask(Method::POST, "/vinted/listings/publish")
        .json(&json!({ "confirm_token": token, "dry_run": dry_run }));
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let answer = request.send().await.unwrap();
    let replayed = answer
        .headers()
        .get("idempotent-replayed")
        .is_some_and(|v| v == "true");
    let (status, body) = said(answer).await;
    (status.as_u16(), body, replayed)
}

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn from_a_photo_to_one_listing() {
    let mut bed = Bed::new().await;
    // One live publish a minute: what publishes nothing is answered all the same.
    let limits = [
        "settings",
        "set",
        "api_writes_minute=1000000",
        "api_uploads_minute=1000000",
        "api_publishes_minute=1",
    ];
    bed.studio(&limits).await.done();
    let server = Served::with_usual_limits(&mut bed).await;
    let hooks = Receiver::start().await;
    let (status, set) = server
        .post("/api/settings", &json!({ "webhooks": [hooks.url] }))
        .await;
    assert_eq!(status, StatusCode::OK, "{set}");
    let (_, nobody) = server.get("/vinted/auth/check").await;
    assert_eq!(nobody["authenticated"], false, "{nobody}");
    let id = ready(&server, TITLE).await;
    let (status, body) = server
        .post("/vinted/listings/prepare", &json!({ "draft_id": id }))
        .await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (401, "session_missing"),
        "{body}"
    );

    let kept = log_in(&bed, &server).await;
    assert_eq!(
        (&kept["ok"], &kept["persisted"], &kept["valid"]),
        (&json!(true), &json!(true), &json!(true)),
        "{kept}"
    );
    assert_eq!(kept["username"], DEMO_LOGIN);
    assert!(
        kept["session_id"].is_string() && kept["created_at"].is_string(),
        "{kept}"
    );

    // Step one.
    let (status, prepared) = server
        .post("/vinted/listings/prepare", &json!({ "draft_id": id }))
        .await;
    assert_eq!(status, StatusCode::OK, "{prepared}");
    assert_eq!(
        (&prepared["ok"], &prepared["dry_run"]),
        (&json!(true), &json!(true))
    );
    let token = prepared["confirm_token"].as_str().unwrap().to_owned();
    assert!(prepared["expires_at"].is_string());
    assert!(
        prepared["screenshot_b64"]
            .as_str()
            .unwrap()
            .starts_with("iVBORw0KGgo"),
        "a PNG"
    );
    assert_eq!(
        prepared["draft_context"]["fields"]["title"]["state"], "filled",
        "{prepared}"
    );
    let picture = server
        .ask(Method::GET, prepared["preview_url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(bed.market.publish_calls(), 0, "preparing never publishes");

    // Step two, in every wrong way first.
    let dry = publish(&server, &token, true, None).await;
    assert_eq!(
        (dry.0, &dry.1),
        (200, &json!({ "ok": true, "dry_run": true })),
        "a dry run"
    );
    for (key, status) in [(None, 400), (Some("k".repeat(201)), 400)] {
        let (got, body, _) = publish(&server, &token, false, key.as_deref()).await;
        assert_eq!((got, code(&body)), (status, "invalid_field"), "{body}");
    }
    let (got, body, _) = publish(&server, "v4.local.forged", false, Some("k")).await;
    assert_eq!((got, code(&body)), (400, "token_invalid"), "{body}");
    let (status, body) = server
        .post(
            "/vinted/listings/publish",
            &json!({ "confirm_token": token, "dry_run": "no" }),
        )
        .await;
    assert_eq!(
        status.as_u16(),
        422,
        "what is no clear word publishes nothing: {body}"
    );
    assert_eq!(bed.market.publish_calls(), 0, "none of them");

    // Once, although asked for by three at once, one of them through another door.
    let by_command = [
        "publish",
        &token,
        "--live",
        "--idempotency-key",
        "by-command",
    ];
    let (a, b, command) = tokio::join!(
        publish(&server, &token, false, Some("key-1")),
        publish(&server, &token, false, Some("key-1")),
        bed.studio(&by_command)
    );
    const TAKEN: [&str; 3] = ["token_used", "duplicate_publish", "already_published"];
    for answer in [&a, &b].into_iter().filter(|answer| answer.0 != 200) {
        assert!(
            (answer.0 == 409 && TAKEN.contains(&code(&answer.1)))
                || (answer.0 == 429 && code(&answer.1) == "rate_limited"),
            "who was not the first is told so: {answer:?}"
        );
    }
    assert_eq!(bed.market.publish_calls(), 1, "one call for the three");
    if command.code == 0 {
        // The command was the first: what follows is asked of what the server answers to its key.
        assert!(a.0 != 200 && b.0 != 200, "{a:?} {b:?}");
    } else {
        assert!(
            TAKEN.contains(&command.refused()),
            "{} {}",
            command.stdout,
            command.stderr
        );
    }
    let key = if command.code == 0 {
        "by-command"
    } else {
        "key-1"
    };
    let late;
    let done = match [&a, &b].into_iter().find(|a| a.0 == 200 && !a.2) {
        Some(first) => first,
        None => {
            late = publish(&server, &token, false, Some(key)).await;
            &late
        }
    };
    assert_eq!(done.0, 200, "{a:?} {b:?}");
    assert_eq!(done.1["dry_run"], false);
    let listing = done.1["listing_id"].as_str().unwrap().to_owned();
    assert!(
        done.1["listing_url"].is_string() && done.1["message"].is_string(),
        "{done:?}"
    );
    assert_eq!(bed.market.created().len(), 1, "one listing: {a:?} {b:?}");
    let again = publish(&server, &token, false, Some(key)).await;
    assert_eq!(
        (again.0, again.2),
        (200, true),
        "the same key is answered again: {again:?}"
    );
    assert_eq!(again.1["listing_id"], listing.as_str());
    let (got, body, _) = publish(&server, &token, false, Some("key-2")).await;
    assert_eq!((got, code(&body)), (409, "token_used"), "{body}");

    // Fields instead of a draft, without photos: for looking only.
    let fields = json!({
        "title": "Robe bleue taille M – Bon état", "price": 12.5, "description": "Robe bleue.",
        "brand": "Levi's", "size": "M", "condition": "bon", "color": "Bleu",
        "category_hint": "Hommes > Vêtements > Sweats à capuche", "photos": [], "dry_run": true,
    });
    let (status, body) = server.post("/vinted/listings/prepare", &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["draft_context"]["publishable"], false, "{body}");
    assert_eq!(body["draft_context"]["price_cents"], 1250);
    let other = body["confirm_token"].as_str().unwrap();
    let (got, body, _) = publish(&server, other, false, Some("key-1")).await;
    assert_eq!(
        (got, code(&body)),
        (409, "duplicate_publish"),
        "the key belongs to another content: {body}"
    );
    let (got, body, _) = publish(&server, other, false, Some("key-3")).await;
    assert_eq!((got, code(&body)), (422, "missing_photos"), "{body}");
    assert_eq!(bed.market.created().len(), 1, "still one listing");

    let (_, live) = server.get("/api/listings?status=live").await;
    assert_eq!(live["meta"]["total"], 1, "{live}");
    assert_eq!(live["data"][0]["id"], id.as_str());
    let (_, text) = server.get("/metrics").await;
    let text = text.as_str().unwrap();
    for line in [
        "studio_publish_outcomes_total{outcome=\"published\"} 1",
        "studio_publish_attempts{state=\"settled\"} 1",
        "studio_listings 1",
        "studio_publish_seconds_count",
        "studio_photo_seconds_count 1",
        "studio_queue_jobs{status=\"queued\"} 0",
        "studio_queue_oldest_due_seconds 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    a_job_is_followed(&bed, &server).await;

    // Refused the first time, it was told again, under the same id.
    let told = hooks.requests(2).await;
    for (head, body, _) in &told {
        assert_eq!(body["event"], "published", "{body}");
        assert_eq!(body["data"]["listing_id"], listing.as_str(), "{body}");
        assert_eq!(body["data"]["draft_id"], id.as_str(), "{body}");
        for name in [
            "x-studio-timestamp: ",
            "x-studio-signature: v1=",
            "x-studio-event: published",
        ] {
            assert!(head.contains(name), "{name} is in {head}");
        }
    }
    assert_eq!(told[0].1, told[1].1, "a second try is the same message");
}

/// A dry run of the queue: told by the socket, its log streamed, gone on with after a break.
async fn a_job_is_followed(bed: &Bed, server: &Served) {
    let second = ready(
        server,
        "Sweat à capuche noir Levi's taille M – Très bon état",
    )
    .await;
    let mut socket = Socket::open(server).await;
    let path = format!("/api/listings/{second}/publish");
    let (status, job) = server.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{job}");
    let job = &job["data"];
    assert_eq!(
        (&job["mode"], &job["live"]),
        (&json!("automated"), &json!(false)),
        "a dry run unless said: {job}"
    );
    let job = job["id"].as_str().unwrap();
    let stream = format!("/api/jobs/{job}/logs/stream");
    let mut first = Stream::open(server, &stream, None).await;
    let begun = first.lines(3).await;
    let (_, last_id) = begun.last().unwrap().clone();
    drop(first);
    let mut second = Stream::open(server, &stream, Some(&last_id)).await;
    let ended = second.until_status("success").await;
    let told: Vec<String> = begun
        .iter()
        .chain(&ended)
        .map(|(line, _)| line.clone())
        .collect();
    let (_, log) = server.get(&format!("/api/jobs/{job}/logs?offset=0")).await;
    let text = log["data"]["chunk"].as_str().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(told, lines, "no line lost or doubled over the break");
    let (_, rest) = server
        .get(&format!("/api/jobs/{job}/logs?offset={last_id}"))
        .await;
    assert_eq!(
        rest["data"]["chunk"].as_str().unwrap().lines().count(),
        lines.len() - 3,
        "the id of a line is the byte after it"
    );
    let update = socket
        .update(|u| u["job"]["id"] == job && u["job"]["status"] == "success")
        .await;
    assert_eq!(update["type"], "job_update");
    let (status, body) = server
        .call(Method::POST, &format!("/api/jobs/{job}/pause"))
        .await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (409, "illegal_transition"),
        "{body}"
    );
    let (_, done) = server.get("/api/jobs?status=success").await;
    assert_eq!(
        (&done["meta"]["total"], &done["data"][0]["id"]),
        (&json!(1), &json!(job))
    );
    let (_, none) = server.get("/api/jobs?status=failed&page_size=5").await;
    assert_eq!(
        none["meta"],
        json!({ "page": 1, "page_size": 5, "total": 0 })
    );
    let (status, _) = server
        .call(Method::DELETE, &format!("/api/jobs/{job}"))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (_, none) = server.get("/api/jobs").await;
    assert_eq!(none["meta"]["total"], 0, "it is out of the list");

    // Another process adds a job, and stops it: the socket tells that too.
    let draft = update["job"]["item_id"].as_str().unwrap();
    let later = (chrono::Utc::now() + chrono::TimeDelta::days(2)).to_rfc3339();
    let added = bed
        .studio(&["queue", "add", draft, "--at", &later])
        .await
        .done();
    let job = &added["jobs"][0]["id"];
    socket
        .update(|u| &u["job"]["id"] == job && u["job"]["status"] == "queued")
        .await;
    let paused = ["queue", "pause", job.as_str().unwrap()];
    bed.studio(&paused).await.done();
    socket
        .update(|u| &u["job"]["id"] == job && u["job"]["status"] == "paused")
        .await;
}

/// The answer to the click is lost and the own items cannot be read: what is known is told, and the person's word taken.
#[tokio::test]
async fn what_nobody_can_prove_waits_for_the_persons_word() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let id = ready(&server, TITLE).await;
    log_in(&bed, &server).await;
    let unknown = format!("/api/listings/{id}/unknown");
    let (status, body) = server.get(&unknown).await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (409, "illegal_transition"),
        "nothing is unknown yet: {body}"
    );
    let (_, prepared) = server
        .post("/vinted/listings/prepare", &json!({ "draft_id": id }))
        .await;
    let token = prepared["confirm_token"].as_str().unwrap().to_owned();
    bed.market.set_switches(Switches {
        answer_lost: Some(Times::once()),
        challenge: Some(Challenge {
            kind: ChallengeKind::DatadomeJson,
            stage: Stage::Readback,
            status: None,
            times: None,
        }),
        ..bed.market.switches()
    });
    let (status, body, _) = publish(&server, &token, false, Some("key-1")).await;
    assert_eq!((status, code(&body)), (409, "outcome_unknown"), "{body}");

    let (status, seen) = server.get(&unknown).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert_eq!(seen["data"]["sent"]["title"], TITLE, "{seen}");
    assert_eq!(seen["data"]["sent"]["price_cents"], 1550, "{seen}");
    let (status, looked) = server.post(&format!("{unknown}/look"), &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{looked}");
    assert!(
        looked["data"]["not_looked"].is_string() && looked["data"]["settled"].is_null(),
        "it says why nobody could look, and settles nothing: {looked}"
    );

    let word = format!("{unknown}/resolve");
    for wrong in [
        json!({ "outcome": "published" }),
        json!({ "outcome": "published", "listing_id": "robe" }),
        json!({ "outcome": "perhaps" }),
    ] {
        let (status, body) = server.post(&word, &wrong).await;
        assert_eq!(
            (status.as_u16(), code(&body)),
            (422, "invalid_field"),
            "no clear word settles nothing: {wrong}: {body}"
        );
    }
    let listing = bed.market.created()[0].id.to_string();
    let told = json!({ "outcome": "published", "listing_id": listing });
    let (status, settled) = server.post(&word, &told).await;
    assert_eq!(status, StatusCode::OK, "{settled}");
    assert_eq!(settled["data"]["listing_id"], listing.as_str(), "{settled}");
    let (status, body) = server.post(&word, &told).await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (409, "illegal_transition"),
        "it is settled once: {body}"
    );
    assert_eq!(bed.market.publish_calls(), 1, "one click in all");
}
