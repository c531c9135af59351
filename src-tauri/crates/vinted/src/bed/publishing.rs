//! Publishing: exactly once, told by the server's answer, proved by the stored listing.

use app::ports::{Challenge, FilledPage, Submitted};
use domain::{
    form::Field,
    listing::{OwnItem, Traits},
};
use sandbox::{
    Switches,
    switches::{
        self, AfterPublish, ChallengeKind, FieldError, Hang, Landing, PriceShape, RateLimited,
        Refused, Stage, SwallowedClick, Times,
    },
};
use sha2::{Digest, Sha256};

use super::{Bed, DESCRIPTION, TITLE};
use crate::readback;

/// How many of the own items are the listing that was sent.
fn matching(items: &[OwnItem], title: &str, price_cents: u32, photo_count: u32) -> usize {
    let now = chrono::Utc::now();
    let sent = Traits {
        title,
        price_cents,
        photo_count,
        sent: (now, now),
    };
    items.iter().filter(|item| sent.fit(item)).count()
}

fn published(submitted: Submitted) -> String {
    match submitted {
        Submitted::Published {
            listing_id,
            listing_url,
        } => {
            assert!(
                listing_url.ends_with(&format!("/items/{listing_id}")),
                "{listing_url}"
            );
            listing_id
        }
        other => panic!("{other:?} is no listing"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_filled_is_what_is_stored() {
    let bed = Bed::open(Switches::default()).await;
    let content = bed.content(3);
    let hashes: Vec<String> = content
        .photos
        .iter()
        .map(|p| hex::encode(Sha256::digest(fs_err::read(p).unwrap())))
        .collect();
    let mut tab = bed.filled(content).await;
    assert!(
        tab.own_items().await.unwrap().is_empty(),
        "the baseline is empty"
    );
    let id = published(tab.publish().await);

    let created = bed.market.created();
    assert_eq!(
        (created.len(), bed.market.publish_calls()),
        (1, 1),
        "one call, one listing"
    );
    let listing = &created[0];
    assert_eq!(
        listing.id.to_string(),
        id,
        "the very one that the answer named"
    );
    assert_eq!(
        (listing.title.as_str(), listing.description.as_str()),
        (TITLE, DESCRIPTION),
        "texts"
    );
    assert_eq!(
        (listing.price_cents, listing.currency.as_str()),
        (1850, "EUR"),
        "price"
    );
    assert_eq!(
        listing.category, "Hommes > Vêtements > Sweats à capuche",
        "category"
    );
    assert_eq!(
        (listing.brand.as_str(), listing.brand_id),
        ("Diesel", Some(161)),
        "Diesel, not Dieselpunk"
    );
    assert_eq!(
        (listing.size.as_str(), listing.condition.as_str()),
        ("L", "Bon état"),
        "choices"
    );
    assert_eq!(listing.colors, ["Noir", "Blanc"], "colours");
    assert_eq!(
        listing.materials.len(),
        2,
        "materials {:?}",
        listing.materials
    );
    assert_eq!(
        listing.package_size_id,
        Some(3),
        "the parcel, not the recommended one"
    );
    let stored: Vec<String> = listing.photos.iter().map(|p| p.sha256.clone()).collect();
    assert_eq!(stored, hashes, "the very photos, in their order");

    let back = tab.read_back(&id).await.unwrap();
    assert!(!back.under_review, "it is shown");
    for field in Field::ALL {
        let (sent, stored, same) = &back.readback[&field];
        assert!(*same, "{field:?}: sent {sent:?}, stored {stored:?}");
    }
    let items = tab.own_items().await.unwrap();
    assert_eq!(
        matching(&items, TITLE, 1850, 3),
        1,
        "the own items prove it too: {items:?}"
    );

    // Where the call for the item is refused.
    let page = readback::edit_page(&tab.visit, &tab.form, &id)
        .await
        .unwrap();
    assert!(
        page.len() == Field::ALL.len() && page.values().all(|(.., same)| *same),
        "{page:?}"
    );
    let row = readback::wardrobe_row(&tab.visit, &tab.form, &tab.content, &id)
        .await
        .unwrap();
    assert!(
        row[&Field::Price].2 && row[&Field::Title].2 && row[&Field::Photos].2,
        "{row:?}"
    );
    Box::new(tab).close().await;
}

/// Where the page leads after publishing proves nothing and changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_landing_is_the_same_result() {
    let browser = Bed::sharing(Switches::default()).await;
    for (landing, shape) in [
        (Landing::Profile, PriceShape::Number),
        (Landing::Modal, PriceShape::String),
    ] {
        let bed = browser
            .beside(Switches {
                after_publish: Some(AfterPublish {
                    landing,
                    times: None,
                }),
                price_shape: shape,
                ..Switches::default()
            })
            .await;
        let mut tab = bed.filled(bed.bag()).await;
        let id = published(tab.publish().await);
        assert_eq!(
            bed.market.fired("after_publish"),
            1,
            "the page landed there: {landing:?}"
        );
        let back = tab.read_back(&id).await.unwrap();
        assert!(
            back.readback.values().all(|(.., same)| *same),
            "{landing:?}: {:?}",
            back.readback
        );
        Box::new(tab).close().await;
        assert_eq!(bed.market.created().len(), 1, "{landing:?}: one listing");
    }
    a_lost_price_and_a_review_are_seen(&browser).await;
}

async fn a_lost_price_and_a_review_are_seen(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            price_stored_as_zero: Some(Times::once()),
            under_review: Some(Times::once()),
            ..Switches::default()
        })
        .await;
    let mut tab = bed.filled(bed.bag()).await;
    let id = published(tab.publish().await);
    let back = tab.read_back(&id).await.unwrap();
    let (sent, stored, same) = &back.readback[&Field::Price];
    assert_eq!(
        (sent.as_deref(), stored.as_deref(), *same),
        (Some("12.00 EUR"), Some("0.00 EUR"), false),
        "a price stored as 0 is noticed"
    );
    assert!(back.readback[&Field::Title].2, "the rest is as sent");
    assert!(
        back.under_review,
        "a listing that is not shown yet is told as such"
    );
    Box::new(tab).close().await;
}

/// Every answer that is no listing, on one page after another, and nothing was made; then it goes through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_told_apart_and_make_nothing() {
    let bed = Bed::open(Switches::default()).await;
    let mut tab = bed.filled(bed.bag()).await;

    let errors = ["title", "price"].map(|f| FieldError {
        field: f.into(),
        value: format!("{f} !"),
    });
    bed.switch(|s| {
        s.refused = Some(Refused {
            errors: errors.to_vec(),
            times: Some(1),
        })
    });
    let Submitted::Rejected { errors } = tab.publish().await else {
        panic!("400 with fields")
    };
    assert_eq!(
        errors,
        [
            ("title".to_owned(), "title !".to_owned()),
            ("price".to_owned(), "price !".to_owned())
        ],
        "every message is told"
    );

    bed.switch(|s| {
        s.rate_limited = Some(RateLimited {
            stage: Stage::Submit,
            retry_after_s: Some(900),
            times: Some(1),
        });
    });
    assert!(
        matches!(
            tab.publish().await,
            Submitted::RateLimited {
                retry_after: Some(900)
            }
        ),
        "429 with its time"
    );

    bed.switch(|s| s.server_error_before = Some(Times::once()));
    assert!(
        matches!(tab.publish().await, Submitted::SiteError { status: 500 }),
        "500"
    );
    assert!(
        tab.own_items().await.unwrap().is_empty(),
        "and nothing new among the own items"
    );

    bed.switch(|s| {
        s.challenge = Some(switches::Challenge {
            kind: ChallengeKind::DatadomeJson,
            stage: Stage::Submit,
            status: Some(200),
            times: Some(1),
        });
    });
    assert!(
        matches!(
            tab.publish().await,
            Submitted::Challenge(Challenge::DataDome)
        ),
        "a challenge with status 200"
    );
    assert!(
        bed.market.created().is_empty(),
        "nothing was made by any of them"
    );
    assert_eq!(bed.market.publish_calls(), 4, "one call each");

    published(tab.publish().await);
    Box::new(tab).close().await;
    assert_eq!(
        (bed.market.created().len(), bed.market.publish_calls()),
        (1, 5),
        "the last one was taken"
    );
}

/// Lost, late and wrong answers, and presses that send nothing, in one browser.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_none() {
    let browser = Bed::sharing(Switches::default()).await;
    a_lost_answer_is_unknown_and_the_own_items_know(&browser).await;
    a_site_that_hangs_is_not_waited_for_forever(&browser).await;
    an_error_after_storing_is_a_site_error_with_evidence(&browser).await;
    a_swallowed_press_is_repeated_once_and_publishes_once(&browser).await;
    a_form_that_wants_more_sends_nothing(&browser).await;
    a_session_that_ends_at_the_press_is_told(&browser).await;
}

async fn a_lost_answer_is_unknown_and_the_own_items_know(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            answer_lost: Some(Times::once()),
            ..Switches::default()
        })
        .await;
    let mut tab = bed.filled(bed.bag()).await;
    assert!(
        matches!(tab.publish().await, Submitted::NoAnswer),
        "no answer is no refusal"
    );
    assert_eq!(bed.market.fired("answer_lost"), 1, "the connection was cut");
    let items = tab.own_items().await.unwrap();
    let title = tab.content.title.clone();
    assert_eq!(
        matching(&items, &title, 1200, 1),
        1,
        "the listing exists: {items:?}"
    );
    Box::new(tab).close().await;
    assert_eq!(
        (bed.market.created().len(), bed.market.publish_calls()),
        (1, 1),
        "once"
    );
}

async fn a_site_that_hangs_is_not_waited_for_forever(browser: &Bed) {
    let mut bed = browser
        .beside(Switches {
            hang: Some(Hang {
                stage: Stage::Submit,
                after_storing: true,
                ms: Some(30_000),
                times: Some(1),
            }),
            ..Switches::default()
        })
        .await;
    bed.answer_within(std::time::Duration::from_secs(2));
    let mut tab = bed.filled(bed.bag()).await;
    assert!(
        matches!(tab.publish().await, Submitted::NoAnswer),
        "the outcome is not known"
    );
    assert_eq!(bed.market.fired("hang"), 1, "it hung");
    assert_eq!(
        tab.own_items().await.unwrap().len(),
        1,
        "the listing was stored before"
    );
    Box::new(tab).close().await;
}

async fn an_error_after_storing_is_a_site_error_with_evidence(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            server_error_after: Some(Times::once()),
            ..Switches::default()
        })
        .await;
    let mut tab = bed.filled(bed.bag()).await;
    assert!(
        matches!(tab.publish().await, Submitted::SiteError { status: 500 }),
        "500"
    );
    assert_eq!(
        tab.own_items().await.unwrap().len(),
        1,
        "although it was stored"
    );
    Box::new(tab).close().await;
}

async fn a_swallowed_press_is_repeated_once_and_publishes_once(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            swallowed_click: Some(SwallowedClick {
                each_control: true,
                times: None,
            }),
            ..Switches::default()
        })
        .await;
    let mut tab = bed.filled(bed.bag()).await;
    published(tab.publish().await);
    assert!(bed.told("press_again"), "the first press did nothing");
    Box::new(tab).close().await;
    assert_eq!(
        (bed.market.created().len(), bed.market.publish_calls()),
        (1, 1),
        "once all the same"
    );
}

async fn a_form_that_wants_more_sends_nothing(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            premium_photos: Some(Times::always()),
            ..Switches::default()
        })
        .await;
    let mut content = bed.bag();
    content.brand = Some(domain::Brand::Named("Louis Vuitton".into()));
    let mut tab = bed.filled(content).await;
    let Submitted::NotSent { messages } = tab.publish().await else {
        panic!("the page asks for photos")
    };
    assert!(
        messages.iter().any(|m| m.contains("photos")),
        "{messages:?} is what the page says"
    );
    Box::new(tab).close().await;
    assert_eq!(bed.market.publish_calls(), 0, "no call left");
}

async fn a_session_that_ends_at_the_press_is_told(browser: &Bed) {
    let bed = browser.beside(Switches::default()).await;
    let mut tab = bed.filled(bed.bag()).await;
    bed.switch(|s| {
        s.session_expired = Some(switches::AtStage {
            stage: Stage::Submit,
            times: Some(1),
        });
    });
    assert!(
        matches!(tab.publish().await, Submitted::SessionGone),
        "401 to the publish call"
    );
    Box::new(tab).close().await;
    assert!(
        bed.market.created().is_empty(),
        "nothing was made, also not by the page's own second try"
    );
    assert_eq!(bed.market.publish_calls(), 1, "which was held back");
}

/// A site that uses connections again, and cuts one without a byte: the browser sends such a request again by itself,
/// several times, unless its connection was new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_does_not_send_the_call_again() {
    let bed = Bed::open(Switches {
        keep_alive: true,
        ..Switches::default()
    })
    .await;
    let mut tab = bed.filled(bed.bag()).await;
    bed.switch(|s| s.answer_lost = Some(Times::always()));
    let submitted = tab.publish().await;
    assert!(matches!(submitted, Submitted::NoAnswer), "{submitted:?}");
    assert_eq!(bed.market.fired("answer_lost"), 1, "the connection was cut");
    Box::new(tab).close().await;
    assert_eq!(
        (bed.market.publish_calls(), bed.market.created().len()),
        (1, 1),
        "one call, one listing"
    );
}
