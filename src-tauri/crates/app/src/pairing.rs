//! The secret that pairs a phone: its life, without clock or disk.

use std::time::{Duration, Instant};

use rand::TryRngCore;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How long a code pairs a phone.
pub(crate) const LIFE: Duration = Duration::from_secs(120);
/// Random bytes of a secret: 160 bits, so that guessing is hopeless at any rate.
const SECRET_BYTES: usize = 20;
/// Wrong secrets, over all who try, after which a code is void: whoever guesses is noticed and gets nothing.
const MOST_WRONG: u32 = 100;

/// SHA-256 of a secret.
pub(crate) type Hash = [u8; 32];

/// A new secret of the system's own randomness, and its hash.
///
/// # Errors
/// Where the system gives no randomness.
pub(crate) fn new_secret() -> Result<(SecretString, Hash), rand::rand_core::OsError> {
    let mut random = Zeroizing::new([0; SECRET_BYTES]);
    rand::rngs::OsRng.try_fill_bytes(&mut random[..])?;
    let text = hex::encode(&random[..]);
    let hash = hash(&text);
    Ok((SecretString::from(text), hash))
}

pub(crate) fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// What is kept of a phone's token. It holds for the scheme that it was given over: one that others could read along on
/// the way opens nothing of the encrypted door.
pub(crate) fn token_hash(scheme: &str, token: &str) -> Hash {
    hash(&format!("{scheme}:{token}"))
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &Hash, other: &Hash) -> bool {
    one.ct_eq(other).into()
}

/// At most one code at a time.
#[derive(Debug, Default)]
pub(crate) struct Pairing(Option<Code>);

#[derive(Debug)]
struct Code {
    hash: Hash,
    end: Instant,
    wrong: u32,
    /// A phone brought its secret and is being noted; whoever else brings it is too late.
    taken: bool,
}

impl Pairing {
    /// A new code takes the place of an older one.
    pub(crate) fn open(&mut self, hash: Hash, now: Instant) {
        self.0 = Some(Code {
            hash,
            end: now + LIFE,
            wrong: 0,
            taken: false,
        });
    }

    pub(crate) fn close(&mut self) {
        self.0 = None;
    }

    /// Seconds for which the code pairs a phone yet.
    pub(crate) fn seconds_left(&self, now: Instant) -> Option<u32> {
        let code = self.0.as_ref().filter(|code| !code.taken)?;
        let left = code.end.checked_duration_since(now)?;
        u32::try_from(left.as_millis().div_ceil(1000))
            .ok()
            .filter(|seconds| *seconds > 0)
    }

    /// Takes the code where `given` is its secret: nobody else gets it until [`Pairing::settle`].
    pub(crate) fn takes(&mut self, given: &str, now: Instant) -> bool {
        let given = hash(given);
        let Some(code) = self.0.as_mut() else {
            return false;
        };
        if now >= code.end {
            self.0 = None;
            return false;
        }
        if same(&code.hash, &given) {
            return !std::mem::replace(&mut code.taken, true);
        }
        code.wrong += 1;
        if code.wrong >= MOST_WRONG {
            tracing::warn!("the code that pairs a phone was tried too often and is void");
            self.0 = None;
        }
        false
    }

    /// The phone that brought this secret was paired: the code is used up. It was not: the code serves again, unless
    /// it was hidden or replaced meanwhile.
    pub(crate) fn settle(&mut self, given: &str, paired: bool) {
        let given = hash(given);
        let Some(code) = self.0.as_mut().filter(|code| same(&code.hash, &given)) else {
            return;
        };
        code.taken = false;
        if paired {
            self.0 = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn opened(now: Instant) -> (Pairing, SecretString) {
        let mut pairing = Pairing::default();
        let (secret, hash) = new_secret().unwrap();
        pairing.open(hash, now);
        (pairing, secret)
    }

    #[test]
    fn a_code_pairs_one_phone_within_two_minutes() {
        let now = Instant::now();
        let (mut pairing, secret) = opened(now);
        assert_eq!(pairing.seconds_left(now), Some(120));
        let late = now + LIFE;
        assert_eq!(pairing.seconds_left(late), None);
        let just = late.checked_sub(Duration::from_millis(1)).unwrap();
        assert!(pairing.takes(secret.expose_secret(), just), "in time");
        assert!(!pairing.takes(secret.expose_secret(), just), "used up");

        let (mut pairing, secret) = opened(now);
        assert!(!pairing.takes(secret.expose_secret(), late), "too late");
        assert!(!pairing.takes(secret.expose_secret(), now), "and void");

        let (mut pairing, first) = opened(now);
        let (second, hash) = new_secret().unwrap();
        pairing.open(hash, now);
        assert!(!pairing.takes(first.expose_secret(), now), "replaced");
        assert!(pairing.takes(second.expose_secret(), now));
    }

    #[test]
    fn a_code_serves_again_where_the_phone_could_not_be_noted() {
        let now = Instant::now();
        let (mut pairing, secret) = opened(now);
        let secret = secret.expose_secret();
        assert!(pairing.takes(secret, now));
        assert_eq!(pairing.seconds_left(now), None, "taken, for now");
        pairing.settle(secret, false);
        assert_eq!(pairing.seconds_left(now), Some(120), "it serves again");
        assert!(pairing.takes(secret, now));
        pairing.settle(secret, true);
        assert!(!pairing.takes(secret, now), "used up");

        let (mut hidden, secret) = opened(now);
        let secret = secret.expose_secret();
        assert!(hidden.takes(secret, now));
        hidden.close();
        hidden.settle(secret, false);
        assert!(!hidden.takes(secret, now), "hidden meanwhile stays hidden");
    }

    #[test]
    fn ten_thousand_guesses_pair_nobody() {
        let now = Instant::now();
        let (mut pairing, secret) = opened(now);
        let guessed = (0..10_000).any(|n: u32| pairing.takes(&format!("{n:040x}"), now));
        assert!(!guessed, "no guess is the secret");
        assert_eq!(pairing.seconds_left(now), None, "the code is void");
        assert!(
            !pairing.takes(secret.expose_secret(), now),
            "even the right secret opens nothing after that"
        );
        assert!(!Pairing::default().takes("", now), "nor where no code is");
    }

    #[test]
    fn secrets_have_more_than_128_bits_and_differ() {
        let (one, _) = new_secret().unwrap();
        let (other, _) = new_secret().unwrap();
        assert_eq!(one.expose_secret().len(), 40, "160 bits in hex");
        assert_ne!(one.expose_secret(), other.expose_secret());
    }
}
