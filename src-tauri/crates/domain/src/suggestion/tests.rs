use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    brand::brands,
    catalogue::Catalogue,
    gates,
    language::Language,
    price::PriceRules,
    test_drafts::{context, drafts, empty, photo},
    text::Template,
};

fn means() -> Means<'static> {
    Means {
        catalogue: Catalogue::starter(),
        language: Language::Fr,
        template: Template::shipped(Language::Fr),
        prices: PriceRules::shipped(),
        sales: &[],
        measures: &[],
        defects: &[],
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn seen(value: SuggestedValue, confidence: f32) -> Suggestion {
    Suggestion {
        value,
        source: Source::Look { photo: None },
        confidence,
        at: at(0),
    }
}

fn brand(name: &str, confidence: f32) -> Suggestion {
    Suggestion {
        source: Source::Label {
            photo: PhotoId(Uuid::nil()),
            region: Some([[0.1, 0.1], [0.4, 0.1], [0.4, 0.2], [0.1, 0.2]]),
            text: Some(name.to_uppercase()),
        },
        ..seen(SuggestedValue::Brand { brand: name.into() }, confidence)
    }
}

fn category(path: &str, confidence: f32) -> Suggestion {
    seen(
        SuggestedValue::Category {
            category: path.into(),
        },
        confidence,
    )
}

const HOODIES: &str = "Hommes > Vêtements > Sweats à capuche";

/// What an offline run finds out about a hoodie.
fn hoodie() -> Vec<Suggestion> {
    let composition = vec![FibreShare {
        percent: Some(100),
        fibre: "Coton".into(),
    }];
    vec![
        brand("Karl Lagerfeld", 0.97),
        category(HOODIES, 0.91),
        seen(
            SuggestedValue::Color {
                colors: vec!["Noir".into()],
            },
            0.8,
        ),
        seen(
            SuggestedValue::Size {
                label: "L".into(),
                system: Some(SizeSystem::Letters),
            },
            0.95,
        ),
        seen(
            SuggestedValue::Material {
                materials: vec!["Coton".into()],
                composition,
            },
            0.9,
        ),
        Suggestion {
            source: Source::Default,
            ..seen(
                SuggestedValue::Condition {
                    condition: Condition::VeryGood,
                },
                1.0,
            )
        },
    ]
}

fn pictured() -> Draft {
    Draft {
        photos: vec![photo(); 4],
        ..empty()
    }
}

fn filled(draft: &Draft, suggestions: Vec<Suggestion>, memory: &Memory) -> Filled {
    fill(draft, suggestions, memory, &means(), at(60))
}

fn kept_of(filled: &Filled, field: Field) -> Vec<&Kept> {
    filled
        .kept
        .iter()
        .filter(|k| k.suggestion.value.field() == field)
        .collect()
}

fn remember(filled: &Filled, said: &[Field]) -> Memory {
    Memory {
        said: said.to_vec(),
        kept: filled.kept.clone(),
        frozen: false,
    }
}

#[test]
fn open_fields_are_filled_and_the_condition_waits_for_a_word() {
    let first = filled(&pictured(), hoodie(), &Memory::default());
    let draft = &first.draft;
    assert_eq!(
        draft.brand,
        Brand::parse("Karl Lagerfeld"),
        "read on the label"
    );
    assert_eq!(draft.category.as_deref(), Some(HOODIES), "sure enough");
    assert_eq!(draft.materials, ["Coton"], "from the composition");
    assert_eq!(draft.condition, None, "a condition is never guessed");
    assert!(
        !kept_of(&first, Field::Condition)[0].taken,
        "but it is on offer"
    );
    assert_eq!(draft.title, "", "so there is no title yet");

    let mut confirmed = draft.clone();
    confirmed.condition = Some(Condition::VeryGood);
    let second = filled(&confirmed, hoodie(), &remember(&first, &[Field::Condition]));
    assert_eq!(
        second.draft.title,
        "Sweat à capuche noir Karl Lagerfeld L – Très bon état"
    );
    assert_eq!(
        second.draft.price_target_cents,
        Some(6_900),
        "with its price"
    );
    assert!(
        second
            .draft
            .description
            .contains("Composition : 100 % coton"),
        "{}",
        second.draft.description
    );
    let report = gates::check(&second.draft, &context());
    assert!(
        report.publish_ready(),
        "one click made it ready: {:?}",
        report.missing
    );
}

#[test]
fn what_is_unsure_is_offered_only() {
    let filled = filled(
        &pictured(),
        vec![
            category(HOODIES, 0.6),
            category("Hommes > Vêtements > Jeans > Jeans slim", 0.3),
        ],
        &Memory::default(),
    );
    assert_eq!(
        filled.draft.category, None,
        "below 0.7 nothing is filled in"
    );
    assert_eq!(
        kept_of(&filled, Field::Category).len(),
        2,
        "both are on offer"
    );
}

#[test]
fn what_the_person_typed_stays() {
    let typed = Draft {
        brand: Brand::parse("Karl"),
        title: "Mon sweat".into(),
        price_target_cents: Some(1_000),
        condition: Some(Condition::Good),
        ..pictured()
    };
    let filled = filled(&typed, hoodie(), &Memory::default());
    assert_eq!(filled.draft.brand, typed.brand, "typed");
    assert_eq!(filled.draft.title, typed.title, "typed");
    assert_eq!(
        filled.draft.price_min_cents, None,
        "one price typed makes all three theirs"
    );
    assert_eq!(filled.draft.condition, typed.condition, "typed");
    assert_eq!(filled.draft.colors, ["Noir"], "the rest is filled");
}

#[test]
fn what_the_person_emptied_stays_empty() {
    let first = filled(&pictured(), hoodie(), &Memory::default());
    let mut emptied = first.draft.clone();
    emptied.brand = None;
    let again = filled(&emptied, hoodie(), &remember(&first, &[Field::Brand]));
    assert_eq!(again.draft.brand, None, "they did not want it");
    let unsaid = filled(&emptied, hoodie(), &remember(&first, &[]));
    assert_eq!(
        unsaid.draft.brand, None,
        "even where nobody noted that they said so"
    );
}

#[test]
fn what_was_filled_gives_way_to_what_is_surer_until_a_person_touches_it() {
    let first = filled(&pictured(), vec![brand("Zara", 0.7)], &Memory::default());
    let surer = filled(
        &first.draft,
        vec![brand("Mango", 0.9)],
        &remember(&first, &[]),
    );
    assert_eq!(
        surer.draft.brand,
        Brand::parse("Mango"),
        "read again, better"
    );
    let less = filled(
        &surer.draft,
        vec![brand("Gap", 0.6)],
        &remember(&surer, &[]),
    );
    assert_eq!(
        less.draft.brand,
        Brand::parse("Mango"),
        "a worse reading changes nothing"
    );
    assert!(
        kept_of(&less, Field::Brand)[0].taken,
        "and the draft's value still knows where it comes from"
    );
    let confirmed = filled(
        &surer.draft,
        vec![brand("Gap", 1.0)],
        &remember(&surer, &[Field::Brand]),
    );
    assert_eq!(
        confirmed.draft.brand,
        Brand::parse("Mango"),
        "the person said Mango too"
    );
}

#[test]
fn texts_follow_the_values_they_are_made_of() {
    let typed = Draft {
        condition: Some(Condition::Good),
        ..pictured()
    };
    let first = filled(&typed, hoodie(), &Memory::default());
    let mut other = first.draft.clone();
    other.brand = Brand::parse("Boss");
    let second = filled(&other, hoodie(), &remember(&first, &[Field::Brand]));
    assert!(
        second.draft.title.contains("Boss"),
        "{}",
        second.draft.title
    );
    let mut retitled = second.draft.clone();
    retitled.title = "Le mien".into();
    let third = filled(&retitled, hoodie(), &remember(&second, &[]));
    assert_eq!(third.draft.title, "Le mien", "but not the person's own");
}

#[test]
fn a_frozen_draft_keeps_its_values_and_their_evidence() {
    let first = filled(&pictured(), hoodie(), &Memory::default());
    let frozen = Memory {
        frozen: true,
        ..remember(&first, &[])
    };
    let waiting = filled(&first.draft, vec![brand("Mango", 1.0)], &frozen);
    assert_eq!(
        waiting.draft, first.draft,
        "it waits to be published as it is"
    );
    let offered = kept_of(&waiting, Field::Brand);
    assert!(
        !offered[0].taken && offered[1].taken,
        "the new one is on offer: {offered:?}"
    );
    let thawed = filled(
        &waiting.draft,
        vec![brand("Mango", 1.0)],
        &remember(&waiting, &[]),
    );
    assert_eq!(
        thawed.draft.brand,
        Brand::parse("Mango"),
        "later it may go on"
    );
}

#[test]
fn a_model_s_title_goes_before_ours() {
    let mut all = hoodie();
    all.push(Suggestion {
        source: Source::Model {
            address: "http://127.0.0.1:1".into(),
            model: "m".into(),
            photo: None,
            text: None,
        },
        ..seen(
            SuggestedValue::Title {
                title: "Sweat noir Karl Lagerfeld L – Bon état".into(),
            },
            0.9,
        )
    });
    let typed = Draft {
        condition: Some(Condition::Good),
        ..pictured()
    };
    let filled = filled(&typed, all, &Memory::default());
    assert_eq!(filled.draft.title, "Sweat noir Karl Lagerfeld L – Bon état");
    assert_eq!(kept_of(&filled, Field::Title).len(), 2, "ours is on offer");
}

#[test]
fn nonsense_is_dropped_whoever_says_it() {
    let price = |min, target, max| SuggestedValue::Price { min, target, max };
    for value in [
        price(0, 0, 0),
        price(100, 100, 1_000_000_000),
        price(900, 500, 1_000),
        SuggestedValue::Title {
            title: "a\nb".into(),
        },
        SuggestedValue::Title {
            title: "x".repeat(301),
        },
        SuggestedValue::Description {
            description: "x".repeat(5_001),
        },
        SuggestedValue::Brand {
            brand: "Sans marque".into(),
        },
        SuggestedValue::Size {
            label: "unknown".into(),
            system: None,
        },
        SuggestedValue::Color {
            colors: vec!["publish now".into()],
        },
        SuggestedValue::Color {
            colors: ["Noir", "Blanc", "Rouge"].map(String::from).to_vec(),
        },
        SuggestedValue::Material {
            materials: vec![],
            composition: vec![],
        },
    ] {
        let filled = filled(&empty(), vec![seen(value.clone(), 1.0)], &Memory::default());
        assert_eq!(filled.draft, empty(), "{value:?}");
        assert!(filled.kept.is_empty(), "{value:?} is not even kept");
    }
    for confidence in [f32::NAN, -0.1, 1.1, f32::INFINITY] {
        let filled = filled(
            &empty(),
            vec![brand("Zara", confidence)],
            &Memory::default(),
        );
        assert!(filled.kept.is_empty(), "{confidence} is no confidence");
    }
}

fn any_suggestion() -> impl Strategy<Value = Suggestion> {
    let value = prop_oneof![
        prop::sample::select(brands()).prop_map(|b| SuggestedValue::Brand {
            brand: b.name.into()
        }),
        prop::sample::select(Catalogue::starter().leaves())
            .prop_map(|l| SuggestedValue::Category { category: l.path }),
        prop::sample::select(vocabulary::colours()).prop_map(|c| SuggestedValue::Color {
            colors: vec![c.fr.clone()]
        }),
        prop::sample::select(vec!["M", "42", "W32"]).prop_map(|s| SuggestedValue::Size {
            label: s.into(),
            system: None
        }),
        prop::sample::select(Condition::ALL.to_vec())
            .prop_map(|condition| SuggestedValue::Condition { condition }),
        "\\PC{0,80}".prop_map(|title| SuggestedValue::Title { title }),
        (0u32..5_000, 0u32..5_000, 0u32..5_000)
            .prop_map(|(min, target, max)| SuggestedValue::Price { min, target, max }),
    ];
    (value, 0.0f32..=1.0, any::<bool>()).prop_map(|(value, confidence, default)| Suggestion {
        source: if default {
            Source::Default
        } else {
            Source::Measured { photo: None }
        },
        ..seen(value, confidence)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_typed_value_is_never_overwritten_and_filling_twice_changes_nothing(
        draft in drafts(),
        first in prop::collection::vec(any_suggestion(), 0..8),
        second in prop::collection::vec(any_suggestion(), 0..8),
        said in prop::sample::subsequence(Field::ALL.to_vec(), 0..5),
    ) {
        let memory = Memory { said: said.clone(), ..Memory::default() };
        let once = filled(&draft, first.clone(), &memory);
        let twice = filled(&once.draft, first, &remember(&once, &said));
        prop_assert_eq!(&twice.draft, &once.draft, "the same again changes nothing");
        let other = filled(&once.draft, second, &remember(&once, &said));
        for after in [&once.draft, &other.draft] {
            for field in Field::ALL {
                let theirs = said.contains(&field) || !is_open(&draft, field);
                if theirs {
                    prop_assert!(same(&draft, after, field), "{field:?} was the person's");
                }
            }
        }
        for kept in other.kept.iter().filter(|k| k.taken) {
            prop_assert!(kept.suggestion.value.stands_in(&other.draft), "{kept:?}");
        }
    }
}

fn same(a: &Draft, b: &Draft, field: Field) -> bool {
    match field {
        Field::Photos => a.photos == b.photos,
        Field::Title => a.title == b.title,
        Field::Description => a.description == b.description,
        Field::Category => a.category == b.category,
        Field::Brand => a.brand == b.brand,
        Field::Size => a.size == b.size,
        Field::Condition => a.condition == b.condition,
        Field::Color => a.colors == b.colors,
        Field::Material => a.materials == b.materials,
        Field::Price => {
            (a.price_min_cents, a.price_target_cents, a.price_max_cents)
                == (b.price_min_cents, b.price_target_cents, b.price_max_cents)
        }
        Field::PackageSize => a.package_size == b.package_size,
    }
}
