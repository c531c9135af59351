//! A seller's browser, as far as HTTP goes: cookies kept, redirects not followed, CSRF token taken from a page.

use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use sandbox::switches::Switches;
use sandbox::{RunningSandbox, Sandbox, SandboxConfig};
use serde_json::{Value, json};

/// One white pixel.
pub(crate) const PNG: &[u8] = include_bytes!("../pixel.png");

pub(crate) async fn market(switches: Switches) -> RunningSandbox {
    Sandbox::start(SandboxConfig {
        switches,
        ..SandboxConfig::default()
    })
    .await
    .unwrap()
}

pub(crate) struct Seller {
    http: Client,
    base: String,
    csrf: String,
}

impl Seller {
    /// Not signed in.
    pub(crate) async fn stranger(market: &RunningSandbox) -> Self {
        let http = Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let base = market.url().to_owned();
        let page = http
            .get(format!("{base}/practice"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let csrf = page
            .split("\"CSRF_TOKEN\":\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        Self {
            csrf: csrf.to_owned(),
            http,
            base,
        }
    }

    pub(crate) async fn signed_in(market: &RunningSandbox) -> Self {
        let seller = Self::stranger(market).await;
        let answer = seller
            .post("/practice/session", json!({"login": "marie"}))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        seller
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        self.try_send(method, path, body).await.unwrap()
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Response, reqwest::Error> {
        self.request(method, path)
            .header("x-csrf-token", &self.csrf)
            .json(&body)
            .send()
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.send(Method::POST, path, body).await
    }

    /// The JSON of a call that must succeed with code 0.
    pub(crate) async fn ok(&self, path: &str) -> Value {
        accepted(self.get(path).await).await
    }

    pub(crate) async fn upload(&self, content: Vec<u8>) -> Response {
        let part = reqwest::multipart::Part::bytes(content).file_name("photo.png");
        let form = reqwest::multipart::Form::new()
            .text("photo[type]", "item")
            .text("photo[temp_uuid]", "session-1")
            .part("photo[file]", part);
        self.request(Method::POST, "/api/v2/photos")
            .header("x-csrf-token", &self.csrf)
            .multipart(form)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn photo(&self) -> u64 {
        accepted(self.upload(PNG.to_vec()).await).await["id"]
            .as_u64()
            .unwrap()
    }

    /// The body of a listing that the site takes.
    pub(crate) async fn listing(&self) -> Value {
        let photo = self.photo().await;
        let mut body = listing_body();
        body["item"]["assigned_photos"] = json!([{"id": photo, "orientation": 0}]);
        body
    }

    /// Publishes a listing that the site takes, whatever it answers.
    pub(crate) async fn publish(&self) -> Response {
        let body = self.listing().await;
        self.post("/api/v2/item_upload/items", body).await
    }

    /// Publishes and gives the new listing's id.
    pub(crate) async fn published(&self) -> u64 {
        accepted(self.publish().await).await["item"]["id"]
            .as_u64()
            .unwrap()
    }

    pub(crate) async fn id(&self) -> u64 {
        self.ok("/api/v2/users/current").await["user"]["id"]
            .as_u64()
            .unwrap()
    }
}

/// All fields of a listing but its photos (vinted-facts A7).
pub(crate) fn listing_body() -> Value {
    json!({
        "item": {
            "id": null, "currency": "EUR", "temp_uuid": "session-1",
            "title": "Sweat à capuche Noir Levi's L – Bon état",
            "description": "Une ligne.\nUne autre é € 🙂",
            "brand_id": 10, "brand": "Levi's", "catalog_id": 267, "isbn": null, "is_unisex": false,
            "ai_photo": false, "price": 18.5, "package_size_id": 2,
            "shipment_prices": {"domestic": null, "international": null},
            "color_ids": [1, 12], "assigned_photos": [],
            "measurement_length": null, "measurement_width": 52,
            "item_attributes": [
                {"code": "size", "ids": [size_id("men_clothes", "L")]},
                {"code": "condition", "ids": [3]},
                {"code": "material", "ids": [44]},
            ],
            "manufacturer": null, "manufacturer_labelling": null,
        },
        "feedback_id": null, "push_up": false, "parcel": null, "upload_session_id": "session-1",
    })
}

fn size_id(set: &str, title: &str) -> u64 {
    let groups: Vec<Value> = serde_json::from_str(include_str!("../../data/sizes.json")).unwrap();
    groups
        .iter()
        .filter(|group| group["set"] == set)
        .flat_map(|group| group["options"].as_array().unwrap())
        .find(|option| option["title"] == title)
        .unwrap()["id"]
        .as_u64()
        .unwrap()
}

pub(crate) async fn json(answer: Response) -> Value {
    answer.json().await.unwrap()
}

/// The body of an answer that must be 200 with code 0.
pub(crate) async fn accepted(answer: Response) -> Value {
    let status = answer.status();
    let body = json(answer).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (200, &json!(0)),
        "accepted: {body}"
    );
    body
}

/// The body of an answer that must be an error envelope of this status and code.
pub(crate) async fn refused(answer: Response, status: u16, code: i64) -> Value {
    let got = answer.status().as_u16();
    let body = json(answer).await;
    assert_eq!(
        (got, &body["code"]),
        (status, &json!(code)),
        "refused: {body}"
    );
    for member in ["message", "message_code"] {
        assert!(
            body[member].is_string(),
            "the envelope has {member}: {body}"
        );
    }
    assert!(body["errors"].is_array(), "the envelope has errors: {body}");
    body
}

/// A marketplace with these switches and a seller who signed in before they were set.
pub(crate) async fn with(switches: Switches) -> (RunningSandbox, Seller) {
    let market = market(Switches::default()).await;
    let seller = Seller::signed_in(&market).await;
    market.set_switches(switches);
    (market, seller)
}
