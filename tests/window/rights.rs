//! What the page may do: a text from outside runs nothing, and the desktop's doors stay shut.

use std::path::Path;

use serde_json::{Value, json};

use crate::bed::{Desktop, Role, within};
use acceptance::sample;

/// Would run if any screen took it for markup.
const MARKUP: &str = r#"<img/src="x"/onerror="__pwned=1">"#;
/// The same as the name of a file.
const NAME: &str = "<img src=x onerror=__pwned=1>";

/// Puts markup into the page; the directive that stopped its script, and whether it ran.
const STOPPED: &str = r"
    const [markup, done] = arguments;
    const told = (why) => done([why, typeof window.__pwned]);
    addEventListener('securitypolicyviolation', (event) => told(event.effectiveDirective));
    document.body.insertAdjacentHTML('beforeend', markup);
    setTimeout(told, 5000, 'nothing');";

/// Asks a server that runs; the directive that stopped it.
const UNREACHED: &str = r"
    const [site, done] = arguments;
    addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
    fetch(`${site}/practice/created`, { mode: 'no-cors' }).then(() => done('nothing'), () => undefined);
    setTimeout(done, 5000, 'nothing');";

#[tokio::test]
async fn a_text_from_outside_runs_nothing() {
    within(async {
        let desktop = Desktop::new();
        let photo = desktop.files().join(format!("{NAME}.jpg"));
        let refused = desktop.files().join(format!("{NAME}.txt"));
        fs_err::copy(sample("IMG_2050.JPG"), &photo).expect("a photo with a hostile name");
        fs_err::write(&refused, "no photo").expect("a file with a hostile name");
        let app = desktop.open(&["--practice"]).await;
        let page = &app.page;
        page.settle_in().await;
        page.take(desktop.outside().drag(&[photo, refused])).await;
        page.find(Role::Heading, "1 fichier refusé").await;
        page.click(Role::Link, "Pile 1").await;
        page.fill("Titre", MARKUP).await;
        page.fill("Description", MARKUP).await;
        page.fill("Marque", MARKUP).await;
        page.saved().await;
        for (screen, shows) in [
            ("#/drafts", "Brouillons"),
            ("#/photos", "Photos"),
            ("#/queue", "File"),
        ] {
            page.ask("location.hash = arguments[0]", vec![json!(screen)])
                .await;
            page.find(Role::Heading, shows).await;
        }
        page.click(Role::Link, "Brouillons").await;
        page.find(Role::Link, MARKUP).await;
        assert_eq!(
            page.ask(
                "return [typeof window.__pwned, document.querySelectorAll('img[src=x]').length]",
                vec![]
            )
            .await,
            json!(["undefined", 0]),
            "the text is shown as a text"
        );

        // And if a screen did take it for markup, the policy would stop it.
        let stopped = page.ask_later(STOPPED, vec![json!(MARKUP)]).await;
        assert_eq!(
            stopped,
            json!(["script-src-attr", "undefined"]),
            "no script of a text's own runs"
        );

        let site = page.invoke("about", json!({})).await.expect("about")["site_url"].clone();
        let stopped = page.ask_later(UNREACHED, vec![site]).await;
        assert_eq!(
            stopped, "connect-src",
            "the page itself speaks to nobody, not even the practice marketplace"
        );
    })
    .await;
}

/// Every right that `src-tauri/capabilities` gives. One more is a decision to be made with open eyes.
#[test]
fn the_page_is_given_two_rights_and_no_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/capabilities");
    let files: Vec<_> = fs_err::read_dir(folder)
        .expect("the capabilities are part of the repository")
        .map(|entry| entry.expect("a file").path())
        .collect();
    let [main] = files.as_slice() else {
        panic!("one file says it all, not {files:?}")
    };
    let text = fs_err::read_to_string(main).expect("the file can be read");
    let capability: Value = serde_json::from_str(&text).expect("the file is JSON");
    assert_eq!(
        capability["permissions"],
        json!(["core:event:allow-listen", "core:event:allow-unlisten"]),
        "the page hears events, and does everything else through the app's own commands"
    );
    assert_eq!(
        capability["windows"],
        json!(["main"]),
        "no other window has them"
    );
    assert!(
        capability.get("remote").is_none(),
        "no page from outside has them"
    );
}

#[tokio::test]
async fn the_desktop_s_doors_stay_shut_to_the_page() {
    within(async {
        let desktop = Desktop::new();
        let app = desktop.open(&["--practice"]).await;
        let target = json!({ "kind": "AnyLabel", "label": "main" });
        let doors = [
            ("plugin:dialog|open", json!({ "options": {} })),
            ("plugin:dialog|message", json!({ "message": "hello" })),
            (
                "plugin:opener|open_url",
                json!({ "url": "https://example.org" }),
            ),
            ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
            (
                "plugin:notification|notify",
                json!({ "options": { "title": "hello" } }),
            ),
            (
                "plugin:window-state|save_window_state",
                json!({ "flags": 63 }),
            ),
            (
                "plugin:event|emit",
                json!({ "event": "studio-event", "payload": null }),
            ),
            (
                "plugin:event|emit_to",
                json!({ "target": target, "event": "tauri://drag-drop", "payload": null }),
            ),
            ("plugin:window|close", json!({ "label": "main" })),
            (
                "plugin:webview|create_webview_window",
                json!({ "options": { "label": "other", "url": "https://example.org" } }),
            ),
            ("plugin:path|resolve_directory", json!({ "directory": 1 })),
            ("plugin:resources|close", json!({ "rid": 1 })),
        ];
        for (door, values) in doors {
            let refusal = app.page.invoke(door, values).await.expect_err(door);
            assert!(
                refusal.contains("not allowed"),
                "{door} is refused for the want of a right: {refusal}"
            );
        }
        let frozen = app
            .page
            .ask("return Object.isFrozen(Object.prototype)", vec![])
            .await;
        assert_eq!(frozen, true, "no text can change what every object has");
    })
    .await;
}
