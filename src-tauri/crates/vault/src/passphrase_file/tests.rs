use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{Cost, fetch_or_mint};
use crate::VaultError;

/// One guess takes well under a millisecond, so that hundreds of damaged files can be tried.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};

fn open(
    path: &std::path::Path,
    passphrase: &str,
    expects_existing: bool,
) -> Result<[u8; 32], VaultError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(fetch_or_mint(
            path.to_owned(),
            SecretString::from(passphrase),
            CHEAP,
            expects_existing,
        ))
        .map(|key| *key.expose_secret())
}

#[test]
fn the_key_is_the_same_at_every_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new folder/vault.json");
    let first = open(&path, "a long passphrase", false).unwrap();
    let second = open(&path, "a long passphrase", true).unwrap();
    assert_eq!(
        first, second,
        "a second start must find the first start's key"
    );
    let other = open(
        &folder.path().join("other.json"),
        "a long passphrase",
        false,
    )
    .unwrap();
    assert_ne!(
        first, other,
        "the key is random, the passphrase only wraps it"
    );
}

#[test]
fn a_wrong_passphrase_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    open(&path, "right", false).unwrap();
    let before = fs_err::read(&path).unwrap();
    for wrong in ["wrong", "righ", "right ", "Right"] {
        let answer = open(&path, wrong, false);
        assert!(
            matches!(answer, Err(VaultError::WrongPassphrase)),
            "{wrong:?}: {answer:?}"
        );
    }
    let answer = open(&path, "", false);
    assert!(
        matches!(answer, Err(VaultError::Unavailable { .. })),
        "empty: {answer:?}"
    );
    assert_eq!(
        before,
        fs_err::read(&path).unwrap(),
        "a wrong passphrase must not write"
    );
}

#[test]
fn a_missing_file_is_never_replaced_while_sealed_values_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let answer = open(&path, "right", true);
    assert!(matches!(answer, Err(VaultError::KeyLost)), "{answer:?}");
    assert!(
        !path.exists(),
        "no key may be made behind the person's back"
    );
}

#[test]
fn first_starts_at_the_same_moment_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| open(&path, "right", false).unwrap()))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    assert!(
        keys.iter().all(|key| *key == keys[0]),
        "eight starts made more than one key"
    );
}

#[test]
fn the_file_is_its_owners_only_and_holds_no_key_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    let key = open(&path, "correct horse", false).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    assert!(
        !text.contains(&hex::encode(key)),
        "the key stands in the file"
    );
    assert!(
        !text.contains("correct horse"),
        "the passphrase stands in the file"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs_err::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "others may read the vault's file");
    }
    let left = fs_err::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "a temporary file was left beside the vault's file");
}

#[test]
fn a_file_that_asks_for_all_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.json");
    open(&path, "right", false).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    let greedy = text.replace("\"memory_kib\": 8", "\"memory_kib\": 4294967295");
    assert_ne!(text, greedy, "the test must have changed the cost");
    fs_err::write(&path, greedy).unwrap();
    let answer = open(&path, "right", false);
    assert!(
        matches!(answer, Err(VaultError::KeyDamaged { .. })),
        "{answer:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_damaged_file_is_a_clean_error(at in any::<prop::sample::Index>(), bit in 0_u8..8, cut: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.json");
        let key = open(&path, "right", false).unwrap();
        let mut bytes = fs_err::read(&path).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        fs_err::write(&path, &bytes).unwrap();
        match open(&path, "right", true) {
            // A flip between upper and lower case hex, or in white space, changes nothing.
            Ok(same) => prop_assert_eq!(same, key, "a damaged file gave another key"),
            Err(
                VaultError::KeyDamaged { .. }
                | VaultError::WrongPassphrase
                | VaultError::UnknownVersion { .. },
            ) => {}
            Err(other) => prop_assert!(false, "not a clean error: {other:?}"),
        }
        prop_assert_eq!(bytes, fs_err::read(&path).unwrap(), "opening must not rewrite the file");
    }
}
