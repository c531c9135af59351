//! A size is matched by the parts of its label: `L` is `L / 40 / 12`, never `XL`.

use domain::values::fold;

use super::{CANDIDATES, Pick};
use crate::page::Choice;

/// The system that a label names among the site's tabs: `FR 40` names `FR`.
pub(crate) fn system_named(wanted: &str, systems: &[String]) -> Option<String> {
    named_system(wanted, systems).map(|(system, _)| system)
}

/// The option that a size label means.
///
/// A label may name its system (`FR 40`, `40 EU`); then only that system's options count. Without one, the
/// system that the site shows first decides where it has the size as its whole label or as one of the first two
/// parts (letter and the country's own number); further parts are other countries' numbers. Where only other
/// systems have it, one system must, alone: `12` may be a British or an American size, and is not guessed.
pub(crate) fn pick(wanted: &str, choices: &[Choice]) -> Pick {
    let own: Vec<&Choice> = without_suggestions(choices);
    let systems = systems(&own);
    let candidates = || Pick::Candidates(candidates(wanted, &own, &systems));

    if let Some((system, label)) = named_system(wanted, &systems) {
        let fitting = matches(
            &label,
            own.iter().copied().filter(|c| c.group == system),
            usize::MAX,
        );
        if let [one] = fitting[..] {
            return Pick::One(one.clone());
        }
    }
    let Some(first) = systems.first() else {
        return candidates();
    };
    let in_first = matches(wanted, own.iter().copied().filter(|c| c.group == *first), 2);
    match in_first[..] {
        [one] => return Pick::One(one.clone()),
        [] => {}
        _ => return candidates(),
    }
    let elsewhere = matches(
        wanted,
        own.iter().copied().filter(|c| c.group != *first),
        usize::MAX,
    );
    match elsewhere[..] {
        [one] => Pick::One(one.clone()),
        _ => candidates(),
    }
}

/// The label of a candidate, with its system where the label alone does not say it.
fn full_label(choice: &Choice, systems: &[String]) -> String {
    if systems.len() > 1
        && !choice.group.is_empty()
        && choice.name.bytes().all(|b| !b.is_ascii_alphabetic())
    {
        format!("{} {}", choice.group, choice.name)
    } else {
        choice.name.clone()
    }
}

/// Options that contain the wanted text somewhere come first.
fn candidates(wanted: &str, own: &[&Choice], systems: &[String]) -> Vec<String> {
    let wanted = fold(wanted);
    let near =
        |c: &&&Choice| !wanted.is_empty() && parts(&c.name).iter().any(|p| p.contains(&wanted));
    let mut names: Vec<String> = own
        .iter()
        .filter(near)
        .chain(own.iter().filter(|c| !near(c)))
        .map(|c| full_label(c, systems))
        .collect();
    names.truncate(CANDIDATES);
    names
}

/// Options whose parts hold all parts of the wanted label; whole labels win over parts. `among` bounds how many
/// of an option's parts count.
fn matches<'a>(
    wanted: &str,
    choices: impl Iterator<Item = &'a Choice> + Clone,
    among: usize,
) -> Vec<&'a Choice> {
    let whole: Vec<&Choice> = choices
        .clone()
        .filter(|c| fold(&c.name) == fold(wanted))
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    let wanted = parts(wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    choices
        .filter(|c| {
            let parts = parts(&c.name);
            wanted
                .iter()
                .all(|w| parts.iter().take(among).any(|p| p == w))
        })
        .collect()
}

/// The parts of a label, folded; a decimal comma is a point.
fn parts(label: &str) -> Vec<String> {
    label
        .split('/')
        .map(|p| fold(p).replace(',', "."))
        .filter(|p| !p.is_empty())
        .collect()
}

/// The systems in the order in which the site shows them.
fn systems(choices: &[&Choice]) -> Vec<String> {
    let mut systems: Vec<String> = Vec::new();
    for choice in choices {
        if !systems.contains(&choice.group) {
            systems.push(choice.group.clone());
        }
    }
    systems
}

/// `FR 40` or `40 FR`: the system and the rest.
fn named_system(wanted: &str, systems: &[String]) -> Option<(String, String)> {
    let wanted = fold(wanted);
    systems.iter().filter(|s| !s.is_empty()).find_map(|system| {
        let name = fold(system);
        let rest = wanted
            .strip_prefix(&format!("{name} "))
            .or_else(|| wanted.strip_suffix(&format!(" {name}")))?;
        Some((system.clone(), rest.trim().to_owned()))
    })
}

/// Suggestions stand on top and again in their own system; there they are taken.
fn without_suggestions(choices: &[Choice]) -> Vec<&Choice> {
    let own: Vec<&Choice> = choices.iter().filter(|c| !c.suggested).collect();
    if own.is_empty() {
        choices.iter().collect()
    } else {
        own
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn women() -> Vec<Choice> {
        let groups: [(&str, &[&str]); 5] = [
            ("Suggestions", &["M / 38 / 10"]),
            (
                "Lettres",
                &[
                    "XS / 34 / 6",
                    "S / 36 / 8",
                    "M / 38 / 10",
                    "L / 40 / 12",
                    "XL / 42 / 14",
                ],
            ),
            ("EU", &["38", "40", "42", "56"]),
            ("UK", &["8", "10", "12"]),
            ("US", &["8", "10", "12", "30"]),
        ];
        build(&groups)
    }

    fn build(groups: &[(&str, &[&str])]) -> Vec<Choice> {
        groups
            .iter()
            .flat_map(|(group, names)| names.iter().map(move |name| (*group, *name)))
            .enumerate()
            .map(|(i, (group, name))| Choice {
                id: format!("size-{i}"),
                name: name.to_owned(),
                checked: false,
                group: group.to_owned(),
                suggested: group == "Suggestions",
            })
            .collect()
    }

    fn meant(wanted: &str, choices: &[Choice]) -> Option<String> {
        match pick(wanted, choices) {
            Pick::One(choice) => Some(format!("{}: {}", choice.group, choice.name)),
            Pick::Candidates(_) => None,
        }
    }

    #[rstest]
    #[case("L", Some("Lettres: L / 40 / 12"))]
    #[case("l", Some("Lettres: L / 40 / 12"))]
    #[case("XL", Some("Lettres: XL / 42 / 14"))]
    #[case("M / 38 / 10", Some("Lettres: M / 38 / 10"))]
    #[case("40", Some("Lettres: L / 40 / 12"))]
    #[case("EU 40", Some("EU: 40"))]
    #[case("40 EU", Some("EU: 40"))]
    #[case("UK 12", Some("UK: 12"))]
    #[case("56", Some("EU: 56"))]
    #[case("12", None)]
    #[case("30", Some("US: 30"))]
    #[case("X", None)]
    #[case("4", None)]
    #[case("", None)]
    #[case("FR 40", None)]
    fn clothes(#[case] wanted: &str, #[case] expected: Option<&str>) {
        assert_eq!(meant(wanted, &women()).as_deref(), expected, "{wanted:?}");
    }

    #[rstest]
    #[case("42", Some("EU: 42"))]
    #[case("42,5", Some("EU: 42,5"))]
    #[case("42.5", Some("EU: 42,5"))]
    #[case("9", None)]
    fn shoes(#[case] wanted: &str, #[case] expected: Option<&str>) {
        let shoes = build(&[
            ("EU", &["41", "42", "42,5", "43"]),
            ("UK", &["8", "9", "9,5"]),
            ("US", &["9", "10"]),
        ]);
        assert_eq!(meant(wanted, &shoes).as_deref(), expected, "{wanted:?}");
    }

    #[test]
    fn one_system_needs_no_name() {
        let ages = build(&[("", &["5 ans / 110 cm", "6 ans / 116 cm"])]);
        assert_eq!(
            meant("6 ans", &ages).as_deref(),
            Some(": 6 ans / 116 cm"),
            "an age"
        );
        assert_eq!(
            meant("116 cm", &ages).as_deref(),
            Some(": 6 ans / 116 cm"),
            "a height"
        );
        assert_eq!(meant("6", &ages), None, "a number alone is neither");
    }

    #[test]
    fn a_letter_next_to_a_system_is_a_label_of_its_own() {
        let chips = build(&[("", &["S / US 4-6", "M / US 8-10", "Autre"])]);
        assert_eq!(
            meant("S", &chips).as_deref(),
            Some(": S / US 4-6"),
            "the letter"
        );
        assert_eq!(
            meant("US 4-6", &chips).as_deref(),
            Some(": S / US 4-6"),
            "the American size"
        );
    }

    #[test]
    fn candidates_say_their_system_and_near_ones_come_first() {
        let Pick::Candidates(names) = pick("12", &women()) else {
            panic!("12 is not guessed")
        };
        assert_eq!(&names[..3], ["L / 40 / 12", "UK 12", "US 12"], "{names:?}");
    }
}
