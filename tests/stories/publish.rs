//! What the site may answer to the publish call, and what becomes of it. At most one listing, whatever happens.

use acceptance::{Bed, samples};
use sandbox::switches::{
    AfterPublish, Challenge, ChallengeKind, FieldError, Landing, RateLimited, Refused, Stage,
    Switches, Times,
};

/// A prepared draft on a marketplace whose switches are set after the form was filled.
async fn prepared(switches: impl FnOnce(&mut Switches)) -> (Bed, String, String) {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let token = bed.prepared(&id).await;
    let mut present = bed.market.switches();
    switches(&mut present);
    bed.market.set_switches(present);
    (bed, id, token)
}

#[tokio::test]
async fn field_errors_are_named_and_another_try_is_allowed() {
    let (bed, _, token) = prepared(|s| {
        s.refused = Some(Refused {
            errors: vec![FieldError {
                field: "title".into(),
                value: "Titre refusé".into(),
            }],
            times: Some(1),
        });
    })
    .await;
    let ran = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await;
    assert_eq!(ran.refused(), "invalid_field");
    assert_eq!(
        ran.json["error"]["details"]["errors"][0]["value"], "Titre refusé",
        "the site's own words reach the person"
    );
    assert_eq!(bed.market.created().len(), 0, "a refusal makes nothing");
    let again = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await
        .done();
    assert!(
        again["listing_id"].is_string(),
        "after a proven failure a new attempt is allowed"
    );
    assert_eq!(bed.market.created().len(), 1, "one listing");
}

#[tokio::test]
async fn a_challenge_hands_over_to_the_person() {
    // `vinted` plays every challenge at every step.
    let (bed, _, token) = prepared(|s| {
        s.challenge = Some(Challenge {
            kind: ChallengeKind::DatadomePage,
            stage: Stage::Submit,
            status: None,
            times: None,
        });
    })
    .await;
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    assert_eq!(
        view["needs_manual"], true,
        "a challenge is no failure but a question: {view}"
    );
    assert_eq!(view["reason"], "captcha_or_verification");
    assert_eq!(bed.market.created().len(), 0, "nothing was published");
}

#[tokio::test]
async fn asked_to_wait_it_waits_at_least_a_quarter_of_an_hour() {
    let (bed, _, token) = prepared(|s| {
        s.rate_limited = Some(RateLimited {
            stage: Stage::Submit,
            retry_after_s: Some(5),
            times: Some(1),
        });
    })
    .await;
    let before = chrono::Utc::now();
    let ran = bed.studio(&["publish", &token, "--live"]).await;
    assert_eq!(ran.refused(), "rate_limited");
    let at = ran.json["error"]["retry_at"]
        .as_str()
        .expect("when to come back");
    let at = chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339");
    let wait = at.with_timezone(&chrono::Utc) - before;
    assert!(
        wait >= chrono::TimeDelta::minutes(14),
        "the site said 5 s, the app waits a quarter of an hour: {wait}"
    );
    assert_eq!(bed.market.created().len(), 0, "nothing was made");
}

#[tokio::test]
async fn an_error_of_the_site_with_nothing_new_is_a_refusal() {
    let (bed, _, token) = prepared(|s| s.server_error_before = Some(Times::once())).await;
    let ran = bed.studio(&["publish", &token, "--live"]).await;
    assert_eq!(ran.refused(), "site_error", "{}", ran.stdout);
    assert_eq!(bed.market.created().len(), 0, "nothing was made");
}

#[tokio::test]
async fn an_error_after_storing_is_found_out_and_adopted() {
    let (bed, id, token) = prepared(|s| s.server_error_after = Some(Times::once())).await;
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    let created = bed.market.created();
    assert_eq!(
        created.len(),
        1,
        "the site made it although it said otherwise"
    );
    assert_eq!(
        view["listing_id"],
        created[0].id.to_string(),
        "the own items are the evidence"
    );
    assert_eq!(
        bed.studio(&["drafts", "show", &id]).await.done()["status"],
        "published"
    );
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_the_own_items() {
    let (bed, _, token) = prepared(|s| s.answer_lost = Some(Times::once())).await;
    let view = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await
        .done();
    let created = bed.market.created();
    assert_eq!(
        created.len(),
        1,
        "it was made before the connection was cut"
    );
    assert_eq!(
        view["listing_id"],
        created[0].id.to_string(),
        "one new match is adopted"
    );
    let again = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await
        .done();
    assert_eq!(again["replayed"], true, "and replayed, not repeated");
    assert_eq!(bed.market.created().len(), 1, "one listing");
}

#[tokio::test]
async fn what_nobody_can_prove_is_unknown_until_the_person_says() {
    let (bed, id, token) = prepared(|s| {
        s.answer_lost = Some(Times::once());
        // The own items cannot be read either.
        s.challenge = Some(Challenge {
            kind: ChallengeKind::DatadomeJson,
            stage: Stage::Readback,
            status: None,
            times: None,
        });
    })
    .await;
    let ran = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await;
    assert_eq!(ran.refused(), "outcome_unknown", "{}", ran.stdout);
    let again = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await;
    assert_eq!(
        again.refused(),
        "outcome_unknown",
        "never retried by itself"
    );
    assert_eq!(
        bed.studio(&["prepare", &id]).await.refused(),
        "outcome_unknown",
        "nor prepared again"
    );
    assert_eq!(bed.market.publish_calls(), 1, "one click in all");
    let evidence = bed.studio(&["publish", "resolve", &id]).await.done();
    assert_eq!(
        (
            &evidence["sent"]["price_cents"],
            &evidence["not_looked"],
            &evidence["settled"]
        ),
        (
            &serde_json::json!(1550),
            &serde_json::json!("captcha_or_verification"),
            &serde_json::Value::Null
        ),
        "what was sent is shown, and why nobody could look: {evidence}"
    );
    let listing = bed.market.created()[0].id.to_string();
    let settled = bed
        .studio(&["publish", "resolve", &id, "--published", &listing])
        .await
        .done();
    assert_eq!(
        settled["listing_id"], listing,
        "the person's word settles it"
    );
    assert_eq!(
        bed.studio(&["drafts", "show", &id]).await.done()["status"],
        "published"
    );
}

#[tokio::test]
async fn a_price_stored_as_zero_is_noticed() {
    let (bed, _, token) = prepared(|s| s.price_stored_as_zero = Some(Times::always())).await;
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    assert_eq!(
        view["warnings"],
        serde_json::json!(["readback_mismatch"]),
        "{view}"
    );
    assert_eq!(
        view["readback"]["price"]["same"], false,
        "which field differs: {}",
        view["readback"]
    );
    let listing = view["listing_id"].as_str().unwrap();
    let edit = view["edit_url"].as_str().unwrap_or_default();
    assert!(
        edit.ends_with(&format!("/items/{listing}/edit"))
            && view["message"].as_str().unwrap_or_default().contains(edit),
        "and where it is mended: {view}"
    );
}

#[tokio::test]
async fn where_the_site_lands_does_not_change_the_result() {
    // The other landings are played in `vinted`; every other story lands on the item.
    let (bed, _, token) = prepared(|s| {
        s.after_publish = Some(AfterPublish {
            landing: Landing::Profile,
            times: None,
        })
    })
    .await;
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    assert_eq!(
        view["listing_id"],
        bed.market.created()[0].id.to_string(),
        "{view}"
    );
    assert_eq!(
        view["warnings"],
        serde_json::json!([]),
        "read back the same"
    );
}

#[tokio::test]
async fn a_listing_under_review_is_published_and_says_so() {
    let (bed, id, token) = prepared(|s| s.under_review = Some(Times::always())).await;
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    assert!(view["listing_id"].is_string(), "it exists: {view}");
    assert_eq!(view["pending"], true, "and waits for the site: {view}");
    let draft = bed.studio(&["drafts", "show", &id]).await.done();
    assert_eq!(
        (&draft["status"], &draft["listing_pending"]),
        (&serde_json::json!("published"), &serde_json::json!(true)),
        "the draft says so too"
    );
    assert_eq!(
        bed.studio(&["prepare", &id]).await.refused(),
        "already_published"
    );
    assert!(
        view["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|w| w == "under_review"),
        "hidden is said, and never published again: {view}"
    );
}

#[tokio::test]
async fn the_site_is_checked_and_the_person_s_own_press_needs_a_display() {
    let (bed, _, token) = prepared(|_| {}).await;
    let checked = bed.studio(&["doctor", "--site"]).await.json;
    let site = &checked["site"];
    assert_eq!(site["ok"], true, "every field is found: {checked}");
    for field in site["fields"].as_array().unwrap() {
        assert!(
            field["way"].is_string() && !field["tried"].as_array().unwrap().is_empty(),
            "which way found it is said: {field}"
        );
    }
    let title = site["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["field"] == "title")
        .unwrap();
    assert!(
        title["worked"][0]["last_worked"].is_string(),
        "what worked when the form was filled is remembered: {title}"
    );
    assert_eq!(bed.market.publish_calls(), 0, "a check publishes nothing");
    let by_hand = bed.studio(&["publish", &token, "--by-hand"]).await;
    assert_eq!(
        by_hand.refused(),
        "no_display",
        "nobody can press what nobody sees"
    );
    assert_eq!(bed.market.publish_calls(), 0, "nothing left the browser");
    let view = bed.studio(&["publish", &token, "--live"]).await.done();
    assert!(
        view["listing_id"].is_string(),
        "the confirmation still serves: {view}"
    );
}

/// What one of several presses is told that was not the first.
const TAKEN: [&str; 3] = ["token_used", "duplicate_publish", "already_published"];

#[tokio::test]
async fn pressed_twice_at_once_one_wins() {
    let (bed, _, token) = prepared(|_| {}).await;
    let press = |key: &'static str| {
        let mut command = bed.command(&["publish", &token, "--live", "--idempotency-key", key]);
        async move { command.output().await.unwrap() }
    };
    let (one, two) = tokio::join!(press("one"), press("two"));
    let won = [&one, &two]
        .into_iter()
        .filter(|o| o.status.success())
        .count();
    assert_eq!(won, 1, "one wins, the other is told: {one:?} {two:?}");
    let lost = if one.status.success() { two } else { one };
    let told = String::from_utf8_lossy(&lost.stdout);
    assert!(
        TAKEN.iter().any(|code| told.contains(code)),
        "it is told that the other was first, and nothing else: {told}"
    );
    assert_eq!(
        bed.market.created().len(),
        1,
        "one confirmation, one listing"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_dead_process_leaves_no_browser_and_no_second_listing() {
    let (bed, id, token) = prepared(|s| s.delay_ms = 150).await;
    let mut child = bed
        .command(&["publish", &token, "--live", "--idempotency-key", "k"])
        .spawn()
        .unwrap();
    while bed.market.publish_calls() == 0 {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it must die while it publishes"
        );
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    child.kill().await.unwrap();
    let profiles = bed.data().join("browser-profiles").display().to_string();
    let mut left = usize::MAX;
    for _ in 0..50 {
        left = processes_with(&profiles);
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(left, 0, "the browser goes with the app");
    let mut calm = bed.market.switches();
    calm.delay_ms = 0;
    bed.market.set_switches(calm);
    let again = bed
        .studio(&["publish", &token, "--live", "--idempotency-key", "k"])
        .await;
    let created = bed.market.created().len();
    assert!(created <= 1, "never two, but {created}");
    if created == 1 {
        assert_eq!(
            again.code, 0,
            "the listing is there and was recognised: {}",
            again.stdout
        );
    } else {
        assert_eq!(
            again.refused(),
            "outcome_unknown",
            "nothing there, nothing claimed: {}",
            again.stdout
        );
    }
    assert!(bed.market.publish_calls() <= 1, "one click in all");
    let _ = id;
}

#[cfg(target_os = "linux")]
/// Processes of this machine whose command line names `text`.
fn processes_with(text: &str) -> usize {
    fs_err::read_dir("/proc")
        .unwrap()
        .filter_map(Result::ok)
        .filter(|e| {
            e.file_name()
                .to_string_lossy()
                .bytes()
                .all(|b| b.is_ascii_digit())
        })
        .filter_map(|e| fs_err::read(e.path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains(text))
        .count()
}

#[tokio::test]
async fn somebody_else_s_session_does_not_publish_what_was_confirmed() {
    let (bed, _, token) = prepared(|_| {}).await;
    let cookie = bed.market.session_cookie("another_seller");
    let file = bed.folder.path().join("other.txt");
    fs_err::write(&file, cookie).unwrap();
    let set = [
        "session",
        "set",
        "--cookie-file",
        &file.display().to_string(),
        "--user-agent",
        "Story/1",
    ];
    let view = bed.studio(&set).await.done();
    assert_eq!(
        view["username"], "another_seller",
        "the row holds another person now"
    );
    let ran = bed.studio(&["publish", &token, "--live"]).await;
    assert_eq!(
        ran.refused(),
        "wrong_account",
        "the person confirmed as demo_seller: {}",
        ran.stdout
    );
    assert_eq!(bed.market.publish_calls(), 0, "nothing was done");
}
