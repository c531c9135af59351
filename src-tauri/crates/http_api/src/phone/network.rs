//! The addresses of this machine on local networks.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use contract::LanAddress;

/// Names of connections that no phone is on: containers, virtual machines, tunnels.
const NOT_FOR_PHONES: [&str; 12] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "tun",
    "tap",
    "utun",
    "wg",
    "zt",
    "tailscale",
];

/// Private IPv4 addresses that a phone of the same network can reach, the one that leads outside first.
#[must_use]
pub fn lan_addresses() -> Vec<LanAddress> {
    let interfaces = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces,
        Err(error) => {
            tracing::warn!(%error, "the connections of this machine cannot be listed");
            return Vec::new();
        }
    };
    let outside = leading_outside();
    let mut found: Vec<(Ipv4Addr, String)> = interfaces
        .into_iter()
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(address) => Some((address, interface.name)),
            IpAddr::V6(_) => None,
        })
        .filter(|(address, name)| address.is_private() && is_for_phones(name))
        .collect();
    found.sort_by_key(|(address, name)| (Some(*address) != outside, name.clone(), *address));
    found
        .into_iter()
        .map(|(address, interface)| LanAddress {
            address: address.to_string(),
            interface,
        })
        .collect()
}

fn is_for_phones(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !NOT_FOR_PHONES.iter().any(|other| name.starts_with(other))
}

/// The address from which this machine would speak to the outside. Nothing is sent: a UDP socket is only given its
/// way (192.0.2.1 is reserved for documents, RFC 5737).
fn leading_outside() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_and_tunnels_are_no_place_for_phones() {
        for name in ["wlan0", "en0", "eth0", "Wi-Fi", "enp3s0"] {
            assert!(is_for_phones(name), "{name}");
        }
        for name in ["docker0", "br-12ab", "veth1", "utun3", "wg0", "vboxnet0"] {
            assert!(!is_for_phones(name), "{name}");
        }
    }

    #[test]
    fn only_private_addresses_are_offered() {
        for found in lan_addresses() {
            let address: Ipv4Addr = found.address.parse().unwrap();
            assert!(address.is_private(), "{address} is of a local network");
        }
    }
}
