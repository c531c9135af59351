use sandbox::switches::{
    AfterPublish, AtStage, Challenge, ChallengeKind, Landing, Stage, Switches, Times,
};

use crate::visit::Visit;

#[tokio::test]
async fn a_person_logs_in_and_comes_back_to_the_form() {
    let visit = Visit::with(Switches::default()).await;
    visit.open("/items/new").await;
    visit.click("main a[href^='/member/signup']").await;
    visit
        .click("[data-testid='auth-select-type--register-switch']")
        .await;
    visit
        .click("[data-testid='auth-select-type--login-email']")
        .await;
    visit.page.type_text("#username", "marie").await.unwrap();
    visit.page.type_text("#password", "practice").await.unwrap();
    visit.click("[data-testid='login-submit-button']").await;
    visit
        .until("location.pathname === '/items/new' && document.querySelector('#title')")
        .await;
    let name = visit
        .page
        .attribute("[data-testid=user-menu-button] img", "alt")
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some("marie"));
}

#[tokio::test]
async fn the_cookie_banner_leaves_for_good_after_a_choice() {
    let visit = Visit::with(Switches::default()).await;
    visit.market.set_switches(Switches::default());
    visit.open("/").await;
    visit.click("#onetrust-reject-all-handler").await;
    visit
        .until("!document.querySelector('#onetrust-banner-sdk')")
        .await;
    visit.open("/").await;
    let loaded = "performance.now() > 600";
    visit.until(loaded).await;
    assert_eq!(visit.count("#onetrust-banner-sdk").await, 0, "remembered");
}

#[tokio::test]
async fn a_lost_answer_is_not_sent_again_by_the_browser() {
    let visit = Visit::form(Switches::default()).await;
    visit.fill().await;
    visit.market.set_switches(Switches {
        answer_lost: Some(Times::once()),
        cookie_banner: false,
        ..Switches::default()
    });
    visit.publish().await;
    visit
        .until("document.querySelector('[data-testid=form-general-error]')")
        .await;
    assert_eq!(
        (visit.market.created().len(), visit.market.publish_calls()),
        (1, 1)
    );
    assert_eq!(visit.market.fired("answer_lost"), 1);
}

#[tokio::test]
async fn a_challenge_frame_from_another_site_lies_over_the_form_until_solved() {
    let visit = Visit::form(Switches::default()).await;
    visit.fill().await;
    let challenge = Challenge {
        kind: ChallengeKind::DatadomeIframe,
        stage: Stage::Submit,
        status: None,
        times: None,
    };
    visit.market.set_switches(Switches {
        challenge: Some(challenge),
        ..Switches::default()
    });
    visit.publish().await;
    visit
        .until("document.querySelector('iframe[src*=\"geo.captcha-delivery.com\"]')")
        .await;
    let source = visit
        .js::<String>("new URL(document.querySelector('iframe').src).hostname")
        .await;
    assert_eq!(
        source, "localhost",
        "another site than the page's, on this machine"
    );
    assert!(visit.market.created().is_empty());
    // What the frame's button does.
    visit
        .js::<()>("fetch('/practice/challenge/solved', {method: 'POST'}).then(() => undefined)")
        .await;
    assert_eq!(visit.market.switches().challenge, None);
}

#[tokio::test]
async fn a_whole_challenge_page_takes_the_forms_place() {
    for (kind, title) in [
        (ChallengeKind::DatadomePage, "127.0.0.1"),
        (ChallengeKind::CloudflarePage, "Just a moment..."),
    ] {
        let visit = Visit::form(Switches::default()).await;
        let challenge = Challenge {
            kind,
            stage: Stage::Category,
            status: Some(200),
            times: None,
        };
        visit.market.set_switches(Switches {
            challenge: Some(challenge),
            cookie_banner: false,
            ..Switches::default()
        });
        visit.click("#category").await;
        for id in ["#catalog-5", "#catalog-2050", "#catalog-267"] {
            visit.click(id).await;
        }
        visit.until(&format!("document.title === '{title}'")).await;
        assert_eq!(visit.count("#title").await, 0, "the form is gone");
    }
}

#[tokio::test]
async fn a_modal_instead_of_a_redirect() {
    let visit = Visit::form(Switches::default()).await;
    visit.fill().await;
    visit.market.set_switches(Switches {
        after_publish: Some(AfterPublish {
            landing: Landing::Modal,
            times: Some(1),
        }),
        ..Switches::default()
    });
    visit.publish().await;
    visit
        .until("document.querySelector('[role=dialog].web_ui__Dialog__content')")
        .await;
    assert_eq!(visit.js::<String>("location.pathname").await, "/items/new");
    assert_eq!(visit.market.created().len(), 1);
    visit
        .click("[data-testid='upload-another-item-tip-close-button']")
        .await;
    visit
        .until("location.pathname.startsWith('/member/')")
        .await;
}

#[tokio::test]
async fn a_session_that_ends_on_the_way_is_said() {
    let visit = Visit::form(Switches::default()).await;
    visit.fill().await;
    visit.market.set_switches(Switches {
        session_expired: Some(AtStage {
            stage: Stage::Submit,
            times: Some(1),
        }),
        ..Switches::default()
    });
    visit.publish().await;
    visit
        .until("document.querySelector('[role=alert]')?.textContent.includes('expiré')")
        .await;
    assert!(visit.market.created().is_empty());
}

#[tokio::test]
async fn a_listing_is_edited_with_its_values_and_deleted_after_a_question() {
    let visit = Visit::form(Switches::default()).await;
    visit.fill().await;
    visit.publish().await;
    visit
        .until("document.querySelector('[data-testid=item-edit-button]')")
        .await;
    visit.click("[data-testid=item-edit-button]").await;
    visit
        .until("document.querySelector('#condition')?.value")
        .await;
    for (id, value) in [
        ("title", "Sweat à capuche Noir L – Bon état"),
        ("category", "Sweats à capuche"),
        ("size", "L"),
        ("condition", "Bon état"),
        ("price", "18,50\u{a0}€"),
    ] {
        assert_eq!(visit.value(&format!("#{id}")).await, value, "{id}");
    }
    assert_eq!(
        visit
            .count("[data-testid='upload-form-save-draft-button']")
            .await,
        0
    );
    visit.page.select_all("#price").await.unwrap();
    visit.page.type_text("#price", "12").await.unwrap();
    // No focus left by hand: the click on the button does it, as a person's would.
    visit.publish().await;
    visit
        .until("document.querySelector('[data-testid=item-delete-button]')")
        .await;
    assert_eq!(visit.market.created()[0].price_cents, 1200);
    assert_eq!(visit.market.counts().created, 1);

    visit.click("[data-testid=item-delete-button]").await;
    visit
        .click("[data-testid=item-delete-cancelation-button]")
        .await;
    assert!(!visit.market.created()[0].is_deleted);
    visit.click("[data-testid=item-delete-button]").await;
    visit
        .click("[data-testid=item-delete-confirmation-button]")
        .await;
    visit
        .until("location.pathname.startsWith('/member/')")
        .await;
    assert!(visit.market.created()[0].is_deleted);
}

#[tokio::test]
async fn the_control_page_counts_and_switches() {
    let visit = Visit::with(Switches::default()).await;
    visit.open("/practice").await;
    visit
        .until("document.querySelectorAll('.counts dd').length === 5")
        .await;
    let toggle = "[...document.querySelectorAll('.toggle label')]\
                  .find(label => label.textContent === 'Prix enregistré à 0').querySelector('input')";
    visit.click(browser::Locator::js(toggle)).await;
    visit
        .until("document.querySelector('.control__message').textContent === 'Appliqué.'")
        .await;
    assert_eq!(
        visit.market.switches().price_stored_as_zero,
        Some(Times::always())
    );
}
