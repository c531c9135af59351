use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    form::Field,
    gates::{Detail, Gate, GateLine, apply, check},
    test_drafts::{context, drafts, empty, ready},
    values::Condition,
    vocabulary,
};

/// What a gate on the title says.
fn line(draft: &Draft, gate: Gate) -> GateLine {
    check(draft, &context())
        .lines
        .into_iter()
        .find(|l| l.code == gate)
        .unwrap()
}

fn missing(draft: &Draft) -> Vec<&'static str> {
    check(draft, &context())
        .missing
        .iter()
        .map(|g| g.code())
        .collect()
}

fn repaired(draft: &Draft, gate: Gate) -> Option<Draft> {
    Some(apply(draft, &line(draft, gate).repair?))
}

#[rstest]
#[case("Robe noire Zara M – Très bon état")]
#[case("robe noire zara m – très bon état")]
#[case("Robe noire – Très bon état")]
#[case("Robe noire M – very good")]
#[case("Robe noire Zara – Very good condition")]
#[case("Dress black Zara M – Very good")]
#[case("Robe courte noire Zara taille M – Très bon état")]
#[case("Robe longue à fleurs noire et blanche Zara M – Très bon état")]
#[case("Tunique en coton noire Zara M – Très bon état")]
#[case("Robe noire Zara TRF Limited 4512 M – Très bon état")]
#[case("Robes d’été noires, Zara, M – Tre\u{300}s bon e\u{301}tat")]
#[case("Robe noire Zara M – Très bon état ")]
#[case("Robe noire (100% coton) Zara M – Très bon état")]
fn titles_of_the_form_pass(#[case] title: &str) {
    let mut draft = ready();
    draft.title = title.into();
    let line = line(&draft, Gate::TitleForm);
    assert!(line.ok, "{title:?}: {:?}", line.detail);
}

#[rstest]
#[case("Robe noire Zara M - Très bon état", "dashes")]
#[case("Robe noire Zara M — Très bon état", "dashes")]
#[case("Robe – noire Zara M – Très bon état", "dashes")]
#[case("Robe noire Zara M–Très bon état", "dash_blanks")]
#[case("Robe noire Zara M – Neuf", "no_condition")]
#[case("Robe noire Zara M – Très bon état !", "no_condition")]
#[case("Robe noire Zara M –", "dash_blanks no_condition")]
#[case("Robe noire Zara M – Bon état", "other_condition")]
#[case("Zara robe noire M – Très bon état", "no_noun order")]
#[case("Jean noir Zara M – Très bon état", "other_noun")]
#[case("Robe Zara M – Très bon état", "no_colour")]
#[case("Robe blanche Zara M – Très bon état", "other_colour")]
#[case("Robe noire Zara L – Très bon état", "other_size")]
#[case("Robe noire Zara 38 – Très bon état", "other_size")]
#[case("Robe noire Nike M – Très bon état", "unknown_name")]
#[case("Robe noire Ralph Lauren M – Très bon état", "unknown_name")]
#[case("Robe Zara noire M – Très bon état", "order")]
#[case("Robe noire M Zara – Très bon état", "order")]
#[case("Robe noire Zara M ! – Très bon état", "sign")]
#[case(" – Très bon état", "no_noun no_colour")]
fn other_titles_say_what_is_wrong(#[case] title: &str, #[case] wanted: &str) {
    let mut draft = ready();
    draft.title = title.into();
    let report = check(&draft, &context());
    assert_eq!(
        missing(&draft),
        ["title_form"],
        "{title:?} fails its form alone"
    );
    let line = report
        .lines
        .iter()
        .find(|l| l.code == Gate::TitleForm)
        .unwrap();
    let detail = serde_json::to_value(&line.detail).unwrap();
    let problems: Vec<&str> = detail["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| p["problem"].as_str())
        .collect();
    assert_eq!(problems.join(" "), wanted, "{title:?}: {detail}");
    let repaired = repaired(&draft, Gate::TitleForm).expect("the draft's values make a title");
    assert_eq!(
        missing(&repaired),
        [] as [&str; 0],
        "{:?} is ready",
        repaired.title
    );
}

#[test]
fn titles_agree_with_brands_and_sizes_of_every_kind() {
    for (brand, size, category, colour, title) in [
        (
            "Levi's",
            "W32",
            "Hommes > Jeans > Jeans droits",
            "Bleu",
            "Jean droit bleu foncé Levi's 501 W32 L34 – Très bon état",
        ),
        (
            "Off-White",
            "L",
            "Hommes > Sweats à capuche",
            "Noir",
            "Sweat à capuche noir Off-White L – Très bon état",
        ),
        (
            "H&M",
            "M / 38 / 10",
            "Femmes > Blazers",
            "Bleu",
            "Veste bleu marine H&M 38 – Très bon état",
        ),
        (
            "Nike",
            "42,5",
            "Hommes > Baskets",
            "Blanc",
            "Sneakers blanches Nike Air Max 90 EU 42,5 – Très bon état",
        ),
        (
            "Petit Bateau",
            "3 ans / 98 cm",
            "Enfants > Filles > Robes courtes",
            "Rouge",
            "Robe rouge à rayures Petit Bateau 3 ans – Très bon état",
        ),
        (
            "!M?ZA",
            "S",
            "Femmes > Jupes longues",
            "Vert",
            "Jupe longue verte !M?ZA S – Très bon état",
        ),
        (
            "Karl Lagerfeld",
            "XS",
            "Homme > Sweats",
            "Taupe",
            "Hoodie taupe Karl Lagerfeld XS – Très bon état",
        ),
    ] {
        let draft = Draft {
            title: title.into(),
            brand: Brand::parse(brand),
            size: Size::parse(size),
            category: Some(category.into()),
            colors: vec![colour.into()],
            ..ready()
        };
        let line = line(&draft, Gate::TitleForm);
        assert!(line.ok, "{title:?}: {:?}", line.detail);
    }
}

#[test]
fn length_is_counted_as_people_count() {
    let mut draft = ready();
    draft.title = format!(
        "Robe noire {} Zara M – Très bon état",
        "e\u{301}".repeat(36)
    );
    let line = line(&draft, Gate::TitleTooLong);
    assert_eq!(
        line.detail,
        Detail::Count {
            count: 70,
            min: 0,
            max: 70
        },
        "an accent is no letter"
    );
    assert!(line.ok, "70 is allowed");
    draft.title = draft.title.replacen('e', "éé", 1);
    assert!(missing(&draft).contains(&"title_too_long"), "71 is not");
}

#[test]
fn a_long_title_loses_descriptions_first() {
    let mut draft = ready();
    draft.title =
        "Robe longue fluide noire Zara M à manches courtes boutonnées et col rond – Très bon état"
            .into();
    let repaired = repaired(&draft, Gate::TitleTooLong).unwrap();
    assert_eq!(
        repaired.title, "Robe longue fluide noire Zara M – Très bon état",
        "what was typed stays as far as it fits"
    );
}

#[rstest]
#[case(
    "Robe noire Zara M - Très bon état",
    "Robe noire Zara M – Très bon état"
)]
#[case("Robe courte noire Zara M", "Robe courte noire Zara M – Très bon état")]
#[case("Robe noire Zara M – Bon état", "Robe noire Zara M – Très bon état")]
#[case("Robe noire – Zara – Very good", "Robe noire Zara – Very good")]
#[case("Belle trouvaille", "Robe noire Zara M – Très bon état")]
fn the_nearest_good_title_is_proposed(#[case] typed: &str, #[case] wanted: &str) {
    let mut draft = ready();
    draft.title = typed.into();
    let repaired = repaired(&draft, Gate::TitleForm).unwrap();
    assert_eq!(repaired.title, wanted, "{typed:?}");
}

#[test]
fn problems_name_their_place() {
    let mut draft = ready();
    draft.title = "Robe noire Nike M – Bon état".into();
    let line = line(&draft, Gate::TitleForm);
    let Detail::TitleForm { problems } = &line.detail else {
        panic!("{:?}", line.detail)
    };
    for problem in problems {
        if let TitleProblem::UnknownName { found } | TitleProblem::OtherCondition { found, .. } =
            problem
        {
            assert_eq!(
                &draft.title[found.start..found.end],
                found.text,
                "the place is true"
            );
        }
    }
    assert_eq!(problems.len(), 2, "both faults are named: {problems:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_composed_title_passes(draft in drafts(), english in any::<bool>()) {
        let language = if english { Language::En } else { Language::Fr };
        if let Some(title) = compose(&draft, language, Catalogue::starter()) {
            let composed = Draft { title: title.clone(), ..draft };
            let report = check(&composed, &context());
            for line in report.lines.iter().filter(|l| l.field == Field::Title) {
                prop_assert!(line.ok, "{title:?} fails {line:?}");
            }
        }
    }

    #[test]
    fn a_title_is_composed_of_any_known_values(
        leaf in prop::sample::select(Catalogue::starter().leaves()),
        colour in prop::sample::select(vocabulary::colours()),
        condition in prop::sample::select(Condition::ALL.to_vec()),
        brand in "[A-Za-z&' ]{0,60}",
        size in prop::sample::select(vec!["", "M", "42,5", "W32 L34", "3 ans / 98 cm", "XS / 34 / 6"]),
        english in any::<bool>(),
    ) {
        let draft = Draft {
            category: Some(leaf.path),
            colors: vec![colour.fr.clone()],
            condition: Some(condition),
            brand: Brand::parse(&brand),
            size: Size::parse(size),
            ..empty()
        };
        let language = if english { Language::En } else { Language::Fr };
        let title = compose(&draft, language, Catalogue::starter());
        prop_assert!(title.is_some(), "category, colour and condition are enough");
    }
}
