use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode};
use sandbox::switches::{Switches, Times};
use sandbox::{DEMO_LOGIN, PASSWORD, RunningSandbox};
use serde_json::json;

use crate::seller::{Seller, accepted, market, refused};

fn cookies(answer: &Response) -> Vec<String> {
    let values = answer.headers().get_all(SET_COOKIE);
    values
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

async fn log_in(seller: &Seller, name: &str, password: &str) -> Response {
    let body = json!({"username": name, "password": password});
    seller.post("/web/api/auth/login", body).await
}

#[tokio::test]
async fn any_name_with_the_practice_password_is_let_in() {
    let market = market(Switches::default()).await;
    let seller = Seller::stranger(&market).await;
    for (name, password) in [("marie", "secret"), ("", PASSWORD), ("a b", PASSWORD)] {
        let answer = log_in(&seller, name, password).await;
        assert!(
            cookies(&answer).is_empty(),
            "no session for {name:?} {password:?}"
        );
        refused(answer, 401, 2).await;
    }
    let answer = log_in(&seller, "marie", PASSWORD).await;
    let set = cookies(&answer);
    for name in ["access_token_web", "refresh_token_web", "v_udt"] {
        let cookie = set.iter().find(|cookie| cookie.starts_with(name)).unwrap();
        assert!(cookie.contains("HttpOnly"), "{cookie}");
    }
    let access = set
        .iter()
        .find(|cookie| cookie.starts_with("access_token_web"))
        .unwrap();
    let token = access.split(['=', ';']).nth(1).unwrap();
    assert_eq!(token.split('.').count(), 3, "shaped like a JSON Web Token");
    let user = seller.ok("/api/v2/users/current").await;
    assert_eq!(user["user"]["login"], "marie");
    assert_eq!(
        user["user"]["id"],
        market.member_id("marie"),
        "the id follows from the name"
    );
    assert_eq!(market.counts().logins, 1);

    accepted(seller.post("/web/api/auth/logout", json!({})).await).await;
    refused(seller.get("/api/v2/users/current").await, 401, 100).await;
}

/// A client that sends one `Cookie` header and keeps nothing.
async fn get_with(market: &RunningSandbox, cookie: &str, path: &str) -> Response {
    let http = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    http.get(format!("{}{path}", market.url()))
        .header("cookie", cookie)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_session_cookie_signs_in_without_typing() {
    let market = market(Switches::default()).await;
    let cookie = market.session_cookie(DEMO_LOGIN);
    let body = accepted(get_with(&market, &cookie, "/api/v2/users/current").await).await;
    assert_eq!(body["user"]["login"], DEMO_LOGIN);
    let seller = Seller::stranger(&market).await;
    let body = seller
        .post("/practice/session", json!({}))
        .await
        .json::<serde_json::Value>()
        .await;
    let body = body.unwrap();
    let cookie = body["cookie"].as_str().unwrap();
    assert_eq!(
        (&body["login"], &body["user_id"]),
        (&json!(DEMO_LOGIN), &json!(market.member_id(DEMO_LOGIN)))
    );
    accepted(get_with(&market, cookie, "/api/v2/users/current").await).await;
}

#[tokio::test]
async fn a_stale_page_load_rotates_both_tokens() {
    let market = market(Switches::default()).await;
    let old = market.session_cookie("marie");
    market.set_switches(Switches {
        stale_access_token: Some(Times::once()),
        ..Switches::default()
    });
    let page = get_with(&market, &old, "/items/new").await;
    assert_eq!(
        page.headers()[LOCATION],
        "/web/api/auth/refresh?ref_url=/items/new"
    );
    assert_eq!(market.fired("stale_access_token"), 1);
    let refreshed = get_with(&market, &old, "/web/api/auth/refresh?ref_url=/items/new").await;
    assert_eq!(refreshed.headers()[LOCATION], "/items/new");
    let pair = |cookie: &String| cookie.split(';').next().unwrap().to_owned();
    let new = cookies(&refreshed)
        .iter()
        .map(pair)
        .collect::<Vec<_>>()
        .join("; ");
    accepted(get_with(&market, &new, "/api/v2/users/current").await).await;
    assert_eq!(market.counts().token_rotations, 1);

    refused(
        get_with(&market, &old, "/api/v2/users/current").await,
        401,
        100,
    )
    .await;
    let again = get_with(&market, &old, "/web/api/auth/refresh?ref_url=/items/new").await;
    assert!(
        cookies(&again)
            .iter()
            .any(|c| c.starts_with("access_token_web=;")),
        "signed out"
    );
    // The refresh token was used twice: the whole session is over, the new tokens with it.
    refused(
        get_with(&market, &new, "/api/v2/users/current").await,
        401,
        100,
    )
    .await;
}

#[tokio::test]
async fn an_access_token_lives_as_long_as_switched() {
    let market = market(Switches {
        access_token_ttl_s: 1,
        ..Switches::default()
    })
    .await;
    let cookie = market.session_cookie("marie");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    refused(
        get_with(&market, &cookie, "/api/v2/users/current").await,
        401,
        100,
    )
    .await;
    let page = get_with(&market, &cookie, "/").await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_refresh_leads_to_this_site_only() {
    let market = market(Switches::default()).await;
    for address in ["https://example.test/", "//example.test/"] {
        let cookie = market.session_cookie("marie");
        let path = format!("/web/api/auth/refresh?ref_url={address}");
        assert_eq!(
            get_with(&market, &cookie, &path).await.headers()[LOCATION],
            "/"
        );
    }
}

#[tokio::test]
async fn a_script_refreshes_by_post() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    accepted(
        seller
            .send(Method::POST, "/web/api/auth/refresh", json!({}))
            .await,
    )
    .await;
    assert_eq!(market.counts().token_rotations, 1);
    seller.id().await;
}
