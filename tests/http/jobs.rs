//! The streams: a job's log, and the queue.

use std::time::Duration;

use acceptance::{Bed, samples};
use base64::Engine;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::served::{Served, TOKEN};

/// Longer than a form takes to be filled on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Server-sent events.
pub(crate) struct Stream {
    answer: Response,
    text: String,
}

/// Name, data and id of an event.
type Event = (String, Value, String);

impl Stream {
    pub(crate) async fn open(server: &Served, path: &str, after: Option<&str>) -> Self {
        let mut request = server.ask(Method::GET, path);
        if let Some(id) = after {
            request = request.header("Last-Event-ID", id);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self {
            answer,
            text: String::new(),
        }
    }

    /// The next event; none: the stream ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
                        .unwrap_or_default()
                        .to_owned()
                };
                let found = (field("event"), field("data"), field("id"));
                self.text = rest.to_owned();
                if found.0.is_empty() {
                    continue;
                }
                let data = serde_json::from_str(&found.1).unwrap();
                return Some((found.0, data, found.2));
            }
            let piece = tokio::time::timeout(PATIENCE, self.answer.chunk())
                .await
                .expect("something comes in time");
            let piece = piece.ok()??;
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// That many lines with their ids.
    pub(crate) async fn lines(&mut self, count: usize) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        while lines.len() < count {
            let (name, data, id) = self.next().await.expect("the stream goes on");
            if name == "log" {
                lines.push((data["line"].as_str().unwrap().to_owned(), id));
            }
        }
        lines
    }

    /// All lines until the job is said to be in that state.
    pub(crate) async fn until_status(&mut self, status: &str) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        loop {
            let (name, data, id) = self.next().await.expect("the stream goes on");
            match name.as_str() {
                "log" => lines.push((data["line"].as_str().unwrap().to_owned(), id)),
                "status" if data["status"] == status => return lines,
                _ => {}
            }
        }
    }
}

/// The queue's WebSocket, frame by frame: the server's are never masked.
pub(crate) struct Socket(TcpStream);

impl Socket {
    pub(crate) async fn open(server: &Served) -> Self {
        Self::with(
            server,
            "/ws/queue",
            &format!("Authorization: Bearer {TOKEN}\r\n"),
        )
        .await
    }

    async fn with(server: &Served, path: &str, header: &str) -> Self {
        let mut stream = TcpStream::connect(server.host()).await.unwrap();
        let key = base64::engine::general_purpose::STANDARD.encode([7; 16]);
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{header}Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n",
            server.host()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        Self(stream)
    }

    /// Kind and content of the next frame.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let reading = async {
            let kind = self.0.read_u8().await.unwrap() & 0x0f;
            let length = match self.0.read_u8().await.unwrap() {
                126 => u64::from(self.0.read_u16().await.unwrap()),
                127 => self.0.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut content = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut content).await.unwrap();
            (kind, content)
        };
        tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("a frame in time")
    }

    /// The first update that fits.
    pub(crate) async fn update(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (kind, content) = self.frame().await;
            if kind == 1 {
                let update: Value = serde_json::from_slice(&content).unwrap();
                if fits(&update) {
                    return update;
                }
            }
        }
    }
}

#[tokio::test]
#[cfg(unix)]
async fn streams_are_told_when_the_server_stops() {
    let mut bed = Bed::new().await;
    bed.log_in().await;
    let draft = bed.ready_draft(&samples()[..1]).await;
    let later = (chrono::Utc::now() + chrono::TimeDelta::days(2)).to_rfc3339();
    let queued = ["queue", "add", &draft, "--at", &later];
    let queued = bed.studio(&queued).await.done();
    let server = Served::start(&mut bed).await;
    let log = format!(
        "/api/jobs/{}/logs/stream",
        queued["jobs"][0]["id"].as_str().unwrap()
    );
    let mut log = Stream::open(&server, &log, None).await;
    let (name, status, _) = log.next().await.expect("where it stands");
    assert_eq!(
        (name.as_str(), &status["status"]),
        ("status", &json!("queued"))
    );
    let (_, given) = server.post("/auth/ticket", &json!({})).await;
    let path = format!("/ws?ticket={}", given["ticket"].as_str().unwrap());
    let mut socket = Socket::with(&server, &path, "").await;
    let took = server.end().await;
    let (name, _, _) = log.next().await.expect("a last event");
    assert_eq!(name, "end", "the stream is told");
    assert!(log.next().await.is_none(), "and ends");
    let close = loop {
        let (kind, content) = socket.frame().await;
        if kind == 8 {
            break content;
        }
    };
    assert_eq!(u16::from_be_bytes([close[0], close[1]]), 1001, "going away");
    assert!(
        took < Duration::from_secs(30),
        "an idle server ends at once: {took:?}"
    );
}

#[tokio::test]
async fn jobs_that_do_not_exist_and_states_that_do_not() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let id = "0199e1a0-0000-7000-8000-000000000000";
    for (method, path) in [
        (Method::GET, format!("/api/jobs/{id}")),
        (Method::GET, "/api/jobs/nonsense".to_owned()),
        (Method::POST, format!("/api/jobs/{id}/run")),
        (Method::POST, format!("/api/jobs/{id}/retry")),
        (Method::DELETE, format!("/api/jobs/{id}")),
        (Method::GET, format!("/api/jobs/{id}/logs")),
        (Method::GET, format!("/api/jobs/{id}/logs/stream")),
    ] {
        let (status, body) = server.call(method, &path).await;
        assert_eq!(
            (status.as_u16(), &body["error"]["code"]),
            (404, &json!("not_found")),
            "{path}: {body}"
        );
        assert_eq!(body["data"], Value::Null, "{path}: an envelope");
    }
    // A wrong value is named as the caller named it.
    for (path, field) in [
        ("/api/jobs?status=nonsense", "status"),
        ("/api/jobs?page=-1", "page"),
        ("/api/messages?page_size=x", "page_size"),
    ] {
        let (status, body) = server.get(path).await;
        assert_eq!(status.as_u16(), 422, "{body}");
        let fields = &body["error"]["details"]["fields"];
        assert_eq!(fields, &json!({ field: "invalid_field" }), "{path}: {body}");
    }
    let wrong = json!({ "confirm_token": 5 });
    let (status, body) = server.post("/vinted/listings/publish", &wrong).await;
    assert_eq!(status.as_u16(), 422, "{body}");
    let fields = &body["error"]["details"]["fields"];
    assert_eq!(fields["confirm_token"], "invalid_field", "{body}");
    let (_, empty) = server
        .get("/api/messages?search=bonjour&page=2&page_size=500")
        .await;
    let meta = json!({ "page": 2, "page_size": 100, "total": 0 });
    assert_eq!(empty["meta"], meta, "a list that is empty has its page");
    let (_, queue) = server.get("/vinted/publish/queue").await;
    assert_eq!(queue, json!({ "queue_size": 0, "items": [] }));
}
