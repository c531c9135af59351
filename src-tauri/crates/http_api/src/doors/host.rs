//! Which names this server answers to. A page that points its own name at this machine (DNS rebinding) sends that name,
//! and is refused before anything else is looked at.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::Request,
    http::{StatusCode, header},
};
use contract::{Code, Failure};

use crate::answer::{Answer, Refusal};

/// The request's one Host, where it is this server's.
///
/// `name` is a further name of the server, with its port.
pub(crate) fn known(request: &Request, local: SocketAddr, name: Option<&str>) -> Answer<String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(unknown());
    };
    let host = host.to_str().map_err(|_| unknown())?;
    // `GET http://elsewhere/ HTTP/1.1` names a host of its own.
    let same = request
        .uri()
        .authority()
        .is_none_or(|a| a.as_str().eq_ignore_ascii_case(host));
    let is_named = name.is_some_and(|name| name.eq_ignore_ascii_case(host));
    if same && (is_named || is_ours(host, local)) {
        Ok(host.to_ascii_lowercase())
    } else {
        Err(unknown())
    }
}

fn unknown() -> Refusal {
    Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        Failure::new(
            Code::NotFound,
            "This server does not answer to that name. Use the address that `studio serve` shows.",
        ),
    )
}

/// `localhost` or an address, never another name; with the very port.
fn is_ours(host: &str, local: SocketAddr) -> bool {
    let Some((name, port)) = split(host) else {
        return false;
    };
    if port.unwrap_or(80) != local.port() {
        return false;
    }
    // An address of IPv4 that came in over IPv6.
    let own = local.ip().to_canonical();
    if own.is_loopback() {
        let named =
            |ip: IpAddr| ip == own || ip.to_string() == "127.0.0.1" || ip.to_string() == "::1";
        return name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(named);
    }
    name.parse::<IpAddr>().is_ok_and(|ip| ip == own)
}

/// Name without brackets, and port.
fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let digits = |port: &str| {
        let plain = !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| port.parse::<u16>().ok()).flatten()
    };
    if let Some(rest) = host.strip_prefix('[') {
        let (name, rest) = rest.split_once(']')?;
        name.parse::<std::net::Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((name, Some(digits(port)?))),
            None => rest.is_empty().then_some((name, None)),
        };
    }
    match host.split_once(':') {
        Some((name, port)) => Some((name, Some(digits(port)?))),
        None => Some((host, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_s_own_names_are_ours() {
        let loopback: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        for host in [
            "127.0.0.1:5000",
            "localhost:5000",
            "LOCALHOST:5000",
            "[::1]:5000",
        ] {
            assert!(is_ours(host, loopback), "{host}");
        }
        for host in [
            "evil.test:5000",
            "127.0.0.1.evil.test:5000",
            "localhost.evil.test:5000",
            "localhost.:5000",
            "127.0.0.1.:5000",
            "127.0.0.1",
            "127.0.0.1:5001",
            "127.0.0.1:05000x",
            "127.1:5000",
            "2130706433:5000",
            "0.0.0.0:5000",
            "192.168.1.7:5000",
            "[::1]:5000@evil.test",
            "evil@127.0.0.1:5000",
            "::1:5000",
            "",
            ":5000",
        ] {
            assert!(!is_ours(host, loopback), "{host}");
        }
        let lan: SocketAddr = "[::ffff:192.168.1.7]:80".parse().unwrap();
        assert!(is_ours("192.168.1.7", lan), "its own address, usual port");
        for host in ["192.168.1.8", "localhost", "127.0.0.1"] {
            assert!(!is_ours(host, lan), "{host} is not where it came in");
        }
    }
}
