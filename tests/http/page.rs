//! The window's page in a browser tab: how it comes in, what it may ask, and that nothing of the disk is among it.

use acceptance::{Bed, files_below, sample};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::{
    raw::raw,
    served::{Served, TOKEN, read, said},
};

/// One tab that is in.
struct Tab<'a> {
    server: &'a Served,
    key: String,
    cookie: String,
}

impl Tab<'_> {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new()
            .request(method, format!("{}{path}", self.server.url))
            .bearer_auth(&self.key)
    }

    /// Calls a command; `data` or `error` of its answer.
    async fn call(&self, command: &str, given: Value) -> Result<Value, Value> {
        let path = format!("/window/call/{command}");
        let asked = self.ask(Method::POST, &path).json(&given);
        let (status, mut answer) = said(asked.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{command} is called: {answer}");
        match answer.get("error") {
            Some(_) => Err(answer["error"].take()),
            None => Ok(answer["data"].take()),
        }
    }

    async fn refusal(&self, command: &str, given: Value) -> String {
        let error = self.call(command, given).await.unwrap_err();
        error["code"].as_str().unwrap().to_owned()
    }

    async fn send_file(&self, name: &str, bytes: Vec<u8>) -> String {
        let path = format!("/window/files?name={name}");
        let asked = self.ask(Method::POST, &path).body(bytes);
        let (status, answer) = said(asked.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["path"].as_str().unwrap().to_owned()
    }
}

async fn enter(server: &Served, by: &Value) -> Option<(String, String)> {
    let answer = Client::new()
        .post(format!("{}/window/enter", server.url))
        .json(by)
        .send()
        .await
        .unwrap();
    let cookie = answer.headers().get("set-cookie").cloned();
    let (status, entered) = said(answer).await;
    if status != StatusCode::OK {
        assert_eq!((status, cookie), (StatusCode::UNAUTHORIZED, None));
        return None;
    }
    let set = cookie.unwrap().to_str().unwrap().to_owned();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
    let cookie = set.split(';').next().unwrap().to_owned();
    Some((entered["key"].as_str().unwrap().to_owned(), cookie))
}

#[tokio::test]
async fn a_tab_asks_what_the_window_asks_and_nothing_of_the_disk() {
    let mut bed = Bed::new().await;
    let (server, said_at_start) = Served::showing_the_page(&mut bed).await;
    the_page_is_served(&server).await;

    let link = said_at_start["page"]["url"].as_str().unwrap();
    let (address, secret) = link.split_once("/#enter=").unwrap();
    assert_eq!(address, server.url, "the secret goes to no server");
    let (key, cookie) = enter(&server, &json!({ "link": secret })).await.unwrap();
    for wrong in [
        json!({ "link": secret }),
        json!({ "link": key }),
        json!({ "link": "" }),
        json!({ "link": TOKEN }),
    ] {
        assert!(enter(&server, &wrong).await.is_none(), "{wrong}");
    }
    let by_token = json!({ "token": TOKEN });
    let (status, _) = server.post("/window/enter", &by_token).await;
    assert!(
        status.is_client_error(),
        "a page that asks for the token could be another program's"
    );
    let (_, further) = server.post("/auth/page-link", &json!({})).await;
    let (_, further) = further["url"].as_str().unwrap().split_once('=').unwrap();
    let (_, other) = enter(&server, &json!({ "link": further })).await.unwrap();
    let port = server.url.rsplit(':').next().unwrap();
    assert!(
        other.starts_with(&format!("studio_pictures_{port}=")),
        "servers of one host do not share a cookie: {other}"
    );
    let tab = Tab {
        server: &server,
        key,
        cookie,
    };

    let about = tab.call("about", json!({})).await.unwrap();
    assert_eq!(about["practice"], false, "{about}");
    for (command, given, code) in [
        ("about", json!({ "further": 1 }), "invalid_field"),
        ("show_draft", json!({ "id": 7 }), "invalid_field"),
        ("show_draft", json!({ "id": "none" }), "not_found"),
        ("local_api_token", json!({}), "not_available"),
        ("set_practice", json!({ "practice": true }), "not_available"),
        ("no_such_command", json!({}), "not_found"),
        (
            "set_settings",
            json!({ "values": { "settings": { "language": "en", "browser": "/bin/sh" } } }),
            "not_available",
        ),
        (
            "open_external",
            json!({ "url": "https://evil.test" }),
            "not_available",
        ),
        (
            "publish",
            json!({ "token": "none", "live": true }),
            "token_invalid",
        ),
    ] {
        assert_eq!(tab.refusal(command, given).await, code, "{command}");
    }
    let kept = tab.call("settings", json!({})).await.unwrap();
    assert_eq!(
        kept["settings"]["language"],
        Value::Null,
        "all or none: {kept}"
    );
    let harmless = json!({ "values": { "settings": { "language": "en" } } });
    tab.call("set_settings", harmless).await.unwrap();
    too_large_is_said(&tab).await;
    photos_come_as_files(&tab, &bed).await;
}

/// Whoever still sends hears why, instead of a connection that breaks off.
async fn too_large_is_said(tab: &Tab<'_>) {
    let (_, limit) = said(tab.ask(Method::GET, "/window/files").send().await.unwrap()).await;
    let max = usize::try_from(limit["max_bytes"].as_u64().unwrap()).unwrap();
    let asked = tab.ask(Method::POST, "/window/files?name=a.jpg");
    let told = asked.body(vec![0; max + 8 * 1024 * 1024]).send().await;
    let (status, answer) = said(told.expect("the answer comes through")).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{answer}");
    assert_eq!(answer["error"]["code"], "file_too_large", "{answer}");
}

/// It says nothing about the seller, and runs nothing but itself.
async fn the_page_is_served(server: &Served) {
    let lines = [
        "GET / HTTP/1.1".to_owned(),
        format!("Host: {}", server.host()),
    ];
    let page = raw(server.host(), &lines, "").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    let asset = page.body().split("src=\"").nth(1).unwrap();
    let asset = asset.split('"').next().unwrap();
    let (status, _) = said(
        Client::new()
            .get(format!("{}{asset}", server.url))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{asset}");
    for path in ["/assets/..%2findex.html", "/assets/none.js", "/index.html"] {
        let (status, _) = server.call(Method::GET, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

async fn photos_come_as_files(tab: &Tab<'_>, bed: &Bed) {
    let disk = sample("IMG_2050.JPG").display().to_string();
    let import = |path: &str| json!({ "importId": "i", "paths": [path], "grouping": "one" });
    for path in [&disk, "sent:../x", "sample:../README.md"] {
        let code = tab.refusal("import_photos", import(path)).await;
        assert_eq!(code, "not_found", "{path} is no file that was sent");
    }
    let path = tab
        .send_file("..%2FIMG%201.jpg", read(&sample("IMG_2050.JPG")))
        .await;
    let sent = bed.folder.path().join("data/uploads/page");
    assert_eq!(files_below(&sent).len(), 1, "{path} waits for its command");
    let result = tab.call("import_photos", import(&path)).await.unwrap();
    let photo = &result["drafts"][0]["photos"][0];
    assert_eq!(photo["filename"], "IMG 1.jpg", "{result}");
    assert!(files_below(&sent).is_empty(), "and goes with it");

    let thumb = photo["thumb_url"].as_str().unwrap();
    let picture = Client::new().get(format!("{}{thumb}", tab.server.url));
    let with_cookie = picture.try_clone().unwrap().header("cookie", &tab.cookie);
    assert_eq!(with_cookie.send().await.unwrap().status(), StatusCode::OK);
    let without = picture.send().await.unwrap();
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED, "{thumb}");

    let samples = tab.call("sample_paths", json!({})).await.unwrap();
    let named = samples[0].as_str().unwrap();
    assert!(
        named.starts_with("sample:"),
        "no place of the disk: {named}"
    );
    let result = tab.call("import_photos", import(named)).await.unwrap();
    assert_eq!(result["photos"]["stored"], 1, "{result}");
}

#[tokio::test]
async fn the_page_is_served_where_asked_for_and_here_alone() {
    let mut bed = Bed::new().await;
    let server = Served::start(&mut bed).await;
    for (method, path) in [(Method::GET, "/"), (Method::POST, "/window/call/about")] {
        let (status, _) = server.call(method, path).await;
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "{path}: nobody asked for the page"
        );
    }
    bed.studio(&["settings", "set", "api_lan=true"])
        .await
        .done();
    let refused = bed
        .studio(&["serve", "--page", "--listen", "0.0.0.0:0"])
        .await;
    assert_eq!(refused.refused(), "not_available", "over the network");
}
