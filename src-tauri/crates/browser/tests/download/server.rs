//! An HTTP server with one archive and a plan of how it answers.
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

/// How one request is answered; after the plan's end as a good server does.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// The rest that was asked for, broken off after so many bytes.
    CutAfter(usize),
    /// The same, without an ETag.
    CutAfterUnmarked(usize),
    /// So many bytes, then nothing more, and the connection stays.
    SilentAfter(usize),
    /// All of it, whatever range was asked for.
    Whole,
    /// The archive got another ETag.
    Changed,
    /// A range that nobody asked for.
    WrongRange,
    /// Says more bytes than signed off.
    TooLong,
    /// Says nothing of its length and never ends.
    Endless,
    Status(u16),
    RedirectTo(String),
}

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) range: Option<String>,
    pub(crate) if_range: Option<String>,
}

#[derive(Clone)]
struct Shared {
    bytes: Bytes,
    plan: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

pub(crate) struct Server {
    port: u16,
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(bytes: Vec<u8>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared {
            bytes: bytes.into(),
            plan: Arc::default(),
            asked: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, shared, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn next(&self, answer: Answer) {
        self.shared.plan.lock().unwrap().push_back(answer);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let header = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let asked = Asked {
        range: header(header::RANGE),
        if_range: header(header::IF_RANGE),
    };
    shared.asked.lock().unwrap().push(asked.clone());
    let plan = shared.plan.lock().unwrap().pop_front();
    let total = shared.bytes.len();
    let mark = if matches!(plan, Some(Answer::Changed)) {
        "\"v2\""
    } else {
        "\"v1\""
    };
    let start = asked
        .range
        .filter(|_| asked.if_range.as_deref() == Some(mark))
        .filter(|_| !matches!(plan, Some(Answer::Whole)))
        .map(|range| {
            range["bytes=".len()..]
                .trim_end_matches('-')
                .parse::<usize>()
                .unwrap()
        });
    let rest = shared.bytes.slice(start.unwrap_or(0)..);
    let mut reply = Response::builder().header(header::ETAG, mark);
    if let Some(start) = start {
        reply = reply.status(StatusCode::PARTIAL_CONTENT).header(
            header::CONTENT_RANGE,
            format!("bytes {start}-{}/{total}", total - 1),
        );
    }
    let broken = || Err(io::Error::other("cut"));
    match plan {
        Some(Answer::CutAfter(at)) => {
            let parts = stream::iter([Ok(rest.slice(..at)), broken()]);
            let reply = reply.header(header::CONTENT_LENGTH, rest.len());
            reply.body(Body::from_stream(slowly(parts))).unwrap()
        }
        Some(Answer::CutAfterUnmarked(at)) => {
            let parts = stream::iter([Ok(rest.slice(..at)), broken()]);
            let reply = Response::builder().header(header::CONTENT_LENGTH, rest.len());
            reply.body(Body::from_stream(slowly(parts))).unwrap()
        }
        Some(Answer::SilentAfter(at)) => {
            let parts =
                stream::iter([Ok::<_, io::Error>(rest.slice(..at))]).chain(stream::pending());
            let reply = reply.header(header::CONTENT_LENGTH, rest.len());
            reply.body(Body::from_stream(parts)).unwrap()
        }
        Some(Answer::WrongRange) => {
            let reply = Response::builder()
                .status(StatusCode::PARTIAL_CONTENT)
                .header(
                    header::CONTENT_RANGE,
                    format!("bytes 0-{}/{total}", total - 1),
                );
            reply.body(Body::from(shared.bytes)).unwrap()
        }
        Some(Answer::TooLong) => {
            let longer = [&shared.bytes[..], b"more"].concat();
            reply.body(Body::from(longer)).unwrap()
        }
        Some(Answer::Endless) => {
            let piece = Bytes::from(vec![0; 64 * 1024]);
            let parts = stream::repeat_with(move || Ok::<_, io::Error>(piece.clone()));
            reply.body(Body::from_stream(parts)).unwrap()
        }
        Some(Answer::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Answer::RedirectTo(url)) => {
            (StatusCode::FOUND, [(header::LOCATION, url)]).into_response()
        }
        _ => reply.body(Body::from(rest)).unwrap(),
    }
}

/// Lets the first part reach the client before the connection breaks.
fn slowly(
    parts: impl stream::Stream<Item = io::Result<Bytes>>,
) -> impl stream::Stream<Item = io::Result<Bytes>> {
    parts.enumerate().then(|(index, part)| async move {
        if index > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        part
    })
}
