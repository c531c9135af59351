use crate::setup::{Bench, SOON, in_one_browser, sections};
use browser::{Condition, Key};
use std::path::PathBuf;

const HARD: &str = "Robe d'été 38 € – ß, ÿ, 漢字, 👗👨‍👩‍👧‍👦";

#[tokio::test(flavor = "multi_thread")]
async fn typing() {
    in_one_browser(
        3,
        sections![
            any_script_is_typed_with_real_keys,
            a_controlled_input_keeps_what_was_typed_inserted_and_cleared,
            a_value_that_commits_on_leaving_the_field_is_committed_by_tab,
            values_texts_and_attributes_are_read,
            twenty_files_reach_a_hidden_input,
            a_file_that_cannot_be_read_stops_the_upload_before_the_page_hears_of_it
        ],
    )
    .await;
}

async fn any_script_is_typed_with_real_keys() {
    let bench = Bench::at("typing").await;
    let page = &bench.page;
    page.type_text("#one", HARD).await.unwrap();
    assert_eq!(page.value("#one").await.unwrap(), HARD);
    page.type_text("#area", "first\nsecond\r\nthird €")
        .await
        .unwrap();
    assert_eq!(page.value("#area").await.unwrap(), "first\nsecond\nthird €");
    page.type_text("#rich", "bold ß text").await.unwrap();
    assert_eq!(page.value("#rich").await.unwrap().trim(), "bold ß text");
    assert_eq!(bench.number("untrusted").await, 0);
    let seen: Vec<String> = page.eval("keys.slice(0, 4)").await.unwrap();
    assert_eq!(
        seen,
        ["R", "o", "b", "e"],
        "the page's key handlers see the characters"
    );
}

async fn a_controlled_input_keeps_what_was_typed_inserted_and_cleared() {
    let bench = Bench::at("typing").await;
    let page = &bench.page;
    page.type_text("#controlled", "Été €").await.unwrap();
    assert_eq!(page.value("#controlled").await.unwrap(), "Été €");
    assert_eq!(
        page.eval::<String>("state").await.unwrap(),
        "Été €",
        "the framework's own copy"
    );
    page.clear("#controlled").await.unwrap();
    assert_eq!(page.eval::<String>("state").await.unwrap(), "");
    let long = HARD.repeat(60);
    page.insert_text("#controlled", &long).await.unwrap();
    assert_eq!(page.eval::<String>("state").await.unwrap(), long);

    page.clear("#filled").await.unwrap();
    page.type_text("#filled", "after").await.unwrap();
    assert_eq!(
        page.value("#filled").await.unwrap(),
        "after",
        "what was there is gone"
    );
    page.type_text("#rich", "gone").await.unwrap();
    page.clear("#rich").await.unwrap();
    assert_eq!(page.value("#rich").await.unwrap().trim(), "");
}

async fn a_value_that_commits_on_leaving_the_field_is_committed_by_tab() {
    let bench = Bench::at("typing").await;
    bench.page.type_text("#price", "15").await.unwrap();
    assert_eq!(
        bench.page.eval::<Option<String>>("stored").await.unwrap(),
        None
    );
    bench.page.press_key(Key::Tab).await.unwrap();
    assert_eq!(
        bench.page.eval::<Option<String>>("stored").await.unwrap(),
        Some("15".to_owned())
    );
    assert_eq!(
        bench
            .page
            .eval::<String>("document.activeElement.id")
            .await
            .unwrap(),
        "other"
    );
    bench.page.press_key(Key::Escape).await.unwrap();
    assert_eq!(
        bench.page.eval::<String>("keys.at(-1)").await.unwrap(),
        "Escape"
    );
}

async fn values_texts_and_attributes_are_read() {
    let bench = Bench::at("typing").await;
    assert_eq!(bench.page.text("#text").await.unwrap(), "some text");
    assert_eq!(
        bench.page.attribute("#filled", "value").await.unwrap(),
        Some("before".to_owned())
    );
    assert_eq!(
        bench.page.attribute("#filled", "title").await.unwrap(),
        None
    );
    assert!(bench.page.html().await.unwrap().contains("<b>text</b>"));
    let missing = bench.page.value("#nothing").await.unwrap_err();
    assert_eq!(missing.code(), "element_not_found");
}

async fn twenty_files_reach_a_hidden_input() {
    let bench = Bench::at("files").await;
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (1..=20)
        .map(|i| {
            let path = folder.path().join(format!("été {i} 'à la plage'.jpg"));
            fs_err::write(&path, vec![7u8; i * 1000]).unwrap();
            path
        })
        .collect();
    bench.page.set_files("#many", &files).await.unwrap();
    let all = Condition::Js("document.querySelectorAll('#list li').length === 20".to_owned());
    bench.page.wait_for(all, SOON).await.unwrap();
    let text = bench.page.text("#list").await.unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0], "été 1 'à la plage'.jpg 1000",
        "the first stays the first"
    );
    assert_eq!(lines[19], "été 20 'à la plage'.jpg 20000");
}

async fn a_file_that_cannot_be_read_stops_the_upload_before_the_page_hears_of_it() {
    let bench = Bench::at("files").await;
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.jpg");
    fs_err::write(&good, "x").unwrap();
    let empty = folder.path().join("empty.jpg");
    fs_err::write(&empty, "").unwrap();
    for bad in [
        folder.path().join("missing.jpg"),
        folder.path().to_owned(),
        empty,
    ] {
        let error = bench
            .page
            .set_files("#many", &[good.clone(), bad.clone()])
            .await
            .unwrap_err();
        assert_eq!(error.code(), "upload_file_unreadable", "{}", bad.display());
    }
    assert_eq!(
        bench.number("changes").await,
        0,
        "Chromium itself accepts a missing file"
    );

    let two = [good.clone(), good.clone()];
    let error = bench.page.set_files("#one", &two).await.unwrap_err();
    assert_eq!(
        error.code(),
        "script_failed",
        "the input takes one file only: {error}"
    );
    let error = bench
        .page
        .set_files("#no-file", &two[..1])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "script_failed", "no file input: {error}");
}
