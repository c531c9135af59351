use reqwest::{Method, StatusCode};
use sandbox::switches::{Language, Switches, Times};
use serde_json::json;

use crate::seller::{Seller, json as body_of, market};

#[tokio::test]
async fn switches_are_set_one_by_one_and_cleared_together() {
    let market = market(Switches::default()).await;
    let seller = Seller::stranger(&market).await;
    let change = json!({"bounce": {"times": 2}, "language": "de"});
    let body = body_of(seller.post("/practice/switches", change).await).await;
    assert_eq!(body["switches"]["bounce"], json!({"times": 2}));
    seller
        .post("/practice/switches", json!({"answer_lost": {}}))
        .await;
    let expected = Switches {
        bounce: Some(Times { times: Some(2) }),
        language: Language::De,
        answer_lost: Some(Times::always()),
        ..Switches::default()
    };
    assert_eq!(market.switches(), expected, "what is not named stays");
    seller
        .post(
            "/practice/switches",
            json!({"bounce": null, "language": null}),
        )
        .await;
    assert_eq!(market.switches().bounce, None);
    assert_eq!(
        market.switches().language,
        Language::Fr,
        "null is the default"
    );
    let body = body_of(
        seller
            .send(Method::DELETE, "/practice/switches", json!({}))
            .await,
    )
    .await;
    assert_eq!(
        body["switches"],
        serde_json::to_value(Switches::default()).unwrap()
    );
}

#[tokio::test]
async fn wrong_switches_are_refused_and_change_nothing() {
    let market = market(Switches::default()).await;
    let seller = Seller::stranger(&market).await;
    for wrong in [
        json!({"bouncing": {}}),
        json!({"bounce": {"time": 1}}),
        json!({"challenge": {"kind": "riddle", "stage": "open"}}),
        json!({"access_token_ttl_s": 0}),
        json!({"delay_ms": 3_600_000}),
        json!([]),
    ] {
        let answer = seller.post("/practice/switches", wrong.clone()).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(body_of(answer).await["error"].is_string());
    }
    assert_eq!(market.switches(), Switches::default());
}

#[tokio::test]
async fn a_fault_counts_down_and_goes_out() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let twice = Times { times: Some(2) };
    market.set_switches(Switches {
        server_error_before: Some(twice),
        ..Switches::default()
    });
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(seller.publish().await.status().as_u16());
    }
    assert_eq!(answers, [500, 500, 200]);
    assert_eq!(
        (
            market.switches().server_error_before,
            market.fired("server_error_before")
        ),
        (None, 2)
    );
}

#[tokio::test]
async fn what_was_received_is_told_and_forgotten_on_request() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let id = seller.published().await;
    seller
        .post("/api/v2/item_upload/items", json!({"item": {}}))
        .await;
    let body = body_of(seller.get("/practice/created").await).await;
    assert_eq!(
        [
            &body["created"],
            &body["publish_calls"],
            &body["photos_uploaded"]
        ],
        [&json!(1), &json!(2), &json!(1)],
        "{body}"
    );
    let listing = &body["listings"][0];
    assert_eq!(
        (&listing["id"], &listing["price_cents"]),
        (&json!(id), &json!(1850))
    );
    assert_eq!(listing["photos"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        serde_json::to_value(&market.created()[0]).unwrap(),
        *listing
    );

    seller.post("/practice/reset", json!({})).await;
    assert_eq!((market.created().len(), market.publish_calls()), (0, 0));
    seller.id().await; // Still signed in.
    assert_ne!(seller.published().await, id, "ids do not come back");
}
