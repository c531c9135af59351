//! The tray: it says how the queue stands, and its menu acts.

use acceptance::{COMPLETE, sample};
use chrono::{Local, TimeDelta};
use serde_json::{Value, json};

use crate::bed::{Desktop, Page, Role, TrayHost, within};

const TITLE: &str = "Sweat à capuche gris Levi's taille M – T";

#[tokio::test]
async fn the_tray_says_how_the_queue_stands_and_its_menu_acts() {
    within(async {
        let desktop = Desktop::new();
        let tray = TrayHost::new(desktop.bus()).await;
        let app = desktop.open(&["--practice"]).await;
        let page = &app.page;
        page.settle_in().await;
        let (open, none, quit) = (
            "Ouvrir VintedBot Studio",
            "Aucune annonce prévue",
            "Quitter",
        );
        let (pause, resume) = ("Mettre la file en pause", "Reprendre la file");
        tray.shows("idle", &["Rien en cours", open, none, pause, quit])
            .await;

        // A planned listing stands in the menu, which leads to it.
        let draft = ready_draft(page).await;
        let at = Local::now() + TimeDelta::hours(30);
        let planned = queue(page, &draft, Some(at.to_rfc3339())).await;
        let words = format!("{} · {TITLE}", at.format("%Y-%m-%d %H:%M"));
        tray.shows("idle", &["Rien en cours", open, &words, pause, quit])
            .await;
        page.click(Role::Link, "Brouillons").await;
        tray.click(&words).await;
        page.find(Role::Heading, "File").await;

        // At the window's word, and back at the tray's: the window hears of it.
        let held = json!({ "paused": true });
        page.invoke("queue_pause_all", held)
            .await
            .expect("the queue pauses");
        tray.shows("paused", &["File en pause", open, &words, resume, quit])
            .await;
        page.click(Role::Link, "File").await;
        page.find(Role::Button, "Reprendre la file").await;
        tray.click(resume).await;
        tray.shows("idle", &["Rien en cours", open, &words, pause, quit])
            .await;
        page.find(Role::Button, "Tout suspendre").await;

        // Without a session it cannot go out: that needs the person.
        page.invoke("session_forget", json!({ "account": null }))
            .await
            .expect("the session is forgotten");
        let now = json!({ "jobId": planned, "action": "run" });
        page.invoke("queue_act", now)
            .await
            .expect("it is to go out now");
        tray.shows(
            "needs-you",
            &["Une annonce vous attend", open, none, pause, quit],
        )
        .await;

        let english = json!({ "values": { "settings": { "language": "en" } } });
        page.invoke("set_settings", english).await.expect("English");
        tray.shows(
            "needs-you",
            &[
                "A listing is waiting for you",
                "Open VintedBot Studio",
                "No listing planned",
                "Pause the queue",
                "Quit",
            ],
        )
        .await;
    })
    .await;
}

/// A draft that can be published, made by the app's own commands.
async fn ready_draft(page: &Page) -> String {
    let import = json!({
        "importId": "of-the-story",
        "paths": [sample("IMG_2050.JPG")],
        "grouping": "one",
    });
    let imported = page.invoke("import_photos", import).await.expect("a photo");
    let id = imported["drafts"][0]["id"]
        .as_str()
        .expect("a draft")
        .to_owned();
    let changes: Vec<Value> = COMPLETE
        .iter()
        .map(|set| {
            let (key, text) = set.split_once('=').expect("a field and its value");
            let value = text
                .parse::<u32>()
                .map_or_else(|_| Value::from(text.replace("\\n", "\n")), Value::from);
            json!({ "key": key, "value": value })
        })
        .collect();
    let changed = json!({ "id": id, "revision": null, "changes": changes });
    let draft = page
        .invoke("change_draft", changed)
        .await
        .expect("it is filled in");
    assert_eq!(
        draft["flags"]["publish_ready"], true,
        "the story's draft is ready: {}",
        draft["missing_fields"]
    );
    id
}

async fn queue(page: &Page, draft: &str, at: Option<String>) -> String {
    let request = json!({
        "request": { "draft_ids": [draft], "live": true, "at": at, "between": null, "account": null },
    });
    let added = page
        .invoke("queue_add", request)
        .await
        .expect("it is planned");
    added["jobs"][0]["id"].as_str().expect("a job").to_owned()
}
