//! A site that changes: the same listing through other layouts, languages, hooks and traps.

use app::ports::Submitted;
use rstest::rstest;
use sandbox::{
    Language, Switches,
    switches::{AuthenticityModal, Drift, Layout, SwallowedClick, Times},
};

use super::{Bed, DESCRIPTION, TITLE};

fn with(change: impl FnOnce(&mut Switches)) -> Switches {
    let mut switches = Switches::default();
    change(&mut switches);
    switches
}

#[rstest]
#[case::narrow_with_done(with(|s| s.layout = Layout::Narrow), "")]
#[case::done_in_a_wide_window(with(|s| s.done_button_when_wide = true), "")]
#[case::no_test_ids(with(|s| s.missing_test_ids = true), "missing_test_ids")]
#[case::no_ids(with(|s| s.missing_ids = true), "missing_ids")]
#[case::labels_and_roles_only(
    with(|s| { s.missing_test_ids = true; s.missing_ids = true; }), "missing_ids"
)]
#[case::labels_in_german_in_modals(
    with(|s| {
        s.missing_test_ids = true;
        s.missing_ids = true;
        s.language = Language::De;
        s.layout = Layout::Narrow;
    }),
    "missing_ids"
)]
#[case::drawn_anew_and_deaf_at_first(
    with(|s| {
        s.rerender = true;
        s.swallowed_click = Some(SwallowedClick { each_control: false, times: None });
    }),
    "rerender"
)]
#[case::slow_with_a_late_price(
    with(|s| { s.delay_ms = 120; s.brand_delay_ms = 1_500; s.price_mount_delay_ms = Some(1_500); }),
    "price_mount_delay_ms"
)]
#[case::authenticity_and_a_bounce(
    with(|s| {
        s.authenticity_modal = Some(AuthenticityModal { every_brand: true, times: None });
        s.bounce = Some(Times::always());
    }),
    "bounce"
)]
#[case::authenticity_over_modals(
    with(|s| {
        s.authenticity_modal = Some(AuthenticityModal { every_brand: true, times: None });
        s.layout = Layout::Narrow;
        s.missing_test_ids = true;
    }),
    "missing_test_ids"
)]
#[case::drifted(
    with(|s| {
        s.drift = Some(Drift {
            seed: 7,
            rename_test_ids: 0.4,
            remove_test_ids: 0.2,
            rename_ids: 0.3,
            remove_ids: 0.2,
            wrappers: 0.5,
            reorder: true,
        });
    }),
    "drift"
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_listing(#[case] switches: Switches, #[case] fired: &str) {
    let bed = Bed::open(switches).await;
    let mut content = bed.content(2);
    // By its id: paths are in the site's language.
    content.category = "267".into();
    let mut tab = bed.filled(content).await;
    assert!(
        tab.form
            .fields
            .iter()
            .all(|f| f.state == domain::form::FieldState::Filled),
        "every field is filled: {:?}",
        tab.form.fields
    );
    let submitted = tab.publish().await;
    assert!(
        matches!(submitted, Submitted::Published { .. }),
        "{submitted:?}"
    );
    tab.visit.end().await;
    assert!(
        fired.is_empty() || bed.market.fired(fired) > 0,
        "the trap {fired} was met"
    );
    assert_whole(&bed, "the variant");
}

/// Forms that drifted at random, in every language: each is filled exactly, or stops without publishing.
/// `MUTANTS=300 cargo nextest run -p vinted --run-ignored only mutants` prints nothing where all is well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "some 5 s for each mutant"]
async fn mutants() {
    const LANGUAGES: [Language; 8] = [
        Language::Fr,
        Language::En,
        Language::De,
        Language::Es,
        Language::It,
        Language::Nl,
        Language::Pl,
        Language::Pt,
    ];
    let count = std::env::var("MUTANTS").map_or(8, |n| n.parse().expect("MUTANTS is a number"));
    let mut stopped = Vec::new();
    for seed in 0..count {
        let bed = Bed::open(with(|s| {
            s.language = LANGUAGES[seed as usize % LANGUAGES.len()];
            s.layout = if seed % 3 == 0 {
                Layout::Narrow
            } else {
                Layout::Wide
            };
            s.rerender = seed % 5 == 0;
            s.drift = Some(Drift {
                seed,
                rename_test_ids: 0.4,
                remove_test_ids: 0.3,
                rename_ids: 0.3,
                remove_ids: 0.4,
                wrappers: 0.5,
                reorder: true,
            });
        }))
        .await;
        let mut content = bed.content(2);
        content.category = "267".into();
        match bed.fill(content).await {
            Ok(mut tab) => {
                let submitted = tab.publish().await;
                tab.visit.end().await;
                assert!(
                    matches!(submitted, Submitted::Published { .. }),
                    "mutant {seed}: {submitted:?}"
                );
                assert_whole(&bed, &format!("mutant {seed}"));
            }
            Err(stop) => {
                stopped.push((seed, stop.stop));
                assert_eq!(
                    bed.market.publish_calls(),
                    0,
                    "mutant {seed} stopped cleanly"
                );
            }
        }
    }
    assert!(
        stopped.len() * 20 <= count as usize,
        "of {count} mutants these stopped: {stopped:?}"
    );
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
