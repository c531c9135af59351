use reqwest::header::{HOST, LOCATION, ORIGIN, REFERER};
use reqwest::{Method, StatusCode};
use sandbox::Language;
use sandbox::switches::{Switches, Times};
use sandbox::{Sandbox, SandboxConfig, SandboxError};
use serde_json::{Value, json};

use crate::seller::{Seller, accepted, market};

/// The data that came with a page.
fn config(html: &str) -> Value {
    let start = html.split("id=\"site-config\">").nth(1).unwrap();
    serde_json::from_str(start.split("</script>").next().unwrap()).unwrap()
}

async fn page(seller: &Seller, path: &str) -> (StatusCode, String) {
    let answer = seller.get(path).await;
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn every_page_is_marked_as_practice() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let id = seller.published().await;
    let member = seller.id().await;
    let item = seller.get(&format!("/items/{id}")).await;
    let item = item.headers()[LOCATION].to_str().unwrap().to_owned();
    for path in [
        "/",
        "/items/new",
        &item,
        &format!("/items/{id}/edit"),
        &format!("/member/{member}"),
        "/member/signup/select_type?ref_url=/",
        "/users/verification",
        "/practice",
        "/nowhere",
        "/geo.captcha-delivery.com/captcha/",
    ] {
        let (_, html) = page(&seller, path).await;
        assert!(
            html.contains("Site d&#39;entraînement") || html.contains("Site d'entraînement"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn scripts_of_every_page_are_there() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let mut wanted = vec!["/assets/css/site.css".to_owned()];
    for path in [
        "/",
        "/items/new",
        "/practice",
        "/users/verification",
        "/member/signup/select_type",
    ] {
        let (_, html) = page(&seller, path).await;
        wanted.extend(
            html.split('"')
                .filter(|part| part.starts_with("/assets/"))
                .map(str::to_owned),
        );
    }
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = wanted.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = seller.get(&path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let text = answer.text().await.unwrap();
        let folder = path.rsplit_once('/').unwrap().0.to_owned();
        for import in text
            .split("from \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            let (mut folder, mut name) = (folder.as_str(), import.trim_start_matches("./"));
            while let Some(rest) = name.strip_prefix("../") {
                name = rest;
                folder = folder.rsplit_once('/').unwrap().0;
            }
            wanted.push(format!("{folder}/{name}"));
        }
    }
    assert!(
        seen.len() > 20,
        "the form's scripts were followed: {seen:?}"
    );
}

#[tokio::test]
async fn a_stranger_is_asked_to_join() {
    let market = market(Switches::default()).await;
    let stranger = Seller::stranger(&market).await;
    let (status, html) = page(&stranger, "/items/new").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("/pages/join.js"),
        "the join page, not the form"
    );
    assert_eq!(config(&html)["viewer"], Value::Null);
}

#[tokio::test]
async fn the_form_speaks_the_languages() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    for (language, title) in [
        (Language::Fr, "Titre"),
        (Language::En, "Title"),
        (Language::De, "Titel"),
        (Language::Es, "Título"),
        (Language::It, "Titolo"),
        (Language::Nl, "Titel"),
        (Language::Pl, "Tytuł"),
        (Language::Pt, "Título"),
    ] {
        market.set_switches(Switches {
            language,
            ..Switches::default()
        });
        let (_, html) = page(&seller, "/items/new").await;
        let config = config(&html);
        assert_eq!(config["lang"], language.code());
        assert_eq!(config["labels"]["form.title"], title);
    }
}

#[tokio::test]
async fn the_items_page_carries_its_public_facts() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let mut body = seller.listing().await;
    body["item"]["title"] = json!("</script><b>\"Robe\" {{config}}");
    let id =
        accepted(seller.post("/api/v2/item_upload/items", body).await).await["item"]["id"].clone();
    let path = seller.get(&format!("/items/{id}")).await.headers()[LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        path.starts_with(&format!("/items/{id}-script-b-robe")),
        "{path}"
    );
    let (_, html) = page(&seller, &path).await;
    assert!(
        !html.contains("</script><b>"),
        "a title cannot break out of the page"
    );
    let text = html.split("application/ld+json\">").nth(1).unwrap();
    let facts: Value = serde_json::from_str(text.split("</script>").next().unwrap()).unwrap();
    assert_eq!(facts["name"], "</script><b>\"Robe\" {{config}}");
    assert_eq!(facts["offers"]["price"], "18.5");
    let data = &config(&html)["data"]["item"];
    assert_eq!((&data["own"], &data["size"]), (&json!(true), &json!("L")));
    let other = Seller::stranger(&market).await;
    let (_, html) = page(&other, &path).await;
    assert_eq!(
        config(&html)["data"]["item"]["own"],
        false,
        "no owner panel for others"
    );
}

#[tokio::test]
async fn hidden_and_foreign_things_are_not_found() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let saved = seller
        .post(
            "/api/v2/item_upload/drafts",
            json!({"draft": {"title": "x"}}),
        )
        .await;
    let draft = accepted(saved).await["draft"]["id"].clone();
    assert_eq!(
        seller.get(&format!("/items/{draft}")).await.status(),
        StatusCode::NOT_FOUND
    );
    let (status, html) = page(&seller, &format!("/items/{draft}/edit")).await;
    assert_eq!(
        (status, &config(&html)["data"]["item"]["is_draft"]),
        (StatusCode::OK, &json!(true))
    );
    let id = seller.published().await;
    let hide = json!({"state": "hidden"});
    accepted(seller.post(&format!("/api/v2/items/{id}/mark"), hide).await).await;
    let other = Seller::stranger(&market).await;
    other
        .post("/practice/session", json!({"login": "paul"}))
        .await;
    assert_eq!(
        other.get(&format!("/items/{id}")).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        seller.get(&format!("/items/{id}")).await.status(),
        StatusCode::SEE_OTHER
    );
    let (status, html) = page(&other, &format!("/items/{id}/edit")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(
        html.contains("/pages/notice.js"),
        "no form for another's listing"
    );
}

#[tokio::test]
async fn the_direct_address_bounces_the_headers_link_does_not() {
    let on = || Switches {
        bounce: Some(Times::always()),
        ..Switches::default()
    };
    let market = market(on()).await;
    let seller = Seller::signed_in(&market).await;
    let direct = seller.get("/items/new").await;
    assert_eq!(
        (direct.status(), &direct.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
    let linked = seller
        .request(Method::GET, "/items/new")
        .header(REFERER, format!("{}/", market.url()));
    assert_eq!(linked.send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(market.fired("bounce"), 1);
}

#[tokio::test]
async fn it_opens_on_loopback_only_and_to_no_foreign_page() {
    let open = SandboxConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..SandboxConfig::default()
    };
    let refusal = Sandbox::start(open).await.unwrap_err();
    assert!(matches!(refusal, SandboxError::NotLoopback(_)), "{refusal}");

    let market = market(Switches::default()).await;
    let seller = Seller::stranger(&market).await;
    let rebound = seller
        .request(Method::GET, "/practice/created")
        .header(HOST, "evil.test");
    assert_eq!(
        rebound.send().await.unwrap().status(),
        StatusCode::MISDIRECTED_REQUEST
    );
    for (origin, status) in [("https://evil.test", 421), (market.url(), 200)] {
        let reset = seller
            .request(Method::POST, "/practice/reset")
            .header(ORIGIN, origin);
        assert_eq!(reset.send().await.unwrap().status(), status, "{origin}");
    }
    let taken = SandboxConfig {
        listen: market.url().trim_start_matches("http://").parse().unwrap(),
        ..SandboxConfig::default()
    };
    let refusal = Sandbox::start(taken).await.unwrap_err();
    assert!(matches!(refusal, SandboxError::Listen { .. }), "{refusal}");
}
