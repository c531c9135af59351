//! Drafts for tests: an empty one, one whose gates all hold, and any draft at all.

use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    catalogue::Catalogue,
    draft::{Brand, Draft, Size},
    gates::GateContext,
    ids::{DraftId, PhotoId},
    language::Language,
    money::Currency,
    photo::Photo,
    values::Condition,
    vocabulary,
};

pub(crate) fn context() -> GateContext<'static> {
    GateContext {
        catalogue: Catalogue::starter(),
        language: Language::Fr,
    }
}

pub(crate) fn photo() -> Photo {
    Photo {
        id: PhotoId(Uuid::nil()),
        sha256: "00".repeat(32),
        filename: "robe.jpg".into(),
        width: 1200,
        height: 1600,
        phash: 0,
        captured_at: None,
        camera: None,
        orientation: 1,
        edited: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn empty() -> Draft {
    Draft::new(DraftId(Uuid::nil()), DateTime::UNIX_EPOCH)
}

/// A draft whose gates all hold.
pub(crate) fn ready() -> Draft {
    Draft {
        title: "Robe noire Zara M – Très bon état".into(),
        description: "Robe noire de la marque Zara.\nTaille M.\nTrès bon état.\n\
                      Composition : 100 % coton.\nLongueur : 92 cm.\n#robe #noire #zara"
            .into(),
        price_min_cents: Some(900),
        price_target_cents: Some(1200),
        price_max_cents: Some(1500),
        brand: Brand::parse("Zara"),
        size: Size::parse("M"),
        condition: Some(Condition::VeryGood),
        category: Some("Femmes > Vêtements > Robes > Robes courtes".into()),
        colors: vec!["Noir".into()],
        photos: vec![photo()],
        ..empty()
    }
}

pub(crate) fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("Robe".to_owned()),
        Just("robe".to_owned()),
        Just("Sweat à capuche".to_owned()),
        Just("jean".to_owned()),
        Just("noire".to_owned()),
        Just("bleu marine".to_owned()),
        Just("Zara".to_owned()),
        Just("Levi's".to_owned()),
        Just("M".to_owned()),
        Just("W32".to_owned()),
        Just("–".to_owned()),
        Just("-".to_owned()),
        Just("Très bon état".to_owned()),
        Just("very good".to_owned()),
        Just("magnifique".to_owned()),
        Just("n'hésitez pas".to_owned()),
        Just("très".to_owned()),
        Just("est".to_owned()),
        Just("👗".to_owned()),
        Just("1️⃣".to_owned()),
        Just("#robe".to_owned()),
        Just("#bonplan".to_owned()),
        Just("#a-b,#c".to_owned()),
        Just("Longueur 90 cm.".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        "\\PC{0,6}",
        any::<String>().prop_map(|s| s.chars().take(4).collect()),
    ];
    prop::collection::vec((word, prop_oneof![Just(" "), Just("\n"), Just("")]), 0..24)
        .prop_map(|parts| parts.into_iter().map(|(w, s)| w + s).collect())
}

prop_compose! {
    pub(crate) fn drafts()(
        title in words(),
        description in words(),
        prices in prop::array::uniform3(prop::option::of(prop_oneof![0u32..5000, any::<u32>()])),
        brand in prop_oneof![
            Just(None),
            Just(Some(Brand::None)),
            Just(Brand::parse("Zara")),
            Just(Brand::parse("Levi's")),
            "\\PC{1,30}".prop_map(|b| Brand::parse(&b)),
        ],
        size in prop_oneof![
            Just(Size::Unknown),
            Just(Size::parse("M")),
            Just(Size::parse("M / 38 / 10")),
            "\\PC{1,20}".prop_map(|s| Size::parse(&s)),
        ],
        condition in prop::option::of(prop::sample::select(Condition::ALL.to_vec())),
        category in prop_oneof![
            Just(None),
            Just(Some("Femmes > Robes".to_owned())),
            Just(Some("156".to_owned())),
            prop::sample::select(Catalogue::starter().leaves()).prop_map(|l| Some(l.path)),
            words().prop_map(Some),
        ],
        colors in prop::collection::vec(prop_oneof![
            prop::sample::select(vocabulary::colours()).prop_map(|c| c.fr.clone()),
            prop::sample::select(vocabulary::colours()).prop_map(|c| c.en.clone()),
            Just("Taupe".to_owned()),
            words(),
        ], 0..4),
        materials in prop::collection::vec(
            prop::sample::select(vocabulary::materials()).prop_map(|m| m.fr.clone()), 0..5),
        photos in 0usize..23,
        currency in prop::sample::select(vec![Currency::Eur, Currency::Dkk, Currency::Usd]),
    ) -> Draft {
        Draft {
            title, description, brand, size, condition, category, colors, materials, currency,
            price_min_cents: prices[0], price_target_cents: prices[1], price_max_cents: prices[2],
            photos: vec![photo(); photos],
            ..empty()
        }
    }
}
