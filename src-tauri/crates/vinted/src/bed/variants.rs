//! A site that changes: the same listing through other layouts, languages, hooks and traps.

use std::sync::Arc;

use app::ports::Submitted;
use domain::form::{Field, FieldState, FormContent};
use sandbox::{
    Language, Switches,
    switches::{AuthenticityModal, Drift, Layout, SwallowedClick, Times},
};

use super::{Bed, DESCRIPTION, TITLE};
use crate::profile::{Hook, How, Profile, Way};

fn with(change: impl FnOnce(&mut Switches)) -> Switches {
    let mut switches = Switches {
        brand_delay_ms: 60,
        ..Switches::default()
    };
    change(&mut switches);
    switches
}

/// Nothing but role, name and label is left of the hooks.
fn labels_only(s: &mut Switches) {
    s.missing_test_ids = true;
    s.missing_ids = true;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_listing_by_other_hooks() {
    same_listing(vec![
        (
            "no test ids",
            with(|s| s.missing_test_ids = true),
            "missing_test_ids",
        ),
        ("no ids", with(|s| s.missing_ids = true), "missing_ids"),
        ("labels and roles only", with(labels_only), "missing_ids"),
        (
            "labels and roles only, in German, in modals",
            with(|s| {
                labels_only(s);
                s.language = Language::De;
                s.layout = Layout::Narrow;
            }),
            "missing_ids",
        ),
        (
            "labels that nobody knows, and no test ids",
            with(|s| {
                s.missing_test_ids = true;
                s.drift = Some(Drift {
                    seed: 3,
                    unknown_labels: 1.0,
                    ..Drift::default()
                });
            }),
            "drift",
        ),
        (
            "everything drifted",
            with(|s| s.drift = Some(drift(7))),
            "drift",
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_listing_on_other_pages() {
    let authenticity = Some(AuthenticityModal {
        every_brand: true,
        times: None,
    });
    same_listing(vec![
        (
            "modals with Done",
            with(|s| s.layout = Layout::Narrow),
            "narrow",
        ),
        (
            "Done in a wide window",
            with(|s| s.done_button_when_wide = true),
            "",
        ),
        (
            "drawn anew while it is filled, and deaf at first",
            with(|s| {
                s.rerender = true;
                s.swallowed_click = Some(SwallowedClick::default());
            }),
            "rerender",
        ),
        (
            "slow, with a late price",
            with(|s| {
                s.delay_ms = 120;
                s.brand_delay_ms = 1_500;
                s.price_mount_delay_ms = Some(1_500);
            }),
            "price_mount_delay_ms",
        ),
        (
            "authenticity and a bounce",
            with(|s| {
                s.authenticity_modal = authenticity;
                s.bounce = Some(Times::always());
            }),
            "bounce",
        ),
        (
            "authenticity over modals without test ids",
            with(|s| {
                s.authenticity_modal = authenticity;
                s.layout = Layout::Narrow;
                s.missing_test_ids = true;
            }),
            "authenticity_modal",
        ),
    ])
    .await;
}

async fn same_listing(variants: Vec<(&str, Switches, &str)>) {
    let browser = Bed::sharing(Switches::default()).await;
    for (name, switches, fired) in variants {
        let bed = browser.beside(switches).await;
        let mut content = bed.content(2);
        // By its id: paths are in the site's language.
        content.category = "267".into();
        let mut tab = bed.filled(content).await;
        assert!(
            tab.form
                .fields
                .iter()
                .all(|f| f.state == FieldState::Filled),
            "{name}: every field is filled: {:?}",
            tab.form.fields
        );
        let submitted = tab.publish().await;
        assert!(
            matches!(submitted, Submitted::Published { .. }),
            "{name}: {submitted:?}"
        );
        tab.visit.end().await;
        assert!(
            fired.is_empty() || bed.market.fired(fired) > 0,
            "{name}: the trap {fired} was met"
        );
        assert_whole(&bed, name);
    }
}

type Kind = fn(&How) -> bool;

/// Every kind of way finds every field on its own: none is there for show.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_way_works_alone() {
    let kinds: [(&str, Kind); 6] = [
        ("test_id", |how| {
            matches!(how, How::TestId(_) | How::TestIdPrefix(_))
        }),
        ("id", |how| matches!(how, How::Id(_))),
        ("name", |how| matches!(how, How::Name(_))),
        ("role", |how| matches!(how, How::Role(..))),
        ("label", |how| matches!(how, How::Label(_))),
        ("position", |how| *how == How::Position),
    ];
    let browser = Bed::sharing(Switches::default()).await;
    for (kind, is) in kinds {
        let mut bed = browser.beside(with(|_| {})).await;
        bed.use_profile(alone(&bed.profile(), is));
        let tab = bed.filled(bed.content(1)).await;
        for field in &tab.form.fields {
            assert_eq!(
                field.state,
                FieldState::Filled,
                "{kind}: {:?} is filled: {field:?}",
                field.field
            );
            let hook = field.hook.as_deref().unwrap_or_default();
            assert!(
                hook.starts_with(kind) || !ORDERED.contains(&field.field),
                "{kind}: {:?} was found by {hook}",
                field.field
            );
        }
        tab.visit.end().await;
    }
}

/// The fields that have ways of all kinds; photos and parcel have no place in the order.
const ORDERED: [Field; 9] = [
    Field::Title,
    Field::Description,
    Field::Category,
    Field::Brand,
    Field::Size,
    Field::Condition,
    Field::Color,
    Field::Material,
    Field::Price,
];

/// The profile with one kind of way for the form's fields.
fn alone(profile: &Profile, is: Kind) -> Arc<Profile> {
    let mut profile = profile.clone();
    for field in ORDERED {
        let ways = profile.hooks.get_mut(&Hook::of(field)).unwrap();
        ways.retain(|way: &Way| is(&way.how));
        assert!(!ways.is_empty(), "{field:?} has a way of this kind");
    }
    Arc::new(profile)
}

/// Fields stand in another order and go by no name: the known order says nothing then, and nothing is typed anywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_that_is_in_doubt_is_no_way() {
    let browser = Bed::sharing(Switches::default()).await;
    for seed in [1, 4] {
        let bed = browser
            .beside(with(|s| {
                labels_only(s);
                s.language = Language::ALL[seed as usize % 8];
                s.drift = Some(Drift {
                    seed,
                    unknown_labels: 0.6,
                    reorder: true,
                    ..Drift::default()
                });
            }))
            .await;
        let mut content = bed.content(1);
        content.category = "267".into();
        match bed.fill(content).await {
            Ok(mut tab) => {
                // What was found all the same was found rightly.
                let required = tab
                    .form
                    .fields
                    .iter()
                    .filter(|f| !matches!(f.field, Field::Color | Field::Material));
                for field in required {
                    assert_eq!(field.state, FieldState::Filled, "seed {seed}: {field:?}");
                }
                assert!(
                    matches!(
                        tab.publish().await,
                        Submitted::Published { .. } | Submitted::NotSent { .. }
                    ),
                    "seed {seed}"
                );
                tab.visit.end().await;
                for listing in bed.market.created() {
                    assert_eq!(listing.title, TITLE, "seed {seed}: the title");
                    assert_eq!(listing.price_cents, 1850, "seed {seed}: the price");
                    assert_eq!(listing.size, "L", "seed {seed}: the size");
                    assert!(
                        listing.colors.is_empty() || listing.colors == ["Noir", "Blanc"],
                        "seed {seed}: colours {:?}",
                        listing.colors
                    );
                }
            }
            Err(_) => assert_eq!(
                bed.market.publish_calls(),
                0,
                "seed {seed} stopped before publishing"
            ),
        }
    }
}

fn drift(seed: u32) -> Drift {
    Drift {
        seed,
        rename_test_ids: 0.4,
        remove_test_ids: 0.3,
        rename_ids: 0.3,
        remove_ids: 0.4,
        wrappers: 0.5,
        translate_labels: 0.3,
        unknown_labels: 0.0,
        reorder: true,
    }
}

/// Forms that drifted at random, in every language: each is filled exactly, or stops without publishing; none is filled
/// wrongly. `MUTANTS=300` for the whole; the figure is printed, for docs/measurements.md.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutants() {
    let count: u32 =
        std::env::var("MUTANTS").map_or(12, |n| n.parse().expect("MUTANTS is a number"));
    let (odd, even) = tokio::join!(lane(1, count), lane(0, count));
    let stopped: Vec<String> = odd.into_iter().chain(even).collect();
    let exact = count as usize - stopped.len();
    eprintln!(
        "{count} mutants: {exact} filled exactly, {} stopped cleanly, 0 filled wrongly",
        stopped.len()
    );
    for line in &stopped {
        eprintln!("  {line}");
    }
    assert!(
        stopped.len() * 20 <= (count as usize).max(20),
        "of {count} mutants these stopped: {stopped:#?}"
    );
}

/// Every other mutant, one after another, in one browser; those that stopped.
async fn lane(first: u32, count: u32) -> Vec<String> {
    let mut browser = Bed::sharing(Switches::default()).await;
    let mut stopped = Vec::new();
    for seed in (first..count).step_by(2) {
        if seed % 100 >= 98 {
            // A browser is not run for days.
            browser = Bed::sharing(Switches::default()).await;
        }
        if let Err(why) = mutant(&browser, seed).await {
            stopped.push(format!("{seed}: {why}"));
        }
    }
    stopped
}

/// One mutant, filled exactly; else why it stopped, proved to be before publishing.
async fn mutant(browser: &Bed, seed: u32) -> Result<(), String> {
    let bed = browser
        .beside(with(|s| {
            s.language = Language::ALL[seed as usize % Language::ALL.len()];
            s.layout = if seed.is_multiple_of(3) {
                Layout::Narrow
            } else {
                Layout::Wide
            };
            s.rerender = seed.is_multiple_of(5);
            s.drift = Some(drift(seed));
        }))
        .await;
    let mut content = bed.content(2);
    content.category = "267".into();
    let outcome = drifted(&bed, seed, content).await;
    assert!(
        bed.market.fired("drift") > 0,
        "mutant {seed}: the form that was filled is one that drifted"
    );
    outcome
}

async fn drifted(bed: &Bed, seed: u32, content: FormContent) -> Result<(), String> {
    let stopped = match bed.fill(content).await {
        Err(stop) => format!("{:?}", stop.stop),
        Ok(mut tab) => {
            let left: Vec<Field> = tab
                .form
                .fields
                .iter()
                .filter(|f| f.state != FieldState::Filled)
                .map(|f| f.field)
                .collect();
            if left.is_empty() {
                let submitted = tab.publish().await;
                tab.visit.end().await;
                match submitted {
                    Submitted::Published { .. } => {
                        assert_whole(bed, &format!("mutant {seed}"));
                        return Ok(());
                    }
                    Submitted::NotSent { messages } => format!("not sent: {messages:?}"),
                    other => panic!("mutant {seed}: {other:?}"),
                }
            } else {
                // Optional ones, and said: not filled exactly all the same.
                tab.visit.end().await;
                format!("{left:?} left to the person")
            }
        }
    };
    assert_eq!(
        bed.market.publish_calls(),
        0,
        "mutant {seed} stopped cleanly: {stopped}"
    );
    Err(stopped)
}

/// One call made one listing, which holds everything that was sent.
fn assert_whole(bed: &Bed, of: &str) {
    let created = bed.market.created();
    assert_eq!(
        (created.len(), bed.market.publish_calls()),
        (1, 1),
        "{of}: one call, one listing"
    );
    let listing = &created[0];
    assert_eq!(
        (listing.title.as_str(), listing.description.as_str()),
        (TITLE, DESCRIPTION),
        "{of}"
    );
    assert_eq!(
        (listing.price_cents, listing.catalog_id),
        (1850, Some(267)),
        "{of}: price, category"
    );
    assert_eq!(
        (listing.brand.as_str(), listing.size.as_str()),
        ("Diesel", "L"),
        "{of}: brand, size"
    );
    assert_eq!(
        (listing.condition.as_str(), listing.package_size_id),
        ("Bon état", Some(3)),
        "{of}: condition, parcel"
    );
    assert_eq!(listing.colors, ["Noir", "Blanc"], "{of}: colours");
    let mut materials = listing.materials.clone();
    materials.sort();
    assert_eq!(materials, ["Coton", "Polyester"], "{of}: materials");
    assert_eq!(listing.photos.len(), 2, "{of}: photos");
}
