//! Filling drafts from suggestions: what the person said stays, whatever an analysis says later.

use app::ports::{Drafts, Photos};
use chrono::DateTime;
use contract::{Code, DraftChange, DraftView};
use domain::{
    Condition, Draft, DraftId,
    suggestion::{Source, SuggestedValue, Suggestion},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bed::{Bed, Process, draft};

fn id() -> DraftId {
    Uuid::from_u128(77).into()
}

/// A process and a draft that has nothing but a photo.
async fn bed() -> (Bed, Process) {
    let mut bed = Bed::new().await;
    let photo = draft(0).photos.remove(0);
    bed.db.insert_once(&photo).await.unwrap();
    let empty = Draft {
        photos: vec![photo],
        ..Draft::new(id(), DateTime::UNIX_EPOCH)
    };
    Drafts::insert(&bed.db, &[empty]).await.unwrap();
    let process = bed.process(false).await;
    (bed, process)
}

fn seen(value: SuggestedValue, confidence: f32) -> Suggestion {
    Suggestion {
        value,
        source: Source::Look { photo: None },
        confidence,
        at: DateTime::UNIX_EPOCH,
    }
}

fn found(brand: &str) -> Vec<Suggestion> {
    let category = "Hommes > Vêtements > Sweats à capuche".to_owned();
    vec![
        seen(
            SuggestedValue::Brand {
                brand: brand.to_owned(),
            },
            0.9,
        ),
        seen(SuggestedValue::Category { category }, 0.9),
        seen(
            SuggestedValue::Color {
                colors: vec!["Noir".to_owned()],
            },
            0.9,
        ),
        seen(
            SuggestedValue::Size {
                label: "L".to_owned(),
                system: None,
            },
            0.9,
        ),
        Suggestion {
            source: Source::Default,
            ..seen(
                SuggestedValue::Condition {
                    condition: Condition::VeryGood,
                },
                0.5,
            )
        },
    ]
}

async fn filled(process: &Process, brand: &str) -> DraftView {
    let id = id().to_string();
    process.app.fill_draft(&id, found(brand)).await.unwrap()
}

async fn say(process: &Process, key: &str, value: Value) -> DraftView {
    let change = DraftChange {
        key: key.to_owned(),
        value,
    };
    let id = id().to_string();
    process
        .app
        .change_draft(&id, None, &[change])
        .await
        .unwrap()
}

#[tokio::test]
async fn a_click_makes_it_ready_and_what_the_person_said_stays() {
    let (_bed, process) = bed().await;
    let first = filled(&process, "Karl Lagerfeld").await;
    assert_eq!(
        first.brand.as_deref(),
        Some("Karl Lagerfeld"),
        "an open field is filled"
    );
    assert_eq!(first.condition, None, "a condition is a click");
    let id = id().to_string();
    let offered = process.app.draft_suggestions(&id).await.unwrap();
    let condition = offered.iter().find(|s| s.field == "condition").unwrap();
    assert!(
        !condition.stands && condition.source["kind"] == "default",
        "{condition:?}"
    );
    let change = condition.changes[0].clone();
    say(&process, &change.key, change.value).await;

    let second = filled(&process, "Karl Lagerfeld").await;
    assert!(second.flags.publish_ready, "{:?}", second.missing_fields);
    assert_eq!(
        second.price_target_cents,
        Some(6_900),
        "priced by the brand's class"
    );

    say(&process, "brand", json!("Boss")).await;
    let third = filled(&process, "Mango").await;
    assert_eq!(third.brand.as_deref(), Some("Boss"), "the person's word");
    assert!(
        third.title.contains("Boss"),
        "the texts follow it: {}",
        third.title
    );

    say(&process, "size", json!("")).await;
    let fourth = filled(&process, "Mango").await;
    assert_eq!(fourth.size, "unknown", "emptied by the person");
}

#[tokio::test]
async fn saying_what_stands_there_makes_it_the_person_s() {
    let (_bed, process) = bed().await;
    filled(&process, "Zara").await;
    let before = filled(&process, "Zara").await;
    let same = say(&process, "brand", json!("Zara")).await;
    assert_eq!(same.revision, before.revision, "nothing changed");
    let surer = seen(
        SuggestedValue::Brand {
            brand: "Zapa".to_owned(),
        },
        1.0,
    );
    let after = process
        .app
        .fill_draft(&id().to_string(), vec![surer])
        .await
        .unwrap();
    assert_eq!(
        after.brand.as_deref(),
        Some("Zara"),
        "they said so themselves"
    );
}

#[tokio::test]
async fn drafts_from_before_keep_their_values() {
    let mut bed = Bed::new().await;
    let process = bed.process(false).await;
    let id = draft(2).id.to_string();
    let before = process.app.show_draft(&id).await.unwrap();
    let after = process
        .app
        .fill_draft(&id, found("Karl Lagerfeld"))
        .await
        .unwrap();
    assert_eq!(
        (&after.brand, &after.title, &after.category, &after.size),
        (&before.brand, &before.title, &before.category, &before.size),
        "nobody noted who typed them, but somebody did"
    );
    assert!(
        process
            .app
            .draft_suggestions(&id)
            .await
            .unwrap()
            .iter()
            .any(|s| s.field == "brand"),
        "the suggestions are on offer"
    );
}

#[tokio::test]
async fn proposals_are_changes_that_the_editor_can_save() {
    let (_bed, process) = bed().await;
    filled(&process, "Karl Lagerfeld").await;
    let id = id().to_string();
    let proposals = process.app.draft_proposals(&id).await.unwrap();
    let click = proposals
        .iter()
        .find(|p| p.gate == "missing_condition")
        .unwrap();
    assert_eq!(
        (click.why.as_str(), click.to.as_str()),
        ("please_confirm", "very_good")
    );
    let changes = click.changes.clone();
    let changed = process.app.change_draft(&id, None, &changes).await.unwrap();
    assert_eq!(
        changed.condition.as_deref(),
        Some("very_good"),
        "as it was offered"
    );
}

#[tokio::test]
async fn own_rules_and_templates_are_checked_before_they_are_kept() {
    let (_bed, process) = bed().await;
    let set = async |key: &str, value: Value| {
        process
            .app
            .set_settings(&[(key.to_owned(), value)])
            .await
            .map(|_| ())
    };
    for (key, value, said) in [
        ("description_template", json!("{article}\n{branb}"), "branb"),
        (
            "description_template",
            json!("{article}\nSuperbe"),
            "superlative_found",
        ),
        ("price_rules", json!({ "base": [] }), "cannot be read"),
    ] {
        let failure = set(key, value).await.unwrap_err();
        assert_eq!(failure.code, Code::InvalidField, "{key}");
        assert!(failure.message.contains(said), "{}", failure.message);
    }
    let own = "{article}\nMarque {brand}\nTaille {size}\n{couleur}\n{état}\nPris avec soin en 48 h";
    set("description_template", json!(own)).await.unwrap();
    say(&process, "condition", json!("good")).await;
    let view = filled(&process, "Zara").await;
    assert!(
        view.description.contains("Pris avec soin en 48 h"),
        "{}",
        view.description
    );
}
