//! Photos in, drafts out.

use acceptance::{Bed, sample, samples};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn the_samples_become_drafts_and_clean_photos() {
    let bed = Bed::new().await;
    let folder = sample("");
    let imported = bed
        .studio(&["import", &folder.display().to_string()])
        .await
        .done();
    let drafts = imported["drafts"].as_array().unwrap();
    assert!(
        drafts.len() > 1,
        "capture times tell the garments apart: {} drafts",
        drafts.len()
    );
    let photos: Vec<_> = drafts
        .iter()
        .flat_map(|d| d["photos"].as_array().unwrap())
        .collect();
    assert_eq!(
        photos.len(),
        samples().len(),
        "every sample stands in exactly one draft"
    );
    for photo in photos {
        let sha = photo["sha256"].as_str().unwrap();
        let file = bed
            .data()
            .join("photos")
            .join(&sha[..2])
            .join(format!("{sha}.jpg"));
        let bytes = fs_err::read(&file).unwrap();
        assert_eq!(
            hex::encode(Sha256::digest(&bytes)),
            sha,
            "the name is the hash of the very bytes"
        );
        let longer = photo["width"]
            .as_u64()
            .unwrap()
            .max(photo["height"].as_u64().unwrap());
        assert!(
            longer <= 1600,
            "no side is longer than 1600 px, but one has {longer}"
        );
        for mark in [
            b"Exif".as_slice(),
            b"GPS",
            b"http://ns.adobe.com",
            b"ICC_PROFILE",
            b"Photoshop",
        ] {
            assert!(
                !bytes.windows(mark.len()).any(|w| w == mark),
                "{} still holds {}",
                photo["filename"],
                String::from_utf8_lossy(mark)
            );
        }
    }
}

#[tokio::test]
async fn a_bad_file_is_named_and_the_others_go_on() {
    let bed = Bed::new().await;
    let folder = bed.folder.path().join("roll");
    fs_err::create_dir_all(folder.join("inner")).unwrap();
    fs_err::copy(&samples()[0], folder.join("inner/good.jpg")).unwrap();
    fs_err::write(folder.join("page.jpg"), "<html>not a photo</html>").unwrap();
    fs_err::write(folder.join("empty.heic"), "").unwrap();
    fs_err::write(folder.join(".DS_Store"), "x").unwrap();
    let good = fs_err::read(&samples()[0]).unwrap();
    fs_err::write(folder.join("half.jpg"), &good[..good.len() / 2]).unwrap();
    let missing = folder.join("gone.jpg");
    let imported = bed
        .studio(&[
            "import",
            &folder.display().to_string(),
            &missing.display().to_string(),
        ])
        .await
        .done();
    assert_eq!(
        imported["photos"]["stored"], 1,
        "the good one is stored: {imported}"
    );
    let rejected = imported["rejected"].as_array().unwrap();
    let code_of = |name: &str| {
        rejected
            .iter()
            .find(|r| r["path"].as_str().unwrap().ends_with(name))
            .map(|r| r["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        code_of("page.jpg").as_deref(),
        Some("not_an_image"),
        "told by content, not by name"
    );
    assert_eq!(
        code_of("empty.heic").as_deref(),
        Some("not_an_image"),
        "nothing is no picture"
    );
    assert_eq!(
        code_of("half.jpg").as_deref(),
        Some("corrupt_image"),
        "half a picture is not sold as one"
    );
    assert_eq!(
        code_of("gone.jpg").as_deref(),
        Some("file_unreadable"),
        "a missing file is named"
    );
    assert_eq!(
        code_of(".DS_Store"),
        None,
        "the system's own files are not the person's"
    );
    assert!(
        rejected
            .iter()
            .all(|r| !r["message"].as_str().unwrap().is_empty()),
        "each refusal has a sentence"
    );
}

#[tokio::test]
async fn the_same_photo_twice_is_one_file() {
    let bed = Bed::new().await;
    let photo = samples()[0].display().to_string();
    let first = bed.studio(&["import", &photo]).await.done();
    let second = bed
        .studio(&["import", &photo, "--group", "one"])
        .await
        .done();
    assert_eq!(first["photos"]["stored"], 1, "new the first time");
    assert_eq!(
        second["photos"]["duplicates"], 1,
        "there already the second time"
    );
    let files = walk(&bed.data().join("photos"));
    assert_eq!(
        files, 2,
        "one picture and its thumbnail, however often it is dropped"
    );
}

fn walk(folder: &std::path::Path) -> usize {
    fs_err::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| if p.is_dir() { walk(&p) } else { 1 })
        .sum()
}

#[tokio::test]
async fn wrong_usage_is_exit_code_2() {
    let bed = Bed::new().await;
    let ran = bed.studio(&["import"]).await;
    assert_eq!(ran.code, 2, "scripts tell a typo from a refusal");
}
