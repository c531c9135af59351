//! The main way: the first start, photos dropped on the window, a draft completed by typing, the filled form
//! reviewed, published on the practice marketplace.

use acceptance::samples;
use serde_json::{Value, json};

use crate::bed::{Desktop, Page, Role, within};

const TAB: &str = "\u{e004}";
const TITLE: &str = "Sweat à capuche gris Levi's taille M – Très bon état";
const DESCRIPTION: &str = "Sweat gris à capuche.\nCoupe droite.\nTaille M.\nCoton épais.\n\
                           Très bon état.\n#sweat #gris #homme";

#[tokio::test]
async fn photos_dropped_on_the_window_become_one_listing() {
    within(async {
        let desktop = Desktop::new();
        let app = desktop.open(&[]).await;
        let page = &app.page;
        first_start(page).await;

        let drag = desktop.outside().drag(&samples());
        page.find_text("Lâchez pour importer").await;
        page.picture("03-drop").await;
        page.take(drag).await;
        page.find(Role::Button, "Compléter 5 brouillons").await;
        page.picture("04-photos").await;

        let settings = page.invoke("settings", json!({})).await.expect("settings");
        assert_eq!(
            settings["settings"]["welcomed"], true,
            "the first start is not shown again"
        );

        page.click(Role::Button, "Compléter 5 brouillons").await;
        page.find(Role::Heading, "À compléter").await;
        page.picture("05-drafts").await;
        page.click(Role::Link, "Sans titre").await;
        complete(page).await;

        let id = page
            .ask("return location.hash.split('/').at(-1)", vec![])
            .await;
        let draft = page
            .invoke("show_draft", json!({ "id": id }))
            .await
            .expect("the draft is stored");
        assert_eq!(
            draft["flags"]["publish_ready"], true,
            "all gates hold: {}",
            draft["missing_fields"]
        );

        let url = review_and_publish(page).await;
        check_listing(page, &draft, &url).await;

        for (name, shows, picture) in [
            ("Brouillons", "À compléter", "10-drafts-after"),
            ("File", "File", "11-queue"),
            ("Réglages", "Réglages", "12-settings"),
        ] {
            page.click(Role::Link, name).await;
            page.find(Role::Heading, shows).await;
            page.picture(picture).await;
        }
    })
    .await;
}

async fn first_start(page: &Page) {
    page.click(Role::Radio, "Français").await;
    page.find(Role::Heading, "Par quoi commencer").await;
    page.picture("01-first-start").await;
    page.click(Role::Button, "Continuer avec l’entraînement")
        .await;
    page.find(Role::Heading, "Déposez vos photos").await;
    page.picture("02-first-photos").await;
}

async fn complete(page: &Page) {
    page.find(Role::Field, "Titre").await;
    page.picture("06-editor-empty").await;
    page.fill("Titre", TITLE).await;
    page.fill("Description", DESCRIPTION).await;
    page.choose("Catégorie", "sweats capuche hommes", "Sweats à capuche")
        .await;
    page.fill("Marque", "Levi's").await;
    // Its list of suggestions lies over the next field until the field is left.
    page.type_on("Marque", TAB).await;
    page.fill("Taille", "M").await;
    page.choose("État", "", "Très bon état").await;
    page.choose("Couleurs", "gris", "Gris").await;
    page.choose("Matières", "coton", "Coton").await;
    page.choose("Colis", "", "Moyen").await;
    page.fill("Minimum", "12").await;
    page.fill("Prix affiché", "15,50").await;
    page.fill("Maximum", "18").await;
    page.saved().await;
    page.find(Role::Button, "Vérifier cette annonce").await;
    page.picture("07-editor-ready").await;
}

async fn review_and_publish(page: &Page) -> String {
    page.click(Role::Button, "Vérifier cette annonce").await;
    page.click(Role::Button, "Remplir le formulaire").await;
    page.find(Role::Heading, "11 champs remplis").await;
    page.until(
        "the picture of the filled form is shown",
        "return [...document.images].some((i) => i.alt.startsWith('Le formulaire du site') && i.naturalWidth > 600)",
    )
    .await;
    page.picture("08-review").await;
    let before = received(page).await;
    assert_eq!(before["listings"], json!([]), "preparing publishes nothing");

    page.click(Role::Button, "Publier à 15,50 €").await;
    page.find(Role::Heading, "L’annonce est en ligne").await;
    page.picture("09-published").await;
    let url = page
        .ask(
            "return document.querySelector('main code').innerText",
            vec![],
        )
        .await;
    url.as_str().expect("the listing's address").to_owned()
}

/// The one listing holds what was typed and the very photos of the draft.
async fn check_listing(page: &Page, draft: &Value, url: &str) {
    let received = received(page).await;
    let listings = received["listings"].as_array().expect("a list");
    let [listing] = listings.as_slice() else {
        panic!("exactly one listing, not {listings:?}")
    };
    assert!(
        url.contains(&format!("/items/{}", listing["id"])),
        "{url} is the listing's address"
    );
    let expected = json!({
        "title": TITLE,
        "description": DESCRIPTION,
        "category": "Hommes > Vêtements > Sweats à capuche",
        "brand": "Levi's",
        "size": "M",
        "condition": "Très bon état",
        "colors": ["Gris"],
        "materials": ["Coton"],
        "package_size_id": 2,
        "price_cents": 1550,
        "currency": "EUR",
        "is_draft": false,
    });
    for (field, value) in expected.as_object().expect("an object") {
        assert_eq!(&listing[field], value, "{field} is stored as it was typed");
    }
    let shas = |photos: &Value| -> Vec<Value> {
        photos
            .as_array()
            .expect("photos")
            .iter()
            .map(|p| p["sha256"].clone())
            .collect()
    };
    assert!(!shas(&draft["photos"]).is_empty(), "the draft has photos");
    assert_eq!(
        shas(&listing["photos"]),
        shas(&draft["photos"]),
        "the very bytes of the draft's photos, in its order"
    );
}

/// What the practice marketplace received so far.
async fn received(page: &Page) -> Value {
    let about = page.invoke("about", json!({})).await.expect("about");
    assert_eq!(about["practice"], true, "the first start practises");
    let url = format!(
        "{}/practice/created",
        about["site_url"]
            .as_str()
            .expect("the marketplace's address")
    );
    let answer = reqwest::get(url).await.expect("the marketplace answers");
    answer.json().await.expect("the marketplace answers JSON")
}
