//! Nothing typed is lost.

use acceptance::sample;

use crate::bed::{Desktop, Role, within};

const TITLE: &str = "Robe d'été à pois, presque neuve";

#[tokio::test]
async fn what_was_typed_survives_a_kill_of_the_app() {
    within(async {
        let desktop = Desktop::new();
        let app = desktop.open(&["--practice"]).await;
        app.page.settle_in().await;
        app.page
            .take(desktop.outside().drag(&[sample("IMG_2050.JPG")]))
            .await;
        app.page.click(Role::Link, "Pile 1").await;
        let (first, rest) = TITLE.split_at(TITLE.find("à").expect("a second half"));
        app.page.fill("Titre", first).await;
        app.page.saved().await;
        app.page.type_on("Titre", rest).await;
        app.page.saved().await;
        let shown = app.page.value("Titre").await;
        assert_eq!(
            shown, TITLE,
            "saving takes nothing from under the hands of who thinks between two words"
        );
        app.kill().await;

        let app = desktop.open(&["--practice"]).await;
        app.page.click(Role::Link, "Brouillons").await;
        app.page.click(Role::Link, TITLE).await;
        assert_eq!(
            app.page.value("Titre").await,
            TITLE,
            "the text is there as it was typed"
        );
    })
    .await;
}
