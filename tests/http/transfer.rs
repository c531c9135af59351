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

/// A table as a spreadsheet takes it, and as it comes back.
#[tokio::test]
async fn a_table_becomes_drafts_with_a_report_for_each_row() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let values = json!({
        "title": "=HYPERLINK(\"x\")", "description": "Robe, \"longue\"\nbleue – 38 €", "price_cents": 1205,
        "price_min_cents": 1000, "brand": "Levi's", "size": "M", "condition": "very_good", "color": "Bleu, Noir",
        "material": "Coton", "package_size": "small", "category": "Femmes > Vêtements > Robes",
    });
    let (status, made) = server.post("/api/listings", &values).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let request = server.ask(Method::GET, "/export/listings?format=csv");
    let csv = request.send().await.unwrap().text().await.unwrap();
    assert!(
        csv.contains("\"'=HYPERLINK"),
        "a spreadsheet shows a title, and does nothing: {csv}"
    );

    let table = async |server: &Served, query: &str, text: String| {
        let path = format!("/import/listings{query}");
        let request = server
            .ask(Method::POST, &path)
            .header("content-type", "text/csv")
            .body(text);
        said(request.send().await.unwrap()).await
    };
    let (_, here) = table(&server, "", csv.clone()).await;
    assert_eq!(
        (&here["made"], &here["here"]),
        (&json!(0), &json!(1)),
        "what is here stays as it is: {here}"
    );
    let mut elsewhere = Bed::new().await;
    let other = Served::start(&mut elsewhere).await;
    let (_, would) = table(&other, "?dry_run=true", csv.clone()).await;
    assert_eq!(would["made"], 1, "{would}");
    let (_, none) = other.get("/listings").await;
    assert_eq!(none, json!([]), "a dry run makes nothing");
    let (status, done) = table(&other, "", csv).await;
    assert_eq!(
        (status, &done["made"]),
        (StatusCode::OK, &json!(1)),
        "{done}"
    );
    let (_, before) = server.get("/listings").await;
    let (_, after) = other.get("/listings").await;
    for field in [
        "title",
        "description",
        "price_target_cents",
        "price_min_cents",
        "price_max_cents",
        "brand",
        "size",
        "condition",
        "color",
        "material",
        "package_size",
        "category",
        "currency",
        "status",
    ] {
        assert_eq!(
            after[0][field], before[0][field],
            "{field} comes back as it was"
        );
    }

    let text =
        "Article;Prix;Etat;Statut\nJupe;8,50 €;bon;\nPull;cher;neuf;\nVeste;9;;live\n".to_owned();
    let columns = "?columns=%7B%22title%22%3A%22Article%22%7D";
    let (status, report) = table(&other, columns, text).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    let told: Vec<_> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["line"].as_u64(),
                row["outcome"].as_str(),
                row["code"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(2), Some("made"), None),
            (Some(3), Some("refused"), Some("invalid_field")),
            (Some(4), Some("refused"), Some("already_published")),
        ],
        "a wrong row hinders no other, and a listing cannot come back as a draft: {report}"
    );
    let (status, body) = table(&other, "", "Col A,Col B\n1,2\n".to_owned()).await;
    assert_eq!(
        (status, &body["error"]["details"]["fields"]["columns"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid_field")),
        "{body}"
    );
}
