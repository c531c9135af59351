//! Photos in, drafts out.

use acceptance::{Bed, files_below, sample, samples};
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
    let files = files_below(&bed.data().join("photos"));
    assert_eq!(
        files.len(),
        2,
        "one picture and its thumbnail, however often it is dropped"
    );
}

#[tokio::test]
async fn wrong_usage_is_exit_code_2() {
    let bed = Bed::new().await;
    let ran = bed.studio(&["import"]).await;
    assert_eq!(ran.code, 2, "scripts tell a typo from a refusal");
}

/// Small pictures that all differ; as many as a roll of film, or many more.
fn many_photos(folder: &std::path::Path, count: usize) {
    fs_err::create_dir_all(folder).unwrap();
    for n in 0..count {
        let side = 64;
        let colour = |x: usize, y: usize| {
            let value = (x * 7 + y * 13 + n * 31) % 251;
            [value as u8, (n % 256) as u8, (n / 256 * 40 + x) as u8]
        };
        let pixels: Vec<u8> = (0..side * side)
            .flat_map(|at| colour(at % side, at / side))
            .collect();
        // In subfolders, as a phone's cable gives them.
        let inner = folder.join(format!("{:02}", n / 20));
        fs_err::create_dir_all(&inner).unwrap();
        let file = fs_err::File::create(inner.join(format!("IMG_{n:04}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, side as u32, side as u32);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
    }
}

/// How many photos the long form of a story imports; CI takes the short one.
fn how_many(short: usize) -> usize {
    std::env::var("STUDIO_STORY_PHOTOS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(short)
}

#[tokio::test]
async fn a_killed_import_goes_on_where_it_was() {
    let bed = Bed::new().await;
    let count = how_many(60);
    let folder = bed.folder.path().join("phone");
    many_photos(&folder, count);
    fs_err::write(folder.join("01/notes.txt"), "not a photo").unwrap();
    let import = ["import", &folder.display().to_string(), "--group", "none"];

    let shelves = bed.data().join("photos");
    let mut kills = 0;
    for share in [5, 2] {
        let mut child = bed.command(&import).spawn().unwrap();
        // Killed once about this share of the photos is on the disk: a picture and a thumbnail each.
        let enough = 2 * count / share;
        let limit = tokio::time::Instant::now() + std::time::Duration::from_secs(100);
        while !shelves.is_dir() || pictures(&shelves) < enough {
            assert!(
                child.try_wait().unwrap().is_none(),
                "it was to be killed before its end"
            );
            assert!(tokio::time::Instant::now() < limit, "nothing comes in");
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        child.kill().await.unwrap();
        kills += 1;
    }
    assert_eq!(kills, 2, "the fault fired");

    // What came in first is not on the phone any more: it was done, so it is not missed.
    fs_err::remove_dir_all(folder.join("00")).unwrap();
    let imported = bed.studio(&import).await.done();
    assert_eq!(
        imported["photos"],
        serde_json::json!({ "total": count + 1, "stored": count, "duplicates": 0 }),
        "as if it had never been killed"
    );
    let rejected = imported["rejected"].as_array().unwrap();
    assert_eq!(
        rejected.len(),
        1,
        "what was refused is told again: {rejected:?}"
    );
    let names: Vec<&str> = imported["drafts"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|draft| draft["photos"].as_array().unwrap())
        .map(|photo| photo["filename"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = (0..count).map(|n| format!("IMG_{n:04}.png")).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "every photo has a draft, none has two");
    // What was being written when it was killed has no name of a photo; it goes a day later.
    assert_eq!(
        pictures(&shelves),
        2 * count,
        "no picture without a photo, no photo without its picture"
    );
    let listed = bed.studio(&["drafts", "list"]).await.done();
    let total = listed["drafts"].as_array().unwrap().len();
    assert_eq!(total, count, "and no draft is there beside those");

    let again = bed.studio(&import).await.done();
    assert_eq!(
        again["photos"]["duplicates"],
        count - 20,
        "an import that came to its end begins anew, and each photo is called a duplicate"
    );
}

/// Pictures that are there now.
fn pictures(folder: &std::path::Path) -> usize {
    let files = files_below(folder).into_iter();
    files
        .filter(|path| path.extension().is_some_and(|end| end == "jpg"))
        .count()
}

#[tokio::test]
async fn a_stopped_import_keeps_what_is_done_and_goes_on_later() {
    let bed = Bed::new().await;
    let count = how_many(60);
    let folder = bed.folder.path().join("phone");
    many_photos(&folder, count);
    let import = ["import", &folder.display().to_string(), "--group", "none"];
    let child = bed.command(&import).spawn().unwrap();
    let shelves = bed.data().join("photos");
    while !shelves.is_dir() || pictures(&shelves) < 10 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let pid = child.id().unwrap().cast_signed();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid).unwrap(),
        rustix::process::Signal::TERM,
    )
    .unwrap();
    let output = child.wait_with_output().await.unwrap();
    let stopped: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(stopped["stopped"], true, "it says that it was stopped");
    let kept = stopped["drafts"].as_array().unwrap().len();
    assert!((1..count).contains(&kept), "what was done is kept: {kept}");
    let rest = bed.studio(&import).await.done();
    assert_eq!(
        rest["drafts"].as_array().unwrap().len(),
        count,
        "the same import goes on with the rest"
    );
    assert_eq!(rest["photos"]["stored"], count, "no photo came twice");
}

/// What lies in the folder is looked at before it is opened: nothing waits, nothing is read without end.
#[cfg(unix)]
#[tokio::test]
async fn what_only_looks_like_a_file_holds_up_nothing() {
    use std::os::unix::fs::symlink;

    let bed = Bed::new().await;
    let folder = bed.folder.path().join("roll");
    fs_err::create_dir_all(&folder).unwrap();
    let photo = |name: &str| folder.join(name);
    let long = format!("{}.jpg", "l".repeat(251));
    let names = [
        "..jpg",
        "a..b.jpg",
        "CON.jpg",
        "a\u{202E}gpj.exe",
        "line\nbreak.jpg",
        &long,
    ];
    for name in names {
        fs_err::copy(&samples()[0], photo(name)).unwrap();
    }
    let sparse = fs_err::File::create(photo("sparse.jpg")).unwrap();
    sparse.set_len(2 << 30).unwrap();
    let pipe = photo("pipe.jpg");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        pipe.as_path(),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    symlink("/dev/zero", photo("zero.jpg")).unwrap();
    symlink(&folder, photo("loop")).unwrap();
    let named = pipe.display().to_string();
    let zero = photo("zero.jpg").display().to_string();
    let imported = bed
        .studio(&["import", &folder.display().to_string(), &named, &zero])
        .await
        .done();
    assert_eq!(
        imported["photos"]["stored"], 1,
        "six names of one photo: {imported}"
    );
    // "..jpg" is hidden by its first dot.
    assert_eq!(imported["photos"]["duplicates"], names.len() - 2);
    let mut codes: Vec<(&str, &str)> = imported["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            (
                file["path"].as_str().unwrap(),
                file["code"].as_str().unwrap(),
            )
        })
        .collect();
    codes.sort_unstable();
    let mut expected = [
        (named.as_str(), "file_unreadable"),
        (zero.as_str(), "file_unreadable"),
        (&photo("sparse.jpg").display().to_string(), "file_too_large"),
    ];
    expected.sort_unstable();
    assert_eq!(codes, expected, "links in the folder are not followed");
}

/// Runs a command as in a container that forbids the decoder's walls. The filter holds for the thread that sets it
/// and for what it starts, not for this test.
#[cfg(target_os = "linux")]
fn without_walls(command: tokio::process::Command) -> serde_json::Value {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    let mut command = command.into_std();
    let run = move || {
        let calls = [
            libc::SYS_seccomp,
            libc::SYS_landlock_create_ruleset,
            libc::SYS_landlock_restrict_self,
        ];
        let filter = SeccompFilter::new(
            calls.into_iter().map(|call| (call, Vec::new())).collect(),
            SeccompAction::Allow,
            SeccompAction::Errno(libc::EPERM.cast_unsigned()),
            std::env::consts::ARCH.try_into().unwrap(),
        );
        let program: BpfProgram = filter.unwrap().try_into().unwrap();
        seccompiler::apply_filter(&program).unwrap();
        command.output().unwrap()
    };
    let output = std::thread::spawn(run).join().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_nothing_isolates_heic_waits_for_the_person_s_word() {
    let bed = Bed::new().await;
    let of_kind = |kind: &str| {
        let mut all = samples().into_iter();
        all.find(|p| p.to_string_lossy().to_lowercase().ends_with(kind))
            .unwrap()
            .display()
            .to_string()
    };
    let (heic, jpeg) = (of_kind(".heic"), of_kind(".jpg"));
    let isolation = |doctor: &serde_json::Value| {
        let checks = doctor["checks"].as_array().unwrap();
        let check = checks.iter().find(|c| c["name"] == "isolation");
        check.unwrap()["ok"].as_bool().unwrap()
    };
    let doctor = bed.studio(&["doctor"]).await.done();
    assert!(isolation(&doctor), "this machine isolates: {doctor}");

    let doctor = without_walls(bed.command(&["doctor"]));
    assert!(!isolation(&doctor), "and it is said where one does not");
    let import = ["import", heic.as_str(), jpeg.as_str()];
    let imported = without_walls(bed.command(&import));
    assert_eq!(imported["photos"]["stored"], 1, "the JPEG: {imported}");
    assert_eq!(imported["rejected"][0]["code"], "isolation_unavailable");

    let allow = ["settings", "set", "unisolated_photos=true"];
    bed.studio(&allow).await.done();
    let imported = without_walls(bed.command(&import));
    assert_eq!(
        imported["photos"]["stored"], 1,
        "the person allowed the HEIC: {imported}"
    );
}

#[tokio::test]
async fn a_photo_is_turned_and_cropped_and_all_of_it_comes_back() {
    let bed = Bed::new().await;
    let sample = samples()[0].display().to_string();
    let imported = bed.studio(&["import", &sample]).await.done();
    let draft = imported["drafts"][0]["id"].as_str().unwrap().to_owned();
    let before = imported["drafts"][0]["photos"][0].clone();
    let id = before["id"].as_str().unwrap();
    let (width, height) = (
        before["width"].as_u64().unwrap(),
        before["height"].as_u64().unwrap(),
    );

    let turned = bed.studio(&["photos", "turn", id]).await.done();
    assert_eq!(
        (turned["width"].as_u64(), turned["height"].as_u64()),
        (Some(height), Some(width)),
        "a quarter turn exchanges the sides"
    );
    let part = format!("0,0,{},{}", height / 2, width);
    let cropped = bed.studio(&["photos", "crop", id, &part]).await.done();
    assert_eq!(
        cropped["width"].as_u64(),
        Some(height / 2),
        "the half is left"
    );
    assert_eq!(cropped["edits"], 2, "both can be taken back");

    // The draft shows, and would publish, the edited photo: bytes and thumbnail lie under its hash.
    let shown = bed.studio(&["drafts", "show", &draft]).await.done();
    assert_eq!(
        shown["photos"][0]["id"], before["id"],
        "it is the same photo"
    );
    assert_eq!(
        shown["photos"][0]["sha256"], cropped["sha256"],
        "with other bytes"
    );
    let sha = cropped["sha256"].as_str().unwrap();
    let shelf = bed.data().join("photos").join(&sha[..2]);
    let bytes = fs_err::read(shelf.join(format!("{sha}.jpg"))).unwrap();
    assert_eq!(
        hex::encode(Sha256::digest(&bytes)),
        sha,
        "the name is the hash"
    );
    assert!(
        shelf.join(format!("{sha}.thumb.jpg")).is_file(),
        "the thumbnail follows"
    );

    let again = bed.studio(&["import", &sample]).await.done();
    assert_eq!(
        again["photos"]["duplicates"], 1,
        "the file is known although its photo was edited"
    );
    let outside = bed.studio(&["photos", "crop", id, "0,0,5000,100"]).await;
    assert_eq!(
        outside.refused(),
        "invalid_field",
        "a part outside the photo"
    );

    bed.studio(&["photos", "undo", id]).await.done();
    let whole = bed.studio(&["photos", "undo", id]).await.done();
    assert_eq!(
        whole["sha256"], before["sha256"],
        "taken back, it is the first photo to the bit"
    );
    assert_eq!(whole["edits"], 0, "nothing is left to take back");
}
