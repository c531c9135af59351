//! The queue works through the very same two steps.

use acceptance::{Bed, samples};

#[tokio::test]
async fn a_confirmed_draft_is_published_by_the_worker() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let added = bed.studio(&["queue", "add", &id, "--live"]).await.done();
    assert_eq!(added["jobs"][0]["status"], "queued", "{added}");
    assert_eq!(
        bed.studio(&["drafts", "show", &id]).await.done()["status"],
        "queued"
    );
    let twice = bed.studio(&["queue", "add", &id, "--live"]).await;
    assert_eq!(
        twice.refused(),
        "duplicate_publish",
        "the same content is queued once"
    );
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert_eq!(run["jobs"][0]["status"], "success", "{run}");
    assert_eq!(bed.market.created().len(), 1, "one job, one listing");
    assert_eq!(run["jobs"][0]["item_id"], id, "the job names its draft");
    assert!(run["jobs"][0]["listing_url"].is_string(), "and its listing");
    let job = run["jobs"][0]["id"].as_str().unwrap();
    let logs = bed.studio(&["queue", "logs", job]).await.done();
    assert!(
        logs["chunk"].as_str().unwrap().contains("publish"),
        "the log tells its steps: {logs}"
    );
}

#[tokio::test]
async fn a_dry_run_job_publishes_nothing() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let _ = bed.studio(&["queue", "add", &id]).await.done();
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert_eq!(run["jobs"][0]["status"], "success", "{run}");
    assert_eq!(
        bed.market.publish_calls(),
        0,
        "without --live nothing is published"
    );
}

#[tokio::test]
async fn a_draft_edited_after_queueing_waits_for_a_new_look() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let _ = bed.studio(&["queue", "add", &id, "--live"]).await.done();
    let _ = bed
        .studio(&["drafts", "set", &id, "price_target_cents=1700"])
        .await
        .done();
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert_eq!(run["jobs"][0]["status"], "paused", "{run}");
    assert!(
        run["jobs"][0]["last_error"]
            .as_str()
            .unwrap()
            .starts_with("draft_changed"),
        "with the reason: {run}"
    );
    assert_eq!(
        bed.market.publish_calls(),
        0,
        "nothing that was not confirmed"
    );
}

#[tokio::test]
async fn only_ready_drafts_are_queued() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let imported = bed
        .studio(&["import", &samples()[0].display().to_string()])
        .await
        .done();
    let id = imported["drafts"][0]["id"].as_str().unwrap();
    let ran = bed.studio(&["queue", "add", id, "--live"]).await;
    assert_eq!(ran.refused(), "not_ready");
    let lacking = &ran.json["error"]["details"]["drafts"][id];
    assert!(
        lacking
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c == "missing_title"),
        "what is missing: {lacking}"
    );
}
