//! Challenges, walls, lost sessions, limits, photos that fail: stopped, told, nothing published.

use app::ports::SiteStop;
use domain::form::Field;
use sandbox::{
    Switches,
    switches::{PhotoTrouble, PhotoUpload, RateLimited, Stage, Times},
};
use secrecy::ExposeSecret;

use super::{Bed, of};

/// What stops a run besides challenges, in one browser.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_on_the_way() {
    let browser = Bed::sharing(Switches::default()).await;
    a_stale_token_is_renewed_by_the_site_and_kept(&browser).await;
    a_limit_is_told_with_its_time(&browser).await;
    somebody_else_is_logged_in(&browser).await;
    a_photo_that_fails_once_is_tried_again_in_its_place(&browser).await;
    a_photo_that_the_site_refuses_is_named(&browser).await;
}

async fn a_stale_token_is_renewed_by_the_site_and_kept(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            stale_access_token: Some(Times::once()),
            ..Switches::default()
        })
        .await;
    let run = bed.run();
    let old = run.session.clone();
    let Ok(tab) = bed.site.fill_tab(run, bed.bag()).await else {
        panic!("the site renews by itself")
    };
    tab.visit.end().await;
    assert_eq!(
        bed.market.fired("stale_access_token"),
        1,
        "the token was stale"
    );
    let kept = bed.kept.0.lock().unwrap();
    let value = |session: &app::ports::Session| {
        let cookie = session
            .cookies
            .iter()
            .find(|c| c.name == "refresh_token_web")
            .unwrap();
        cookie.value.expose_secret().to_owned()
    };
    assert_ne!(
        value(&kept[0]),
        value(&old),
        "the newer, single-use token is handed over at once"
    );
}

async fn a_limit_is_told_with_its_time(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            rate_limited: Some(RateLimited {
                stage: Stage::Category,
                retry_after_s: Some(1800),
                times: None,
            }),
            ..Switches::default()
        })
        .await;
    let stop = bed.stopped(bed.bag()).await;
    assert!(
        matches!(
            stop,
            SiteStop::RateLimited {
                retry_after: Some(1800)
            }
        ),
        "{stop:?}"
    );
}

async fn somebody_else_is_logged_in(browser: &Bed) {
    let bed = browser.beside(Switches::default()).await;
    let mut run = bed.run();
    run.expected_login = Some("lea_75".into());
    let Err(stopped) = bed.site.fill_tab(run, bed.content(1)).await else {
        panic!("nothing is done for somebody else")
    };
    let SiteStop::WrongAccount { expected, found } = stopped.stop else {
        panic!("{:?} is not about the account", stopped.stop)
    };
    assert_eq!(
        (expected.as_str(), found.as_str()),
        ("lea_75", sandbox::DEMO_LOGIN),
        "both are named"
    );
    assert!(
        !bed.told("add_photos") && !bed.told("fill_title"),
        "nothing was filled"
    );
    assert_eq!(
        bed.market.counts().photos_uploaded,
        0,
        "nothing was uploaded"
    );
}

async fn a_photo_that_fails_once_is_tried_again_in_its_place(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            photo_upload: Some(PhotoUpload {
                trouble: PhotoTrouble::Fail,
                nth: Some(2),
                ms: None,
                times: Some(1),
            }),
            ..Switches::default()
        })
        .await;
    let mut content = bed.bag();
    content.photos = bed.photos(4);
    let mut tab = bed.filled(content).await;
    assert!(bed.told("photos_again"), "the second photo failed");
    assert_eq!(
        of(&tab.form.fields, Field::Photos).1,
        Some("4"),
        "all of them are there"
    );
    assert!(
        matches!(tab.publish().await, app::ports::Submitted::Published { .. }),
        "published"
    );
    tab.visit.end().await;
    let names: Vec<String> = bed.market.created()[0]
        .photos
        .iter()
        .map(|p| p.filename.clone())
        .collect();
    assert_eq!(
        names,
        ["photo-0.gif", "photo-1.gif", "photo-2.gif", "photo-3.gif"],
        "in their order"
    );
}

async fn a_photo_that_the_site_refuses_is_named(browser: &Bed) {
    let bed = browser
        .beside(Switches {
            photo_upload: Some(PhotoUpload {
                trouble: PhotoTrouble::Refuse,
                nth: None,
                ms: None,
                times: None,
            }),
            ..Switches::default()
        })
        .await;
    let mut content = bed.bag();
    content.photos = bed.photos(2);
    let stop = bed.stopped(content).await;
    let SiteStop::PhotoUpload { reason, .. } = &stop else {
        panic!("{stop:?} is no photo's failure")
    };
    assert!(
        reason.chars().any(char::is_alphabetic),
        "{reason:?} is the site's sentence"
    );
    assert!(bed.told("photos_again"), "after a second try");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_told() {
    let bed = Bed::open(Switches::default()).await;
    let mut content = bed.bag();
    content.photos.push(bed.dir.path().join("lost.jpg"));
    let stop = bed.stopped(content).await;
    assert!(
        matches!(stop, SiteStop::PhotoUpload { index: 1, .. }),
        "a lost file: {stop:?}"
    );

    let mut run = bed.run();
    run.site_url = "http://127.0.0.1:9".into();
    let Err(stopped) = bed.site.fill_tab(run, bed.bag()).await else {
        panic!("nobody listens there")
    };
    assert!(
        matches!(stopped.stop, SiteStop::Unreachable(_)),
        "{:?}",
        stopped.stop
    );

    let run = bed.run();
    run.cancel.cancel();
    let Err(stopped) = bed.site.fill_tab(run, bed.bag()).await else {
        panic!("it was cancelled")
    };
    assert!(
        matches!(stopped.stop, SiteStop::Cancelled),
        "{:?}",
        stopped.stop
    );
}
