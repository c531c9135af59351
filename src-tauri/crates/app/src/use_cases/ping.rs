//! Whether each thing outside answers, and how fast.

use std::time::{Duration, Instant};

use contract::{Ping, PingView};

use crate::App;

/// How long one thing may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

impl App {
    /// Asks database, vault, browser and site, all at once. What does not answer is an answer too.
    ///
    /// The site is only connected to, never asked for a page: that is left to the browser.
    pub async fn ping(&self) -> Ping {
        let database = timed("database", async {
            let counts = self.parts.overview.counts().await;
            counts
                .map(|_| "answers".to_owned())
                .map_err(|e| e.to_string())
        });
        let vault = timed("vault", async {
            let key = self.parts.secrets.token_key().await;
            key.map(|_| self.parts.machine.vault().to_owned())
                .map_err(|e| e.to_string())
        });
        let browser = timed("browser", async {
            let found = self.parts.browsers.found().await;
            found.map(|b| b.version).map_err(|e| e.to_string())
        });
        let site = timed("site", reach(self.site_url().to_owned()));
        let (database, vault, browser, site) = tokio::join!(database, vault, browser, site);
        Ping {
            integrations: vec![database, vault, browser, site],
        }
    }
}

async fn timed(name: &str, asking: impl Future<Output = Result<String, String>>) -> PingView {
    let begun = Instant::now();
    let answer = match tokio::time::timeout(PATIENCE, asking).await {
        Ok(answer) => answer,
        Err(_) => Err("no answer in time".to_owned()),
    };
    PingView {
        name: name.to_owned(),
        ok: answer.is_ok(),
        latency_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
        detail: match answer {
            Ok(detail) | Err(detail) => detail,
        },
    }
}

/// Connects to the host of an address, and hangs up.
async fn reach(url: String) -> Result<String, String> {
    let (host, port) = host_and_port(&url).ok_or_else(|| format!("{url} is no address"))?;
    let stream = tokio::net::TcpStream::connect((host.as_str(), port)).await;
    stream
        .map(|_| format!("{host} answers"))
        .map_err(|e| format!("{host}: {e}"))
}

fn host_and_port(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let usual = if scheme == "https" { 443 } else { 80 };
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = port
            .strip_prefix(':')
            .map_or(Some(usual), |p| p.parse().ok())?;
        return Some((host.to_owned(), port));
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host.to_owned(), port.parse().ok()?)),
        None => (!authority.is_empty()).then(|| (authority.to_owned(), usual)),
    }
}

#[cfg(test)]
mod tests {
    use super::host_and_port;

    #[test]
    fn hosts_and_ports_of_addresses() {
        for (url, expected) in [
            ("https://www.vinted.fr", Some(("www.vinted.fr", 443))),
            ("http://127.0.0.1:4123/x", Some(("127.0.0.1", 4123))),
            ("http://[::1]:80", Some(("::1", 80))),
            ("vinted.fr", None),
        ] {
            let expected = expected.map(|(h, p)| (h.to_owned(), p));
            assert_eq!(host_and_port(url), expected, "{url}");
        }
    }
}
