//! A brand is matched by its whole name: Diesel is not Dieselpunk.

use domain::values::fold;

use super::{CANDIDATES, Pick};
use crate::page::Choice;

/// The option of exactly that name, without regard to case and accents; where several differ by these only,
/// the one written the same.
pub(crate) fn pick(wanted: &str, choices: &[Choice]) -> Pick {
    // The site offers to use what was typed as a brand of its own: not a brand that it knows.
    let known: Vec<&Choice> = choices
        .iter()
        .filter(|c| !c.id.contains("custom"))
        .collect();
    let mut same: Vec<&Choice> = known
        .iter()
        .copied()
        .filter(|c| fold(&c.name) == fold(wanted))
        .collect();
    if same.iter().any(|c| c.name == wanted) {
        same.retain(|c| c.name == wanted);
    }
    // A brand that is also suggested on top stands there twice.
    if let Some(first) = same.iter().find(|c| !c.suggested).or(same.first())
        && same.iter().all(|c| c.name == first.name)
    {
        return Pick::One((*first).clone());
    }
    let mut names: Vec<String> = known.iter().map(|c| c.name.clone()).collect();
    names.dedup();
    names.truncate(CANDIDATES);
    Pick::Candidates(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(names: &[&str]) -> Vec<Choice> {
        names
            .iter()
            .enumerate()
            .map(|(i, name)| Choice {
                id: format!("brand-{i}"),
                name: (*name).to_owned(),
                checked: false,
                group: String::new(),
                suggested: false,
            })
            .collect()
    }

    fn name(pick: Pick) -> Option<String> {
        match pick {
            Pick::One(choice) => Some(choice.name),
            Pick::Candidates(_) => None,
        }
    }

    #[test]
    fn only_the_whole_name_fits() {
        let shown = choices(&["Dieselpunk", "Diesel Black Gold", "Diesel"]);
        assert_eq!(
            name(pick("Diesel", &shown)).as_deref(),
            Some("Diesel"),
            "the exact one"
        );
        assert_eq!(
            name(pick("diesel", &shown)).as_deref(),
            Some("Diesel"),
            "in any case"
        );
        assert_eq!(
            name(pick("Diese", &shown)),
            None,
            "a beginning is not a name"
        );
        assert_eq!(
            pick("Diesel Green", &shown),
            Pick::Candidates(vec![
                "Dieselpunk".into(),
                "Diesel Black Gold".into(),
                "Diesel".into()
            ]),
            "what was shown is offered"
        );
    }

    #[test]
    fn accents_and_apostrophes_do_not_matter() {
        let shown = choices(&["Levi’s", "Chloé"]);
        assert_eq!(
            name(pick("Levi's", &shown)).as_deref(),
            Some("Levi’s"),
            "apostrophes"
        );
        assert_eq!(
            name(pick("Chloe", &shown)).as_deref(),
            Some("Chloé"),
            "accents"
        );
    }

    #[test]
    fn names_that_differ_by_case_only_are_not_guessed() {
        let shown = choices(&["CREAM", "Cream"]);
        assert_eq!(
            name(pick("Cream", &shown)).as_deref(),
            Some("Cream"),
            "the one written so"
        );
        assert_eq!(name(pick("cream", &shown)), None, "neither is written so");
    }

    #[test]
    fn an_own_brand_is_not_a_known_one() {
        let mut shown = choices(&["Diesel"]);
        shown[0].id = "custom-select-brand".into();
        assert_eq!(
            name(pick("Diesel", &shown)),
            None,
            "the site does not know it"
        );
    }

    #[test]
    fn a_suggestion_and_its_row_are_one() {
        let mut shown = choices(&["Zara", "Zara"]);
        shown[0].suggested = true;
        let Pick::One(choice) = pick("zara", &shown) else {
            panic!("one brand is meant")
        };
        assert_eq!(choice.id, "brand-1", "the row of the list itself");
    }
}
