use proptest::prelude::*;

use super::*;
use crate::{
    catalogue::Catalogue,
    gates::{GateContext, check},
    test_drafts::{empty, photo, ready},
    title, vocabulary,
};

fn described(facts: &Facts<'_>, language: Language) -> Composed {
    describe(facts, language, Template::shipped(language)).unwrap()
}

/// A draft of which all is known.
fn whole() -> Draft {
    Draft {
        brand: Brand::parse("Karl Lagerfeld"),
        size: Size::parse("M / 38 / 10"),
        colors: vec!["Noir".into(), "Blanc".into()],
        category: Some("Femmes > Vêtements > Pulls et sweats > Sweats > Sweats à capuche".into()),
        ..ready()
    }
}

fn fibre(percent: Option<u8>, fibre: &str) -> FibreShare {
    FibreShare {
        percent,
        fibre: fibre.to_owned(),
    }
}

const LENGTH: Measure = Measure {
    kind: MeasureKind::Length,
    millimetres: 655,
};

#[test]
fn all_that_is_known_is_said_in_french() {
    let draft = whole();
    let composition = [fibre(Some(80), "Coton"), fibre(Some(20), "Polyester")];
    let chest = Measure {
        kind: MeasureKind::Chest,
        millimetres: 520,
    };
    let facts = Facts {
        composition: &composition,
        measures: &[chest, LENGTH],
        defects: &["petit accroc à la manche".to_owned()],
        ..Facts::of(&draft, Catalogue::starter())
    };
    assert_eq!(
        described(&facts, Language::Fr).text,
        "Sweat à capuche noir et blanc\n\
         Marque : Karl Lagerfeld\n\
         Taille : M / 38 / 10 (env. EU 36, IT 42, US 6)\n\
         État : Très bon état\n\
         Composition : 80 % coton, 20 % polyester\n\
         Mesures : longueur 65,5 cm, poitrine 52 cm\n\
         Défauts : petit accroc à la manche\n\
         Envoi sous 48 h\n\
         #sweat #noir #KarlLagerfeld #femmes"
    );
}

#[test]
fn the_same_in_german_and_polish() {
    let draft = whole();
    let composition = [fibre(Some(80), "Coton"), fibre(Some(20), "Polyester")];
    let facts = Facts {
        composition: &composition,
        ..Facts::of(&draft, Catalogue::starter())
    };
    assert_eq!(
        described(&facts, Language::De).text,
        "Kapuzenpullover schwarz und weiß\n\
         Marke: Karl Lagerfeld\n\
         Größe: M / 38 / 10 (ca. EU 36, IT 42, US 6)\n\
         Zustand: Sehr gut\n\
         Zusammensetzung: 80 % Baumwolle, 20 % Polyester\n\
         Versand innerhalb von 48 Stunden\n\
         #kapuzenpullover #schwarz #KarlLagerfeld #Damen"
    );
    assert_eq!(
        title::compose(&draft, Language::Pl, Catalogue::starter()).as_deref(),
        Some("Bluza z kapturem czarna Karl Lagerfeld M / 38 / 10 – Bardzo dobry"),
        "Polish adjectives agree with their noun"
    );
}

#[test]
fn little_known_is_filled_up_with_what_is_seen() {
    let draft = Draft {
        category: Some("Hommes > Chaussures > Baskets".into()),
        condition: Some(Condition::Good),
        photos: vec![photo(); 4],
        ..empty()
    };
    assert_eq!(
        described(&Facts::of(&draft, Catalogue::starter()), Language::Fr).text,
        "Baskets\nÉtat : Bon état\nRayon : hommes\nPhotos : 4\nEnvoi sous 48 h\n\
         #baskets #hommes #secondemain"
    );
    let nothing = empty();
    assert_eq!(
        describe(
            &Facts::of(&nothing, Catalogue::starter()),
            Language::Fr,
            Template::shipped(Language::Fr)
        ),
        Err(TextError::TooFewFacts {
            known: 1,
            needed: 5
        }),
        "of nothing nothing is made"
    );
}

#[test]
fn what_no_text_may_hold_is_left_out_and_told() {
    let draft = Draft {
        brand: Brand::parse("Zara 👗"),
        ..whole()
    };
    let defects = ["magnifique".to_owned()];
    let facts = Facts {
        defects: &defects,
        ..Facts::of(&draft, Catalogue::starter())
    };
    let composed = described(&facts, Language::Fr);
    assert_eq!(
        composed.left_out,
        [Placeholder::Brand, Placeholder::Defects]
    );
    assert!(!composed.text.contains("Marque"), "{}", composed.text);
}

#[test]
fn a_template_is_refused_for_its_own_words() {
    let refused = |text: &str| {
        let template = Template::parse(text).unwrap();
        match check_template(&template, Language::Fr) {
            Err(TextError::Gates(gates)) => gates,
            other => panic!("{text:?} passes: {other:?}"),
        }
    };
    let five = "{article}\n{brand}\n{size}\n{condition}\n{color}\n";
    assert_eq!(refused(&format!("{five}Superbe")), [Gate::SuperlativeFound]);
    assert_eq!(refused(&format!("{five}Bon plan")), [Gate::MarketingPhrase]);
    assert_eq!(refused(&format!("{five}✨ Envoi")), [Gate::EmojiFound]);
    assert_eq!(refused(&format!("{five}#robe")), [Gate::HashtagsInvalid]);
    assert_eq!(refused(&format!("{five}{five}")), [Gate::DescriptionLines]);
    let own = Template::parse(&format!("{five}Fumeur : non\n?{{photos}} photos")).unwrap();
    assert_eq!(
        check_template(&own, Language::Fr),
        Ok(()),
        "a template of one's own"
    );
}

/// Any part of what may be known of an item of any category.
fn known() -> impl Strategy<Value = (Draft, Vec<FibreShare>, Vec<Measure>, Vec<String>)> {
    let brand = prop_oneof![
        Just(None),
        Just(Some(Brand::None)),
        prop::sample::select(crate::brand::brands()).prop_map(|b| Brand::parse(b.name)),
        "\\PC{1,30}".prop_map(|b| Brand::parse(&b)),
    ];
    let size = prop_oneof![
        Just(Size::Unknown),
        prop::sample::select(vec![
            "M",
            "M / 38 / 10",
            "W32 L34",
            "42",
            "6 ans / 116 cm",
            "Taille unique"
        ])
        .prop_map(Size::parse),
        "\\PC{1,20}".prop_map(|s| Size::parse(&s)),
    ];
    let materials = prop::sample::subsequence(vocabulary::materials().to_vec(), 0..=3);
    let fibres = prop::collection::vec(
        (
            prop::option::of(0u8..=100),
            prop::sample::select(vocabulary::materials()),
        ),
        0..4,
    );
    let measures = prop::collection::vec(
        (
            prop::sample::select(MeasureKind::ALL.to_vec()),
            1u32..30_000,
        ),
        0..5,
    );
    let defects = prop::collection::vec(
        prop_oneof![
            Just("tache au col".to_owned()),
            Just("superbe".to_owned()),
            "\\PC{0,40}"
        ],
        0..3,
    );
    (
        prop::option::of(prop::sample::select(Catalogue::starter().leaves())),
        brand,
        size,
        prop::option::of(prop::sample::select(Condition::ALL.to_vec())),
        prop::sample::subsequence(vocabulary::colours().to_vec(), 0..=2),
        (materials, fibres, measures, defects),
        0usize..21,
    )
        .prop_map(|(leaf, brand, size, condition, colours, parts, photos)| {
            let (materials, fibres, measures, defects) = parts;
            let draft = Draft {
                category: leaf.map(|l| l.path),
                brand,
                size,
                condition,
                colors: colours.into_iter().map(|c| c.fr).collect(),
                materials: materials.into_iter().map(|m| m.fr).collect(),
                photos: vec![photo(); photos],
                price_min_cents: Some(900),
                price_target_cents: Some(1200),
                price_max_cents: Some(1500),
                ..empty()
            };
            let fibres = fibres.into_iter().map(|(p, m)| fibre(p, &m.fr)).collect();
            let measures = measures
                .into_iter()
                .map(|(kind, millimetres)| Measure { kind, millimetres })
                .collect();
            (draft, fibres, measures, defects)
        })
}

proptest! {
    #[test]
    fn every_text_made_passes_all_gates(
        (draft, fibres, measures, defects) in known(),
        language in prop::sample::select(Language::ALL.to_vec()),
    ) {
        let catalogue = Catalogue::starter();
        let facts = Facts {
            composition: &fibres,
            measures: &measures,
            defects: &defects,
            ..Facts::of(&draft, catalogue)
        };
        let composed = describe(&facts, language, Template::shipped(language));
        let enough = draft.category.is_some() && draft.condition.is_some() && !draft.photos.is_empty();
        let Ok(composed) = composed else {
            prop_assert!(!enough, "category, condition and a photo are enough: {composed:?}");
            return Ok(());
        };
        let title = title::compose(&draft, language, catalogue);
        let titled = draft.category.is_some() && draft.condition.is_some() && !draft.colors.is_empty();
        prop_assert_eq!(title.is_some(), titled, "a title needs category, colour and condition");
        let written = Draft {
            title: title.clone().unwrap_or_default(),
            description: composed.text.clone(),
            ..draft
        };
        let report = check(&written, &GateContext { catalogue, language });
        let failing: Vec<_> = report
            .lines
            .iter()
            .filter(|l| !l.ok)
            .filter(|l| title.is_some() || l.field != crate::form::Field::Title)
            .filter(|l| l.code.weight() == gates::Weight::Style || l.code == Gate::TitleForm)
            .filter(|l| l.code != Gate::MissingBrand)
            .collect();
        prop_assert!(failing.is_empty(), "{title:?}\n{}\n{failing:?}", composed.text);
        let lines = gates::factual_lines(&composed.text);
        prop_assert!((5..=8).contains(&lines), "{lines} lines:\n{}", composed.text);
    }
}
