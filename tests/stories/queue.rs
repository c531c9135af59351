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

/// Two drafts of different content.
async fn two_drafts(bed: &Bed) -> (String, String) {
    let first = bed.ready_draft(&samples()[..1]).await;
    let second = bed.ready_draft(&samples()[1..2]).await;
    (first, second)
}

#[tokio::test]
async fn a_budget_is_said_before_and_kept_by_every_process() {
    let mut bed = Bed::new().await;
    bed.set("TZ", "Europe/Paris");
    bed.log_in().await;
    let set = bed.studio(&["settings", "set", "budget_hour=21"]).await;
    assert_eq!(
        set.refused(),
        "invalid_field",
        "no setting goes beyond the ceiling"
    );
    bed.studio(&["settings", "set", "budget_hour=1"])
        .await
        .done();
    let (first, second) = two_drafts(&bed).await;

    let plan = bed
        .studio(&["queue", "add", &first, &second, "--live", "--preview"])
        .await
        .done();
    assert_eq!(
        (&plan["moved"], &plan["moved_by"]),
        (&1.into(), &"hour".into()),
        "{plan}"
    );
    let none = bed.studio(&["queue", "list"]).await.done();
    assert_eq!(
        none["jobs"].as_array().unwrap().len(),
        0,
        "a preview queues nothing"
    );

    let added = bed
        .studio(&["queue", "add", &first, &second, "--live"])
        .await
        .done();
    assert_eq!(
        added["plan"]["fits"], false,
        "the answer holds the plan: {added}"
    );
    let waits = added["jobs"][1]["last_error"].as_str().unwrap();
    assert!(
        waits.starts_with("rate_limited: "),
        "and why it waits: {waits}"
    );

    for which in ["--all", "--account=main"] {
        bed.studio(&["queue", "pause", which]).await.done();
        bed.studio(&["queue", "run", "--until-empty"]).await.done();
        assert_eq!(
            bed.market.publish_calls(),
            0,
            "{which}: a paused queue does nothing"
        );
        let state = bed.studio(&["queue", "resume", which]).await.done();
        assert_eq!(state["paused"], false);
        assert_eq!(state["waiting"].as_array().unwrap().len(), 0, "{state}");
    }
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert_eq!(run["jobs"][0]["status"], "success", "{run}");
    assert_eq!(
        run["jobs"][1]["status"], "queued",
        "the second waits for its hour: {run}"
    );
    assert_eq!(bed.market.created().len(), 1, "one an hour");

    // Nor does a person's own press go beyond it, in yet another process.
    let second_job = run["jobs"][1]["id"].as_str().unwrap().to_owned();
    bed.studio(&["queue", "remove", &second_job]).await.done();
    let token = bed.prepared(&second).await;
    let refused = bed.studio(&["publish", &token, "--live"]).await;
    assert_eq!(refused.refused(), "rate_limited");
    assert!(
        refused.json["error"]["retry_at"].is_string(),
        "{}",
        refused.stdout
    );
    assert_eq!(refused.json["error"]["details"]["limit"], "hour");
    assert_eq!(bed.market.created().len(), 1, "nothing was published");

    // Without a budget in the way a job keeps the person's wall clock.
    let later = bed
        .studio(&["queue", "add", &second, "--at", "2031-03-30 02:30"])
        .await
        .done();
    let job = &later["jobs"][0];
    assert_eq!(
        job["planned_at"], "2031-03-30T01:30:00Z",
        "02:30 does not exist that night"
    );
    assert_eq!(job["planned_zone"], "Europe/Paris");
    assert_eq!(job["planned_local"], "2031-03-30T03:30:00");

    let accounts = bed.studio(&["accounts"]).await.done();
    let budget = &accounts["accounts"][0]["budget"];
    assert_eq!(
        (&budget["hour_used"], &budget["hour"]),
        (&1.into(), &1.into())
    );
}

#[tokio::test]
async fn asked_to_wait_the_account_s_queue_backs_off() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let (first, second) = two_drafts(&bed).await;
    bed.studio(&["queue", "add", &first, &second, "--live"])
        .await
        .done();
    let mut switches = bed.market.switches();
    // The access token ends on the way: the browser takes a new pair, and the refresh token serves once.
    switches.stale_access_token = Some(sandbox::switches::Times::once());
    switches.rate_limited = Some(sandbox::switches::RateLimited {
        stage: sandbox::switches::Stage::Submit,
        retry_after_s: Some(5),
        times: Some(1),
    });
    bed.market.set_switches(switches);
    let before = chrono::Utc::now();
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert_eq!(bed.market.created().len(), 0, "nothing was made: {run}");
    let tries: u64 = run["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["attempt"].as_u64().unwrap())
        .sum();
    assert_eq!(tries, 1, "the second job was not tried: {run}");
    assert!(
        run["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|job| job["status"] == "queued"),
        "both wait: {run}"
    );
    let state = bed.studio(&["queue", "status"]).await.done();
    let wait = &state["waiting"][0];
    assert_eq!(
        (&wait["account"], &wait["code"]),
        (&"main".into(), &"rate_limited".into())
    );
    let until = wait["until"].as_str().unwrap();
    let until = chrono::DateTime::parse_from_rfc3339(until)
        .unwrap()
        .to_utc();
    assert!(
        until >= before + chrono::TimeDelta::minutes(14),
        "the site said 5 s, the account waits a quarter of an hour"
    );
    let accounts = bed.studio(&["accounts"]).await.done();
    let health = &accounts["accounts"][0]["health"];
    assert_eq!(health["refusals"][0]["code"], "rate_limited", "{accounts}");
    assert_eq!(health["restriction"]["code"], "rate_limited");

    let check = bed.studio(&["session", "check"]).await.done();
    assert_eq!(
        check["authenticated"], true,
        "a failed run hands its rotated session back: {check}"
    );
    let state = bed.studio(&["queue", "status"]).await.done();
    assert_eq!(
        state["waiting"][0]["code"], "rate_limited",
        "a page that opens ends no wait: {state}"
    );
}

#[tokio::test]
async fn a_session_that_is_gone_pauses_its_account_until_the_log_in() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let (first, second) = two_drafts(&bed).await;
    bed.studio(&["queue", "add", &first, &second, "--live"])
        .await
        .done();
    let file = bed.folder.path().join("stale.txt");
    fs_err::write(&file, "access_token_web=stale; refresh_token_web=stale").unwrap();
    let stale = file.display().to_string();
    let set = [
        "session",
        "set",
        "--cookie-file",
        &stale,
        "--user-agent",
        "Story/1",
    ];
    assert_eq!(bed.studio(&set).await.done()["authenticated"], false);

    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    let mut states: Vec<_> = run["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|j| j["status"].as_str().unwrap())
        .collect();
    states.sort_unstable();
    assert!(
        states
            .iter()
            .all(|state| matches!(*state, "queued" | "needs_manual")),
        "nothing is tried without a session: {run}"
    );
    let state = bed.studio(&["queue", "status"]).await.done();
    assert_eq!(state["waiting"][0]["code"], "session_expired", "{state}");
    assert_eq!(
        bed.studio(&["accounts"]).await.done()["accounts"][0]["health"]["session"],
        "expired"
    );

    bed.log_in().await;
    let state = bed.studio(&["queue", "status"]).await.done();
    assert_eq!(
        state["waiting"].as_array().unwrap().len(),
        0,
        "logged in: {state}"
    );
    let run = bed.studio(&["queue", "run", "--until-empty"]).await.done();
    assert!(
        run["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|job| job["status"] == "success"),
        "the jobs went on by themselves: {run}"
    );
    assert_eq!(bed.market.created().len(), 2, "each once");
}

#[tokio::test]
async fn of_several_accounts_one_is_named() {
    let bed = Bed::new().await;
    for (name, country) in [("anna", "fr"), ("zoe", "be")] {
        let made = bed
            .studio(&["accounts", "add", name, "--country", country])
            .await
            .done();
        assert_eq!(made["country"], country.to_uppercase());
    }
    let which = bed.studio(&["session", "check"]).await;
    assert_eq!(
        which.refused(),
        "invalid_field",
        "nobody is chosen silently"
    );
    assert_eq!(
        which.json["error"]["details"]["accounts"][1], "zoe",
        "{}",
        which.stdout
    );
    let missing = bed.studio(&["session", "check", "--account", "zoe"]).await;
    assert_eq!(missing.refused(), "session_missing");

    let list = bed.studio(&["accounts"]).await.done();
    let zoe = &list["accounts"][1];
    assert_eq!(
        (&zoe["currency"], &zoe["health"]["session"]),
        (&"EUR".into(), &"missing".into())
    );
    for bad in [
        ["accounts", "add", "anna", "--country=fr"],
        ["accounts", "add", "new", "--country=xx"],
        ["accounts", "set", "zoe", "--budget-hour=99"],
    ] {
        assert_eq!(bed.studio(&bad).await.refused(), "invalid_field", "{bad:?}");
    }
    let set = bed
        .studio(&["accounts", "set", "zoe", "--country=pl", "--budget-day=5"])
        .await
        .done();
    assert_eq!(
        (&set["currency"], &set["budget"]["day"]),
        (&"PLN".into(), &5.into())
    );
    assert_eq!(
        bed.studio(&["accounts", "set", "nobody"]).await.refused(),
        "not_found"
    );
}
