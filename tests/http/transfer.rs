//! Everything out and in again.

use acceptance::{Bed, samples};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    served::{Served, read, said},
    two_steps::{TITLE, ready},
};

/// What is in an export: the manifest without what tells when it was made, and the photos.
fn inside(zip: &[u8]) -> (Value, Vec<(String, Vec<u8>)>) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut manifest = Value::Null;
    let mut photos = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        if name == "manifest.json" {
            manifest = serde_json::from_slice(&bytes).unwrap();
        } else {
            photos.push((name, bytes));
        }
    }
    manifest["made_at"] = Value::Null;
    photos.sort();
    (manifest, photos)
}

async fn exported(server: &Served) -> Vec<u8> {
    let answer = server
        .ask(Method::GET, "/export/drafts")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.unwrap().to_vec()
}

async fn import(server: &Served, kind: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
    let request = server
        .ask(Method::POST, "/import/drafts")
        .header("content-type", kind)
        .body(bytes);
    said(request.send().await.unwrap()).await
}

#[tokio::test]
async fn an_export_comes_back_the_same_elsewhere() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    ready(&server, TITLE).await;
    let two: Vec<(&str, Vec<u8>)> = samples()[1..3]
        .iter()
        .map(|p| ("IMG.jpg", read(p)))
        .collect();
    server.form("/ingest/upload", "files", &two).await;
    server
        .post(
            "/api/listings",
            &json!({ "title": "Sans photo", "brand": "Sans marque" }),
        )
        .await;
    let zip = exported(&server).await;
    let (manifest, photos) = inside(&zip);
    assert_eq!(
        (manifest["drafts"].as_array().unwrap().len(), photos.len()),
        (3, 3)
    );

    let mut elsewhere = Bed::new().await;
    let other = Served::start(&mut elsewhere).await;
    let (status, done) = import(&other, "application/zip", zip.clone()).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(
        done,
        json!({ "drafts": 3, "photos": 3, "skipped": 0, "missing": [] })
    );
    let (same, same_photos) = inside(&exported(&other).await);
    assert_eq!(same["drafts"], manifest["drafts"], "every draft is equal");
    assert_eq!(same_photos, photos, "every photo is the same to the byte");
    let (_, again) = import(&other, "application/zip", zip.clone()).await;
    assert_eq!(
        again,
        json!({ "drafts": 0, "photos": 0, "skipped": 3, "missing": [] }),
        "a second time changes nothing"
    );
    let (_, rows) = other.get("/listings").await;
    let thumb = rows
        .as_array()
        .unwrap()
        .iter()
        .find_map(|d| d["photos"][0]["thumb_url"].as_str())
        .unwrap();
    assert_eq!(
        other.call(Method::GET, thumb).await.0,
        StatusCode::OK,
        "thumbnails are made anew"
    );

    // What the file must not do, and what it may not be.
    let mut queued = manifest.clone();
    queued["drafts"][0]["id"] = json!("0199e1a0-0000-7000-8000-00000000000a");
    queued["drafts"][0]["status"] = json!("queued");
    queued["settings"] = json!({ "language": "xx" });
    queued["jobs"] = json!([{ "id": "1" }]);
    let (status, done) = import(
        &other,
        "application/json",
        serde_json::to_vec(&queued).unwrap(),
    )
    .await;
    assert_eq!(
        (status, &done["drafts"]),
        (StatusCode::OK, &json!(1)),
        "{done}"
    );
    assert_eq!(
        other.get("/api/jobs").await.1["meta"]["total"],
        0,
        "no job comes to life"
    );
    assert_eq!(
        other.get("/api/settings").await.1["data"]["language"],
        Value::Null,
        "nor a setting"
    );
    let before = other.get("/listings").await.1;
    let mut newer = manifest.clone();
    newer["version"] = json!(2);
    let mut broken = manifest.clone();
    broken["drafts"][0]["id"] = json!("0199e1a0-0000-7000-8000-00000000000b");
    broken["drafts"][1]["id"] = json!("0199e1a0-0000-7000-8000-00000000000c");
    broken["drafts"][1]["title"] = json!("a\nb");
    for (what, kind, bytes, status, code) in [
        (
            "a newer one",
            "application/json",
            serde_json::to_vec(&newer).unwrap(),
            409,
            "data_newer",
        ),
        (
            "one wrong draft of two",
            "application/json",
            serde_json::to_vec(&broken).unwrap(),
            422,
            "invalid_field",
        ),
        (
            "half a file",
            "application/zip",
            zip[..zip.len() / 2].to_vec(),
            422,
            "invalid_field",
        ),
        (
            "no archive",
            "application/zip",
            b"hello".to_vec(),
            422,
            "invalid_field",
        ),
        (
            "a form's kind",
            "text/plain",
            zip.clone(),
            415,
            "invalid_field",
        ),
    ] {
        let (got, body) = import(&other, kind, bytes).await;
        assert_eq!(
            (got.as_u16(), body["error"]["code"].as_str()),
            (status, Some(code)),
            "{what}: {body}"
        );
    }
    assert_eq!(other.get("/listings").await.1, before, "all or nothing");

    // The command line reads the same file.
    let file = elsewhere.folder.path().join("all.zip");
    fs_err::write(&file, &zip).unwrap();
    let third = Bed::new().await;
    let done = third
        .studio(&["restore", &file.display().to_string()])
        .await
        .done();
    assert_eq!(
        (&done["drafts"], &done["photos"]),
        (&json!(3), &json!(3)),
        "{done}"
    );
}
