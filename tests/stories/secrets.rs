//! Without a vault nothing is stored. What a whole run writes is searched in `tests/secrets`.

use acceptance::{Bed, files_below, samples};

// Elsewhere the keyring needs no bus that a test could take away.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_keyring_and_passphrase_nothing_is_stored_in_plain() {
    let mut bed = Bed::new().await;
    bed.set("STUDIO_VAULT", "keyring");
    bed.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let cookie = bed.market.session_cookie(sandbox::DEMO_LOGIN);
    let file = bed.folder.path().join("cookies.txt");
    fs_err::write(&file, &cookie).unwrap();
    let ran = bed
        .studio(&[
            "session",
            "set",
            "--cookie-file",
            &file.display().to_string(),
            "--user-agent",
            "Story/1",
        ])
        .await;
    assert_eq!(
        ran.refused(),
        "vault_unavailable",
        "the person is told, with the way out: {}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("STUDIO_VAULT=file"),
        "the next step is named"
    );
    fs_err::remove_file(&file).unwrap();
    let secret = cookie.split_once('=').unwrap().1.split(';').next().unwrap();
    let hits: Vec<_> = files_below(bed.folder.path())
        .into_iter()
        .filter(|path| {
            let bytes = fs_err::read(path).unwrap();
            bytes.windows(secret.len()).any(|w| w == secret.as_bytes())
        })
        .collect();
    assert!(hits.is_empty(), "no fallback to plain: {hits:?}");
    let photo = samples()[0].display().to_string();
    let imported = bed.studio(&["import", &photo]).await.done();
    assert_eq!(
        imported["photos"]["stored"], 1,
        "everything up to publishing works without a keyring"
    );
}
