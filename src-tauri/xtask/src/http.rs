//! One HTTP/1.1 exchange with the practice marketplace on this machine. Not for anything else: no
//! TLS, a small answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

const LIMIT: Duration = Duration::from_secs(30);
/// Bytes of the largest answer that is read.
const LARGEST: u64 = 4 << 20;

const MOST_REDIRECTS: usize = 3;

/// What of an answer is used here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where a redirect leads.
    location: Option<String>,
    pub(crate) body: String,
}

/// Sends `method` without a body to an address of the form `http://127.0.0.1:PORT/path`.
pub(crate) fn send(method: &str, url: &str) -> Result<Answer> {
    exchange(method, url, "").with_context(|| format!("{method} {url} was not answered"))
}

/// Sends a JSON document; anything but 200 is an error with what was answered.
pub(crate) fn post(url: &str, json: &str) -> Result<()> {
    let answer =
        exchange("POST", url, json).with_context(|| format!("POST {url} was not answered"))?;
    if answer.status != 200 {
        bail!("POST {url} answered {}: {}", answer.status, answer.body);
    }
    Ok(())
}

/// The page at this address, as a browser would show it: after at most [`MOST_REDIRECTS`].
pub(crate) fn page(url: &str) -> Result<Answer> {
    let mut answer = send("GET", url)?;
    for _ in 0..MOST_REDIRECTS {
        let Some(path) = answer
            .location
            .as_deref()
            .filter(|path| path.starts_with('/'))
        else {
            break;
        };
        let host = url.split('/').nth(2).unwrap_or_default();
        answer = send("GET", &format!("http://{host}{path}"))?;
    }
    Ok(answer)
}

fn exchange(method: &str, url: &str, body: &str) -> Result<Answer> {
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
    // HTTP/1.0 asks for an answer that ends with the connection, never in chunks.
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
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
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location")
            .then(|| value.trim().to_owned())
    });
    let status = status.parse().context("the status is no number")?;
    Ok(Answer {
        status,
        location,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    /// Answers as many requests as there are answers, and returns what was asked.
    fn server(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = thread::spawn(move || {
            let answer = |answer: &&str| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    request.push(byte[0]);
                }
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8(request).unwrap()
            };
            answers.iter().map(answer).collect()
        });
        (url, requests)
    }

    #[test]
    fn an_answer_is_read_with_its_status() {
        let (url, requests) = server(&["HTTP/1.1 201 Created\r\nA: b\r\n\r\n{\"cookie\":\"c\"}"]);
        let answer = send("POST", &format!("{url}/practice/session?a=b")).unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.body, "{\"cookie\":\"c\"}");
        let requests = requests.join().unwrap();
        let line = "POST /practice/session?a=b HTTP/1.0\r\n";
        assert!(requests[0].starts_with(line), "{requests:?}");
    }

    #[test]
    fn a_page_is_found_behind_its_redirect() {
        let (url, requests) = server(&[
            "HTTP/1.1 303 See Other\r\nlocation: /items/1-dress\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nthe dress",
        ]);
        let answer = page(&format!("{url}/items/1")).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "the dress"));
        let requests = requests.join().unwrap();
        assert!(
            requests[1].starts_with("GET /items/1-dress HTTP/1.0\r\n"),
            "{requests:?}"
        );
    }

    #[test]
    fn only_this_machine_is_spoken_to() {
        for url in [
            "http://192.0.2.1:80/",
            "https://127.0.0.1:80/",
            "http://example.org/",
        ] {
            assert!(send("GET", url).is_err(), "{url} must be refused");
        }
    }
}
