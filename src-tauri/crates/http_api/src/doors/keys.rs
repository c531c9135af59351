//! The token, the sessions of browsers and the tickets of streams. Only hashes are kept; they are compared in constant
//! time.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, header};
use parking_lot::Mutex;
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How the cookies' names begin; the server's port follows, as a browser sends cookies to every port of a host.
const SESSION: &str = "studio_session";
const PICTURES: &str = "studio_pictures";
/// How long a browser's session lives.
pub(crate) const LOGIN: Duration = Duration::from_secs(12 * 3600);
/// How long a ticket waits for its stream.
pub(crate) const TICKET: Duration = Duration::from_secs(60);
/// How long the link waits that opens the page once.
pub(crate) const LINK: Duration = Duration::from_secs(600);
/// Sessions and tickets that are kept at once, each; the oldest goes.
const MOST: usize = 1_000;

type Hash = [u8; 32];

pub(crate) struct Keys {
    token: Hash,
    /// Names of the cookies.
    session: String,
    pictures: String,
    sessions: Mutex<HashMap<Hash, Instant>>,
    /// What tabs show pictures with.
    viewers: Mutex<HashMap<Hash, Instant>>,
    tickets: Mutex<HashMap<Hash, Instant>>,
    /// Tabs that show the page.
    tabs: Mutex<HashMap<Hash, Instant>>,
    links: Mutex<HashMap<Hash, Instant>>,
}

impl Keys {
    /// Of the server at this port.
    pub(crate) fn new(token: &SecretString, port: u16) -> Self {
        Self {
            token: hash(token.expose_secret()),
            session: format!("{SESSION}_{port}"),
            pictures: format!("{PICTURES}_{port}"),
            viewers: Mutex::default(),
            sessions: Mutex::default(),
            tickets: Mutex::default(),
            tabs: Mutex::default(),
            links: Mutex::default(),
        }
    }

    pub(crate) fn is_token(&self, given: &str) -> bool {
        self.token.ct_eq(&hash(given)).into()
    }

    /// A new session of a browser: a cookie's name and value.
    pub(crate) fn log_in(&self) -> (&str, String) {
        (&self.session, issue(&self.sessions, LOGIN))
    }

    /// A new cookie that opens pictures alone: its name and value.
    pub(crate) fn view(&self) -> (&str, String) {
        (&self.pictures, issue(&self.viewers, LOGIN))
    }

    /// A new ticket for one stream.
    pub(crate) fn ticket(&self) -> String {
        issue(&self.tickets, TICKET)
    }

    /// A new key of a tab that shows the page.
    pub(crate) fn enter(&self) -> String {
        issue(&self.tabs, LOGIN)
    }

    /// A new secret that opens the page once.
    pub(crate) fn link(&self) -> String {
        issue(&self.links, LINK)
    }

    /// It is the key of a tab that shows the page.
    pub(super) fn is_tab(&self, given: &str) -> bool {
        let tabs = self.tabs.lock();
        tabs.get(&hash(given))
            .is_some_and(|end| *end > Instant::now())
    }

    /// Uses up the link's secret: one tab each.
    pub(crate) fn takes_link(&self, given: &str) -> bool {
        let end = self.links.lock().remove(&hash(given));
        end.is_some_and(|end| end > Instant::now())
    }

    /// The request brings the cookie of a session that lives.
    pub(super) fn has_session(&self, headers: &HeaderMap) -> bool {
        brings(headers, &self.session, &self.sessions)
    }

    /// The request brings a cookie that opens pictures.
    pub(super) fn may_view(&self, headers: &HeaderMap) -> bool {
        brings(headers, &self.pictures, &self.viewers)
    }

    /// Uses up the query's ticket: one stream each.
    pub(super) fn takes_ticket(&self, query: Option<&str>) -> bool {
        let given = query
            .unwrap_or_default()
            .split('&')
            .find_map(|pair| pair.strip_prefix("ticket="));
        let Some(ticket) = given else { return false };
        let end = self.tickets.lock().remove(&hash(ticket));
        end.is_some_and(|end| end > Instant::now())
    }

    /// Forgets what has expired.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        let all = [
            &self.sessions,
            &self.viewers,
            &self.tickets,
            &self.tabs,
            &self.links,
        ];
        for kept in all {
            kept.lock().retain(|_, end| *end > now);
        }
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

fn brings(headers: &HeaderMap, cookie: &str, kept: &Mutex<HashMap<Hash, Instant>>) -> bool {
    let kept = kept.lock();
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == cookie)
        .any(|(_, value)| {
            kept.get(&hash(value))
                .is_some_and(|end| *end > Instant::now())
        })
}

fn issue(kept: &Mutex<HashMap<Hash, Instant>>, life: Duration) -> String {
    let mut random = [0; 32];
    rand::rng().fill_bytes(&mut random);
    let secret = hex::encode(random);
    let mut kept = kept.lock();
    if kept.len() >= MOST {
        let oldest = kept
            .iter()
            .min_by_key(|(_, end)| **end)
            .map(|(hash, _)| *hash);
        oldest.map(|hash| kept.remove(&hash));
    }
    kept.insert(hash(&secret), Instant::now() + life);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_one_stream() {
        let keys = Keys::new(&SecretString::from("a token of the test"), 5000);
        let ticket = keys.ticket();
        let query = format!("offset=3&ticket={ticket}");
        assert!(keys.takes_ticket(Some(&query)));
        assert!(!keys.takes_ticket(Some(&query)), "replayed");
        assert!(!keys.takes_ticket(Some("ticket=")), "empty");
        assert!(!keys.takes_ticket(None), "none");
    }

    #[test]
    fn a_link_lets_one_tab_in() {
        let keys = Keys::new(&SecretString::from("a token of the test"), 5000);
        let link = keys.link();
        assert!(!keys.is_tab(&link), "a link is no key");
        assert!(keys.takes_link(&link));
        assert!(!keys.takes_link(&link), "used");
        let late = keys.link();
        for end in keys.links.lock().values_mut() {
            *end = Instant::now();
        }
        assert!(!keys.takes_link(&late), "expired");
        let key = keys.enter();
        assert!(keys.is_tab(&key) && !keys.is_token(&key) && !keys.takes_link(&key));
        for end in keys.tabs.lock().values_mut() {
            *end = Instant::now();
        }
        assert!(!keys.is_tab(&key), "expired");
    }

    #[test]
    fn a_session_lives_until_it_expires() {
        let keys = Keys::new(&SecretString::from("a token of the test"), 5000);
        let mut headers = HeaderMap::new();
        let (name, value) = keys.log_in();
        assert_eq!(name, "studio_session_5000");
        let cookie = format!("theme=dark; {name}={value}");
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        assert!(keys.has_session(&headers) && !keys.may_view(&headers));
        for end in keys.sessions.lock().values_mut() {
            *end = Instant::now();
        }
        assert!(!keys.has_session(&headers), "expired");
        keys.sweep();
        assert!(keys.sessions.lock().is_empty(), "and forgotten");
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let keys = Keys::new(&SecretString::from("a token of the test"), 5000);
        for _ in 0..MOST + 10 {
            keys.log_in();
        }
        assert_eq!(keys.sessions.lock().len(), MOST);
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        let keys = Keys::new(&SecretString::from("a token of the test"), 5000);
        assert!(keys.is_token("a token of the test"));
        for wrong in [
            "",
            "a token of the tes",
            "a token of the test ",
            "A token of the test",
        ] {
            assert!(!keys.is_token(wrong), "{wrong:?}");
        }
    }
}
