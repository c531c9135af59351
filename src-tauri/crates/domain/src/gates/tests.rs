use proptest::prelude::*;

use super::*;
use crate::{
    draft::Brand,
    test_drafts::{context, drafts, empty, photo, ready},
};

fn codes(gates: &[Gate]) -> Vec<&'static str> {
    gates.iter().map(|g| g.code()).collect()
}

fn missing(draft: &Draft) -> Vec<&'static str> {
    codes(&check(draft, &context()).missing)
}

fn repaired(draft: &Draft, gate: Gate) -> Option<Draft> {
    let report = check(draft, &context());
    let repair = report
        .lines
        .iter()
        .find(|l| l.code == gate && !l.ok)?
        .repair
        .clone()?;
    Some(apply(draft, &repair))
}

#[test]
fn codes_are_stable_and_read_back() {
    let listed: Vec<&str> = Gate::ALL.iter().map(|g| g.code()).collect();
    insta::assert_json_snapshot!("gate_codes", listed);
    for gate in Gate::ALL {
        assert_eq!(Gate::parse(gate.code()), Some(*gate), "a code reads back");
        let json = serde_json::to_value(gate).unwrap();
        assert_eq!(json, gate.code(), "a gate is stored under its code");
    }
}

#[test]
fn every_gate_has_its_line() {
    for draft in [empty(), ready()] {
        let report = check(&draft, &context());
        for gate in Gate::ALL {
            assert!(
                report.lines.iter().any(|l| l.code == *gate),
                "{gate:?} says what it saw"
            );
        }
    }
}

#[test]
fn a_whole_draft_is_ready() {
    let report = check(&ready(), &context());
    assert_eq!(codes(&report.missing), [] as [&str; 0], "every gate holds");
    assert_eq!(
        codes(&report.warnings),
        [] as [&str; 0],
        "and there is no advice"
    );
    assert!(report.publish_ready(), "so it may be published");
    assert_eq!(
        site_refusals(&ready(), &context()),
        [],
        "the site takes it too"
    );
}

#[test]
fn an_empty_draft_says_all_that_is_missing() {
    assert_eq!(
        missing(&empty()),
        [
            "missing_photos",
            "missing_title",
            "missing_description",
            "missing_category",
            "missing_brand",
            "missing_condition",
            "missing_price",
        ],
        "each missing field once; a size is asked for once the category has sizes"
    );
    assert_eq!(
        codes(&site_refusals(&empty(), &context())),
        [
            "missing_photos",
            "missing_title",
            "missing_category",
            "missing_condition",
            "missing_price",
        ],
        "the site asks for less"
    );
}

#[test]
fn the_site_asks_for_one_price_of_the_three() {
    let mut draft = ready();
    draft.price_min_cents = None;
    draft.price_max_cents = None;
    assert_eq!(missing(&draft), ["missing_price"], "the range is missing");
    assert_eq!(
        site_refusals(&draft, &context()),
        [],
        "which never leaves the machine"
    );
    draft.price_target_cents = None;
    assert_eq!(
        codes(&site_refusals(&draft, &context())),
        ["missing_price"],
        "without the price that is published there is no listing"
    );
}

#[test]
fn one_fault_fails_one_gate() {
    type Change = fn(&mut Draft);
    let faults: &[(&str, Change)] = &[
        ("missing_photos", |d| d.photos.clear()),
        ("missing_title", |d| d.title = "  ".into()),
        ("missing_description", |d| d.description = "\n".into()),
        ("missing_category", |d| d.category = Some(" ".into())),
        ("missing_condition", |d| d.condition = None),
        ("missing_price", |d| d.price_target_cents = None),
        ("missing_price", |d| d.price_max_cents = None),
        ("price_order", |d| d.price_min_cents = Some(1300)),
        ("price_order", |d| d.price_max_cents = Some(1100)),
        ("price_out_of_bounds", |d| d.price_min_cents = Some(99)),
        ("too_many_colors", |d| {
            d.colors = ["Noir", "Blanc", "Rouge"].map(String::from).to_vec()
        }),
        ("too_many_materials", |d| {
            d.materials = ["Coton", "Laine", "Soie", "Lin"].map(String::from).to_vec();
        }),
        ("description_lines", |d| {
            d.description = "Un\nDeux\nTrois\nQuatre\n#a #b #c".into()
        }),
        ("description_lines", |d| {
            d.description = "1\n2\n3\n4\n5\n6\n7\n8\n9\n#a #b #c".into();
        }),
        ("hashtags_invalid", |d| {
            d.description = "Un\nDeux\nTrois\nQuatre\nCinq".into()
        }),
        ("emoji_found", |d| d.description.insert(0, '👗')),
        ("marketing_phrase", |d| {
            d.description.insert_str(0, "N'hésitez pas. ")
        }),
        ("superlative_found", |d| {
            d.description.insert_str(0, "Superbe robe. ")
        }),
    ];
    for (code, change) in faults {
        let mut draft = ready();
        change(&mut draft);
        assert_eq!(missing(&draft), [*code], "only {code} fails: {draft:?}");
        assert!(
            !check(&draft, &context()).publish_ready(),
            "one failing gate is enough"
        );
    }
}

#[test]
fn brand_and_size_keep_unknown_apart_from_none() {
    let mut draft = ready();
    draft.title = "Robe noire M – Très bon état".into();
    draft.brand = None;
    assert_eq!(missing(&draft), ["missing_brand"], "nobody said");
    draft.brand = Some(Brand::None);
    assert_eq!(
        missing(&draft),
        [] as [&str; 0],
        "\"Sans marque\" is an answer"
    );
    draft.title = "Robe noire – Très bon état".into();
    draft.size = Size::Unknown;
    assert_eq!(missing(&draft), ["missing_size"], "a dress has sizes");
    draft.category = Some("Femmes > Sacs > Sacs à main".into());
    draft.title = "Sac à main noir – Très bon état".into();
    assert_eq!(missing(&draft), [] as [&str; 0], "a bag has none");
}

#[test]
fn advice_stops_nothing() {
    let mut draft = ready();
    draft.photos = vec![photo(); 21];
    draft.materials = vec!["Plumes".into()];
    draft.category = Some("Femmes > Vêtements > Robes > Robes de plage".into());
    let report = check(&draft, &context());
    assert!(
        report.publish_ready(),
        "the draft may go: {:?}",
        report.missing
    );
    assert_eq!(
        codes(&report.warnings),
        ["too_many_photos", "unknown_category", "unknown_material"],
        "and each advice is given"
    );
    draft.category = Some("Femmes > Robes".into());
    let report = check(&draft, &context());
    let line = report
        .lines
        .iter()
        .find(|l| l.code == Gate::AmbiguousCategory)
        .unwrap();
    let Detail::Candidates { paths } = &line.detail else {
        panic!("{:?}", line.detail)
    };
    assert_eq!(
        paths.len(),
        10,
        "the person chooses between the leaves: {paths:?}"
    );
}

#[test]
fn only_certain_repairs_are_offered() {
    let mut draft = ready();
    draft.description = draft
        .description
        .replace("Robe noire de", "Cette robe est magnifique de");
    assert_eq!(
        repaired(&draft, Gate::SuperlativeFound),
        None,
        "the sentence would stay open"
    );
    let mut draft = ready();
    draft.description = draft
        .description
        .replace("Robe noire de", "Magnifique robe noire de");
    let mended = repaired(&draft, Gate::SuperlativeFound).unwrap();
    assert_eq!(
        mended.description,
        ready().description,
        "the word goes, the sentence stays"
    );
    let mut draft = ready();
    draft.description = "👗\nUn\nDeux 👗\nTrois\nQuatre\nCinq\n#a #b #c".into();
    let mended = repaired(&draft, Gate::EmojiFound).unwrap();
    assert_eq!(
        mended.description, "Un\nDeux\nTrois\nQuatre\nCinq\n#a #b #c",
        "pictures go"
    );
    let mut draft = ready();
    draft.description = "👗".into();
    assert_eq!(
        repaired(&draft, Gate::EmojiFound),
        None,
        "an empty description is no repair"
    );
    let mut draft = ready();
    draft.description =
        "Robe noire. Taille M. Coton. Longueur env. 90 cm. Portée deux fois. #robe #noire #zara"
            .into();
    let mended = repaired(&draft, Gate::DescriptionLines).unwrap();
    assert_eq!(
        mended.description.lines().count(),
        5,
        "a sentence a line: {}",
        mended.description
    );
    let mut draft = ready();
    draft.price_min_cents = None;
    draft.price_max_cents = None;
    let mended = repaired(&draft, Gate::MissingPrice).unwrap();
    assert_eq!(
        (
            mended.price_min_cents,
            mended.price_target_cents,
            mended.price_max_cents
        ),
        (Some(1200), Some(1200), Some(1200)),
        "the published price stays, the range is closed around it"
    );
    draft.price_target_cents = None;
    assert_eq!(
        repaired(&draft, Gate::MissingPrice),
        None,
        "a price is never invented"
    );
    let mut draft = ready();
    draft.colors = ["Noir", "noire", "Black", "Blanc"]
        .map(String::from)
        .to_vec();
    let mended = repaired(&draft, Gate::TooManyColors).unwrap();
    assert_eq!(
        mended.colors,
        ["Noir", "Blanc"],
        "the same colour counts once"
    );
}

#[test]
fn hashtags_are_filled_from_what_is_known() {
    let mut draft = ready();
    draft.description = "Un\nDeux\nTrois\nQuatre\nCinq".into();
    let mended = repaired(&draft, Gate::HashtagsInvalid).unwrap();
    assert_eq!(
        mended.description, "Un\nDeux\nTrois\nQuatre\nCinq\n#robe #noire #Zara",
        "facts only"
    );
}

#[test]
fn a_report_reads_as_facts() {
    let mut draft = ready();
    draft.title = "Robe sublime noire Nike L - Bon état 👗".into();
    draft.description = "Foncez !\n#robe #robe".into();
    draft.price_min_cents = Some(1500);
    let report = check(&draft, &context());
    let failing: Vec<&GateLine> = report.lines.iter().filter(|l| !l.ok).collect();
    insta::assert_json_snapshot!("failing_lines", failing);
}

#[test]
fn a_text_without_bounds_is_judged_without_proposals() {
    let long = "Robe 👗 magnifique ".repeat(2_000);
    let draft = Draft {
        title: long.clone(),
        description: long.clone(),
        category: Some(long.clone()),
        brand: Brand::parse(&long),
        ..ready()
    };
    let report = check(&draft, &context());
    assert!(report.missing.contains(&Gate::TitleTooLong), "it is judged");
    assert!(
        report.warnings.contains(&Gate::UnknownCategory),
        "no category has such a name"
    );
    assert_eq!(
        report.repairs().count(),
        0,
        "trying proposals out on it would cost too much"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_draft_is_judged(draft in drafts()) {
        let report = check(&draft, &context());
        prop_assert_eq!(report.publish_ready(), report.missing.is_empty(), "ready is nothing missing");
        let judged = judge(&draft, &context());
        prop_assert_eq!(&judged.missing, &report.missing, "with or without repairs, the same verdict");
        prop_assert_eq!(&judged.warnings, &report.warnings, "and the same advice");
        for line in &report.lines {
            let listed =
                report.missing.contains(&line.code) || report.warnings.contains(&line.code);
            prop_assert!(line.ok || listed, "a line that fails is in the lists: {line:?}");
            prop_assert!(!line.ok || line.repair.is_none(), "what holds needs no repair: {line:?}");
        }
    }

    #[test]
    fn repairs_repair_and_break_nothing(draft in drafts()) {
        let before = check(&draft, &context());
        for (at, line) in before.lines.iter().enumerate() {
            let Some(repair) = &line.repair else { continue };
            let repaired = apply(&draft, repair);
            let after = judge(&repaired, &context());
            prop_assert!(after.lines[at].ok, "{:?} holds after {repair:?}", line.code);
            for (b, a) in before.lines.iter().zip(&after.lines) {
                prop_assert!(a.ok || !b.ok, "{repair:?} breaks {:?}", a.code);
            }
            prop_assert_eq!(apply(&repaired, repair), repaired, "twice is as once");
        }
    }
}
