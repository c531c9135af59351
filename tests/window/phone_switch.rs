//! Photos from a phone, in the built window: the switch, the code on the screen, and the photo that arrives.

use acceptance::sample;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::bed::{Desktop, Page, Role, within};

#[tokio::test]
async fn a_phone_scans_the_window_and_its_photo_arrives_there() {
    within(async {
        let desktop = Desktop::new();
        let app = desktop.open(&["--practice"]).await;
        let page = &app.page;
        page.settle_in().await;
        page.click(Role::Button, "Depuis mon téléphone").await;
        page.click(Role::Switch, "Laisser un téléphone ajouter des photos")
            .await;
        page.find_text("Non chiffré").await;
        page.click(Role::Button, "Afficher un code").await;
        let link = scan(page).await;

        let phone = Phone::pair(&link).await;
        page.find_text("iPhone est associé").await;
        page.click(Role::Link, "Photos").await;
        phone
            .send(&fs_err::read(sample("IMG_2041.HEIC")).expect("a photo"))
            .await;
        page.find(Role::Link, "Pile 1").await;
        page.until(
            "the photo is shown",
            "return [...document.querySelectorAll('main img')].some((i) => i.naturalWidth > 0)",
        )
        .await;
        page.picture("14-phone-photo").await;
        page.find(Role::Button, "Compléter le brouillon").await;

        page.click(Role::Link, "Réglages").await;
        page.click(Role::Link, "Téléphone et API locale").await;
        page.click(Role::Switch, "Laisser un téléphone ajouter des photos")
            .await;
        page.until(
            "the door is closed",
            "return document.getElementById('phone-door').innerText.includes('Fermé')",
        )
        .await;
        assert!(
            TcpStream::connect(phone.address()).await.is_err(),
            "switched off, nobody gets in"
        );
    })
    .await;
}

/// What a phone's camera reads on the screen.
async fn scan(page: &Page) -> String {
    page.until(
        "a code is shown",
        "const code = document.querySelector('svg[role=img] path');
         code?.scrollIntoView({ block: 'center', behavior: 'instant' });
         return code !== null;",
    )
    .await;
    page.picture("13-phone-code").await;
    let png = page.seen().await;
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a picture");
    let mut bytes = vec![0; reader.output_buffer_size().expect("its size")];
    let frame = reader.next_frame(&mut bytes).expect("its pixels");
    let samples = frame.color_type.samples();
    let (width, height) = (frame.width as usize, frame.height as usize);
    let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        bytes[(y * width + x) * samples]
    });
    let found = seen.detect_grids();
    let [code] = found.as_slice() else {
        panic!("one code is on the screen, not {}", found.len())
    };
    let (_, link) = code.decode().expect("the code can be read");
    link
}

/// A phone's browser after it has opened the link.
struct Phone {
    url: String,
    token: String,
    client: Client,
}

impl Phone {
    async fn pair(link: &str) -> Self {
        let (url, secret) = link.split_once("/#").expect("a secret behind the address");
        let client = Client::builder()
            .user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)")
            .build()
            .expect("a client");
        let mut phone = Self {
            url: url.to_owned(),
            token: String::new(),
            client,
        };
        let page = phone.client.get(format!("{url}/")).send().await;
        assert_eq!(page.expect("the page").status(), StatusCode::OK);
        let paired = phone
            .ask("/api/pair", json!({ "secret": secret }).to_string())
            .await;
        let token = paired["token"].as_str().expect("a token");
        token.clone_into(&mut phone.token);
        phone
    }

    /// `127.0.0.1:PORT`
    fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("plain HTTP")
    }

    async fn ask(&self, path: &str, body: impl Into<reqwest::Body>) -> Value {
        let mut request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .body(body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let answer = request.send().await.expect("the computer answers");
        let status = answer.status();
        let mut said: Value = answer.json().await.expect("JSON");
        assert_eq!(status, StatusCode::OK, "{path}: {said}");
        said["data"].take()
    }

    /// Sends one photo, as the page does.
    async fn send(&self, photo: &[u8]) {
        let file = json!({
            "filename": "IMG_2041.HEIC", "size": photo.len(), "mime": "image/heic", "mark": "a1b2c3d4", "left": 1,
        });
        let mut upload = self.ask("/api/upload/init", file.to_string()).await;
        let id = upload["id"].as_str().expect("its number").to_owned();
        let size = usize::try_from(upload["part_size"].as_u64().expect("a length")).expect("fits");
        for (index, part) in photo.chunks(size).enumerate() {
            let path = format!("/api/upload/{id}/part?index={index}");
            upload = self.ask(&path, part.to_vec()).await;
        }
        while ["pending", "processing"]
            .map(Value::from)
            .contains(&upload["status"])
        {
            upload = self.ask(&format!("/api/upload/{id}/complete"), "").await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(upload["status"], "ready", "{upload}");
    }
}
