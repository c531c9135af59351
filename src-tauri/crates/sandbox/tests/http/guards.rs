//! The site's guards: challenges, walls, ended sessions, rate limits, at every stage.

use reqwest::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use sandbox::switches::{
    AtStage, Challenge, ChallengeKind, RateLimited, Stage, Switches, VerificationWall,
};
use serde_json::json;

use crate::seller::{PNG, Seller, accepted, market, refused, with};

/// One request at each stage.
async fn at(seller: &Seller, stage: Stage) -> Response {
    match stage {
        Stage::Open => seller.get("/items/new").await,
        Stage::Category => {
            let asked = json!({"attributes": [{"code": "category", "value": [267]}]});
            seller.post("/api/v2/item_upload/attributes", asked).await
        }
        Stage::Upload => seller.upload(PNG.to_vec()).await,
        Stage::Title => {
            let asked = json!({"title": "Sac"});
            let path = "/api/v2/item_upload/suggestions/attributes";
            seller.post(path, asked).await
        }
        Stage::Brand => {
            let path = "/api/v2/item_upload/brands?category_id=267&keyword=zara";
            seller.get(path).await
        }
        Stage::Submit => seller.publish().await,
        Stage::AfterSubmit => {
            let id = seller.published().await;
            let address = seller.get(&format!("/items/{id}")).await;
            seller
                .get(address.headers()[LOCATION].to_str().unwrap())
                .await
        }
        Stage::Readback => {
            let id = seller.published().await;
            seller.get(&format!("/api/v2/item_upload/items/{id}")).await
        }
    }
}

const STAGES: [Stage; 8] = [
    Stage::Open,
    Stage::Category,
    Stage::Upload,
    Stage::Title,
    Stage::Brand,
    Stage::Submit,
    Stage::AfterSubmit,
    Stage::Readback,
];

fn is_page(stage: Stage) -> bool {
    matches!(stage, Stage::Open | Stage::AfterSubmit)
}

#[tokio::test]
async fn a_challenge_of_each_kind_comes_at_each_stage() {
    use ChallengeKind::*;
    for stage in STAGES {
        for kind in [
            DatadomeJson,
            DatadomeIframe,
            DatadomePage,
            CloudflarePage,
            CloudflareIframe,
            LogInPage,
        ] {
            for status in [None, Some(200)] {
                let (market, seller) = with(Switches {
                    challenge: Some(Challenge {
                        kind,
                        stage,
                        status,
                        times: Some(1),
                    }),
                    ..Switches::default()
                })
                .await;
                let answer = at(&seller, stage).await;
                let what = format!("{kind:?} at {stage:?} with {status:?}");
                assert_eq!(market.fired("challenge"), 1, "{what}");
                let over_page = matches!(kind, DatadomeIframe | CloudflareIframe) && is_page(stage);
                let sign = match kind {
                    CloudflarePage => "__cf_chl",
                    CloudflareIframe => "challenges.cloudflare.com",
                    LogInPage => "auth-select-type--",
                    _ => "captcha-delivery.com",
                };
                if over_page {
                    // The page itself is whole; only a frame lies over it.
                    assert_eq!(answer.status(), StatusCode::OK, "{what}");
                    let html = answer.text().await.unwrap();
                    assert!(html.contains(sign), "{what}");
                    continue;
                }
                assert_eq!(answer.status().as_u16(), status.unwrap_or(403), "{what}");
                let html = answer.headers()[CONTENT_TYPE]
                    .to_str()
                    .unwrap()
                    .starts_with("text/html");
                assert_eq!(
                    html,
                    matches!(kind, DatadomePage | CloudflarePage | LogInPage),
                    "{what}"
                );
                let text = answer.text().await.unwrap();
                assert!(text.contains(sign), "{what}: {text}");
                let expected = u64::from(matches!(stage, Stage::AfterSubmit | Stage::Readback));
                assert_eq!(
                    market.counts().created,
                    expected,
                    "{what}: nothing is made at a challenge"
                );
                assert_eq!(market.switches().challenge, None, "{what}: once");
            }
        }
    }
}

#[tokio::test]
async fn a_challenge_stays_until_it_is_solved() {
    let challenge = Challenge {
        kind: ChallengeKind::DatadomePage,
        stage: Stage::Open,
        status: None,
        times: None,
    };
    let (market, seller) = with(Switches {
        challenge: Some(challenge),
        ..Switches::default()
    })
    .await;
    for _ in 0..2 {
        assert_eq!(
            at(&seller, Stage::Open).await.status(),
            StatusCode::FORBIDDEN
        );
    }
    let solved = seller.post("/practice/challenge/solved", json!({})).await;
    assert_eq!(solved.status(), StatusCode::NO_CONTENT);
    assert_eq!(at(&seller, Stage::Open).await.status(), StatusCode::OK);
    assert_eq!(market.fired("challenge"), 2);
}

#[tokio::test]
async fn a_later_stage_waits_for_a_publish_call() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let before = seller.published().await;
    market.set_switches(Switches {
        rate_limited: Some(RateLimited {
            stage: Stage::Readback,
            retry_after_s: None,
            times: None,
        }),
        ..Switches::default()
    });
    let path = format!("/api/v2/item_upload/items/{before}");
    accepted(seller.get(&path).await).await;
    seller.published().await;
    refused(seller.get(&path).await, 429, 429).await;
}

#[tokio::test]
async fn a_verification_wall_stands_where_it_was_put() {
    for (code, path) in [
        (115, "/users/verification"),
        (168, "/users/verification/phone"),
    ] {
        for stage in [Stage::Open, Stage::Category, Stage::Submit] {
            let wall = VerificationWall {
                code,
                stage,
                times: Some(1),
            };
            let (market, seller) = with(Switches {
                verification_wall: Some(wall),
                ..Switches::default()
            })
            .await;
            let answer = at(&seller, stage).await;
            if stage == Stage::Open {
                assert_eq!(answer.headers()[LOCATION], path);
                assert_eq!(seller.get(path).await.status(), StatusCode::OK);
            } else {
                refused(answer, 403, i64::from(code)).await;
            }
            assert_eq!(market.fired("verification_wall"), 1);
            assert!(market.created().is_empty());
        }
    }
}

#[tokio::test]
async fn an_expired_session_is_gone_for_good() {
    for stage in STAGES {
        let (market, seller) = with(Switches {
            session_expired: Some(AtStage {
                stage,
                times: Some(1),
            }),
            ..Switches::default()
        })
        .await;
        let answer = at(&seller, stage).await;
        if is_page(stage) {
            assert!(!answer.status().is_server_error());
        } else {
            refused(answer, 401, 100).await;
        }
        assert_eq!(market.fired("session_expired"), 1, "{stage:?}");
        refused(seller.get("/api/v2/users/current").await, 401, 100).await;
        let refresh = seller.post("/web/api/auth/refresh", json!({})).await;
        assert_eq!(
            refresh.status(),
            StatusCode::UNAUTHORIZED,
            "no way back without a log-in"
        );
    }
}

#[tokio::test]
async fn too_many_requests_name_the_time_to_wait() {
    for (seconds, header) in [(Some(900), Some("900")), (None, None)] {
        let fault = RateLimited {
            stage: Stage::Submit,
            retry_after_s: seconds,
            times: Some(1),
        };
        let (market, seller) = with(Switches {
            rate_limited: Some(fault),
            ..Switches::default()
        })
        .await;
        let answer = seller.publish().await;
        let got = answer
            .headers()
            .get(RETRY_AFTER)
            .map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(got.as_deref(), header);
        refused(answer, 429, 429).await;
        assert!(market.created().is_empty());
        seller.published().await;
    }
}
