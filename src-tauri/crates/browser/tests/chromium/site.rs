//! Small pages on loopback, and a record of what arrived.
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub(crate) struct Arrived(Arc<Mutex<HashMap<String, u32>>>);

pub(crate) struct Site {
    address: SocketAddr,
    arrived: Arrived,
    server: tokio::task::JoinHandle<()>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = Arrived::default();
        let router = Router::new()
            .route("/page/{name}", get(page))
            .route("/publish", any(publish))
            .route("/publish-redirect", any(publish_redirect))
            .route("/big/{bytes}", any(big))
            .route("/status/{code}", get(status))
            .route("/hang", any(hang))
            .route("/rotate", get(rotate))
            .route("/echo-cookies", get(echo_cookies))
            .route("/download", get(download))
            .route("/hostile/{name}", get(hostile))
            .fallback(|| async { (StatusCode::NOT_FOUND, "nothing here") })
            .with_state(arrived.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            arrived,
            server,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.address.port())
    }

    /// The same server under another site's name.
    pub(crate) fn other_site(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// How many requests of that method and path arrived, such as `POST /publish`.
    pub(crate) fn arrived(&self, what: &str) -> u32 {
        self.arrived
            .0
            .lock()
            .unwrap()
            .get(what)
            .copied()
            .unwrap_or_default()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn note(arrived: &Arrived, method: &Method, uri: &Uri) {
    let mut arrived = arrived.0.lock().unwrap();
    *arrived
        .entry(format!("{method} {}", uri.path()))
        .or_default() += 1;
}

/// One of `tests/pages`; `OTHER` in it stands for this server under another site's name.
async fn page(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("{}/tests/pages/{name}.html", env!("CARGO_MANIFEST_DIR"));
    let Ok(html) = fs_err::read_to_string(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let port = headers[header::HOST]
        .to_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    Html(html.replace("OTHER", &format!("http://localhost:{port}"))).into_response()
}

/// A page whose script is one of `hostile.rs`.
async fn hostile(Path(name): Path<String>) -> Response {
    match crate::hostile::CASES.iter().find(|case| case.name == name) {
        Some(case) => {
            Html(format!("<p>hostile</p><script>{}</script>", case.script)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn publish(State(arrived): State<Arrived>, method: Method, uri: Uri, _: Bytes) -> Response {
    note(&arrived, &method, &uri);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    ];
    (headers, r#"{"item":{"id":123},"code":0}"#).into_response()
}

async fn publish_redirect(State(arrived): State<Arrived>, method: Method, uri: Uri) -> Redirect {
    note(&arrived, &method, &uri);
    Redirect::to("/page/plain")
}

async fn big(Path(bytes): Path<usize>) -> Vec<u8> {
    (0..bytes)
        .map(|i| b'a' + u8::try_from(i % 26).unwrap())
        .collect()
}

async fn status(Path(code): Path<u16>) -> Response {
    (StatusCode::from_u16(code).unwrap(), Html("<p>status</p>")).into_response()
}

async fn hang(State(arrived): State<Arrived>, method: Method, uri: Uri) -> Response {
    note(&arrived, &method, &uri);
    std::future::pending().await
}

/// Sets the next value of the cookie `turn`, as a session that rotates.
async fn rotate(headers: HeaderMap) -> Response {
    let cookies = headers
        .get(header::COOKIE)
        .map_or("", |value| value.to_str().unwrap());
    let turn: u32 = cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("turn="))
        .map_or(0, |value| value.parse().unwrap());
    let set = format!(
        "turn={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600",
        turn + 1
    );
    ([(header::SET_COOKIE, set)], Html("<p>turned</p>")).into_response()
}

async fn echo_cookies(headers: HeaderMap) -> String {
    headers
        .get(header::COOKIE)
        .map_or("", |value| value.to_str().unwrap())
        .to_owned()
}

async fn download() -> Response {
    (
        [(header::CONTENT_DISPOSITION, "attachment; filename=x.bin")],
        vec![0u8; 100],
    )
        .into_response()
}
