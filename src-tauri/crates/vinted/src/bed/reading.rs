//! What is asked of the site without a listing: who is logged in, the log-in itself, the form's health.

use std::time::Duration;

use app::ports::{Site, SiteStop};
use domain::form::Field;
use sandbox::{DEMO_LOGIN, PASSWORD, Switches};

use super::Bed;
use crate::{login, visit::Visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_logged_in() {
    let bed = Bed::open(Switches::default()).await;
    let user = bed.site.current_user(bed.run()).await.unwrap();
    assert_eq!(user.login, DEMO_LOGIN, "the seller");
    assert_eq!(
        user.id,
        bed.market.member_id(DEMO_LOGIN).to_string(),
        "with the site's id"
    );
    assert!(
        bed.site.own_items(bed.run()).await.unwrap().is_empty(),
        "nothing published yet"
    );

    let mut run = bed.run();
    run.session.cookies.clear();
    let stop = bed
        .site
        .current_user(run)
        .await
        .expect_err("nobody is logged in");
    assert!(matches!(stop, SiteStop::SessionGone), "{stop:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_says_which_way_found_each_field() {
    let bed = Bed::open(Switches {
        missing_test_ids: true,
        ..Switches::default()
    })
    .await;
    let check = bed.site.check_form(bed.run()).await.unwrap();
    let found = &check.fields;
    for field in Field::ALL {
        let hook = found
            .iter()
            .find(|f| f.field == field)
            .and_then(|f| f.hook().map(str::to_owned));
        let hook = hook.unwrap_or_else(|| panic!("{field:?} was not found"));
        assert!(
            !hook.starts_with("test_id"),
            "{field:?} was found by {hook} although it has no test id"
        );
    }
    let title = found.iter().find(|f| f.field == Field::Title).unwrap();
    for kind in ["id ", "name ", "role ", "label ", "position "] {
        assert!(
            title.ways.iter().any(|w| w.starts_with(kind)),
            "{kind}finds the title too: {:?}",
            title.ways
        );
    }
    assert!(
        title.tried[0].starts_with("test_id"),
        "the way that is gone was tried: {:?}",
        title.tried
    );
    assert_eq!(check.language, "fr", "the page's language");
    assert!(check.publish_button.is_some(), "the button was found");
    assert!(check.picture.is_some(), "with a picture");
    assert_eq!(bed.market.publish_calls(), 0, "nothing was published");
    let counts = bed.market.counts();
    assert_eq!(
        (counts.drafts_created, counts.photos_uploaded),
        (0, 0),
        "nothing was left on the site"
    );
}

/// The person's part is played by the test: the app types nothing on this page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_logs_in() {
    let bed = Bed::open(Switches::default()).await;
    let mut run = bed.run();
    run.session.cookies.clear();
    run.expected_login = None;
    let visit = Visit::start(bed.config(), bed.profile(), run, true)
        .await
        .unwrap();
    let tab = visit.page.tab.clone();
    let person = async {
        let wait = Duration::from_secs(20);
        for button in ["register-switch", "login-email"] {
            tab.click_within(
                format!("[data-testid=\"auth-select-type--{button}\"]"),
                wait,
            )
            .await?;
        }
        tab.type_text("#username", "lea_75").await?;
        tab.type_text("#password", PASSWORD).await?;
        tab.click("[data-testid=\"login-submit-button\"]").await
    };
    let (user, person) = tokio::join!(login::log_in(&visit), person);
    person.expect("the log-in page works");
    assert_eq!(user.unwrap().login, "lea_75", "whoever logged in is told");
    visit.end().await;
    let kept = bed.kept.0.lock().unwrap();
    let cookies = &kept.last().expect("the new session is handed over").cookies;
    assert!(
        cookies.iter().any(|c| c.name == "access_token_web"),
        "with its token"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_needs_a_window_and_can_be_given_up() {
    let bed = Bed::open(Switches::default()).await;
    let stop = bed
        .site
        .log_in(bed.run())
        .await
        .expect_err("this bed has no window");
    assert!(matches!(stop, SiteStop::NoDisplay), "{stop:?}");

    let mut run = bed.run();
    run.session.cookies.clear();
    let cancel = run.cancel.clone();
    let visit = Visit::start(bed.config(), bed.profile(), run, true)
        .await
        .unwrap();
    let give_up = async {
        visit
            .page
            .tab
            .wait_for("[data-testid=\"auth-modal\"]", Duration::from_secs(20))
            .await?;
        cancel.cancel();
        Ok::<_, browser::BrowserError>(())
    };
    let (user, gave_up) = tokio::join!(login::log_in(&visit), give_up);
    gave_up.expect("the log-in page is shown");
    assert!(matches!(user, Err(SiteStop::Cancelled)), "{user:?}");
    visit.end().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_a_dead_process_left_is_ended() {
    let bed = Bed::open(Switches::default()).await;
    let executable = crate::visit::executable(bed.config()).await.unwrap();
    let profile = bed.config().profiles_dir.join("left");
    fs_err::create_dir_all(&profile).unwrap();
    let mut orphan = tokio::process::Command::new(&executable.path)
        .args([
            "--headless=new",
            "--no-first-run",
            "--disable-quic",
            "--disable-sync",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--no-sandbox",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("about:blank")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let lock = profile.join("SingletonLock");
    for _ in 0..600 {
        if lock.symlink_metadata().is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        lock.symlink_metadata().is_ok(),
        "the browser runs on the profile"
    );
    bed.site.end_orphans().await;
    let ended = tokio::time::timeout(Duration::from_secs(10), orphan.wait()).await;
    assert!(ended.is_ok(), "the browser is gone");
}
