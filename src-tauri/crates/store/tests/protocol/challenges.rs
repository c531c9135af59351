//! The site asks for the person after the press: the page is kept for them, others get their turn meanwhile, and what
//! they answered lets the account go on.

use std::time::Duration;

use contract::Code;
use tokio_util::sync::CancellationToken;

use crate::{
    bed::{Bed, Process, draft_id},
    market::{Answer, Sight},
};

/// A draft of an account whose publish call met a challenge; `sees` where the person has a display.
async fn challenged(bed: &Bed, process: &Process, draft: usize, account: usize, sees: bool) {
    bed.market.state().person.sees = sees;
    let token = process.prepare(draft, account).await.unwrap();
    bed.market.expect(0, Answer::Challenged, Sight::Clear);
    let view = process.app.publish(&token, true, None).await.unwrap();
    assert!(view.needs_manual, "the site asks for the person: {view:?}");
    bed.market.expect(0, Answer::Made, Sight::Clear);
}

async fn waits(process: &Process) -> Vec<String> {
    let state = process.app.queue_state().await.unwrap();
    state.waiting.into_iter().map(|wait| wait.code).collect()
}

#[tokio::test]
async fn an_answered_challenge_lets_the_account_go_on() {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    challenged(&bed, &process, 0, 0, true).await;
    assert_eq!(
        waits(&process).await,
        ["captcha_or_verification"],
        "nothing else of the account goes out"
    );
    let id = draft_id(0).to_string();
    let answer = async || {
        let answer = process
            .app
            .answer_challenge(Some(&id), CancellationToken::new());
        answer.await
    };
    let failure = answer().await.unwrap_err();
    assert_eq!(failure.code, Code::Cancelled, "nobody answered");
    assert_eq!(
        bed.market.state().person.open,
        1,
        "the page stays where it is, to be answered later"
    );
    bed.market.state().person.answers = true;
    let view = answer().await.unwrap();
    let prepared = view
        .prepared
        .expect("no job waits: the form is checked afresh");
    assert!(waits(&process).await.is_empty(), "the account goes on");
    assert_eq!(
        bed.market.state().person.open,
        0,
        "the page has served, and its browser is closed"
    );
    let token = prepared.confirm_token.unwrap();
    let published = process.app.publish(&token, true, None).await.unwrap();
    assert!(published.listing_id.is_some(), "{published:?}");
    assert_eq!(bed.market.state().items.len(), 1, "one listing");
}

#[tokio::test]
async fn a_page_that_waits_for_the_person_makes_way_and_comes_back() {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    challenged(&bed, &process, 0, 0, true).await;
    assert_eq!(bed.market.state().person.open, 1, "it is open");
    bed.market.state().others_wait = true;
    let made_way = async {
        while bed.market.state().person.open > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), made_way)
        .await
        .expect("another process is not kept waiting for a person who is away");
    bed.market.state().others_wait = false;
    bed.market.state().person.answers = true;
    let id = draft_id(0).to_string();
    let view = process
        .app
        .answer_challenge(Some(&id), CancellationToken::new())
        .await
        .unwrap();
    assert!(view.prepared.is_some(), "it was opened anew and answered");
    assert_eq!(
        bed.market.state().person.renewed,
        1,
        "with the newest session: others worked meanwhile"
    );
}

#[tokio::test]
async fn each_account_keeps_its_own_page_and_one_browser_is_open() {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    challenged(&bed, &process, 0, 0, true).await;
    challenged(&bed, &process, 2, 1, true).await;
    assert_eq!(
        bed.market.state().person.open,
        1,
        "one tab works on the site"
    );
    bed.market.state().person.answers = true;
    for draft in [0, 2] {
        let id = draft_id(draft).to_string();
        let view = process
            .app
            .answer_challenge(Some(&id), CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(
            view.draft_id, id,
            "the page of the draft that was asked for"
        );
    }
    assert!(waits(&process).await.is_empty(), "both accounts go on");
}

#[tokio::test]
async fn where_nothing_can_be_shown_the_person_s_word_or_a_filled_form_goes_on() {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    challenged(&bed, &process, 0, 0, false).await;
    let id = draft_id(0).to_string();
    let failure = process
        .app
        .answer_challenge(Some(&id), CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(failure.code, Code::NoDisplay, "{}", failure.message);
    let say = async |paused| {
        let said = process.app.queue_pause_account("main", paused).await;
        said.unwrap();
    };
    say(true).await;
    say(false).await;
    assert_eq!(
        waits(&process).await,
        ["captcha_or_verification"],
        "the end of their own pause says nothing of the site's question"
    );
    say(false).await;
    assert!(
        waits(&process).await.is_empty(),
        "they answered in a browser of their own and said so"
    );
    challenged(&bed, &process, 2, 0, false).await;
    process.prepare(0, 0).await.unwrap();
    assert!(
        waits(&process).await.is_empty(),
        "the site took a whole form that the person asked for"
    );
}
