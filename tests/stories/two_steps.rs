//! Prepare, look, publish: the whole way, and what the marketplace stored at its end.

use acceptance::{Bed, samples};
use serde_json::Value;

#[tokio::test]
async fn photos_become_a_published_listing_that_reads_back_the_same() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let photos = &samples()[..3];
    let id = bed.ready_draft(photos).await;

    let picture = bed.folder.path().join("form.png");
    let prepared = bed
        .studio(&[
            "prepare",
            &id,
            "--screenshot",
            &picture.display().to_string(),
        ])
        .await
        .done();
    for field in [
        "photos",
        "title",
        "description",
        "category",
        "brand",
        "size",
        "condition",
        "color",
        "material",
        "price",
        "package_size",
    ] {
        assert_eq!(
            prepared["fields"][field]["state"], "filled",
            "{field}: {}",
            prepared["fields"][field]
        );
    }
    assert!(
        fs_err::read(&picture).unwrap().starts_with(b"\x89PNG"),
        "the picture of the filled form"
    );
    assert_eq!(bed.market.publish_calls(), 0, "preparing never publishes");

    let token = prepared["confirm_token"].as_str().unwrap();
    let dry = bed.studio(&["publish", token]).await.done();
    assert_eq!(dry["dry_run"], true, "without --live nothing is published");
    assert_eq!(bed.market.publish_calls(), 0, "a dry run publishes nothing");

    let published = bed
        .studio(&["publish", token, "--live", "--idempotency-key", "story"])
        .await
        .done();
    assert_eq!(
        published["warnings"],
        serde_json::json!([]),
        "nothing differs: {published}"
    );
    let created = bed.market.created();
    assert_eq!(created.len(), 1, "one confirmation, one listing");
    let stored = &created[0];
    assert_eq!(
        published["listing_id"],
        stored.id.to_string(),
        "the answer names the listing"
    );
    assert_eq!(
        stored.title,
        "Sweat à capuche gris Levi's taille M – Très bon état"
    );
    assert_eq!(stored.description.lines().count(), 7, "every line arrived");
    assert_eq!(stored.price_cents, 1550, "the target price, cents included");
    assert_eq!(stored.category, "Hommes > Vêtements > Sweats à capuche");
    assert_eq!(stored.brand, "Levi's");
    assert_eq!(stored.size, "M");
    assert_eq!(stored.condition, "Très bon état");
    assert_eq!(stored.colors, ["Gris"]);
    assert_eq!(stored.materials, ["Coton"]);
    assert_eq!(stored.package_size_id, Some(2));
    let draft = bed.studio(&["drafts", "show", &id]).await.done();
    let sent: Vec<&str> = draft["photos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["sha256"].as_str().unwrap())
        .collect();
    let kept: Vec<&str> = stored.photos.iter().map(|p| p.sha256.as_str()).collect();
    assert_eq!(kept, sent, "the very bytes that were shown, in their order");
    assert_eq!(draft["status"], "published", "the draft says so");
    assert_eq!(draft["listing_url"], published["listing_url"], "and where");
    let readback = published["readback"].as_object().unwrap();
    assert!(readback.len() >= 8, "field by field: {readback:?}");
    assert!(
        readback.values().all(|f| f["same"] == true),
        "stored as sent: {readback:?}"
    );

    let again = bed
        .studio(&["publish", token, "--live", "--idempotency-key", "story"])
        .await
        .done();
    assert_eq!(
        again["listing_id"], published["listing_id"],
        "the same key gives the first result again"
    );
    assert_eq!(again["replayed"], true, "and says so");
    let other = bed
        .studio(&["publish", token, "--live", "--idempotency-key", "another"])
        .await;
    assert_eq!(
        other.refused(),
        "token_used",
        "a used token under another key"
    );
    let anew = bed.studio(&["prepare", &id]).await;
    assert_eq!(
        anew.refused(),
        "already_published",
        "a published draft is not prepared again"
    );
    assert_eq!(
        bed.market.created().len(),
        1,
        "whatever was tried, one listing"
    );
}

#[tokio::test]
async fn what_the_site_requires_is_asked_before_any_browser_starts() {
    let mut bed = Bed::new().await;
    bed.log_in().await;
    bed.set("STUDIO_BROWSER", "/nonexistent/browser");
    let photo = samples()[0].display().to_string();
    let imported = bed.studio(&["import", &photo]).await.done();
    let id = imported["drafts"][0]["id"].as_str().unwrap();
    let ran = bed.studio(&["prepare", id]).await;
    assert_eq!(
        ran.refused(),
        "missing_title",
        "the first thing missing, in the form's order"
    );
    let fields = &ran.json["error"]["details"]["fields"];
    for field in ["title", "category", "condition", "price"] {
        assert!(
            fields.get(field).is_some(),
            "{field} is named too: {fields}"
        );
    }
}

#[tokio::test]
async fn a_missing_browser_says_what_to_install() {
    let mut bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    bed.set("STUDIO_BROWSER", "/nonexistent/browser");
    let ran = bed.studio(&["prepare", &id]).await;
    assert_eq!(
        ran.refused(),
        "browser_not_found",
        "a browser that was named and is not there: {}",
        ran.stdout
    );
}

#[tokio::test]
async fn without_a_session_the_person_is_asked_to_log_in() {
    let bed = Bed::new().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    assert_eq!(
        bed.studio(&["prepare", &id]).await.refused(),
        "session_missing"
    );
}

#[tokio::test]
async fn an_edited_draft_needs_a_new_look() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    let token = bed.prepared(&id).await;
    let _ = bed
        .studio(&["drafts", "set", &id, "price_target_cents=1600"])
        .await
        .done();
    let ran = bed.studio(&["publish", &token, "--live"]).await;
    assert_eq!(
        ran.refused(),
        "draft_changed",
        "what was confirmed is not what would be sent"
    );
    assert_eq!(bed.market.publish_calls(), 0, "nothing went out");
    let forged = format!("{}A", &token[..token.len() - 1]);
    let forged = if forged == token {
        format!("{}B", &token[..token.len() - 1])
    } else {
        forged
    };
    assert_eq!(
        bed.studio(&["publish", &forged, "--live"]).await.refused(),
        "token_invalid"
    );
}

#[tokio::test]
async fn a_category_that_fits_several_leaves_names_them() {
    let bed = Bed::new().await;
    bed.log_in().await;
    let id = bed.ready_draft(&samples()[..1]).await;
    for (typed, several) in [
        ("Enfants > Sweats à capuche", true),
        ("Femmes > Scaphandres", false),
    ] {
        let _ = bed
            .studio(&["drafts", "set", &id, &format!("category={typed}")])
            .await
            .done();
        let ran = bed.studio(&["prepare", &id]).await;
        assert_eq!(ran.refused(), "invalid_field", "{typed}: {}", ran.stdout);
        let details = &ran.json["error"]["details"];
        assert_eq!(details["field"], Value::from("category"), "which field");
        let candidates = details["candidates"].as_array().map_or(0, Vec::len);
        assert_eq!(
            candidates > 1,
            several,
            "{typed} fits {candidates} leaves: {details}"
        );
    }
}
