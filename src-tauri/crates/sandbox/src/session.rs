//! Log-ins and cookies. Any name with the password `practice` is a member; the cookies have the site's names and
//! shapes (vinted-facts A8, confidence H for names, M for lifetimes).

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::state::{Account, State, now};

/// The password that every member of the practice marketplace has.
pub const PASSWORD: &str = "practice";
/// The member as whom practice mode signs in.
pub const DEMO_LOGIN: &str = "demo_seller";

/// A member's name has at most this many characters.
const LOGIN_CHARS_MAX: usize = 40;

/// Whether a member may be called so.
pub(crate) fn is_login(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= LOGIN_CHARS_MAX
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "._-@+".contains(c))
}

pub(crate) const ACCESS_COOKIE: &str = "access_token_web";
pub(crate) const REFRESH_COOKIE: &str = "refresh_token_web";
const SESSIONS_MAX: usize = 1_000;

/// A signed-in browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) account_id: u64,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) issued_at: DateTime<Utc>,
}

/// Who sends a request.
pub(crate) enum Visitor {
    Member(Account),
    /// The access token is stale, the refresh token may still be good.
    Stale,
    Stranger,
}

/// The value of a cookie in the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn random_hex(bytes: usize) -> String {
    let mut rng = rand::rng();
    let raw: Vec<u8> = (0..bytes).map(|_| rng.random()).collect();
    hex::encode(raw)
}

/// JSON Web Token shaped, signed by nobody: the marketplace looks it up instead.
fn access_token(account: &Account, issued_at: DateTime<Utc>, ttl_s: u64) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let issued = issued_at.timestamp();
    let head = part(&json!({"typ": "JWT", "alg": "RS256"}));
    let body = part(&json!({
        "account_id": account.id,
        "sub": account.id.to_string(),
        "iss": "practice-marketplace",
        "iat": issued,
        "exp": issued.saturating_add_unsigned(ttl_s),
        "purpose": "access",
        "scope": "user",
        "sid": random_hex(4),
    }));
    format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(random_hex(32)))
}

impl State {
    /// A new session of the member.
    pub(crate) fn sign_in(&mut self, account: &Account) -> Session {
        let issued_at = now();
        let session = Session {
            id: random_hex(8),
            account_id: account.id,
            access_token: access_token(account, issued_at, self.switches.access_token_ttl_s),
            refresh_token: random_hex(32),
            issued_at,
        };
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.remove(0);
        }
        self.sessions.push(session.clone());
        session
    }

    pub(crate) fn visitor(&self, headers: &HeaderMap) -> Visitor {
        let access = cookie(headers, ACCESS_COOKIE);
        if let Some(session) = self
            .sessions
            .iter()
            .find(|s| Some(s.access_token.as_str()) == access)
        {
            let age = (now() - session.issued_at).num_milliseconds();
            let ttl = self.switches.access_token_ttl_s.saturating_mul(1000);
            if u64::try_from(age).unwrap_or(0) >= ttl {
                return Visitor::Stale;
            }
            return match self.accounts.get(&session.account_id) {
                Some(account) => Visitor::Member(account.clone()),
                None => Visitor::Stranger,
            };
        }
        // A refresh token alone is worth one try.
        if cookie(headers, REFRESH_COOKIE).is_some() {
            Visitor::Stale
        } else {
            Visitor::Stranger
        }
    }

    /// Exchanges a refresh token for a new pair. It works once: the second use ends the session, as on the site.
    pub(crate) fn rotate(&mut self, headers: &HeaderMap) -> Option<Session> {
        let token = cookie(headers, REFRESH_COOKIE)?;
        if let Some(session_id) = self.spent_refresh_tokens.get(token) {
            let session_id = session_id.clone();
            self.sessions.retain(|session| session.id != session_id);
            tracing::warn!("a refresh token was used twice: its session is over");
            return None;
        }
        let at = self
            .sessions
            .iter()
            .position(|session| session.refresh_token == token)?;
        let account = self.accounts.get(&self.sessions[at].account_id)?.clone();
        let issued_at = now();
        let ttl_s = self.switches.access_token_ttl_s;
        let session = &mut self.sessions[at];
        session.access_token = access_token(&account, issued_at, ttl_s);
        session.refresh_token = random_hex(32);
        session.issued_at = issued_at;
        let session = session.clone();
        if self.spent_refresh_tokens.len() >= SESSIONS_MAX * 10 {
            self.spent_refresh_tokens.pop_first();
        }
        self.spent_refresh_tokens
            .insert(token.to_owned(), session.id.clone());
        self.counts.token_rotations += 1;
        Some(session)
    }

    /// Ends every session of the visitor's account.
    pub(crate) fn revoke(&mut self, headers: &HeaderMap) {
        let access = cookie(headers, ACCESS_COOKIE);
        let refresh = cookie(headers, REFRESH_COOKIE);
        let account_id = self
            .sessions
            .iter()
            .find(|s| {
                Some(s.access_token.as_str()) == access || Some(s.refresh_token.as_str()) == refresh
            })
            .map(|session| session.account_id);
        self.sessions
            .retain(|session| Some(session.account_id) != account_id);
    }

    /// The next use of the visitor's access token finds it stale.
    pub(crate) fn make_stale(&mut self, headers: &HeaderMap) {
        let access = cookie(headers, ACCESS_COOKIE).map(str::to_owned);
        for session in &mut self.sessions {
            if Some(&session.access_token) == access.as_ref() {
                session.issued_at = DateTime::<Utc>::UNIX_EPOCH;
            }
        }
    }
}

/// The session as a `Cookie` request header would carry it.
pub(crate) fn cookie_header(session: &Session) -> String {
    format!(
        "{ACCESS_COOKIE}={}; {REFRESH_COOKIE}={}; anon_id={}; v_udt={}; anonymous-iso-locale=fr",
        session.access_token,
        session.refresh_token,
        uuid::Uuid::now_v7(),
        random_hex(16),
    )
}

/// `Set-Cookie` headers of a session; `Secure` is missing because the marketplace speaks plain HTTP on loopback.
pub(crate) fn set_cookies(session: &Session) -> Vec<HeaderValue> {
    let week = 7 * 24 * 3600;
    [
        format!("{ACCESS_COOKIE}={}; Max-Age={week}", session.access_token),
        format!("{REFRESH_COOKIE}={}; Max-Age={week}", session.refresh_token),
        format!("v_udt={}; Max-Age={week}", random_hex(16)),
    ]
    .iter()
    .filter_map(|pair| {
        HeaderValue::from_str(&format!("{pair}; Path=/; HttpOnly; SameSite=Lax")).ok()
    })
    .collect()
}

/// `Set-Cookie` headers that end a session in the browser.
pub(crate) fn clear_cookies() -> Vec<HeaderValue> {
    [ACCESS_COOKIE, REFRESH_COOKIE]
        .iter()
        .filter_map(|name| {
            HeaderValue::from_str(&format!(
                "{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
            ))
            .ok()
        })
        .collect()
}
