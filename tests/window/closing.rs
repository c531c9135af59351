//! Closing the window, the tray, and starting twice.

use std::time::Duration;

use crate::bed::{Desktop, Notices, TrayHost, within};

/// Browsers end, sessions go back sealed.
const CLOSING: Duration = Duration::from_secs(30);

#[tokio::test]
async fn with_a_tray_closing_hides_the_window_and_a_second_start_brings_it_back() {
    within(async {
        let desktop = Desktop::new();
        let tray = TrayHost::new(desktop.bus()).await;
        let notices = Notices::new(desktop.bus()).await;
        let mut app = desktop.start();
        let outside = desktop.outside();
        outside.shows(true).await;
        assert_eq!(
            tray.menu().await,
            [
                "Rien en cours",
                "Ouvrir VintedBot Studio",
                "Aucune annonce prévue",
                "Mettre la file en pause",
                "Quitter"
            ],
            "the menu works while the window is closed"
        );

        outside.close();
        outside.shows(false).await;
        assert!(app.lives(), "the queue goes on while the window is closed");
        notices.click("VintedBot Studio reste ouvert").await;
        outside.shows(true).await;

        outside.close();
        outside.shows(false).await;

        let second = desktop.start_again().await;
        assert!(second.success(), "a second start is no failure: {second}");
        outside.shows(true).await;
        assert!(app.lives(), "the first one is the one that shows");

        outside.close();
        outside.shows(false).await;
        tray.click("Ouvrir VintedBot Studio").await;
        outside.shows(true).await;

        outside.close();
        outside.shows(false).await;
        tray.click("Quitter").await;
        let ended = app.ended(CLOSING).await;
        assert!(ended.success(), "quitting is no failure: {ended}");

        let _app = desktop.start();
        // A window that was hidden at the end does not stay away.
        outside.shows(true).await;
    })
    .await;
}

#[tokio::test]
async fn without_a_tray_closing_asks_once_and_closing_again_quits() {
    within(async {
        let desktop = Desktop::new();
        let mut app = desktop.start();
        let outside = desktop.outside();
        outside.shows(true).await;
        outside.close();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(
            app.lives(),
            "the first press asks: a queue that ends unnoticed publishes nothing"
        );
        outside.shows(true).await;
        outside.close();
        let ended = app.ended(CLOSING).await;
        assert!(
            ended.success(),
            "who closes again without an answer is not kept: {ended}"
        );
    })
    .await;
}
