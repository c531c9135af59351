use browser::Key;
use sandbox::switches::{Layout, PhotoTrouble, PhotoUpload, SwallowedClick, Switches};

use crate::visit::Visit;

#[tokio::test]
async fn fields_appear_below_a_leaf_and_the_listing_is_stored() {
    let visit = Visit::form(Switches::default()).await;
    for id in [
        "brand",
        "size",
        "condition",
        "color",
        "material",
        "package-size-1",
    ] {
        assert_eq!(
            visit.count(&format!("#{id}")).await,
            0,
            "{id} waits for a leaf category"
        );
    }
    assert_eq!(
        visit.count("#price").await,
        1,
        "the price is there from the start"
    );
    visit.fill().await;
    let order: Vec<String> = visit
        .js("[...document.querySelectorAll('.form .c-input__value')].map(e => e.id)")
        .await;
    assert_eq!(
        order,
        [
            "title",
            "description",
            "category",
            "brand",
            "size",
            "condition",
            "color",
            "material",
            "measurement_length",
            "measurement_width",
            "price"
        ],
        "the known order"
    );
    assert_eq!(visit.value("#category").await, "Sweats à capuche");
    assert!(
        visit
            .js::<bool>("document.querySelector('#category').readOnly")
            .await
    );
    assert_eq!(visit.value("#price").await, "18,50\u{a0}€");
    let picked = "document.querySelector('[name=package_type]:checked').value";
    assert_eq!(
        visit.js::<String>(picked).await,
        "2",
        "the recommended parcel is picked already"
    );
    visit.publish().await;
    visit
        .until("location.pathname.startsWith('/items/74')")
        .await;
    visit
        .until("document.querySelector('[data-testid=item-delete-button]')")
        .await;
    let listing = &visit.market.created()[0];
    assert_eq!((listing.price_cents, listing.size.as_str()), (1850, "L"));
    assert_eq!(listing.description, "Une ligne.\nUne autre.");
    assert_eq!(
        (listing.package_size_id, visit.market.publish_calls()),
        (Some(2), 1)
    );
}

#[tokio::test]
async fn a_price_set_by_script_looks_right_and_counts_for_nothing() {
    let visit = Visit::form(Switches::default()).await;
    let set = "(() => { const price = document.querySelector('#price'); price.value = '15'; \
               price.dispatchEvent(new Event('input', {bubbles: true})); \
               price.dispatchEvent(new Event('blur')); return price.value })()";
    assert_eq!(visit.js::<String>(set).await, "15,00\u{a0}€");
    visit
        .click("[data-testid='upload-form-save-draft-button']")
        .await;
    visit
        .until("location.pathname.startsWith('/member/')")
        .await;
    assert_eq!(visit.market.drafts()[0].price_cents, 0);
}

#[tokio::test]
async fn a_third_colour_drives_out_the_first() {
    let visit = Visit::form(Switches::default()).await;
    visit.choose_hoodie().await;
    visit.click("#color").await;
    for (id, shown) in [(1, "Noir"), (12, "Noir, Blanc"), (3, "Blanc, Gris")] {
        visit.click(format!("#color-{id}")).await;
        assert_eq!(visit.value("#color").await, shown);
    }
    assert_eq!(
        visit
            .count("[data-testid=color-select-dropdown-content]")
            .await,
        1,
        "still open"
    );
    visit
        .click("[data-testid=color-select-dropdown-chevron]")
        .await;
    assert_eq!(
        visit
            .count("[data-testid=color-select-dropdown-content]")
            .await,
        0
    );
    visit.click("#material").await;
    for id in [461, 468, 122, 149] {
        visit.click(format!("#material-{id}")).await;
    }
    assert_eq!(
        visit.value("#material").await,
        "Acier, Acrylique, Alpaga",
        "the last three, in the list's order"
    );
}

#[tokio::test]
async fn a_modal_picker_keeps_by_done_and_discards_by_its_cross() {
    let narrow = Switches {
        layout: Layout::Narrow,
        ..Switches::default()
    };
    let visit = Visit::form(narrow).await;
    let modal = ".ReactModal__Content";
    visit.click("#category").await;
    for id in ["#catalog-5", "#catalog-2050", "#catalog-267"] {
        visit.click(id).await;
    }
    visit.page.press_key(Key::Escape).await.unwrap();
    assert_eq!(
        visit.count(modal).await,
        1,
        "a choice and Escape close nothing"
    );
    visit
        .click("[data-testid=catalog-select-dropdown-close-button]")
        .await;
    assert_eq!(
        (visit.count(modal).await, visit.value("#category").await),
        (0, String::new())
    );
    visit.click("#category").await;
    for id in ["#catalog-5", "#catalog-2050", "#catalog-267"] {
        visit.click(id).await;
    }
    visit
        .click("[data-testid=input-dropdown-save-button]")
        .await;
    assert_eq!(visit.value("#category").await, "Sweats à capuche");
    visit.until("document.querySelector('#condition')").await;
    assert!(
        visit.market.fired("narrow") >= 1,
        "the layout was the switched one"
    );
}

#[tokio::test]
async fn brands_are_searched_and_named_exactly() {
    let visit = Visit::form(Switches::default()).await;
    visit.choose_hoodie().await;
    visit.click("#brand").await;
    visit
        .until("document.querySelector('[data-testid=brand-popular-label]')")
        .await;
    visit
        .page
        .type_text("#brand-search-input", "diesel")
        .await
        .unwrap();
    visit.until("document.querySelector('#brand-1104')").await;
    let label = visit
        .page
        .attribute("#brand-161", "aria-label")
        .await
        .unwrap();
    assert_eq!(label.as_deref(), Some("Diesel"));
    // The drawn input inside a row is not the control.
    visit
        .js::<()>("document.querySelector('#brand-radio-161').click()")
        .await;
    assert_eq!(visit.value("#brand").await, "");
    visit.click("#brand-161").await;
    assert_eq!(visit.value("#brand").await, "Diesel");
    assert_eq!(
        visit
            .count("[data-testid=brand-select-dropdown-content]")
            .await,
        0,
        "it closed"
    );
}

#[tokio::test]
async fn an_empty_form_shows_what_the_site_refuses() {
    let visit = Visit::form(Switches::default()).await;
    let button = "document.querySelector('[data-testid=upload-form-save-button]')";
    assert!(
        !visit.js::<bool>(&format!("{button}.disabled")).await,
        "never disabled"
    );
    visit.publish().await;
    visit
        .until("document.querySelector('[data-testid=\"title--error\"]')")
        .await;
    for field in ["photos", "title", "description", "category", "price"] {
        assert_eq!(
            visit
                .count(&format!("[data-testid='{field}--error']"))
                .await,
            1,
            "{field}"
        );
    }
    assert_eq!(visit.js::<String>("location.pathname").await, "/items/new");
    assert!(visit.market.created().is_empty());
}

#[tokio::test]
async fn a_failed_photo_is_told_and_can_be_sent_again() {
    let fault = PhotoUpload {
        trouble: PhotoTrouble::Fail,
        nth: Some(1),
        ms: None,
        times: Some(1),
    };
    let visit = Visit::form(Switches {
        photo_upload: Some(fault),
        ..Switches::default()
    })
    .await;
    let files = visit.pictures(1);
    visit
        .page
        .set_files("[data-testid='add-photos-input']", &files)
        .await
        .unwrap();
    visit
        .until("document.querySelector('[data-testid=\"photos--error\"]')")
        .await;
    assert_eq!(visit.count("[data-testid=media-upload-grid] img").await, 0);
    visit.add_photos(1).await;
    assert_eq!(
        visit.count("[data-testid='photos--error']").await,
        0,
        "the message is gone"
    );
    visit
        .click("[data-testid='media-select-grid-delete-button-0']")
        .await;
    assert_eq!(visit.count("[data-testid=media-upload-grid] img").await, 0);
}

#[tokio::test]
async fn twenty_photos_and_no_more_in_the_order_chosen() {
    let visit = Visit::form(Switches::default()).await;
    let files = visit.pictures(21);
    visit
        .page
        .set_files("[data-testid='add-photos-input']", &files)
        .await
        .unwrap();
    let shown = "document.querySelectorAll('[data-testid=media-upload-grid] img').length";
    visit.until(&format!("{shown} === 20")).await;
    assert_eq!(visit.count("[data-testid='photos--error']").await, 1);
    visit
        .click("[data-testid='upload-form-save-draft-button']")
        .await;
    visit
        .until("location.pathname.startsWith('/member/')")
        .await;
    let names: Vec<String> = visit.market.drafts()[0]
        .photos
        .iter()
        .map(|photo| photo.filename.clone())
        .collect();
    let expected: Vec<String> = (0..20).map(|index| format!("photo {index}.png")).collect();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn the_first_click_can_be_swallowed() {
    let trap = SwallowedClick {
        each_control: false,
        times: Some(1),
    };
    let visit = Visit::form(Switches {
        swallowed_click: Some(trap),
        ..Switches::default()
    })
    .await;
    visit.click("#category").await;
    visit.until("performance.now() > 0").await;
    assert_eq!(
        visit
            .count("[data-testid=catalog-select-dropdown-content]")
            .await,
        0
    );
    visit.click("#category").await;
    assert_eq!(
        visit
            .count("[data-testid=catalog-select-dropdown-content]")
            .await,
        1
    );
    let deadline = std::time::Instant::now() + crate::visit::SOON;
    while visit.market.fired("swallowed_click") == 0 {
        assert!(std::time::Instant::now() < deadline, "the page reports it");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn fields_are_rebuilt_while_others_are_filled() {
    let visit = Visit::form(Switches {
        rerender: true,
        ..Switches::default()
    })
    .await;
    visit
        .js::<()>("void (window.before = document.querySelector('#category'))")
        .await;
    visit.page.insert_text("#title", "Titre").await.unwrap();
    visit.page.press_key(Key::Tab).await.unwrap();
    visit
        .until("window.before !== document.querySelector('#category')")
        .await;
    assert_eq!(visit.value("#title").await, "Titre", "values stay");
}

#[tokio::test]
async fn hooks_drift_the_same_way_for_the_same_seed() {
    let drifted = |seed: u32| -> Switches {
        serde_json::from_value(serde_json::json!({
            "price_mount_delay_ms": 100,
            "drift": {"seed": seed, "rename_test_ids": 0.3, "remove_test_ids": 0.3,
                "rename_ids": 0.3, "remove_ids": 0.3, "wrappers": 0.5, "reorder": true},
        }))
        .unwrap()
    };
    let visit = Visit::form(drifted(1)).await;
    let hooks = "[...document.querySelectorAll('.form [data-testid], .form input')]\
                 .map(e => [e.dataset.testid ?? '', e.id, e.name ?? ''].join('|'))";
    let mut forms = Vec::new();
    for seed in [1, 1, 2] {
        visit.market.set_switches(drifted(seed));
        visit.open("/items/new").await;
        forms.push(visit.js::<Vec<String>>(hooks).await);
    }
    assert_eq!(forms[0], forms[1], "the same seed");
    assert_ne!(forms[0], forms[2], "another seed");
    assert!(visit.market.fired("drift") >= 3);
}
