//! What goes wrong with photos, publishing and the form.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use sandbox::switches::{
    AfterPublish, AuthenticityModal, FieldError, Hang, Landing, PhotoTrouble, PhotoUpload, Refused,
    Stage, Switches, Times,
};
use serde_json::json;

use crate::seller::{PNG, Seller, accepted, refused, with};

#[tokio::test]
async fn a_refusal_names_the_chosen_fields() {
    let errors = vec![
        FieldError {
            field: "package_size".into(),
            value: "Choose another.".into(),
        },
        FieldError {
            field: "brand".into(),
            value: "Not this one.".into(),
        },
    ];
    let refusal = Refused {
        errors: errors.clone(),
        times: Some(1),
    };
    let (market, seller) = with(Switches {
        refused: Some(refusal),
        ..Switches::default()
    })
    .await;
    let body = refused(seller.publish().await, 400, 99).await;
    assert_eq!(body["errors"], serde_json::to_value(&errors).unwrap());
    assert!(market.created().is_empty());
    seller.published().await;
}

#[tokio::test]
async fn an_error_before_storing_leaves_nothing_one_after_leaves_a_listing() {
    let before = Switches {
        server_error_before: Some(Times::once()),
        ..Switches::default()
    };
    let after = Switches {
        server_error_after: Some(Times::once()),
        ..Switches::default()
    };
    for (switches, name, created) in [
        (before, "server_error_before", 0),
        (after, "server_error_after", 1),
    ] {
        let (market, seller) = with(switches).await;
        refused(seller.publish().await, 500, 101).await;
        assert_eq!(
            (market.created().len(), market.fired(name)),
            (created, 1),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_listing() {
    let (market, seller) = with(Switches {
        answer_lost: Some(Times::once()),
        ..Switches::default()
    })
    .await;
    let body = seller.listing().await;
    let lost = seller
        .try_send(Method::POST, "/api/v2/item_upload/items", body)
        .await;
    let error = lost.map(|answer| answer.status()).unwrap_err();
    assert!(!error.is_timeout(), "the connection was cut: {error}");
    assert_eq!((market.created().len(), market.publish_calls()), (1, 1));
    assert_eq!(market.fired("answer_lost"), 1);
    seller.published().await;
}

#[tokio::test]
async fn a_hang_before_or_after_storing() {
    for (after_storing, created) in [(false, 0), (true, 1)] {
        let hang = Hang {
            stage: Stage::Submit,
            after_storing,
            ms: None,
            times: Some(1),
        };
        let (market, seller) = with(Switches {
            hang: Some(hang),
            ..Switches::default()
        })
        .await;
        let body = seller.listing().await;
        let call = seller.try_send(Method::POST, "/api/v2/item_upload/items", body);
        let waited = tokio::time::timeout(Duration::from_millis(700), call).await;
        assert!(waited.is_err(), "no answer comes");
        assert_eq!((market.created().len(), market.fired("hang")), (created, 1));
        let stopping = Instant::now();
        market.stop().await.unwrap();
        assert!(
            stopping.elapsed() < Duration::from_secs(10),
            "a hang does not keep it from stopping"
        );
    }
}

#[tokio::test]
async fn a_price_can_be_stored_as_nothing() {
    let (market, seller) = with(Switches {
        price_stored_as_zero: Some(Times::once()),
        ..Switches::default()
    })
    .await;
    let id = seller.published().await;
    assert_eq!(
        (
            market.created()[0].price_cents,
            market.fired("price_stored_as_zero")
        ),
        (0, 1)
    );
    let body = seller.ok(&format!("/api/v2/item_upload/items/{id}")).await;
    assert_eq!(body["item"]["price"]["amount"], "0.0");
}

#[tokio::test]
async fn the_seller_lands_where_switched() {
    for (landing, name, actions) in [
        (None, "item", json!([])),
        (Some(Landing::Profile), "profile", json!([])),
        (
            Some(Landing::Modal),
            "modal",
            json!(["show_upload_another_item_tip"]),
        ),
    ] {
        let after_publish = landing.map(|landing| AfterPublish {
            landing,
            times: Some(1),
        });
        let (market, seller) = with(Switches {
            after_publish,
            ..Switches::default()
        })
        .await;
        let answer = seller.publish().await;
        assert_eq!(answer.headers()["x-practice-landing"], name);
        assert_eq!(accepted(answer).await["after_upload_actions"], actions);
        assert_eq!(market.created().len(), 1, "published all the same");
    }
}

#[tokio::test]
async fn a_listing_under_review_has_no_public_page() {
    let (market, seller) = with(Switches {
        under_review: Some(Times::once()),
        ..Switches::default()
    })
    .await;
    let answer = accepted(seller.publish().await).await;
    assert_eq!(
        answer["after_upload_actions"],
        json!(["show_item_verification_modal"])
    );
    let id = answer["item"]["id"].as_u64().unwrap();
    assert_eq!(
        seller.get(&format!("/items/{id}")).await.status(),
        StatusCode::NOT_FOUND
    );
    let user = seller.id().await;
    let rows = seller.ok(&format!("/api/v2/wardrobe/{user}/items")).await;
    assert_eq!(
        (&rows["items"][0]["id"], &rows["items"][0]["is_hidden"]),
        (&json!(id), &json!(true))
    );
    assert!(market.created()[0].under_review);
}

async fn asked(seller: &Seller, body: serde_json::Value) -> serde_json::Value {
    accepted(
        seller
            .post("/api/v2/offline_verification/eligibility", body)
            .await,
    )
    .await
}

#[tokio::test]
async fn modals_about_brands_come_when_switched() {
    let on = |every_brand| Switches {
        authenticity_modal: Some(AuthenticityModal {
            every_brand,
            times: None,
        }),
        premium_photos: Some(Times::always()),
        ..Switches::default()
    };
    let (market, seller) = with(on(false)).await;
    let (gucci, zara) = (376, 12);
    let shown = async |brand: u64| {
        asked(&seller, json!({"brand_id": brand})).await["show_authenticity_modal"] == true
    };
    assert!(
        shown(gucci).await && !shown(zara).await,
        "brands known for imitations only"
    );
    market.set_switches(on(true));
    assert!(shown(zara).await, "every brand");
    for (brand, count, modal) in [(gucci, 2, true), (gucci, 3, false), (zara, 1, false)] {
        let body = asked(&seller, json!({"brand_id": brand, "photo_count": count})).await;
        assert_eq!(body["show_photo_tips_modal"], modal, "{brand} with {count}");
    }
}

#[tokio::test]
async fn the_nth_photo_is_slow_fails_or_is_refused() {
    for (trouble, status) in [
        (PhotoTrouble::Fail, 500),
        (PhotoTrouble::Refuse, 400),
        (PhotoTrouble::Slow, 200),
    ] {
        let fault = PhotoUpload {
            trouble,
            nth: Some(2),
            ms: Some(300),
            times: Some(1),
        };
        let (market, seller) = with(Switches {
            photo_upload: Some(fault),
            ..Switches::default()
        })
        .await;
        seller.photo().await;
        let begun = Instant::now();
        assert_eq!(
            seller.upload(PNG.to_vec()).await.status(),
            status,
            "{trouble:?}"
        );
        if trouble == PhotoTrouble::Slow {
            assert!(
                begun.elapsed() >= Duration::from_millis(300),
                "it took the longer time"
            );
        }
        assert_eq!(market.fired("photo_upload"), 1);
        seller.photo().await;
    }
}

#[tokio::test]
async fn a_slow_site_is_slow_everywhere_but_on_its_control_page() {
    let (_market, seller) = with(Switches {
        delay_ms: 250,
        ..Switches::default()
    })
    .await;
    for (path, slow) in [
        ("/items/new", true),
        ("/api/v2/users/current", true),
        ("/practice/created", false),
    ] {
        let begun = Instant::now();
        seller.get(path).await;
        if slow {
            assert!(begun.elapsed() >= Duration::from_millis(250), "{path}");
        }
    }
}

#[tokio::test]
async fn the_page_learns_its_traps() {
    let (market, seller) = with(
        serde_json::from_value(json!({
            "layout": "narrow", "price_mount_delay_ms": 500, "rerender": true, "missing_test_ids": true,
            "missing_ids": true, "drift": {"seed": 7, "reorder": true}, "swallowed_click": {"times": 1},
            "done_button_when_wide": true, "cookie_banner": false,
        }))
        .unwrap(),
    )
    .await;
    let html = seller.get("/items/new").await.text().await.unwrap();
    let text = html
        .split("id=\"site-config\">")
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    let config: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        config["traps"],
        json!({
            "layout": "narrow", "done_button_when_wide": true, "price_mount_delay_ms": 500,
            "rerender": true, "swallowed_click": {"each_control": false}, "price_suggestion": "range",
        })
    );
    assert_eq!(
        (&config["hooks"]["test_ids"], &config["hooks"]["ids"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(config["hooks"]["drift"]["seed"], 7);
    assert_eq!(config["cookie_banner"], false);
    assert_eq!(
        market.switches().swallowed_click,
        None,
        "it was for one page load"
    );
    for name in ["missing_test_ids", "missing_ids", "drift"] {
        assert_eq!(market.fired(name), 1, "{name}");
    }
    let report = seller
        .post("/practice/fired", json!({"fault": "swallowed_click"}))
        .await;
    assert_eq!(report.status(), StatusCode::NO_CONTENT);
    assert_eq!(market.fired("swallowed_click"), 1);
    let unknown = seller
        .post("/practice/fired", json!({"fault": "answer_lost"}))
        .await;
    assert_eq!(
        unknown.status(),
        StatusCode::BAD_REQUEST,
        "a page reports its own traps only"
    );
}
