//! A phone on its own door: paired once, adds photos and nothing else, loses none.

use std::time::{Duration, Instant};

use acceptance::{Bed, samples};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use crate::{
    photos::{MIB, long_photo},
    raw::raw,
    served::{Served, TOKEN, read, said},
};

const ID: &str = "0199e1a0-0000-7000-8000-000000000000";
const HERE: [&str; 3] = ["--phone", "--phone-address", "127.0.0.1:0"];

/// What the phone's browser knows.
struct Phone {
    url: String,
    token: String,
    client: Client,
}

impl Phone {
    /// Scans the code.
    async fn scan(said_at_start: &Value) -> Self {
        let client = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self::scan_with(client, said_at_start).await
    }

    async fn scan_with(client: Client, said_at_start: &Value) -> Self {
        let (url, secret) = scanned(said_at_start);
        let mut phone = Self {
            url,
            token: String::new(),
            client,
        };
        let (status, answer) = phone.post("/api/pair", &json!({ "secret": secret })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let token = answer["data"]["token"].as_str().unwrap();
        assert!(token.len() >= 32, "128 bits and more");
        token.clone_into(&mut phone.token);
        phone
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> (StatusCode, Value) {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .timeout(Duration::from_secs(60));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        said(request.send().await.unwrap()).await
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = self
            .client
            .post(format!("{}{path}", self.url))
            .timeout(Duration::from_secs(60))
            .json(body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        said(request.send().await.unwrap()).await
    }

    async fn begin(&self, name: &str, bytes: &[u8], left: u32) -> Value {
        let file = json!({
            "filename": name, "size": bytes.len(), "mime": "image/heic", "mark": "a1b2c3d4", "left": left,
        });
        let (status, answer) = self.post("/api/upload/init", &file).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["data"].clone()
    }

    async fn part(&self, upload: &Value, index: usize, bytes: &[u8]) -> (StatusCode, Value) {
        let id = upload["id"].as_str().unwrap();
        let path = format!("/api/upload/{id}/part?index={index}");
        let part = &bytes[index * MIB..bytes.len().min((index + 1) * MIB)];
        self.ask(Method::POST, &path, Some(part.to_vec())).await
    }

    /// Sends what is missing, and waits until it is a photo.
    async fn finish(&self, upload: &Value, bytes: &[u8]) -> Value {
        let id = upload["id"].as_str().unwrap();
        for index in upload["missing_parts"].as_array().unwrap() {
            let index = usize::try_from(index.as_u64().unwrap()).unwrap();
            let (status, answer) = self.part(upload, index, bytes).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
        }
        let (status, mut answer) = self
            .ask(Method::POST, &format!("/api/upload/{id}/complete"), None)
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        while answer["data"]["status"] == "processing" {
            tokio::time::sleep(Duration::from_millis(50)).await;
            answer = self
                .ask(Method::POST, &format!("/api/upload/{id}/complete"), None)
                .await
                .1;
        }
        answer["data"].clone()
    }
}

/// Whatever starts next stands still at the first place that says this; told when it does.
async fn stops_at(bed: &mut Bed, place: &'static str) -> mpsc::Receiver<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    bed.set(
        "STUDIO_FAIL_CONTROL",
        &listener.local_addr().unwrap().to_string(),
    );
    let (there, told) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut said = String::new();
            if stream.read_line(&mut said).await.is_ok() && said.starts_with(place) {
                held.push(stream);
                let _ = there.send(()).await;
            }
        }
    });
    told
}

/// Address and secret of the link in the code.
fn scanned(said_at_start: &Value) -> (String, String) {
    let link = said_at_start["phone"]["pairing_url"].as_str().unwrap();
    let (url, secret) = link.split_once("/#").unwrap();
    assert_eq!(
        secret.len(),
        40,
        "160 bits in hex, where no server gets them"
    );
    (url.to_owned(), secret.to_owned())
}

#[tokio::test]
async fn a_paired_phone_adds_photos_and_nothing_else() {
    let mut bed = Bed::new().await;
    let (server, start) = Served::saying(&mut bed, &HERE).await;
    let (url, secret) = scanned(&start);
    let host = url.strip_prefix("http://").unwrap().to_owned();
    let stranger = Phone {
        url: url.clone(),
        token: String::new(),
        client: Client::new(),
    };
    for wrong in ["", "0", &"0".repeat(40), &secret[1..]] {
        let (status, answer) = stranger
            .post("/api/pair", &json!({ "secret": wrong }))
            .await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{wrong:?}: {answer}");
    }
    let (status, answer) = stranger.post("/api/pair", &json!({})).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "no secret is a wrong one: {answer}"
    );
    let phone = Phone::scan(&start).await;
    let (status, answer) = stranger
        .post("/api/pair", &json!({ "secret": secret }))
        .await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "a code serves once: {answer}"
    );

    // Every path of the API, with every key, on both listeners.
    let (_, document) = server.get("/openapi.json").await;
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let is_upload = path.starts_with("/api/upload");
        let is_public = ["/health", "/ready", "/version", "/auth/login"].contains(&path.as_str());
        let path = path.replace("{id}", ID).replace("{name}", "x.jpg");
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !["GET", "POST", "PATCH", "PUT", "DELETE"].contains(&method.as_str()) {
                continue;
            }
            let head = |to: &str, token: &str| {
                vec![
                    format!("{method} {path} HTTP/1.1"),
                    format!("Host: {to}"),
                    format!("Authorization: Bearer {token}"),
                ]
            };
            // A phone's own paths are asked below: here they would only say that there is no such upload.
            if !is_upload {
                let answer = raw(&host, &head(&host, &phone.token), "").await;
                assert_eq!(answer.status, 404, "a phone at {method} {path}");
            }
            if path != "/" {
                let answer = raw(&host, &head(&host, TOKEN), "").await;
                assert_eq!(
                    answer.status, 401,
                    "the API's token at the phones' {method} {path}"
                );
            }
            if !is_public {
                let answer = raw(server.host(), &head(server.host(), &phone.token), "").await;
                assert_eq!(
                    answer.status, 401,
                    "a phone's token at the API's {method} {path}"
                );
            }
            asked += 1;
        }
    }
    assert!(asked >= 40, "the whole API was asked: {asked}");

    // The doors of the phones' own paths.
    let paths = [
        ("GET", "/api/phone".to_owned()),
        ("POST", "/api/upload/init".to_owned()),
        ("POST", format!("/api/upload/{ID}/part?index=0")),
        ("POST", format!("/api/upload/{ID}/complete")),
        ("GET", format!("/api/uploads/{ID}")),
    ];
    let right = format!("Authorization: Bearer {}", phone.token);
    let json_body = "Content-Type: application/json".to_owned();
    for (method, path) in &paths {
        let first = format!("{method} {path} HTTP/1.1");
        let own = format!("Host: {host}");
        let cases: [(&str, Vec<String>, u16); 11] = [
            ("no token", vec![own.clone()], 401),
            (
                "a wrong one",
                vec![own.clone(), "Authorization: Bearer 0".into()],
                401,
            ),
            ("two", vec![own.clone(), right.clone(), right.clone()], 401),
            (
                "another scheme",
                vec![own.clone(), right.replace("Bearer", "Basic")],
                401,
            ),
            (
                "another name",
                vec!["Host: evil.test".into(), right.clone()],
                421,
            ),
            ("no name", vec![right.clone()], 421),
            (
                "two names",
                vec![own.clone(), "Host: evil.test".into(), right.clone()],
                421,
            ),
            (
                "another port",
                vec!["Host: 127.0.0.1:1".into(), right.clone()],
                421,
            ),
            (
                "another page",
                vec![
                    own.clone(),
                    "Origin: http://evil.test".into(),
                    right.clone(),
                ],
                403,
            ),
            (
                "a page of nowhere",
                vec![own.clone(), "Origin: null".into(), right.clone()],
                403,
            ),
            (
                "another site",
                vec![
                    own.clone(),
                    "Sec-Fetch-Site: cross-site".into(),
                    right.clone(),
                ],
                403,
            ),
        ];
        for (what, headers, status) in cases {
            let lines = [vec![first.clone(), json_body.clone()], headers].concat();
            let answer = raw(&host, &lines, "").await;
            assert_eq!(answer.status, status, "{what} at {method} {path}");
            let cors = answer.header("access-control-allow-origin");
            assert_eq!(cors, None, "{what} at {method} {path}");
        }
    }
    // What a form of another page can send is no JSON.
    let form = [
        "POST /api/pair HTTP/1.1".to_owned(),
        format!("Host: {host}"),
        "Content-Type: text/plain".to_owned(),
    ];
    assert_eq!(raw(&host, &form, "{}").await.status, 415);
    let preflight = [
        "OPTIONS /api/upload/init HTTP/1.1".to_owned(),
        format!("Host: {host}"),
        "Origin: http://evil.test".to_owned(),
        "Access-Control-Request-Method: POST".to_owned(),
    ];
    assert_eq!(
        raw(&host, &preflight, "").await.status,
        403,
        "no page may ask whether it may"
    );

    // The page is for whoever scans: as a scanner opens it, in the phone's language, with a strict policy.
    for (language, words) in [("fr-FR", "Ajouter des photos"), ("en", "Add photos")] {
        let opened = [
            "GET / HTTP/1.1".to_owned(),
            format!("Host: {host}"),
            format!("Accept-Language: {language}"),
            "Sec-Fetch-Site: cross-site".to_owned(),
            "Sec-Fetch-Mode: navigate".to_owned(),
            "Sec-Fetch-Dest: document".to_owned(),
        ];
        let page = raw(&host, &opened, "").await;
        assert_eq!(page.status, 200, "{language}");
        assert!(page.body().contains(words), "{language}");
        assert!(
            page.body().contains("Wi-Fi"),
            "that others could read along is said: {language}"
        );
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !page.text.contains(&phone.token),
            "the page holds no secret"
        );
    }

    // Whoever guesses is slowed down, and keeps nobody else from pairing (that 100 guesses end a code: `pairing`).
    let (again, start) = {
        server.kill().await;
        Served::saying(&mut bed, &HERE).await
    };
    let (url, secret) = scanned(&start);
    let guesser = Phone {
        url,
        token: String::new(),
        client: Client::new(),
    };
    let mut taken = 0;
    for n in 0..200 {
        let guess = json!({ "secret": format!("{n:040x}") });
        let (status, _) = guesser.post("/api/pair", &guess).await;
        assert!(
            [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(&status),
            "{status}"
        );
        taken += u32::from(status == StatusCode::UNAUTHORIZED);
    }
    assert!(
        (1..50).contains(&taken),
        "guesses of one address are slowed down: {taken} of 200"
    );
    // Only Linux has all of 127.0.0.0/8 without being told so.
    #[cfg(target_os = "linux")]
    {
        let elsewhere = std::net::IpAddr::from([127, 0, 0, 2]);
        let phone = Phone {
            client: Client::builder().local_address(elsewhere).build().unwrap(),
            ..guesser
        };
        let (status, answer) = phone.post("/api/pair", &json!({ "secret": secret })).await;
        assert_eq!(status, StatusCode::OK, "another address pairs: {answer}");
    }
    again.end().await;
}

#[tokio::test]
async fn nothing_that_a_phone_sent_is_lost_or_doubled() {
    let mut bed = Bed::new().await;
    let (server, start) = Served::saying(&mut bed, &HERE).await;
    let phone = Phone::scan(&start).await;
    let small = read(&samples()[0]);
    let long = long_photo();
    let first = phone.begin("IMG_1.HEIC", &small, 2).await;
    let ready = phone.finish(&first, &small).await;
    assert_eq!(ready["status"], "ready", "{ready}");
    let second = phone.begin("IMG_2.HEIC", &long, 1).await;
    let parts = second["missing_parts"].as_array().unwrap().len();
    assert!(parts >= 3, "several parts: {second}");
    phone.part(&second, 1, &long).await;
    let (_, drafts) = server.get("/listings").await;
    assert_eq!(drafts, json!([]), "more is to come: no draft yet");

    // Cut off, and on again: the phone is paired still, and sends what is missing only.
    server.kill().await;
    let mut taken = stops_at(&mut bed, "reached upload.taken ").await;
    let (server, start) = Served::saying(&mut bed, &HERE).await;
    let phone = Phone {
        url: scanned(&start).0,
        ..phone
    };
    let same = phone.begin("IMG_1.HEIC", &small, 2).await;
    assert_eq!(
        (&same["id"], &same["status"]),
        (&first["id"], &json!("ready"))
    );
    let again = phone.begin("IMG_2.HEIC", &long, 1).await;
    assert_eq!(again["id"], second["id"], "the same upload goes on");
    let missing = again["missing_parts"].as_array().unwrap();
    assert_eq!(
        missing.len(),
        parts - 1,
        "what came is not sent again: {again}"
    );
    assert!(!missing.contains(&json!(1)), "{again}");
    // Killed while it makes the photo: the next one takes that up by itself.
    for index in missing {
        let index = usize::try_from(index.as_u64().unwrap()).unwrap();
        phone.part(&again, index, &long).await;
    }
    let id = again["id"].as_str().unwrap();
    let completing = phone
        .client
        .post(format!("{}/api/upload/{id}/complete", phone.url))
        .bearer_auth(&phone.token)
        .send();
    let completing = tokio::spawn(completing);
    tokio::time::timeout(Duration::from_secs(60), taken.recv())
        .await
        .unwrap()
        .unwrap();
    server.kill().await;
    assert!(completing.await.unwrap().is_err(), "it got no answer");
    bed.set("STUDIO_FAIL_CONTROL", "");
    let (server, start) = Served::saying(&mut bed, &HERE).await;
    let phone = Phone {
        url: scanned(&start).0,
        ..phone
    };
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let path = format!("/api/uploads/{id}");
        let (_, asked) = phone.ask(Method::GET, &path, None).await;
        if asked["data"]["status"] == "ready" {
            break;
        }
        assert_eq!(asked["data"]["status"], "processing", "{asked}");
        assert!(Instant::now() < until, "whoever only asks learns of it too");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let left_over = phone.begin("IMG_2.HEIC", &long, 1).await;
    assert_eq!(
        (&left_over["id"], &left_over["status"]),
        (&second["id"], &json!("ready"))
    );
    let refused = phone.begin("notes.txt", b"no photo", 1).await;
    let refused = phone.finish(&refused, b"no photo").await;
    assert_eq!(
        (&refused["status"], &refused["reason"]),
        (&json!("failed"), &json!("not_an_image"))
    );

    // Once no more comes, both photos stand in drafts, each in one.
    let until = Instant::now() + Duration::from_secs(60);
    let photos = loop {
        let (_, drafts) = server.get("/listings").await;
        let photos: Vec<String> = drafts
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|draft| draft["photos"].as_array().unwrap().clone())
            .map(|photo| photo["sha256"].as_str().unwrap().to_owned())
            .collect();
        if photos.len() >= 2 {
            break photos;
        }
        assert!(Instant::now() < until, "drafts are made of what arrived");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let unique: std::collections::HashSet<_> = photos.iter().collect();
    assert_eq!(
        (photos.len(), unique.len()),
        (2, 2),
        "each photo once: {photos:?}"
    );

    // However many a phone begins and never sends, the newest 20 are all that wait.
    let waiting = phone.begin("WAITS.HEIC", &long, 1).await;
    phone.part(&waiting, 0, &long).await;
    let oldest = phone.begin("IMG_100.HEIC", &long, 1).await;
    phone.part(&waiting, 1, &long).await;
    for n in 101..120 {
        phone.begin(&format!("IMG_{n}.HEIC"), &long, 1).await;
    }
    for (upload, status) in [(&oldest, 404), (&waiting, 200)] {
        let path = format!("/api/uploads/{}", upload["id"].as_str().unwrap());
        let (got, answer) = phone.ask(Method::GET, &path, None).await;
        assert_eq!(
            got.as_u16(),
            status,
            "the one that waited longest makes room: {answer}"
        );
    }

    // Another phone sees nothing of the first one's; a phone that was shut out is nobody.
    let other = Phone::scan(&start).await;
    let id = again["id"].as_str().unwrap();
    let (status, _) = other
        .ask(Method::GET, &format!("/api/uploads/{id}"), None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another phone's upload");
    let listed = bed.studio(&["phones", "list"]).await.done();
    assert_eq!(listed["phones"].as_array().unwrap().len(), 2, "{listed}");
    let oldest = listed["phones"][1]["id"].as_str().unwrap().to_owned();
    let left = bed.studio(&["phones", "remove", &oldest]).await.done();
    assert_eq!(left["phones"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(
        phone.ask(Method::GET, "/api/phone", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        other.ask(Method::GET, "/api/phone", None).await.0,
        StatusCode::OK
    );
    server.end().await;
}

#[tokio::test]
async fn the_door_closes_by_itself_and_can_be_encrypted() {
    let mut bed = Bed::new().await;
    // Paired where others could read along.
    let (server, start) = Served::saying(&mut bed, &HERE).await;
    let plain_phone = Phone::scan(&start).await;
    server.end().await;
    let further = [HERE.as_slice(), &["--phone-encrypted", "--phone-idle", "4"]].concat();
    let (server, start) = Served::saying(&mut bed, &further).await;
    let (url, _) = scanned(&start);
    assert!(url.starts_with("https://"), "{url}");
    let print = start["phone"]["fingerprint"].as_str().unwrap().to_owned();
    let trusting = Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .build()
        .unwrap();
    let page = trusting
        .get(format!("{url}/"))
        .header("accept-language", "en")
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Sent directly and encrypted"),
        "the page says so"
    );
    let plain_phone = Phone {
        url: url.clone(),
        client: trusting.clone(),
        ..plain_phone
    };
    let (status, answer) = plain_phone.ask(Method::GET, "/api/phone", None).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "a token that went in plain opens nothing here: {answer}"
    );
    assert!(
        Client::new().get(format!("{url}/")).send().await.is_err(),
        "nobody vouches for the certificate"
    );
    let plain = raw(
        url.strip_prefix("https://").unwrap(),
        &["GET / HTTP/1.1".to_owned(), "Host: x".to_owned()],
        "",
    )
    .await;
    assert_ne!(plain.status, 200, "nothing is served in plain");

    // Asking sends nothing: the door is gone, the API is not.
    let phone = Phone::scan_with(trusting, &start).await;
    let address = url.strip_prefix("https://").unwrap().to_owned();
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(&address).await.is_ok() {
        assert!(Instant::now() < until, "the door closes by itself");
        let asking = phone.client.get(format!("{url}/api/phone"));
        // Answered while the door is open; it may close at any moment.
        let _ = asking
            .bearer_auth(&phone.token)
            .timeout(Duration::from_secs(5))
            .send()
            .await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(server.get("/health").await.0, StatusCode::OK);
    server.end().await;
    let (server, start) = Served::saying(&mut bed, &further).await;
    assert_eq!(
        start["phone"]["fingerprint"], print,
        "the certificate is kept: the phone has accepted it"
    );
    server.end().await;
}
