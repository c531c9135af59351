use reqwest::{Method, StatusCode};
use sandbox::switches::{PriceShape, Switches};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::seller::{PNG, Seller, accepted, listing_body, market, refused};

#[tokio::test]
async fn a_listing_is_stored_as_it_was_sent() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let mut other = PNG.to_vec();
    other.extend_from_slice(b"another file");
    let first = seller.photo().await;
    let second = accepted(seller.upload(other.clone()).await).await["id"]
        .as_u64()
        .unwrap();
    let mut body = listing_body();
    body["item"]["assigned_photos"] = json!([{"id": second}, {"id": first}]);
    let answer = accepted(seller.post("/api/v2/item_upload/items", body).await).await;
    assert_eq!(answer["after_upload_actions"], json!([]));

    let created = market.created();
    assert_eq!(
        (
            created.len(),
            market.publish_calls(),
            market.counts().created
        ),
        (1, 1, 1)
    );
    let listing = &created[0];
    assert_eq!(Some(listing.id), answer["item"]["id"].as_u64());
    assert_eq!(listing.title, "Sweat à capuche Noir Levi's L – Bon état");
    assert_eq!(listing.description, "Une ligne.\nUne autre é € 🙂");
    assert_eq!(
        (listing.price_cents, listing.currency.as_str()),
        (1850, "EUR")
    );
    assert_eq!(listing.category, "Hommes > Vêtements > Sweats à capuche");
    assert_eq!(
        (listing.brand.as_str(), listing.size.as_str()),
        ("Levi's", "L")
    );
    assert_eq!(listing.condition, "Bon état");
    assert_eq!(
        (listing.colors.join(","), listing.materials.join(",")),
        ("Noir,Blanc".into(), "Coton".into())
    );
    assert_eq!(
        (listing.package_size_id, listing.measurement_width),
        (Some(2), Some(52.0))
    );
    let hashes: Vec<_> = listing
        .photos
        .iter()
        .map(|photo| photo.sha256.clone())
        .collect();
    let expected: Vec<_> = [&other[..], PNG]
        .iter()
        .map(|b| hex::encode(Sha256::digest(b)))
        .collect();
    assert_eq!(hashes, expected, "the very bytes, in the order sent");
    assert_eq!(market.photo(second).unwrap(), other);
    let served = seller.get(&format!("/photos/{second}")).await;
    assert_eq!(served.bytes().await.unwrap(), other);
}

fn fields(body: &Value) -> Vec<&str> {
    body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_empty_form_is_refused_field_by_field() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let answer = seller
        .post("/api/v2/item_upload/items", json!({"item": {}}))
        .await;
    let body = refused(answer, 400, 99).await;
    assert_eq!(
        fields(&body),
        ["title", "description", "category", "photos", "price"]
    );
    assert_eq!((market.created().len(), market.publish_calls()), (0, 1));
}

#[tokio::test]
async fn wrong_values_are_refused_by_their_field() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let attributes =
        |size: u64| json!([{"code": "size", "ids": [size]}, {"code": "condition", "ids": [3]}]);
    for (field, value, expected) in [
        ("title", json!("x".repeat(101)), "title"),
        ("title", json!("  "), "title"),
        ("description", json!("x".repeat(2001)), "description"),
        ("price", json!(0.99), "price"),
        ("price", json!("30000.01"), "price"),
        ("catalog_id", json!(4), "category"),
        ("package_size_id", json!(null), "package_size"),
        ("brand_id", json!(999_999), "brand"),
        ("color_ids", json!([1, 12, 7]), "color"),
        (
            "item_attributes",
            json!([{"code": "condition", "ids": [3]}]),
            "size",
        ),
        ("item_attributes", attributes(1737), "size"),
        (
            "item_attributes",
            json!([{"code": "material", "ids": [44, 43, 49, 46]}]),
            "material",
        ),
        ("item_attributes", json!([]), "condition"),
        ("assigned_photos", json!([{"id": 1}]), "photos"),
    ] {
        let mut listing = seller.listing().await;
        listing["item"][field] = value.clone();
        let answer = seller.post("/api/v2/item_upload/items", listing).await;
        let body = refused(answer, 400, 99).await;
        assert!(
            fields(&body).contains(&expected),
            "{field} = {value}: {body}"
        );
    }
    assert!(market.created().is_empty(), "nothing was stored");
}

#[tokio::test]
async fn what_the_site_does_not_require_may_be_missing() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let mut listing = seller.listing().await;
    for field in ["brand_id", "brand", "color_ids"] {
        listing["item"].as_object_mut().unwrap().remove(field);
    }
    listing["item"]["price"] = json!("7,00");
    accepted(seller.post("/api/v2/item_upload/items", listing).await).await;
    let stored = &market.created()[0];
    assert_eq!((stored.brand.as_str(), stored.price_cents), ("", 700));
}

#[tokio::test]
async fn another_members_photo_is_refused() {
    let market = market(Switches::default()).await;
    let photo = Seller::signed_in(&market).await.photo().await;
    let other = Seller::stranger(&market).await;
    other
        .post("/practice/session", json!({"login": "paul"}))
        .await;
    let mut listing = other.listing().await;
    listing["item"]["assigned_photos"] = json!([{"id": photo}]);
    let body = refused(
        other.post("/api/v2/item_upload/items", listing).await,
        400,
        99,
    )
    .await;
    assert_eq!(fields(&body), ["photos"]);
}

#[tokio::test]
async fn what_is_no_photo_of_the_known_formats_is_refused() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    for content in [heic, b"<svg/>".to_vec(), PNG[..20].to_vec(), Vec::new()] {
        let body = refused(seller.upload(content).await, 400, 99).await;
        assert_eq!(fields(&body), ["photos"]);
    }
    assert_eq!(market.counts().photos_uploaded, 0);
}

#[tokio::test]
async fn the_read_back_has_the_shape_switched_on() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let id = seller.published().await;
    for (shape, price) in [
        (
            PriceShape::Object,
            json!({"amount": "18.5", "currency_code": "EUR"}),
        ),
        (PriceShape::Number, json!(18.5)),
        (PriceShape::String, json!("18.5")),
    ] {
        market.set_switches(Switches {
            price_shape: shape,
            ..Switches::default()
        });
        let body = seller.ok(&format!("/api/v2/item_upload/items/{id}")).await;
        assert_eq!(body["item"]["price"], price);
    }
    let item = &seller.ok(&format!("/api/v2/item_upload/items/{id}")).await["item"];
    assert_eq!(item["title"], "Sweat à capuche Noir Levi's L – Bon état");
    assert_eq!(
        (&item["catalog_id"], &item["is_draft"]),
        (&json!(267), &json!(false))
    );
    assert_eq!(item["color_ids"], json!([1, 12]));
    assert_eq!(item["photos"].as_array().unwrap().len(), 1);
    assert!(
        item["item_attributes"]
            .as_array()
            .unwrap()
            .contains(&json!({"code": "condition", "ids": [3]}))
    );
}

#[tokio::test]
async fn the_wardrobe_lists_newest_first_in_pages() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(seller.published().await);
    }
    ids.reverse();
    let user = seller.id().await;
    let mut seen = Vec::new();
    for page in 1..=2 {
        let path =
            format!("/api/v2/wardrobe/{user}/items?page={page}&per_page=2&order=newest_first");
        let body = seller.ok(&path).await;
        assert_eq!(
            body["pagination"],
            json!({
                "current_page": page, "total_pages": 2, "total_entries": 3, "per_page": 2,
            })
        );
        seen.extend(
            body["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["id"].as_u64().unwrap()),
        );
    }
    assert_eq!(seen, ids);
    let draft = json!({"draft": {"title": "Brouillon"}});
    accepted(seller.post("/api/v2/item_upload/drafts", draft).await).await;
    for (cond, count) in [("active", 3), ("drafts", 1), ("draft", 1)] {
        let body = seller
            .ok(&format!("/api/v2/wardrobe/{user}/items?cond={cond}"))
            .await;
        assert_eq!(body["items"].as_array().unwrap().len(), count, "{cond}");
    }
}

#[tokio::test]
async fn a_draft_becomes_an_item_under_the_same_id() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let draft = json!({"draft": {"title": "Plus tard", "price": 0}});
    let saved = accepted(seller.post("/api/v2/item_upload/drafts", draft).await).await;
    let id = saved["draft"]["id"].as_u64().unwrap();
    assert_eq!(
        (
            market.drafts().len(),
            market.created().len(),
            market.publish_calls()
        ),
        (1, 0, 0)
    );
    let read = seller.ok(&format!("/api/v2/item_upload/items/{id}")).await;
    assert_eq!(read["item"]["is_draft"], true);

    let mut body = seller.listing().await;
    let mut fields = body["item"].take();
    fields["photos"] = fields["assigned_photos"].take();
    fields.as_object_mut().unwrap().remove("assigned_photos");
    let completion = json!({"draft": fields, "upload_session_id": "session-1"});
    let path = format!("/api/v2/item_upload/drafts/{id}/completion");
    let done = accepted(seller.post(&path, completion.clone()).await).await;
    assert_eq!(done["item"]["id"], id);
    assert_eq!(
        (
            market.drafts().len(),
            market.created().len(),
            market.publish_calls()
        ),
        (0, 1, 1)
    );
    // A live listing is not reached by the draft's address.
    let path = format!("/api/v2/item_upload/drafts/{id}");
    refused(seller.send(Method::PUT, &path, completion).await, 403, 106).await;
    refused(
        seller.send(Method::DELETE, &path, json!({})).await,
        403,
        106,
    )
    .await;
}

#[tokio::test]
async fn a_draft_is_deleted_at_once() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let saved = seller
        .post("/api/v2/item_upload/drafts", json!({"draft": {}}))
        .await;
    let id = accepted(saved).await["draft"]["id"].as_u64().unwrap();
    let path = format!("/api/v2/item_upload/drafts/{id}");
    accepted(seller.send(Method::DELETE, &path, json!({})).await).await;
    assert!(market.drafts().is_empty());
    refused(
        seller.get(&format!("/api/v2/item_upload/items/{id}")).await,
        404,
        104,
    )
    .await;
}

#[tokio::test]
async fn an_own_listing_is_changed_and_deleted_anothers_is_not() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let id = seller.published().await;
    let mut body = seller.listing().await;
    body["item"]["id"] = json!(id);
    body["item"]["price"] = json!(12);
    let path = format!("/api/v2/item_upload/items/{id}");
    accepted(seller.send(Method::PUT, &path, body.clone()).await).await;
    assert_eq!(market.created()[0].price_cents, 1200);
    assert_eq!(market.counts().created, 1, "an update creates nothing");

    let other = Seller::stranger(&market).await;
    other
        .post("/practice/session", json!({"login": "paul"}))
        .await;
    refused(other.send(Method::PUT, &path, body).await, 403, 106).await;
    refused(other.get(&path).await, 404, 104).await;
    refused(
        other
            .post(&format!("/api/v2/items/{id}/delete"), json!({}))
            .await,
        404,
        104,
    )
    .await;

    let delete = format!("/api/v2/items/{id}/delete");
    accepted(seller.post(&delete, json!({})).await).await;
    refused(seller.post(&delete, json!({})).await, 404, 104).await;
    assert_eq!(
        seller.get(&format!("/items/{id}")).await.status(),
        StatusCode::NOT_FOUND
    );
    assert!(market.created()[0].is_deleted, "it still counts as created");
}
