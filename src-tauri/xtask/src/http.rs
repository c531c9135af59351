//! One HTTP/1.1 exchange with the practice marketplace on this machine. Not for anything else: no
//! TLS, no redirects, a small answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

const LIMIT: Duration = Duration::from_secs(30);
/// Bytes of the largest answer that is read.
const LARGEST: u64 = 4 << 20;

/// Status and body of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends `method` without a body to an address of the form `http://127.0.0.1:PORT/path`.
pub(crate) fn send(method: &str, url: &str, cookie: Option<&str>) -> Result<Answer> {
    exchange(method, url, cookie).with_context(|| format!("{method} {url} was not answered"))
}

fn exchange(method: &str, url: &str, cookie: Option<&str>) -> Result<Answer> {
    let rest = url
        .strip_prefix("http://")
        .context("only http:// is spoken here")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address: SocketAddr = host.parse().context("the address is not IP:PORT")?;
    if !address.ip().is_loopback() {
        bail!("{host} is not on this machine");
    }
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let cookie = cookie.map_or_else(String::new, |cookie| format!("Cookie: {cookie}\r\n"));
    // HTTP/1.0 asks for an answer that ends with the connection, never in chunks.
    let request =
        format!("{method} /{path} HTTP/1.0\r\nHost: {host}\r\n{cookie}Content-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LARGEST).read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
}

fn parse(answer: &str) -> Result<Answer> {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the answer has no end of head")?;
    let status = head.split(' ').nth(1).context("the answer has no status")?;
    Ok(Answer {
        status: status.parse().context("the status is no number")?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn an_answer_is_read_with_its_status() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "http://{}/practice/session?a=b",
            listener.local_addr().unwrap()
        );
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream
                .write_all(b"HTTP/1.1 201 Created\r\nA: b\r\n\r\n{\"cookie\":\"c\"}")
                .unwrap();
            String::from_utf8(request).unwrap()
        });
        let answer = send("POST", &url, Some("k=v")).unwrap();
        let request = server.join().unwrap();
        assert_eq!(
            answer,
            Answer {
                status: 201,
                body: "{\"cookie\":\"c\"}".to_owned()
            }
        );
        assert!(
            request.starts_with("POST /practice/session?a=b HTTP/1.0\r\n"),
            "{request}"
        );
        assert!(request.contains("\r\nCookie: k=v\r\n"), "{request}");
    }

    #[test]
    fn only_this_machine_is_spoken_to() {
        for url in [
            "http://192.0.2.1:80/",
            "https://127.0.0.1:80/",
            "http://example.org/",
        ] {
            assert!(send("GET", url, None).is_err(), "{url} must be refused");
        }
    }
}
