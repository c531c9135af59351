use crate::setup::{Bench, SOON, in_one_browser, sections};
use browser::{Condition, DialogKind, ResourceKind, Shot};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn loading() {
    in_one_browser(
        3,
        sections![
            a_page_that_never_answers_is_given_up_and_the_tab_stays_usable,
            every_wait_ends_with_the_cancellation,
            an_address_that_cannot_be_reached_is_named,
            scripts_are_bounded_and_their_errors_told,
            conditions_are_waited_for,
            dialogs_are_answered_at_once_and_remembered,
            a_page_that_never_stops_its_dialogs_is_left_or_closed,
            pictures_show_window_page_or_element,
            statuses_and_hosts_are_recorded,
            a_page_is_loaded_again
        ],
    )
    .await;
}

async fn a_page_that_never_answers_is_given_up_and_the_tab_stays_usable() {
    let bench = Bench::at("plain").await;
    let url = bench.site.url("/hang?token=s3cret");
    let error = bench
        .page
        .goto(&url, Duration::from_secs(1))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "browser_timeout");
    assert!(
        !error.to_string().contains("s3cret"),
        "queries carry secrets: {error}"
    );
    assert_eq!(
        bench.page.eval::<i64>("1 + 1").await.unwrap(),
        2,
        "loading was stopped"
    );
    bench
        .page
        .goto(&bench.site.url("/page/click"), SOON)
        .await
        .unwrap();
    assert!(bench.page.url().await.unwrap().ends_with("/page/click"));
}

async fn every_wait_ends_with_the_cancellation() {
    let bench = Bench::at("plain").await;
    let cancel = CancellationToken::new();
    let page = bench.page.bound_to(cancel.clone());
    let url = bench.site.url("/hang");
    let loading = tokio::spawn({
        let page = page.clone();
        async move { page.goto(&url, Duration::from_secs(60)).await }
    });
    let script = tokio::spawn({
        let page = page.clone();
        async move { page.eval::<()>("new Promise(() => {})").await }
    });
    while bench.site.arrived("GET /hang") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    cancel.cancel();
    assert_eq!(loading.await.unwrap().unwrap_err().code(), "cancelled");
    assert_eq!(script.await.unwrap().unwrap_err().code(), "cancelled");
    assert_eq!(page.url().await.unwrap_err().code(), "cancelled");
    assert_eq!(
        bench.page.eval::<i64>("2").await.unwrap(),
        2,
        "the tab itself goes on"
    );
}

async fn an_address_that_cannot_be_reached_is_named() {
    let bench = Bench::at("plain").await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", free.local_addr().unwrap());
    drop(free);
    let error = bench.page.goto(&url, SOON).await.unwrap_err();
    assert_eq!(error.code(), "navigation_failed");
    assert!(
        error.to_string().contains("ERR_CONNECTION_REFUSED"),
        "{error}"
    );
    let tab = bench.context.new_page(&url).await.unwrap_err();
    assert_eq!(tab.code(), "navigation_failed");
    assert_eq!(
        bench.context.pages().len(),
        1,
        "the tab that did not load is closed again"
    );
}

async fn scripts_are_bounded_and_their_errors_told() {
    let bench = Bench::at("plain").await;
    let error = bench
        .page
        .eval::<i64>("(() => { throw new Error('no luck') })()")
        .await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "script failed: Error: no luck"
    );
    let error = bench.page.eval::<i64>("'text'").await.unwrap_err();
    assert_eq!(
        error.code(),
        "script_failed",
        "another shape than asked for"
    );
    assert_eq!(
        bench.page.eval::<Option<i64>>("undefined").await.unwrap(),
        None
    );
    assert_eq!(
        bench.page.eval::<i64>("Promise.resolve(7)").await.unwrap(),
        7
    );
    // An endless loop blocks the page's only thread: Chromium is told to end it.
    let error = bench
        .page
        .eval::<()>("(() => { for (;;); })()")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "browser_timeout", "{error}");
    assert_eq!(
        bench.page.eval::<i64>("3").await.unwrap(),
        3,
        "the thread came back"
    );
}

async fn conditions_are_waited_for() {
    let bench = Bench::at("late").await;
    let page = &bench.page;
    page.wait_for("#comes", SOON).await.unwrap();
    page.wait_for(Condition::Gone("#goes".into()), SOON)
        .await
        .unwrap();
    page.wait_for(Condition::Present("#goes".into()), SOON)
        .await
        .unwrap();
    page.wait_for(Condition::Url("*/page/late\\?step=2".to_owned()), SOON)
        .await
        .unwrap();
    assert!(
        page.url()
            .await
            .unwrap()
            .ends_with("/page/late?step=2#here")
    );
    let start = Instant::now();
    let error = page
        .wait_for("#never", Duration::from_millis(200))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "browser_timeout");
    assert!(
        error.to_string().contains("#never to be visible"),
        "{error}"
    );
    assert!(start.elapsed() < SOON, "a bound that does not hold is none");
    let error = page.wait_for("#[", SOON).await.unwrap_err();
    assert_eq!(
        error.code(),
        "script_failed",
        "waiting for nonsense would only lose time"
    );
}

async fn dialogs_are_answered_at_once_and_remembered() {
    let bench = Bench::at("dialogs").await;
    let page = &bench.page;
    page.click("#alert").await.unwrap();
    page.click("#confirm").await.unwrap();
    page.click("#prompt").await.unwrap();
    page.wait_for(
        Condition::Js("window.prompted !== undefined".to_owned()),
        SOON,
    )
    .await
    .unwrap();
    assert_eq!(
        bench.number("after").await,
        1,
        "the page goes on after its alert"
    );
    assert!(
        !page.eval::<bool>("confirmed").await.unwrap(),
        "dismissed, never agreed to"
    );
    assert_eq!(page.eval::<Option<String>>("prompted").await.unwrap(), None);
    page.click("#arm").await.unwrap();
    page.goto(&bench.site.url("/page/plain"), SOON)
        .await
        .unwrap();
    let kinds: Vec<_> = page
        .dialogs()
        .into_iter()
        .map(|dialog| dialog.kind)
        .collect();
    use DialogKind::{Alert, BeforeUnload, Confirm, Prompt};
    assert_eq!(kinds, [Alert, Confirm, Prompt, BeforeUnload]);
    assert_eq!(page.dialogs()[0].message, "an alert");
}

async fn a_page_that_never_stops_its_dialogs_is_left_or_closed() {
    let bench = Bench::at("dialogs").await;
    let second = bench
        .context
        .new_page(&bench.site.url("/page/dialogs"))
        .await
        .unwrap();
    for page in [&bench.page, &second] {
        page.eval::<()>("void setTimeout(() => { for (;;) alert('again') })")
            .await
            .unwrap();
        let end = Instant::now() + SOON;
        while page.dialogs().len() < 3 {
            assert!(Instant::now() < end, "no storm");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    bench.page.close().await.unwrap();
    second
        .goto(&bench.site.other_site("/page/plain"), SOON)
        .await
        .unwrap();
    assert_eq!(second.text("p").await.unwrap(), "plain");
    assert!(second.dialogs().len() <= 100, "a storm fills the memory");
}

async fn pictures_show_window_page_or_element() {
    fn size(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n", "not a PNG");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }
    let bench = Bench::at("tall").await;
    let (width, height) = size(&bench.page.screenshot_png(Shot::Window).await.unwrap());
    assert!(
        width >= 1000 && (500..=900).contains(&height),
        "{width} x {height}"
    );
    let whole = size(&bench.page.screenshot_png(Shot::FullPage).await.unwrap());
    assert_eq!(whole.1, 3080, "{whole:?}");
    let piece = bench
        .page
        .screenshot_png(Shot::Element("#piece".into()))
        .await
        .unwrap();
    assert_eq!(size(&piece), (120, 80));
    let none = bench
        .page
        .screenshot_png(Shot::Element("#none".into()))
        .await
        .unwrap_err();
    assert_eq!(none.code(), "element_not_found");
}

async fn statuses_and_hosts_are_recorded() {
    let bench = Bench::at("plain").await;
    let page = &bench.page;
    page.clear_responses();
    page.goto(&bench.site.url("/status/403"), SOON)
        .await
        .unwrap();
    page.eval::<i64>("fetch('/status/429').then(r => r.status)")
        .await
        .unwrap();
    let other = bench.site.other_site("/publish");
    page.eval::<i64>(&format!("fetch('{other}').then(r => r.status)"))
        .await
        .unwrap();
    let seen = page.responses();
    let main = seen
        .iter()
        .find(|r| r.kind == ResourceKind::Document)
        .expect("the document");
    assert_eq!(
        (main.status, main.main_frame, main.mime.as_str()),
        (403, true, "text/html")
    );
    let xhr = seen
        .iter()
        .find(|r| r.url.ends_with("/status/429"))
        .expect("the fetch");
    assert_eq!((xhr.status, xhr.kind), (429, ResourceKind::Xhr));
    let hosts: Vec<String> = page.hosts().into_iter().collect();
    assert_eq!(hosts, ["127.0.0.1", "localhost"]);
}

async fn a_page_is_loaded_again() {
    let bench = Bench::at("typing").await;
    bench
        .page
        .eval::<()>("void (document.querySelector('#one').value = 'lost')")
        .await
        .unwrap();
    bench.page.reload(SOON).await.unwrap();
    assert_eq!(bench.page.value("#one").await.unwrap(), "");
}
