//! Everything out and in again.

use acceptance::{Bed, samples};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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

/// All regular files of a story's folder with their hashes, but for what the program itself writes at every start: its
/// database, its log, and who lives.
fn home(bed: &Bed) -> Vec<(String, String)> {
    acceptance::files_below(bed.folder.path())
        .into_iter()
        .filter_map(|file| {
            let name = file.strip_prefix(bed.folder.path()).unwrap();
            let name = name.display().to_string();
            let own = [
                "data/studio.sqlite",
                "data/logs/",
                "data/running/",
                "in.zip",
            ];
            let is_own = own.iter().any(|begin| name.starts_with(begin));
            (!is_own).then(|| (name, hex::encode(Sha256::digest(read(&file)))))
        })
        .collect()
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        std::io::Write::write_all(&mut writer, bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// `studio restore` of archives that mean harm, or of which the last piece is bad: the home stays as it was, to the byte.
#[tokio::test]
async fn an_archive_that_is_refused_changes_nothing() {
    let bed = Bed::new().await;
    bed.ready_draft(&samples()[..1]).await;
    let file = bed.folder.path().join("in.zip").display().to_string();
    bed.studio(&["export", &file]).await.done();
    let (mut manifest, photos) = inside(&read(std::path::Path::new(&file)));
    let before = (home(&bed), bed.studio(&["drafts", "list"]).await.done());
    assert!(
        before.0.iter().any(|(name, _)| name.ends_with(".jpg")),
        "photos are looked at: {:?}",
        before.0
    );

    // Another draft, of the photo that is here, of another whole one, and of one that is none.
    let (known, jpeg) = &photos[0];
    let other = [&jpeg[..jpeg.len() - 2], &[0xff, 0xd9, 0xff, 0xd9]].concat();
    let none = b"no picture at all".to_vec();
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let photo = |n: u32, sha256: &str| {
        let mut photo = manifest["photos"][0].clone();
        photo["id"] = json!(format!("0199e1a0-0000-7000-8000-0000000001{n:02}"));
        photo["sha256"] = json!(sha256);
        photo
    };
    let more = [photo(1, &hash(&other)), photo(2, &hash(&none))];
    let ids: Vec<Value> = more.iter().map(|photo| photo["id"].clone()).collect();
    manifest["drafts"][0]["id"] = json!("0199e1a0-0000-7000-8000-00000000000a");
    manifest["drafts"][0]["photos"]
        .as_array_mut()
        .unwrap()
        .extend(ids);
    manifest["photos"].as_array_mut().unwrap().extend(more);
    let good = manifest.to_string();
    let mut bad_draft = manifest.clone();
    let mut second = bad_draft["drafts"][0].clone();
    second["id"] = json!("0199e1a0-0000-7000-8000-00000000000b");
    second["title"] = json!("a\nb");
    bad_draft["drafts"].as_array_mut().unwrap().push(second);
    let bad_draft = bad_draft.to_string();
    let mut newer = manifest.clone();
    newer["version"] = json!(2);
    let newer = newer.to_string();
    let (second, third) = (
        format!("photos/{}.jpg", hash(&other)),
        format!("photos/{}.jpg", hash(&none)),
    );
    let whole: Vec<(&str, &[u8])> = vec![(known, jpeg), (&second, &other)];
    let with = |more: &[(&str, &[u8])]| zip_of(&[&whole[..], more].concat());
    let plain = good.as_bytes();
    let archives = [
        (
            "the last photo is none",
            with(&[(&third, &none), ("manifest.json", plain)]),
        ),
        (
            "the last draft is bad",
            with(&[("manifest.json", bad_draft.as_bytes())]),
        ),
        ("a newer one", with(&[("manifest.json", newer.as_bytes())])),
        (
            "a photo of other bytes",
            with(&[(&third, b"other"), ("manifest.json", plain)]),
        ),
        (
            "a name that leads out of the folder",
            with(&[
                ("../../../data/photos/x.jpg", b"x"),
                ("manifest.json", plain),
            ]),
        ),
        (
            "a name from the root",
            with(&[("/tmp/studio-must-not-be", b"x"), ("manifest.json", plain)]),
        ),
        (
            "the program's own files",
            with(&[("studio.sqlite", b"x"), ("manifest.json", plain)]),
        ),
        ("no manifest", with(&[])),
        ("half of one", {
            let whole = with(&[(&third, &none), ("manifest.json", plain)]);
            whole[..whole.len() / 2].to_vec()
        }),
    ];
    for (what, bytes) in archives {
        fs_err::write(&file, bytes).unwrap();
        let done = bed.studio(&["restore", &file]).await;
        assert_eq!(done.code, 1, "{what}: {}", done.stdout);
        let after = (home(&bed), bed.studio(&["drafts", "list"]).await.done());
        assert_eq!(after, before, "{what}");
    }
    assert!(!std::path::Path::new("/tmp/studio-must-not-be").exists());
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
