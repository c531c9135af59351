//! No secret leaves: a planted cookie is looked for in everything that was written.

use std::path::Path;

use acceptance::{Bed, samples};
use base64::{Engine, engine::general_purpose::STANDARD};

#[tokio::test]
async fn the_cookie_appears_in_nothing_that_was_written() {
    let mut bed = Bed::new().await;
    bed.set("STUDIO_LOG", "trace");
    // The first page load goes through the refresh, so that rotated tokens are written too.
    let mut switches = bed.market.switches();
    switches.stale_access_token = Some(sandbox::switches::Times::once());
    bed.market.set_switches(switches);
    let cookie = bed.log_in().await;
    let secrets: Vec<&str> = cookie
        .split("; ")
        .filter_map(|pair| pair.split_once('='))
        .map(|(_, value)| value)
        .filter(|value| value.len() >= 16)
        .collect();
    assert!(
        secrets.len() >= 2,
        "the demo session has an access and a refresh token"
    );
    // Every access token of an account begins alike: the ones that the site rotated to are found by that.
    let mut needles = secrets.clone();
    needles.extend(secrets.iter().filter(|s| s.len() > 60).map(|s| &s[..60]));
    // The person's own file is theirs; everything else under the story's folder is the app's.
    fs_err::remove_file(bed.folder.path().join("cookies.txt")).unwrap();

    let id = bed.ready_draft(&samples()[..1]).await;
    let mut printed = String::new();
    let prepare = bed.studio(&["prepare", &id]).await;
    printed.push_str(&prepare.stdout);
    printed.push_str(&prepare.stderr);
    let token = prepare.done()["confirm_token"].as_str().unwrap().to_owned();
    for arguments in [
        vec!["publish", &token, "--live"],
        vec!["session", "check"],
        vec!["drafts", "list"],
        vec!["doctor"],
        vec!["settings", "get"],
    ] {
        let ran = bed.studio(&arguments).await;
        printed.push_str(&ran.stdout);
        printed.push_str(&ran.stderr);
    }
    fs_err::write(bed.folder.path().join("printed.txt"), &printed).unwrap();

    let rotated = bed.market.session_cookie(sandbox::DEMO_LOGIN);
    let mut hits = Vec::new();
    for secret in needles {
        for needle in encodings(secret) {
            search(bed.folder.path(), &needle, &mut hits);
        }
    }
    assert_eq!(
        hits,
        Vec::<String>::new(),
        "a session's cookie is only ever stored sealed"
    );

    // The search itself must be able to find: a control is planted and looked for.
    fs_err::write(bed.data().join("control"), STANDARD.encode(&rotated)).unwrap();
    let mut control = Vec::new();
    search(
        bed.folder.path(),
        STANDARD.encode(&rotated).as_bytes(),
        &mut control,
    );
    assert_eq!(control.len(), 1, "the planted control is found");
}

/// The value as it may lie on a disk: plain, base64 at its three alignments, hex, percent, UTF-16.
fn encodings(secret: &str) -> Vec<Vec<u8>> {
    let bytes = secret.as_bytes();
    let mut forms = vec![
        bytes.to_vec(),
        hex::encode(bytes).into_bytes(),
        secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        bytes
            .iter()
            .flat_map(|b| format!("%{b:02X}").into_bytes())
            .collect(),
    ];
    for shift in 0..3 {
        // The first and last characters depend on what stands around the value.
        let shifted: Vec<u8> = std::iter::repeat_n(0, shift)
            .chain(bytes.iter().copied())
            .collect();
        let text = STANDARD.encode(shifted);
        forms.push(text.as_bytes()[4..text.len() - 4].to_vec());
    }
    forms
}

fn search(folder: &Path, needle: &[u8], hits: &mut Vec<String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs_err::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            search(&path, needle, hits);
        } else if kind.is_file() {
            let bytes = fs_err::read(&path).unwrap();
            if bytes.windows(needle.len()).any(|w| w == needle) {
                hits.push(path.display().to_string());
            }
        }
    }
}

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
    let mut hits = Vec::new();
    let secret = cookie.split_once('=').unwrap().1.split(';').next().unwrap();
    search(bed.folder.path(), secret.as_bytes(), &mut hits);
    assert_eq!(hits, Vec::<String>::new(), "no fallback to plain");
    let photo = samples()[0].display().to_string();
    let imported = bed.studio(&["import", &photo]).await.done();
    assert_eq!(
        imported["photos"]["stored"], 1,
        "everything up to publishing works without a keyring"
    );
}
