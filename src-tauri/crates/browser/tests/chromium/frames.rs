use crate::setup::{Bench, SOON, in_one_browser, sections};
use browser::{Condition, FrameSource};

#[tokio::test(flavor = "multi_thread")]
async fn frames_and_windows() {
    in_one_browser(
        1,
        sections![
            frames_of_every_kind_are_seen,
            windows_that_the_page_opens_are_seen_with_their_address
        ],
    )
    .await;
}

async fn frames_of_every_kind_are_seen() {
    let bench = Bench::at("frames").await;
    let far = bench.site.other_site("/page/publishing");
    let captcha = bench.site.other_site("/page/plain?captcha=1");
    let near = bench.site.url("/page/plain");
    let expected = [
        (near.clone(), FrameSource::Dom),
        (near, FrameSource::Tree),
        (far.clone(), FrameSource::Dom),
        (far, FrameSource::Target),
        (captcha.clone(), FrameSource::Dom),
        (captcha, FrameSource::Target),
    ];
    let end = std::time::Instant::now() + SOON;
    loop {
        let seen = bench.page.frames().await.unwrap();
        let missing: Vec<_> = expected
            .iter()
            .filter(|(url, source)| !seen.iter().any(|f| f.url == *url && f.source == *source))
            .collect();
        if missing.is_empty() {
            break;
        }
        assert!(
            std::time::Instant::now() < end,
            "not seen: {missing:#?} in {seen:#?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let targets = bench.browser.targets().await.unwrap();
    assert_eq!(targets.iter().filter(|t| t.kind == "iframe").count(), 2);
}

async fn windows_that_the_page_opens_are_seen_with_their_address() {
    let bench = Bench::at("publishing").await;
    for button in ["#open", "#open-noopener"] {
        bench.page.click(button).await.unwrap();
    }
    let both = || {
        let popups = bench.page.popups();
        popups.len() == 2
            && popups
                .iter()
                .all(|p| p.url.ends_with("/page/publish-at-once"))
    };
    let end = std::time::Instant::now() + SOON;
    while !both() {
        assert!(std::time::Instant::now() < end, "{:?}", bench.page.popups());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(bench.context.pages().len(), 3);
    bench.page.bring_to_front().await.unwrap();
    bench
        .page
        .wait_for(
            Condition::Js("document.visibilityState === 'visible'".into()),
            SOON,
        )
        .await
        .unwrap();
}
