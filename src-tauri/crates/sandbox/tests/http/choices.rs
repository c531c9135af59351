use reqwest::Method;
use sandbox::Language;
use sandbox::switches::Switches;
use serde_json::{Value, json};

use crate::seller::{Seller, accepted, market, refused};

/// Follows titles down the tree that the site sends.
fn walk<'a>(catalogs: &'a Value, path: &[&str]) -> &'a Value {
    let mut level = catalogs;
    let mut node = &Value::Null;
    for title in path {
        node = level
            .as_array()
            .unwrap()
            .iter()
            .find(|n| n["title"] == *title)
            .unwrap();
        level = &node["catalogs"];
    }
    node
}

#[tokio::test]
async fn the_tree_has_the_known_ids() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let body = seller.ok("/api/v2/item_upload/catalogs").await;
    for (path, id) in [
        (&["Femmes"][..], 1904),
        (&["Hommes"], 5),
        (&["Enfants"], 1193),
        (&["Femmes", "Vêtements"], 4),
        (
            &["Femmes", "Vêtements", "Hauts et t-shirts", "T-shirts"],
            221,
        ),
        (&["Femmes", "Sacs", "Sacs à main"], 156),
        (&["Femmes", "Sacs", "Sacs à dos"], 157),
        (
            &["Hommes", "Accessoires", "Sacs et sacoches", "Sacs à dos"],
            246,
        ),
        (&["Femmes", "Vêtements", "Jeans"], 183),
        (&["Hommes", "Vêtements", "Sweats à capuche"], 267),
    ] {
        assert_eq!(walk(&body["catalogs"], path)["id"], id, "{path:?}");
    }
    let leaf = walk(
        &body["catalogs"],
        &["Hommes", "Vêtements", "Sweats à capuche"],
    );
    assert_eq!(leaf["catalogs"], json!([]), "a leaf has no further level");
}

#[tokio::test]
async fn ids_are_the_same_in_every_language() {
    let market = market(Switches {
        language: Language::De,
        ..Switches::default()
    })
    .await;
    let seller = Seller::signed_in(&market).await;
    let body = seller.ok("/api/v2/item_upload/catalogs").await;
    let leaf = walk(
        &body["catalogs"],
        &["Herren", "Kleidung", "Kapuzenpullover"],
    );
    assert_eq!(leaf["id"], 267);
    let colours = seller.ok("/api/v2/item_upload/colors").await;
    assert_eq!(
        colours["colors"][0],
        json!({
            "id": 1, "title": "Schwarz", "hex": "000000", "order": 1, "code": "BLACK",
        })
    );
}

#[tokio::test]
async fn search_finds_leaves_with_their_breadcrumb() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let body = seller
        .ok("/api/v2/item_upload/catalogs/search?keyword=sacs%20à%20dos")
        .await;
    let found: Vec<(u64, String)> = body["catalogs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["id"].as_u64().unwrap(),
                row["path"][0].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert!(found.contains(&(157, "Femmes".into())), "{found:?}");
    assert!(
        found.contains(&(246, "Hommes".into())),
        "the same label in another branch: {found:?}"
    );
}

async fn attributes(seller: &Seller, id: u64) -> Vec<Value> {
    let asked = json!({"attributes": [{"code": "category", "value": [id]}]});
    let body = accepted(seller.post("/api/v2/item_upload/attributes", asked).await).await;
    body["attributes"].as_array().unwrap().clone()
}

fn attribute<'a>(all: &'a [Value], code: &str) -> Option<&'a Value> {
    all.iter().find(|attribute| attribute["code"] == code)
}

#[tokio::test]
async fn a_leaf_says_what_it_asks_for() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let hoodie = attributes(&seller, 267).await;
    let size = &attribute(&hoodie, "size").unwrap()["configuration"];
    assert_eq!(size["required"], true);
    let letters: Vec<_> = size["options"][0]["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| option["title"].as_str().unwrap())
        .collect();
    assert!(
        letters.contains(&"L") && letters.contains(&"XL"),
        "{letters:?}"
    );
    assert!(
        size["options"].as_array().unwrap().len() > 1,
        "several systems"
    );
    for code in ["brand", "color"] {
        assert_eq!(
            attribute(&hoodie, code).unwrap()["configuration"],
            Value::Null,
            "{code}"
        );
    }
    let material = &attribute(&hoodie, "material").unwrap()["configuration"];
    assert_eq!(
        (&material["selection_limit"], &material["required"]),
        (&json!(3), &json!(false))
    );
    assert!(attribute(&hoodie, "unisex").is_none());

    let bag = attributes(&seller, 157).await;
    assert!(attribute(&bag, "size").is_none(), "bags have no size");
    assert!(attribute(&bag, "unisex").is_some(), "157 may be unisex");
    assert!(
        attribute(&attributes(&seller, 156).await, "unisex").is_none(),
        "156 may not"
    );

    let dress = attributes(&seller, 1058).await;
    let sizes = &attribute(&dress, "size").unwrap()["configuration"]["options"][0]["options"];
    let xs = sizes
        .as_array()
        .unwrap()
        .iter()
        .find(|option| option["id"] == 1737)
        .unwrap();
    assert_eq!(xs["title"], "XS / 34 / 6");
    let branch = json!({"attributes": [{"code": "category", "value": [4]}]});
    refused(
        seller.post("/api/v2/item_upload/attributes", branch).await,
        404,
        104,
    )
    .await;
}

#[tokio::test]
async fn brands_that_look_alike_come_together() {
    let market = market(Switches {
        brand_delay_ms: 0,
        ..Switches::default()
    })
    .await;
    let seller = Seller::signed_in(&market).await;
    let titles = async |keyword: &str| -> Vec<String> {
        let path = format!("/api/v2/item_upload/brands?category_id=267&keyword={keyword}");
        let body = seller.ok(&path).await;
        let rows = body["brands"].as_array().unwrap();
        rows.iter()
            .map(|brand| brand["title"].as_str().unwrap().to_owned())
            .collect()
    };
    let diesel = titles("diesel").await;
    assert!(diesel.contains(&"Diesel".into()) && diesel.contains(&"Dieselpunk".into()));
    assert_ne!(
        diesel[0], "Diesel",
        "the first row is not always the one that was meant"
    );
    assert!(
        titles("levis").await.contains(&"Levi's".into()),
        "found without the apostrophe"
    );
    assert_eq!(titles("").await.len(), 50, "popular ones without a keyword");
    assert_eq!(titles("zzzz").await, Vec::<String>::new());
}

#[tokio::test]
async fn parcels_name_the_recommended_one() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    for (leaf, recommended) in [(221, 1), (156, 2)] {
        let path = format!("/shipping-estimation/external/catalogs/{leaf}/package_sizes");
        let body = seller.ok(&path).await;
        let chosen: Vec<_> = body["package_sizes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|size| size["recommended"] == true)
            .map(|size| size["id"].as_u64().unwrap())
            .collect();
        assert_eq!(chosen, [recommended], "{leaf}");
    }
    // The branch's default groups come even where no size is needed (vinted-facts A6).
    let groups = seller
        .ok("/api/v2/item_upload/size_groups?catalog_ids[]=156")
        .await;
    assert!(!groups["size_groups"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_price_range_is_suggested() {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    let asked = json!({"brand_id": 12, "catalog_id": 1058, "status_id": 2});
    let body = accepted(seller.post("/api/v2/item_price_suggestions", asked).await).await;
    let amount = |name: &str| -> f64 {
        body["price_suggestion"][name]["amount"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert!(amount("minimum") < amount("midpoint") && amount("midpoint") < amount("maximum"));
}

#[tokio::test]
async fn nothing_is_answered_without_a_session_or_written_without_the_csrf_token() {
    let market = market(Switches::default()).await;
    let stranger = Seller::stranger(&market).await;
    for path in [
        "/api/v2/users/current",
        "/api/v2/item_upload/catalogs",
        "/api/v2/item_upload/colors",
        "/api/v2/item_upload/items/1",
        "/api/v2/wardrobe/1/items",
    ] {
        let body = refused(stranger.get(path).await, 401, 100).await;
        assert_eq!(
            body["message_code"], "invalid_authentication_token",
            "{path}"
        );
    }
    let seller = Seller::signed_in(&market).await;
    for path in [
        "/api/v2/photos",
        "/api/v2/item_upload/items",
        "/api/v2/items/1/delete",
    ] {
        let answer = seller
            .request(Method::POST, path)
            .body("{}")
            .send()
            .await
            .unwrap();
        // A photo without a multipart body is refused before anything else.
        if path != "/api/v2/photos" {
            let body = refused(answer, 403, 106).await;
            assert_eq!(body["message_code"], "access_denied", "{path}");
        } else {
            assert!(answer.status().is_client_error());
        }
    }
}
