//! Many photos at once: uploaded, watched, made drafts of; also over a kill.

use acceptance::{Bed, samples};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::served::{Served, read};

/// Waits until the analysis is over; progress only ever grows.
async fn over(server: &Served, job: &str) -> Value {
    let mut before = 0;
    for _ in 0..1_200 {
        let (status, view) = server.get(&format!("/bulk/jobs/{job}")).await;
        assert_eq!(status, StatusCode::OK, "{view}");
        let progress = view["progress"].as_u64().unwrap();
        assert!(
            (before..=100).contains(&progress),
            "{progress} after {before}"
        );
        before = progress;
        if view["status"] != "processing" {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the analysis is over within a minute");
}

#[tokio::test]
async fn many_photos_become_drafts_once() {
    let mut bed = Bed::new().await;
    bed.with_models();
    let server = Served::start(&mut bed).await;
    let mut files: Vec<(&str, Vec<u8>)> = samples().iter().map(|p| ("IMG.jpg", read(p))).collect();
    files.push(("notes.txt", b"not a photo".to_vec()));
    let path = "/bulk/photos/analyze?auto_grouping=true";
    let (status, begun) = server.form(path, "files[]", &files).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    assert_eq!(begun["status"], "processing");
    assert!(begun["estimated_items"].as_u64().unwrap() >= 1, "{begun}");
    let plan = begun["plan_id"].as_str().unwrap();
    let early = server
        .post("/bulk/generate", &json!({ "plan_id": plan }))
        .await;
    assert_eq!(
        early.0,
        StatusCode::CONFLICT,
        "not before all is looked at: {}",
        early.1
    );

    // Stop is never final.
    let path_of = |what: &str| format!("/bulk/jobs/{plan}/{what}");
    let (status, stopping) = server.post(&path_of("cancel"), &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{stopping}");
    let (status, going) = server.post(&path_of("resume"), &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{going}");
    assert_ne!(
        going["state"], "stopped",
        "stopped and gone on with in one breath: {going}"
    );

    let job = over(&server, begun["job_id"].as_str().unwrap()).await;
    assert_eq!(
        (
            &job["status"],
            &job["state"],
            &job["progress"],
            &job["total_photos"]
        ),
        (
            &json!("completed"),
            &json!("ready"),
            &json!(100),
            &json!(13)
        ),
        "{job}"
    );
    assert_eq!(
        job["processed_photos"], 12,
        "a file that is no photo was not looked at: {job}"
    );
    assert_eq!(
        job["refused"][0]["code"], "not_an_image",
        "named by the job: {job}"
    );
    assert_eq!(
        job["estimated_items"], 5,
        "the samples are five garments: {job}"
    );
    let left = fs_err::read_dir(bed.data().join("uploads"))
        .unwrap()
        .count();
    assert_eq!(left, 0, "what came in has become photos");

    // A person corrects the piles, and takes that back.
    let piles = path_of("piles");
    let (_, found) = server.get(&piles).await;
    let number = |at: usize| found["piles"][at]["number"].clone();
    let merge = json!({ "edits": [{ "kind": "merge", "piles": [number(0), number(1)] }] });
    let (status, merged) = server.post(&piles, &merge).await;
    assert_eq!(status, StatusCode::OK, "{merged}");
    assert_eq!(merged["piles"].as_array().unwrap().len(), 4, "{merged}");
    assert_eq!(merged["piles"][0]["by_person"], true, "{merged}");
    let (_, undone) = server.post(&path_of("piles/undo"), &json!({})).await;
    assert_eq!(undone["piles"], found["piles"], "as it was");
    let (_, redone) = server.post(&path_of("piles/redo"), &json!({})).await;
    assert_eq!(redone["piles"], merged["piles"]);
    let (_, undone) = server.post(&path_of("piles/undo"), &json!({})).await;
    assert_eq!(undone["can_undo"], false, "{undone}");
    let unknown = json!({ "edits": [{ "kind": "merge", "piles": [number(0), 999] }] });
    for (what, answer, expected) in [
        (
            "a pile that is not there",
            server.post(&piles, &unknown).await,
            422,
        ),
        (
            "no change",
            server.post(&piles, &json!({ "edits": [] })).await,
            422,
        ),
        (
            "nothing to undo",
            server.post(&path_of("piles/undo"), &json!({})).await,
            409,
        ),
    ] {
        assert_eq!(answer.0.as_u16(), expected, "{what}: {}", answer.1);
    }

    let wrong = json!({ "plan_id": plan, "style": "poetic" });
    assert_eq!(server.post("/bulk/generate", &wrong).await.0.as_u16(), 422);
    let asked = json!({ "plan_id": plan, "style": "minimal", "skip_validation": false });
    let (status, made) = server.post("/bulk/generate", &asked).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let ids = made["draft_ids"].as_array().unwrap();
    assert_eq!(made["drafts_created"].as_u64().unwrap() as usize, ids.len());
    assert_eq!(
        ids.len() as u64 + made["drafts_failed"].as_u64().unwrap(),
        5,
        "a pile is a draft, or it is said that it is none: {made}"
    );
    let (_, again) = server.post("/bulk/generate", &asked).await;
    assert_eq!(again, made, "asked twice, made once");
    let late = server.post(&piles, &merge).await;
    assert_eq!(
        late.0,
        StatusCode::CONFLICT,
        "the drafts are made: {}",
        late.1
    );
    let (_, drafts) = server.get("/listings").await;
    let drafts = drafts.as_array().unwrap();
    assert_eq!(drafts.len(), ids.len(), "{drafts:?}");
    assert!(
        drafts.iter().all(|d| d["color"].is_string()),
        "filled from the photos: {drafts:?}"
    );

    for (what, answer, expected) in [
        ("no file", server.form(path, "files", &[]).await, 400),
        ("no such job", server.get("/bulk/jobs/none").await, 404),
        (
            "no such plan",
            server
                .post("/bulk/generate", &json!({ "plan_id": "none" }))
                .await,
            404,
        ),
        (
            "no photo at all",
            server
                .form(path, "files", &[("a.jpg", b"hello".to_vec())])
                .await,
            202,
        ),
    ] {
        assert_eq!(answer.0.as_u16(), expected, "{what}: {}", answer.1);
        if expected == 202 {
            let job = over(&server, answer.1["job_id"].as_str().unwrap()).await;
            assert_eq!(job["status"], "failed", "{job}");
            assert_eq!(job["error"]["code"], "not_an_image", "{job}");
        }
    }
}

#[tokio::test]
async fn a_killed_server_goes_on_with_what_came_in() {
    let mut bed = Bed::new().await;
    bed.with_models();
    let server = Served::start(&mut bed).await;
    let files: Vec<(&str, Vec<u8>)> = samples().iter().map(|p| ("IMG.jpg", read(p))).collect();
    let path = "/bulk/photos/analyze?auto_grouping=false";
    let (status, begun) = server.form(path, "files", &files).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    server.kill().await;
    let server = Served::with_usual_limits(&mut bed).await;
    let job = over(&server, begun["job_id"].as_str().unwrap()).await;
    assert_eq!(job["status"], "completed", "{job}");
    assert_eq!(job["processed_photos"], 12, "none of them is lost: {job}");
    assert_eq!(
        job["estimated_items"], 12,
        "one photo each, as was asked: {job}"
    );
    let plan = json!({ "plan_id": begun["plan_id"], "skip_validation": true });
    let (_, made) = server.post("/bulk/generate", &plan).await;
    assert_eq!(made["drafts_created"], 12, "{made}");
    assert_eq!(
        server.call(Method::GET, "/bulk/jobs/").await.0.as_u16(),
        404
    );
}
