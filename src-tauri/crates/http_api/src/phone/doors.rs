//! What a request passes: Host, then Origin and Sec-Fetch-Site, then limits, then a phone's token. The API's token opens
//! nothing here, and a phone's opens nothing there.

use std::{net::IpAddr, num::NonZeroU32};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use contract::{Code, Failure};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{Door, page};
use crate::{
    answer::{self, Answer, Refusal},
    doors::{self, Ends, host, origin},
};

/// Calls a minute and phone: parts of 1 MiB over a fast Wi-Fi, of 100 photos.
const OF_A_PHONE: u32 = 3_000;
/// Calls a minute and address of whoever is not paired: the page and its files.
const OF_A_STRANGER: u32 = 120;
/// Tries to pair a minute and address: whoever guesses keeps nobody else from pairing.
const PAIRINGS_OF_ONE: u32 = 10;
/// Tries to pair a minute, over all addresses.
const PAIRINGS: u32 = 60;

/// Where a phone is paired.
pub(super) const PAIR: &str = "/api/pair";

/// The phone that asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phone(pub(super) Uuid);

/// How often it may be asked.
pub(super) struct Rates {
    phones: DefaultKeyedRateLimiter<IpAddr>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    pairings_of_one: DefaultKeyedRateLimiter<IpAddr>,
    pairings: DefaultDirectRateLimiter,
}

impl Default for Rates {
    fn default() -> Self {
        let quota = |number| Quota::per_minute(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN));
        Self {
            phones: RateLimiter::keyed(quota(OF_A_PHONE)),
            strangers: RateLimiter::keyed(quota(OF_A_STRANGER)),
            pairings_of_one: RateLimiter::keyed(quota(PAIRINGS_OF_ONE)),
            pairings: RateLimiter::direct(quota(PAIRINGS)),
        }
    }
}

impl Rates {
    fn pass(&self, client: IpAddr, path: &str, has_token: bool) -> Answer<()> {
        let client = doors::of_client(client);
        if path == PAIR {
            doors::check(&self.pairings_of_one, client)?;
            if self.pairings.check().is_err() {
                return Err(doors::too_often(std::time::Duration::from_secs(5)));
            }
        }
        if has_token {
            doors::check(&self.phones, client)
        } else {
            doors::check(&self.strangers, client)
        }
    }

    /// Forgets who is within the limits anyway.
    pub(super) fn sweep(&self) {
        self.phones.retain_recent();
        self.strangers.retain_recent();
        self.pairings_of_one.retain_recent();
    }
}

/// Puts the doors before the routes.
pub(super) fn before(routes: Router, door: &Door) -> Router {
    routes
        .layer(from_fn_with_state(door.clone(), pass))
        .layer(from_fn(answer::shape))
        .layer(from_fn(doors::named))
}

async fn pass(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let token = match may_pass(&door, &request) {
        Ok(token) => token,
        Err(refusal) => return refusal.into_response(),
    };
    if let Some(token) = token {
        let known = door.app.phone_of_token(door.scheme, token.expose_secret());
        match known.await {
            Ok(Some(phone)) => {
                request.extensions_mut().insert(Phone(phone));
            }
            Ok(None) => return not_paired().into_response(),
            Err(failure) => return Refusal::from(failure).into_response(),
        }
    }
    next.run(request).await
}

/// The token to be looked up; none for what anybody may see: the page and its files, and pairing.
fn may_pass(door: &Door, request: &Request) -> Answer<Option<SecretString>> {
    let ends = request.extensions().get::<Ends>().copied();
    let local = ends.map_or(door.local, |e| e.local);
    let host = host::known(request, local, door.name.as_deref())?;
    let path = request.uri().path();
    if origin::known(request, door.scheme, &host) != origin::Asking::Own && !is_opened(request) {
        return Err(foreign());
    }
    let token = bearer(request)?;
    let peer = ends.map_or(door.local, |e| e.peer);
    door.rates.pass(peer.ip(), path, token.is_some())?;
    if page::is_public(path) || path == PAIR {
        return Ok(None);
    }
    match token {
        Some(token) => Ok(Some(SecretString::from(token.to_owned()))),
        None => Err(not_paired()),
    }
}

/// A scanner, a message or a bookmark opens the page. It says so as another site would; the page itself shows nothing
/// of the seller, holds no secret and cannot be framed.
fn is_opened(request: &Request) -> bool {
    let headers = request.headers();
    let is = |name: &'static str, value: &[u8]| {
        let mut all = headers.get_all(HeaderName::from_static(name)).iter();
        all.next().is_some_and(|v| v.as_bytes() == value) && all.next().is_none()
    };
    request.method() == Method::GET
        && request.uri().path() == "/"
        && !headers.contains_key(header::ORIGIN)
        && is("sec-fetch-mode", b"navigate")
        && is("sec-fetch-dest", b"document")
}

/// The request's one token; two are none.
fn bearer(request: &Request) -> Answer<Option<&str>> {
    let mut given = request.headers().get_all(header::AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(header), None) => {
            let token = header.to_str().ok().and_then(doors::bearer);
            token.map(Some).ok_or_else(not_paired)
        }
        (Some(_), Some(_)) => Err(not_paired()),
    }
}

fn foreign() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        Failure::new(Code::NotAvailable, "Other pages may not ask here."),
    )
}

pub(super) fn not_paired() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        Failure::new(
            Code::TokenInvalid,
            "This phone is not paired. Show a code on the computer, then scan it.",
        ),
    )
}
