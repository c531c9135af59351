use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{MAX_PLAIN_BYTES, OpenOptions, SEAL_OVERHEAD_BYTES, Vault, VaultKind, VaultScope, key};
use crate::VaultError;

const CANARY: &[u8] = b"_vinted_fr_session=canary-4711";

fn vault_named(name: &str) -> Vault {
    Vault {
        scope: VaultScope {
            service: "studio-test".into(),
            name: name.into(),
        },
        master: key::mint().unwrap(),
    }
}

fn same_key_under(vault: &Vault, service: &str, name: &str) -> Vault {
    Vault {
        scope: VaultScope {
            service: service.into(),
            name: name.into(),
        },
        master: key::from_bytes(vault.master.expose_secret()).unwrap(),
    }
}

#[test]
fn what_was_sealed_opens_again() {
    let vault = vault_named("one");
    let sealed = vault.seal("account-a", CANARY).unwrap();
    assert_eq!(sealed.len(), CANARY.len() + SEAL_OVERHEAD_BYTES);
    assert!(
        !sealed.windows(8).any(|part| part == &CANARY[..8]),
        "the sealed value shows its content"
    );
    assert_eq!(
        vault.open_sealed("account-a", &sealed).unwrap().as_slice(),
        CANARY
    );
    assert_ne!(
        sealed,
        vault.seal("account-a", CANARY).unwrap(),
        "two seals of one value must not tell that it is the same"
    );
    assert!(
        vault
            .open_sealed("a", &vault.seal("a", b"").unwrap())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_value_moved_elsewhere_does_not_open() {
    let vault = vault_named("one");
    let sealed = vault.seal("account-a", CANARY).unwrap();
    let elsewhere: [(&str, Vault, &str); 5] = [
        (
            "another account",
            same_key_under(&vault, "studio-test", "one"),
            "account-b",
        ),
        (
            "another data folder",
            same_key_under(&vault, "studio-test", "two"),
            "account-a",
        ),
        (
            "another program",
            same_key_under(&vault, "other", "one"),
            "account-a",
        ),
        (
            "the same letters, divided otherwise",
            same_key_under(&vault, "studio-testo", "ne"),
            "account-a",
        ),
        ("another key", vault_named("one"), "account-a"),
    ];
    for (place, other, account) in elsewhere {
        let answer = other.open_sealed(account, &sealed);
        assert!(
            matches!(answer, Err(VaultError::SealDamaged)),
            "{place}: {answer:?}"
        );
    }
}

#[test]
fn a_newer_format_is_named() {
    let vault = vault_named("one");
    let mut sealed = vault.seal("a", CANARY).unwrap();
    sealed[0] = 2;
    let answer = vault.open_sealed("a", &sealed);
    assert!(
        matches!(answer, Err(VaultError::UnknownVersion { version: 2 })),
        "{answer:?}"
    );
}

#[test]
fn too_much_is_refused_both_ways() {
    let vault = vault_named("one");
    assert!(vault.seal("a", &vec![7; MAX_PLAIN_BYTES]).is_ok());
    let answer = vault.seal("a", &vec![7; MAX_PLAIN_BYTES + 1]);
    assert!(
        matches!(answer, Err(VaultError::TooLarge { .. })),
        "{answer:?}"
    );
    let mut long = vec![1; MAX_PLAIN_BYTES + SEAL_OVERHEAD_BYTES + 1];
    long[0] = 1;
    assert!(matches!(
        vault.open_sealed("a", &long),
        Err(VaultError::SealDamaged)
    ));
}

#[test]
fn the_token_key_is_stable_and_not_the_sealing_key() {
    let vault = vault_named("one");
    let token = *vault.token_key().unwrap().expose_secret();
    assert_eq!(token, *vault.token_key().unwrap().expose_secret());
    assert_ne!(
        token,
        *vault.master.expose_secret(),
        "the master key must not leave the vault"
    );
    assert_ne!(
        token,
        *key::subkey(&vault.master, key::SEAL_LABEL)
            .unwrap()
            .expose_secret()
    );
    assert_ne!(
        token,
        *vault_named("one").token_key().unwrap().expose_secret()
    );
}

/// HKDF-SHA256 test case 3 of RFC 5869 (no salt, no info), its first 32 bytes: the derivation is
/// the standard one, so another program could take it over.
#[test]
fn subkeys_are_plain_hkdf() {
    let mut out = [0_u8; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[0x0b; 22])
        .expand(&[], &mut out)
        .unwrap();
    assert_eq!(
        hex::encode(out),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    );
}

#[test]
fn nothing_prints_a_secret() {
    let vault = vault_named("one");
    let key = hex::encode(vault.master.expose_secret());
    let kind = VaultKind::File {
        path: "v.json".into(),
        passphrase: SecretString::from("canary-passphrase"),
    };
    let printed = format!("{vault:?} {kind:?} {:?}", vault.token_key().unwrap());
    assert!(!printed.contains("canary"), "{printed}");
    assert!(!printed.contains(&key[..8]), "{printed}");
    let numbers = format!("{:?}", vault.master.expose_secret());
    assert!(!printed.contains(&numbers[1..20]), "{printed}");
}

#[tokio::test]
async fn a_file_vault_opens_what_an_earlier_process_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |expects_existing: bool| {
        let kind = VaultKind::File {
            path: folder.path().join("vault.json"),
            passphrase: SecretString::from("a long passphrase"),
        };
        let scope = VaultScope {
            service: "studio-test".into(),
            name: "n".into(),
        };
        let lock_file = Some(folder.path().join("vault.lock"));
        let options = OpenOptions {
            expects_existing,
            lock_file,
            ..OpenOptions::default()
        };
        Vault::open(kind, scope, options).await.unwrap()
    };
    let sealed = open(false).await.seal("a", CANARY).unwrap();
    assert_eq!(
        open(true)
            .await
            .open_sealed("a", &sealed)
            .unwrap()
            .as_slice(),
        CANARY
    );
}

#[tokio::test]
async fn a_lock_held_elsewhere_is_waited_for_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.lock");
    let held = key::lock(path.clone(), std::time::Duration::from_secs(1))
        .await
        .unwrap();
    let answer = key::lock(path.clone(), std::time::Duration::ZERO).await;
    assert!(
        matches!(answer, Err(VaultError::Unavailable { .. })),
        "{answer:?}"
    );
    drop(held);
    assert!(
        key::lock(path, std::time::Duration::ZERO).await.is_ok(),
        "the lock stayed"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_changed_bit_is_always_noticed(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let vault = vault_named("one");
        let mut sealed = vault.seal("a", &plain).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        let answer = vault.open_sealed("a", &sealed);
        let clean = if at == 0 {
            matches!(answer, Err(VaultError::UnknownVersion { .. }))
        } else {
            matches!(answer, Err(VaultError::SealDamaged))
        };
        prop_assert!(clean, "byte {at}, bit {bit}: {answer:?}");
    }

    #[test]
    fn a_cut_or_grown_value_is_always_noticed(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        more in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let vault = vault_named("one");
        let sealed = vault.seal("a", &plain).unwrap();
        let cut = vault.open_sealed("a", &sealed[..at.index(sealed.len())]);
        prop_assert!(matches!(cut, Err(VaultError::SealDamaged)), "cut: {cut:?}");
        let grown = vault.open_sealed("a", &[sealed, more].concat());
        prop_assert!(matches!(grown, Err(VaultError::SealDamaged)), "grown: {grown:?}");
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(vault_named("one").open_sealed("a", &bytes).is_err());
    }
}
