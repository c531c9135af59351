//! Photos that are looked at: piles, filled drafts, and what the person said.

use acceptance::{Bed, copy_folder, kill_at, sample, samples};
use serde_json::Value;

fn drafts(view: &Value) -> &Vec<Value> {
    view["drafts"].as_array().unwrap()
}

fn ids(view: &Value) -> Vec<String> {
    let ids = drafts(view).iter().map(|d| d["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// The photos of each draft, by the names of their files.
fn piles(view: &Value) -> Vec<Vec<String>> {
    let name = |photo: &Value| photo["filename"].as_str().unwrap().to_owned();
    let of = |draft: &Value| {
        let photos = draft["photos"].as_array().unwrap();
        photos.iter().map(name).collect()
    };
    drafts(view).iter().map(of).collect()
}

#[tokio::test]
async fn an_import_gives_filled_drafts_and_what_the_person_says_stays() {
    let mut bed = Bed::new().await;
    bed.with_models();
    let folder = sample("").display().to_string();
    // A photo does not tell women's clothes from men's: categories are filled in for who says whom they sell for.
    bed.studio(&["settings", "set", "audience=women"])
        .await
        .done();
    let imported = bed.studio(&["import", &folder]).await.done();
    assert_eq!(
        drafts(&imported).len(),
        5,
        "the samples are five garments: {}",
        imported["groups"]
    );
    let total: usize = piles(&imported).iter().map(Vec::len).sum();
    assert_eq!(total, samples().len(), "every photo is in one draft");
    for (draft, group) in drafts(&imported)
        .iter()
        .zip(imported["groups"].as_array().unwrap())
    {
        assert_eq!(draft["id"], group["draft_id"], "in the same order");
        assert!(
            draft["color"].is_string(),
            "its colour was measured: {draft}"
        );
        assert!(
            draft["condition"].is_null(),
            "how worn it is, only the person knows"
        );
        assert!(draft["brand"].is_null(), "no brand is made up: {draft}");
        assert!(group["confidence"].as_f64().unwrap() > 0.0, "{group}");
    }
    let whole = imported["groups"].as_array().unwrap().iter();
    assert!(
        whole
            .clone()
            .any(|g| g["reason"] == "same_garment" && g["look"].is_number()),
        "why photos stand together is told: {}",
        imported["groups"]
    );
    let named = drafts(&imported)
        .iter()
        .filter(|d| d["category"].is_string());
    assert!(
        named.count() >= 2,
        "kinds that are sure are filled in: {imported}"
    );

    let click = &ids(&imported)[1];
    let accepted = bed.studio(&["drafts", "accept", click]).await.done();
    assert_eq!(
        accepted["condition"], "very_good",
        "one click confirms the usual condition"
    );
    assert!(
        accepted["category"].is_string() && accepted["price_target_cents"].is_u64(),
        "{accepted}"
    );
    assert!(
        !accepted["title"].as_str().unwrap().is_empty(),
        "texts follow by themselves"
    );

    let id = &ids(&imported)[0];
    bed.studio(&["drafts", "set", id, "color=Rouge", "category="])
        .await
        .done();
    let again = bed.studio(&["analyze", id]).await.done();
    assert_eq!(again["drafts"][0]["color"], "Rouge", "what was typed stays");
    assert!(
        again["drafts"][0]["category"].is_null(),
        "so does what was emptied"
    );
    let other = bed.studio(&["analyze", id, "--provider", "openai"]).await;
    assert_eq!(
        other.refused(),
        "model_not_set",
        "no model of one's own is set up"
    );
    assert_eq!(
        bed.studio(&["analyze", "nobody"]).await.refused(),
        "not_found"
    );

    // The piles of the run behind the import: corrected, and taken back with what was typed.
    let plans = bed.studio(&["plans", "list"]).await.done();
    let plan = plans["plans"][0]["id"].as_str().unwrap();
    assert_eq!(plans["plans"][0]["state"], "done", "{plans}");
    let shown = bed.studio(&["plans", "show", plan]).await.done();
    let number = |at: usize| shown["piles"][at]["number"].to_string();
    let second = shown["piles"][1]["draft_id"].as_str().unwrap();
    bed.studio(&["drafts", "set", second, "title=Tapé par moi"])
        .await
        .done();
    let merged = bed
        .studio(&["plans", "merge", plan, &number(0), &number(1)])
        .await
        .done();
    assert_eq!(merged["piles"].as_array().unwrap().len(), 4, "{merged}");
    let gone = bed.studio(&["drafts", "show", second]).await;
    assert_eq!(gone.refused(), "not_found", "its photos are in the first");
    let undone = bed.studio(&["plans", "undo", plan]).await.done();
    assert_eq!(undone["piles"].as_array().unwrap().len(), 5, "{undone}");
    let back = bed.studio(&["drafts", "show", second]).await.done();
    assert_eq!(back["title"], "Tapé par moi", "nothing typed is lost");
    assert_eq!(
        back["photos"].as_array().unwrap().len(),
        shown["piles"][1]["photos"].as_array().unwrap().len(),
        "{back}"
    );

    let singles = bed
        .studio(&["import", &folder, "--group", "none"])
        .await
        .done();
    assert_eq!(
        drafts(&singles).len(),
        samples().len(),
        "the person said how: one each"
    );
    let doctor = bed.studio(&["doctor"]).await.json;
    let checks = doctor["checks"].as_array().unwrap();
    let analysis = checks.iter().find(|c| c["name"] == "analysis").unwrap();
    assert_eq!(analysis["ok"], true, "{analysis}");

    bed.studio(&["settings", "set", "analysis=false"])
        .await
        .done();
    let plain = bed.studio(&["import", &folder]).await.done();
    assert!(
        drafts(&plain).iter().all(|d| d["color"].is_null()),
        "nobody looked: {plain}"
    );
}

#[tokio::test]
async fn without_models_all_else_works_and_the_file_is_named() {
    let bed = Bed::new().await;
    let folder = sample("").display().to_string();
    let imported = bed.studio(&["import", &folder]).await.done();
    assert_eq!(drafts(&imported).len(), 5, "pauses tell the samples apart");
    let why = imported["not_looked"].as_str().unwrap();
    assert!(
        why.contains("efflite0_emb.onnx"),
        "it says what is missing: {why}"
    );
    let refused = bed.studio(&["analyze", &ids(&imported)[0]]).await;
    assert_eq!(refused.refused(), "not_available");
    let doctor = bed.studio(&["doctor"]).await.json;
    let checks = doctor["checks"].as_array().unwrap();
    let analysis = checks.iter().find(|c| c["name"] == "analysis").unwrap();
    assert!(
        analysis["ok"] == false && analysis["detail"].as_str().unwrap().contains("onnx"),
        "{analysis}"
    );
}

/// Killed while photos are looked at, between piles and drafts, and while drafts are filled: the same import goes on and
/// gives what it would have given at once.
#[tokio::test]
async fn a_killed_look_goes_on_and_no_draft_is_there_twice() {
    let mut bed = Bed::new().await;
    bed.with_models();
    let roll = bed.folder.path().join("roll");
    copy_folder(&sample(""), &roll);
    let folder = roll.display().to_string();
    let import = ["import", folder.as_str()];
    for (place, nth) in [
        ("import.plans_begun", 1),
        ("look.facts_kept", 3),
        ("store.plan_written", 2),
        ("plan.piled", 1),
        ("plan.draft_filled", 2),
    ] {
        kill_at(bed.command(&import), place, nth).await;
    }
    // What comes in after the first start has a draft that is looked at, too.
    landscape(&roll.join("late.png"), 90.0);
    let imported = bed.studio(&import).await.done();
    assert_eq!(drafts(&imported).len(), 6, "{}", imported["groups"]);
    assert_eq!(
        imported["plans"].as_array().unwrap().len(),
        2,
        "one more for what is new: {}",
        imported["plans"]
    );
    let listed = bed.studio(&["drafts", "list"]).await.done();
    assert_eq!(
        drafts(&listed).len(),
        6,
        "no draft is left over, none is there twice"
    );
    let mut photos: Vec<String> = piles(&imported).concat();
    photos.sort();
    photos.dedup();
    assert_eq!(
        photos.len(),
        samples().len() + 1,
        "each photo stands in one draft"
    );
    let filled = drafts(&imported).iter().filter(|d| d["color"].is_string());
    assert_eq!(filled.count(), 5, "all are filled but that of the hill");
}

/// Hills: no garment, no label, and five hundred of them would be no different.
#[tokio::test]
async fn photos_without_a_garment_are_said_to_be_none() {
    let mut bed = Bed::new().await;
    bed.with_models();
    let folder = bed.folder.path().join("walk");
    fs_err::create_dir_all(&folder).unwrap();
    for (name, horizon) in [("hill.png", 90.0), ("sea.png", 120.0)] {
        landscape(&folder.join(name), horizon);
    }
    let imported = bed
        .studio(&["import", &folder.display().to_string()])
        .await
        .done();
    let mut analyze = vec!["analyze".to_owned()];
    analyze.extend(ids(&imported));
    let words: Vec<&str> = analyze.iter().map(String::as_str).collect();
    let analyzed = bed.studio(&words).await.done();
    let notes = analyzed["notes"].as_array().unwrap();
    assert_eq!(
        notes.len(),
        drafts(&analyzed).len(),
        "each is told: {analyzed}"
    );
    assert!(
        notes.iter().all(|note| note["kind"] == "no_garment"),
        "{notes:?}"
    );
    for draft in drafts(&analyzed) {
        assert!(
            draft["category"].is_null() && draft["color"].is_null(),
            "nothing is made up: {draft}"
        );
    }
}

/// A sky over a hill, with grain.
fn landscape(path: &std::path::Path, horizon: f32) {
    let (width, height) = (320u32, 240u32);
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let line = horizon + 25.0 * (x as f32 / 40.0).sin();
            let grain = ((x * 7919 + y * 104_729) % 23) as u8;
            let far = y as f32;
            pixels.extend(if far < line {
                [110 + (far / 3.0) as u8, 165 + grain / 4, 225]
            } else {
                [60 + grain, 110 + grain * 2, 40 + grain]
            });
        }
    }
    let file = fs_err::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
}
