use crate::setup::{Bench, SOON, in_one_browser, sections};
use browser::{BrowserError, Condition, Locator};
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(900);

impl Bench {
    async fn clicks(&self, id: &str) -> i64 {
        self.page
            .eval(&format!("counts[{id:?}] || 0"))
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks() {
    in_one_browser(
        3,
        sections![
            a_click_is_a_real_event_on_the_element_wherever_it_is_on_the_page,
            a_covered_button_is_not_clicked_and_neither_is_what_covers_it,
            a_press_that_would_land_elsewhere_never_reaches_the_page,
            an_element_that_becomes_ready_is_clicked_once,
            a_swallowed_click_is_for_the_caller_to_notice_and_is_not_repeated,
            what_cannot_be_clicked_says_why,
            a_click_that_leads_to_another_page_is_a_success,
            a_click_on_a_point_goes_to_whatever_is_there,
            the_first_way_that_finds_the_element_is_named
        ],
    )
    .await;
}

async fn a_click_is_a_real_event_on_the_element_wherever_it_is_on_the_page() {
    let bench = Bench::at("click").await;
    bench.page.click("#plain").await.unwrap();
    bench.page.click("#far").await.unwrap();
    let by_text = "[...document.querySelectorAll('button')].find(b => b.textContent === 'plain')";
    bench.page.click(Locator::js(by_text)).await.unwrap();
    bench
        .page
        .click(Locator::js(
            "document.querySelector('#shadow').shadowRoot.querySelector('button')",
        ))
        .await
        .unwrap();
    bench.page.click("#box + *, #label").await.unwrap();

    assert_eq!(bench.clicks("plain").await, 2);
    assert_eq!(bench.clicks("far").await, 1, "3,500 pixels further down");
    assert_eq!(
        bench.number("innerClicks").await,
        1,
        "inside an open shadow root"
    );
    assert!(
        bench
            .page
            .eval::<bool>("document.querySelector('#box').checked")
            .await
            .unwrap()
    );
    assert_eq!(
        bench.number("untrusted").await,
        0,
        "a synthetic event is not what a person does"
    );
}

async fn a_covered_button_is_not_clicked_and_neither_is_what_covers_it() {
    let bench = Bench::at("click").await;
    let error = bench
        .page
        .click_within("#covered", SHORT)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "element_covered");
    let BrowserError::Covered { by, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(by, "div#cover.veil", "the report names what is in the way");
    assert_eq!(bench.clicks("covered").await, 0);
    assert_eq!(
        bench.clicks("cover").await,
        0,
        "chromiumoxide's click lands here and says Ok"
    );

    let error = bench.page.click_within("#hover", SHORT).await.unwrap_err();
    assert_eq!(
        error.code(),
        "element_covered",
        "the cover comes when the mouse does"
    );
    assert_eq!(bench.clicks("hover-cover").await, 0);
}

async fn a_press_that_would_land_elsewhere_never_reaches_the_page() {
    let bench = Bench::at("click").await;
    bench.page.eval::<()>("void lie()").await.unwrap();
    let error = bench.page.click_within("#lie", SHORT).await.unwrap_err();
    let BrowserError::Covered { by, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(by, "div#lie-cover");
    assert_eq!(
        bench.number("downs").await,
        0,
        "the overlay heard the press"
    );
    assert_eq!(
        bench.clicks("lie-cover").await,
        0,
        "the overlay was clicked"
    );
    bench.page.click("#plain").await.unwrap();
    assert_eq!(
        bench.clicks("plain").await,
        1,
        "the guard of the click before is gone"
    );
}

async fn an_element_that_becomes_ready_is_clicked_once() {
    let bench = Bench::at("click").await;
    bench.page.eval::<()>("void uncoverLater()").await.unwrap();
    bench.page.click("#late").await.unwrap();
    assert_eq!(
        bench.clicks("late").await,
        1,
        "uncovered after half a second"
    );

    bench.page.eval::<()>("void slide()").await.unwrap();
    bench.page.click("#slider").await.unwrap();
    assert_eq!(bench.clicks("slider").await, 1, "it was moving");

    bench
        .page
        .eval::<()>("void startRendering()")
        .await
        .unwrap();
    bench
        .page
        .wait_for(
            Condition::Js("document.querySelector('#anew')".to_owned()),
            SOON,
        )
        .await
        .unwrap();
    bench.page.click("#anew").await.unwrap();
    bench
        .page
        .wait_for(
            Condition::Js("document.querySelector('#anew').textContent === 'anew 8'".into()),
            SOON,
        )
        .await
        .unwrap();
    assert!(
        bench.clicks("anew").await <= 1,
        "re-rendered under the mouse: at most one click"
    );
    bench.page.click("#anew").await.unwrap();
    assert!(
        bench.clicks("anew").await >= 1,
        "found afresh after it was replaced"
    );
}

async fn a_swallowed_click_is_for_the_caller_to_notice_and_is_not_repeated() {
    let bench = Bench::at("click").await;
    bench.page.click("#deaf").await.unwrap();
    let done = bench
        .page
        .wait_for("#deaf-done", Duration::from_millis(300))
        .await;
    assert_eq!(done.unwrap_err().code(), "browser_timeout");
    assert_eq!(bench.clicks("deaf").await, 1, "one call is one press");
    bench.page.click("#deaf").await.unwrap();
    bench.page.wait_for("#deaf-done", SOON).await.unwrap();
}

async fn what_cannot_be_clicked_says_why() {
    let bench = Bench::at("click").await;
    for (target, code) in [
        ("#nowhere", "element_not_found"),
        ("#off", "element_disabled"),
        ("#aria-off", "element_disabled"),
        ("#hidden", "element_not_visible"),
    ] {
        let error = bench.page.click_within(target, SHORT).await.unwrap_err();
        assert_eq!(error.code(), code, "{target}: {error}");
        assert!(error.is_about_element(), "another way to find it may work");
    }
    let error = bench.page.click_within("#[", SHORT).await.unwrap_err();
    assert_eq!(
        error.code(),
        "script_failed",
        "a selector that is none is a mistake of ours"
    );
}

async fn a_click_that_leads_to_another_page_is_a_success() {
    let bench = Bench::at("click").await;
    bench.page.click("#link").await.unwrap();
    bench
        .page
        .wait_for(Condition::Url("*/page/plain".to_owned()), SOON)
        .await
        .unwrap();
}

async fn a_click_on_a_point_goes_to_whatever_is_there() {
    let bench = Bench::at("click").await;
    let cover = bench
        .page
        .query(&["#cover"])
        .await
        .unwrap()
        .expect("the cover");
    let (x, y, width, height) = cover.rect;
    bench
        .page
        .click_point(x + width / 2.0, y + height / 2.0)
        .await
        .unwrap();
    assert_eq!(bench.clicks("cover").await, 1);
}

async fn the_first_way_that_finds_the_element_is_named() {
    let bench = Bench::at("click").await;
    let ways = [
        Locator::from("#gone"),
        Locator::from("not [ a selector"),
        Locator::js("this is no javascript"),
        Locator::js("nobody.defined.this"),
        Locator::js("document.querySelector('#off')"),
        Locator::from("#plain"),
    ];
    let found = bench
        .page
        .query(&ways)
        .await
        .unwrap()
        .expect("the fifth way");
    assert_eq!((found.way, found.tag.as_str()), (4, "button"));
    assert!(found.visible && !found.enabled);
    let found = bench
        .page
        .query(&["#nothing", "#box"])
        .await
        .unwrap()
        .expect("the checkbox");
    assert_eq!((found.kind.as_str(), found.visible), ("checkbox", false));
    assert_eq!(bench.page.query(&["#nothing"]).await.unwrap(), None);
    assert_eq!(bench.page.count("button").await.unwrap(), 11);
}
