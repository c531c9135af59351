use crate::setup::{Bench, SOON, end, in_one_browser, sections};
use browser::{Cookie, SameSite};
use secrecy::ExposeSecret;
use std::time::{SystemTime, UNIX_EPOCH};

fn named<'a>(cookies: &'a [Cookie], name: &str) -> &'a Cookie {
    cookies
        .iter()
        .find(|c| c.name == name)
        .unwrap_or_else(|| panic!("no cookie {name}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn contexts() {
    in_one_browser(
        3,
        sections![
            two_contexts_share_no_cookies_and_rotate_by_themselves,
            cookies_come_out_as_they_went_in,
            closed_pages_and_contexts_say_so
        ],
    )
    .await;
}

async fn two_contexts_share_no_cookies_and_rotate_by_themselves() {
    let bench = Bench::new().await;
    let turn = |value: &str| Cookie {
        http_only: true,
        ..Cookie::new("turn", value, "127.0.0.1")
    };
    let first = bench.browser.new_context(vec![turn("10")]).await.unwrap();
    let second = bench.browser.new_context(vec![turn("70")]).await.unwrap();
    let (one, two) = tokio::join!(
        first.new_page("about:blank"),
        second.new_page("about:blank"),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let rotate = bench.site.url("/rotate");
    let (a, b) = tokio::join!(one.goto(&rotate, SOON), two.goto(&rotate, SOON));
    a.unwrap();
    b.unwrap();
    one.goto(&rotate, SOON).await.unwrap();

    let cookies = first.cookies().await.unwrap();
    let cookie = named(&cookies, "turn");
    assert_eq!(
        cookie.value.expose_secret(),
        "12",
        "what the site rotated is what we keep"
    );
    assert!(cookie.http_only);
    assert_eq!(
        (cookie.domain.as_str(), cookie.path.as_str()),
        ("127.0.0.1", "/")
    );
    assert_eq!(cookie.same_site, Some(SameSite::Lax));
    assert!(cookie.expires.is_some(), "the site gave it an hour");
    let cookies = second.cookies().await.unwrap();
    assert_eq!(
        named(&cookies, "turn").value.expose_secret(),
        "71",
        "leaked between contexts"
    );
    assert!(
        bench.context.cookies().await.unwrap().is_empty(),
        "leaked into an empty context"
    );
}

async fn cookies_come_out_as_they_went_in() {
    let bench = Bench::new().await;
    // Chromium keeps none longer than 400 days.
    let in_30_days = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 30 * 86_400;
    let put = vec![
        Cookie::new("host_only", "a=b; c", "www.shop.test".to_owned()),
        Cookie {
            secure: true,
            http_only: true,
            ..Cookie::new("whole_domain", "é", ".shop.test")
        },
        Cookie {
            secure: true,
            ..Cookie::new("__Host-strict", "x", "www.shop.test")
        },
        Cookie {
            expires: Some(in_30_days as f64),
            path: "/api".to_owned(),
            secure: true,
            same_site: Some(SameSite::None),
            ..Cookie::new("later", "y", ".shop.test")
        },
    ];
    // A value that no server could set is refused as a whole, not put in mangled.
    let refused = bench.browser.new_context(put.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "browser_refused");
    assert!(
        !refused.to_string().contains("a=b"),
        "an error shows a cookie: {refused}"
    );

    let mut put = put;
    put[0].value = "a=b".to_owned().into();
    put[1].value = "e".to_owned().into();
    let context = bench.browser.new_context(put.clone()).await.unwrap();
    let got = context.cookies().await.unwrap();
    assert_eq!(got.len(), put.len());
    for cookie in &put {
        let same = named(&got, &cookie.name);
        assert_eq!(same.value.expose_secret(), cookie.value.expose_secret());
        assert_eq!(
            same.domain, cookie.domain,
            "{}: host-only or not",
            cookie.name
        );
        assert_eq!(same.path, cookie.path);
        assert_eq!(same.secure, cookie.secure);
        assert_eq!(same.http_only, cookie.http_only);
        assert_eq!(same.same_site, cookie.same_site);
        assert_eq!(same.expires, cookie.expires);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_is_shown_logged_or_left_on_the_disk() {
    const SECRET: &str = "c00k1e-canary-value";
    let bench = Bench::new().await;
    let cookie = Cookie {
        expires: Some(2_000_000_000.0),
        ..Cookie::new("s", SECRET, "127.0.0.1")
    };
    assert!(
        !format!("{cookie:?}").contains(SECRET),
        "Debug shows the value"
    );
    let context = bench.browser.new_context(vec![cookie]).await.unwrap();
    let page = context
        .new_page(&bench.site.url("/echo-cookies"))
        .await
        .unwrap();
    assert_eq!(
        page.text("body").await.unwrap(),
        format!("s={SECRET}"),
        "the site gets it"
    );
    end(bench.browser).await;

    let mut searched = 0;
    let mut folders = vec![bench.profile.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if let Ok(bytes) = fs_err::read(entry.path()) {
                searched += 1;
                let found = bytes
                    .windows(SECRET.len())
                    .any(|window| window == SECRET.as_bytes());
                assert!(!found, "the cookie lies in {}", entry.path().display());
            }
        }
    }
    assert!(
        searched > 5,
        "the profile is not where this test looks: {searched} files"
    );
}

async fn closed_pages_and_contexts_say_so() {
    let bench = Bench::at("plain").await;
    let other = bench.context.new_page("about:blank").await.unwrap();
    let waiting = tokio::spawn({
        let other = other.clone();
        async move { other.eval::<()>("new Promise(() => {})").await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    other.close().await.unwrap();
    other.close().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap_err().code(), "page_closed");
    assert_eq!(
        other.eval::<i64>("1").await.unwrap_err().code(),
        "page_closed"
    );
    assert!(other.gone().is_cancelled());
    assert_eq!(
        bench.page.eval::<i64>("1").await.unwrap(),
        1,
        "the neighbour lives"
    );

    bench.context.close().await.unwrap();
    bench.page.gone().cancelled().await;
    assert_eq!(bench.page.url().await.unwrap_err().code(), "page_closed");
}
