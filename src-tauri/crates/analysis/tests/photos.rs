//! Whole photos through the shipped networks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use analysis::garment::{Audience, Kind};
use analysis::item::{Item, Known, item};
use analysis::label::BrandList;
use analysis::models::{ModelFile, Threads};
use analysis::photo::{Analyser, PhotoFacts};
use analysis::picture::{Picture, Turn};
use analysis::roll::{RollPhoto, piles};
use domain::catalogue::Catalogue;
use sha2::{Digest, Sha256};

/// One for all tests of a process.
static ANALYSER: LazyLock<Analyser> = LazyLock::new(|| Analyser::open(&models(), &Threads::new(2)));

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

fn picture(path: &str) -> Picture {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(path);
    Picture::from_jpeg(&fs_err::read(file).unwrap()).unwrap()
}

fn look(path: &str) -> PhotoFacts {
    ANALYSER.look(&picture(path)).unwrap()
}

fn texts(facts: &PhotoFacts) -> Vec<String> {
    facts
        .text
        .iter()
        .flat_map(|text| &text.lines)
        .map(|line| line.text.clone())
        .collect()
}

fn of(photos: &[PhotoFacts]) -> Item {
    let brands = BrandList::new(["Ralph Lauren", "Zara", "Lacoste"]);
    let known = Known {
        brands: &brands,
        catalogue: Catalogue::starter(),
        audience: Audience::Women,
    };
    item(&photos.iter().enumerate().collect::<Vec<_>>(), &known)
}

#[test]
fn the_models_are_those_that_were_measured() {
    let readme = fs_err::read_to_string(models().join("README.md")).unwrap();
    for file in ModelFile::ALL {
        let bytes = fs_err::read(models().join(file.name())).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes(), "{file}");
        let sum: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(
            readme.contains(&sum),
            "{file} has not the checksum of models/README.md"
        );
    }
    assert_eq!(ANALYSER.missing().count(), 0, "all networks load");
}

#[test]
fn labels_are_read_whichever_way_they_lie() {
    let upside_down = look("labels/upside_down.jpg");
    assert_eq!(
        upside_down.text.as_ref().unwrap().turn,
        Some(Turn::Half),
        "{:?}",
        texts(&upside_down)
    );
    let found = of(&[upside_down]).composition.unwrap();
    assert_eq!(found.value.materials(), ["Laine", "Cachemire"]);
    let line = found.evidence.region.unwrap().corners;
    assert!(
        line[0][1] > 0.5 && line[0][0] > line[1][0],
        "the region is in the photo as it lies, upside down: {line:?}"
    );

    let quarter = look("labels/quarter_turn.jpg");
    assert!(
        texts(&quarter).iter().any(|line| line.contains("WAIST 32")),
        "{:?}",
        texts(&quarter)
    );
    let item = of(&[quarter]);
    assert_eq!(item.sizes[0].value.value, "W32 L34");
    assert_eq!(item.composition.unwrap().value.materials(), ["Coton"]);
}

#[test]
fn a_label_fills_the_fields_with_evidence() {
    let photos = [
        look("garments/t-shirt.jpg"),
        look("labels/brand_size.jpg"),
        look("labels/composition_fr.jpg"),
    ];
    assert_eq!(
        photos.each_ref().map(|facts| facts.label),
        [false, true, true],
        "which are labels"
    );
    let item = of(&photos);
    let brand = item.brand.unwrap();
    assert_eq!(
        (brand.value.as_str(), brand.evidence.photo),
        ("Ralph Lauren", Some(1))
    );
    assert_eq!(
        (
            item.sizes[0].value.value.as_str(),
            item.sizes[0].evidence.photo
        ),
        ("M", Some(1))
    );
    let composition = item.composition.unwrap();
    let shares: Vec<(String, u8)> = composition.value.parts[0]
        .shares
        .iter()
        .map(|s| (s.fibre.clone(), s.percent))
        .collect();
    assert_eq!(
        shares,
        [
            ("Coton".into(), 65),
            ("Polyester".into(), 30),
            ("Élasthanne".into(), 5)
        ]
    );
    assert!(
        composition.value.adds_up() && composition.evidence.confidence > 0.9,
        "{:?}",
        composition.evidence
    );
    assert!(
        item.category.unwrap().value.leaves[0]
            .leaf
            .path
            .ends_with("T-shirts")
    );
    assert_eq!(item.colours[0].value, "Bordeaux");
}

#[test]
fn garments_are_told_apart() {
    for (name, kind) in [
        ("dress", Kind::Dress),
        ("shoes", Kind::Shoes),
        ("t-shirt", Kind::TShirt),
        ("pants", Kind::Pants),
    ] {
        let facts = look(&format!("garments/{name}.jpg"));
        assert_eq!(facts.guesses[0].kind, kind, "{:?}", facts.guesses);
        assert_eq!(facts.garment, Some(true), "{name} is a garment");
        assert!(!facts.label, "{name} is no label");
    }
}

#[test]
fn a_landscape_is_no_garment() {
    // Sky, hills, a field: nothing in it is worn.
    let mut rgb = Vec::new();
    for y in 0..480i32 {
        for x in 0..640i32 {
            let ridge =
                200 + ((x as f32 / 60.0).sin() * 30.0 + (x as f32 / 23.0).sin() * 8.0) as i32;
            rgb.extend(match y {
                _ if y < ridge => [150 - (y / 8) as u8, 190, 235],
                _ if y < ridge + 60 => [70, 90 + (x % 17) as u8, 60],
                _ => [120, 140 + ((x * 7 + y * 3) % 40) as u8, 50],
            });
        }
    }
    let facts = ANALYSER
        .look(&Picture::new(640, 480, rgb).unwrap())
        .unwrap();
    let item = of(&[facts]);
    assert!(item.no_garment, "it is said, whatever the classifier finds");
    assert!(item.brand.is_none() && item.sizes.is_empty() && item.composition.is_none());
    assert!(
        !item.category.unwrap().value.sure,
        "and no category is filled in"
    );
}

#[test]
fn what_was_seen_can_be_kept() {
    let facts = look("labels/brand_size.jpg");
    let kept = serde_json::to_string(&facts).unwrap();
    let back: PhotoFacts = serde_json::from_str(&kept).unwrap();
    assert_eq!(texts(&back), texts(&facts));
    let photo = |facts| RollPhoto {
        facts: Some(facts),
        ..RollPhoto::default()
    };
    assert_eq!(
        piles(&[photo(&back)]).len(),
        1,
        "a kept photo groups as a fresh one"
    );
}
