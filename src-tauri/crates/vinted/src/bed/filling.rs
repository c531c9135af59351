//! Filling: what is sent is what the form shows, and nothing is published by it.

use app::ports::{FilledPage, SiteStop};
use domain::{
    Brand, Currency, Size,
    form::{Field, FieldState},
};
use sandbox::{Switches, switches::PriceSuggestion};
use secrecy::ExposeSecret;

use super::{Bed, DESCRIPTION, TITLE, of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_is_filled_and_read_back() {
    let bed = Bed::open(Switches::default()).await;
    let mut tab = bed.filled(bed.content(3)).await;
    let fields = tab.form.fields.clone();
    for (field, value) in [
        (Field::Photos, "3"),
        (Field::Title, TITLE),
        (Field::Description, DESCRIPTION),
        (Field::Category, "Hommes > Vêtements > Sweats à capuche"),
        (Field::Brand, "Diesel"),
        (Field::Size, "L"),
        (Field::Condition, "Bon état"),
        (Field::Color, "Noir, Blanc"),
        (Field::Material, "Coton, Polyester"),
        (Field::Price, "18,50\u{a0}€"),
        (Field::PackageSize, "large"),
    ] {
        assert_eq!(
            of(&fields, field),
            (FieldState::Filled, Some(value)),
            "{field:?}"
        );
    }
    assert_eq!(
        tab.form.suggested_price.map(|s| (s.min_cents, s.max_cents)),
        Some((660, 1_540)),
        "the range that the site suggests is read beside them"
    );
    let brands = crate::flow::brands_shown(&tab.visit);
    assert!(
        brands.iter().any(|name| name == "Diesel"),
        "what the site answered on the way is handed on: {brands:?}"
    );
    assert!(
        fields.iter().all(|f| f.hook.is_some()),
        "each field says which hook found it"
    );
    assert_eq!(
        tab.reread().await.unwrap(),
        fields,
        "nothing changes by reading it again"
    );

    // A script of the page that presses the button itself.
    let press = "document.querySelector('[data-testid=\"upload-form-save-button\"]').click()";
    tab.visit
        .page
        .tab
        .eval::<serde_json::Value>(press)
        .await
        .unwrap();
    assert!(
        tab.visit
            .page
            .holds(
                "!!document.querySelector('[data-testid=\"form-general-error\"]')",
                std::time::Duration::from_secs(10)
            )
            .await
            .unwrap(),
        "the page hears that its call failed"
    );
    assert!(
        tab.visit.stopped_calls() > 0,
        "the call was stopped inside the browser"
    );
    Box::new(tab).close().await;
    assert_eq!(
        bed.market.publish_calls(),
        0,
        "no publish call reached the site"
    );
    assert!(bed.market.created().is_empty(), "nothing was published");
    assert!(
        bed.market.drafts().is_empty(),
        "nothing was saved on the site"
    );

    let kept = bed.kept.0.lock().unwrap();
    let session = kept.last().expect("the session was handed back");
    assert!(
        session
            .cookies
            .iter()
            .any(|c| c.name == "access_token_web" && !c.value.expose_secret().is_empty()),
        "with its access token"
    );
    assert!(
        kept.len() >= 2,
        "once after the account was seen and once at the end"
    );
}

/// What is not given, and what is not guessed, in one browser.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_and_what_is_refused() {
    let browser = Bed::sharing(Switches::default()).await;
    what_is_not_given_is_left_alone(&browser).await;
    nothing_is_guessed(&browser).await;
    suggested_prices_in_other_forms(&browser).await;
}

async fn suggested_prices_in_other_forms(browser: &Bed) {
    for (price_suggestion, shown) in [
        (PriceSuggestion::Absent, None),
        (
            PriceSuggestion::OneFigure,
            Some((1_100, 1_100, Currency::Eur)),
        ),
        (
            PriceSuggestion::ThreeRanges,
            Some((700, 1_500, Currency::Eur)),
        ),
        (PriceSuggestion::Pounds, Some((660, 1_540, Currency::Gbp))),
    ] {
        let bed = browser
            .beside(Switches {
                price_suggestion,
                ..Switches::default()
            })
            .await;
        let tab = bed.filled(bed.content(0)).await;
        let read = tab.form.suggested_price;
        assert_eq!(
            read.map(|s| (s.min_cents, s.max_cents, s.currency)),
            shown,
            "{price_suggestion:?}"
        );
        tab.visit.end().await;
    }
}

async fn what_is_not_given_is_left_alone(browser: &Bed) {
    let bed = browser.beside(Switches::default()).await;
    let mut content = bed.bag();
    content.photos = Vec::new();
    content.brand = Some(Brand::None);
    content.colors = vec!["Vert d'eau profond".into()];
    let tab = bed.filled(content).await;
    let fields = &tab.form.fields;
    assert_eq!(
        of(fields, Field::Photos).0,
        FieldState::Absent,
        "no photos for a dry run"
    );
    assert_eq!(
        of(fields, Field::Brand),
        (FieldState::Filled, Some("Sans marque")),
        "no brand"
    );
    assert_eq!(
        of(fields, Field::Size),
        (FieldState::Absent, None),
        "bags have no sizes"
    );
    assert_eq!(
        of(fields, Field::Material).0,
        FieldState::Absent,
        "nothing to send"
    );
    assert_eq!(
        of(fields, Field::PackageSize),
        (FieldState::Absent, Some("medium")),
        "the site's recommendation stays"
    );
    let color = fields.iter().find(|f| f.field == Field::Color).unwrap();
    assert_eq!(
        (color.state, color.reason.as_deref()),
        (FieldState::Failed, Some("invalid_field")),
        "a colour that the site does not have is left to the person"
    );
    assert_eq!(
        of(fields, Field::Price).0,
        FieldState::Filled,
        "what comes after it is filled"
    );
    tab.visit.end().await;
}

async fn nothing_is_guessed(browser: &Bed) {
    let bed = browser.beside(Switches::default()).await;
    let invalid = |stop: SiteStop| match stop {
        SiteStop::InvalidField {
            field, candidates, ..
        } => (field, candidates),
        other => panic!("{other:?} is no invalid field"),
    };

    let mut content = bed.bag();
    content.colors = vec!["noir".into(), "blanc".into(), "bleu".into()];
    assert_eq!(
        invalid(bed.stopped(content).await).0,
        Field::Color,
        "a third colour"
    );

    let mut content = bed.bag();
    content.category = "Femmes > Sweats".into();
    let (field, candidates) = invalid(bed.stopped(content).await);
    assert_eq!(
        (field, candidates.len()),
        (Field::Category, 2),
        "{candidates:?}: both that fit"
    );

    let mut content = bed.bag();
    content.brand = Some(Brand::Named("Dieselp".into()));
    let (field, candidates) = invalid(bed.stopped(content).await);
    assert_eq!(field, Field::Brand, "a part of a name is no brand");
    assert!(
        candidates.contains(&"Dieselpunk".to_owned()),
        "{candidates:?} are offered"
    );

    let mut content = bed.content(0);
    content.size = Size::Unknown;
    let (field, candidates) = invalid(bed.stopped(content).await);
    assert_eq!(field, Field::Size, "an unknown size is never invented");
    assert!(
        candidates.contains(&"L".to_owned()),
        "{candidates:?} are the site's sizes"
    );
}
