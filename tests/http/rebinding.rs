//! DNS rebinding in a real browser: a page of `evil.test` whose name suddenly means this machine. For the browser the
//! page asks its own origin; only the Host tells. The name's second meaning is played by a proxy, which serves the page
//! and passes everything else on to the API, byte for byte, as the browser addressed it.

use std::process::Stdio;

use acceptance::{Bed, runs_as_root};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Command,
};

use crate::served::Served;

const PATHS: [&str; 6] = [
    "/health",
    "/version",
    "/api/jobs",
    "/listings",
    "/openapi.json",
    "/docs/",
];

/// Asks for each path and writes what it could read.
fn page() -> String {
    let paths = serde_json::to_string(&PATHS).unwrap();
    format!(
        "<!doctype html><title>evil</title><script>\
         (async () => {{ for (const path of {paths}) {{ \
         for (const init of [{{}}, {{ method: 'POST', body: '{{}}', headers: {{ 'Content-Type': 'application/json' }} }}]) {{ \
         let said; try {{ const answer = await fetch(path, init); said = answer.status + ' ' + await answer.text(); }} \
         catch (error) {{ said = 'error'; }} \
         const line = document.createElement('p'); line.textContent = 'READ ' + path + ' ' + said; \
         document.body.append(line); }} }} \
         const end = document.createElement('p'); end.textContent = 'END'; document.body.append(end); }})();</script><body>"
    )
}

#[tokio::test]
async fn a_page_that_rebinds_its_name_reads_nothing() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let api = server.host().to_owned();
    let port = api.rsplit(':').next().unwrap().to_owned();
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = proxy.local_addr().unwrap().to_string();
    let passing = tokio::spawn(pass(proxy, api));
    let browser = std::env::var("STUDIO_BROWSER").unwrap_or_else(|_| "chromium".to_owned());
    let mut command = Command::new(browser);
    command
        .args([
            "--headless=new",
            "--disable-quic",
            "--disable-background-networking",
            "--no-first-run",
        ])
        .arg(format!(
            "--user-data-dir={}",
            bed.folder.path().join("evil").display()
        ))
        .arg(format!("--proxy-server=http://{through}"))
        .arg("--proxy-bypass-list=<-loopback>")
        .args(["--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("http://evil.test:{port}/evil"));
    if runs_as_root() {
        command.arg("--no-sandbox");
    }
    let running = command.stderr(Stdio::null()).kill_on_drop(true).output();
    let ran = tokio::time::timeout(std::time::Duration::from_secs(120), running)
        .await
        .expect("the browser ends")
        .expect("a browser is installed");
    passing.abort();
    let seen = String::from_utf8_lossy(&ran.stdout);
    assert!(
        seen.contains("<p>END</p>"),
        "the page asked for everything: {seen}"
    );
    let read: Vec<&str> = seen.split("<p>READ ").skip(1).collect();
    assert_eq!(read.len(), 2 * PATHS.len(), "{seen}");
    for answer in read {
        assert!(answer.contains(" 421 "), "refused by its name: {answer}");
        assert!(
            !answer.contains("\"ok\":true") && !answer.contains("\"paths\""),
            "nothing is read: {answer}"
        );
    }
}

/// Serves the page, and passes on what else is asked for.
async fn pass(proxy: TcpListener, api: String) {
    while let Ok((mut stream, _)) = proxy.accept().await {
        let api = api.clone();
        tokio::spawn(async move {
            let mut bytes = Vec::new();
            let mut piece = [0; 8192];
            let (head, body) = loop {
                let Ok(read @ 1..) = stream.read(&mut piece).await else {
                    return;
                };
                bytes.extend_from_slice(&piece[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    break (head.to_owned(), body.to_owned());
                }
            };
            // `GET http://evil.test:5000/health HTTP/1.1` as a server would get it.
            let (first, rest) = head.split_once("\r\n").unwrap_or((&head, ""));
            let mut words = first.split(' ');
            let (method, address) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let path = address
                .strip_prefix("http://")
                .and_then(|a| a.find('/').map(|at| a[at..].to_owned()))
                .unwrap_or_default();
            if path == "/evil" {
                let page = page();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                    page.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                return;
            }
            let rest = rest
                .lines()
                .filter(|line| !line.to_ascii_lowercase().contains("connection:"))
                .collect::<Vec<_>>()
                .join("\r\n");
            let request =
                format!("{method} {path} HTTP/1.1\r\n{rest}\r\nConnection: close\r\n\r\n{body}");
            let Ok(mut to) = TcpStream::connect(&api).await else {
                return;
            };
            let mut answer = Vec::new();
            if to.write_all(request.as_bytes()).await.is_ok() {
                let _ = to.read_to_end(&mut answer).await;
            }
            let _ = stream.write_all(&answer).await;
        });
    }
}
