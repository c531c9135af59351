//! What made-up labels say, with what must be read in them.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// A label's text and what it means.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelText {
    pub(crate) lines: Vec<String>,
    /// The first line is a name, written larger.
    pub(crate) named: bool,
    /// Shares of one language: percent and the fibre in French.
    pub(crate) shares: Vec<(u8, &'static str)>,
    pub(crate) size: Option<String>,
    pub(crate) brand: Option<&'static str>,
}

/// Brands for the bench: names of one word and of several.
pub(crate) const BRANDS: &[&str] = &[
    "Zara",
    "H&M",
    "Mango",
    "Levi's",
    "Diesel",
    "Ralph Lauren",
    "Tommy Hilfiger",
    "Lacoste",
    "Hugo Boss",
    "Karl Lagerfeld",
    "Sézane",
    "Promod",
    "Kiabi",
    "Petit Bateau",
    "Jules",
    "Celio",
    "Camaïeu",
    "Bershka",
    "Pull & Bear",
    "Stradivarius",
    "Massimo Dutti",
    "Uniqlo",
    "Esprit",
    "Benetton",
    "Desigual",
    "Morgan",
    "Naf Naf",
    "Etam",
    "Jennyfer",
    "Cache Cache",
    "Okaïdi",
    "Vertbaudet",
    "Sergent Major",
    "Jacadi",
    "The North Face",
    "Patagonia",
    "Columbia",
    "Nike",
    "Adidas",
    "Puma",
];

/// Fibres in fr, en, de, es, it, pt, nl, pl.
const FIBRES: &[(&str, [&str; 8])] = &[
    (
        "Coton",
        [
            "COTON",
            "COTTON",
            "BAUMWOLLE",
            "ALGODÓN",
            "COTONE",
            "ALGODÃO",
            "KATOEN",
            "BAWEŁNA",
        ],
    ),
    (
        "Polyester",
        [
            "POLYESTER",
            "POLYESTER",
            "POLYESTER",
            "POLIÉSTER",
            "POLIESTERE",
            "POLIÉSTER",
            "POLYESTER",
            "POLIESTER",
        ],
    ),
    (
        "Élasthanne",
        [
            "ÉLASTHANNE",
            "ELASTANE",
            "ELASTHAN",
            "ELASTANO",
            "ELASTAN",
            "ELASTANO",
            "ELASTAAN",
            "ELASTAN",
        ],
    ),
    (
        "Viscose",
        [
            "VISCOSE", "VISCOSE", "VISKOSE", "VISCOSA", "VISCOSA", "VISCOSE", "VISCOSE", "WISKOZA",
        ],
    ),
    (
        "Polyamide",
        [
            "POLYAMIDE",
            "POLYAMIDE",
            "POLYAMID",
            "POLIAMIDA",
            "POLIAMMIDE",
            "POLIAMIDA",
            "POLYAMIDE",
            "POLIAMID",
        ],
    ),
    (
        "Laine",
        [
            "LAINE", "WOOL", "WOLLE", "LANA", "LANA", "LÃ", "WOL", "WEŁNA",
        ],
    ),
    (
        "Acrylique",
        [
            "ACRYLIQUE",
            "ACRYLIC",
            "POLYACRYL",
            "ACRÍLICO",
            "ACRILICO",
            "ACRÍLICO",
            "ACRYL",
            "AKRYL",
        ],
    ),
    (
        "Lin",
        [
            "LIN", "LINEN", "LEINEN", "LINO", "LINO", "LINHO", "LINNEN", "LEN",
        ],
    ),
    (
        "Soie",
        [
            "SOIE", "SILK", "SEIDE", "SEDA", "SETA", "SEDA", "ZIJDE", "JEDWAB",
        ],
    ),
    (
        "Cachemire",
        [
            "CACHEMIRE",
            "CASHMERE",
            "KASCHMIR",
            "CACHEMIR",
            "CACHEMIRE",
            "CAXEMIRA",
            "KASJMIER",
            "KASZMIR",
        ],
    ),
];

const MADE: [&str; 8] = [
    "Fabriqué au Portugal",
    "Made in Türkiye",
    "Hergestellt in Italien",
    "Hecho en España",
    "Fatto in Italia",
    "Fabricado em Portugal",
    "Gemaakt in Portugal",
    "Wyprodukowano w Polsce",
];

const CARE: [&str; 8] = [
    "Laver à 30°",
    "Machine wash cold",
    "Nicht bleichen",
    "No usar lejía",
    "Non candeggiare",
    "Não usar lixívia",
    "Niet bleken",
    "Nie wybielać",
];

/// A care label: composition, sometimes in a second language, sometimes with a size.
pub(crate) fn care(rng: &mut StdRng) -> LabelText {
    let language = rng.random_range(0..8);
    let count = [1, 2, 2, 3][rng.random_range(0..4)];
    let fibres: Vec<&(&str, [&str; 8])> = FIBRES.choose_multiple(rng, count).collect();
    let shares = split(fibres.len(), rng);
    let blank = if rng.random_bool(0.8) { " " } else { "" };
    let capital = rng.random_bool(0.7);
    let written = |language: usize| -> Vec<String> {
        fibres
            .iter()
            .zip(&shares)
            .map(|((_, names), share)| {
                let name = if capital {
                    names[language].to_owned()
                } else {
                    names[language].to_lowercase()
                };
                format!("{share}%{blank}{name}")
            })
            .collect()
    };
    let mut lines = written(language);
    if rng.random_bool(0.35) {
        lines.extend(written((language + 1) % 8));
    }
    let size = rng.random_bool(0.4).then(|| size(rng));
    if let Some((text, _)) = &size {
        lines.push(text.clone());
    }
    if rng.random_bool(0.7) {
        lines.push(MADE[language].to_owned());
    }
    if rng.random_bool(0.5) {
        lines.push(CARE[language].to_owned());
    }
    LabelText {
        lines,
        named: false,
        shares: fibres
            .iter()
            .zip(&shares)
            .map(|((name, _), share)| (*share, *name))
            .collect(),
        size: size.map(|(_, value)| value),
        brand: None,
    }
}

/// A neck label: the brand, mostly with a size.
pub(crate) fn neck(rng: &mut StdRng) -> LabelText {
    let brand = BRANDS[rng.random_range(0..BRANDS.len())];
    let written = if rng.random_bool(0.7) {
        brand.to_uppercase()
    } else {
        brand.to_owned()
    };
    let mut lines = vec![written];
    let size = rng.random_bool(0.85).then(|| size(rng));
    if let Some((text, _)) = &size {
        lines.push(text.clone());
    }
    LabelText {
        lines,
        named: true,
        shares: Vec::new(),
        size: size.map(|(_, value)| value),
        brand: Some(brand),
    }
}

/// A neck label with a brand and a size that garments of this class have.
pub(crate) fn neck_of(class: &str, rng: &mut StdRng) -> LabelText {
    let brand = BRANDS[rng.random_range(0..BRANDS.len())];
    let letter = ["XS", "S", "M", "L", "XL"][rng.random_range(0..5)];
    let number = rng.random_range(17..24) * 2;
    let size = match (class, rng.random_range(0..3)) {
        ("shoes", _) => format!("EU {}", rng.random_range(36..46)),
        ("hat", _) => "TU".to_owned(),
        ("pants" | "shorts", 0) => format!("W{} L32", rng.random_range(26..38)),
        (_, 1) => format!("FR {number}"),
        _ => letter.to_owned(),
    };
    LabelText {
        lines: vec![brand.to_uppercase(), size.clone()],
        named: true,
        shares: Vec::new(),
        size: Some(size),
        brand: Some(brand),
    }
}

/// A size as labels write it, and the value that must be read.
fn size(rng: &mut StdRng) -> (String, String) {
    let letters = ["XS", "S", "M", "L", "XL", "XXL"];
    let letter = letters[rng.random_range(0..letters.len())];
    let number = rng.random_range(17..25) * 2;
    let of = |text: String, value: String| (text, value);
    match rng.random_range(0..9) {
        0 | 1 => of(letter.into(), letter.into()),
        2 => of(format!("Taille {letter}"), letter.into()),
        3 => of(format!("SIZE {letter}"), letter.into()),
        4 => of(
            format!("EUR {number}  UK {}", number - 28),
            number.to_string(),
        ),
        5 => of(
            format!("FR {number}  IT {}", number + 4),
            number.to_string(),
        ),
        6 => {
            let (w, l) = (rng.random_range(26..38), rng.random_range(15..18) * 2);
            of(format!("W{w} L{l}"), format!("W{w} L{l}"))
        }
        7 => {
            let age = rng.random_range(2..15);
            of(format!("{age} ans"), format!("{age} ans"))
        }
        _ => of(format!("Gr. {number}"), number.to_string()),
    }
}

/// Shares of a hundred in steps as labels have them, largest first.
fn split(count: usize, rng: &mut StdRng) -> Vec<u8> {
    match count {
        1 => vec![100],
        2 => {
            let small = [2u8, 3, 5, 10, 15, 20, 30, 35, 40, 45][rng.random_range(0..10)];
            vec![100 - small, small]
        }
        _ => {
            let (a, b) = (
                [2u8, 3, 4, 5][rng.random_range(0..4)],
                [10u8, 15, 20, 25, 30][rng.random_range(0..5)],
            );
            vec![100 - a - b, b, a]
        }
    }
}
