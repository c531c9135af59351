use chrono::DateTime;
use rstest::rstest;

use super::*;
use crate::{
    catalogue::{Catalogue, nouns},
    ids::DraftId,
    language::Language,
    values::Condition,
    vocabulary::{colours, materials},
};

fn draft() -> Draft {
    Draft::new(DraftId(uuid::Uuid::nil()), DateTime::UNIX_EPOCH)
}

fn texts(phrases: &Phrases, text: &str) -> Vec<String> {
    phrases
        .find(text, &draft())
        .into_iter()
        .map(|f| f.text)
        .collect()
}

#[test]
fn the_lists_are_read() {
    let entries = |file: &str| file.lines().filter(|l| !l.starts_with('#')).count();
    assert!(
        entries(include_str!("../../../data/marketing.fr.txt")) >= 60,
        "French phrases"
    );
    assert!(
        entries(include_str!("../../../data/marketing.en.txt")) >= 60,
        "English phrases"
    );
    assert!(
        entries(include_str!("../../../data/superlatives.fr.txt")) >= 40,
        "French superlatives"
    );
    assert!(
        entries(include_str!("../../../data/superlatives.en.txt")) >= 40,
        "English superlatives"
    );
}

#[test]
fn every_entry_finds_itself() {
    let marketing = [
        include_str!("../../../data/marketing.fr.txt"),
        include_str!("../../../data/marketing.en.txt"),
        include_str!("../../../data/marketing.de.txt"),
        include_str!("../../../data/marketing.es.txt"),
        include_str!("../../../data/marketing.it.txt"),
        include_str!("../../../data/marketing.nl.txt"),
        include_str!("../../../data/marketing.pl.txt"),
        include_str!("../../../data/marketing.pt.txt"),
    ];
    let superlatives = [
        include_str!("../../../data/superlatives.fr.txt"),
        include_str!("../../../data/superlatives.en.txt"),
        include_str!("../../../data/superlatives.de.txt"),
        include_str!("../../../data/superlatives.es.txt"),
        include_str!("../../../data/superlatives.it.txt"),
        include_str!("../../../data/superlatives.nl.txt"),
        include_str!("../../../data/superlatives.pl.txt"),
        include_str!("../../../data/superlatives.pt.txt"),
    ];
    for (list, files) in [
        (&lists().marketing, marketing),
        (&lists().superlatives, superlatives),
    ] {
        for line in files
            .iter()
            .flat_map(|f| f.lines())
            .filter(|l| !l.starts_with('#'))
        {
            let entry = line.split_once('!').map_or(line, |(e, _)| e).trim();
            for word in expand(entry) {
                let text = format!("Robe {} noire", word.to_uppercase());
                assert!(
                    !texts(list, &text).is_empty(),
                    "{word:?} is found in {text:?}"
                );
            }
        }
    }
}

#[rstest]
#[case("N’hésitez pas à me contacter", "N’hésitez pas")]
#[case("un vrai MUST-HAVE !", "MUST-HAVE")]
#[case("must have", "must have")]
#[case("Bonne affaire", "Bonne affaire")]
#[case("tag #bonplan", "#bonplan")]
#[case("Don't miss it", "Don't miss")]
#[case("prix casse", "prix casse")]
#[case("ein echtes SCHNAPPCHEN", "SCHNAPPCHEN")]
#[case("gratis verzending", "gratis verzending")]
fn marketing_is_found(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(texts(&lists().marketing, text), [wanted], "{text:?}");
}

#[rstest]
#[case("Robe MAGNIFIQUE", "MAGNIFIQUE")]
#[case("robes superbes", "superbes")]
#[case("e\u{301}blouissante", "e\u{301}blouissante")]
#[case("the most beautiful coat", "most beautiful")]
#[case("le plus beau manteau", "le plus beau")]
#[case("#sublime", "#sublime")]
#[case("coupe parfaite", "parfaite")]
#[case("wunderschönes Kleid", "wunderschönes")]
#[case("vestido precioso", "precioso")]
#[case("przepiękna sukienka", "przepiękna")]
fn superlatives_are_found(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(texts(&lists().superlatives, text), [wanted], "{text:?}");
}

#[rstest]
#[case("Top en soie, crop top, dry must, taille unique")]
#[case("Superdry, Bestform, perfecto en cuir, supermarché")]
#[case("Col un peu sale, bleu foncé, remise en main propre")]
#[case("Comme jamais porté. Bonne\naffaire courante")]
#[case("Poche unique au dos, laine extra fine, le plus large : 50 cm")]
fn facts_are_no_praise(#[case] text: &str) {
    assert_eq!(
        texts(&lists().marketing, text),
        [] as [&str; 0],
        "marketing in {text:?}"
    );
    assert_eq!(
        texts(&lists().superlatives, text),
        [] as [&str; 0],
        "praise in {text:?}"
    );
}

#[test]
fn our_own_vocabulary_is_plain() {
    let mut plain: Vec<String> = Vec::new();
    for c in Condition::ALL {
        plain.extend(Language::ALL.map(|language| c.label(language).to_owned()));
    }
    plain.extend(
        colours()
            .iter()
            .flat_map(|c| c.spellings())
            .map(str::to_owned),
    );
    plain.extend(
        materials()
            .iter()
            .flat_map(|m| Language::ALL.map(|language| m.name(language).to_owned())),
    );
    plain.extend(
        nouns()
            .iter()
            .flat_map(|n| n.spellings())
            .map(str::to_owned),
    );
    plain.extend(Catalogue::starter().leaves().into_iter().map(|l| l.path));
    for text in plain {
        assert_eq!(
            texts(&lists().marketing, &text),
            [] as [&str; 0],
            "{text:?} is plain"
        );
        assert_eq!(
            texts(&lists().superlatives, &text),
            [] as [&str; 0],
            "{text:?} is plain"
        );
    }
}

#[test]
fn the_draft_s_own_brand_is_no_praise() {
    let mut branded = draft();
    branded.brand = Brand::parse("Best Mountain");
    let best = &lists().superlatives;
    assert!(
        best.find("Pull Best Mountain", &branded).is_empty(),
        "its name is its name"
    );
    assert_eq!(
        best.find("best pull Best Mountain", &branded).len(),
        1,
        "praise beside it stays"
    );
    assert_eq!(
        texts(best, "Pull Best Mountain").len(),
        1,
        "of an unknown brand nothing is known"
    );
}

#[rstest]
#[case("Une très belle robe", Some("Une robe"))]
#[case("Robe vraiment magnifique en soie", Some("Robe en soie"))]
#[case("Cette robe est magnifique", None)]
#[case("L'incroyable robe", None)]
#[case("Superbe et magnifique", None)]
fn a_word_goes_only_where_the_sentence_stays(#[case] text: &str, #[case] left: Option<&str>) {
    let found = lists().superlatives.find(text, &draft());
    let kept = removable(text, &found).map(|p| crate::gates::cut::cut(text, &p));
    assert_eq!(kept.as_deref(), left, "{text:?}");
}
