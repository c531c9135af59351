//! How often a client may ask.

use std::{
    collections::VecDeque,
    net::IpAddr,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use contract::{Code, Failure};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use parking_lot::Mutex;

use crate::{
    answer::{Answer, Refusal},
    doors::ENTER,
    server::Limits,
};

const MINUTE: Duration = Duration::from_secs(60);
/// Calls a minute of the page in a tab: it saves as one types, and sends hundreds of photos.
const OF_PAGE: u32 = 3_000;
const UPLOADS: [&str; 2] = ["/api/v1/ingest/upload", "/ingest/upload"];

/// The limits of the contract at work.
pub(crate) struct Gates {
    writes: DefaultKeyedRateLimiter<IpAddr>,
    uploads: DefaultKeyedRateLimiter<IpAddr>,
    reads: DefaultKeyedRateLimiter<IpAddr>,
    page: DefaultKeyedRateLimiter<IpAddr>,
    publishes: Publishes,
}

impl Gates {
    pub(crate) fn new(limits: &Limits) -> Self {
        let keyed = |per_minute: u32| {
            let number = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
            RateLimiter::keyed(Quota::per_minute(number))
        };
        Self {
            writes: keyed(limits.writes),
            uploads: keyed(limits.uploads),
            reads: keyed(limits.reads),
            page: keyed(OF_PAGE),
            publishes: Publishes {
                most: limits.publishes.max(1) as usize,
                begun: Mutex::default(),
            },
        }
    }

    /// Counts a request; reads count only over the network.
    pub(super) fn pass(&self, client: IpAddr, path: &str, writes: bool) -> Answer<()> {
        let client = of_client(client);
        if !writes {
            let far = !client.is_loopback();
            return if far {
                check(&self.reads, client)
            } else {
                Ok(())
            };
        }
        // Who wants in counts as everybody does.
        if path.starts_with("/window/") && path != ENTER {
            return check(&self.page, client);
        }
        check(&self.writes, client)?;
        if UPLOADS.contains(&path) {
            check(&self.uploads, client)?;
        }
        Ok(())
    }

    /// Counts a live publish over all clients.
    pub(crate) fn publish(&self) -> Answer<Counted<'_>> {
        self.publishes.begin(Instant::now())
    }

    /// Forgets clients that are within their limits anyway.
    pub(crate) fn sweep(&self) {
        for limiter in [&self.writes, &self.uploads, &self.reads, &self.page] {
            limiter.retain_recent();
        }
    }
}

/// A household has one address of IPv4, or all of a /64: one client.
pub(crate) fn of_client(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let prefix = v6.to_bits() & (u128::MAX << 64);
            IpAddr::V6(prefix.into())
        }
        other => other,
    }
}

pub(crate) fn check(limiter: &DefaultKeyedRateLimiter<IpAddr>, client: IpAddr) -> Answer<()> {
    limiter
        .check_key(&client)
        .map_err(|not_until| too_often(not_until.wait_time_from(limiter.clock().now())))
}

pub(crate) fn too_often(wait: Duration) -> Refusal {
    let seconds = wait.as_millis().div_ceil(1000);
    let seconds = u64::try_from(seconds).unwrap_or(60).max(1);
    Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        Failure::new(
            Code::RateLimited,
            format!("Too many requests. Try again in {seconds} seconds."),
        ),
    )
    .after(seconds)
}

/// Live publishes of the last minute. The limiter of the others cannot take a call back, and one that was refused for
/// its token or key must not count here.
struct Publishes {
    most: usize,
    begun: Mutex<VecDeque<Instant>>,
}

/// A live publish that counts, unless it is taken back.
pub(crate) struct Counted<'a> {
    of: &'a Publishes,
    at: Instant,
}

impl Publishes {
    fn begin(&self, now: Instant) -> Answer<Counted<'_>> {
        let mut begun = self.begun.lock();
        while begun
            .front()
            .is_some_and(|at| now.duration_since(*at) >= MINUTE)
        {
            begun.pop_front();
        }
        if begun.len() >= self.most {
            let oldest = begun.front().copied().unwrap_or(now);
            return Err(too_often(MINUTE.saturating_sub(now.duration_since(oldest))));
        }
        begun.push_back(now);
        Ok(Counted { of: self, at: now })
    }
}

impl Counted<'_> {
    /// Nothing was published, and nothing could have been.
    pub(crate) fn take_back(self) {
        let mut begun = self.of.begun.lock();
        if let Some(place) = begun.iter().position(|at| *at == self.at) {
            begun.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gates() -> Gates {
        Gates::new(&Limits::default())
    }

    fn passes(gates: &Gates, client: &str, path: &str, writes: bool, times: u32) -> usize {
        let client = client.parse().unwrap();
        (0..times)
            .filter(|_| gates.pass(client, path, writes).is_ok())
            .count()
    }

    #[test]
    fn the_limits_of_the_contract() {
        let gates = gates();
        assert_eq!(
            passes(&gates, "127.0.0.1", "/api/jobs", true, 100),
            60,
            "writes a minute"
        );
        assert_eq!(
            passes(&gates, "192.168.1.5", "/api/v1/ingest/upload", true, 30),
            10,
            "uploads a minute, of another client"
        );
        assert_eq!(
            passes(&gates, "127.0.0.1", "/api/jobs", false, 2_000),
            2_000,
            "reads here"
        );
        assert_eq!(
            passes(&gates, "192.168.1.5", "/api/jobs", false, 2_000),
            600,
            "reads there"
        );
        assert_eq!(
            passes(
                &gates,
                "127.0.0.1",
                "/window/call/change_draft",
                true,
                4_000
            ),
            3_000,
            "the page's calls"
        );
        assert_eq!(
            passes(&gates, "192.168.1.6", ENTER, true, 100),
            60,
            "who wants in"
        );
        assert_eq!(
            passes(&gates, "fe80::1", "/x", true, 40) + passes(&gates, "fe80::2", "/x", true, 40),
            60,
            "one household, many addresses"
        );
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let gates = gates();
        passes(&gates, "127.0.0.1", "/x", true, 60);
        let refusal = gates
            .pass("127.0.0.1".parse().unwrap(), "/x", true)
            .unwrap_err();
        assert_eq!(refusal.code(), Code::RateLimited);
        assert!(
            refusal.into_failure().message.contains("in 1 seconds"),
            "one a second comes free"
        );
    }

    #[test]
    fn five_publishes_a_minute_and_a_refused_one_is_none() {
        let publishes = Publishes {
            most: 5,
            begun: Mutex::default(),
        };
        let now = Instant::now();
        for _ in 0..20 {
            publishes.begin(now).map(Counted::take_back).unwrap();
        }
        for _ in 0..5 {
            assert!(publishes.begin(now).is_ok());
        }
        assert!(
            publishes.begin(now + Duration::from_secs(59)).is_err(),
            "the sixth"
        );
        assert!(publishes.begin(now + MINUTE).is_ok(), "a minute later");
    }
}
