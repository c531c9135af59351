//! The certificate of this installation: made by itself for itself, so that what a phone sends is encrypted. No
//! browser knows it; the person compares its fingerprint once, or accepts it as it is.

use std::{net::IpAddr, sync::Arc};

use app::App;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd,
};
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
        version::TLS13,
    },
};
use zeroize::Zeroizing;

use super::PhoneDoorError;

/// How long one is good: browsers refuse longer than 398 days (CA/Browser Forum, Ballot SC-31).
const DAYS: i64 = 397;
/// How long before its end a new one is made.
const RENEW: TimeDelta = TimeDelta::days(30);
/// Addresses and names of one certificate; the oldest goes.
const MOST_NAMES: usize = 8;

/// What the listener needs, and what the person compares.
pub(super) struct Identity {
    pub(super) acceptor: TlsAcceptor,
    /// SHA-256 of the certificate, as browsers show it.
    pub(super) fingerprint: String,
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// DER.
    certificate: Vec<u8>,
    /// PKCS #8 in DER.
    key: Zeroizing<Vec<u8>>,
    /// What it is for.
    names: Vec<String>,
    /// Unix seconds of its end.
    until: i64,
}

/// The kept certificate, where it is for this address and good for a while; else a new one.
pub(super) async fn of_installation(
    app: &App,
    address: IpAddr,
    host: Option<&str>,
) -> Result<Identity, PhoneDoorError> {
    let kept = app.phone_certificate().await?;
    let kept = kept.and_then(|plain| serde_json::from_slice::<Kept>(plain.expose_secret()).ok());
    let mut wanted = vec![address.to_string()];
    wanted.extend(host.map(str::to_owned));
    let now = Utc::now();
    if let Some(kept) = &kept
        && wanted.iter().all(|name| kept.names.contains(name))
        && kept.until > (now + RENEW).timestamp()
    {
        return identity(kept);
    }
    // The other networks of this machine stay in it: the person accepted it for them too.
    let before = kept.map(|kept| kept.names).unwrap_or_default();
    for name in before {
        if wanted.len() < MOST_NAMES && !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    let made = make(wanted, now)?;
    let plain =
        serde_json::to_vec(&made).map_err(|e| PhoneDoorError::Certificate(e.to_string()))?;
    app.keep_phone_certificate(&SecretSlice::from(plain))
        .await?;
    identity(&made)
}

fn make(names: Vec<String>, now: DateTime<Utc>) -> Result<Kept, PhoneDoorError> {
    // Of a key that failed to be made, the library's words say nothing secret.
    let failed = |error: rcgen::Error| PhoneDoorError::Certificate(error.to_string());
    let day = |at: DateTime<Utc>| {
        let (month, day) = (at.month(), at.day());
        date_time_ymd(
            at.year(),
            u8::try_from(month).unwrap_or(1),
            u8::try_from(day).unwrap_or(1),
        )
    };
    let end = now + TimeDelta::days(DAYS);
    let mut params = CertificateParams::new(names.clone()).map_err(failed)?;
    params.not_before = day(now - TimeDelta::days(1));
    params.not_after = day(end);
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "VintedBot Studio");
    params.distinguished_name = name;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok(Kept {
        certificate: certificate.der().to_vec(),
        key: Zeroizing::new(key.serialize_der()),
        names,
        until: end.timestamp(),
    })
}

fn identity(kept: &Kept) -> Result<Identity, PhoneDoorError> {
    let failed =
        |error: tokio_rustls::rustls::Error| PhoneDoorError::Certificate(error.to_string());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(kept.key.to_vec()));
    let certificate = CertificateDer::from(kept.certificate.clone());
    let fingerprint = Sha256::digest(&kept.certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .map_err(failed)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        fingerprint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_serves_and_has_one_fingerprint() {
        let names = vec!["192.168.1.7".to_owned(), "studio-1a2b3c.local".to_owned()];
        let kept = make(names, Utc::now()).unwrap();
        let first = identity(&kept).unwrap().fingerprint;
        assert_eq!(first.len(), 32 * 3 - 1, "SHA-256 in pairs");
        let plain = serde_json::to_vec(&kept).unwrap();
        let read: Kept = serde_json::from_slice(&plain).unwrap();
        assert_eq!(
            identity(&read).unwrap().fingerprint,
            first,
            "kept as it was"
        );
    }
}
