//! Which sizes stand for each other, from `data/sizes.tsv`.
//!
//! Systems are kept apart: a bare number among clothes says nothing (38 is a French and a German
//! size), unless whoever read it knows its system. What comes out is approximate and meant to be
//! read; no field is filled from it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{Audience, SizeKind},
    values::fold,
};

/// A way to count sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeSystem {
    /// `XS` to `5XL`.
    Letters,
    /// French and Spanish.
    Fr,
    /// German, also sold as "EU"; of shoes the Paris point.
    Eu,
    /// Italian.
    It,
    /// British.
    Uk,
    /// American.
    Us,
    /// Waist in inches.
    Waist,
    /// Height of the child.
    Centimetres,
    /// Age of the child in years, or in months (`6m`).
    Age,
}

impl SizeSystem {
    /// In the order of the columns of the file.
    const ALL: [Self; 9] = [
        Self::Letters,
        Self::Fr,
        Self::Eu,
        Self::It,
        Self::Uk,
        Self::Us,
        Self::Waist,
        Self::Centimetres,
        Self::Age,
    ];

    /// The size as it is read: `FR 38`, `W32`, `116 cm`, `M`; an age needs words and has none here.
    fn written(self, value: &str) -> Option<String> {
        Some(match self {
            Self::Letters => value.to_owned(),
            Self::Fr => format!("FR {value}"),
            Self::Eu => format!("EU {value}"),
            Self::It => format!("IT {value}"),
            Self::Uk => format!("UK {value}"),
            Self::Us => format!("US {value}"),
            Self::Waist => format!("W{value}"),
            Self::Centimetres => format!("{value} cm"),
            Self::Age => return None,
        })
    }
}

/// A line of the file.
struct Row {
    kind: &'static str,
    /// By [`SizeSystem::ALL`].
    sizes: [Option<&'static str>; 9],
}

fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        include_str!("../data/sizes.tsv")
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("kind"))
            .filter_map(|line| {
                let mut columns = line.split('\t');
                let kind = columns.next()?;
                let mut sizes = [None; 9];
                for (size, column) in sizes.iter_mut().zip(columns) {
                    *size = Some(column).filter(|c| *c != "-");
                }
                Some(Row { kind, sizes })
            })
            .collect()
    });
    &ROWS
}

/// The sizes of other systems that stand for a label, as they are read; none where the label, its
/// system or the garment is not known. What the label says itself is left out.
#[must_use]
pub fn equivalents(
    label: &str,
    kind: SizeKind,
    audience: Audience,
    system: Option<SizeSystem>,
) -> Vec<String> {
    let table = match (kind, audience) {
        (SizeKind::Clothes, Audience::Women) => "clothes_women",
        (SizeKind::Clothes, Audience::Men) => "clothes_men",
        (SizeKind::Waist, Audience::Men) => "waist_men",
        (SizeKind::Shoes, Audience::Women) => "shoes_women",
        (SizeKind::Shoes, Audience::Men) => "shoes_men",
        (SizeKind::ChildAges, _) => "child_ages",
        _ => return Vec::new(),
    };
    let parts: Vec<(Option<SizeSystem>, String)> = label.split('/').map(read_part).collect();
    let found = parts.iter().find_map(|(own, value)| {
        let system = own.or(system).or_else(|| usual(kind, value))?;
        let column = system as usize;
        rows()
            .iter()
            .find(|r| r.kind == table && r.sizes[column] == Some(value.as_str()))
    });
    let Some(row) = found else { return Vec::new() };
    SizeSystem::ALL
        .into_iter()
        .zip(row.sizes)
        .filter_map(|(system, size)| Some((system, size?)))
        .filter(|(system, size)| {
            !parts
                .iter()
                .any(|(own, value)| value == size && own.is_none_or(|o| o == *system))
        })
        .filter_map(|(system, size)| system.written(size))
        .collect()
}

/// The system of a number that carries none: shoes are counted in Paris points from 35 on.
fn usual(kind: SizeKind, value: &str) -> Option<SizeSystem> {
    let number: f32 = value.parse().ok()?;
    (kind == SizeKind::Shoes && (35.0..50.0).contains(&number)).then_some(SizeSystem::Eu)
}

/// A part of a label without its system: `UK 10` is 10 in the British one.
fn read_part(part: &str) -> (Option<SizeSystem>, String) {
    let folded = fold(part).replace(',', ".");
    let prefixes = [
        ("fr", SizeSystem::Fr),
        ("eu", SizeSystem::Eu),
        ("de", SizeSystem::Eu),
        ("it", SizeSystem::It),
        ("uk", SizeSystem::Uk),
        ("us", SizeSystem::Us),
        ("w", SizeSystem::Waist),
    ];
    for (prefix, system) in prefixes {
        if let Some(rest) = folded.strip_prefix(prefix).map(str::trim)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            // A length may follow a waist: `W32 L34`.
            let number: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            return (Some(system), number);
        }
    }
    if let Some(letters) = letters(&folded) {
        return (Some(SizeSystem::Letters), letters);
    }
    let digits: String = folded.chars().take_while(char::is_ascii_digit).collect();
    let unit = folded[digits.len()..].trim();
    if !digits.is_empty() {
        match unit {
            "cm" => return (Some(SizeSystem::Centimetres), digits),
            "ans" | "an" | "years" | "year" | "yrs" | "y" | "jahre" | "anos" | "anni" | "jaar"
            | "lat" => return (Some(SizeSystem::Age), digits),
            "mois" | "months" | "month" | "m" | "monate" | "meses" | "mesi" | "maanden" => {
                return (Some(SizeSystem::Age), format!("{digits}m"));
            }
            _ => {}
        }
    }
    (None, folded)
}

/// `XXL`, `2XL` and `xxl` are one size.
fn letters(folded: &str) -> Option<String> {
    let (before, end) = folded.split_at_checked(folded.len().checked_sub(1)?)?;
    if !matches!(end, "s" | "m" | "l") || (end == "m" && !before.is_empty()) {
        return None;
    }
    let count = match before.strip_suffix('x') {
        None => before.is_empty().then_some(0)?,
        Some(rest) if rest.bytes().all(|b| b == b'x') => rest.len() + 1,
        Some(rest) => rest.parse().ok().filter(|n| (1..10).contains(n))?,
    };
    let end = end.to_uppercase();
    Some(match count {
        0..=3 => format!("{}{end}", "X".repeat(count)),
        more => format!("{more}X{end}"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "M",
        SizeKind::Clothes,
        Audience::Women,
        None,
        "FR 38, EU 36, IT 42, UK 10, US 6"
    )]
    #[case(
        "M / 38 / 10",
        SizeKind::Clothes,
        Audience::Women,
        None,
        "EU 36, IT 42, US 6"
    )]
    #[case(
        "UK 10",
        SizeKind::Clothes,
        Audience::Women,
        None,
        "M, FR 38, EU 36, IT 42, US 6"
    )]
    #[case("38", SizeKind::Clothes, Audience::Women, None, "")]
    #[case(
        "38",
        SizeKind::Clothes,
        Audience::Women,
        Some(SizeSystem::Fr),
        "M, EU 36, IT 42, UK 10, US 6"
    )]
    #[case(
        "38",
        SizeKind::Clothes,
        Audience::Women,
        Some(SizeSystem::Eu),
        "L, FR 40, IT 44, UK 12, US 8"
    )]
    #[case(
        "2xl",
        SizeKind::Clothes,
        Audience::Men,
        None,
        "FR 54, EU 54, IT 54, UK 44, US 44"
    )]
    #[case("W32 L34", SizeKind::Waist, Audience::Men, None, "FR 42, EU 48, IT 48")]
    #[case("42", SizeKind::Shoes, Audience::Men, None, "UK 8, US 9")]
    #[case("38", SizeKind::Shoes, Audience::Women, None, "UK 5, US 7")]
    #[case("6 ans", SizeKind::ChildAges, Audience::Girls, None, "116 cm")]
    #[case("6 ans / 116 cm", SizeKind::ChildAges, Audience::Girls, None, "")]
    #[case("12 mois", SizeKind::ChildAges, Audience::Babies, None, "80 cm")]
    #[case("Taille unique", SizeKind::Clothes, Audience::Women, None, "")]
    #[case("M", SizeKind::None, Audience::Women, None, "")]
    fn labels_have_their_equivalents(
        #[case] label: &str,
        #[case] kind: SizeKind,
        #[case] audience: Audience,
        #[case] system: Option<SizeSystem>,
        #[case] wanted: &str,
    ) {
        assert_eq!(
            equivalents(label, kind, audience, system).join(", "),
            wanted,
            "{label}"
        );
    }

    #[test]
    fn no_size_of_a_system_stands_for_two() {
        for system in SizeSystem::ALL {
            let mut seen = HashSet::new();
            for row in rows() {
                if let Some(size) = row.sizes[system as usize] {
                    assert!(
                        seen.insert((row.kind, size)),
                        "{system:?} {size} stands in two lines of {}",
                        row.kind
                    );
                }
            }
        }
        assert!(rows().len() > 50, "the file is read");
    }
}
