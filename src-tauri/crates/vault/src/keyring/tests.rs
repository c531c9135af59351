//! Keyrings that misbehave. That a real one works is shown in tests/secret_service.rs.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use keyring_core::{CredentialStore, Error, mock};

use super::{OpenStore, fetch_or_mint_in};
use crate::{OpenOptions, VaultError, VaultScope};

/// The tests share the one turn at the keyring that a process has.
static IN_TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn scope() -> VaultScope {
    VaultScope {
        service: "vault-test".into(),
        name: "n".into(),
    }
}

fn options(timeout: Duration) -> OpenOptions {
    OpenOptions {
        timeout,
        ..OpenOptions::default()
    }
}

async fn reason_of(open_store: OpenStore, timeout: Duration) -> String {
    match fetch_or_mint_in(open_store, &scope(), &options(timeout)).await {
        Err(VaultError::Unavailable { reason }) => reason,
        other => panic!("this keyring cannot give a key: {other:?}"),
    }
}

#[tokio::test]
async fn a_keyring_that_forgets_is_found_out_before_anything_is_sealed() {
    let _turn = IN_TURN.lock().await;
    let reason = reason_of(|| Ok(mock::Store::new()?), Duration::from_secs(20)).await;
    assert_eq!(reason, "the system keyring did not keep the key");
}

#[tokio::test]
async fn a_foreign_entry_is_not_taken_for_a_key_nor_overwritten() {
    static STORE: LazyLock<Arc<CredentialStore>> = LazyLock::new(|| mock::Store::new().unwrap());
    let _turn = IN_TURN.lock().await;
    let entry = STORE.build("vault-test", "n", None).unwrap();
    entry.set_secret(b"somebody's password").unwrap();
    let answer = fetch_or_mint_in(
        || Ok(STORE.clone()),
        &scope(),
        &options(Duration::from_secs(20)),
    )
    .await;
    assert!(
        matches!(answer, Err(VaultError::KeyDamaged { .. })),
        "{answer:?}"
    );
    assert_eq!(entry.get_secret().unwrap(), b"somebody's password");
}

#[tokio::test]
async fn a_keyring_that_breaks_does_not_break_the_program() {
    let _turn = IN_TURN.lock().await;
    let reason = reason_of(|| panic!("a defect in the client"), Duration::from_secs(20)).await;
    assert_eq!(reason, "the keyring's client stopped unexpectedly");
}

#[tokio::test]
async fn no_stored_byte_stands_in_an_error() {
    let _turn = IN_TURN.lock().await;
    let reason = reason_of(
        || Err(Error::BadEncoding(b"canary".to_vec())),
        Duration::from_secs(20),
    )
    .await;
    assert!(
        !reason.contains("canary") && !reason.contains("99, 97"),
        "{reason}"
    );
}

/// The lock that stands for the dialog that nobody answers.
static DIALOG: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn a_dialog_that_nobody_answers_ends_in_an_error_and_holds_one_thread() {
    let _turn = IN_TURN.lock().await;
    let open_dialog: OpenStore = || {
        drop(DIALOG.blocking_lock());
        Err(Error::NoEntry)
    };
    let dialog = DIALOG.lock().await;
    let short = Duration::from_millis(50);
    for _ in 0..5 {
        let reason = reason_of(open_dialog, short).await;
        assert!(reason.contains("did not answer"), "{reason}");
    }
    assert_eq!(
        super::ONE_AT_A_TIME.available_permits(),
        0,
        "the first question still waits, the others never began"
    );
    drop(dialog);
    let reason = reason_of(|| Ok(mock::Store::new()?), Duration::from_secs(20)).await;
    assert!(
        reason.contains("did not keep"),
        "once it is answered the next gets its turn: {reason}"
    );
}
