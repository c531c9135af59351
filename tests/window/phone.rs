//! The phones' page in WebKit, the engine of mobile Safari: paired by the code's link, photos sent, each once.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use acceptance::{Bed, samples};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::bed::{Desktop, within};

const APPEARS: Duration = Duration::from_secs(40);
const START: [&str; 2] = ["Ajoutez vos photos", "Add your photos"];
const DONE: [&str; 2] = [
    "Les 3 photos sont sur l’ordinateur",
    "All 3 photos are on the computer",
];
const TITLE: &str = "return document.querySelector('h1').textContent";

/// Waits until the title is one of these: the browser's language depends on the locales of the machine.
async fn until(client: &Client, shown: [&str; 2]) {
    let end = Instant::now() + APPEARS;
    loop {
        let now = client.execute(TITLE, vec![]).await.unwrap_or(Value::Null);
        if now.as_str().is_some_and(|text| shown.contains(&text)) {
            return;
        }
        assert!(Instant::now() < end, "{shown:?} is shown, not {now}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn webkit_sends_photos_of_a_phone() {
    within(story()).await;
}

async fn story() {
    let bed = Bed::new().await;
    let mut child = bed
        .command(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--phone",
            "--phone-address",
            "127.0.0.1:0",
        ])
        .stderr(Stdio::inherit())
        .spawn()
        .expect("studio can be started");
    let out = child.stdout.take().expect("its output is read");
    let line = tokio::time::timeout(APPEARS, BufReader::new(out).lines().next_line())
        .await
        .expect("it says its address in time")
        .expect("its output can be read")
        .expect("it says its address");
    let said: Value = serde_json::from_str(&line).expect("a document");
    let link = said["phone"]["pairing_url"].as_str().expect("a link");

    let desktop = Desktop::new();
    let (port, _driver) = desktop.driver().await;
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let wanted =
        json!({ "webkitgtk:browserOptions": { "args": ["--automation", "--geometry=390x844"] } });
    builder.capabilities(wanted.as_object().cloned().unwrap_or_default());
    let client = builder
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("the driver starts a browser");
    client.goto(link).await.expect("the page opens");
    until(&client, START).await;
    let address = client.current_url().await.expect("an address");
    assert_eq!(
        address.fragment(),
        None,
        "the secret is not left in the address"
    );

    let photos = &samples()[..3];
    let pick = client.find(Locator::Id("pick")).await.expect("a chooser");
    let paths: Vec<String> = photos.iter().map(|p| p.display().to_string()).collect();
    pick.send_keys(&paths.join("\n"))
        .await
        .expect("files can be chosen");
    until(&client, DONE).await;
    // The same ones after a reload are known to be there.
    client.refresh().await.expect("the page loads again");
    until(&client, START).await;
    let pick = client.find(Locator::Id("pick")).await.expect("a chooser");
    pick.send_keys(&paths.join("\n"))
        .await
        .expect("files can be chosen");
    until(&client, DONE).await;
    let picture = client.screenshot().await.expect("a picture");
    fs_err::write(desktop.pictures().join("phone-webkit.png"), picture).expect("it is kept");
    client.close().await.expect("the browser closes");
    // Asked to end, it makes drafts of what arrived.
    let id = i32::try_from(child.id().expect("it runs")).expect("a number");
    let process = rustix::process::Pid::from_raw(id).expect("a process");
    rustix::process::kill_process(process, rustix::process::Signal::TERM).expect("it is asked");
    let ended = tokio::time::timeout(APPEARS, child.wait()).await;
    assert!(
        ended.expect("it ends in time").expect("it ends").success(),
        "it ends as it should"
    );
    let listed = bed.studio(&["drafts", "list"]).await.done();
    let stored: usize = listed["drafts"]
        .as_array()
        .expect("drafts")
        .iter()
        .filter_map(|draft| draft["photos"].as_array().map(Vec::len))
        .sum();
    assert_eq!(stored, photos.len(), "each photo in one draft: {listed}");
}
