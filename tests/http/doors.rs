//! Who may ask: every path of the router's own list, by every kind of caller.

use acceptance::Bed;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use crate::hooks::OnATerminal;
use crate::{
    raw::{Raw, raw},
    served::{Served, TOKEN, said},
};

const PUBLIC: [&str; 6] = [
    "/health",
    "/ready",
    "/version",
    "/auth/login",
    // The page before anybody is in, and its way in.
    "/",
    "/window/enter",
];
const ID: &str = "0199e1a0-0000-7000-8000-000000000000";

/// Every operation of the OpenAPI document, with a path that can be asked for.
async fn operations(server: &Served) -> Vec<(String, String)> {
    let (status, document) = server.get("/openapi.json").await;
    assert_eq!(status, StatusCode::OK, "the document is served");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !["GET", "POST", "PATCH", "PUT", "DELETE"].contains(&method.as_str()) {
                continue;
            }
            let path = path
                .replace("/media/{name}", &format!("/media/{}.jpg", "0".repeat(64)))
                .replace("{name}", &format!("{ID}.png"))
                .replace("{id}", ID);
            found.push((method, path));
        }
    }
    // The page's own, which are not in the document.
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/window/events"),
        ("GET", "/window/files"),
        ("POST", "/auth/page-link"),
        ("POST", "/window/enter"),
        ("POST", "/window/files"),
        ("POST", "/window/call/about"),
        ("POST", "/window/call/publish"),
        ("POST", "/window/call/local_api_token"),
    ] {
        found.push((method.into(), path.into()));
    }
    found.push(("GET".into(), format!("/media/fresh/{ID}.jpg")));
    found.push(("GET".into(), "/openapi.json".into()));
    found.push(("GET".into(), "/docs/".into()));
    found.push(("GET".into(), "/no/such/path".into()));
    found
}

struct Caller {
    name: &'static str,
    headers: Vec<String>,
    /// What is appended to the path.
    query: String,
    expects: Expects,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expects {
    /// Past all doors, on every path.
    Passes,
    /// 401, except where no token is needed.
    Unknown,
    /// 401, except for reading.
    Reads,
    /// 401, except for what the page asks.
    Tab,
    /// 401, except for reading pictures.
    Views,
    /// 403 everywhere.
    Foreign,
    /// 421 everywhere.
    Misdirected,
}

fn callers(host: &str, cookie: &str, used_ticket: &str, (key, view): (&str, &str)) -> Vec<Caller> {
    let port = host.rsplit(':').next().unwrap();
    let ours = format!("Host: {host}");
    let bearer = format!("Authorization: Bearer {TOKEN}");
    let mut all = Vec::new();
    let mut add = |name, headers: &[&str], query: &str, expects| {
        all.push(Caller {
            name,
            headers: headers.iter().map(|h| (*h).to_owned()).collect(),
            query: query.to_owned(),
            expects,
        });
    };
    // Who one is.
    add("no token", &[&ours], "", Expects::Unknown);
    add(
        "wrong token",
        &[&ours, "Authorization: Bearer nonsense"],
        "",
        Expects::Unknown,
    );
    add(
        "empty token",
        &[&ours, "Authorization: Bearer "],
        "",
        Expects::Unknown,
    );
    add(
        "token of another kind",
        &[&ours, &format!("Authorization: Basic {TOKEN}")],
        "",
        Expects::Unknown,
    );
    add(
        "token cut short",
        &[&ours, &format!("Authorization: Bearer {}", &TOKEN[1..])],
        "",
        Expects::Unknown,
    );
    add(
        "token twice",
        &[&ours, &bearer, &bearer],
        "",
        Expects::Unknown,
    );
    add(
        "token in the query",
        &[&ours],
        &format!("?token={TOKEN}"),
        Expects::Unknown,
    );
    add(
        "session that is none",
        &[&ours, &format!("Cookie: studio_session_{port}=nonsense")],
        "",
        Expects::Unknown,
    );
    add(
        "token as a session",
        &[&ours, &format!("Cookie: studio_session_{port}={TOKEN}")],
        "",
        Expects::Unknown,
    );
    add(
        "ticket that is none",
        &[&ours],
        "?ticket=nonsense",
        Expects::Unknown,
    );
    add(
        "ticket that was used",
        &[&ours],
        &format!("?ticket={used_ticket}"),
        Expects::Unknown,
    );
    add(
        "wrong token beside a session",
        &[&ours, "Authorization: Bearer nonsense", cookie],
        "",
        Expects::Unknown,
    );
    add("session of a browser", &[&ours, cookie], "", Expects::Reads);
    add("cookie of a tab", &[&ours, view], "", Expects::Views);
    add(
        "cookie of a tab as a session",
        &[&ours, &view.replace("_pictures_", "_session_")],
        "",
        Expects::Unknown,
    );
    add(
        "session of another port",
        &[&ours, &cookie.replace(&format!("_{port}="), "_1=")],
        "",
        Expects::Unknown,
    );
    let tab = format!("Authorization: Bearer {key}");
    add("key of a tab", &[&ours, &tab], "", Expects::Tab);
    add(
        "key of a tab as a session",
        &[&ours, &format!("Cookie: studio_session_{port}={key}")],
        "",
        Expects::Unknown,
    );
    add(
        "key of a tab from another page",
        &[&ours, &tab, "Origin: https://evil.test"],
        "",
        Expects::Foreign,
    );
    add("the token", &[&ours, &bearer], "", Expects::Passes);
    // What name one uses.
    let named = |host: &str| format!("Host: {host}");
    add(
        "another name",
        &[&named(&format!("evil.test:{port}")), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "a name that begins like ours",
        &[&named(&format!("127.0.0.1.evil.test:{port}")), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "another address",
        &[&named(&format!("192.168.1.7:{port}")), &bearer],
        "",
        Expects::Misdirected,
    );
    add("no name", &[&bearer], "", Expects::Misdirected);
    add(
        "two names",
        &[&ours, &named(&format!("evil.test:{port}")), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "a trailing dot",
        &[&named(&format!("localhost.:{port}")), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "another port",
        &[&named("127.0.0.1:1"), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "no port",
        &[&named("127.0.0.1"), &bearer],
        "",
        Expects::Misdirected,
    );
    add(
        "localhost",
        &[&named(&format!("localhost:{port}")), &bearer],
        "",
        Expects::Passes,
    );
    add(
        "IPv6",
        &[&named(&format!("[::1]:{port}")), &bearer],
        "",
        Expects::Passes,
    );
    // Where one comes from.
    add(
        "another page",
        &[&ours, &bearer, "Origin: https://evil.test"],
        "",
        Expects::Foreign,
    );
    add(
        "a page without a name",
        &[&ours, &bearer, "Origin: null"],
        "",
        Expects::Foreign,
    );
    add(
        "a page of another port",
        &[&ours, &bearer, "Origin: http://127.0.0.1:3000"],
        "",
        Expects::Foreign,
    );
    add(
        "a page that tells itself ours",
        &[&ours, &bearer, &format!("Origin: http://{host}.evil.test")],
        "",
        Expects::Foreign,
    );
    add(
        "a picture in another page",
        &[&ours, &bearer, "Sec-Fetch-Site: cross-site"],
        "",
        Expects::Foreign,
    );
    add(
        "a page beside ours",
        &[&ours, &bearer, "Sec-Fetch-Site: same-site"],
        "",
        Expects::Foreign,
    );
    add(
        "a form of another page",
        &[
            &ours,
            cookie,
            "Origin: https://evil.test",
            "Content-Type: text/plain",
        ],
        "",
        Expects::Foreign,
    );
    add(
        "our own page",
        &[
            &ours,
            &bearer,
            &format!("Origin: http://{host}"),
            "Sec-Fetch-Site: same-origin",
        ],
        "",
        Expects::Passes,
    );
    all
}

/// What each caller is to get on each path.
fn is_right(expects: Expects, method: &str, path: &str, status: u16) -> bool {
    let refused = [401, 403, 421].contains(&status);
    let public = PUBLIC.contains(&path);
    match expects {
        // A wrong token in the body of a login is 401 too: an empty body never gets that far.
        Expects::Passes => !refused,
        Expects::Unknown => public || status == 401,
        Expects::Reads => {
            public || (method == "GET") == (status != 401) && status != 403 && status != 421
        }
        Expects::Tab => {
            let opens = public || path.starts_with("/window/") || path == "/auth/ticket";
            opens != (status == 401) && status != 403 && status != 421
        }
        Expects::Views => {
            let picture = path.starts_with("/media/") || path.starts_with("/previews/");
            let opens = public || method == "GET" && picture;
            opens != (status == 401) && status != 403 && status != 421
        }
        Expects::Foreign => status == 403,
        Expects::Misdirected => status == 421,
    }
}

#[tokio::test]
async fn every_path_by_every_kind_of_caller() {
    let mut bed = Bed::new().await;
    let (server, _) = Served::showing_the_page(&mut bed).await;
    let operations = operations(&server).await;
    let login = server
        .ask(Method::POST, "/auth/login")
        .json(&json!({ "token": TOKEN }))
        .send()
        .await
        .unwrap();
    let set = login.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        set.contains("HttpOnly")
            && set.contains("SameSite=Strict")
            && set.contains("Max-Age=43200"),
        "{set}"
    );
    let cookie = format!("Cookie: {}", set.split(';').next().unwrap());
    let used = used_ticket(&server).await;
    let (_, link) = server.post("/auth/page-link", &json!({})).await;
    let (_, secret) = link["url"].as_str().unwrap().split_once('=').unwrap();
    let entered = server
        .ask(Method::POST, "/window/enter")
        .json(&json!({ "link": secret }))
        .send()
        .await
        .unwrap();
    let set = entered.headers()["set-cookie"].to_str().unwrap().to_owned();
    let view = format!("Cookie: {}", set.split(';').next().unwrap());
    let (_, entered) = said(entered).await;
    let key = (entered["key"].as_str().unwrap(), view.as_str());
    let mut cells = 0;
    let mut wrong = Vec::new();
    for caller in callers(server.host(), &cookie, &used, key) {
        for (method, path) in &operations {
            // A socket and a stream stay open, a ping asks a browser: each is walked through elsewhere.
            let stays = path.starts_with("/ws") || path == "/api/ping";
            let passes = matches!(
                caller.expects,
                Expects::Passes | Expects::Reads | Expects::Tab | Expects::Views
            );
            if stays && passes {
                continue;
            }
            let answer = cell(&server, method, path, &caller).await;
            cells += 1;
            let status = answer.status;
            if !is_right(caller.expects, method, path, status) {
                wrong.push(format!("{}: {method} {path}: {status}", caller.name));
            }
            if [401, 403, 421].contains(&status) {
                assert_no_more_than_a_refusal(&answer, path);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cells} cells:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(cells >= 600, "{cells} cells");
}

async fn cell(server: &Served, method: &str, path: &str, caller: &Caller) -> Raw {
    let mut lines = vec![format!("{method} {path}{} HTTP/1.1", caller.query)];
    lines.extend(caller.headers.iter().cloned());
    raw(server.host(), &lines, "").await
}

fn assert_no_more_than_a_refusal(answer: &Raw, path: &str) {
    let body: Value = serde_json::from_str(answer.body()).unwrap_or(Value::Null);
    let error = &body["error"];
    assert!(
        error["code"].is_string(),
        "{path} says why: {}",
        answer.text
    );
    let enveloped = path.starts_with("/api/") && !path.starts_with("/api/v1/");
    assert_eq!(
        body.get("data").is_some(),
        enveloped,
        "{path} refuses in its own shape: {body}"
    );
    assert!(
        answer.header("access-control-allow-origin").is_none(),
        "{path}: no page may read it"
    );
}

async fn used_ticket(server: &Served) -> String {
    let (_, given) = server.post("/auth/ticket", &json!({})).await;
    let ticket = given["ticket"].as_str().unwrap().to_owned();
    let stream = format!("GET /api/jobs/{ID}/logs/stream?ticket={ticket} HTTP/1.1");
    let lines = [stream, format!("Host: {}", server.host())];
    assert_eq!(
        raw(server.host(), &lines, "").await.status,
        404,
        "the ticket opens the door; there is no such job"
    );
    ticket
}

#[tokio::test]
async fn allowed_pages_may_ask_and_others_may_not() {
    let mut bed = Bed::new().await;
    bed.studio(&[
        "settings",
        "set",
        "allowed_origins=https://app.example.org,https://*.shop.test",
    ])
    .await
    .done();
    let server = Served::start(&mut bed).await;
    let ask_for = async |path: &str, origin: &str, method: &str| {
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            format!("Host: {}", server.host()),
            format!("Origin: {origin}"),
            "Sec-Fetch-Site: cross-site".to_owned(),
        ];
        if method == "OPTIONS" {
            lines.push("Access-Control-Request-Method: POST".to_owned());
            lines.push("Access-Control-Request-Headers: authorization,content-type".to_owned());
        } else {
            lines.push(format!("Authorization: Bearer {TOKEN}"));
        }
        raw(server.host(), &lines, "").await
    };
    let ask = async |origin: &str, method: &str| ask_for("/api/jobs", origin, method).await;
    for path in ["/", "/window/call/about"] {
        let answer = ask_for(path, "https://app.example.org", "GET").await;
        assert_eq!(answer.status, 403, "{path} is for our own page alone");
    }
    for origin in ["https://app.example.org", "https://a.shop.test"] {
        let preflight = ask(origin, "OPTIONS").await;
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            Some(origin)
        );
        assert!(
            preflight
                .header("access-control-allow-headers")
                .is_some_and(|h| h.contains("authorization")),
            "{}",
            preflight.text
        );
        let answer = ask(origin, "GET").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert!(
            answer.header("access-control-allow-credentials").is_none(),
            "a page from elsewhere never asks as the browser's own session"
        );
    }
    for origin in ["https://shop.test", "https://evil.test", "null"] {
        for method in ["OPTIONS", "GET"] {
            let answer = ask(origin, method).await;
            assert_eq!(answer.status, 403, "{origin} {method}");
            assert!(answer.header("access-control-allow-origin").is_none());
        }
    }
}

#[tokio::test]
async fn past_a_limit_the_answer_says_when_to_come_back() {
    let mut bed = Bed::new().await;
    let server = Served::with_usual_limits(&mut bed).await;
    let mut refused = None;
    for n in 0..300 {
        let answer = server
            .ask(Method::POST, "/auth/ticket")
            .send()
            .await
            .unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let wait: u64 = answer.headers()["retry-after"]
                .to_str()
                .unwrap()
                .parse()
                .unwrap();
            refused = Some((n, wait));
            break;
        }
    }
    let (n, wait) = refused.expect("60 writing calls a minute");
    assert!(n >= 60 && wait >= 1, "the {n}th call waits {wait} s");
    for _ in 0..200 {
        assert_eq!(
            server.get("/api/jobs").await.0,
            StatusCode::OK,
            "reading goes on"
        );
    }
}

#[tokio::test]
async fn a_request_keeps_its_id_and_a_bad_one_gets_another() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    for (given, kept) in [("abc-123", true), ("a b", false), ("", false)] {
        let answer = server
            .ask(Method::GET, "/health")
            .header("x-request-id", given)
            .send()
            .await
            .unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        assert_eq!(id == given, kept, "{given:?} became {id:?}");
        assert!(!id.is_empty());
    }
}

/// Whoever watches the terminal sees the token; a file that the errors go to does not.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_log_of_the_errors_holds_no_secret() {
    let bed = Bed::new().await;
    bed.studio(&["settings", "set", "webhooks=http://127.0.0.1:9/hook"])
        .await
        .done();
    let log = bed.folder.path().join("errors.log");
    let mut server = OnATerminal::with(&bed, &format!("2> '{}'", log.display()));
    let url = format!("http://{}", server.line_after("http://").await);
    let answer = reqwest::get(format!("{url}/health")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    server.end().await;
    let log = fs_err::read_to_string(log).unwrap();
    for secret in ["token", "signed with"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}

/// Other machines are let in only where the person said so.
#[tokio::test]
async fn the_network_is_listened_on_when_it_is_allowed() {
    let mut bed = Bed::new().await;
    let everywhere = ["--listen", "0.0.0.0:0"];
    let refused = bed.studio(&[&["serve"], &everywhere[..]].concat()).await;
    assert_eq!(refused.refused(), "not_available");
    bed.studio(&["settings", "set", "api_lan=true"])
        .await
        .done();
    let (server, said) = Served::saying(&mut bed, &everywhere).await;
    let port = said["url"].as_str().unwrap().rsplit(':').next().unwrap();
    let here = format!("127.0.0.1:{port}");
    let lines = |host: &str| vec!["GET /health HTTP/1.1".to_owned(), format!("Host: {host}")];
    assert_eq!(raw(&here, &lines(&here), "").await.status, 200);
    for elsewhere in [format!("0.0.0.0:{port}"), format!("evil.test:{port}")] {
        let answer = raw(&here, &lines(&elsewhere), "").await;
        assert_eq!(answer.status, 421, "{elsewhere} is not where it came in");
    }
    // Forms have a limit of their own, below that of all writing calls.
    let mut lines = vec![
        "POST /ingest/upload HTTP/1.1".to_owned(),
        format!("Host: {here}"),
    ];
    lines.push(format!("Authorization: Bearer {TOKEN}"));
    for n in 0..10 {
        let answer = raw(&here, &lines, "").await;
        assert_eq!(answer.status, 415, "{n}: {}", answer.text);
    }
    let answer = raw(&here, &lines, "").await;
    assert_eq!(answer.status, 429, "{}", answer.text);
    assert!(answer.header("retry-after").is_some(), "{}", answer.text);
    drop(server);
}
