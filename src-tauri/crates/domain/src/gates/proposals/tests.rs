use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::test_drafts::{drafts, empty, ready};

fn offered(draft: &Draft) -> Vec<Proposal> {
    let sources = Sources {
        facts: Facts::of(draft, Catalogue::starter()),
        template: Template::shipped(Language::Fr),
        prices: PriceRules::shipped(),
        sales: &[],
    };
    proposals(&sources, Language::Fr)
}

fn told(draft: &Draft) -> Vec<String> {
    offered(draft)
        .iter()
        .map(|p| format!("{} {:?}: {} -> {}", p.gate.code(), p.why, p.from, p.to))
        .collect()
}

#[test]
fn a_ready_draft_needs_none() {
    assert_eq!(told(&ready()), [] as [String; 0]);
}

type Change = fn(&mut Draft);

#[rstest]
#[case(|d: &mut Draft| d.brand = None, &["missing_brand PleaseConfirm:  -> Sans marque"])]
#[case(|d: &mut Draft| d.condition = None, &["missing_condition PleaseConfirm:  -> very_good"])]
#[case(
    |d: &mut Draft| { d.price_min_cents = Some(2_000); d.price_max_cents = Some(900); },
    &[
        "price_order InOrder: 20 / 12 / 9 -> 9 / 12 / 20",
        "price_order SuggestedPrice: 20 / 12 / 9 -> 11 / 12 / 17",
    ],
)]
#[case(
    |d: &mut Draft| { d.price_min_cents = None; d.price_target_cents = None; d.price_max_cents = None; },
    &["missing_price SuggestedPrice: – / – / – -> 11 / 14 / 17"],
)]
#[case(
    |d: &mut Draft| d.colors = ["Noir", "Blanc", "Rouge"].map(String::from).to_vec(),
    &["too_many_colors FirstOnes: Noir, Blanc, Rouge -> Noir, Blanc"],
)]
#[case(|d: &mut Draft| d.materials = vec!["Polyestre".into()], &["unknown_material NearestName: Polyestre -> Polyester"])]
#[case(
    |d: &mut Draft| d.category = Some("Femmes > Chaussures > Baskets > Blanches".into()),
    &[],
)]
fn what_is_wrong_is_offered_otherwise(#[case] change: Change, #[case] wanted: &[&str]) {
    let mut draft = ready();
    change(&mut draft);
    assert_eq!(told(&draft), wanted);
}

#[test]
fn a_missing_description_is_composed() {
    let mut draft = ready();
    draft.description.clear();
    let offered = offered(&draft);
    assert_eq!(offered.len(), 1, "{offered:?}");
    assert_eq!(offered[0].why, Why::Composed, "from the draft's values");
    assert!(
        offered[0].to.starts_with("Robe noire\nMarque : Zara\n"),
        "{offered:?}"
    );
}

#[test]
fn a_short_description_keeps_its_lines_and_gains_facts() {
    let mut draft = ready();
    draft.description = "Achetée à Lyon en 2021.\nLavée une fois.\n#robe #lyon #noire".into();
    let offered = offered(&draft);
    let first = offered.first().map(|p| p.to.as_str()).unwrap_or_default();
    assert_eq!(
        first,
        "Achetée à Lyon en 2021.\nLavée une fois.\nRobe noire\nMarque : Zara\n\
         Taille : M (env. FR 38, EU 36, IT 42, UK 10, US 6)\n#robe #lyon #noire",
        "{offered:?}"
    );
}

#[test]
fn a_sentence_that_praises_can_go_as_a_whole() {
    let mut draft = ready();
    draft.description = "Robe noire. Elle est magnifique.\nTaille M.\nTrès bon état.\n\
                         Composition : 100 % coton.\nLongueur : 92 cm.\n#robe #noire #zara"
        .into();
    let offered = offered(&draft);
    assert_eq!(offered[0].why, Why::SentenceRemoved, "{offered:?}");
    assert!(
        offered[0].to.starts_with("Robe noire.\nTaille M."),
        "{offered:?}"
    );
}

#[test]
fn too_many_lines_are_joined_without_loss() {
    let mut draft = ready();
    draft.description = "Un\nDeux\nTrois\nQuatre\nCinq\nSix\nSept\nHuit.\nNeuf\n#a #b #c".into();
    let offered = offered(&draft);
    assert_eq!(offered[0].why, Why::LinesJoined, "{offered:?}");
    assert!(
        offered[0].to.ends_with("Sept\nHuit ; Neuf\n#a #b #c"),
        "{offered:?}"
    );
}

#[test]
fn of_several_categories_each_that_fits_the_title_is_offered() {
    let mut draft = ready();
    draft.category = Some("Femmes > Robes".into());
    let offered = offered(&draft);
    assert!(offered.len() >= 5, "{offered:?}");
    assert!(
        offered
            .iter()
            .all(|p| p.why == Why::OneOfSeveral && p.to.contains("Robes")),
        "{offered:?}"
    );
}

#[test]
fn nothing_is_offered_for_what_only_the_person_knows() {
    let gates: Vec<Gate> = offered(&empty()).iter().map(|p| p.gate).collect();
    for gate in [
        Gate::MissingPhotos,
        Gate::MissingCategory,
        Gate::MissingTitle,
    ] {
        assert!(!gates.contains(&gate), "{gate:?} is no guess: {gates:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn every_proposal_makes_its_gate_hold(draft in drafts()) {
        let context = crate::test_drafts::context();
        for proposal in offered(&draft) {
            prop_assert_eq!(proposal.field, proposal.repair.field(), "it names what it changes");
            let changed = apply(&draft, &proposal.repair);
            let before = super::super::judge(&draft, &context);
            let after = super::super::judge(&changed, &context);
            let fails = |report: &super::super::GateReport| -> usize {
                report.lines.iter().filter(|l| l.code == proposal.gate && !l.ok).count()
            };
            prop_assert!(fails(&after) < fails(&before), "{proposal:?}");
        }
    }
}
