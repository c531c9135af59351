//! What labels say: brand, size, composition. Pure rules over lines that were read.

mod brand;
mod composition;
mod size;
mod words;

pub use brand::{BrandList, BrandRead};
pub use composition::{Composition, Part, Share, composition};
pub use size::{Size, System, sizes};

use words::{key, letter_runs};

/// A line of a label.
#[derive(Clone, Copy, Debug)]
pub struct LabelLine<'a> {
    /// What it says.
    pub text: &'a str,
    /// Its number, handed back with what was found in it. Neighbours have neighbouring numbers.
    pub number: usize,
}

/// Words that only care text has, in the eight languages, as they begin.
const CARE: &[&str] = &[
    "wash",
    "bleach",
    "tumble",
    "iron",
    "dry",
    "clean",
    "laver",
    "lavage",
    "blanchir",
    "chlor",
    "repass",
    "sech",
    "nettoy",
    "wasch",
    "bleich",
    "bugel",
    "reinig",
    "trockn",
    "lavar",
    "lavare",
    "planchar",
    "secar",
    "lejia",
    "candegg",
    "stirare",
    "asciug",
    "wassen",
    "bleken",
    "strijk",
    "drogen",
    "prac",
    "wybiel",
    "prasow",
    "suszyc",
    "lixivia",
    "passar",
    "engomar",
    "limpeza",
    "limpieza",
    "lavagg",
    "handwasche",
    "fire",
    "feu",
    "feuer",
    "fuego",
    "fuoco",
    "vuur",
    "ogien",
];

/// Names that are everyday words too: care text and slogans are full of them.
const EVERYDAY: &[&str] = &[
    "only",
    "next",
    "object",
    "pieces",
    "weekday",
    "selected",
    "cotton",
    "bench",
    "express",
    "urban",
    "free",
    "people",
    "element",
    "canada",
    "france",
    "paris",
    "london",
    "italy",
    "sport",
    "original",
    "collection",
    "basic",
    "premium",
    "denim",
    "woman",
    "women",
    "men",
    "kids",
    "baby",
    "new look",
    "studio",
    "special",
    "limited",
    "vintage",
    "authentic",
    "quality",
];

/// Whether the line tells how to wash.
fn is_care(text: &str) -> bool {
    letter_runs(text)
        .iter()
        .any(|word| CARE.iter().any(|care| word.starts_with(care)))
}

/// Whether a brand of that name is an everyday word as well.
fn is_everyday(name: &str) -> bool {
    EVERYDAY.contains(&key(name).as_str())
}

#[cfg(test)]
fn test_lines(text: &str) -> Vec<LabelLine<'_>> {
    text.lines()
        .enumerate()
        .map(|(number, text)| LabelLine { text, number })
        .collect()
}
