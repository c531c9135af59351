//! Photos in: by form, and in parts.

use acceptance::{Bed, samples};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::served::{Served, read, said};

pub(crate) const MIB: usize = 1024 * 1024;

/// Names and bytes of a form's files.
type Files = Vec<(&'static str, Vec<u8>)>;

#[tokio::test]
async fn a_form_becomes_a_draft_or_nothing() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let path = "/api/v1/ingest/upload";
    let photos: Vec<(&str, Vec<u8>)> = samples()[..2]
        .iter()
        .map(|p| ("IMG.jpg", read(p)))
        .collect();
    let (status, draft) = server.form(path, "files", &photos).await;
    assert_eq!(status, StatusCode::CREATED, "{draft}");
    assert_eq!(draft["status"], "draft");
    assert_eq!(draft["photos"].as_array().unwrap().len(), 2, "{draft}");
    assert_eq!(draft["photos"][1]["order_index"], 1, "in their order");
    let url = draft["photos"][0]["media"]["url"].as_str().unwrap();
    let picture = server.ask(Method::GET, url).send().await.unwrap();
    assert!(
        picture.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable"),
        "its bytes never change"
    );
    let bytes = picture.bytes().await.unwrap();
    assert_eq!(
        format!("/media/{}.jpg", hex::encode(Sha256::digest(&bytes))),
        url,
        "its name is the hash of the very bytes"
    );
    let thumb = url.replace(".jpg", ".thumb.jpg");
    assert_eq!(server.call(Method::GET, &thumb).await.0, StatusCode::OK);

    let good = photos[0].1.clone();
    let many: Vec<(&str, Vec<u8>)> = (0..21).map(|_| ("a.jpg", good.clone())).collect();
    let large = vec![0; 15 * MIB + 1];
    let cases: [(&str, Files, u16, &str); 5] = [
        ("no file", vec![], 400, "invalid_field"),
        ("21 files", many, 413, "too_many_files"),
        (
            "a large file",
            vec![("a.jpg", good.clone()), ("b.jpg", large)],
            413,
            "file_too_large",
        ),
        (
            "no picture",
            vec![("a.jpg", b"hello".to_vec())],
            415,
            "not_an_image",
        ),
        (
            "one of two is no picture",
            vec![("a.jpg", good), ("b.jpg", b"<html>".to_vec())],
            415,
            "not_an_image",
        ),
    ];
    for (what, files, status, code) in cases {
        let (got, body) = server.form(path, "files", &files).await;
        assert_eq!(
            (got.as_u16(), body["error"]["code"].as_str()),
            (status, Some(code)),
            "{what}: {body}"
        );
    }
    let (_, all) = server.get("/listings").await;
    assert_eq!(
        all.as_array().unwrap().len(),
        1,
        "what was refused left no draft: {all}"
    );
    let left = fs_err::read_dir(bed.data().join("uploads"))
        .unwrap()
        .count();
    assert_eq!(left, 0, "nor files");
}

struct Upload {
    id: String,
    bytes: Vec<u8>,
}

impl Upload {
    async fn begin(server: &Served, bytes: Vec<u8>) -> Self {
        let request =
            json!({ "filename": "IMG_1.HEIC", "size": bytes.len(), "mime": "image/heic" });
        let (status, begun) = server.post("/api/upload/init", &request).await;
        assert_eq!(status, StatusCode::OK, "{begun}");
        assert_eq!(begun["data"]["part_size"], MIB, "{begun}");
        Self {
            id: begun["data"]["upload_id"].as_str().unwrap().to_owned(),
            bytes,
        }
    }

    async fn send(&self, server: &Served, index: usize, bytes: &[u8]) -> (StatusCode, Value) {
        let path = format!("/api/upload/{}/part?index={index}", self.id);
        let request = server.ask(Method::POST, &path).body(bytes.to_vec());
        said(request.send().await.unwrap()).await
    }

    fn part(&self, index: usize) -> &[u8] {
        &self.bytes[index * MIB..self.bytes.len().min((index + 1) * MIB)]
    }

    async fn complete(&self, server: &Served) -> (StatusCode, Value) {
        let path = format!("/api/upload/{}/complete", self.id);
        server.call(Method::POST, &path).await
    }
}

/// A photo of some 2.7 MB.
pub(crate) fn long_photo() -> Vec<u8> {
    let (width, height) = (1_000, 900);
    let pixels: Vec<u8> = (0..width * height * 3)
        .map(|n: u32| n.wrapping_mul(2_654_435_761).to_le_bytes()[3])
        .scan(1_u8, |before, noise| {
            *before = before.wrapping_mul(31).wrapping_add(noise);
            Some(*before)
        })
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::NoCompression);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    bytes
}

#[tokio::test]
async fn an_upload_in_parts_becomes_the_same_photo() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let upload = Upload::begin(&server, long_photo()).await;
    let last = upload.bytes.len().div_ceil(MIB) - 1;
    assert!(last >= 2, "several parts");

    let (status, body) = upload.send(&server, last + 1, upload.part(last)).await;
    assert_eq!(status.as_u16(), 422, "there is no such part: {body}");
    assert_eq!(
        body["error"]["details"]["fields"]["index"], "invalid_field",
        "{body}"
    );
    let (status, body) = upload.send(&server, 0, &upload.part(0)[1..]).await;
    assert_eq!(status.as_u16(), 422, "one byte is missing: {body}");
    let (status, body) = upload.send(&server, 0, &vec![0; MIB + 1]).await;
    assert_eq!(status.as_u16(), 413, "one byte too many: {body}");
    let (status, body) = upload.complete(&server).await;
    assert_eq!(status.as_u16(), 422, "no part is there: {body}");

    // The last first, one twice at once, one with other bytes first.
    upload.send(&server, last, upload.part(last)).await;
    let (a, b) = tokio::join!(
        upload.send(&server, 1, upload.part(1)),
        upload.send(&server, 1, upload.part(1))
    );
    assert_eq!((a.0, b.0), (StatusCode::OK, StatusCode::OK), "{a:?} {b:?}");
    for index in 2..last {
        upload.send(&server, index, upload.part(index)).await;
    }
    let (status, body) = upload.complete(&server).await;
    assert_eq!(status.as_u16(), 422, "{body}");
    assert_eq!(
        body["error"]["details"]["missing"],
        json!([0]),
        "the missing part is named: {body}"
    );
    upload.send(&server, 0, &vec![7; MIB]).await;
    upload.send(&server, 0, upload.part(0)).await;
    let (a, b) = tokio::join!(upload.complete(&server), upload.complete(&server));
    assert_eq!(
        (a.0, b.0),
        (StatusCode::OK, StatusCode::OK),
        "twice is once: {a:?} {b:?}"
    );
    let ready = loop {
        let (_, body) = server.get(&format!("/api/uploads/{}", upload.id)).await;
        if body["data"]["status"] != "processing" {
            break body["data"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(ready["status"], "ready", "{ready}");
    assert_eq!(ready["filename"], "IMG_1.HEIC");
    let (status, _) = upload.send(&server, 0, upload.part(0)).await;
    assert_eq!(status, StatusCode::CONFLICT, "it takes no further part");

    let (_, whole) = server
        .form(
            "/vinted/photos/upload",
            "file",
            &[("IMG_1.HEIC", upload.bytes.clone())],
        )
        .await;
    assert_eq!(
        whole["photo"]["url"], ready["storage_url"],
        "the same bytes are the same photo, however they came"
    );
    let (status, made) = server
        .post(
            "/api/listings",
            &json!({ "title": "Robe", "photos": [ready["photo_id"]] }),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        made["data"]["meta"]["photos"], 1,
        "a listing takes it: {made}"
    );
}

#[tokio::test]
async fn what_is_no_photo_fails_and_what_is_too_large_is_not_begun() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let upload = Upload::begin(&server, b"no picture at all".to_vec()).await;
    upload.send(&server, 0, upload.part(0)).await;
    let (_, done) = upload.complete(&server).await;
    assert_eq!(
        (
            done["data"]["status"].as_str(),
            done["data"]["reason"].as_str()
        ),
        (Some("failed"), Some("not_an_image")),
        "{done}"
    );
    for (request, status) in [
        (
            json!({ "filename": "a.jpg", "size": 15 * MIB + 1, "mime": "" }),
            413,
        ),
        (json!({ "filename": "a.jpg", "size": 0, "mime": "" }), 422),
        (json!({ "filename": "..", "size": 5, "mime": "" }), 422),
        (json!({ "filename": "a.jpg", "size": -5 }), 422),
    ] {
        let (got, body) = server.post("/api/upload/init", &request).await;
        assert_eq!(got.as_u16(), status, "{request}: {body}");
    }
}

/// The server ends in the middle: the parts that came are there, and it goes on.
#[tokio::test]
#[cfg(unix)]
async fn an_upload_goes_on_after_a_restart() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    let upload = Upload::begin(&server, long_photo()).await;
    upload.send(&server, 1, upload.part(1)).await;
    server.end().await;
    let server = Served::start(&mut bed).await;
    let (_, body) = server.get(&format!("/api/uploads/{}", upload.id)).await;
    let missing: Vec<usize> =
        serde_json::from_value(body["data"]["missing_parts"].clone()).unwrap();
    assert!(!missing.contains(&1) && missing.contains(&0), "{body}");
    for index in missing {
        upload.send(&server, index, upload.part(index)).await;
    }
    let (_, done) = upload.complete(&server).await;
    assert_eq!(done["data"]["status"], "ready", "{done}");
}
