//! Sealed values: `version (1) | nonce (24) | ciphertext | tag (16)`, XChaCha20-Poly1305
//! (draft-irtf-cfrg-xchacha-03). The nonce is long enough to be drawn at random for every value.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::key::{self, KEY_BYTES};

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// How much longer a sealed value is than the plain one.
pub const SEAL_OVERHEAD_BYTES: usize = 1 + NONCE_BYTES + TAG_BYTES;

/// The most that is sealed in one value. A session with its cookies is about 12 kB.
pub const MAX_PLAIN_BYTES: usize = 1024 * 1024;

pub(crate) fn seal(
    key: &SecretBox<[u8; KEY_BYTES]>,
    associated_data: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, VaultError> {
    if plain.len() > MAX_PLAIN_BYTES {
        return Err(VaultError::TooLarge {
            bytes: plain.len(),
            limit: MAX_PLAIN_BYTES,
        });
    }
    let mut nonce = [0_u8; NONCE_BYTES];
    key::random(&mut nonce)?;
    let ciphertext = cipher(key)
        .encrypt(
            &XNonce::from(nonce),
            payload(plain, &versioned(associated_data)),
        )
        .map_err(|_| VaultError::Derivation)?;
    let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

pub(crate) fn open(
    key: &SecretBox<[u8; KEY_BYTES]>,
    associated_data: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (&version, rest) = sealed.split_first().ok_or(VaultError::SealDamaged)?;
    if version != VERSION {
        return Err(VaultError::UnknownVersion { version });
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(VaultError::SealDamaged)?;
    if ciphertext.len() > MAX_PLAIN_BYTES + TAG_BYTES {
        return Err(VaultError::SealDamaged);
    }
    cipher(key)
        .decrypt(
            &XNonce::from(*nonce),
            payload(ciphertext, &versioned(associated_data)),
        )
        .map(Zeroizing::new)
        .map_err(|_| VaultError::SealDamaged)
}

fn cipher(key: &SecretBox<[u8; KEY_BYTES]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose_secret().into())
}

/// The version byte is authenticated too, or a later format could be passed off as this one.
fn versioned(associated_data: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(1 + associated_data.len());
    data.push(VERSION);
    data.extend_from_slice(associated_data);
    data
}

fn payload<'a>(msg: &'a [u8], aad: &'a [u8]) -> Payload<'a, 'a> {
    Payload { msg, aad }
}
