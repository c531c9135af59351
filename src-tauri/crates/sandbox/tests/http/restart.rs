use std::path::Path;

use sandbox::{RunningSandbox, Sandbox, SandboxConfig, SandboxError};

use crate::seller::{PNG, Seller};

async fn open(state_file: &Path) -> Result<RunningSandbox, SandboxError> {
    let state_file = Some(state_file.to_owned());
    Sandbox::start(SandboxConfig {
        state_file,
        ..SandboxConfig::default()
    })
    .await
}

#[tokio::test]
async fn listings_sessions_and_photos_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("market.json");
    let first = open(&file).await.unwrap();
    let cookie = first.session_cookie("marie");
    let seller = Seller::signed_in(&first).await;
    seller.published().await;
    let before = first.created();
    // Killed, not stopped: what was answered is on disk already.
    drop(first);

    let second = open(&file).await.unwrap();
    assert_eq!(second.created(), before);
    assert_eq!(second.publish_calls(), 1);
    let http = reqwest::Client::new();
    let page = format!("{}/photos/{}", second.url(), before[0].photos[0].id);
    assert_eq!(
        http.get(page).send().await.unwrap().bytes().await.unwrap(),
        PNG
    );
    let me = format!("{}/api/v2/users/current", second.url());
    let answer = http.get(me).header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the session is still good");
    let id = Seller::signed_in(&second).await.published().await;
    assert!(id > before[0].id, "ids go on");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn without_a_state_file_nothing_is_kept() {
    let market = Sandbox::start(SandboxConfig::default()).await.unwrap();
    Seller::signed_in(&market).await.published().await;
    market.stop().await.unwrap();
    let market = Sandbox::start(SandboxConfig::default()).await.unwrap();
    assert!(market.created().is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_state_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("market.json");
    fs_err::write(&file, "someone's notes").unwrap();
    let refusal = open(&file).await.unwrap_err();
    assert!(
        matches!(refusal, SandboxError::StateFormat { .. }),
        "{refusal}"
    );
    assert_eq!(fs_err::read_to_string(&file).unwrap(), "someone's notes");
}
