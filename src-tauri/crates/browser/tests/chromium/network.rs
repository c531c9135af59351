use crate::setup::{Bench, SOON, crash, in_one_browser, sections};
use browser::{BrowserError, Condition, Page, UrlPattern, Watched};
use std::time::Duration;

const PUBLISH: &str = "*/publish";

async fn send(page: &Page, way: &str) -> String {
    page.eval(&format!("send({way:?})")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests() {
    in_one_browser(
        3,
        sections![
            the_answer_is_read_though_the_page_leaves_on_it,
            bodies_are_whole_up_to_two_megabytes,
            redirects_failures_and_silence_are_told_apart,
            a_forbidden_request_leaves_by_no_way_until_the_ban_is_lifted,
            a_ban_holds_in_popups_iframes_and_new_tabs,
            a_lost_guard_and_a_crashed_page_lift_nothing,
            a_watch_under_a_ban_sees_nothing_and_a_dropped_watch_holds_nothing
        ],
    )
    .await;
}

async fn the_answer_is_read_though_the_page_leaves_on_it() {
    let bench = Bench::at("publishing").await;
    for round in 1..=10 {
        let pattern = UrlPattern::method("POST", PUBLISH);
        let mut watch = bench.page.watch(vec![pattern]).await.unwrap();
        bench.page.eval::<()>("void sendAndLeave()").await.unwrap();
        let Watched::Sent(sent) = watch.next(SOON).await.unwrap() else {
            panic!("not sent")
        };
        assert_eq!(sent.method, "POST");
        let answer = watch.answer(SOON).await.unwrap();
        assert_eq!(answer.request, sent, "the same request");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(
            answer.body, br#"{"item":{"id":123},"code":0}"#,
            "round {round}"
        );
        drop(watch);
        let left = Condition::Url("*/page/plain".to_owned());
        bench.page.wait_for(left, SOON).await.unwrap();
        bench
            .page
            .goto(&bench.site.url("/page/publishing"), SOON)
            .await
            .unwrap();
    }
    assert_eq!(
        bench.site.arrived("POST /publish"),
        10,
        "watching sends nothing twice"
    );
}

async fn bodies_are_whole_up_to_two_megabytes() {
    let bench = Bench::at("plain").await;
    let mut watch = bench
        .page
        .watch(vec![UrlPattern::any("*/big/*")])
        .await
        .unwrap();
    for (bytes, kept, truncated) in [
        (200_000, 200_000, false),
        (2 << 20, 2 << 20, false),
        (3_000_000, 0, true),
    ] {
        let ask = format!("fetch('/big/{bytes}').then(r => r.text()).then(t => t.length)");
        let (length, answer) = tokio::join!(bench.page.eval::<usize>(&ask), watch.answer(SOON));
        let answer = answer.unwrap();
        assert_eq!(
            (answer.body.len(), answer.truncated),
            (kept, truncated),
            "of {bytes}"
        );
        assert!(
            answer
                .body
                .iter()
                .enumerate()
                .all(|(i, b)| *b == b'a' + (i % 26) as u8)
        );
        assert_eq!(length.unwrap(), bytes, "the page gets all of it");
    }
}

async fn redirects_failures_and_silence_are_told_apart() {
    let bench = Bench::at("publishing").await;
    let page = &bench.page;
    let mut watch = page
        .watch(vec![
            UrlPattern::any("*/publish-redirect"),
            UrlPattern::any("*/hang*"),
        ])
        .await
        .unwrap();
    page.eval::<()>("void (document.querySelector('#form').action = '/publish-redirect')")
        .await
        .unwrap();
    page.click("#submit").await.unwrap();
    let answer = watch.answer(SOON).await.unwrap();
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/page/plain"))
    );
    assert!(answer.body.is_empty() && !answer.truncated);
    page.wait_for(Condition::Url("*/page/plain".to_owned()), SOON)
        .await
        .unwrap();

    page.eval::<()>(
        "window.stop_it = new AbortController(); \
         void fetch('/hang', { method: 'POST', signal: stop_it.signal }).catch(() => {})",
    )
    .await
    .unwrap();
    let Watched::Sent(sent) = watch.next(SOON).await.unwrap() else {
        panic!("not sent")
    };
    let silence = watch.answer(Duration::from_millis(500)).await.unwrap_err();
    assert_eq!(
        silence.code(),
        "browser_timeout",
        "sent, and no answer: that is not a failure"
    );
    page.eval::<()>("void stop_it.abort()").await.unwrap();
    match watch.next(SOON).await.unwrap() {
        Watched::Failed { request, .. } => assert_eq!(request, sent, "the page dropped it"),
        other => panic!("{other:?}"),
    }

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}/hang", free.local_addr().unwrap());
    drop(free);
    page.eval::<()>(&format!(
        "void fetch('{refused}', {{ mode: 'no-cors' }}).catch(() => {{}})"
    ))
    .await
    .unwrap();
    let error = watch.answer(SOON).await.unwrap_err();
    let BrowserError::Navigation { reason, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        reason.contains("Refused") || reason.contains("REFUSED"),
        "{reason}"
    );
}

async fn a_forbidden_request_leaves_by_no_way_until_the_ban_is_lifted() {
    let bench = Bench::at("publishing").await;
    let page = &bench.page;
    let ban = page
        .forbid(UrlPattern::method("POST", PUBLISH))
        .await
        .unwrap();
    for way in ["fetch", "keepalive", "xhr", "worker"] {
        assert_eq!(send(page, way).await, "failed", "{way}");
    }
    send(page, "beacon").await;
    page.click("#submit").await.unwrap();
    wait_for_refusals(&ban, 6).await;
    // Holds across a navigation too.
    page.goto(&bench.site.url("/page/publishing"), SOON)
        .await
        .unwrap();
    assert_eq!(send(page, "fetch").await, "failed");
    let reading = page
        .eval::<i64>("fetch('/publish').then(r => r.status)")
        .await
        .unwrap();
    assert_eq!(reading, 200, "another method is not forbidden");
    let refusals = ban.refusals();
    assert_eq!(refusals.len(), 7, "{refusals:?}");
    assert!(
        refusals
            .iter()
            .all(|r| r.method == "POST" && r.url.ends_with("/publish"))
    );
    assert_eq!(
        bench.site.arrived("POST /publish"),
        0,
        "a forbidden request arrived"
    );

    ban.lift().await.unwrap();
    for way in ["fetch", "keepalive", "xhr", "worker"] {
        assert_eq!(send(page, way).await, "status 200", "{way}");
    }
    assert_eq!(bench.site.arrived("POST /publish"), 4);
}

async fn a_ban_holds_in_popups_iframes_and_new_tabs() {
    let bench = Bench::at("publishing").await;
    let ban = bench
        .page
        .forbid(UrlPattern::method("POST", PUBLISH))
        .await
        .unwrap();
    bench.page.click("#open").await.unwrap();
    wait_for_refusals(&ban, 1).await;
    bench.page.click("#open-noopener").await.unwrap();
    wait_for_refusals(&ban, 2).await;
    bench.page.click("#submit-blank").await.unwrap();
    wait_for_refusals(&ban, 3).await;
    bench
        .page
        .goto(&bench.site.url("/page/far-frame"), SOON)
        .await
        .unwrap();
    wait_for_refusals(&ban, 4).await;
    bench
        .context
        .new_page(&bench.site.url("/page/publish-at-once"))
        .await
        .unwrap();
    wait_for_refusals(&ban, 5).await;
    assert_eq!(
        bench.site.arrived("POST /publish"),
        0,
        "a forbidden request arrived"
    );
}

async fn a_lost_guard_and_a_crashed_page_lift_nothing() {
    let bench = Bench::at("publishing").await;
    drop(bench.page.forbid(UrlPattern::any(PUBLISH)).await.unwrap());
    assert_eq!(send(&bench.page, "fetch").await, "failed");
    crash(&bench.page).await;
    bench
        .page
        .goto(&bench.site.url("/page/publishing"), SOON)
        .await
        .unwrap();
    assert_eq!(
        send(&bench.page, "fetch").await,
        "failed",
        "the ban died with the renderer"
    );
    assert_eq!(bench.site.arrived("POST /publish"), 0);
}

async fn a_watch_under_a_ban_sees_nothing_and_a_dropped_watch_holds_nothing() {
    let bench = Bench::at("publishing").await;
    let pattern = UrlPattern::any(PUBLISH);
    let mut watch = bench.page.watch(vec![pattern.clone()]).await.unwrap();
    let ban = bench.page.forbid(pattern).await.unwrap();
    assert_eq!(send(&bench.page, "fetch").await, "failed");
    let nothing = watch.next(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(
        nothing.code(),
        "browser_timeout",
        "what was stopped was not sent"
    );
    ban.lift().await.unwrap();
    assert_eq!(send(&bench.page, "fetch").await, "status 200");
    assert_eq!(watch.answer(SOON).await.unwrap().status, 200);
    drop(watch);
    assert_eq!(send(&bench.page, "fetch").await, "status 200");
}

async fn wait_for_refusals(ban: &browser::Forbidden, count: usize) {
    let end = std::time::Instant::now() + SOON;
    while ban.refusals().len() < count {
        assert!(
            std::time::Instant::now() < end,
            "stopped so far: {:?}",
            ban.refusals()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
