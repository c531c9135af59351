//! Challenges, walls, lost sessions, limits, photos that fail: stopped, told, nothing published.

use app::ports::{Challenge, SiteStop};
use domain::form::Field;
use rstest::rstest;
use sandbox::{
    Switches,
    switches::{
        self, AtStage, ChallengeKind, PhotoTrouble, PhotoUpload, RateLimited, Stage, Times,
        VerificationWall,
    },
};
use secrecy::ExposeSecret;

use super::{Bed, of};

#[rstest]
#[case(ChallengeKind::DatadomePage, Stage::Open, None, Challenge::DataDome)]
#[case(ChallengeKind::DatadomeIframe, Stage::Open, None, Challenge::DataDome)]
#[case(
    ChallengeKind::CloudflarePage,
    Stage::Open,
    Some(200),
    Challenge::Cloudflare
)]
#[case(ChallengeKind::DatadomeJson, Stage::Upload, None, Challenge::DataDome)]
#[case(
    ChallengeKind::DatadomeIframe,
    Stage::Category,
    None,
    Challenge::DataDome
)]
#[case(
    ChallengeKind::DatadomeJson,
    Stage::Category,
    Some(200),
    Challenge::DataDome
)]
#[case(
    ChallengeKind::CloudflarePage,
    Stage::Category,
    None,
    Challenge::Cloudflare
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_stops_everything(
    #[case] kind: ChallengeKind,
    #[case] stage: Stage,
    #[case] status: Option<u16>,
    #[case] expected: Challenge,
) {
    let bed = Bed::open(Switches {
        challenge: Some(switches::Challenge {
            kind,
            stage,
            status,
            times: None,
        }),
        ..Switches::default()
    })
    .await;
    let Err(stopped) = bed.fill(bed.bag()).await else {
        panic!("a challenge stops the run")
    };
    assert!(
        matches!(stopped.stop, SiteStop::Challenge(found) if found == expected),
        "{:?} after {:?}",
        stopped.stop,
        bed.told.0.lock().unwrap()
    );
    assert!(stopped.picture.is_some(), "what was on the screen is kept");
    assert!(bed.market.fired("challenge") > 0, "the challenge was shown");
    assert!(!bed.told("fill_brand"), "nothing was done after it");
    assert_eq!(bed.market.publish_calls(), 0, "nothing was published");
    assert!(
        !bed.kept.0.lock().unwrap().is_empty(),
        "the session is handed back after a failed run too"
    );
}

#[rstest]
#[case(115, Stage::Category)]
#[case(168, Stage::Open)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_wall_is_a_challenge(#[case] code: u16, #[case] stage: Stage) {
    let bed = Bed::open(Switches {
        verification_wall: Some(VerificationWall {
            code,
            stage,
            times: None,
        }),
        ..Switches::default()
    })
    .await;
    let stop = bed.stopped(bed.bag()).await;
    assert!(
        matches!(stop, SiteStop::Challenge(Challenge::Verification)),
        "{code}: {stop:?}"
    );
}

#[rstest]
#[case(Stage::Open)]
#[case(Stage::Category)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_session_is_told(#[case] stage: Stage) {
    let bed = Bed::open(Switches {
        session_expired: Some(AtStage { stage, times: None }),
        ..Switches::default()
    })
    .await;
    let stop = bed.stopped(bed.bag()).await;
    assert!(matches!(stop, SiteStop::SessionGone), "{stage:?}: {stop:?}");
    assert_eq!(
        bed.market.fired("session_expired"),
        1,
        "the session ended there"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_token_is_renewed_by_the_site_and_kept() {
    let bed = Bed::open(Switches {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_is_told_with_its_time() {
    let bed = Bed::open(Switches {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_else_is_logged_in() {
    let bed = Bed::open(Switches::default()).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_fails_once_is_tried_again_in_its_place() {
    let bed = Bed::open(Switches {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_the_site_refuses_is_named() {
    let bed = Bed::open(Switches {
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
