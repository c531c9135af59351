//! Sizes on labels: each with the system it belongs to. Systems are kept apart: an Italian 42 is not a French one.

use domain::catalogue::SizeKind;
use domain::values::fold;
use serde::{Deserialize, Serialize};

use super::{LabelLine, is_care};

/// The way of counting that a size belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// `XS` to `5XL`, `S/M`, `TU`.
    Letters,
    /// European, marked `EU` or `EUR`.
    Eu,
    /// French (and Spanish, which counts alike).
    Fr,
    /// Italian.
    It,
    /// British.
    Uk,
    /// American.
    Us,
    /// German.
    De,
    /// Waist and length in inches: `W32 L34`, `W32`.
    WaistLength,
    /// Age in years: `8 ans`, `6-7 ans`.
    Years,
    /// Age in months: `12 mois`, `6-9 mois`.
    Months,
    /// Height in centimetres: `128 cm`.
    Height,
    /// A number without a system: `38`.
    Unmarked,
}

/// A size as a label gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Its system.
    pub system: System,
    /// The value in one way of writing: `M`, `38`, `38,5`, `W32 L34`, `8 ans`, `6-9 mois`, `128 cm`.
    pub value: String,
    /// Whether the label's numbers can only be of shoes (`EU 42 UK 8`).
    pub shoe: bool,
    /// A word or a sign says that it is the size; without one it stands alone.
    pub marked: bool,
    /// The line, as the caller numbers lines.
    pub line: usize,
}

impl Size {
    /// Whether a category with such sizes can have it.
    #[must_use]
    pub fn fits(&self, kind: SizeKind) -> bool {
        let number = self.value.replace(',', ".").parse::<f32>().ok();
        let within = |low: f32, high: f32| number.is_some_and(|n| (low..=high).contains(&n));
        match (kind, self.system) {
            (SizeKind::None, _) => false,
            (SizeKind::Clothes, System::Letters) => true,
            (SizeKind::Clothes, System::WaistLength) => true,
            (
                SizeKind::Clothes | SizeKind::Waist,
                System::Years | System::Months | System::Height,
            ) => false,
            (SizeKind::Clothes, System::Uk | System::Us) => !self.shoe && within(0.0, 36.0),
            (SizeKind::Clothes, _) => !self.shoe && within(28.0, 66.0),
            (SizeKind::Waist, System::WaistLength | System::Letters) => true,
            (SizeKind::Waist, System::Us | System::Uk) => !self.shoe && within(22.0, 60.0),
            (SizeKind::Waist, _) => !self.shoe && within(22.0, 66.0),
            (SizeKind::Shoes, System::Eu | System::Fr | System::De | System::Unmarked) => {
                within(34.0, 50.0)
            }
            (SizeKind::Shoes, System::It) => within(33.0, 49.0),
            (SizeKind::Shoes, System::Uk | System::Us) => within(1.0, 16.0),
            (SizeKind::Shoes, _) => false,
            (SizeKind::ChildAges, System::Years | System::Months | System::Height) => true,
            (SizeKind::ChildAges, _) => false,
            (SizeKind::ChildShoes, System::Eu | System::Fr | System::De | System::Unmarked) => {
                within(15.0, 40.0)
            }
            (SizeKind::ChildShoes, System::Uk | System::Us) => within(0.0, 13.5),
            (SizeKind::ChildShoes, _) => false,
        }
    }
}

/// Signs and words of a line.
#[derive(Clone, Debug, PartialEq)]
enum Sign {
    Word(String),
    /// Digits, with half sizes as `38,5`.
    Number(String),
    Mark(char),
}

/// Words before a size, in eight languages.
const SIZE_WORDS: &[&str] = &[
    "taille", "size", "sz", "grosse", "groesse", "gr", "talla", "taglia", "tg", "tamanho", "tam",
    "maat", "rozmiar", "rozm", "pointure", "t",
];
/// Words that say that an EU number is of shoes.
const SHOE_WORDS: &[&str] = &["pointure", "shoe", "shoes", "schuhgrosse", "cm"];

/// All sizes that the lines give, each system and value once, in the label's order.
#[must_use]
pub fn sizes(lines: &[LabelLine<'_>]) -> Vec<Size> {
    let mut found: Vec<Size> = Vec::new();
    for line in lines {
        let signs = signs(line.text);
        let mut here = marked(&signs, line.number);
        if here.is_empty() && !is_care(line.text) && !line.text.contains('%') {
            here.extend(alone(&signs, line.number));
        }
        for size in here {
            if !found
                .iter()
                .any(|known| known.system == size.system && known.value == size.value)
            {
                found.push(size);
            }
        }
    }
    mark_shoes(&mut found);
    found
}

/// European shoe sizes are the British ones and 31 to 34; no clothes are (women's differ by 26 to 32 with even numbers, and
/// British ones there are 4 and more).
fn mark_shoes(found: &mut [Size]) {
    let number = |size: &Size| size.value.replace(',', ".").parse::<f32>().ok();
    let of = |system: System| found.iter().find(|s| s.system == system).and_then(number);
    let (european, british, american) = (
        of(System::Eu).or(of(System::Fr)),
        of(System::Uk),
        of(System::Us),
    );
    let apart = |other: Option<f32>, range: std::ops::RangeInclusive<f32>| {
        european
            .zip(other)
            .is_some_and(|(eu, other)| range.contains(&(eu - other)) && other < 16.0)
    };
    // 44 and 12 are a man's shoe and a woman's dress: without a half size or the American number nothing is said.
    let halves = found.iter().any(|s| s.value.contains(",5"));
    let shoe = apart(british, 32.5..=35.0)
        || (apart(british, 31.0..=35.0) && (halves || apart(american, 30.0..=35.5)));
    if shoe || halves {
        for size in found.iter_mut().filter(|s| {
            matches!(
                s.system,
                System::Eu
                    | System::Fr
                    | System::It
                    | System::De
                    | System::Uk
                    | System::Us
                    | System::Unmarked
            )
        }) {
            size.shoe = true;
        }
    }
}

/// Sizes that a word, a country or their own shape marks.
fn marked(signs: &[Sign], line: usize) -> Vec<Size> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let taken = waist_and_length(&signs[at..])
            .or_else(|| country(&signs[at..]))
            .or_else(|| age_or_height(&signs[at..]))
            .or_else(|| after_size_word(&signs[at..]));
        match taken {
            Some((system, value, used)) => {
                found.push(Size {
                    system,
                    value,
                    shoe: matches!(&signs[at], Sign::Word(word) if SHOE_WORDS.contains(&word.as_str())),
                    marked: true,
                    line,
                });
                at += used.max(1);
            }
            None => at += 1,
        }
    }
    found
}

/// A size that is all that its line says.
fn alone(signs: &[Sign], line: usize) -> Option<Size> {
    let (system, value, used) = letters(signs).or_else(|| match signs {
        [Sign::Number(number)] => {
            let value = number.replace(',', ".").parse::<f32>().ok()?;
            ((30.0..=60.0).contains(&value) && number.len() != 1)
                .then(|| (System::Unmarked, number.clone(), 1))
        }
        [Sign::Number(a), Sign::Mark('/' | '-'), Sign::Number(b)] => {
            let (a, b) = (a.parse::<u8>().ok()?, b.parse::<u8>().ok()?);
            // `38/40` is two sizes of clothes, `32/34` may be waist and length: only even neighbours are said.
            ((34..=58).contains(&a) && b == a + 2 && a % 2 == 0)
                .then(|| (System::Unmarked, format!("{a}/{b}"), 3))
        }
        _ => None,
    })?;
    (used == signs.len()).then_some(Size {
        system,
        value,
        shoe: false,
        marked: false,
        line,
    })
}

/// `M`, `XS`, `2XL`, `XXL`, `S/M`, `TU`, `one size`.
fn letters(signs: &[Sign]) -> Option<(System, String, usize)> {
    let one = |signs: &[Sign]| -> Option<(String, usize)> {
        match signs {
            [Sign::Number(n), Sign::Word(word), ..] => {
                let times: usize = n.parse().ok().filter(|n| (2..=6).contains(n))?;
                let end = word.strip_prefix('x')?;
                (end == "l" || end == "s").then(|| (shortened(times, end), 2))
            }
            [Sign::Word(word), ..] => {
                let end = word.trim_start_matches('x');
                let times = word.len() - end.len();
                let fits = matches!(end, "s" | "l") && times <= 6 || word == "m";
                fits.then(|| {
                    (
                        if times == 0 {
                            word.to_uppercase()
                        } else {
                            shortened(times, end)
                        },
                        1,
                    )
                })
            }
            _ => None,
        }
    };
    if let [Sign::Word(a), Sign::Word(b), ..] = signs
        && matches!(
            (a.as_str(), b.as_str()),
            ("one", "size") | ("taille", "unique") | ("talla", "unica") | ("taglia", "unica")
        )
    {
        return Some((System::Letters, "TU".to_owned(), 2));
    }
    if let [Sign::Word(word)] = signs
        && matches!(word.as_str(), "tu" | "os")
    {
        return Some((System::Letters, "TU".to_owned(), 1));
    }
    let (first, used) = one(signs)?;
    if let [Sign::Mark('/' | '-'), rest @ ..] = &signs[used..]
        && let Some((second, more)) = one(rest)
    {
        return Some((
            System::Letters,
            format!("{first}/{second}"),
            used + 1 + more,
        ));
    }
    Some((System::Letters, first, used))
}

/// `XS`, `XXL` and from three on `3XL`.
fn shortened(times: usize, end: &str) -> String {
    let end = end.to_uppercase();
    if times <= 2 {
        format!("{}{end}", "X".repeat(times))
    } else {
        format!("{times}X{end}")
    }
}

/// `W32 L34`, `W 32 / L 34`, `waist 32 length 34`, `32x34`, `W32`.
fn waist_and_length(signs: &[Sign]) -> Option<(System, String, usize)> {
    let inches = |n: &str, range: std::ops::RangeInclusive<u8>| {
        n.parse::<u8>().ok().filter(|n| range.contains(n))
    };
    let waist = |n: &str| inches(n, 22..=60);
    let length = |n: &str| inches(n, 24..=40);
    let is_waist = |w: &str| matches!(w, "w" | "waist" | "bund" | "wst");
    let is_length = |w: &str| matches!(w, "l" | "length" | "lange" | "len" | "inseam");
    let both = |w: u8, l: u8, used: usize| Some((System::WaistLength, format!("W{w} L{l}"), used));
    match signs {
        [
            Sign::Word(a),
            Sign::Number(w),
            Sign::Mark('/' | '-' | 'x'),
            Sign::Word(b),
            Sign::Number(l),
            ..,
        ] if is_waist(a) && is_length(b) => both(waist(w)?, length(l)?, 5),
        [
            Sign::Word(a),
            Sign::Number(w),
            Sign::Word(b),
            Sign::Number(l),
            ..,
        ] if is_waist(a) && is_length(b) => both(waist(w)?, length(l)?, 4),
        [Sign::Word(a), Sign::Number(w), ..] if is_waist(a) => {
            Some((System::WaistLength, format!("W{}", waist(w)?), 2))
        }
        [Sign::Number(w), Sign::Word(x), Sign::Number(l), ..] if x == "x" => {
            both(waist(w)?, length(l)?, 3)
        }
        _ => None,
    }
}

/// `EUR 38`, `38 EU`, `UK10`, `IT 42`.
fn country(signs: &[Sign]) -> Option<(System, String, usize)> {
    let system = |word: &str| {
        Some(match word {
            "eur" | "eu" | "euro" | "europe" => System::Eu,
            "fr" | "f" | "fra" | "esp" | "es" | "e" => System::Fr,
            "it" | "i" | "ita" => System::It,
            "uk" | "gb" | "gbr" => System::Uk,
            "us" | "usa" => System::Us,
            "de" | "d" | "ger" | "deu" => System::De,
            _ => return None,
        })
    };
    let size = |number: &str| {
        let value = number.replace(',', ".").parse::<f32>().ok()?;
        (0.0..=66.0).contains(&value).then(|| number.to_owned())
    };
    match signs {
        [
            Sign::Word(word),
            Sign::Mark(':' | '.' | '-'),
            Sign::Number(number),
            ..,
        ] => Some((system(word)?, size(number)?, 3)),
        [Sign::Word(word), Sign::Number(number), rest @ ..] => {
            // In `38 EU 10 UK` each number stands before its country.
            let _ = rest;
            Some((system(word)?, size(number)?, 2))
        }
        [Sign::Word(word), rest @ ..] if system(word) == Some(System::Eu) => {
            // Sportswear: `EU M`, beside `US M`: the European one is the seller's.
            let (_, letters, used) = letters(rest)?;
            Some((System::Letters, letters, used + 1))
        }
        _ => None,
    }
}

/// `8 ans`, `6-7 years`, `8A`, `12 mois`, `6/9M`, `128 cm`.
fn age_or_height(signs: &[Sign]) -> Option<(System, String, usize)> {
    let (number, range, used) = match signs {
        [Sign::Number(a), Sign::Mark('-' | '/'), Sign::Number(b), ..] => (a, Some(b), 3),
        [Sign::Number(a), ..] => (a, None, 1),
        _ => return None,
    };
    let Some(Sign::Word(unit)) = signs.get(used) else {
        return None;
    };
    let first: u16 = number.parse().ok()?;
    let last: u16 = match range {
        Some(last) => last.parse().ok().filter(|last| *last > first)?,
        None => first,
    };
    let written = |unit: &str| match range {
        Some(_) => format!("{first}-{last} {unit}"),
        None => format!("{first} {unit}"),
    };
    let (system, value) = match unit.as_str() {
        "ans" | "an" | "years" | "year" | "yrs" | "yr" | "y" | "jahre" | "jahr" | "anos"
        | "anni" | "jaar" | "lat" | "a"
            if (1..=18).contains(&last) =>
        {
            (System::Years, written("ans"))
        }
        "mois" | "months" | "month" | "mths" | "mth" | "m" | "monate" | "meses" | "mesi"
        | "maanden" | "mnd" | "mies"
            if (1..=36).contains(&last)
                && (unit != "m"
                    || range.is_some()
                    || [3, 6, 9, 12, 18, 24, 36].contains(&last)) =>
        {
            (System::Months, written("mois"))
        }
        "cm" if (44..=188).contains(&last) => (System::Height, written("cm")),
        _ => return None,
    };
    Some((system, value, used + 1))
}

/// `Size M`, `Taille 40`, `T.38`, `Gr. 40`.
fn after_size_word(signs: &[Sign]) -> Option<(System, String, usize)> {
    let Sign::Word(word) = signs.first()? else {
        return None;
    };
    if !SIZE_WORDS.contains(&word.as_str()) {
        return None;
    }
    let skipped = signs[1..]
        .iter()
        .take_while(|sign| matches!(sign, Sign::Mark(':' | '.' | '-' | '/')))
        .count();
    // `t` alone is a word of many texts: its size follows at once.
    if word == "t" && skipped == 0 && !matches!(signs.get(1), Some(Sign::Number(_))) {
        return None;
    }
    let rest = &signs[1 + skipped..];
    // `Taille / Size / Talla: M`.
    if let Some((system, value, used)) = after_size_word(rest) {
        return Some((system, value, used + 1 + skipped));
    }
    let (system, value, used) = country(rest)
        .or_else(|| age_or_height(rest))
        .or_else(|| waist_and_length(rest))
        .or_else(|| letters(rest))
        .or_else(|| match rest {
            [Sign::Number(number), ..] => {
                let value = number.replace(',', ".").parse::<f32>().ok()?;
                (0.0..=66.0)
                    .contains(&value)
                    .then(|| (System::Unmarked, number.clone(), 1))
            }
            _ => None,
        })?;
    Some((system, value, used + 1 + skipped))
}

fn signs(text: &str) -> Vec<Sign> {
    let folded: Vec<char> = fold(text).chars().collect();
    let mut signs = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let run = |wanted: fn(&char) -> bool| {
            folded[at..]
                .iter()
                .take_while(|c| wanted(c))
                .collect::<String>()
        };
        let c = folded[at];
        if c.is_ascii_digit() {
            let mut number = run(char::is_ascii_digit);
            at += number.len();
            let half = matches!(folded.get(at), Some(',' | '.'))
                && folded.get(at + 1) == Some(&'5')
                && !folded.get(at + 2).is_some_and(char::is_ascii_digit);
            if half {
                number.push_str(",5");
                at += 2;
            } else if folded.get(at) == Some(&'½') {
                number.push_str(",5");
                at += 1;
            }
            signs.push(Sign::Number(number));
        } else if c.is_alphabetic() {
            let word = run(|c| c.is_alphabetic());
            at += word.chars().count();
            signs.push(Sign::Word(word));
        } else {
            match c {
                '×' => signs.push(Sign::Word("x".to_owned())),
                c if c.is_whitespace() => {}
                c => signs.push(Sign::Mark(c)),
            }
            at += 1;
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::label::test_lines;

    fn told(text: &str) -> String {
        let sizes = sizes(&test_lines(text));
        let told = sizes.iter().map(|s| {
            format!(
                "{:?} {}{}",
                s.system,
                s.value,
                if s.shoe { " shoe" } else { "" }
            )
        });
        told.collect::<Vec<_>>().join(" | ")
    }

    #[rstest]
    #[case("M", "Letters M")]
    #[case("XS", "Letters XS")]
    #[case("XXL", "Letters XXL")]
    #[case("XXXL", "Letters 3XL")]
    #[case("2XL", "Letters XXL")]
    #[case("3XL", "Letters 3XL")]
    #[case("4 XL", "Letters 4XL")]
    #[case("S/M", "Letters S/M")]
    #[case("Size M", "Letters M")]
    #[case("TAILLE: L", "Letters L")]
    #[case("Größe XL", "Letters XL")]
    #[case("talla S", "Letters S")]
    #[case("Taglia XS", "Letters XS")]
    #[case("maat M", "Letters M")]
    #[case("rozmiar L", "Letters L")]
    #[case("Taille / Size / Talla : M", "Letters M")]
    #[case("Taille unique", "Letters TU")]
    #[case("ONE SIZE", "Letters TU")]
    #[case("EU M", "Letters M")]
    fn letters_are_letters(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(told(text), wanted, "{text:?}");
    }

    #[rstest]
    #[case("EUR 38", "Eu 38")]
    #[case("EU38", "Eu 38")]
    #[case("FR 40", "Fr 40")]
    #[case("F 40", "Fr 40")]
    #[case("IT 44", "It 44")]
    #[case("I 44", "It 44")]
    #[case("UK 12", "Uk 12")]
    #[case("US 8", "Us 8")]
    #[case("USA 8", "Us 8")]
    #[case("D 36", "De 36")]
    #[case("GB 10", "Uk 10")]
    #[case("Gr. 40", "Unmarked 40")]
    #[case("Taille 42", "Unmarked 42")]
    #[case("T.38", "Unmarked 38")]
    #[case("T38", "Unmarked 38")]
    #[case("38", "Unmarked 38")]
    #[case("38/40", "Unmarked 38/40")]
    #[case("EUR 38 UK 10 IT 42 US 6", "Eu 38 | Uk 10 | It 42 | Us 6")]
    #[case("EU: 38\nUK: 10", "Eu 38 | Uk 10")]
    fn systems_are_kept_apart(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(told(text), wanted, "{text:?}");
    }

    #[rstest]
    #[case("W32 L34", "WaistLength W32 L34")]
    #[case("W 32 / L 34", "WaistLength W32 L34")]
    #[case("WAIST 32 LENGTH 34", "WaistLength W32 L34")]
    #[case("32x34", "WaistLength W32 L34")]
    #[case("32 × 34", "WaistLength W32 L34")]
    #[case("W30", "WaistLength W30")]
    #[case("W99 L34", "")]
    #[case("8 ans", "Years 8 ans")]
    #[case("8A", "Years 8 ans")]
    #[case("6-7 YEARS", "Years 6-7 ans")]
    #[case("10 años", "Years 10 ans")]
    #[case("4 Jahre", "Years 4 ans")]
    #[case("12 lat", "Years 12 ans")]
    #[case("12 mois", "Months 12 mois")]
    #[case("6/9M", "Months 6-9 mois")]
    #[case("18 months", "Months 18 mois")]
    #[case("128 cm", "Height 128 cm")]
    #[case("8 ans / 128 cm", "Years 8 ans | Height 128 cm")]
    #[case("EU 42 UK 8 US 9", "Eu 42 shoe | Uk 8 shoe | Us 9 shoe")]
    #[case("38,5", "Unmarked 38,5 shoe")]
    #[case("EUR 38.5", "Eu 38,5 shoe")]
    #[case("Pointure 39", "Unmarked 39 shoe")]
    fn trousers_children_shoes(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(told(text), wanted, "{text:?}");
    }

    #[rstest]
    #[case("30", "Unmarked 30")]
    #[case("30°", "")]
    #[case("Wash at 30", "")]
    #[case("100% COTON", "")]
    #[case("RN 12345", "")]
    #[case("MADE IN ITALY", "")]
    #[case("Fabriqué en France 2019", "")]
    #[case("CA 00123", "")]
    #[case("200", "")]
    #[case("7", "")]
    #[case("A", "")]
    #[case("RALPH LAUREN", "")]
    #[case("Levi's 501", "")]
    #[case("65% coton 35% lin 40", "")]
    #[case("", "")]
    fn what_is_no_size(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(told(text), wanted, "{text:?}");
    }

    #[test]
    fn a_size_fits_its_kind_of_category_only() {
        let of = |text: &str| sizes(&test_lines(text)).remove(0);
        assert!(
            of("M").fits(SizeKind::Clothes)
                && !of("M").fits(SizeKind::Shoes)
                && !of("M").fits(SizeKind::None)
        );
        assert!(of("8 ans").fits(SizeKind::ChildAges) && !of("8 ans").fits(SizeKind::Clothes));
        assert!(
            of("EUR 38,5").fits(SizeKind::Shoes) && !of("EUR 38,5").fits(SizeKind::Clothes),
            "half sizes are shoes"
        );
        assert!(of("W32 L34").fits(SizeKind::Waist) && !of("W32 L34").fits(SizeKind::Shoes));
        assert!(!of("EUR 64").fits(SizeKind::Shoes), "no foot has that size");
    }
}
