//! Tokens that do not serve: each has its code, and none of them presses anything.

use chrono::TimeDelta;
use contract::{Code, Resolution};
use tokio_util::sync::CancellationToken;

use crate::{
    bed::{Bed, Process, draft_id},
    market::{Answer, Sight},
};

async fn prepared() -> (Bed, Process, String) {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    let token = process.prepare(0, 0).await.unwrap();
    (bed, process, token)
}

async fn refused(process: &Process, token: &str, key: Option<&str>) -> Code {
    let failure = process.app.publish(token, true, key).await.unwrap_err();
    assert!(
        failure.message.ends_with('.') && failure.message.len() > 20,
        "a sentence that says what to do: {}",
        failure.message
    );
    failure.code
}

#[tokio::test]
async fn a_token_that_does_not_serve_says_why() {
    let (bed, process, token) = prepared().await;
    assert_eq!(
        refused(&process, "v4.local.nonsense", None).await,
        Code::TokenInvalid,
        "forged"
    );
    assert_eq!(
        refused(&process, &token, Some(" ")).await,
        Code::InvalidField,
        "a key without characters"
    );
    bed.edit(0).await;
    assert_eq!(
        refused(&process, &token, None).await,
        Code::DraftChanged,
        "edited after it was confirmed"
    );
    let of_old_content = token;
    let token = process.prepare(0, 0).await.unwrap();
    bed.market.state().now += TimeDelta::minutes(31);
    assert_eq!(
        refused(&process, &token, None).await,
        Code::TokenExpired,
        "half an hour later"
    );
    let token = process.prepare(0, 0).await.unwrap();
    let published = process.app.publish(&token, true, Some("k")).await.unwrap();
    assert!(published.listing_id.is_some(), "the last one serves");
    assert_eq!(
        refused(&process, &token, Some("other")).await,
        Code::TokenUsed,
        "it has served"
    );
    let other = process.prepare(2, 0).await.unwrap();
    assert_eq!(
        refused(&process, &other, Some("k")).await,
        Code::DuplicatePublish,
        "a key of another draft"
    );
    assert_eq!(
        refused(&process, &of_old_content, Some("k")).await,
        Code::DuplicatePublish,
        "a key of the same draft with another content: its result is not this one's"
    );
    assert_eq!(bed.market.state().calls, 1, "one call in all");
}

#[tokio::test]
async fn a_dry_run_uses_nothing_up() {
    let (bed, process, token) = prepared().await;
    for _ in 0..2 {
        let view = process.app.publish(&token, false, Some("k")).await.unwrap();
        assert!(view.dry_run, "nothing is published without being asked for");
    }
    assert_eq!(bed.market.state().calls, 0, "nothing went out");
    let view = process.app.publish(&token, true, Some("k")).await.unwrap();
    assert!(view.listing_id.is_some(), "token and key still serve");
}

#[tokio::test]
async fn the_evidence_lies_side_by_side_until_the_person_decides() {
    let (bed, process, token) = prepared().await;
    // The answer is lost, and the seller lists the very same twice meanwhile: nothing is sure.
    bed.market.expect(0, Answer::MadeAndLost, Sight::Challenged);
    assert_eq!(
        refused(&process, &token, None).await,
        Code::OutcomeUnknown,
        "neither answer nor own items"
    );
    let made = bed.market.state().items[0].row.id.clone();
    let seller = crate::bed::account_id(0).to_string();
    bed.market
        .list_without_the_app(&seller, crate::bed::title(0), 1200, 1);
    bed.market
        .list_without_the_app(&seller, "Autre chose", 1200, 1);
    let id = draft_id(0).to_string();
    let blind = process
        .app
        .publish_evidence(&id, Some(CancellationToken::new()))
        .await
        .unwrap();
    assert_eq!(
        (blind.looked_at, blind.not_looked.as_deref()),
        (None, Some("captcha_or_verification")),
        "it says that nobody could look, and why"
    );
    bed.market.look(Sight::Clear);
    let view = process
        .app
        .publish_evidence(&id, Some(CancellationToken::new()))
        .await
        .unwrap();
    assert_eq!(view.settled, None, "two that fit settle nothing");
    let fits: Vec<bool> = view.candidates.iter().map(|c| c.fits).collect();
    assert_eq!(fits, [true, true, false], "the likeliest first: {view:?}");
    let again = process.app.publish_evidence(&id, None).await.unwrap();
    assert_eq!(
        again.candidates, view.candidates,
        "what was seen is kept, for when the site cannot be asked"
    );
    let word = Resolution::Published {
        listing_id: made.clone(),
    };
    let settled = process.app.resolve_publish(&id, &word).await.unwrap();
    assert_eq!(settled.listing_id, Some(made), "the person's word");
    assert_eq!(
        settled.warnings,
        ["readback_unavailable"],
        "not compared yet"
    );
    process.app.settle_open_attempts().await.unwrap();
    let replayed = process.app.publish(&token, true, None).await.unwrap();
    assert!(
        replayed.replayed && replayed.warnings.is_empty() && replayed.readback["price"].same,
        "a later run compares what the site stored: {replayed:?}"
    );
}

#[tokio::test]
async fn stopped_before_the_intent_nothing_is_pressed() {
    let (bed, process, token) = prepared().await;
    let stop = CancellationToken::new();
    bed.market.state().stop_at_own_items = Some(stop.clone());
    let stopped = process.app.publish_by_hand(&token, None, stop).await;
    assert_eq!(
        stopped.unwrap_err().code,
        Code::Cancelled,
        "what was cut short says that nothing was published"
    );
    assert_eq!(bed.market.state().calls, 0, "and that is so");
    let view = process.app.publish(&token, true, None).await.unwrap();
    assert!(
        view.listing_id.is_some() && !view.replayed,
        "no attempt was begun: {view:?}"
    );
}

#[tokio::test]
async fn what_the_person_presses_is_recorded_once() {
    let (bed, process, token) = prepared().await;
    bed.market.expect(0, Answer::NotSent, Sight::Clear);
    let stop = CancellationToken::new();
    let by_hand = process
        .app
        .publish_by_hand(&token, None, stop.clone())
        .await;
    assert_eq!(
        by_hand.unwrap_err().code,
        Code::Cancelled,
        "nobody pressed, and that is proved"
    );
    bed.market.expect(0, Answer::Made, Sight::Clear);
    let view = process
        .app
        .publish_by_hand(&token, None, stop.clone())
        .await
        .unwrap();
    assert!(view.listing_id.is_some(), "the person's press is recorded");
    let again = process
        .app
        .publish_by_hand(&token, None, stop)
        .await
        .unwrap();
    assert!(again.replayed, "and not asked for twice: {again:?}");
    assert_eq!(bed.market.state().calls, 1, "one call in all");
}
