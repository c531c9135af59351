//! One photo, one file.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by them")]

use std::io::ErrorKind;

use images::store_once;

fn names(folder: &std::path::Path) -> Vec<String> {
    fs_err::read_dir(folder)
        .expect("folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("plain name")
        })
        .collect()
}

#[tokio::test]
async fn the_same_photo_twice_is_one_file() {
    let folder = tempfile::tempdir().expect("folder");
    assert!(
        store_once(folder.path(), "a1.jpg", b"photo")
            .await
            .expect("stored"),
        "new"
    );
    assert!(
        !store_once(folder.path(), "a1.jpg", b"photo")
            .await
            .expect("stored"),
        "known"
    );
    assert!(
        store_once(folder.path(), "b2.jpg", b"other")
            .await
            .expect("stored"),
        "another"
    );
    let mut found = names(folder.path());
    found.sort();
    assert_eq!(
        found,
        ["a1.jpg", "b2.jpg"],
        "two files, and nothing temporary is left"
    );
    assert_eq!(
        fs_err::read(folder.path().join("a1.jpg")).expect("read"),
        b"photo"
    );
}

#[tokio::test]
async fn of_many_at_once_one_is_new() {
    let folder = tempfile::tempdir().expect("folder");
    let bytes = vec![7; 300_000];
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (folder, bytes) = (folder.path().to_owned(), bytes.clone());
        tasks.spawn(async move { store_once(&folder, "c3.jpg", &bytes).await.expect("stored") });
    }
    let new = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|new| *new)
        .count();
    assert_eq!(new, 1, "one of sixteen made the file");
    assert_eq!(
        names(folder.path()),
        ["c3.jpg"],
        "nothing temporary is left"
    );
    assert_eq!(
        fs_err::read(folder.path().join("c3.jpg")).expect("read"),
        bytes
    );
}

#[tokio::test]
async fn a_damaged_file_is_made_whole() {
    let folder = tempfile::tempdir().expect("folder");
    fs_err::write(folder.path().join("d4.jpg"), b"pho").expect("half a photo");
    assert!(
        store_once(folder.path(), "d4.jpg", b"photo")
            .await
            .expect("stored"),
        "made whole"
    );
    assert_eq!(
        fs_err::read(folder.path().join("d4.jpg")).expect("read"),
        b"photo"
    );
}

#[tokio::test]
async fn a_name_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().expect("folder");
    for name in [
        "",
        ".",
        "..",
        "../e5.jpg",
        "sub/e5.jpg",
        "/e5.jpg",
        "e5.jpg/",
    ] {
        let error = store_once(folder.path(), name, b"photo")
            .await
            .expect_err("not a plain name");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
    }
    assert!(names(folder.path()).is_empty(), "nothing was written");
    let gone = store_once(&folder.path().join("gone"), "e5.jpg", b"photo").await;
    assert_eq!(gone.expect_err("no folder").kind(), ErrorKind::NotFound);
}
