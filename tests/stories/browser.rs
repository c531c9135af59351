//! The browser that is driven: whom it asks, and a download of one.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
};

use acceptance::{Bed, samples};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};

#[tokio::test]
async fn a_whole_publication_asks_no_host_but_the_site() {
    let mut bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let logged = |bed: &mut Bed, name: &str| {
        let log = bed.folder.path().join(name);
        // The last of several counts.
        bed.also_for_the_browser(&format!("--log-net-log={}", log.display()));
        log
    };

    let prepare = logged(&mut bed, "prepare.json");
    let token = bed.prepared(&id).await;
    let publish = logged(&mut bed, "publish.json");
    bed.studio(&["publish", &token, "--live"]).await.done();

    assert_eq!(bed.market.created().len(), 1, "the whole way was gone");
    let site = bed.market.url().trim_start_matches("http://").to_owned();
    for log in [prepare, publish] {
        let asked = asked_in(&log);
        assert!(
            asked.contains(&site),
            "the log is not what it was: {asked:?}"
        );
        let others: Vec<_> = asked
            .iter()
            .filter(|host| **host != site)
            // Nobody listens there: where Chromium's own errands are sent (browser's launch.rs).
            .filter(|host| !["127.0.0.1:9", "127.0.0.1"].contains(&host.as_str()))
            .collect();
        assert!(others.is_empty(), "{} also asks {others:?}", log.display());
    }
}

/// Hosts that a network log of Chromium names: of requests, of names looked up, of connections. (Its look for IPv6 is a
/// socket that sends nothing, and no connection.)
fn asked_in(log: &Path) -> BTreeSet<String> {
    let text = fs_err::read_to_string(log).expect("a network log");
    let log: Value = serde_json::from_str(&text).expect("a whole network log");
    let connecting = &log["constants"]["logEventTypes"]["TCP_CONNECT_ATTEMPT"];
    assert!(connecting.is_number(), "connections have another name now");
    let mut asked = BTreeSet::new();
    for event in log["events"].as_array().expect("events") {
        let text = |name: &str| event["params"][name].as_str();
        let connected = text("address").filter(|_| event["type"] == *connecting);
        let named = [
            "url",
            "original_url",
            "new_url",
            "location",
            "host",
            "hostname",
            "destination",
        ];
        for value in named.into_iter().filter_map(text).chain(connected) {
            let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if ["http", "https", "ws", "wss"].contains(&scheme) && host.contains(['.', ':']) {
                asked.insert(host.to_owned());
            }
        }
    }
    asked
}

#[tokio::test]
async fn a_browser_is_downloaded_only_when_it_was_signed_off() {
    let bed = Bed::new().await;
    let status = bed.studio(&["browser", "status"]).await.done();
    assert_eq!(
        status["download"]["available"], false,
        "none was signed off: {status}"
    );
    let none = bed.studio(&["browser", "download"]).await;
    assert_eq!(none.json["error"]["code"], "not_available", "{none:?}");
    let said = none.json["error"]["message"].as_str().unwrap();
    assert!(said.contains("Install"), "what to do instead: {said}");

    // A list that the person signed off, and a mirror of theirs.
    let archive = archive();
    let mut pin = json!({
        "platform": "linux64", "version": "159.0.8154.6", "path": "159.0.8154.6/linux64/chrome-linux64.zip",
        "bytes": archive.len(), "sha256": hex::encode(Sha256::digest(&archive)),
    });
    let address = serve(archive);
    let source = format!("browser_source={address}");
    bed.studio(&["settings", "set", &source]).await.done();
    let right = pin["sha256"].clone();
    pin["sha256"] = json!("0".repeat(64));
    sign_off(&bed, &pin);
    let wrong = bed.studio(&["browser", "download"]).await;
    assert_eq!(wrong.json["error"]["code"], "download_refused", "{wrong:?}");
    pin["sha256"] = right;
    sign_off(&bed, &pin);
    bed.studio(&["browser", "download"]).await.done();
    let mut without = bed;
    without.set("STUDIO_BROWSER", "");
    let status = without.studio(&["browser", "status"]).await.done();
    assert_eq!(status["found"]["source"], "downloaded", "{status}");
    assert_eq!(status["download"]["from"], address, "{status}");
}

fn sign_off(bed: &Bed, build: &Value) {
    let fields: Vec<String> = build
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let text = format!("[[build]]\n{}\n", fields.join("\n"));
    fs_err::create_dir_all(bed.data()).unwrap();
    fs_err::write(bed.data().join("browser-pin.toml"), text).unwrap();
}

/// A program that says a browser's version.
fn archive() -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let program = SimpleFileOptions::default().unix_permissions(0o755);
    zip.start_file("chrome-linux64/chrome", program).unwrap();
    zip.write_all(b"#!/bin/sh\necho Google Chrome for Testing 159.0.8154.6\n")
        .unwrap();
    zip.finish().unwrap().into_inner()
}

/// Answers every request with these bytes, as long as the test runs; returns its address.
fn serve(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            // The request ends with an empty line.
            while lines.next().is_some_and(|line| !line.is_empty()) {}
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                bytes.len()
            );
            let mut stream = &stream;
            if stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&bytes))
                .is_err()
            {
                return;
            }
        }
    });
    address
}
