//! Challenges, walls and log-in pages, at every step, in every form: the run stops, nothing is clicked any more, the page
//! is kept for the person, and what they answered there is noticed.

use std::time::Duration;

use app::ports::{Challenge, FilledPage, SiteStop, Submitted};
use sandbox::{
    Switches,
    switches::{self, AtStage, ChallengeKind, Stage, VerificationWall},
};
use tokio_util::sync::CancellationToken;

use super::Bed;
use crate::{
    flow,
    held::{self, HeldTab},
    visit::Visit,
};

/// What the site shows instead of going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Kind(ChallengeKind, Option<u16>),
    Wall(u16),
    /// 401.
    Gone,
}

impl Asks {
    const ALL: [Self; 13] = {
        use ChallengeKind::*;
        [
            Self::Kind(DatadomePage, None),
            Self::Kind(DatadomePage, Some(200)),
            Self::Kind(DatadomeIframe, None),
            Self::Kind(DatadomeIframe, Some(200)),
            Self::Kind(DatadomeJson, None),
            Self::Kind(DatadomeJson, Some(200)),
            Self::Kind(CloudflarePage, Some(503)),
            Self::Kind(CloudflarePage, Some(200)),
            Self::Kind(CloudflareIframe, None),
            Self::Kind(LogInPage, Some(200)),
            Self::Wall(115),
            Self::Wall(168),
            Self::Gone,
        ]
    };

    fn at(self, stage: Stage) -> Switches {
        let mut switches = Switches {
            brand_delay_ms: 60,
            ..Switches::default()
        };
        match self {
            Self::Kind(kind, status) => {
                switches.challenge = Some(switches::Challenge {
                    kind,
                    stage,
                    status,
                    times: None,
                });
            }
            Self::Wall(code) => {
                switches.verification_wall = Some(VerificationWall {
                    code,
                    stage,
                    times: None,
                });
            }
            Self::Gone => switches.session_expired = Some(AtStage { stage, times: None }),
        }
        switches
    }

    /// Where a JSON answer is no page and a page no JSON answer, the pair cannot be.
    fn can_be_at(self, stage: Stage) -> bool {
        !(stage == Stage::Open && matches!(self, Self::Kind(ChallengeKind::DatadomeJson, _)))
    }

    fn challenge(self) -> Option<Challenge> {
        use ChallengeKind::*;
        match self {
            Self::Kind(DatadomePage | DatadomeIframe | DatadomeJson, _) => {
                Some(Challenge::DataDome)
            }
            Self::Kind(CloudflarePage | CloudflareIframe, _) => Some(Challenge::Cloudflare),
            Self::Wall(_) => Some(Challenge::Verification),
            Self::Kind(LogInPage, _) | Self::Gone => None,
        }
    }

    fn is(self, stop: &SiteStop) -> bool {
        match (self.challenge(), stop) {
            (Some(expected), SiteStop::Challenge(found)) => expected == *found,
            (None, SiteStop::SessionGone) => true,
            _ => false,
        }
    }
}

/// The steps at which the site may ask, with the first step that must not begin any more.
const STEPS: [(Stage, &str); 7] = [
    (Stage::Open, "add_photos"),
    (Stage::Upload, "fill_category"),
    (Stage::Title, "fill_category"),
    (Stage::Category, "fill_brand"),
    (Stage::Brand, "fill_size"),
    (Stage::Submit, "press_again"),
    (Stage::Readback, ""),
];

/// A part of the pairs, each kind and each step among them; `CHALLENGES=all` for all of them, `CHALLENGES='Gone at
/// Title'` for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_asks_for_the_person_stops_everything() {
    let asked = std::env::var("CHALLENGES").ok();
    let browser = Bed::sharing(Switches::default()).await;
    let mut seen = 0;
    for (n, asks) in Asks::ALL.into_iter().enumerate() {
        for (m, (stage, never)) in STEPS.into_iter().enumerate() {
            let what = format!("{asks:?} at {stage:?}");
            let wanted = match asked.as_deref() {
                Some("all") => true,
                Some(one) => what == one,
                None => (n + 2 * m) % STEPS.len() == 3,
            };
            if !asks.can_be_at(stage) || !wanted {
                continue;
            }
            seen += 1;
            let bed = browser
                .beside(Switches {
                    brand_delay_ms: 60,
                    ..Switches::default()
                })
                .await;
            match stage {
                Stage::Submit | Stage::Readback => at_the_end(&bed, asks, stage, &what).await,
                _ => while_filling(&bed, asks, stage, never, &what).await,
            }
        }
    }
    assert!(
        seen >= 12 || asked.is_some_and(|one| one != "all" && seen == 1),
        "{seen} pairs were tried"
    );
}

async fn while_filling(bed: &Bed, asks: Asks, stage: Stage, never: &str, what: &str) {
    bed.market.set_switches(asks.at(stage));
    let mut content = bed.content(1);
    content.category = "267".into();
    // Not among the popular ones that are listed at first: it is searched for.
    content.brand = Some(domain::Brand::Named("Dieselp".into()));
    let Err(stopped) = bed.fill(content).await else {
        panic!("{what}: it stops the run")
    };
    assert!(
        asks.is(&stopped.stop),
        "{what}: {:?} after {:?}",
        stopped.stop,
        bed.told.0.lock().unwrap()
    );
    assert_eq!(
        stopped.page.is_some(),
        asks.challenge().is_some(),
        "{what}: a page at which the person answers is held"
    );
    assert!(
        stopped.picture.is_some(),
        "{what}: what stood there is kept as a picture"
    );
    if let Some(page) = stopped.page {
        page.close().await;
    }
    // A 401 the page may mend by itself: for two seconds it stops nothing.
    assert!(
        asks == Asks::Gone || !bed.told(never),
        "{what}: nothing was done after it"
    );
    assert_eq!(
        bed.market.publish_calls(),
        0,
        "{what}: nothing was published"
    );
    assert!(
        !bed.kept.0.lock().unwrap().is_empty(),
        "{what}: the session is handed back after a failed run too"
    );
    assert_fired(bed, asks, what);
}

async fn at_the_end(bed: &Bed, asks: Asks, stage: Stage, what: &str) {
    let mut tab = bed.filled(bed.bag()).await;
    bed.market.set_switches(asks.at(stage));
    let submitted = tab.publish().await;
    if stage == Stage::Submit {
        let told = match (asks.challenge(), &submitted) {
            (Some(expected), Submitted::Challenge(found)) => expected == *found,
            (None, Submitted::SessionGone) => true,
            _ => false,
        };
        assert!(told, "{what}: {submitted:?}");
        assert!(bed.market.created().is_empty(), "{what}: nothing was made");
        assert!(
            !bed.told("press_again"),
            "{what}: the button was pressed once"
        );
    } else {
        let Submitted::Published { listing_id, .. } = submitted else {
            panic!("{what}: {submitted:?}")
        };
        let stop = match tab.read_back(&listing_id).await {
            Ok(back) => panic!("{what}: it was read back: {:?}", back.readback),
            Err(stop) => stop,
        };
        assert!(asks.is(&stop), "{what}: {stop:?}");
    }
    assert_eq!(bed.market.publish_calls(), 1, "{what}: one call");
    Box::new(tab).close().await;
    assert_fired(bed, asks, what);
}

fn assert_fired(bed: &Bed, asks: Asks, what: &str) {
    let fault = match asks {
        Asks::Kind(..) => "challenge",
        Asks::Wall(_) => "verification_wall",
        Asks::Gone => "session_expired",
    };
    assert!(bed.market.fired(fault) > 0, "{what}: the site asked");
}

/// The person's part is played by the practice site's control path: the app clicks nothing here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_person_answers_is_noticed() {
    let browser = Bed::sharing(Switches::default()).await;
    for asks in [
        Asks::Kind(ChallengeKind::DatadomeIframe, None),
        Asks::Kind(ChallengeKind::CloudflarePage, None),
        Asks::Wall(115),
    ] {
        let what = format!("{asks:?}");
        let bed = browser.beside(asks.at(Stage::Open)).await;
        let visit = Visit::within(
            bed.site.shared.clone().unwrap(),
            bed.config(),
            bed.profile(),
            bed.run(),
            true,
        )
        .await
        .unwrap();
        let Err(stop) = flow::open_form(&visit).await else {
            panic!("{what}: the site asks")
        };
        assert!(asks.is(&stop), "{what}: {stop:?}");

        // Nobody can see this one, so it is opened anew at the same address, with the same session.
        let HeldTab::Away(away) = HeldTab::of(visit).await else {
            panic!("{what}: a page without a window is closed until it is shown")
        };
        let visit = away.open(true).await.unwrap();
        let patience = Duration::from_secs(20);
        let cancel = CancellationToken::new();
        let not_yet = held::answered(&visit, Duration::from_secs(3), cancel.clone()).await;
        assert!(
            matches!(not_yet, Err(SiteStop::Cancelled)),
            "{what}: it is waited for the answer: {not_yet:?}"
        );
        let tab = visit.after_all().tab;
        let person = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let solve = "fetch('/practice/challenge/solved', {method: 'POST'}).then(() => { \
                         setTimeout(() => location.assign('/items/new'), 50); return 1 })";
            tab.eval::<u32>(solve).await
        };
        let (noticed, person) =
            tokio::join!(held::answered(&visit, patience, cancel.clone()), person);
        person.expect("the person answers");
        assert!(
            noticed.is_ok(),
            "{what}: the answer is noticed: {noticed:?}"
        );
        assert_eq!(
            bed.market.fired("challenge_solved"),
            1,
            "{what}: the person did it"
        );
        visit.end().await;

        // A fresh check of the form goes through.
        let tab = bed.filled(bed.bag()).await;
        tab.visit.end().await;
    }
}
