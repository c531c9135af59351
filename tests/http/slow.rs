//! Clients that are slow or many harm nobody else.

use std::time::Duration;

use acceptance::Bed;
use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::served::{Served, TOKEN};

/// Elsewhere a test may have too few open files for more.
const MANY: usize = if cfg!(target_os = "linux") {
    1_000
} else {
    200
};

/// Limits this process and those that it starts from now on; none: to what the system allows.
#[cfg(target_os = "linux")]
fn open_files(most: Option<u64>) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = most.or(maximum);
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[tokio::test]
async fn idle_and_slow_connections_leave_others_unharmed() {
    let mut bed = Bed::new().await;
    // The server begins with as few open files as most systems give; this test has more.
    #[cfg(target_os = "linux")]
    open_files(Some(1_024));
    let server = Served::start(&mut bed).await;
    #[cfg(target_os = "linux")]
    open_files(None);
    let mut held = Vec::new();
    for n in 0..MANY {
        let mut stream = TcpStream::connect(server.host()).await.unwrap();
        let begun = match n % 4 {
            0 => String::new(),
            1 => "GET /health HT".to_owned(),
            2 => format!("GET /health HTTP/1.1\r\nHost: {}\r\nX-A: ", server.host()),
            _ => format!(
                "POST /api/settings HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\n\
                 Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
                server.host()
            ),
        };
        stream.write_all(begun.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let mut form = TcpStream::connect(server.host()).await.unwrap();
    let begun = format!(
        "POST /ingest/upload HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\n",
        server.host()
    );
    form.write_all(begun.as_bytes()).await.unwrap();
    for _ in 0..20 {
        assert_eq!(
            server.get("/api/jobs").await.0,
            StatusCode::OK,
            "others are answered"
        );
    }
    // The head of a request has 10 seconds; whoever takes longer loses the connection.
    let mut first = held.remove(2);
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(60), first.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "a head that never ends is given up");
    // A body may pause for 20 seconds.
    let mut paused = held.remove(2);
    for stream in [&mut paused, &mut form] {
        let mut status = [0; 12];
        let answered =
            tokio::time::timeout(Duration::from_secs(90), stream.read_exact(&mut status)).await;
        answered.expect("a body that pauses is given up").unwrap();
        assert_eq!(&status, b"HTTP/1.1 408", "in words, whatever the body is");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    for (path, kind, length) in [
        ("/api/settings", "application/json", 2_000_000_u64),
        (
            "/api/v1/ingest/upload",
            "multipart/form-data; boundary=x",
            10_000_000_000,
        ),
        (
            "/api/upload/0199e1a0-0000-7000-8000-000000000000/part?index=0",
            "application/octet-stream",
            2_000_000,
        ),
    ] {
        let mut stream = TcpStream::connect(server.host()).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n",
            server.host()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // Not one byte of the body is sent.
        let mut answer = [0; 12];
        let read =
            tokio::time::timeout(Duration::from_secs(15), stream.read_exact(&mut answer)).await;
        assert!(
            read.is_ok(),
            "{path}: the answer does not wait for the body"
        );
        assert_eq!(&answer, b"HTTP/1.1 413", "{path}");
    }
}
