//! Where a model answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Longest address that is taken, in characters.
const MAX_LENGTH: usize = 500;

/// How far a photo travels to that address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Loopback: nothing leaves the machine.
    ThisMachine,
    /// A private address, or a name that only a local network has.
    LocalNetwork,
    /// Anywhere.
    Elsewhere,
}

/// The base of an OpenAI-compatible API, such as `https://api.openai.com/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    base: Url,
}

/// Why a text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not `http://` or `https://` with a host.
    #[error("an address such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1")]
    NotAnAddress,
    /// A name or a password, a query or a fragment in it.
    #[error("an address without a name, a password, ? or #; the key has its own place")]
    Extras,
    /// Plain HTTP to a machine that is neither this one nor in the local network.
    #[error("an address that begins with https://: photos and key would travel readable")]
    NotEncrypted,
}

impl Address {
    /// Reads what a person typed. Without a path, `/v1` is meant, as all servers known have it.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > MAX_LENGTH || text.chars().any(char::is_whitespace) {
            return Err(AddressError::NotAnAddress);
        }
        let mut base = Url::parse(text).map_err(|_| AddressError::NotAnAddress)?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(AddressError::NotAnAddress);
        }
        let has_name = !base.username().is_empty() || base.password().is_some();
        if has_name || base.query().is_some() || base.fragment().is_some() {
            return Err(AddressError::Extras);
        }
        // The address of the call itself is what some documentation shows.
        let path = base.path().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path);
        let path = if path.is_empty() { "/v1" } else { path }.to_owned();
        base.set_path(&path);
        let address = Self { base };
        match address.host() {
            Some(Host::Ipv4(ip)) if ip.is_unspecified() => Err(AddressError::NotAnAddress),
            Some(Host::Ipv6(ip)) if ip.is_unspecified() => Err(AddressError::NotAnAddress),
            None => Err(AddressError::NotAnAddress),
            Some(_) if address.place() == Place::Elsewhere && !address.is_encrypted() => {
                Err(AddressError::NotEncrypted)
            }
            Some(_) => Ok(address),
        }
    }

    /// The address in one spelling, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.base.as_str()
    }

    /// Host and, where it is not the usual one, port, for a person.
    #[must_use]
    pub fn host_text(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// What is sent travels unreadable for others.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// How far a photo travels.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.host() {
            Some(Host::Ipv4(ip)) => of_v4(ip),
            Some(Host::Ipv6(ip)) => match ip.to_ipv4_mapped() {
                Some(ip) => of_v4(ip),
                None => of_v6(ip),
            },
            Some(Host::Domain(name)) => of_name(name),
            None => Place::Elsewhere,
        }
    }

    fn host(&self) -> Option<Host<&str>> {
        self.base.host()
    }

    /// Where questions go.
    pub(crate) fn questions(&self) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/chat/completions", self.base.path()));
        url
    }
}

fn of_v4(ip: Ipv4Addr) -> Place {
    if ip.is_loopback() {
        Place::ThisMachine
    } else if ip.is_private() {
        Place::LocalNetwork
    } else {
        Place::Elsewhere
    }
}

fn of_v6(ip: Ipv6Addr) -> Place {
    if ip.is_loopback() {
        Place::ThisMachine
    } else if ip.is_unique_local() {
        Place::LocalNetwork
    } else {
        Place::Elsewhere
    }
}

/// An address is no farther away than a name says.
pub(crate) fn leads_within(named: Place, ip: IpAddr) -> bool {
    let found = match ip.to_canonical() {
        IpAddr::V4(ip) => of_v4(ip),
        // A name of the local network may lead to the link itself.
        IpAddr::V6(ip) if ip.is_unicast_link_local() => Place::LocalNetwork,
        IpAddr::V6(ip) => of_v6(ip),
    };
    match named {
        Place::ThisMachine => found == Place::ThisMachine,
        Place::LocalNetwork => found != Place::Elsewhere,
        Place::Elsewhere => true,
    }
}

/// `localhost` is loopback (RFC 6761, 6.3); `.local` (RFC 6762), `.home.arpa` (RFC 8375), `.lan` and names without a
/// dot exist in a local network only.
pub(crate) fn of_name(name: &str) -> Place {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = |suffix: &str| name.ends_with(suffix);
    if name == "localhost" || ends(".localhost") {
        Place::ThisMachine
    } else if !name.contains('.') || ends(".local") || ends(".lan") || ends(".home.arpa") {
        Place::LocalNetwork
    } else {
        Place::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "https://api.openai.com/v1",
        "https://api.openai.com/v1",
        Place::Elsewhere
    )]
    #[case(
        " https://API.openai.com/v1/ ",
        "https://api.openai.com/v1",
        Place::Elsewhere
    )]
    #[case(
        "http://localhost:11434",
        "http://localhost:11434/v1",
        Place::ThisMachine
    )]
    #[case(
        "http://127.0.0.1:1234/v1/chat/completions",
        "http://127.0.0.1:1234/v1",
        Place::ThisMachine
    )]
    #[case("http://[::1]:8080/v1", "http://[::1]:8080/v1", Place::ThisMachine)]
    #[case(
        "http://[::ffff:127.0.0.1]/v1",
        "http://[::ffff:7f00:1]/v1",
        Place::ThisMachine
    )]
    #[case(
        "http://192.168.1.20:11434",
        "http://192.168.1.20:11434/v1",
        Place::LocalNetwork
    )]
    #[case("http://nas.local/v1", "http://nas.local/v1", Place::LocalNetwork)]
    // A number is an address too: 2130706433 is 127.0.0.1.
    #[case("http://2130706433/v1", "http://127.0.0.1/v1", Place::ThisMachine)]
    fn addresses_are_read_and_placed(
        #[case] typed: &str,
        #[case] text: &str,
        #[case] place: Place,
    ) {
        let address = Address::parse(typed).unwrap();
        assert_eq!((address.as_str(), address.place()), (text, place));
        assert_eq!(
            address.questions().as_str(),
            format!("{text}/chat/completions")
        );
    }

    #[rstest]
    #[case("localhost", "127.0.0.1", true)]
    #[case("x.localhost", "203.0.113.7", false)]
    #[case("x.localhost", "192.168.1.7", false)]
    #[case("nas", "192.168.1.7", true)]
    #[case("nas.local", "fe80::7", true)]
    #[case("nas", "203.0.113.7", false)]
    #[case("nas.lan", "::ffff:203.0.113.7", false)]
    #[case("nas.lan", "2001:db8::7", false)]
    #[case("nas.lan", "169.254.169.254", false)]
    #[case("api.openai.com", "203.0.113.7", true)]
    fn a_name_that_sounds_local_leads_nowhere_else(
        #[case] name: &str,
        #[case] to: &str,
        #[case] kept: bool,
    ) {
        assert_eq!(leads_within(of_name(name), to.parse().unwrap()), kept);
    }

    #[rstest]
    #[case("api.openai.com/v1", AddressError::NotAnAddress)]
    #[case("ftp://a.test", AddressError::NotAnAddress)]
    #[case("http://", AddressError::NotAnAddress)]
    #[case("http://0.0.0.0:1/v1", AddressError::NotAnAddress)]
    #[case("https://a.test/v1 x", AddressError::NotAnAddress)]
    #[case("https://me:secret@a.test/v1", AddressError::Extras)]
    #[case("https://a.test/v1?key=secret", AddressError::Extras)]
    #[case("http://api.openai.com/v1", AddressError::NotEncrypted)]
    // Names that only look like this machine.
    #[case("http://localhost.a.test/v1", AddressError::NotEncrypted)]
    #[case("http://169.254.169.254/v1", AddressError::NotEncrypted)]
    fn what_is_no_safe_address_is_refused(#[case] typed: &str, #[case] why: AddressError) {
        assert_eq!(Address::parse(typed), Err(why), "{typed}");
    }
}
